"""Changes of sessions: messages put in, left out, repeated and moved, and peers that take over the messages of others.

Why whole frames: what hangs on the order of messages is out of reach of changes inside of one.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeAlias

from bmpconform.fuzz import dictionary
from bmpconform.fuzz.anatomy import MOST_FRAMES
from bmpconform.wire.codes import MessageType, PeerType
from bmpconform.wire.layout import field_places
from bmpconform.wire.messages import HEADER_OCTETS, PEER, PEER_OCTETS

Frames: TypeAlias = list[bytes]
_BEHIND_PEER = HEADER_OCTETS + PEER_OCTETS
_WITHOUT_PEER = frozenset({MessageType.INITIATION, MessageType.TERMINATION})
# Where the fields of the per-peer header are in it, by the layout.
_AT: dict[str, tuple[int, int]] = dict(field_places(PEER))
_FLAGS = _AT["flags"][0]
_BEHIND_DISTINGUISHER = _AT["distinguisher"][1]
_LAST_OF_DISTINGUISHER, _LAST_OF_ADDRESS = _AT["distinguisher"][1] - 1, _AT["address"][1] - 1
_OF_VIEWS = (0x40, 0x10, 0x50)
_UNKNOWN_TYPES = (7, 8, 127, 128, 255)


def session_changed(random: Random, frames: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    """Return frames as a session that is changed; `others` are frames that were seen before."""
    change = _CHANGES[int(random.random() * len(_CHANGES))]
    return b"".join(change(random, list(frames), others)[:MOST_FRAMES])


def peer_of(frame: bytes) -> bytes | None:
    """Return the octets of the per-peer header, None where there is none."""
    has_one = len(frame) >= _BEHIND_PEER and frame[HEADER_OCTETS - 1] not in _WITHOUT_PEER
    return frame[HEADER_OCTETS:_BEHIND_PEER] if has_one else None


def with_peer(frame: bytes, peer: bytes | None) -> bytes:
    """Return a frame with another per-peer header, as it is where it has none."""
    if peer is None or peer_of(frame) is None:
        return frame
    return frame[:HEADER_OCTETS] + peer + frame[_BEHIND_PEER:]


def renamed(random: Random, frames: Sequence[bytes], peer: bytes, other: bytes) -> Frames:
    """Return frames with all those of one peer under another header; now and then one keeps its own."""
    spared = _place(random, frames) if random.random() < _BROKEN else -1
    return [
        with_peer(frame, other) if frame[HEADER_OCTETS:_BEHIND_PEER] == peer and number != spared else frame
        for number, frame in enumerate(frames)
    ]


def _any(random: Random, some: Sequence[bytes]) -> bytes:
    return some[int(random.random() * len(some))]


def _place(random: Random, frames: Sequence[bytes]) -> int:
    return int(random.random() * len(frames))


def _put_in(random: Random, frames: Frames, others: Sequence[bytes]) -> Frames:
    frames.insert(int(random.random() * (len(frames) + 1)), _any(random, others or frames))
    return frames


def _put_in_of_peer(random: Random, frames: Frames, others: Sequence[bytes]) -> Frames:
    """Put in a frame of a peer that the session has."""
    peer = peer_of(_any(random, frames))
    frames.insert(int(random.random() * (len(frames) + 1)), with_peer(_any(random, others or frames), peer))
    return frames


def _drop(random: Random, frames: Frames, others: Sequence[bytes]) -> Frames:
    del frames[_place(random, frames)]
    return frames or [_any(random, others)] if others else frames


def _repeat(random: Random, frames: Frames, _others: Sequence[bytes]) -> Frames:
    frames.insert(int(random.random() * (len(frames) + 1)), _any(random, frames))
    return frames


def _repeat_all(_random: Random, frames: Frames, _others: Sequence[bytes]) -> Frames:
    return frames * 2


def _move(random: Random, frames: Frames, _others: Sequence[bytes]) -> Frames:
    frame = frames.pop(_place(random, frames))
    frames.insert(int(random.random() * (len(frames) + 1)), frame)
    return frames


def _shuffle(random: Random, frames: Frames, _others: Sequence[bytes]) -> Frames:
    random.shuffle(frames)
    return frames


def _cut(random: Random, frames: Frames, _others: Sequence[bytes]) -> Frames:
    place = _place(random, frames)
    return [*frames[:place], frames[place][: int(random.random() * (len(frames[place]) + 1))]]


def _end_early(random: Random, frames: Frames, _others: Sequence[bytes]) -> Frames:
    return frames[: _place(random, frames) + 1]


def _rename_peer(random: Random, frames: Frames, others: Sequence[bytes]) -> Frames:
    """Give the messages of one peer another header."""
    peer = peer_of(_any(random, frames))
    return renamed(random, frames, peer, _other_peer(random, peer, others)) if peer else frames


def _second_peer(random: Random, frames: Frames, others: Sequence[bytes]) -> Frames:
    """Let a second peer say what one says, right behind it or after all else."""
    peer = peer_of(_any(random, frames))
    second = _other_peer(random, peer, others) if peer else None
    if second is None:
        return _repeat(random, frames, others)
    if random.random() < _BEHIND_EACH:
        return [
            one
            for frame in frames
            for one in ((frame, with_peer(frame, second)) if peer_of(frame) == peer else (frame,))
        ]
    return frames + [with_peer(frame, second) for frame in frames if peer_of(frame) == peer]


def _other_view(random: Random, frames: Frames, _others: Sequence[bytes]) -> Frames:
    """Say one message again for another RIB of its peer."""
    place = _place(random, frames)
    peer = peer_of(frames[place])
    if peer is not None:
        flags = peer[_FLAGS] ^ _OF_VIEWS[int(random.random() * len(_OF_VIEWS))]
        frames.insert(place + 1, with_peer(frames[place], peer[:_FLAGS] + bytes((flags,)) + peer[_FLAGS + 1 :]))
    return frames


def _unknown(random: Random, frames: Frames, _others: Sequence[bytes]) -> Frames:
    """Put in a message of a type that is not known yet."""
    frame = _any(random, frames)
    if len(frame) >= HEADER_OCTETS:
        code = _UNKNOWN_TYPES[int(random.random() * len(_UNKNOWN_TYPES))]
        unknown = frame[: HEADER_OCTETS - 1] + bytes((code,)) + frame[HEADER_OCTETS:]
        frames.insert(int(random.random() * (len(frames) + 1)), unknown)
    return frames


def _other_peer(random: Random, peer: bytes, others: Sequence[bytes]) -> bytes:
    """Return another peer's header: that of another frame, or this one with another instance or address."""
    drawn = int(random.random() * 4)
    if drawn == 0:
        return peer_of(_any(random, others or [b""])) or peer
    if drawn == 1:
        distinguisher = _any(random, dictionary.DISTINGUISHERS)
        kind = PeerType.RD_INSTANCE if any(distinguisher) else PeerType.GLOBAL_INSTANCE
        return bytes((kind, peer[_FLAGS])) + distinguisher + peer[_BEHIND_DISTINGUISHER:]
    place = _LAST_OF_ADDRESS if drawn == 2 else _LAST_OF_DISTINGUISHER  # noqa: PLR2004 - one of four
    return peer[:place] + bytes((peer[place] ^ 2,)) + peer[place + 1 :]


_BROKEN, _BEHIND_EACH = 0.2, 0.5
_Change: TypeAlias = Callable[[Random, Frames, Sequence[bytes]], Frames]
_CHANGES: tuple[_Change, ...] = (
    _put_in,
    _put_in,
    _put_in_of_peer,
    _put_in_of_peer,
    _drop,
    _drop,
    _repeat,
    _repeat,
    _repeat_all,
    _move,
    _move,
    _shuffle,
    _cut,
    _end_early,
    _rename_peer,
    _second_peer,
    _second_peer,
    _other_view,
    _unknown,
)
