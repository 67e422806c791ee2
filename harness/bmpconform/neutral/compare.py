"""What a target shows of a message, held against what is in it.

Why not plain equality: null is no claim, flags mean something in some messages only, libraries regroup capabilities and
keep routes in sets. What is left after that is a difference, and its code says which bug it looks like.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import takewhile

from bmpconform.neutral.compare_pdu import pdu_differences
from bmpconform.neutral.difference import (
    Code,
    Difference,
    are_shown,
    contents_of,
    differs,
    field_differences,
    shown_keys,
)
from bmpconform.neutral.flags import assigned_flags
from bmpconform.neutral.form import Message, Pdu, Peer, Statistic, Tlv
from bmpconform.neutral.keys import PDU_KEYS, Bgp, keys_of
from bmpconform.neutral.meanings import is_allowed, is_of_another_message, was_shared
from bmpconform.spec.profiles import Profile
from bmpconform.wire.value import UNSET, Value, ValueType

NUL = "00"


class _View(Value, frozen=True):
    """How far a target shows BGP, and what the comparison hangs on beside: message type and profile."""

    message_type: int
    bgp: Bgp
    profile: Profile


def compare(expected: Message, seen: Message, depth: int, bgp: Bgp, profile: Profile) -> Difference | None:
    """Return the first difference at the declared depth that is not tolerated, else the first that is, else None.

    `expected` is what `show` gives under the same profile. A key that is null or absent on either side is not compared
    (`missing` says which are owed).
    """
    if seen == expected:
        return None
    tolerated = None
    for difference in _differences(expected, seen, depth, bgp, profile):
        if not difference.tolerated:
            return difference
        tolerated = tolerated or difference
    return tolerated


def _differences(expected: Message, seen: Message, depth: int, bgp: Bgp, profile: Profile) -> Iterator[Difference]:
    view = _View(expected.type if isinstance(expected.type, int) else -1, bgp, profile)
    for key in keys_of(expected, depth, bgp):
        wanted, shown = getattr(expected, key), getattr(seen, key)
        if wanted == shown or not are_shown(wanted, shown):
            continue
        if key == "peer":
            yield from _peer(wanted, shown, view)
        elif key == "tlvs":
            yield from _items("tlvs", wanted, shown, ("type", "value"), partial(_tlv, view))
        elif key == "statistics":
            yield from _items("statistics", wanted, shown, ("type", "data", "value"), _statistic)
        elif key in PDU_KEYS:
            yield from pdu_differences(key, wanted, shown, bgp)
        else:
            yield differs(key, wanted, shown)


def _peer(expected: Peer, seen: Peer, view: _View) -> Iterator[Difference]:
    """Yield the differences in the per-peer header; of the flags, those that mean something there."""
    for difference in field_differences("peer", expected, seen):
        if difference.path != "peer.flags":
            yield difference
        elif isinstance(expected.flags, int) and isinstance(seen.flags, int) and isinstance(expected.type, int):
            assigned = assigned_flags(view.message_type, expected.type, view.profile.documents)
            if (expected.flags ^ seen.flags) & assigned:
                yield difference


def _items(
    path: str,
    expected: tuple[ValueType, ...],
    seen: tuple[ValueType, ...],
    keys: tuple[str, ...],
    compare_item: Callable[[str, ValueType, ValueType], Iterator[Difference]],
) -> Iterator[Difference]:
    """Yield the differences of two lists of TLVs; `keys` tell one from the other."""
    shown = shown_keys((*expected, *seen), keys)
    wanted, got = contents_of(expected, shown), contents_of(seen, shown)
    if len(wanted) != len(got):
        yield _other_number(path, expected, seen, shown)
    elif wanted != got and Counter(wanted) == Counter(got):
        yield differs(path, expected, seen, "order-lost")
    else:
        for index, pair in enumerate(zip(expected, seen, strict=True)):
            yield from compare_item(f"{path}[{index}]", *pair)


def _other_number(
    path: str, expected: tuple[Value, ...], seen: tuple[Value, ...], shown: tuple[str, ...]
) -> Difference:
    """Return the difference at the first TLV that is only on one side, as far as the others tell."""
    pairs = zip(contents_of(expected, shown), contents_of(seen, shown), strict=False)
    equal = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    if len(expected) > len(seen):
        return differs(f"{path}[{equal}]", expected[equal], UNSET, "tlv-lost")
    return differs(f"{path}[{equal}]", UNSET, seen[equal], "tlv-added")


def _tlv(view: _View, path: str, expected: Tlv, seen: Tlv) -> Iterator[Difference]:
    yield from field_differences(path, expected, seen, ("type",))
    if isinstance(expected.value, str) and isinstance(seen.value, str) and expected.value != seen.value:
        yield differs(f"{path}.value", expected.value, seen.value, _value_code(expected.value, seen.value))
    yield from _meaning(f"{path}.meaning", expected, seen, view)
    if view.bgp != "none" and isinstance(expected.pdu, Pdu) and isinstance(seen.pdu, Pdu):
        yield from pdu_differences(f"{path}.pdu", expected.pdu, seen.pdu, view.bgp)


def _value_code(expected: str, seen: str) -> Code:
    """Return what became of a counted string in the hands of those who end it at a NUL."""
    if seen.startswith(expected) and is_zero(seen[len(expected) :]):
        return "nul-terminated"
    if expected.startswith(seen):
        cut = expected[len(seen) :]
        if is_zero(cut):
            return "nul-stripped"
        if cut.startswith(NUL):
            return "cut-at-nul"
    return "value-differs"


def is_zero(octets: str) -> bool:
    """Whether octets in hex are all NUL."""
    return not octets.strip("0")


def _meaning(path: str, expected: Tlv, seen: Tlv, view: _View) -> Iterator[Difference]:
    word, shown, code = expected.meaning, seen.meaning, expected.type
    if not (isinstance(word, str) and isinstance(shown, str) and isinstance(code, int)):
        return
    if is_allowed(view.message_type, code, word, shown):
        return
    if is_of_another_message(view.message_type, shown):
        tolerated = was_shared(view.message_type, shown, view.profile)
        yield Difference(path, "namespace-mixed", word, shown, tolerated)
    else:
        yield differs(path, word, shown)


def _statistic(path: str, expected: Statistic, seen: Statistic) -> Iterator[Difference]:
    """Yield the differences of one statistic; who shows its value shows the family that it is of."""
    yield from field_differences(path, expected, seen)
    for key in ("afi", "safi"):
        wanted, shown = getattr(expected, key), getattr(seen, key)
        if isinstance(wanted, int) and shown is UNSET and isinstance(seen.value, str):
            yield differs(f"{path}.{key}", wanted, shown)
