"""Two sessions made one: the head of one and the tail of the other, one inside of the other, or both interleaved.

Why whole messages in their order: what a target keeps of a session, a stretch of another one finds there or misses.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeAlias

from bmpconform.fuzz.anatomy import MOST_FRAMES
from bmpconform.fuzz.mutate_sessions import peer_of, renamed

Frames: TypeAlias = Sequence[bytes]
# How often the messages of a peer of one become those of a peer of the other, if the messages drawn have one.
_ONE_PEER, _EITHER = 0.7, 0.5


def sessions_spliced(random: Random, frames: Frames, other: Frames) -> bytes:
    """Return the messages of two sessions as one of MOST_FRAMES at most, those of each in their order."""
    if random.random() < _ONE_PEER:
        other = _of_peer(random, other, frames)
    first, second = (frames, other) if random.random() < _EITHER else (other, frames)
    return b"".join(_SPLICES[int(random.random() * len(_SPLICES))](random, first, second)[:MOST_FRAMES])


def _of_peer(random: Random, other: Frames, frames: Frames) -> Frames:
    """Return a session with one of its peers become one of `frames`; now and then one of its messages does not."""
    peer, theirs = peer_of(_any(random, frames)), peer_of(_any(random, other))
    return other if peer is None or theirs is None else renamed(random, other, theirs, peer)


def _any(random: Random, frames: Frames) -> bytes:
    return frames[int(random.random() * len(frames))]


def _head_and_tail(random: Random, first: Frames, second: Frames) -> list[bytes]:
    """Go on in the second session where the first is cut; something of each is there."""
    cut, begin = 1 + int(random.random() * len(first)), int(random.random() * len(second))
    return [*first[:cut], *second[begin:]]


def _inside(random: Random, first: Frames, second: Frames) -> list[bytes]:
    """Put a stretch of the second session between two messages of the first."""
    place, begin = int(random.random() * (len(first) + 1)), int(random.random() * len(second))
    end = begin + 1 + int(random.random() * (len(second) - begin))
    return [*first[:place], *second[begin:end], *first[place:]]


def _interleaved(random: Random, first: Frames, second: Frames) -> list[bytes]:
    """Take the next message of either, as likely of one as it has more left."""
    drawn, woven, left, right = random.random, [], list(reversed(first)), list(reversed(second))
    while left and right:
        woven.append((left if drawn() * (len(left) + len(right)) < len(left) else right).pop())
    return woven + left[::-1] + right[::-1]


_Splice: TypeAlias = Callable[[Random, Frames, Frames], list[bytes]]
_SPLICES: tuple[_Splice, ...] = (_head_and_tail, _head_and_tail, _inside, _interleaved)
