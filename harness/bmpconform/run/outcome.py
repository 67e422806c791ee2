"""What the events of a run come to: its exit code, and how many verdicts are as expected."""

from collections.abc import Iterable, Iterator

from bmpconform.corpus.vector import Observation
from bmpconform.exits import DEFECT, FOUND, TARGET_UNUSABLE, UNUSABLE, worst
from bmpconform.judge.words import Standing, Verdict
from bmpconform.run.events import Judged, RunEvent, TargetSkipped, TargetUnusable


class Outcome:
    """A fold over the events of a run.

    `passed` counts verdicts that are as expected, `failed` those that are not and targets that cannot be used,
    `skipped` targets that this machine lacks; what could not be tested counts nowhere, nor does what the target
    says it cannot do.
    """

    def __init__(self) -> None:
        """Begin with nothing judged."""
        self.passed = self.failed = self.skipped = 0
        self._codes: set[int] = set()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was judged, and nothing else went wrong."""
        return not self.passed and not self._codes

    @property
    def code(self) -> int:
        """The exit code: nothing judged is never 0."""
        return UNUSABLE if self.is_empty else worst(self._codes)

    def of(self, events: Iterable[RunEvent]) -> Iterator[RunEvent]:
        """Pass events on, and note what they are worth."""
        for event in events:
            match event:
                case Judged():
                    self._judged(event)
                case TargetUnusable():
                    self.failed += 1
                    self._codes.add(TARGET_UNUSABLE)
                case TargetSkipped():
                    self.skipped += 1
                case _:
                    pass
            yield event

    def _judged(self, judged: Judged) -> None:
        line = judged.line
        if line.expected != Standing.AS_EXPECTED.value:
            self.failed += 1
            self._codes.add(DEFECT if line.verdict == Verdict.HARNESS_BUG.value else FOUND)
        elif line.verdict != Verdict.NOT_TESTABLE.value and line.observation != Observation.UNSUPPORTED.value:
            self.passed += 1
