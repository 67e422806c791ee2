"""What the valid messages of an input cover of the neutral form: each key, with its code or its size, below others.

Why beside what targets say: one that understood a message says no more than that, and how far its reader went shows in
nothing. A message that holds what none had held before is read by code that had nothing to read.
"""

from collections.abc import Iterator

from bmpconform.fuzz.feedback import Feature
from bmpconform.fuzz.oracle import Expectation
from bmpconform.neutral import Message
from bmpconform.wire.value import Value

_CODES = frozenset({"type", "code", "subcode", "reason", "segment", "afi", "safi", "subtype", "version"})
# By these a part is told from others in its list.
_KINDS = ("type", "code")
# From here on hardly a code is assigned, and they are as good as each other.
_ASSIGNED = 132
_MOST_ITEMS = 4


def covered_by(expectation: Expectation) -> frozenset[Feature]:
    """Return what the messages that are expected cover, nothing where the input breaks a document."""
    if expectation.clause is not None:
        return frozenset()
    vector = expectation.vector
    items = vector.items if isinstance(vector.items, tuple) else ()
    messages = (vector.message, *(item.message for item in items))
    return frozenset(one for message in messages if isinstance(message, Message) for one in _covered((), message))


def _covered(place: Feature, value: Value) -> Iterator[Feature]:
    kind = next((held for key in _KINDS if isinstance(held := getattr(value, key, None), int)), None)
    within = place if kind is None else (*place, _code(kind))
    for key in value.__struct_fields__:
        held = getattr(value, key)
        if isinstance(held, tuple):
            yield (*within, key, min(len(held), _MOST_ITEMS))
            for item in held:
                yield from _of_one((*within, key, "[]"), item, is_code=False)
        else:
            yield from _of_one((*within, key), held, is_code=key in _CODES)


def _of_one(place: Feature, held: object, *, is_code: bool) -> Iterator[Feature]:
    match held:
        case Value():
            yield from _covered(place, held)
        case int():
            yield (*place, _code(held) if is_code else held.bit_length())
        case str():
            yield (*place, len(held).bit_length())
        case _:
            pass


def _code(number: int) -> int:
    return number if number < _ASSIGNED else -number.bit_length()
