"""What an answer to `decode` amounts to.

Why an accepted malformed frame is looked into: the documents hardly say what a decoder does with one, but what it
reports must lie in the frame. A decoder that reads past the end has a fault whatever the frame was.
"""

from typing import assert_never

from bmpconform import neutral
from bmpconform.corpus.vector import Observation, OutcomeLevel
from bmpconform.judge.observed import (
    KEY_MALFORMED,
    KEY_MISSING,
    OCTETS_LEFT,
    OVER_READ,
    UNDERSTOOD,
    Observed,
    broken,
    wrong,
)
from bmpconform.spec.profiles import Profile
from bmpconform.targets.protocol import Capabilities, Decoded, Panicked, Refusal, Rejected, Unsupported
from bmpconform.wire.framer import TYPE_OFFSET
from bmpconform.wire.value import UNSET

# A stable name is a word or a few; a target that puts a text there must not swell every report.
LONGEST_NAME = 200


def observe_refusal(answer: Refusal) -> Observed:
    """Return what a refusal amounts to."""
    match answer:
        case Rejected():
            return Observed(Observation.REJECTED, error=answer.error[:LONGEST_NAME], seen=answer.reason)
        case Unsupported():
            return Observed(Observation.UNSUPPORTED, seen=answer.reason)
        case Panicked():
            return Observed(Observation.CRASHED, "panic", error=answer.error[:LONGEST_NAME], seen=answer.reason)
        case _:
            assert_never(answer)


def depth_at(octets: bytes, offset: int, able: Capabilities) -> int:
    """Return how deep a target shows the message that begins at `offset`; 0 where its header is cut."""
    place = offset + TYPE_OFFSET
    return able.depth_of(octets[place]) if place < len(octets) else 0


def observe_decode(
    frame: bytes,
    expected: neutral.Message | None,
    answer: Decoded | Refusal,
    able: Capabilities,
    profile: Profile,
) -> Observed:
    """Return what an answer to `decode` of `frame` amounts to; `expected` is None where the frame is malformed."""
    if not isinstance(answer, Decoded):
        return observe_refusal(answer)
    depth = depth_at(frame, 0, able)
    if depth and answer.consumed is UNSET:
        return broken(KEY_MISSING, "consumed")
    if expected is None:
        return _observe_malformed(frame, answer, depth, able.bgp)
    if isinstance(answer.consumed, int) and answer.consumed != len(frame):
        return wrong(OCTETS_LEFT, "consumed", str(len(frame)), str(answer.consumed))
    return observe_message(expected, answer.message, depth, able.bgp, profile)


def observe_message(
    expected: neutral.Message, seen: object, depth: int, bgp: neutral.Bgp, profile: Profile
) -> Observed:
    """Return what a message that a target reports amounts to, at its declared depth."""
    if seen == expected:
        return UNDERSTOOD
    if not isinstance(seen, neutral.Message):
        return broken(KEY_MISSING, "message") if depth else UNDERSTOOD
    fault = (_other_kind(expected, seen) if depth else None) or _out_of_form(seen, depth, bgp)
    if fault is not None:
        return fault
    difference = neutral.compare(expected, seen, depth, bgp, profile)
    if difference is not None and not difference.tolerated:
        return wrong(difference.code, difference.path, difference.expected, difference.seen)
    allowances = () if difference is None else ((difference.code, OutcomeLevel.WARN),)
    return Observed(Observation.ACCEPTED, hidden=neutral.hidden(seen, depth, bgp), allowances=allowances)


def _out_of_form(seen: neutral.Message, depth: int, bgp: neutral.Bgp) -> Observed | None:
    missing = neutral.missing(seen, depth, bgp)
    if missing is not None:
        return broken(KEY_MISSING, missing)
    malformed = neutral.malformed(neutral.shallow(seen, depth, bgp))
    return None if malformed is None else broken(KEY_MALFORMED, malformed)


def _other_kind(expected: neutral.Message, seen: neutral.Message) -> Observed | None:
    """Return that a target shows another type or reason: which keys it owes hangs on them, so this comes first."""
    for key in ("type", "reason"):
        wanted, shown = getattr(expected, key), getattr(seen, key)
        if isinstance(wanted, int) and isinstance(shown, int) and wanted != shown:
            return wrong("value-differs", key, str(wanted), str(shown))
    return None


def _observe_malformed(frame: bytes, answer: Decoded, depth: int, bgp: neutral.Bgp) -> Observed:
    consumed, message = answer.consumed, answer.message
    if isinstance(consumed, int) and consumed > len(frame):
        return wrong(OVER_READ, "consumed", f"at most {len(frame)}", str(consumed))
    if isinstance(message, neutral.Message):
        message = neutral.shallow(message, depth, bgp)
        malformed = neutral.malformed(message)
        if malformed is not None:
            return broken(KEY_MALFORMED, malformed)
        path = neutral.over_read(message, frame)
        if path is not None:
            return wrong(OVER_READ, path, "octets of the frame", "octets that are not in it")
        return UNDERSTOOD
    return broken(KEY_MISSING, "message") if depth else UNDERSTOOD
