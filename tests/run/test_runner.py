"""The flow of a run: every target gets its cases, doubtful ones are asked again, and none costs another its run."""

from collections.abc import Callable, Iterator

import pytest

import raw
from bmpconform.corpus.load import Corpus
from bmpconform.corpus.vector import Op
from bmpconform.judge.expected import Entry, Expected
from bmpconform.report.results import render_results
from bmpconform.run.events import Judged, RunEvent, RunSummary, TargetSkipped, TargetStart, TargetUnusable, VerdictLine
from bmpconform.run.outcome import Outcome
from bmpconform.run.runner import Contender, RunOptions, run
from bmpconform.spec.profiles import PROFILES
from bmpconform.targets.errors import MissingError, TargetError
from bmpconform.targets.protocol import Answer, Decode, Decoded, Encode, Encoded, Rejected, Unsupported
from bmpconform.targets.replies import Answered, Broken, Case, Crashed, GaveUp, Reply, TimedOut
from bmpconform.wire.value import replace
from vectors import ABLE, FakeTarget, shown, vector

FRAME = raw.initiation(raw.tlv(2, b"router"), raw.tlv(1, b"descr"))
OTHER = raw.initiation(raw.tlv(2, b"router"), raw.tlv(1, b"other"))
ONE = vector(FRAME, Op.DECODE, name="test/one", message=shown(FRAME))
TWO = vector(OTHER, Op.DECODE, Op.ENCODE, name="test/two", message=shown(OTHER))
DEFAULTS = RunOptions()
CORPUS = Corpus((ONE, TWO), "0" * 64)
HONEST = ("honesty/empty", "honesty/other-version", "honesty/short-header")


def right(case: Case) -> Reply:
    """Answer as a target without a fault would."""
    match case.requests[0]:
        case Decode(octets, _) if bytes.fromhex(octets) in {FRAME, OTHER}:
            frame = bytes.fromhex(octets)
            return Answered((Decoded(1, len(frame), shown(frame)),))
        case Decode():
            return Answered((Rejected(1, "no-message"),))
        case Encode():
            return Answered((Encoded(1, OTHER.hex()),))
        case _:
            return Answered((Unsupported(1),))


def contender(reply: Callable[[Case], Reply] = right, **changes: object) -> Contender:
    return replace(Contender("fake", lambda: FakeTarget(reply)), **changes)


def events_of(*contenders: Contender, options: RunOptions = DEFAULTS, corpus: Corpus = CORPUS) -> list[RunEvent]:
    return list(run(contenders, corpus, options))


def lines_of(*contenders: Contender, options: RunOptions = DEFAULTS, corpus: Corpus = CORPUS) -> list[VerdictLine]:
    return [event.line for event in events_of(*contenders, options=options, corpus=corpus) if isinstance(event, Judged)]


def on(octets: bytes, reply: Callable[[], Reply]) -> Callable[[Case], Reply]:
    """Return a target that replies otherwise to the decoding of `octets`."""

    def answer(case: Case) -> Reply:
        request = case.requests[0]
        return reply() if isinstance(request, Decode) and request.hex == octets.hex() else right(case)

    return answer


def test_every_vector_and_op_gets_a_verdict_in_order() -> None:
    lines = lines_of(contender())
    assert [(line.vector, line.op) for line in lines] == [
        *((name, "decode") for name in HONEST),
        ("test/one", "decode"),
        ("test/two", "decode"),
        ("test/two", "encode"),
    ]
    assert {line.verdict for line in lines} == {"pass"}
    assert {line.expected for line in lines} == {"as-expected"}
    assert lines[-1].replay == "bmpconform replay test/two --target fake"


def test_two_runs_give_the_same_octets() -> None:
    def rendered() -> list[bytes]:
        return list(render_results(events_of(contender(on(FRAME, lambda: TimedOut(1))))))

    assert rendered() == rendered()


def test_an_op_that_is_not_declared_is_not_asked() -> None:
    able = replace(ABLE, ops=("encode",))
    lines = lines_of(contender(open=lambda: FakeTarget(right, able)))
    verdicts = {(line.vector, line.op): (line.verdict, line.code) for line in lines}
    assert verdicts["test/one", "decode"] == ("not-testable", "op-not-declared")
    assert verdicts["honesty/empty", "decode"] == ("not-testable", "op-not-declared")
    assert verdicts["test/two", "encode"] == ("pass", None)


def test_a_declared_leniency_is_not_judged() -> None:
    able = replace(ABLE, lenient=("empty",))
    lines = lines_of(contender(open=lambda: FakeTarget(right, able)))
    assert [(line.verdict, line.code) for line in lines[:2]] == [("not-testable", "declared-lenient"), ("pass", None)]


def test_a_target_that_takes_everything_is_not_honest() -> None:
    lines = lines_of(contender(lambda _: Answered((Decoded(1, None, shown(FRAME)),))))
    assert [(line.vector, line.verdict) for line in lines if line.verdict == "fail"][:3] == [
        (name, "fail") for name in HONEST
    ]


@pytest.mark.parametrize(
    "reply, observation, verdict, code, error",
    [
        (Crashed("SIGSEGV", "why", "stderr"), "crashed", "fail", "crashed", "SIGSEGV"),
        (TimedOut(3), "timed-out", "fail", "timed-out", None),
        (Broken("garbage"), "protocol-broken", "fail", "protocol-broken", None),
        (GaveUp("too often"), None, "not-testable", "gave-up", None),
        (Answered((Rejected(1, "short"),)), "rejected", "fail", "rejected", "short"),
    ],
)
def test_what_is_no_right_answer_costs_its_case_alone(
    reply: Reply, observation: str | None, verdict: str, code: str, error: str | None
) -> None:
    lines = {(line.vector, line.op): line for line in lines_of(contender(on(FRAME, lambda: reply)))}
    line = lines["test/one", "decode"]
    assert (line.observation, line.verdict, line.code, line.error) == (observation, verdict, code, error)
    assert lines["test/two", "decode"].verdict == "pass"


def test_what_is_not_the_first_choice_is_asked_twice_more_on_a_fresh_child() -> None:
    asked: list[int] = []
    FakeTarget.starts = 0

    def reply() -> Reply:
        asked.append(FakeTarget.starts)
        return Answered((Rejected(1, "short"),))

    lines_of(contender(on(FRAME, reply)))
    assert asked == [1, 2, 3]


@pytest.mark.parametrize("deterministic, rerun", [(False, False), (True, True)])
def test_nothing_is_asked_again_where_that_is_not_wanted(deterministic: bool, rerun: bool) -> None:  # noqa: FBT001
    FakeTarget.starts = 0
    rejecting = contender(on(FRAME, lambda: Answered((Rejected(1, "short"),))), deterministic=deterministic)
    lines_of(rejecting, options=RunOptions(rerun=rerun))
    assert FakeTarget.starts == 1


def test_a_time_out_that_is_certain_is_not_waited_for_again() -> None:
    FakeTarget.starts = 0
    lines_of(contender(on(FRAME, lambda: TimedOut(3))))
    assert FakeTarget.starts == 1


def test_answers_that_differ_are_flaky() -> None:
    replies: Iterator[Answer] = iter([Rejected(1, "short"), Decoded(1, len(FRAME), shown(FRAME)), Rejected(1, "short")])
    lines = lines_of(contender(on(FRAME, lambda: Answered((next(replies),)))))
    line = next(line for line in lines if line.vector == "test/one")
    assert (line.observation, line.verdict, line.code) == ("flaky", "fail", "flaky")


def test_what_was_not_asked_again_is_not_flaky() -> None:
    replies: Iterator[Reply] = iter([TimedOut(1), GaveUp("timed out 20 times"), GaveUp("timed out 20 times")])
    lines = lines_of(contender(on(FRAME, lambda: next(replies))))
    assert next(line for line in lines if line.vector == "test/one").code == "timed-out"


def test_a_target_that_starts_but_once_keeps_what_it_answered() -> None:
    targets = iter([FakeTarget(on(FRAME, lambda: Answered((Rejected(1, "short"),))))])

    def start() -> FakeTarget:
        target = next(targets, None)
        if target is None:
            raise TargetError("its port is taken")
        return target

    outcome = Outcome()
    events = list(outcome.of(run([contender(open=start)], CORPUS, DEFAULTS)))
    lines = {event.line.vector: event.line for event in events if isinstance(event, Judged)}
    assert (lines["test/one"].code, lines["test/two"].verdict) == ("rejected", "pass")
    assert [event.text for event in events if isinstance(event, TargetUnusable)] == [
        "what it failed was not asked again: its port is taken"
    ]
    assert outcome.code == 3


def test_why_a_target_was_given_up_is_told() -> None:
    events = events_of(contender(on(FRAME, lambda: GaveUp("no longer starts: exit-9"))))
    assert [event.text for event in events if isinstance(event, TargetUnusable)] == [
        "no longer starts: exit-9; not asked: 1 of its cases"
    ]


def test_a_defect_of_ours_is_no_fault_of_the_target(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bmpconform.judge.judging.Judge.observe", broken)
    outcome = Outcome()
    lines = [event.line for event in outcome.of(run([contender()], CORPUS, RunOptions())) if isinstance(event, Judged)]
    assert {(line.verdict, line.expected) for line in lines} == {("harness-bug", "unexpected")}
    assert outcome.code == 70


@pytest.mark.parametrize(
    "error, kind, code",
    [(TargetError("does not start"), TargetUnusable, 3), (MissingError("no cargo"), TargetSkipped, 0)],
)
def test_a_target_that_cannot_be_used_costs_no_other_its_run(error: Exception, kind: type, code: int) -> None:
    def refuse() -> FakeTarget:
        raise error

    outcome = Outcome()
    gone = contender(open=refuse, name="gone")
    events = list(outcome.of(run([gone, contender()], CORPUS, RunOptions(jobs=2))))
    assert isinstance(events[1], kind)
    assert isinstance(events[2], TargetStart)
    assert outcome.code == code


def test_nothing_judged_is_never_0() -> None:
    def refuse() -> FakeTarget:
        raise MissingError("no cargo")

    outcome = Outcome()
    assert len(list(outcome.of(run([contender(open=refuse)], CORPUS, RunOptions())))) == 3
    assert outcome.code == 2


def test_a_target_that_supports_nothing_is_not_judged() -> None:
    outcome = Outcome()
    able = replace(ABLE, depth={}, ops=("decode",))
    target = contender(open=lambda: FakeTarget(lambda _: Answered((Unsupported(1),)), able))
    verdicts = {
        event.line.verdict for event in outcome.of(run([target], CORPUS, DEFAULTS)) if isinstance(event, Judged)
    }
    assert verdicts == {"pass", "not-testable"}
    assert outcome.code == 2


def test_every_target_is_closed() -> None:
    opened: list[FakeTarget] = []

    def start() -> FakeTarget:
        opened.append(FakeTarget(on(FRAME, lambda: TimedOut(1))))
        return opened[-1]

    events_of(contender(open=start))
    assert [target.closed for target in opened] == [True, True, True]


def entry(vector_id: str, code: str) -> Entry:
    return Entry(vector=vector_id, op="decode", code=code, kind="bug", analysis="So it is.")


@pytest.mark.parametrize("code, standing, exit_code", [("rejected", "as-expected", 0), ("tlv-lost", "unexpected", 1)])
def test_an_expected_failure_is_no_news(code: str, standing: str, exit_code: int) -> None:
    expected = Expected((entry("test/one", code),))
    outcome = Outcome()
    fails = contender(on(FRAME, lambda: Answered((Rejected(1, "short"),))), expected=expected)
    lines = [event.line for event in outcome.of(run([fails], CORPUS, RunOptions())) if isinstance(event, Judged)]
    assert {line.expected for line in lines if line.vector == "test/one"} == {standing}
    assert outcome.code == exit_code


@pytest.mark.parametrize("vector_id", ["test/one", "test/gone"])
def test_an_entry_that_nothing_needs_is_stale(vector_id: str) -> None:
    outcome = Outcome()
    events = run([contender(expected=Expected((entry(vector_id, "rejected"),)))], CORPUS, RunOptions())
    lines = [event.line for event in outcome.of(events) if isinstance(event, Judged)]
    assert {line.expected for line in lines if line.vector == vector_id} == {"stale"}
    assert outcome.code == 1


def test_only_what_was_chosen_is_judged_and_an_entry_for_the_rest_is_not_stale() -> None:
    expected = Expected((entry("test/one", "rejected"),))
    lines = lines_of(contender(expected=expected), options=RunOptions(pattern="test/two"))
    assert {line.vector for line in lines} == {*HONEST, "test/two"}
    assert {line.expected for line in lines} == {"as-expected"}


def test_a_vector_of_a_newer_profile_is_not_scored() -> None:
    corpus = Corpus((replace(ONE, profile="bmp-2026"), TWO), "0" * 64)
    lines = lines_of(contender(), corpus=corpus, options=RunOptions(PROFILES["draft-peer-up"]))
    assert lines[-1].replay == "bmpconform replay test/two --target fake --profile draft-peer-up"
    assert "test/one" not in {line.vector for line in lines}


def test_the_summary_counts_by_verdict_expectation_and_target() -> None:
    summary = events_of(contender(), contender(on(FRAME, lambda: TimedOut(3)), name="slow"))[-1]
    assert isinstance(summary, RunSummary)
    assert summary.by_verdict["pass"] == 11
    assert summary.by_verdict["fail"] == 1
    assert summary.by_expectation == {"as-expected": 11, "unexpected": 1, "stale": 0}
    assert summary.by_target["slow"]["fail"] == 1


def test_it_can_be_stopped_and_tells_what_was_judged() -> None:
    def watch(_target: str, done: int, _total: int) -> bool:
        return done < 4

    lines = [event.line for event in run([contender()], CORPUS, RunOptions(), watch) if isinstance(event, Judged)]
    assert [line.vector for line in lines] == [*HONEST, "test/one"]


def written_by(octets: bytes) -> Callable[[Case], Reply]:
    """Return a target that encodes everything as these octets, and decodes nothing."""

    def answer(case: Case) -> Reply:
        if isinstance(case.requests[0], Encode):
            return Answered((Encoded(1, octets.hex()),))
        return Answered((Rejected(1, "never"),))

    return answer


def across(*contenders: Contender) -> list[VerdictLine]:
    lines = lines_of(*contenders, options=RunOptions(cross=True, rerun=False))
    return [line for line in lines if "->" in line.target]


def test_what_one_target_encodes_every_other_decodes() -> None:
    (line, other) = across(contender(name="a"), contender(name="b"))
    assert (line.target, line.vector, line.op, line.verdict) == ("a -> b", "test/two", "decode", "pass")
    assert other.target == "b -> a"
    assert line.replay == "bmpconform run a b --cross --vectors test/two"


def test_only_what_is_encoded_right_goes_on() -> None:
    lines = across(contender(written_by(FRAME), name="wrong"), contender(name="right"))
    assert [line.target for line in lines] == ["right -> wrong"]
    assert [(line.verdict, line.expected) for line in lines] == [("fail", "unexpected")]


def test_what_a_decoder_is_expected_to_fail_is_expected_across_too() -> None:
    expected = Expected((entry("test/two", "rejected"), entry("test/one", "rejected")))
    refusing = contender(written_by(OTHER), name="refusing", expected=expected)
    lines = across(contender(name="a"), refusing)
    assert {line.expected for line in lines} == {"as-expected"}
    otherwise = Expected((entry("test/two", "tlv-lost"),))
    assert {line.expected for line in across(contender(name="a"), replace(refusing, expected=otherwise))} == {
        "as-expected"
    }
    forgiven = across(contender(name="a"), contender(name="b", expected=expected))
    assert {line.expected for line in forgiven} == {"as-expected"}


def test_a_target_that_is_gone_is_left_out_across() -> None:
    def refuse() -> FakeTarget:
        raise TargetError("does not start")

    assert across(contender(open=refuse, name="gone"), contender(name="a")) == []


def unusable_across(*contenders: Contender) -> list[tuple[str, str]]:
    events = events_of(*contenders, options=RunOptions(cross=True, rerun=False))
    return [(event.target, event.text) for event in events if isinstance(event, TargetUnusable)]


def starting(times: int, name: str) -> Contender:
    """Return a target that starts so many times, and no more."""
    left = iter(range(times))

    def start() -> FakeTarget:
        if next(left, None) is None:
            raise TargetError("it does not start any more")
        return FakeTarget(right)

    return contender(open=start, name=name)


def test_a_pair_whose_decoder_gives_up_is_told() -> None:
    tired = contender(on(OTHER, lambda: GaveUp("timed out 20 times")), name="b")
    told = unusable_across(contender(name="a"), tired)
    assert ("a -> b", "timed out 20 times; not asked: 1 of its cases") in told


def test_a_pair_of_which_one_does_not_start_again_is_told() -> None:
    text = "it does not start any more"
    assert unusable_across(contender(name="a"), starting(1, "b")) == [("a -> b", text), ("b -> others", text)]
    assert unusable_across(contender(name="a"), starting(2, "b")) == [("b -> others", text)]
    assert unusable_across(contender(name="a"), starting(0, "b")) == [("b", text)]


def test_an_encoder_that_gives_up_is_told() -> None:
    def tired(case: Case) -> Reply:
        return GaveUp("timed out 20 times") if isinstance(case.requests[0], Encode) else right(case)

    told = unusable_across(contender(tired, name="a"), contender(name="b"))
    assert ("a -> others", "did not encode all: timed out 20 times") in told
