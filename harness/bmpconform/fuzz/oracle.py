"""What is expected of a target for any octets: a vector made on the spot, so that `judge` decides as it does in `run`.

Why a vector: a finding that becomes a stored vector has to give the same verdict.

- What breaks no document has to be accepted, and read as our codec reads it.
- What does not add up may be refused; who accepts it is lenient, and must not report octets that are not there.
- Between them lies what adds up and breaks a document, or has something in it that a document of BGP has a speaker
  refuse (`leeway`): whether it is taken is the decoder's choice, but who takes it reads what is there. Only inside of
  a broken PDU nobody says what that is.
"""

from bmpconform import neutral
from bmpconform.adapters.reference.connection import Connection
from bmpconform.adapters.reference.refusal import refusal
from bmpconform.corpus.found import chunks_of
from bmpconform.corpus.vector import (
    Alternative,
    Item,
    ItemStatus,
    Observation,
    Op,
    Origin,
    Outcome,
    OutcomeLevel,
    Provenance,
    Vector,
)
from bmpconform.corpus.vector import Finding as Breach
from bmpconform.fuzz.leeway import held, may_be_refused, settled
from bmpconform.neutral import Message, show
from bmpconform.rules.selection import Finding, Policy, Selection
from bmpconform.rules.session import Session, StreamOpening
from bmpconform.spec.catalogue import Authority
from bmpconform.spec.profiles import Profile
from bmpconform.targets.protocol import Item as Said
from bmpconform.wire.codec import decode
from bmpconform.wire.codes import VERSION, MessageType
from bmpconform.wire.framer import TYPE_OFFSET, Frame, is_one_message
from bmpconform.wire.messages import HEADER_OCTETS, Unknown
from bmpconform.wire.value import UNSET, Value, replace

LENIENT = "lenient"
_ACCEPTED = Outcome(Observation.ACCEPTED, "understood", OutcomeLevel.PASS)
_REFUSED = Outcome(Observation.REJECTED, "refused", OutcomeLevel.PASS)
_UNSUPPORTED = Outcome(Observation.UNSUPPORTED, "unsupported", OutcomeLevel.PASS)
_TAKEN = Outcome(Observation.ACCEPTED, LENIENT, OutcomeLevel.INFO)
_MUST = (_ACCEPTED,)
_UNLESS_UNABLE = (_ACCEPTED, _UNSUPPORTED)
_MAY = (_ACCEPTED, _REFUSED, _UNSUPPORTED)
_NEED_NOT = (_REFUSED, _TAKEN, _UNSUPPORTED)
# What may be odd of who sends it, and is nothing to who reads it.
_NOTES = frozenset(
    {
        "end-of-rib-missing",
        "loc-rib-open-capability-unused",
        "path-ids-suspected",
        "peer-up-ports",
    }
)


class Expectation(Value, frozen=True):
    """What is expected for some octets: a vector with one op, and the first document's clause that they break.

    `broken_at` is the offset of the message that breaks it.
    """

    vector: Vector
    clause: str | None
    broken_at: int = 0

    @property
    def op(self) -> Op:
        """Return the op under which the octets are put to a target."""
        return self.vector.ops[0]


class Oracle:
    """Says what is expected under one profile. Pure."""

    def __init__(self, profile: Profile) -> None:
        """Go by the documents of `profile`."""
        self._profile = profile
        self._selection = Selection(profile, Policy())

    def expect(self, octets: bytes) -> Expectation:
        """Return what is expected of octets: one message is put under decode, everything else as a stream."""
        return self._of_frame(octets) if self.op_of(octets) is Op.DECODE else self._of_stream(octets)

    @staticmethod
    def op_of(octets: bytes) -> Op:
        """Return the op under which octets are put to targets."""
        is_message = is_one_message(octets)
        return Op.DECODE if is_message else Op.STREAM

    @staticmethod
    def expect_written(read: Expectation) -> Expectation | None:
        """Return what is expected of an encoder that is asked for octets that were `read`; None where it cannot be.

        It cannot be asked for what does not add up, nor for lengths, counts and rests that are not those of the parts.
        """
        message = read.vector.message
        if message is UNSET or not _is_asked_for(message, read.vector.octets):
            return None
        breach = Breach(read.clause, "fuzz") if read.clause else UNSET
        # What is mirrored is read as it is; who writes it from its parts has none where these are odd.
        may_be_refused_too = _REFUSED in read.vector.outcomes or may_be_refused(message)
        outcomes = _MAY if may_be_refused_too else _UNLESS_UNABLE
        vector = replace(read.vector, ops=(Op.ENCODE,), outcomes=outcomes, finding=breach)
        return replace(read, vector=vector)

    def expect_refused(self, message: Message) -> Expectation:
        """Return what is expected of an encoder that is asked for a message that cannot be framed."""
        return Expectation(replace(self._vector(Op.ENCODE, b"", (_REFUSED, _UNSUPPORTED)), message=message), None)

    def _of_frame(self, octets: bytes) -> Expectation:
        message = decode(octets)
        found = self._documents(self._selection.judge_message(message, Session()))
        clause = found[0].clause if found else None
        shown = show(message, len(octets), self._profile)
        if isinstance(message, Unknown):
            return Expectation(self._vector(Op.DECODE, octets, _MAY), clause)
        if shown is None or not _adds_up(shown):
            return Expectation(self._vector(Op.DECODE, octets, _NEED_NOT), clause)
        vector = self._vector(Op.DECODE, octets, _MAY if found or may_be_refused(shown) else _MUST)
        return Expectation(replace(vector, message=held(settled(shown), found)), clause)

    def _of_stream(self, octets: bytes) -> Expectation:
        broken_at, clause = self._clean(octets)
        said = Connection(self._profile).receive(octets, more=False)
        told = [one for one in said.items if isinstance(one, Said)]
        # What fits one reading of its routes breaks nothing, and still may not be the reading of this session.
        clean = min([broken_at, *(one.offset for one in told if one.status == ItemStatus.REJECT.value)])
        # A Peer Up that was refused does not say how to read what follows; who took it has read it.
        shown = {one.offset: one.message for one in told if isinstance(one.message, Message)}
        doubtful = {at: message for at, message in shown.items() if may_be_refused(message)}
        clean = min([clean, *(at + 1 for at, message in doubtful.items() if message.type == MessageType.PEER_UP)])
        settled = min([clean, *doubtful])
        items = tuple(_item(one, is_read=one.offset < clean, is_strict=one.offset < settled) for one in told)
        is_clean = clean > len(octets)
        is_cut_wrong = bool(said.left) and _can_be_no_message(octets[-said.left :])
        if is_cut_wrong and not said.closed:
            items = (*items, Item(len(octets) - said.left, ItemStatus.REJECT, UNSET, (_or(ItemStatus.ABSENT),)))
        vector = replace(
            self._vector(Op.STREAM, octets, _MUST),
            items=items,
            left=said.left if is_clean and not is_cut_wrong else UNSET,
            closed=said.closed if is_clean or said.closed else UNSET,
        )
        return Expectation(vector, clause, broken_at)

    def _clean(self, octets: bytes) -> tuple[int, str | None]:
        """Return the offset up to which a stream breaks no document, past its end where it breaks none; the clause."""
        session, opening = Session(), None
        broken: tuple[int, str | None] | None = None
        for chunk in chunks_of(octets):
            if isinstance(chunk, Frame):
                message = decode(chunk.octets)
                found = self._selection.judge_message(message, session)
                session.advance(message)
                opening = opening or message
            else:
                found = self._selection.judge(chunk)
                session.lose()
            breaches = self._documents(found)
            if breaches and broken is None:
                broken = chunk.offset, breaches[0].clause
        opens = self._documents(self._selection.judge(StreamOpening(session, opening))) if opening else []
        return (0, opens[0].clause) if opens else broken or (len(octets) + 1, None)

    @staticmethod
    def _documents(findings: list[Finding]) -> list[Finding]:
        return [one for one in findings if one.authority is Authority.DOCUMENT and one.code not in _NOTES]

    def _vector(self, op: Op, octets: bytes, outcomes: tuple[Outcome, ...]) -> Vector:
        return Vector(
            id="octets/given",
            title="Octets of any origin.",
            ops=(op,),
            profile=self._profile.name,
            clauses=(),
            flags=(),
            provenance=Provenance(Origin.FUZZ),
            fields=(("octets", octets.hex()),),
            outcomes=outcomes,
        )


def _is_asked_for(message: Message, octets: bytes) -> bool:
    """Whether asking for a message asks for just these octets."""
    try:
        return neutral.build(neutral.request(message)) == octets
    except neutral.NeutralError:
        return False


def _adds_up(message: Message) -> bool:
    """Whether a message can be read to its end; a mirrored PDU may be malformed, as that is what mirroring shows."""
    return refusal(message) is None


def _can_be_no_message(header: bytes) -> bool:
    """Whether a header that is cut shows already that none begins here: by its version, or by its length."""
    length = header[1:TYPE_OFFSET]
    is_short = len(length) == TYPE_OFFSET - 1 and int.from_bytes(length) < HEADER_OCTETS
    return header[0] != VERSION or is_short


_UNDERSTOOD = Alternative(ItemStatus.OK, "understood", OutcomeLevel.PASS)


def _item(said: Said, *, is_read: bool, is_strict: bool) -> Item:
    """Return what is said of one message; behind the first that breaks a document anything may be."""
    expected = ItemStatus(said.status)
    if is_read:
        shown = settled(said.message) if isinstance(said.message, Message) else UNSET
        unknown = (ItemStatus.OK, ItemStatus.REJECT) if expected is ItemStatus.SKIPPED else ()
        refused = () if is_strict else (ItemStatus.REJECT, ItemStatus.CLOSED)
        return Item(said.offset, expected, shown, tuple(map(_or, dict.fromkeys(unknown + refused))))
    # Not OK first: that an OK may be absent says of a stream that it has ended before.
    taken = _UNDERSTOOD if expected is ItemStatus.OK else _or(ItemStatus.OK)
    others = (taken, _or(ItemStatus.SKIPPED), _or(ItemStatus.ABSENT))
    return Item(said.offset, ItemStatus.REJECT, UNSET, others)


def _or(status: ItemStatus) -> Alternative:
    if status is ItemStatus.OK:
        return Alternative(status, LENIENT, OutcomeLevel.INFO)
    return Alternative(status, "refused", OutcomeLevel.PASS)
