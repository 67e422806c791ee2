"""How long faults live: survival curves, restricted means, and how two fuzzers compare. Plain arithmetic.

Why survival: a fault that a run did not find is no missing figure, but one that lived longer than the budget.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

# Seconds (or executions) until a fault was detected, None where it was not within the budget.
Times = Sequence[float | None]


def survival(times: Times) -> list[tuple[float, float]]:
    """Return the steps of the Kaplan-Meier curve: a time, and the share that is not detected from there on.

    All that is censored is so at the budget, behind every time that is known, so the curve is a plain share.
    """
    found = sorted(time for time in times if time is not None)
    steps = {time: 1 - (number + 1) / len(times) for number, time in enumerate(found)}
    return [(0.0, 1.0), *sorted(steps.items())]


def restricted_mean(times: Times, budget: float) -> float:
    """Return the mean time to detection within a budget: the area under the curve."""
    return sum(budget if time is None else min(time, budget) for time in times) / len(times)


def a12(first: Times, second: Times) -> float:
    """Return the share of pairs in which the first is the quicker, ties for half: Vargha and Delaney's A.

    0.5 says that there is no difference, 0.71 and above that it is large.
    """
    pairs = [(_known(one), _known(other)) for one in first for other in second]
    return sum(1.0 if one < other else 0.5 if one == other else 0.0 for one, other in pairs) / len(pairs)


def mann_whitney(first: Times, second: Times) -> float:
    """Return the two-sided p of the Mann-Whitney U test, by the normal approximation with ties and continuity."""
    one, other = len(first), len(second)
    both = [_known(time) for time in (*first, *second)]
    ties = [both.count(time) for time in set(both)]
    total = one + other
    variance = one * other / 12 * (total + 1 - sum(tie**3 - tie for tie in ties) / (total * (total - 1)))
    if variance == 0:
        return 1.0
    distance = abs(a12(first, second) * one * other - one * other / 2)
    return min(1.0, 2 * (1 - NormalDist().cdf(max(0.0, distance - 0.5) / math.sqrt(variance))))


def _known(time: float | None) -> float:
    return math.inf if time is None else time
