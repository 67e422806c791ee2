"""The octets of an open file, in large pieces, to be cut into records.

Why not a read for each record: that is two calls a packet, and what a record claims to hold would be asked for before
it is known to be there.
"""

from typing import Protocol

PIECE = 256 * 1024


class Readable(Protocol):
    """What is asked of a file: some of its next octets, at most so many, none at its end. io.BufferedReader has it."""

    def read1(self, octets: int, /) -> bytes:
        """Return them as soon as there are any."""


class Beginning:
    """The first octets of a file, as if it ended behind them."""

    def __init__(self, file: Readable, octets: int) -> None:
        """Let it end after so many `octets`, if not before."""
        self._file = file
        self._left = octets

    def read1(self, octets: int, /) -> bytes:
        """Return some of them, as the file does."""
        part = self._file.read1(min(octets, self._left)) if self._left else b""
        self._left -= len(part)
        return part


class Source:
    """Reads a file piece by piece.

    Shape: who cuts records keeps the octets that are not cut yet and has them extended. `offset` is how many octets of
    the file were read or skipped.
    """

    def __init__(self, file: Readable, offset: int) -> None:
        """Begin where the file stands, which is at `offset`."""
        self._file = file
        self.offset = offset

    def extend(self, rest: bytes, octets: int) -> bytes:
        """Return `rest` and what follows it in the file: at least `octets` in all, less only where the file ends."""
        parts = [rest]
        missing = octets - len(rest)
        while missing > 0 and (part := self._file.read1(max(missing, PIECE))):
            parts.append(part)
            self.offset += len(part)
            missing -= len(part)
        return b"".join(parts)

    def skip(self, octets: int) -> int:
        """Pass over the next `octets` of the file; return how many of them are not there."""
        while octets > 0 and (part := self._file.read1(min(octets, PIECE))):
            self.offset += len(part)
            octets -= len(part)
        return octets
