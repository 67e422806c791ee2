"""Judging for one target: what a vector under an op makes of its answers."""

from collections.abc import Sequence

from bmpconform.corpus.vector import Observation, Op, Outcome, OutcomeLevel, Vector
from bmpconform.judge.decode import observe_decode, observe_refusal
from bmpconform.judge.encode import observe_encode
from bmpconform.judge.observed import KEY_MALFORMED, UNDERSTOOD, Observed, broken
from bmpconform.judge.stream import observe_stream
from bmpconform.judge.verdict import Judgement, judge
from bmpconform.rules.selection import Policy, Selection
from bmpconform.spec.profiles import Profile
from bmpconform.targets.protocol import (
    Answer,
    Capabilities,
    Decoded,
    Encoded,
    Panicked,
    Rejected,
    Streamed,
    Unsupported,
)
from bmpconform.wire.framer import TYPE_OFFSET
from bmpconform.wire.value import UNSET

_DEPTH_OF_TLVS = 3
# No encoder has to write what breaks a document, or what no document gives a meaning.
_NEED_NOT_BREAK = tuple(
    Outcome(observation, "need-not-be-written", OutcomeLevel.INFO)
    for observation in (Observation.REJECTED, Observation.UNSUPPORTED)
)


class Judge:
    """Judges what one target answers, under one profile and policy. Pure.

    Shape: `observe` says what answers amount to, `judge` what that is worth.
    """

    def __init__(self, able: Capabilities, profile: Profile, policy: Policy) -> None:
        """Judge a target that says what it is `able` to do."""
        self._able = able
        self._profile = profile
        self._selection = Selection(profile, policy)

    def observe(self, vector: Vector, op: Op, answers: Sequence[Answer]) -> Observed:
        """Return what the answers to the requests of a vector amount to."""
        expected = None if vector.message is UNSET else vector.message
        match op, answers:
            case Op.DECODE, [Decoded(message=seen, consumed=consumed)] if (
                expected is not None and seen == expected and consumed in {None, expected.length}
            ):
                # What most answers are: all of it, and right.
                return UNDERSTOOD
            case Op.DECODE, [Rejected() | Unsupported() | Panicked() as answer]:
                return observe_refusal(answer)
            case Op.DECODE, [Decoded() as answer]:
                return observe_decode(vector.octets, expected, answer, self._able, self._profile)
            case Op.ENCODE, [Encoded() | Rejected() | Unsupported() | Panicked() as answer] if expected is not None:
                session = None if vector.session is UNSET else vector.session
                return observe_encode(expected, session, answer, self._selection)
            case Op.STREAM, [_, *pieces]:
                said = [one for one in pieces if isinstance(one, Streamed | Rejected | Unsupported | Panicked)]
                return observe_stream(vector, said, self._able, self._profile)
            case _:
                return broken(KEY_MALFORMED, "", "an answer to something else")

    def judge(self, vector: Vector, op: Op, observed: Observed) -> Judgement:
        """Return what an observation is worth."""
        outcomes = vector.outcomes
        if op is Op.ENCODE and vector.finding is not UNSET:
            outcomes += _NEED_NOT_BREAK
        declared = observed.observation is not Observation.UNSUPPORTED or self._declares(vector, op)
        return judge(observed, outcomes, declared=declared)

    def is_first_choice(self, vector: Vector, observed: Observed) -> bool:
        """Whether an observation is what the vector names first, with nothing allowed for."""
        first = vector.outcomes[0].observation if vector.outcomes else None
        return observed.observation is first and not observed.allowances

    def _declares(self, vector: Vector, op: Op) -> bool:
        """Whether the target says that it can do this: not what needs a session that it cannot be told."""
        if op.value not in self._able.ops or vector.session is not UNSET:
            return False
        message_type = _type_of(vector)
        if op is Op.STREAM or message_type is None:
            return True
        depth = self._able.depth_of(message_type)
        return depth >= _DEPTH_OF_TLVS if op is Op.ENCODE and _has_tlvs(vector) else depth > 0


def _type_of(vector: Vector) -> int | None:
    """Return the type of the message that a vector is about, None where its octets end before it."""
    if vector.message is not UNSET and isinstance(vector.message.type, int):
        return vector.message.type
    return vector.octets[TYPE_OFFSET] if len(vector.octets) > TYPE_OFFSET else None


def _has_tlvs(vector: Vector) -> bool:
    """Whether a message has TLVs or statistics, which a target that does not show them need not write."""
    message = vector.message
    return message is not UNSET and bool(message.tlvs or message.statistics)
