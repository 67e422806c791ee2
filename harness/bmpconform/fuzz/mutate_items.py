"""Changes of lists: TLVs, statistics, parameters, capabilities and attributes put in, left out, repeated and moved.

Why members by their octets: a TLV of another message, or of another namespace, is moved as it stands.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TypeAlias

from bmpconform.fuzz import dictionary
from bmpconform.fuzz.edits import Edit
from bmpconform.fuzz.plan import Member, Plan

# Members of lists with that last name, from whatever was seen before.
Stock: TypeAlias = Mapping[str, Sequence[bytes]]
_Change: TypeAlias = Callable[[Random, bytes, Member, Stock], tuple[bytes, int]]
# How often a member is one that was seen before, and how seldom a count stays what it was.
_FROM_STOCK, _LEAVE_COUNT = 0.5, 0.2
_TIMES = (2, 2, 2, 3, 3, 9, 17)
_FEW = (1, 1, 1, 2, 3)


def item_edit(random: Random, plan: Plan, stock: Stock) -> Edit | None:
    """Return a change of one list of an input, None where it has none."""
    members = plan.members
    if not members:
        return None
    drawn = random.random
    member = members[int(drawn() * len(members))]
    start, end, lengths, _, _, others, count = member
    if start == end:
        octets, more = _put_in(random, plan.octets, member, stock)
    elif drawn() < _OF_ALL:
        start, end = others[0][0], others[-1][1]
        octets, more = _of_all(random, plan.octets, others)
    else:
        octets, more = _CHANGES[int(drawn() * len(_CHANGES))](random, plan.octets, member, stock)
    return start, end, octets, lengths, count, more if count and drawn() >= _LEAVE_COUNT else 0


_OF_ALL, _EMPTIED = 0.2, 0.3


def other(random: Random, kind: str, stock: Stock) -> bytes:
    """Return a member for a list of a kind: one that was seen, or one of the dictionary."""
    seen, known = stock.get(kind, ()), dictionary.MEMBERS.get(kind, ())
    drawn = random.random
    if seen and (not known or drawn() < _FROM_STOCK):
        return seen[int(drawn() * len(seen))]
    return known[int(drawn() * len(known))] if known else b""


def _of_all(random: Random, octets: bytes, others: Sequence[tuple[int, int]]) -> tuple[bytes, int]:
    """Put the members of a list in another order, or leave all of them out."""
    if random.random() < _EMPTIED:
        return b"", -len(others)
    members = [octets[start:end] for start, end in others]
    random.shuffle(members)
    return b"".join(members), 0


def _put_in(random: Random, _octets: bytes, member: Member, stock: Stock) -> tuple[bytes, int]:
    many = _FEW[int(random.random() * len(_FEW))]
    return b"".join([other(random, member.kind, stock) for _ in range(many)]), many


def _drop(_random: Random, _octets: bytes, _member: Member, _stock: Stock) -> tuple[bytes, int]:
    return b"", -1


def _drop_all_but(_random: Random, octets: bytes, member: Member, _stock: Stock) -> tuple[bytes, int]:
    """Take a member as often as its list has members."""
    many = len(member.others)
    return octets[member.start : member.end] * many, many - 1


def _repeat(random: Random, octets: bytes, member: Member, _stock: Stock) -> tuple[bytes, int]:
    times = _TIMES[int(random.random() * len(_TIMES))]
    return octets[member.start : member.end] * times, times - 1


def _replace(random: Random, _octets: bytes, member: Member, stock: Stock) -> tuple[bytes, int]:
    return other(random, member.kind, stock), 0


def _insert(random: Random, octets: bytes, member: Member, stock: Stock) -> tuple[bytes, int]:
    held, new = octets[member.start : member.end], other(random, member.kind, stock)
    return (held + new if random.random() < 0.5 else new + held), 1  # noqa: PLR2004 - before or behind


def _lengthen(random: Random, octets: bytes, member: Member, _stock: Stock) -> tuple[bytes, int]:
    """Let a member end before the octets that it says it has, or go on behind them; what is around it is right."""
    held = octets[member.start : member.end]
    cuts = (held[:-1], held[: len(held) // 2], held + b"\0", held + b"\0\0\0")
    return cuts[int(random.random() * len(cuts))], 0


_CHANGES: tuple[_Change, ...] = (_drop, _repeat, _replace, _replace, _insert, _insert, _drop_all_but, _lengthen)
