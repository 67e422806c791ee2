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
    ABSENT,
    Code,
    Difference,
    are_shown,
    contents_of,
    differs,
    field_differences,
    shown_keys,
    text_of,
)
from bmpconform.neutral.flags import assigned_flags
from bmpconform.neutral.form import Message, Pdu, Peer, Statistic, Tlv
from bmpconform.neutral.ignoring import kept_places, must_ignore
from bmpconform.neutral.keys import PDU_KEYS, Bgp, keys_of
from bmpconform.neutral.meanings import is_allowed, is_of_another_message, was_shared
from bmpconform.spec.profiles import Profile
from bmpconform.wire.value import UNSET, Value, ValueType

NUL = "00"


class _View(Value, frozen=True):
    """How far a target shows BGP, and what the comparison hangs on beside: message type, profile, what is forgiven."""

    message_type: int
    bgp: Bgp
    profile: Profile
    may_ignore: bool


def compare(  # noqa: PLR0913 - what is compared, and how far
    expected: Message, seen: Message, depth: int, bgp: Bgp, profile: Profile, *, may_ignore: bool = True
) -> Difference | None:
    """Return the first difference at the declared depth that is not tolerated, else the first that is, else None.

    `expected` is what `show` gives under the same profile. A key that is null or absent on either side is not compared
    (`missing` says which are owed). `may_ignore` forgives a decoder that leaves out what it need not know (`ignored`).
    """
    if seen == expected:
        return None
    tolerated = None
    view = _View(expected.type if isinstance(expected.type, int) else -1, bgp, profile, may_ignore)
    for difference in _differences(expected, seen, depth, view):
        if not difference.tolerated:
            return difference
        tolerated = tolerated or difference
    return tolerated


def _differences(expected: Message, seen: Message, depth: int, view: _View) -> Iterator[Difference]:
    for key in keys_of(expected, depth, view.bgp):
        wanted, shown = getattr(expected, key), getattr(seen, key)
        if wanted == shown or not are_shown(wanted, shown):
            continue
        if key == "peer":
            yield from _peer(wanted, shown, view)
        elif key == "tlvs":
            yield from _items("tlvs", wanted, shown, ("type", "value"), partial(_tlv, view), view)
        elif key == "statistics":
            yield from _items("statistics", wanted, shown, ("type", "data", "value"), _statistic, view)
        elif key in PDU_KEYS:
            yield from pdu_differences(key, wanted, shown, view.bgp)
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


def _items(  # noqa: PLR0913, PLR0917 - two lists, and how their items are told apart and compared
    path: str,
    expected: tuple[ValueType, ...],
    seen: tuple[ValueType, ...],
    keys: tuple[str, ...],
    compare_item: Callable[[str, ValueType, ValueType], Iterator[Difference]],
    view: _View,
) -> Iterator[Difference]:
    """Yield the differences of two lists of TLVs; `keys` tell one from the other."""
    shown = shown_keys((*expected, *seen), keys)
    places = kept_places(expected, seen, shown) if view.may_ignore else range(len(expected))
    left_out = [place for place in range(len(expected)) if place not in places]
    kept = tuple(expected[place] for place in places)
    wanted, got = contents_of(kept, shown), contents_of(seen, shown)
    if len(wanted) != len(got):
        yield _other_number(path, expected, seen, shown)
    elif wanted != got and Counter(wanted) == Counter(got):
        yield differs(path, kept, seen, "order-lost")
    else:
        for place, one, other in zip(places, kept, seen, strict=True):
            yield from compare_item(f"{path}[{place}]", one, other)
    for place in left_out:
        if not must_ignore(expected[place]):
            yield Difference(f"{path}[{place}]", "ignored", text_of(expected[place]), ABSENT, tolerated=True)


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
