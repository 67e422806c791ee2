"""What the judge of a target makes of its answers: which of them fit the question, and what they are worth.

Why the reference on all vectors, in this process: what it says is right, so a verdict against it is a fault in judging.
"""

import pytest

import raw
from bmpconform.adapters.reference import target as reference
from bmpconform.corpus.load import load
from bmpconform.corpus.vector import Observation, Op, Outcome, OutcomeLevel, Vector
from bmpconform.judge.judging import Judge
from bmpconform.judge.observed import Observed
from bmpconform.judge.words import Verdict
from bmpconform.neutral import Session
from bmpconform.rules.selection import Policy
from bmpconform.run.plan import plan, requests_of
from bmpconform.targets import host
from bmpconform.targets.exchange import READERS
from bmpconform.targets.module import Reject
from bmpconform.targets.protocol import (
    Answer,
    Capabilities,
    Decoded,
    Done,
    Encoded,
    Panicked,
    Rejected,
    Request,
    Unsupported,
)
from bmpconform.wire.value import json_reader, replace, to_json
from vectors import ABLE, ACCEPTED, PROFILE, shown, vector

FRAME = raw.initiation(raw.tlv(2, b"router"), raw.tlv(1, b"descr"))
MESSAGE = shown(FRAME)
GOOD = vector(FRAME, Op.DECODE, Op.ENCODE, message=MESSAGE)
JUDGE = Judge(ABLE, PROFILE, Policy())
CORPUS = load()
TOPICS = sorted({each.id.partition("/")[0] for each in CORPUS.vectors})
NEEDS_SESSION = replace(GOOD, session=Session())


@pytest.mark.parametrize("topic", TOPICS)
def test_the_reference_passes(topic: str) -> None:
    able = json_reader(Capabilities)(to_json({"ops": host.OPS, **reference.CAPABILITIES}))
    judge = Judge(able, PROFILE, Policy())
    vectors = [each for each in CORPUS.vectors if each.id.partition("/")[0] == topic]
    failed = []
    for task in plan(vectors, able):
        assert task.untestable is None, task.vector.id
        reference.reset()
        answers = [_answer(request) for request in requests_of(task.vector, task.op)]
        observed = judge.observe(task.vector, task.op, answers)
        if judge.judge(task.vector, task.op, observed).verdict not in {Verdict.PASS, Verdict.TOLERATED}:
            failed.append((task.vector.id, task.op, observed))
    assert failed == []


def _answer(request: Request) -> Answer:
    try:
        body = host.answer(reference, request)
    except Reject as reject:
        body = {"status": "reject", "error": reject.error, "reason": str(reject)}
    answer: Answer = READERS[type(request)](to_json({"id": 0, **body}))
    return answer


def test_what_is_understood_whole_is_a_first_choice() -> None:
    observed = JUDGE.observe(GOOD, Op.DECODE, [Decoded(1, len(FRAME), MESSAGE)])
    assert observed == Observed(Observation.ACCEPTED)
    assert JUDGE.is_first_choice(GOOD, observed)


@pytest.mark.parametrize("consumed", [len(FRAME) - 1, len(FRAME) + 1])
def test_the_right_message_out_of_the_wrong_octets_is_wrong(consumed: int) -> None:
    assert JUDGE.observe(GOOD, Op.DECODE, [Decoded(1, consumed, MESSAGE)]).code == "octets-left"


@pytest.mark.parametrize(
    "refusal, observation",
    [
        (Rejected(1, "bad"), Observation.REJECTED),
        (Unsupported(1), Observation.UNSUPPORTED),
        (Panicked(1, "boom"), Observation.CRASHED),
    ],
)
@pytest.mark.parametrize("op", Op)
def test_a_refusal_is_what_it_says_under_every_op(op: Op, refusal: Answer, observation: Observation) -> None:
    answers = [Done(1), refusal] if op is Op.STREAM else [refusal]
    stream = replace(GOOD, ops=(op,), items=(), left=0)
    assert JUDGE.observe(stream, op, answers).observation is observation


@pytest.mark.parametrize(
    "case, op, answers",
    [
        (GOOD, Op.DECODE, [Encoded(1, FRAME.hex())]),
        (GOOD, Op.DECODE, []),
        (GOOD, Op.ENCODE, [Decoded(1, len(FRAME), MESSAGE)]),
        (vector(FRAME), Op.ENCODE, [Encoded(1, FRAME.hex())]),
        (GOOD, Op.STREAM, []),
    ],
)
def test_an_answer_to_something_else_breaks_the_protocol(case: Vector, op: Op, answers: list[Answer]) -> None:
    assert JUDGE.observe(case, op, answers).observation is Observation.PROTOCOL_BROKEN


def test_what_was_allowed_for_or_is_named_second_is_no_first_choice() -> None:
    accepted = Observed(Observation.ACCEPTED)
    both = replace(GOOD, outcomes=(Outcome(Observation.REJECTED, "rejected", OutcomeLevel.PASS), ACCEPTED))
    assert not JUDGE.is_first_choice(both, accepted)
    assert not JUDGE.is_first_choice(GOOD, replace(accepted, allowances=(("regrouped", OutcomeLevel.PASS),)))
    assert not JUDGE.is_first_choice(replace(GOOD, outcomes=()), accepted)
    assert not JUDGE.is_first_choice(GOOD, Observed(Observation.WRONG_VALUE))


@pytest.mark.parametrize("observation", [Observation.REJECTED, Observation.UNSUPPORTED])
def test_an_encoder_need_not_write_what_breaks_a_document(observation: Observation) -> None:
    observed = Observed(observation)
    broken = replace(GOOD, finding=next(each.finding for each in CORPUS.vectors if each.finding))
    tolerated = JUDGE.judge(broken, Op.ENCODE, observed)
    assert (tolerated.verdict, tolerated.level, tolerated.code) == (Verdict.TOLERATED, "info", "need-not-be-written")
    assert JUDGE.judge(broken, Op.DECODE, observed).code != "need-not-be-written"
    assert JUDGE.judge(GOOD, Op.ENCODE, observed).verdict is Verdict.FAIL


def able(depth: int, *ops: str) -> Capabilities:
    return Capabilities(ops=ops or ("decode", "encode", "stream"), depth={"4": depth})


@pytest.mark.parametrize(
    "case, op, able, verdict",
    [
        (GOOD, Op.DECODE, able(3), Verdict.FAIL),
        (GOOD, Op.DECODE, able(1), Verdict.FAIL),
        (GOOD, Op.DECODE, able(0), Verdict.NOT_TESTABLE),
        (GOOD, Op.DECODE, able(3, "encode"), Verdict.NOT_TESTABLE),
        (NEEDS_SESSION, Op.DECODE, able(3), Verdict.NOT_TESTABLE),
        (GOOD, Op.ENCODE, able(3), Verdict.FAIL),
        (GOOD, Op.ENCODE, able(2), Verdict.NOT_TESTABLE),
        (replace(GOOD, message=replace(MESSAGE, tlvs=())), Op.ENCODE, able(1), Verdict.FAIL),
        (GOOD, Op.STREAM, able(0), Verdict.FAIL),
        (vector(FRAME[:5]), Op.DECODE, able(0), Verdict.FAIL),
        (vector(FRAME[:6]), Op.DECODE, able(0), Verdict.NOT_TESTABLE),
    ],
)
def test_what_is_unsupported_fails_where_it_was_declared(
    case: Vector, op: Op, able: Capabilities, verdict: Verdict
) -> None:
    judge = Judge(able, PROFILE, Policy())
    assert judge.judge(case, op, Observed(Observation.UNSUPPORTED)).verdict is verdict
