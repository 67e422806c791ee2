"""What a vector says, held against what this package makes of its octets: rules, neutral form, encoder.

Why both ways: the expectation was written by hand and the code was not asked, so where they differ one of them is
wrong, and the documents decide which.
"""

from collections.abc import Iterator, Sequence

from bmpconform.corpus.found import chunks_of, document_findings
from bmpconform.corpus.vector import Finding, Item, ItemStatus, Op, Vector
from bmpconform.neutral import Message, NeutralError, build, request, show
from bmpconform.neutral import Session as Told
from bmpconform.rules.selection import Finding as Found
from bmpconform.rules.selection import Policy, Selection
from bmpconform.rules.session import Session
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES, Profile
from bmpconform.wire.codec import decode
from bmpconform.wire.framer import Frame, Lost
from bmpconform.wire.interpret import encode
from bmpconform.wire.messages import Message as WireMessage
from bmpconform.wire.messages import Peer, Termination
from bmpconform.wire.value import UNSET

_SELECTIONS = {name: Selection(profile, Policy()) for name, profile in PROFILES.items()}


def disagreements(vector: Vector) -> Iterator[str]:
    """Yield, in one sentence each, where a vector and this package say different things."""
    yield from _of_findings(vector)
    for name in dict.fromkeys((vector.profile, DEFAULT_PROFILE)):
        if vector.message and Op.DECODE in vector.ops:
            shown = show(decode(vector.octets), len(vector.octets), PROFILES[name], vector.session or None)
            if shown != vector.message:
                yield f"under {name} the message is read in another way."
        if vector.items:
            yield from _of_items(vector, vector.items, PROFILES[name])
    if vector.message and Op.ENCODE in vector.ops:
        yield from _of_encoder(vector, vector.message)


def _of_findings(vector: Vector) -> Iterator[str]:
    """Yield where the rules find another breach than the vector names; an older profile may cite an older clause."""
    newest = document_findings(vector, _SELECTIONS[DEFAULT_PROFILE])
    found = [Finding(finding.clause, finding.code) for finding in newest]
    if found != ([vector.finding] if vector.finding else []):
        yield f"the rules find {in_words(newest)}."
    oldest = document_findings(vector, _SELECTIONS[vector.profile])
    if len(oldest) != len(newest) or not all(map(_is_restated, oldest, newest)):
        yield f"under {vector.profile} the rules find {in_words(oldest)}."


def in_words(found: Sequence[Found]) -> str:
    """Return what the rules find as it is told: clause and code of each."""
    return ", ".join(f"{finding.clause} ({finding.code})" for finding in found) or "nothing"


def _is_restated(older: Found, newer: Found) -> bool:
    return older.code == newer.code and older.clause in {newer.clause, *newer.also}


def _of_encoder(vector: Vector, message: Message) -> Iterator[str]:
    try:
        # By the interpreter: targets and the harness have the compiled encoders.
        octets = encode(decode(build(request(message))))
    except NeutralError as error:
        if vector.fields:
            yield f"the message cannot be encoded: {error}"
        return
    if not vector.fields:
        yield "the message can be encoded, and the vector has no octets for it."
    elif octets != vector.octets:
        yield "the message is encoded in other octets."


def _of_items(vector: Vector, items: tuple[Item, ...], profile: Profile) -> Iterator[str]:
    """Yield where the items of a stream are not those that the framer and the codec see."""
    session = Session()
    by_offset = {item.offset: item for item in items}
    offsets: list[int] = []
    left, closes = 0, False
    for chunk in chunks_of(vector.octets):
        if isinstance(chunk, Frame):
            message = decode(chunk.octets)
            offsets.append(chunk.offset)
            yield from _of_item(by_offset.get(chunk.offset), message, len(chunk.octets), session, profile)
            session.advance(message)
            closes = closes or isinstance(message, Termination)
        elif isinstance(chunk, Lost):
            offsets.append(chunk.offset)
            closes = True
            break
        else:
            left = len(chunk.octets)
    if offsets != [item.offset for item in items]:
        yield f"messages begin at {offsets}, and the items do not."
    if vector.left is not UNSET and vector.left != left:
        yield f"{left} octets are left, the vector says {vector.left}."
    if vector.closed is not UNSET and vector.closed != closes:
        yield f"a station {'closes' if closes else 'does not close'}, and the vector says otherwise."


def _of_item(item: Item | None, message: WireMessage, length: int, session: Session, profile: Profile) -> Iterator[str]:
    if item is None:
        return
    shown = show(message, length, profile, _told(session, getattr(message, "peer", None)))
    if item.message is not UNSET and shown != item.message:
        yield f"under {profile.name} the message at {item.offset} is read in another way."
    if item.status is ItemStatus.OK and shown is None:
        yield f"the message at {item.offset} cannot be read."


def _told(session: Session, peer: Peer | None) -> Told:
    """Return what the Peer Ups before a message of this peer say of it."""
    said = None if peer is None else session.agreed(peer)
    return Told() if said is None else Told(*said)
