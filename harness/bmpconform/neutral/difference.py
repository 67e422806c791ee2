"""One difference between what is in a message and what a target shows of it.

Why a code: it says which bug the difference looks like, and reports and expected failures go by it.
"""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from bmpconform.wire.value import UNSET, Value, to_json

Code: TypeAlias = Literal[
    "value-differs",
    "namespace-mixed",
    "nul-terminated",
    "nul-stripped",
    "cut-at-nul",
    "order-lost",
    "tlv-lost",
    "tlv-added",
    "ignored",
]
ABSENT = "absent"


class Difference(Value, frozen=True):
    """Where two views differ: the path, the code, both values as text.

    `namespace-mixed`: a TLV is taken for one of another message. `nul-terminated`: NULs stand behind the value that are
    not in it. `nul-stripped`: those that it ends in are gone. `cut-at-nul`: it ends before its first NUL. `order-lost`:
    all are there, in another order. `tlv-lost`, `tlv-added`: there are fewer or more. `ignored`: a decoder leaves
    out what it need not know. `value-differs`: anything else. `tolerated` are `ignored`, and a `namespace-mixed` in a
    profile where both messages still had one namespace.
    """

    path: str
    code: Code
    expected: str
    seen: str
    tolerated: bool = False


def text_of(value: object) -> str:
    """Return a value as text: a string as it is, anything else as JSON."""
    if value is UNSET:
        return ABSENT
    return value if isinstance(value, str) else to_json(value).decode()


def differs(path: str, expected: object, seen: object, code: Code = "value-differs") -> Difference:
    """Return the difference of two values."""
    return Difference(path, code, text_of(expected), text_of(seen))


def are_shown(expected: object, seen: object) -> bool:
    """Whether both sides make a claim: neither null nor absent."""
    return expected is not None and expected is not UNSET and seen is not None and seen is not UNSET


def field_differences(
    path: str, expected: Value, seen: Value, keys: tuple[str, ...] | None = None
) -> Iterator[Difference]:
    """Yield the differences of the given keys, all if None, that both sides show; values are compared as they are."""
    for key in expected.__struct_fields__ if keys is None else keys:
        wanted, shown = getattr(expected, key), getattr(seen, key)
        if wanted != shown and are_shown(wanted, shown):
            yield differs(f"{path}.{key}", wanted, shown)


def shown_keys(items: tuple[Value, ...], keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `keys` that every one of `items` shows."""
    return tuple(key for key in keys if all(are_shown(getattr(item, key), 0) for item in items))


def contents_of(items: tuple[Value, ...], keys: tuple[str, ...]) -> list[tuple[object, ...]]:
    """Return each item as the tuple of what it has under `keys`."""
    return [tuple(getattr(item, key) for key in keys) for item in items]
