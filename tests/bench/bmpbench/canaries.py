"""Counters in shared memory: how often each fault was reached and triggered, how many inputs were tried, what is off.

Why in a file that is mapped: several processes and programs in C count in it, and no fuzzer gets to see it.
"""

import mmap
from collections.abc import Iterable
from pathlib import Path

ROOM = 64  # for faults
WORKERS = 8
_WORD = 8
# A row of counters for each worker, as no two may count in one: reached, triggered, inputs. Then what is off.
_ROW = 2 * ROOM + 1
OCTETS = (WORKERS * _ROW + ROOM) * _WORD


class Canaries:
    """The counters of one worker, and what is off for all of them."""

    def __init__(self, path: Path, worker: int = 0) -> None:
        """Map the file, which is made if need be."""
        if not path.exists():
            path.write_bytes(bytes(OCTETS))
        with path.open("r+b") as file:
            self._words = memoryview(mmap.mmap(file.fileno(), OCTETS)).cast("Q")
        self._reached = worker * _ROW
        self._triggered = self._reached + ROOM
        self._inputs = self._triggered + ROOM

    def reach(self, number: int) -> None:
        """Count that the code of a fault ran."""
        self._words[self._reached + number] += 1

    def trigger(self, number: int) -> None:
        """Count that a fault made a difference."""
        self._words[self._triggered + number] += 1

    def triggered(self, number: int) -> int:
        """Return how often this worker triggered a fault."""
        return self._words[self._triggered + number]

    def try_inputs(self, count: int) -> None:
        """Say how many inputs this worker has tried."""
        self._words[self._inputs] = count

    @property
    def inputs(self) -> int:
        """How many inputs all workers have tried."""
        return sum(self._words[worker * _ROW + 2 * ROOM] for worker in range(WORKERS))

    def switch_off(self, numbers: Iterable[int]) -> None:
        """Switch faults off, for all workers."""
        for number in numbers:
            self._words[WORKERS * _ROW + number] = 1

    def leave_on(self, numbers: Iterable[int]) -> None:
        """Switch these faults on, and all others off."""
        kept = frozenset(numbers)
        for number in range(ROOM):
            self._words[WORKERS * _ROW + number] = number not in kept

    @property
    def off(self) -> frozenset[int]:
        """The faults that are switched off."""
        return frozenset(number for number in range(ROOM) if self._words[WORKERS * _ROW + number])

    def totals(self) -> dict[int, tuple[int, int]]:
        """Return how often each fault was reached and triggered by all workers."""
        rows = [worker * _ROW for worker in range(WORKERS)]
        return {
            number: (
                sum(self._words[row + number] for row in rows),
                sum(self._words[row + ROOM + number] for row in rows),
            )
            for number in range(ROOM)
        }
