"""Changes of lists: TLVs, statistics, parameters, capabilities and attributes put in, left out, repeated and moved.

Why members by their octets: a TLV of another message, or of another namespace, is moved as it stands.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random

from bmpconform.fuzz import dictionary
from bmpconform.fuzz.anatomy import Anatomy, Item, fitted

# Returns a member of a list with that last name, from whatever was seen before; None where nothing was.
Stock = Mapping[str, Sequence[bytes]]
ItemChange = Callable[[Random, Anatomy, Item, Stock], bytes]
# How often a member is changed and not the list, a count is made right, and a member is one that was seen before.
_OF_A_MEMBER, _FIX_COUNT, _FROM_STOCK = 0.7, 0.8, 0.5


def change_items(random: Random, anatomy: Anatomy, stock: Stock) -> bytes | None:
    """Return the frame with one list changed, None where it has no list."""
    if anatomy.items and random.random() < _OF_A_MEMBER:
        item = random.choice(anatomy.items)
        changed = random.choice(_CHANGES)(random, anatomy, item, stock)
    else:
        lists = [one for one in anatomy.lists if one.kind in dictionary.MEMBERS]
        if not lists:
            return None
        changed = _insert_into(random, anatomy, random.choice(lists), stock)
    return _counted(random, anatomy, changed)


def _octets(anatomy: Anatomy, item: Item) -> bytes:
    return anatomy.frame[item.start : item.end]


def _siblings(anatomy: Anatomy, item: Item) -> list[Item]:
    around = item.path.rpartition("[")[0]
    return [one for one in anatomy.items if one.path.rpartition("[")[0] == around]


def _other(random: Random, kind: str, stock: Stock) -> bytes:
    seen = stock.get(kind)
    if seen and random.random() < _FROM_STOCK:
        return random.choice(seen)
    return random.choice(dictionary.MEMBERS.get(kind) or seen or (b"",))


def _drop(_random: Random, anatomy: Anatomy, item: Item, _stock: Stock) -> bytes:
    return anatomy.edited(item.path, item.start, item.end, b"")


def _repeat(random: Random, anatomy: Anatomy, item: Item, _stock: Stock) -> bytes:
    times = random.choice((2, 2, 2, 3, 17))
    return anatomy.edited(item.path, item.start, item.end, _octets(anatomy, item) * times)


def _replace(random: Random, anatomy: Anatomy, item: Item, stock: Stock) -> bytes:
    return anatomy.edited(item.path, item.start, item.end, _other(random, item.kind, stock))


def _insert(random: Random, anatomy: Anatomy, item: Item, stock: Stock) -> bytes:
    both = [_octets(anatomy, item), _other(random, item.kind, stock)]
    random.shuffle(both)
    return anatomy.edited(item.path, item.start, item.end, b"".join(both))


def _reorder(random: Random, anatomy: Anatomy, item: Item, _stock: Stock) -> bytes:
    """Put the members of a list in another order; its octets stay as many."""
    members = _siblings(anatomy, item)
    start, end = members[0].start, members[-1].end
    octets = [_octets(anatomy, one) for one in members]
    random.shuffle(octets)
    return anatomy.edited(item.path, start, end, b"".join(octets))


def _lengthen_last(random: Random, anatomy: Anatomy, item: Item, _stock: Stock) -> bytes:
    """Let a member end before the octets that it says it has, or go on behind them; what is around it is right."""
    octets = _octets(anatomy, item)
    cut = random.choice((octets[:-1], octets[: len(octets) // 2], octets + b"\0", octets + b"\0\0\0"))
    return anatomy.edited(item.path, item.start, item.end, cut)


def _insert_into(random: Random, anatomy: Anatomy, place: Item, stock: Stock) -> bytes:
    """Put a member at one of the ends of a list, which may be empty."""
    at = random.choice((place.start, place.end))
    members = b"".join(_other(random, place.kind, stock) for _ in range(random.choice((1, 1, 2))))
    path = f"{place.path}[0]"
    return anatomy.edited(path, at, at, members)


_CHANGES: tuple[ItemChange, ...] = (_drop, _repeat, _replace, _insert, _reorder, _lengthen_last)


def _counted(random: Random, anatomy: Anatomy, changed: bytes) -> bytes:
    """Return a changed Statistics Report with the count of what it holds, mostly."""
    count = next((span for span in anatomy.fields if span.path == "count"), None)
    if count is None or random.random() >= _FIX_COUNT:
        return changed
    held = _members_from(changed, count.offset + count.length)
    return changed[: count.offset] + fitted(held, count.length) + changed[count.offset + count.length :]


def _members_from(frame: bytes, start: int) -> int:
    """Return how many TLVs lie one behind the other from `start` on."""
    members = 0
    while start + 4 <= len(frame):
        start += 4 + int.from_bytes(frame[start + 2 : start + 4])
        members += 1
    return members
