"""From observations to verdicts: the first outcome that matches decides."""

import pytest

from bmpconform.corpus.vector import Observation, Outcome, OutcomeLevel
from bmpconform.judge.observed import Observed
from bmpconform.judge.verdict import Judgement, judge
from bmpconform.judge.words import Verdict

OUTCOMES = (
    Outcome(Observation.REJECTED, "rejected", OutcomeLevel.PASS),
    Outcome(Observation.ACCEPTED, "lenient", OutcomeLevel.WARN),
)


def test_what_is_allowed_passes_or_is_tolerated_with_its_label() -> None:
    assert judge(Observed(Observation.REJECTED), OUTCOMES, declared=True) == Judgement(Verdict.PASS)
    expected = Judgement(Verdict.TOLERATED, "warn", "lenient")
    assert judge(Observed(Observation.ACCEPTED), OUTCOMES, declared=True) == expected


def test_the_first_outcome_that_matches_decides() -> None:
    outcomes = (Outcome(Observation.ACCEPTED, "fine", OutcomeLevel.PASS), *OUTCOMES)
    assert judge(Observed(Observation.ACCEPTED), outcomes, declared=True).verdict is Verdict.PASS


def test_what_is_not_allowed_fails_with_its_code() -> None:
    observed = Observed(Observation.WRONG_VALUE, "cut-at-nul", "tlvs[0].value")
    assert judge(observed, OUTCOMES, declared=True) == Judgement(Verdict.FAIL, "fail", "cut-at-nul")
    rejected = judge(Observed(Observation.REJECTED), OUTCOMES[1:], declared=True)
    assert rejected == Judgement(Verdict.FAIL, "fail", "rejected")


@pytest.mark.parametrize(
    "observation",
    [Observation.CRASHED, Observation.TIMED_OUT, Observation.PROTOCOL_BROKEN, Observation.FLAKY],
)
def test_some_observations_are_never_allowed(observation: Observation) -> None:
    outcomes = (Outcome(observation, "allowed", OutcomeLevel.PASS),)
    assert judge(Observed(observation), outcomes, declared=True).verdict is Verdict.FAIL


@pytest.mark.parametrize("declared, verdict", [(True, Verdict.FAIL), (False, Verdict.NOT_TESTABLE)])
def test_unsupported_fails_where_it_was_declared(declared: bool, verdict: Verdict) -> None:  # noqa: FBT001
    assert judge(Observed(Observation.UNSUPPORTED), OUTCOMES, declared=declared).verdict is verdict


@pytest.mark.parametrize(
    "allowances",
    [
        (("mild", OutcomeLevel.INFO), ("stern", OutcomeLevel.WARN)),
        (("stern", OutcomeLevel.WARN), ("mild", OutcomeLevel.INFO)),
        (("stern", OutcomeLevel.WARN), ("also stern", OutcomeLevel.WARN)),
    ],
)
def test_the_sternest_of_what_was_allowed_is_told(allowances: tuple[tuple[str, OutcomeLevel], ...]) -> None:
    observed = Observed(Observation.ACCEPTED, allowances=allowances)
    outcomes = (Outcome(Observation.ACCEPTED, "fine", OutcomeLevel.PASS),)
    assert judge(observed, outcomes, declared=True) == Judgement(Verdict.TOLERATED, "warn", "stern")
