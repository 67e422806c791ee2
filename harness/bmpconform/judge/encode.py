"""What an answer to `encode` amounts to: its octets, judged by the rules and by decoding them.

Why not octet for octet: libraries regroup capabilities, choose their own attribute flags, and put those right that are
not those of a type, and all of that is one message. What counts is that it says what was asked, and breaks nothing that
the request did not break itself.
"""

from bmpconform import neutral
from bmpconform.judge.decode import observe_refusal
from bmpconform.judge.observed import KEY_MALFORMED, UNDERSTOOD, Observed, broken, wrong
from bmpconform.neutral.form import Attribute, Pdu, Update
from bmpconform.rules.selection import Finding, Selection
from bmpconform.spec.catalogue import Level
from bmpconform.targets.protocol import Encoded, Refusal
from bmpconform.wire.codec import decode
from bmpconform.wire.codes import AttributeType
from bmpconform.wire.framer import claimed_length, is_one_message
from bmpconform.wire.make import are_flags_of
from bmpconform.wire.messages import HEADER_OCTETS
from bmpconform.wire.value import replace

DEEPEST = 3
_TYPES = frozenset(AttributeType)


def observe_encode(
    asked: neutral.Message, session: neutral.Session | None, answer: Encoded | Refusal, selection: Selection
) -> Observed:
    """Return what an answer to `encode` amounts to; `asked` is the whole neutral form of what was asked."""
    if not isinstance(answer, Encoded):
        return observe_refusal(answer)
    try:
        octets = bytes.fromhex(answer.hex)
    except ValueError:
        return broken(KEY_MALFORMED, "hex", answer.hex)
    if not is_one_message(octets):
        return wrong("not-one-message", "length", str(len(octets)), str(claimed_length(octets)))
    try:
        wanted = neutral.build(neutral.request(asked))
    except neutral.NeutralError as error:
        return wrong("cannot-be-framed", error.path, "a rejection", octets[:HEADER_OCTETS].hex())
    if octets == wanted:
        return UNDERSTOOD
    return _observe_message(asked, session, octets, wanted, selection)


def _observe_message(
    asked: neutral.Message, session: neutral.Session | None, octets: bytes, wanted: bytes, selection: Selection
) -> Observed:
    seen = neutral.show_octets(octets, selection.profile, session)
    if seen is None:
        return wrong("not-one-message", "", "a message", octets[:HEADER_OCTETS].hex())
    # The length follows from the rest, and what is wrong there says more.
    expected = _with_flags_put_right(replace(neutral.by_parts(asked), length=None), seen)
    difference = neutral.compare(expected, seen, DEEPEST, "parsed", selection.profile, may_ignore=False)
    if difference is not None:
        return wrong(difference.code, difference.path, difference.expected, difference.seen)
    least = neutral.show_octets(wanted, selection.profile, session)
    if least is None or neutral.hidden(seen, DEEPEST, "parsed") > neutral.hidden(least, DEEPEST, "parsed"):
        return wrong("does-not-parse", "", "what was asked for", octets.hex())
    asked_for = {(finding.code, finding.breach.path) for finding in _findings(wanted, selection)}
    for finding in _findings(octets, selection):
        if finding.level is Level.FAIL and (finding.code, finding.breach.path) not in asked_for:
            told = wrong(finding.code, finding.breach.path, finding.clause or "", finding.breach.text)
            return replace(told, clause=finding.clause)
    return UNDERSTOOD


def _with_flags_put_right(asked: neutral.Message, seen: neutral.Message) -> neutral.Message:
    """Return what was asked with the flags that an encoder wrote, where those are the type's and the others are not."""
    if not isinstance(asked.pdu, Pdu) or not isinstance(seen.pdu, Pdu):
        return asked
    update, written = asked.pdu.update, seen.pdu.update
    if not isinstance(update, Update) or not isinstance(written, Update):
        return asked
    flags = {one.type: one.flags for one in written.attributes or () if _has_its_flags(one)}
    righted = tuple(
        replace(one, flags=flags[one.type]) if one.type in flags and not _has_its_flags(one) else one
        for one in update.attributes or ()
    )
    return replace(asked, pdu=replace(asked.pdu, update=replace(update, attributes=righted)))


def _has_its_flags(attribute: Attribute) -> bool:
    code, flags = attribute.type, attribute.flags
    return isinstance(code, int) and code in _TYPES and isinstance(flags, int) and are_flags_of(code, flags)


def _findings(octets: bytes, selection: Selection) -> list[Finding]:
    message = decode(octets)
    peer = getattr(message, "peer", None)
    return selection.judge(message) + (selection.judge(peer) if peer is not None else [])
