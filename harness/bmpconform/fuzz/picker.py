"""Which input is mutated next: often one of those that it began with, else one that was kept, of any kind alike.

Why not any that was kept alike: what is new is mostly broken in a new way, or one more of the kind that has most, and a
mutant of what is broken hardly ever shows how a target reads what is right. What leads on breaks no document, and had
targets do something new. Why short ones: a long session does much that is new, and takes the time of many that are
short. Why several times in a row: what it takes to take an input apart is then paid once for them.
"""

from collections.abc import Hashable, Iterable, Sequence
from random import Random

RECENT = 64
IN_A_ROW = 16
# What has more octets does not lead on; as a splice, and among the latest, it has its part.
LONGEST_LEAD = 512
# Of the inputs that are picked so many are of the first, of those that lead on, and of the latest.
_FIRST, _LEADING, _RECENT = 0.4, 0.95, 0.975


class Picker:
    """Inputs to mutate: those of the beginning, and those that were kept, the ones that lead on by their kinds."""

    def __init__(self, random: Random) -> None:
        """Draw from `random`."""
        self._random = random
        self._first: list[bytes] = []
        self._leading: dict[Hashable, list[bytes]] = {}
        self._all: list[bytes] = []
        self._picked: bytes | None = None
        self._left = 0

    def begin(self, inputs: Iterable[bytes]) -> None:
        """Take the inputs that it begins with."""
        self._first = list(inputs)

    def add(self, octets: bytes, kind: Hashable, *, leads: bool) -> None:
        """Keep an input of a kind, which leads to others or does not."""
        self._all.append(octets)
        if leads and len(octets) <= LONGEST_LEAD:
            self._leading.setdefault(kind, []).append(octets)

    def keep_only(self, inputs: Iterable[bytes]) -> None:
        """Forget all others that were kept."""
        kept = set(inputs)
        self._all = [octets for octets in self._all if octets in kept]
        leading = {kind: [octets for octets in some if octets in kept] for kind, some in self._leading.items()}
        self._leading = {kind: some for kind, some in leading.items() if some}
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
            return self._shorter_of_two(self._first)
        if drawn < _LEADING and self._leading:
            return self._shorter_of_two(self._leading[self._random.choice(list(self._leading))])
        some = self._all[-RECENT:] if drawn < _RECENT else self._all
        return self._shorter_of_two(some or self._first)

    def _shorter_of_two(self, some: Sequence[bytes]) -> bytes | None:
        drawn = self._random.random
        return min((some[int(drawn() * len(some))] for _ in range(2)), key=len) if some else None
