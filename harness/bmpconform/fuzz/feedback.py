"""What is worth keeping: an input under which the targets, taken together, do something that they had not done yet.

Why all targets at once: what one of them calls an error tells how far another went, with no instrumentation of either.
Why coarse: a shape that tells too much makes every input a new one, and then the corpus says nothing.
"""

from collections.abc import Sequence
from typing import TypeAlias

from bmpconform.corpus.vector import Op
from bmpconform.run.target import NotJudged, Outcome
from bmpconform.wire.value import Value

# One input in so many may be new once the campaign has run for WARM_UP inputs; WINDOW is how many are looked at.
ONE_IN = 50
WINDOW = 2000
COARSEST = 2

Feature: TypeAlias = tuple[object, ...]


class Shape(Value, frozen=True):
    """What is told of an input beside what the targets make of it: the type of its first message, its size's log2."""

    op: Op
    message_type: int
    size: int

    @staticmethod
    def of(op: Op, octets: bytes) -> "Shape":
        """Return the shape of an input."""
        return Shape(op, octets[5] if len(octets) > 5 else -1, len(octets).bit_length())  # noqa: PLR2004 - the type


class Feedback:
    """Tells inputs that do something new. A flood of new ones is noticed, and from then on less is told apart."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.level = 0
        self._seen: set[Feature] = set()
        self._asked = self._new = 0

    @property
    def signatures(self) -> int:
        """How many features were seen."""
        return len(self._seen)

    def is_new(self, shape: Shape, outcomes: Sequence[Outcome]) -> bool:
        """Whether the outcomes of one input, one for each target, show what was not seen before; they are seen now."""
        features = self._features(shape, outcomes)
        fresh = not self._seen.issuperset(features)
        self._seen.update(features)
        self._watch(fresh=fresh)
        return fresh

    def _features(self, shape: Shape, outcomes: Sequence[Outcome]) -> list[Feature]:
        """Return a feature of each target, and one of all together."""
        said = tuple(self._said(outcome) for outcome in outcomes)
        place: Feature = (shape.op, shape.message_type, shape.size)[: 3 - self.level]
        return [(*place, number, one) for number, one in enumerate(said)] + [(*place[:2], said)]

    def _said(self, outcome: Outcome) -> Feature:
        observed = outcome.observed
        if isinstance(observed, NotJudged):
            return (observed.code,)
        if self.level == COARSEST:
            return (observed.observation,)
        return observed.observation, observed.code, observed.error, observed.path.partition("[")[0]

    def _watch(self, *, fresh: bool) -> None:
        self._asked += 1
        self._new += fresh
        if self._asked == WINDOW:
            if self._new * ONE_IN > WINDOW and self.level < COARSEST:
                self.level += 1
            self._asked = self._new = 0
