"""Fewer inputs that do all that many do, and the proof that they still do.

Why the proof: a merge that loses inputs looks just like one that works, and what it lost is found weeks later.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from bmpconform.fuzz.feedback import Seen, Traits
from bmpconform.wire.errors import BmpconformError

# Asks targets for inputs once more, and returns what each of them did.
Measure = Callable[[Sequence[bytes]], Mapping[bytes, Traits]]


class MergeError(BmpconformError):
    """A merge that would lose features: how many."""

    def __init__(self, lost: int) -> None:
        """Keep the number as data."""
        super().__init__(lost)
        self.lost = lost

    def __str__(self) -> str:
        """Say it in one sentence."""
        return f"inputs were not merged: {self.lost} features would be lost"


def merged(inputs: Iterable[bytes], measure: Measure) -> list[bytes]:
    """Return those inputs that do all that all of them do, the shortest first. Raises MergeError.

    Those that are kept are asked again by themselves, and have to do all of it then too.
    """
    done = measure(sorted(inputs, key=lambda octets: (len(octets), octets)))
    needed = Seen()
    kept = [octets for octets, traits in done.items() if needed.add(traits)]
    again = Seen()
    for traits in measure(kept).values():
        again.add(traits)
    lost = again.lacks(needed)
    if lost:
        raise MergeError(lost)
    return kept
