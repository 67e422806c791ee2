"""From an observation to a verdict: the outcomes that a vector allows decide, the first that matches."""

from collections.abc import Iterable

from bmpconform.corpus.vector import NEVER_ALLOWED, Observation, Outcome, OutcomeLevel
from bmpconform.judge.observed import Observed
from bmpconform.judge.words import Verdict
from bmpconform.wire.value import Value


class Judgement(Value, frozen=True):
    """A verdict; `level` and `code` say what is wrong, None where nothing is. A tolerated one has its label as code."""

    verdict: Verdict
    level: str | None = None
    code: str | None = None


PASS = Judgement(Verdict.PASS)


_MILDEST_FIRST = (OutcomeLevel.PASS, OutcomeLevel.INFO, OutcomeLevel.WARN)


def _worth(outcome: Outcome, observed: Observed) -> Judgement:
    """Return the verdict of the sternest of what is allowed, the first of several."""
    label, level = outcome.label, outcome.level
    for also, sterner in observed.allowances:
        if _MILDEST_FIRST.index(sterner) > _MILDEST_FIRST.index(level):
            label, level = also, sterner
    return PASS if level is OutcomeLevel.PASS else Judgement(Verdict.TOLERATED, level.value, label)


def judge(observed: Observed, outcomes: Iterable[Outcome], *, declared: bool) -> Judgement:
    """Return what an observation is worth; `declared` is whether the target says that it can do this at all."""
    if observed.observation not in NEVER_ALLOWED:
        for outcome in outcomes:
            if outcome.observation is observed.observation:
                return _worth(outcome, observed)
    code = observed.code or observed.observation.value
    if observed.observation is Observation.UNSUPPORTED and not declared:
        return Judgement(Verdict.NOT_TESTABLE, None, code)
    return Judgement(Verdict.FAIL, "fail", code)
