"""The exit codes of the contract, and which of several outranks the others."""

from collections.abc import Iterable

FOUND, UNUSABLE, TARGET_UNUSABLE, CORPUS_INVALID, DEFECT, INTERRUPTED = 1, 2, 3, 4, 70, 130
_STERNEST_FIRST = (DEFECT, CORPUS_INVALID, UNUSABLE, TARGET_UNUSABLE, FOUND, 0)


def worst(codes: Iterable[int]) -> int:
    """Return the exit code that outranks the others, 0 of none."""
    return min(codes, key=_STERNEST_FIRST.index, default=0)
