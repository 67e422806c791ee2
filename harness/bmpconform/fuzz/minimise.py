"""An input made as small as it can be while it still shows the same: fewest messages, then members, then octets.

Why in this order: a message less is worth more than an octet less, and a frame whose lengths still add up is one that
a person can read. Why the biggest pieces first: what still shows a crash costs the target its life each time.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from bmpconform.fuzz.anatomy import dissect
from bmpconform.fuzz.mutate import frames_of
from bmpconform.wire.layout import Fixed, Octets, RecordLength, Rest, Sized, Uint

# Says of each of several octets whether they still show it.
Shows = Callable[[Sequence[bytes]], Sequence[bool]]


def minimised(octets: bytes, shows: Shows, tries: int, at_once: int = 1) -> bytes:
    """Return the smallest octets for which `shows` holds that `tries` questions lead to; it holds for `octets`.

    So many are asked about `at_once`: a target answers them faster so, unless each costs it its life.
    """
    shrinking = Shrinking(octets, tries, at_once)
    while some := shrinking.question():
        shrinking.answer(shows(some))
    return shrinking.smallest


class Shrinking:
    """The way to the smallest octets, question by question, so that other work may come between two of them.

    Shape: `question`, its `answer`, and so on, until there is no question; `smallest` holds at any time.
    """

    def __init__(self, octets: bytes, tries: int, at_once: int = 1) -> None:
        """Begin with octets that show it."""
        self.smallest = octets
        self._left = tries
        self._at_once = at_once
        self._asked: set[bytes] = {octets}
        self._is_smaller = False
        self._steps = iter(_STEPS)
        self._fresh: Iterator[bytes] = iter(())
        self._step: _Step = _STEPS[0]
        self._some: list[bytes] = []

    def question(self) -> list[bytes]:
        """Return the octets to be asked about next, none where nothing smaller is left or may be asked."""
        while not (some := list(islice(self._fresh, min(self._at_once, self._left)))):
            if not self._left or not self._advance():
                break
        self._left -= len(some)
        self._some = some
        return some

    def answer(self, shown: Sequence[bool]) -> None:
        """Take which of the octets in question still show it; the first of them is gone on from."""
        first = next((other for other, shows in zip(self._some, shown, strict=True) if shows), None)
        if first is not None:
            self.smallest, self._is_smaller = first, True
            self._fresh = self._others()

    def _advance(self) -> bool:
        """Go to the next step, from the last to the first as long as that makes it smaller."""
        step = next(self._steps, None)
        if step is None:
            if not self._is_smaller:
                return False
            self._steps, self._is_smaller = iter(_STEPS), False
            return self._advance()
        self._step, self._fresh = step, iter(())
        self._fresh = self._others()
        return True

    def _others(self) -> Iterator[bytes]:
        """Yield what a step makes of the smallest, but for what was asked about."""
        for other in self._step(self.smallest):
            if other not in self._asked:
                self._asked.add(other)
                yield other


def _chunks(many: int) -> Iterator[tuple[int, int]]:
    """Yield the bounds of the whole, of its halves, and so on down to each single one: the biggest first."""
    size = many
    while size:
        for start in range(0, many, size):
            yield start, min(start + size, many)
        size //= 2


def _fewer_frames(octets: bytes) -> Iterator[bytes]:
    frames = frames_of(octets)
    for start, end in _chunks(len(frames)):
        if end - start < len(frames):
            yield b"".join(frames[:start] + frames[end:])


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
        for item in anatomy.lists:
            if item.end > item.start and item.kind in _LISTS:
                yield anatomy.edited(item.path, item.start, item.end, b"")
        count = next((span for span in anatomy.fields if span.path == "count"), None)
        for item in anatomy.items:
            less = anatomy.edited(item.path, item.start, item.end, b"")
            if count is not None and item.kind == _COUNTED:
                start, end = count.offset, count.offset + count.length
                number = max(0, int.from_bytes(frame[start:end]) - 1)
                yield less[:start] + number.to_bytes(end - start) + less[end:]
            yield less

    return _in_frames(octets, change)


def _shorter_values(octets: bytes) -> Iterator[bytes]:
    """Yield the octets with one value cut at either end: all of it, half, and so on to an octet."""

    def change(frame: bytes) -> Iterator[bytes]:
        anatomy = dissect(frame)
        for span in anatomy.fields:
            if isinstance(span.field, Rest):
                start, end, cut = span.offset, span.offset + span.length, span.length
                value = frame[start:end]
                while cut:
                    for less in dict.fromkeys((value[:-cut], value[cut:])):
                        yield anatomy.edited(span.path, start, end, less)
                    cut //= 2

    return _in_frames(octets, change)


def _plainer(octets: bytes) -> Iterator[bytes]:
    """Yield the octets with numbers and runs of octets made zero: all, half of them, and so on to one."""

    def change(frame: bytes) -> Iterator[bytes]:
        places = [
            (span.offset, span.offset + span.length)
            for span in dissect(frame).fields
            if not isinstance(span.field, Fixed | RecordLength | Sized)
            and isinstance(span.field, Uint | Octets)
            and any(frame[span.offset : span.offset + span.length])
        ]
        for first, last in _chunks(len(places)):
            plain = bytearray(frame)
            for start, end in places[first:last]:
                plain[start:end] = bytes(end - start)
            yield bytes(plain)

    return _in_frames(octets, change)


_COUNTED, _LISTS = "statistics", frozenset({"tlvs", "parameters", "capabilities", "attributes"})
_Step: TypeAlias = Callable[[bytes], Iterator[bytes]]
_STEPS: tuple[_Step, ...] = (_fewer_frames, _fewer_members, _shorter_values, _plainer)
