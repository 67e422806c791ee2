"""Which input is mutated next: often one of those that it began with, else one that was kept, of any kind alike.

Why not any that was kept alike: what is new is mostly broken in a new way, or one more of the kind that has most, and a
mutant of what is broken hardly ever shows how a target reads what is right. Why several times in a row: what it takes
to take an input apart is then paid once for them.
"""

from collections.abc import Hashable, Iterable, Sequence
from random import Random

RECENT = 64
IN_A_ROW = 16
# Of the inputs that are picked so many are of the first, of those that break no document, and of the latest.
_FIRST, _CLEAN, _RECENT = 0.45, 0.8, 0.9


class Picker:
    """Inputs to mutate: those of the beginning, and those that were kept, the ones that break no document by kind."""

    def __init__(self, random: Random) -> None:
        """Draw from `random`."""
        self._random = random
        self._first: list[bytes] = []
        self._clean: dict[Hashable, list[bytes]] = {}
        self._all: list[bytes] = []
        self._picked: bytes | None = None
        self._left = 0

    def begin(self, inputs: Iterable[bytes]) -> None:
        """Take the inputs that it begins with."""
        self._first = list(inputs)

    def add(self, octets: bytes, kind: Hashable, *, is_clean: bool) -> None:
        """Keep an input of a kind."""
        self._all.append(octets)
        if is_clean:
            self._clean.setdefault(kind, []).append(octets)

    def keep_only(self, inputs: Iterable[bytes]) -> None:
        """Forget all others that were kept."""
        kept = set(inputs)
        self._all = [octets for octets in self._all if octets in kept]
        clean = {kind: [octets for octets in some if octets in kept] for kind, some in self._clean.items()}
        self._clean = {kind: some for kind, some in clean.items() if some}
        self._left = 0

    def pick(self) -> bytes | None:
        """Return the input that is to be mutated next, None where there is none."""
        if self._left == 0 or self._picked is None:
            self._picked, self._left = self._another(), IN_A_ROW
        self._left -= 1
        return self._picked

    def _another(self) -> bytes | None:
        drawn = self._random.random()
        if drawn < _FIRST and self._first:
            return self._any(self._first)
        if drawn < _CLEAN and self._clean:
            return self._any(self._clean[self._random.choice(list(self._clean))])
        some = self._all[-RECENT:] if drawn < _RECENT else self._all
        return self._any(some or self._first)

    def _any(self, some: Sequence[bytes]) -> bytes | None:
        return some[int(self._random.random() * len(some))] if some else None
