"""What a collector's output says of a pushed stream: its messages, put beside the items of the vector.

Why put beside: an output has neither offsets nor what was refused or skipped, and a message that is lost must not make
all behind it look wrong. What an output cannot show is taken for right.
"""

from collections.abc import Iterator, Sequence

from bmpconform.corpus.vector import Item, ItemStatus, Observation, Vector
from bmpconform.judge.decode import depth_at, observe_message
from bmpconform.judge.observed import Observed
from bmpconform.judge.stream import observe_stream
from bmpconform.neutral import Message
from bmpconform.spec.profiles import Profile
from bmpconform.targets.protocol import Capabilities, Streamed
from bmpconform.targets.protocol import Item as Said
from bmpconform.wire.framer import TYPE_OFFSET
from bmpconform.wire.value import UNSET


def observe_pushed(vector: Vector, seen: Sequence[Message], able: Capabilities, profile: Profile) -> Observed:
    """Return what the messages that were read of a stream amount to."""
    beside = _Beside(vector, able, profile)
    said = tuple(beside.put(seen))
    left = 0 if vector.left is UNSET else vector.left
    return observe_stream(vector, [Streamed(0, said, left, beside.closed)], able, profile)


class _Beside:
    """The items of one vector, and what was read put beside them. `closed` says that the connection may have ended."""

    def __init__(self, vector: Vector, able: Capabilities, profile: Profile) -> None:
        self._octets = vector.octets
        self._items = vector.items or ()
        self._able = able
        self._profile = profile
        self.closed = self._ends = vector.closed is True

    def put(self, seen: Sequence[Message]) -> Iterator[Said]:
        """Yield what is said of the items, and behind them the messages that belong to none."""
        taken = 0
        for number, item in enumerate(self._items):
            if taken < len(seen) and self._is_of(number, seen[taken]):
                yield Said(item.offset, "ok", seen[taken])
                taken += 1
            else:
                yield from self._silence(item)
        for place, message in enumerate(seen[taken:], len(self._octets)):
            yield Said(place, "ok", message)

    def _is_of(self, number: int, message: Message) -> bool:
        """Whether a message is that of an item: it is as it should be, or agrees with no later one."""
        item, later = self._items[number], self._items[number + 1 :]
        if self._depth(item) == 0 or message.type != self._octets[item.offset + TYPE_OFFSET]:
            return False
        return self._agrees(item, message) or not any(self._agrees(one, message) for one in later)

    def _agrees(self, item: Item, message: Message) -> bool:
        if item.status is not ItemStatus.OK or item.message is UNSET or item.message.type != message.type:
            return False
        observed = observe_message(item.message, message, self._depth(item), self._able.bgp, self._profile)
        return observed.observation is Observation.ACCEPTED

    def _depth(self, item: Item) -> int:
        return depth_at(self._octets, item.offset, self._able)

    def _silence(self, item: Item) -> Iterator[Said]:
        """Yield what it means that nothing was read of an item: the best that the vector has for it."""
        statuses = (item.status, *(other.status for other in item.alternatives))
        is_ok = item.status is ItemStatus.OK
        if is_ok and self._ends and ItemStatus.ABSENT in statuses:
            return
        if is_ok and self._depth(item) == 0:
            yield Said(item.offset, "ok")
        elif ItemStatus.REJECT in statuses or ItemStatus.SKIPPED in statuses:
            first = next(one for one in statuses if one in {ItemStatus.REJECT, ItemStatus.SKIPPED})
            yield Said(item.offset, "reject" if first is ItemStatus.REJECT else "skipped")
        else:
            self.closed = self.closed or ItemStatus.CLOSED in statuses
