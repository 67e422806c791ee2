"""An input made as small as it can be while it still shows the same: fewest messages, then members, then octets.

Why in this order: a message less is worth more than an octet less, and a frame whose lengths still add up is one that
a person can read.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from bmpconform.fuzz.anatomy import dissect
from bmpconform.fuzz.mutate import frames_of
from bmpconform.wire.layout import Fixed, Octets, RecordLength, Rest, Sized, Uint

# Says of each of several octets whether they still show it.
Shows = Callable[[Sequence[bytes]], Sequence[bool]]


def minimised(octets: bytes, shows: Shows, tries: int, at_once: int = 1) -> bytes:
    """Return the smallest octets for which `shows` holds that `tries` questions lead to; it holds for `octets`.

    So many are asked about `at_once`: a target answers them faster so, unless each costs it its life.
    """
    asker = _Asker(shows, tries, at_once)
    smaller = True
    while smaller:
        smaller = False
        for step in (_fewer_frames, _fewer_members, _shorter_values, _plainer):
            while (less := asker.first(octets, step(octets))) is not None:
                octets, smaller = less, True
    return octets


class _Asker:
    def __init__(self, shows: Shows, tries: int, at_once: int) -> None:
        self._shows = shows
        self._left = tries
        self._at_once = at_once
        self._asked: set[bytes] = set()

    def first(self, octets: bytes, others: Iterator[bytes]) -> bytes | None:
        """Return the first of others that still shows it, None where none does or no more may be asked."""
        fresh = self._fresh(octets, others)
        while some := list(islice(fresh, self._at_once)):
            for other, shows in zip(some, self._shows(some), strict=True):
                if shows:
                    return other
        return None

    def _fresh(self, octets: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
        """Yield those of others that were not asked about yet, as many as may be."""
        for other in others:
            if self._left and other != octets and other not in self._asked:
                self._left -= 1
                self._asked.add(other)
                yield other


def _fewer_frames(octets: bytes) -> Iterator[bytes]:
    frames = frames_of(octets)
    if len(frames) > 1:
        half = len(frames) // 2
        yield b"".join(frames[half:])
        yield b"".join(frames[:half])
        for place in range(len(frames)):
            yield b"".join(frames[:place] + frames[place + 1 :])


def _in_frames(octets: bytes, change: Callable[[bytes], Iterator[bytes]]) -> Iterator[bytes]:
    frames = frames_of(octets)
    for place, frame in enumerate(frames):
        before, behind = b"".join(frames[:place]), b"".join(frames[place + 1 :])
        for changed in change(frame):
            yield before + changed + behind


def _fewer_members(octets: bytes) -> Iterator[bytes]:
    """Yield the octets without one member of a list, the lengths and the count around it made right."""

    def change(frame: bytes) -> Iterator[bytes]:
        anatomy = dissect(frame)
        count = next((span for span in anatomy.fields if span.path == "count"), None)
        for item in anatomy.items:
            less = anatomy.edited(item.path, item.start, item.end, b"")
            if count is not None and item.kind == "statistics":
                start, end = count.offset, count.offset + count.length
                number = max(0, int.from_bytes(frame[start:end]) - 1)
                yield less[:start] + number.to_bytes(end - start) + less[end:]
            yield less

    return _in_frames(octets, change)


def _shorter_values(octets: bytes) -> Iterator[bytes]:
    """Yield the octets with one value cut to nothing, to its halves, or by an octet at either end."""

    def change(frame: bytes) -> Iterator[bytes]:
        anatomy = dissect(frame)
        for span in anatomy.fields:
            if span.length and isinstance(span.field, Rest):
                start, end = span.offset, span.offset + span.length
                value = frame[start:end]
                half = len(value) // 2
                for less in (b"", value[:half], value[half:], value[:-1], value[1:]):
                    yield anatomy.edited(span.path, start, end, less)

    return _in_frames(octets, change)


def _plainer(octets: bytes) -> Iterator[bytes]:
    """Yield the octets with one number or one run of octets that is not zero made zero."""

    def change(frame: bytes) -> Iterator[bytes]:
        for span in dissect(frame).fields:
            start, end = span.offset, span.offset + span.length
            is_plain = isinstance(span.field, Fixed | RecordLength | Sized) or not isinstance(span.field, Uint | Octets)
            if not is_plain and any(frame[start:end]):
                yield frame[:start] + bytes(span.length) + frame[end:]

    return _in_frames(octets, change)
