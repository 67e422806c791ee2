"""What may take the place of octets: fewer messages, true lengths, fewer members, shorter values, plain contents.

Why in this order: a message less is worth more than an octet less, only where lengths add up there are members to leave
out, and a frame whose lengths still add up is one that a person can read. Why the biggest pieces first: most of what is
in an input does not matter.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from bmpconform.fuzz.anatomy import Anatomy, Item, dissect, fitted, frames_of
from bmpconform.fuzz.plain import RANKS, filled, runs_of
from bmpconform.fuzz.righted import Claim, lies_in
from bmpconform.wire.layout import Rest, Variant
from bmpconform.wire.value import replace


def chunks(many: int) -> Iterator[tuple[int, int]]:
    """Yield the bounds of the whole, of its halves, and so on down to each single one: the biggest first."""
    size = many
    while size:
        for start in range(0, many, size):
            yield start, min(start + size, many)
        size //= 2


def _fewer_frames(octets: bytes) -> Iterator[bytes]:
    frames = frames_of(octets)
    for start, end in chunks(len(frames)):
        if end - start < len(frames):
            yield b"".join(frames[:start] + frames[end:])


def _in_frames(octets: bytes, change: Callable[[bytes], Iterator[bytes]]) -> Iterator[bytes]:
    frames = frames_of(octets)
    for place, frame in enumerate(frames):
        before, behind = b"".join(frames[:place]), b"".join(frames[place + 1 :])
        for changed in change(frame):
            yield before + changed + behind


def _truer(octets: bytes) -> Iterator[bytes]:
    """Yield the octets with lengths and a count that do not lie: all, half of them, and so on; else by one alone."""

    def change(frame: bytes) -> Iterator[bytes]:
        lies = lies_in(frame)
        for first, last in chunks(len(lies)):
            yield _told(frame, lies[first:last])
        for lie in lies:
            yield _told(frame, [replace(lie, right=lie.right + 1)])

    return _in_frames(octets, change)


def _told(frame: bytes, lies: Sequence[Claim]) -> bytes:
    told = bytearray(frame)
    for lie in lies:
        told[lie.offset : lie.offset + lie.octets] = fitted(lie.right, lie.octets)
    return bytes(told)


def _fewer_members(octets: bytes) -> Iterator[bytes]:
    """Yield the octets without members of a list, the lengths and the count around them made right."""

    def change(frame: bytes) -> Iterator[bytes]:
        anatomy = dissect(frame)
        for item in anatomy.lists:
            if item.end > item.start and item.kind in _LISTS:
                yield anatomy.edited(item.path, item.start, item.end, b"")
        for members in _siblings(anatomy):
            for first, last in chunks(len(members)):
                some = members[first:last]
                less = anatomy.edited(some[0].path, some[0].start, some[-1].end, b"")
                if some[0].kind == _COUNTED:
                    yield _counted(anatomy, less, len(some))
                yield less

    return _in_frames(octets, change)


def _siblings(anatomy: Anatomy) -> Iterable[list[Item]]:
    """Return the members of each list."""
    lists: dict[str, list[Item]] = {}
    for item in anatomy.items:
        lists.setdefault(item.path.rpartition("[")[0], []).append(item)
    return lists.values()


def _counted(anatomy: Anatomy, less: bytes, members: int) -> bytes:
    """Return a frame that has so many members less, and counts them so."""
    count = next(span for span in anatomy.fields if span.path == "count")
    start, end = count.offset, count.offset + count.length
    number = max(0, int.from_bytes(less[start:end]) - members)
    return less[:start] + number.to_bytes(end - start) + less[end:]


def _shorter_values(octets: bytes) -> Iterator[bytes]:
    """Yield the octets with one value cut at either end: all of it, half, and so on to an octet."""

    def change(frame: bytes) -> Iterator[bytes]:
        anatomy = dissect(frame)
        for span in anatomy.fields:
            if isinstance(span.field, Rest | Variant):
                start, end, cut = span.offset, span.offset + span.length, span.length
                value = frame[start:end]
                while cut:
                    for less in dict.fromkeys((value[:-cut], value[cut:])):
                        yield anatomy.edited(span.path, start, end, less)
                    cut //= 2

    return _in_frames(octets, change)


def _plainer(octets: bytes) -> Iterator[bytes]:
    """Yield the octets with plain contents: in all fields, half of them, and so on to an octet of one."""

    def change(frame: bytes) -> Iterator[bytes]:
        runs = [run for run in runs_of(frame) if run.places(frame, 0)]
        for first, last in chunks(len(runs)):
            yield filled(frame, [(run, run.places(frame, 0)) for run in runs[first:last]], 0)
        for rank in range(RANKS):
            for run in runs:
                places = run.places(frame, rank)
                for first, last in chunks(len(places)):
                    yield filled(frame, [(run, places[first:last])], rank)

    return _in_frames(octets, change)


_COUNTED, _LISTS = "statistics", frozenset({"tlvs", "parameters", "capabilities", "attributes"})
STEPS = _fewer_frames, _truer, _fewer_members, _shorter_values, _plainer
