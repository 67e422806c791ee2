"""The mutator: octets in, other octets out, one structural change or a few at a time. The same for the same seed.

Why structural first: what is behind two lengths that have to agree is out of reach of flipped bits. Octets alone are
one choice of many.
"""

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from bmpconform.fuzz.anatomy import Anatomy, dissect, fitted
from bmpconform.fuzz.mutate_fields import flipped, lie, patch_field, resize_value
from bmpconform.fuzz.mutate_items import change_items
from bmpconform.wire.codes import MessageType
from bmpconform.wire.framer import claimed_length
from bmpconform.wire.messages import HEADER_OCTETS, PEER_OCTETS

LONGEST = 32 * 1024
MOST_FRAMES = 24
_STOCK = 256
_TRIES = 4
# How often octets are added or taken away where they could be flipped, and the message's length is then made right.
_MORE_OR_FEWER, _REPAIRED = 0.5, 0.7
_BEHIND_PEER = HEADER_OCTETS + PEER_OCTETS
_WITHOUT_PEER = frozenset({MessageType.INITIATION, MessageType.TERMINATION})


def frames_of(octets: bytes) -> list[bytes]:
    """Return the frames of a stream as their lengths say; what does not add up is the last of them."""
    frames = []
    while octets:
        length = claimed_length(octets)
        if len(octets) < HEADER_OCTETS or not HEADER_OCTETS <= length <= len(octets):
            length = len(octets)
        frames.append(octets[:length])
        octets = octets[length:]
    return frames


class Mutator:
    """Makes other octets of those that it is given; what it has `learned` is material for splices."""

    def __init__(self, random: Random) -> None:
        """Draw all choices from `random`."""
        self._random = random
        self._stock: dict[str, list[bytes]] = defaultdict(list)
        self._frames: list[bytes] = []

    def learn(self, octets: bytes) -> None:
        """Keep the frames of an input, and the members of their lists, for splices."""
        for frame in frames_of(octets)[:MOST_FRAMES]:
            _keep(self._random, self._frames, frame, _STOCK * 4)
            anatomy = dissect(frame)
            for item in anatomy.items:
                _keep(self._random, self._stock[item.kind], frame[item.start : item.end], _STOCK)

    def mutate(self, octets: bytes) -> bytes:
        """Return octets that differ in a change or a few, at most LONGEST; now and then they are the same again."""
        for _ in range(_TRIES):
            mutated = self._mutated(octets)[:LONGEST]
            if mutated != octets:
                return mutated
        return octets[:LONGEST]

    def _mutated(self, octets: bytes) -> bytes:
        for _ in range(self._random.choice((1, 1, 1, 2, 2, 3, 5))):
            octets = b"".join(self._changed(frames_of(octets) or [b""]))
        return octets

    def _changed(self, frames: list[bytes]) -> Sequence[bytes]:
        """Return the frames with one of them changed, or their sequence."""
        of_session = 0.3 if len(frames) > 1 else 0.06
        if self._random.random() < of_session:
            return self._session(frames)
        place = self._random.randrange(len(frames))
        return [*frames[:place], self._frame(frames[place]), *frames[place + 1 :]]

    def _frame(self, frame: bytes) -> bytes:
        random, anatomy = self._random, dissect(frame)
        match random.choices(range(6), _WEIGHTS)[0]:
            case 0:
                return patch_field(random, anatomy)
            case 1:
                return change_items(random, anatomy, self._stock) or patch_field(random, anatomy)
            case 2:
                return resize_value(random, anatomy)
            case 3:
                return lie(random, anatomy)
            case 4:
                return self._crossed(anatomy)
            case _:
                return _octets_changed(random, frame)

    def _crossed(self, anatomy: Anatomy) -> bytes:
        """Put in place of one field that of the same path in another frame: an OPEN, a PDU, a peer, a value."""
        other = dissect(self._random.choice(self._frames or [anatomy.frame]))
        here = {one.path: (one.start, one.end) for one in (*anatomy.lists, *anatomy.items)}
        there = {one.path: (one.start, one.end) for one in (*other.lists, *other.items)}
        here.update((span.path, (span.offset, span.offset + span.length)) for span in anatomy.fields)
        there.update((span.path, (span.offset, span.offset + span.length)) for span in other.fields)
        shared = sorted(here.keys() & there.keys() - {"version", "length"})
        if not shared:
            return patch_field(self._random, anatomy)
        path = self._random.choice(shared)
        (start, end), (first, last) = here[path], there[path]
        return anatomy.edited(path, start, end, other.frame[first:last])

    def _session(self, frames: list[bytes]) -> list[bytes]:
        random, place = self._random, self._random.randrange(len(frames))
        other = random.choice(self._frames or frames)
        match random.randrange(6):
            case 0:
                return [*frames[:place], other, *frames[place:]][:MOST_FRAMES]
            case 1:
                return [*frames[:place], *frames[place + 1 :]] or [other]
            case 2:
                return [*frames[:place], frames[place], *frames[place:]][:MOST_FRAMES]
            case 3:
                random.shuffle(frames := list(frames))
                return frames
            case 4:
                return [*frames[:place], _of_peer(other, frames[place]), *frames[place:]][:MOST_FRAMES]
            case _:
                return [*frames[:place], frames[place][: random.randrange(len(frames[place]) + 1)]]


# Field, list, value, lie, crossover, octets.
_WEIGHTS = (30, 30, 15, 8, 9, 8)


def _keep(random: Random, kept: list[bytes], octets: bytes, most: int) -> None:
    """Add to what is kept, in place of any once there is as much as may be."""
    if len(kept) < most:
        kept.append(octets)
    else:
        kept[random.randrange(most)] = octets


def _of_peer(frame: bytes, other: bytes) -> bytes:
    """Return a frame with the per-peer header of another, where both have one."""
    both = min(len(frame), len(other)) >= _BEHIND_PEER
    if not both or {frame[HEADER_OCTETS - 1], other[HEADER_OCTETS - 1]} & _WITHOUT_PEER:
        return frame
    return frame[:HEADER_OCTETS] + other[HEADER_OCTETS:_BEHIND_PEER] + frame[_BEHIND_PEER:]


def _octets_changed(random: Random, frame: bytes) -> bytes:
    """Change octets with no regard to fields; the length of the message is mostly made right again."""
    start = random.randint(0, len(frame))
    end = min(len(frame), start + random.choice((0, 1, 1, 2, 4, 8)))
    new = random.choice((b"", random.randbytes(random.randint(1, 4)), frame[start:end] * 2, b"\0", b"\xff"))
    changed = frame[:start] + new + frame[end:] if random.random() < _MORE_OR_FEWER else flipped(random, frame)
    if len(changed) >= HEADER_OCTETS and random.random() < _REPAIRED:
        return changed[:1] + fitted(len(changed), 4) + changed[5:]
    return changed
