"""What is worth keeping: an input under which the targets, taken together, do something that they had not done yet.

Why all targets at once: what one of them calls an error tells how far another went, with no instrumentation of either.
Why coarse: a shape that tells too much makes every input a new one, and then the corpus says nothing.
Why words apart from deeds: what targets say is new most often of what is broken in one more way, and can flood; the
edges that they take, and what the form of messages has to cover, come to an end, and lead to others.
"""

from collections.abc import Sequence
from enum import Enum
from typing import TypeAlias

from bmpconform.corpus.vector import Op
from bmpconform.run.target import NotJudged, Outcome
from bmpconform.wire.value import Value

# One input in so many may be new once there were WARM_UP inputs, in which much is; WINDOW is how many are looked at.
ONE_IN = 50
WARM_UP = 10_000
WINDOW = 5_000
# What is not told apart: at level 1 the size, at level 2 the type of the message and all but the observation too.
COARSEST = 2

Feature: TypeAlias = tuple[object, ...]

# How often an edge was taken, as one bit of eight: 1, 2, 3, to 7, to 15, to 31, to 127, more. (AFL's classes.)
_CLASSES = bytes(
    0 if count == 0 else 1 << next(place for place, most in enumerate((1, 2, 3, 7, 15, 31, 127, 255)) if count <= most)
    for count in range(256)
)


class Shape(Value, frozen=True):
    """What is told of an input beside what the targets make of it: the type of its first message, its size's log2."""

    op: Op
    message_type: int
    size: int

    @staticmethod
    def of(op: Op, octets: bytes) -> "Shape":
        """Return the shape of an input."""
        return Shape(op, octets[5] if len(octets) > 5 else -1, len(octets).bit_length())  # noqa: PLR2004 - the type


class Edges(Value, frozen=True):
    """The edges that an input took in one target, which has a number: a bit for each edge and class of its count."""

    target: int
    taken: int

    @staticmethod
    def of(target: int, counters: bytes) -> "Edges":
        """Return the edges that counters tell of."""
        return Edges(target, int.from_bytes(counters.translate(_CLASSES), "little"))


class Traits(Value, frozen=True):
    """All that one input did, by which it is told whether another did more: words, edges, and what it covers."""

    features: frozenset[Feature] = frozenset()
    edges: tuple[Edges, ...] = ()
    covered: frozenset[Feature] = frozenset()

    def joined(self, other: "Traits") -> "Traits":
        """Return what both did."""
        return Traits(self.features | other.features, self.edges + other.edges, self.covered | other.covered)


class Seen:
    """What was done so far: `edges_of` each target are bits as in `Edges`."""

    def __init__(self) -> None:
        self.features: set[Feature] = set()
        self.covered: set[Feature] = set()
        self.edges_of: dict[int, int] = {}

    @property
    def edges(self) -> int:
        """How many edges were taken, each counted once for each class of its count."""
        return sum(taken.bit_count() for taken in self.edges_of.values())

    def __len__(self) -> int:
        return len(self.features) + len(self.covered) + self.edges

    def adds(self, traits: Traits) -> bool:
        """Whether an input did more than was done so far."""
        return (
            not self.features.issuperset(traits.features)
            or not self.covered.issuperset(traits.covered)
            or any(one.taken & ~self.edges_of.get(one.target, 0) for one in traits.edges)
        )

    def add(self, traits: Traits) -> bool:
        """Note what an input did; return whether that was more than was done so far."""
        fresh = self.adds(traits)
        if fresh:
            self.features |= traits.features
            self.covered |= traits.covered
            for one in traits.edges:
                self.edges_of[one.target] = self.edges_of.get(one.target, 0) | one.taken
        return fresh

    def lacks(self, other: "Seen") -> int:
        """Return how much of another is not in this."""
        edges = sum((taken & ~self.edges_of.get(target, 0)).bit_count() for target, taken in other.edges_of.items())
        return edges + len(other.features - self.features) + len(other.covered - self.covered)


class News(Enum):
    """What is new in an input: what the targets say of it, or what it had them do."""

    WORDS = "words"
    DEEDS = "deeds"


class Feedback:
    """Tells inputs that do something new. A flood of new ones is noticed, and from then on less is told apart."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.level = 0
        self._seen = Seen()
        self._asked = -WARM_UP
        self._new = 0

    @property
    def signatures(self) -> int:
        """How many features were seen."""
        return len(self._seen.features)

    @property
    def edges(self) -> int:
        """How many edges were seen, each counted once for each class of its count."""
        return self._seen.edges

    def news(self, traits: Traits) -> News | None:
        """Return what one input did that was not done before, None where that is nothing; it is done now."""
        words = self._seen.add(Traits(traits.features))
        deeds = self._seen.add(Traits(edges=traits.edges, covered=traits.covered))
        self._watch(fresh=words)
        return News.DEEDS if deeds else News.WORDS if words else None

    def traits(
        self,
        shape: Shape,
        outcomes: Sequence[Outcome],
        edges: Sequence[Edges] = (),
        covered: frozenset[Feature] = frozenset(),
    ) -> Traits:
        """Return what one input did: a feature of each target, one of all together, edges, and what it covers.

        There is an outcome for each target; `covered` is what the input covers of the form of messages.
        """
        said = tuple(self._said(outcome) for outcome in outcomes)
        place: Feature = (shape.op, shape.message_type, shape.size)[: 3 - self.level]
        features = [(*place, number, one) for number, one in enumerate(said)] + [(*place[:2], said)]
        return Traits(frozenset(features), tuple(edges), covered)

    def _said(self, outcome: Outcome) -> Feature:
        observed = outcome.observed
        if isinstance(observed, NotJudged):
            return (observed.code,)
        if self.level == COARSEST:
            return (observed.observation,)
        return observed.observation, observed.code, observed.error, observed.path.partition("[")[0]

    def _watch(self, *, fresh: bool) -> None:
        self._asked += 1
        self._new += fresh and self._asked > 0
        if self._asked == WINDOW:
            is_flood = self._new * ONE_IN > WINDOW and self.level < COARSEST
            self.level += is_flood
            # Told apart in another way, all is new again for a while.
            self._asked, self._new = -WARM_UP if is_flood else 0, 0
