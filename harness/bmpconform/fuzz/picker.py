"""Which input is mutated next: one that breaks no document in most cases, however many others there are.

Why not any alike: what is new is mostly broken in a new way, and a mutant of what is broken hardly ever shows how a
target reads what is right. Why the latest more often: what was just new leads on.
"""

from collections.abc import Iterable
from random import Random

RECENT = 64
_CLEAN, _FROM_RECENT = 0.75, 0.3


class Picker:
    """Inputs that were kept, those that break no document apart."""

    def __init__(self, random: Random) -> None:
        """Draw from `random`."""
        self._random = random
        self._clean: list[bytes] = []
        self._broken: list[bytes] = []

    def add(self, octets: bytes, *, is_clean: bool) -> None:
        """Keep an input."""
        (self._clean if is_clean else self._broken).append(octets)

    def keep_only(self, inputs: Iterable[bytes]) -> None:
        """Forget all other inputs."""
        kept = set(inputs)
        self._clean = [octets for octets in self._clean if octets in kept]
        self._broken = [octets for octets in self._broken if octets in kept]

    def pick(self) -> bytes | None:
        """Return the input that is to be mutated next, None where there is none."""
        drawn = self._random.random
        is_clean = drawn() < _CLEAN
        some = (self._clean if is_clean else self._broken) or self._clean or self._broken
        if not some:
            return None
        first = max(0, len(some) - RECENT) if drawn() < _FROM_RECENT else 0
        return some[first + int(drawn() * (len(some) - first))]
