"""The targets of a campaign, each with what it is asked, what it answers, and how long that takes.

Why apart from the loop: all targets work on the same inputs at the same time, and each may be lost by itself.
"""

import time
from collections.abc import Callable, Sequence

from bmpconform.fuzz.feedback import Edges
from bmpconform.fuzz.oracle import Expectation
from bmpconform.rules.selection import Policy
from bmpconform.run.plan import Task
from bmpconform.run.runner import Contender
from bmpconform.run.target import GAVE_UP, NotJudged, Outcome, Target, TargetRun
from bmpconform.spec.profiles import Profile
from bmpconform.targets.counters import IS_SHARED, Counters
from bmpconform.targets.errors import TargetError
from bmpconform.targets.replies import Answered, Reply
from bmpconform.wire.value import Value


class Heard(Value, frozen=True):
    """What came of one input at one target: the verdict, the reply itself, and the edges that it took, if told."""

    outcome: Outcome
    reply: Reply
    edges: Edges | None


class Player:
    """One target in a campaign, told apart from the others by its number. Raises TargetError where it is of no use.

    With `guided`, it is told where to count its edges, should it be able to.
    """

    def __init__(self, contender: Contender, number: int, profile: Profile, *, guided: bool) -> None:
        self.contender = contender
        self._number = number
        opener: Callable[[], Target] = contender.open
        self._counters: Counters | None = None
        if guided and IS_SHARED and contender.open_in is not None:
            open_in, self._counters = contender.open_in, Counters()
            environment = self._counters.environment
            opener = lambda: open_in(environment)  # noqa: E731 - a name says no more
        self.run = TargetRun(opener, profile, Policy())
        self.able = self.run.greeted.capabilities
        self.ops = self.able.ops
        self._seconds, self._asked = 0.0, 0

    @property
    def name(self) -> str:
        """Return the target as typed."""
        return self.contender.name

    def ask(self, expectations: Sequence[Expectation]) -> list[Heard | None] | TargetError:
        """Return what came of each input, None where the target does not do that; why, where it is of no use."""
        asked = [one for one in expectations if one.op.value in self.ops]
        began = time.monotonic()
        try:
            replies = self.run.replies([Task(one.vector, one.op) for one in asked])
            # Each at once: the maps of those that were told are written over in time.
            told = iter([Heard(outcome, reply, self._edges(reply)) for outcome, reply in replies])
        except TargetError as error:
            return error
        self._seconds += time.monotonic() - began
        self._asked += len(asked)
        return [next(told) if one.op.value in self.ops else None for one in expectations]

    def latency(self) -> float:
        """Return how many microseconds an input took since this was asked last."""
        taken = 1e6 * self._seconds / self._asked if self._asked else 0.0
        self._seconds, self._asked = 0.0, 0
        return round(taken, 1)

    def close(self) -> None:
        """End the target."""
        self.run.close()
        if self._counters is not None:
            self._counters.close()

    def _edges(self, reply: Reply) -> Edges | None:
        coverage = self.able.coverage
        if self._counters is None or coverage is None or not isinstance(reply, Answered):
            return None
        return Edges.of(self._number, self._counters.of(reply.answers[-1].id, coverage.counters))


def is_lost(heard: list[Heard | None] | TargetError) -> bool:
    """Whether a target is of no more use."""
    return isinstance(heard, TargetError) or any(one is not None and _gave_up(one.outcome) for one in heard)


def reason_of(heard: list[Heard | None] | TargetError) -> str:
    """Return why a target is lost."""
    if isinstance(heard, TargetError):
        return str(heard)
    return next(one.outcome.evidence.seen for one in heard if one is not None and _gave_up(one.outcome))


def _gave_up(outcome: Outcome) -> bool:
    return isinstance(outcome.observed, NotJudged) and outcome.observed.code == GAVE_UP
