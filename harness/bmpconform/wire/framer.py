"""The framer: a stream of octets cut into frames, with what could not be framed between them.

Why it looks ahead: version 3 has no mark to synchronise on, so after octets that are no header a stream is
picked up only where two plausible headers follow each other. A header is plausible with the right version, a
type from 0 to 6 and a length from 6 to `LOOK_AHEAD`; the end of the stream is as good as a second header.
Every decision waits for the octets that it needs, so any cut of a stream gives the same chunks, and chunks
concatenated are the stream. Behind a gap, where octets of the stream are missing, frames are found in the same way.
"""

from collections.abc import Callable, Iterator
from enum import Enum
from struct import Struct

from bmpconform.wire.codes import VERSION, MessageType
from bmpconform.wire.messages import HEADER_OCTETS
from bmpconform.wire.value import Value

LOOK_AHEAD = 64 * 1024
# Version and length stand before the type, RFC 7854 section 4.1.
TYPE_OFFSET = HEADER_OCTETS - 1
MAX_MESSAGE = 16 * 1024 * 1024
_VERSION_AND_LENGTH = Struct(">BI")
_LENGTH = slice(1, TYPE_OFFSET)


def claimed_length(octets: bytes | bytearray) -> int:
    """Return the length that a header claims, RFC 7854 section 4.1, from as much of it as is there."""
    return int.from_bytes(octets[_LENGTH])


def is_one_message(octets: bytes) -> bool:
    """Whether octets are a header and what it claims, no more and no less; whatever its version."""
    return len(octets) >= HEADER_OCTETS and claimed_length(octets) == len(octets)


class LostReason(Enum):
    """Why octets are no header."""

    VERSION = "version"
    SHORT_LENGTH = "short-length"
    OVERSIZE = "oversize"
    GAP = "gap"


class Frame(Value, frozen=True):
    """One whole message, at `offset` octets from the start of the stream."""

    offset: int
    octets: bytes


class Lost(Value, frozen=True):
    """Octets that could not be framed. A long run comes in pieces; all but the first are `continued`."""

    offset: int
    octets: bytes
    reason: LostReason
    continued: bool = False


class Cut(Value, frozen=True):
    """The octets of a message that the stream ends inside of; `length` is its claim, None in a cut header.

    `swallows` is the offset in it of what looks like whole messages, None where nothing does.
    """

    offset: int
    octets: bytes
    length: int | None
    swallows: int | None


class Hole(Value, frozen=True):
    """A place where octets of the stream were not captured; `octets` begin the message that is lost with them.

    `missing` is how many octets the hole had, None where that is not known.
    """

    offset: int
    octets: bytes
    missing: int | None


Chunk = Frame | Lost | Cut | Hole


# Told octets and where a frame begins in them, it may pass over whole frames that are not to be yielded: returns where
# the next one begins.
Skip = Callable[[bytes, int], int]


def skip_none(_octets: bytes, at: int) -> int:
    """Pass over no frame."""
    return at


class Framer:
    """Cuts a stream into chunks as its octets come in.

    Shape: `feed(octets)` yields the chunks that are decided, `finish()` those that the end decides. It keeps at
    most one message of `max_message` octets, or `LOOK_AHEAD` while it searches.
    """

    def __init__(self, max_message: int = MAX_MESSAGE, skip: Skip = skip_none) -> None:
        """Start at offset 0; lengths over `max_message` octets are not believed. `skip` passes over frames."""
        self._max_message = max_message
        # What is skipped may be as long as what is looked at.
        self._skip = skip if max_message >= LOOK_AHEAD else skip_none
        self._buffer = bytearray()
        self._offset = 0
        self._lost: LostReason | None = None
        self._continued = False
        self._searched = 0

    def feed(self, octets: bytes) -> Iterator[Chunk]:
        """Yield the chunks that are decided with `octets` added to the stream."""
        self._buffer += octets
        return self._chunks(at_end=False)

    def finish(self) -> Iterator[Chunk]:
        """Yield the last chunks of the stream: it has ended."""
        yield from self._chunks(at_end=True)
        if self._buffer:
            rest = bytes(self._buffer)
            length = int.from_bytes(rest[1:5]) if len(rest) >= HEADER_OCTETS else None
            yield Cut(self._offset, self._take(len(rest)), length, _swallowed(rest))

    def gap(self, missing: int | None) -> Iterator[Chunk]:
        """Yield what a gap of `missing` octets (None: not known) ends; behind it, frames have to be found again."""
        yield from self._chunks(at_end=True)
        begun = bytes(self._buffer)
        yield Hole(self._offset, self._take(len(begun)), missing)
        self.search()

    def search(self) -> None:
        """Take it that the next octet may be inside of a message."""
        self._lost, self._continued, self._searched = LostReason.GAP, False, 0

    @property
    def offset(self) -> int:
        """The offset in the stream of the first octet on which nothing is decided yet."""
        return self._offset

    def _chunks(self, *, at_end: bool) -> Iterator[Chunk]:
        while self._buffer:
            if self._lost is not None:
                yield from self._search(at_end=at_end)
                if self._lost is not None:
                    return
            elif (fault := self._fault()) is not None:
                self._lost, self._continued, self._searched = fault, False, 1
            elif len(self._buffer) >= HEADER_OCTETS and (first := claimed_length(self._buffer)) <= len(self._buffer):
                yield from self._frames(bytes(memoryview(self._buffer)[: max(first, LOOK_AHEAD)]))
            else:
                return

    def _fault(self) -> LostReason | None:
        """Return why the buffer does not begin with a header; None if it does or too little is there."""
        if self._buffer[0] != VERSION:
            return LostReason.VERSION
        if len(self._buffer) < HEADER_OCTETS:
            return None
        length = int.from_bytes(self._buffer[1:5])
        if length < HEADER_OCTETS:
            return LostReason.SHORT_LENGTH
        return LostReason.OVERSIZE if length > self._max_message else None

    def _frames(self, window: bytes) -> Iterator[Frame]:
        """Yield the whole frames that the buffer begins with, as far as this window of it goes, and forget them."""
        at, last = self._skip(window, 0), len(window) - HEADER_OCTETS
        while at <= last:
            version, length = _VERSION_AND_LENGTH.unpack_from(window, at)
            end = at + length
            if version != VERSION or end > len(window) or not HEADER_OCTETS <= length <= self._max_message:
                break
            yield Frame(self._offset + at, window[at:end])
            at = self._skip(window, end)
        self._forget(at)

    def _search(self, *, at_end: bool) -> Iterator[Lost]:
        """Yield what is decided to be lost; `_lost` is None again once a frame follows."""
        found: bool | None = False
        while not found:
            candidate = self._buffer.find(VERSION, self._searched)
            self._searched = len(self._buffer) if candidate < 0 else candidate
            found = frames_resume(self._buffer, candidate, at_end=at_end) if candidate >= 0 else None
            if found is None:
                break
            self._searched += not found
        while self._searched >= LOOK_AHEAD:
            yield self._lose(LOOK_AHEAD)
        if self._searched and (found or at_end):
            yield self._lose(self._searched)
        if found:
            self._lost = None

    def _lose(self, octets: int) -> Lost:
        assert self._lost is not None  # noqa: S101 - a state of this class, not of its input
        self._searched -= octets
        lost = Lost(self._offset, self._take(octets), self._lost, self._continued)
        self._continued = True
        return lost

    def _take(self, octets: int) -> bytes:
        taken = bytes(self._buffer[:octets])
        self._forget(octets)
        return taken

    def _forget(self, octets: int) -> None:
        del self._buffer[:octets]
        self._offset += octets


def is_plausible_header(octets: bytes | bytearray, offset: int) -> bool:
    """Whether the octets at `offset`, as far as they are there, can be a header."""
    header = octets[offset : offset + HEADER_OCTETS]
    if header and header[0] != VERSION:
        return False
    if len(header) >= TYPE_OFFSET and not HEADER_OCTETS <= int.from_bytes(header[1:5]) <= LOOK_AHEAD:
        return False
    return len(header) < HEADER_OCTETS or header[5] in _KNOWN_TYPES


_KNOWN_TYPES = frozenset(MessageType)


def frames_resume(octets: bytearray, offset: int, *, at_end: bool) -> bool | None:
    """Whether frames hold again from `offset`; None while octets that decide it are missing."""
    if not is_plausible_header(octets, offset):
        return False
    if len(octets) < offset + HEADER_OCTETS:
        return False if at_end else None
    following = offset + int.from_bytes(octets[offset + 1 : offset + 5])
    if len(octets) >= following + HEADER_OCTETS:
        return is_plausible_header(octets, following)
    if not at_end:
        return None
    return len(octets) >= following and is_plausible_header(octets, following)


def _swallowed(cut: bytes) -> int | None:
    """Return the offset in a cut message of a whole plausible message that a header or the end follows."""
    offset = cut.find(VERSION, HEADER_OCTETS)
    while 0 <= offset <= len(cut) - HEADER_OCTETS:
        if is_plausible_header(cut, offset):
            following = offset + int.from_bytes(cut[offset + 1 : offset + 5])
            if following <= len(cut) and is_plausible_header(cut, following):
                return offset
        offset = cut.find(VERSION, offset + 1)
    return None
