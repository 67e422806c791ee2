"""One target in one process of pytest: opened for the first test that needs it, shared by all, closed at the end.

Why not a child for each test: starting one costs more than a hundred answers.
"""

from bmpconform.judge.expected import Ledger
from bmpconform.run.events import Judged, VerdictLine
from bmpconform.run.plan import Task, plan
from bmpconform.run.runner import Contender, RunOptions, judged
from bmpconform.run.target import TargetRun
from bmpconform.targets.errors import TargetError

# Of what a target that cannot be used wrote to stderr.
LAST_LINES = 20


class UnusableError(Exception):
    """A target that cannot be used: why, and the end of what it wrote to standard error."""


class Sitting:
    """A target that is asked one vector at a time. Raises UnusableError, each time, where it cannot be used."""

    def __init__(self, contender: Contender, options: RunOptions) -> None:
        """Start nothing yet."""
        self.contender = contender
        self.options = options
        self._ledger = Ledger(contender.expected.expect, options.profile.name)
        self._run: TargetRun | None = None
        self._fault: UnusableError | None = None

    def untestable(self, task: Task) -> str | None:
        """Return why a target is not asked this, None where it is."""
        able = self._opened().greeted.capabilities
        reasons = {(one.vector.id, one.op): one.untestable for one in plan([task.vector], able)}
        return reasons[task.vector.id, task.op]

    def judge(self, task: Task) -> Judged:
        """Ask once, and return the verdict with how that compares with what is expected."""
        run = self._opened()
        try:
            outcome, _ = run.replay(task.vector, task.op)
        except TargetError as error:
            raise self._unusable(error) from error
        return judged(self.contender.name, outcome, self._ledger)

    def reason(self, line: VerdictLine) -> str:
        """Return the words of expected.toml on a failure that is expected."""
        for entry in self.contender.expected.expect:
            here = entry.holds_in(self.options.profile.name)
            if here and (entry.vector, entry.op, entry.code) == (line.vector, line.op, line.code):
                return f"{entry.kind}: {entry.analysis}"
        return ""

    def close(self) -> None:
        """End the target and all that it left behind."""
        if self._run is not None:
            self._run.close()

    def _opened(self) -> TargetRun:
        if self._fault is not None:
            raise self._fault
        if self._run is None:
            try:
                self._run = TargetRun(self.contender.open, self.options.profile, self.options.policy)
            except TargetError as error:
                raise self._unusable(error) from error
        return self._run

    def _unusable(self, error: TargetError) -> UnusableError:
        lines = [str(error), *error.stderr.splitlines()[-LAST_LINES:]]
        self._fault = UnusableError("\n".join(lines))
        return self._fault
