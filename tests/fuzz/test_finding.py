"""What makes two findings one, and what is one at all."""

import pytest

import raw
from bmpconform.corpus.vector import Observation, OutcomeLevel
from bmpconform.fuzz.finding import Fault, found_in, values_of
from bmpconform.fuzz.oracle import Oracle
from bmpconform.judge.expected import FuzzEntry
from bmpconform.judge.observed import Observed
from bmpconform.judge.verdict import PASS, Judgement
from bmpconform.judge.words import Verdict
from bmpconform.run.events import Evidence
from bmpconform.run.plan import Task
from bmpconform.run.target import NotJudged, Outcome
from bmpconform.wire.value import replace
from vectors import PROFILE

FRAME = raw.initiation(raw.tlv(2, b"router", length=99))
EXPECTATION = Oracle(PROFILE).expect(FRAME)
FAILED = Judgement(Verdict.FAIL, "fail", "cut-at-nul")


def outcome(observed: Observed | NotJudged, judgement: Judgement = FAILED) -> Outcome:
    return Outcome(Task(EXPECTATION.vector, EXPECTATION.op), observed, judgement, Evidence())


def fault_of(observed: Observed | NotJudged, judgement: Judgement = FAILED) -> Fault | None:
    found = found_in("fake", EXPECTATION, outcome(observed, judgement), FRAME)
    return None if found is None else found.fault


def wrong(path: str, code: str = "cut-at-nul") -> Observed:
    return Observed(Observation.WRONG_VALUE, code, path, "00", "")


def test_the_same_in_another_tlv_is_the_same() -> None:
    assert fault_of(wrong("tlvs[0].value")) == fault_of(wrong("tlvs[12].value"))


def test_another_path_code_or_error_is_another() -> None:
    crashes = [Observed(Observation.CRASHED, "crashed", error=name) for name in ("SIGSEGV", "exit-1")]
    faults = [*map(fault_of, crashes), *map(fault_of, (wrong("rest"), wrong("count"), wrong("rest", "order-lost")))]
    assert len({fault.key for fault in faults if fault is not None}) == 5


def test_a_breach_is_told_by_its_clause() -> None:
    breaches = [replace(wrong("peer.flags", "reserved-bits"), clause=clause) for clause in ("RFC1-1", "RFC1-2")]
    one, other = (found_in("fake", EXPECTATION, outcome(breach), FRAME) for breach in breaches)
    assert one is not None
    assert other is not None
    assert one.fault.key != other.fault.key
    assert (one.clause, one.code, one.fault.clause_or_error) == ("RFC1-1", FAILED.code, "RFC1-1")
    assert one.line(1, 0.0).clause == "RFC1-1"


@pytest.mark.parametrize(
    "observed, words, values",
    [
        (wrong("rest"), "wrong-value, cut-at-nul", "expected 00, seen nothing"),
        (
            Observed(Observation.CRASHED, "crashed", seen="ended: SIGABRT", error="SIGABRT"),
            "crashed, SIGABRT",
            "seen ended: SIGABRT",
        ),
        (Observed(Observation.TIMED_OUT, "timed-out", seen="no answer"), "timed-out", "seen no answer"),
        (Observed(Observation.PROTOCOL_BROKEN, "key-missing"), "protocol-broken, key-missing", ""),
    ],
)
def test_what_is_the_same_or_empty_is_not_told(observed: Observed, words: str, values: str) -> None:
    found = found_in("fake", EXPECTATION, outcome(observed), FRAME)
    assert found is not None
    assert (found.fault.words, values_of(found)) == (words, values)


def test_values_are_cut_where_they_are_long() -> None:
    found = found_in("fake", EXPECTATION, outcome(Observed(Observation.CRASHED, "crashed", seen="1234")), FRAME)
    assert found is not None
    assert values_of(found, 3) == "seen 123..."
    assert values_of(found, 4) == "seen 1234"


def test_leniency_is_one_for_a_clause_and_told_as_info() -> None:
    lenient = Judgement(Verdict.TOLERATED, OutcomeLevel.INFO.value, "lenient")
    found = found_in("fake", EXPECTATION, outcome(Observed(Observation.ACCEPTED, path="tlvs[1]"), lenient), FRAME)
    assert found is not None
    assert (found.level, found.clause, found.fault.path) == ("info", EXPECTATION.clause, "")
    assert found.fault.clause_or_error == EXPECTATION.clause


@pytest.mark.parametrize(
    "judgement", [PASS, Judgement(Verdict.TOLERATED, "warn", "strict"), Judgement(Verdict.NOT_TESTABLE)]
)
def test_what_is_allowed_is_no_finding(judgement: Judgement) -> None:
    assert fault_of(Observed(Observation.REJECTED), judgement) is None


def test_what_was_not_asked_is_no_finding_and_a_defect_of_ours_is_one() -> None:
    assert fault_of(NotJudged("gave-up")) is None
    assert fault_of(NotJudged("harness-bug", "KeyError", Verdict.HARNESS_BUG)) is not None


def test_an_entry_names_it_by_op_what_path_and_observation() -> None:
    fault = fault_of(wrong("tlvs[0].value"))
    assert fault is not None
    entry = FuzzEntry(
        op="decode",
        clause_or_error="cut-at-nul",
        path="tlvs[].value",
        observation="wrong-value",
        kind="bug",
        analysis="C.",
    )
    assert fault.fits(entry)
    assert not Fault("fake", "stream", "cut-at-nul", "tlvs[].value", "wrong-value").fits(entry)


def test_a_line_has_the_keys_of_the_contract() -> None:
    found = found_in("fake", EXPECTATION, outcome(wrong("rest")), FRAME)
    assert found is not None
    line = found.line(12, 3.4567)
    assert line.__struct_fields__ == (
        *("key", "target", "op", "observation", "clause", "code", "path", "level", "input", "executions", "seconds"),
    )
    assert (line.key, line.input, line.executions, line.seconds) == (found.fault.key, FRAME.hex(), 12, 3.457)
