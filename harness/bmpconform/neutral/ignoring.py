"""What a decoder may leave out: what no document makes it know.

Why: RFC 7854 section 4.8 has unknown statistics ignored, and so those of an unexpected length, and an ignored one is
not shown. Statistics of later documents are unknown to who implements RFC 7854 alone. TLVs whose type has no meaning
are nothing that a user misses; the documents say nothing of them, so leaving them out is told, and tolerated.
"""

from collections.abc import Sequence

from bmpconform.neutral.difference import contents_of
from bmpconform.neutral.form import Statistic, Tlv
from bmpconform.wire.codes import STATISTIC_TYPES, Status
from bmpconform.wire.value import Value

_TYPE = "type"
_FIRST_DOCUMENT = frozenset({"RFC7854"})
_WITHOUT_MEANING = frozenset({"unknown", "reserved"})


def kept_places(expected: Sequence[Value], seen: Sequence[Value], keys: tuple[str, ...]) -> Sequence[int]:
    """Return the places in `expected` of what has to be in `seen`: all, less what may be left out and is.

    `keys` tell one item from the other. Where leaving out does not explain the types that are seen, it is all.
    """
    surplus = len(expected) - len(seen)
    wanted, got = contents_of(tuple(expected), keys), contents_of(tuple(seen), keys)
    places: list[int] = []
    for place, content in enumerate(wanted):
        found = len(places) < len(got) and got[len(places)] == content
        if surplus > 0 and not found and _may_ignore(expected[place]):
            surplus -= 1
        else:
            places.append(place)
    types = [getattr(expected[place], _TYPE) for place in places]
    explains = _TYPE in keys and types == [getattr(item, _TYPE) for item in seen]
    return places if explains else range(len(expected))


def must_ignore(item: Value) -> bool:
    """Whether an item is a statistic of an unknown type or length, RFC 7854 section 4.8."""
    return isinstance(item, Statistic) and item.value is None


def _may_ignore(item: Value) -> bool:
    match item:
        case Statistic(type=int(code)):
            return must_ignore(item) or STATISTIC_TYPES.status(code, _FIRST_DOCUMENT) is not Status.ASSIGNED
        case Tlv(meaning=str(meaning)):
            return meaning in _WITHOUT_MEANING
        case _:
            return False
