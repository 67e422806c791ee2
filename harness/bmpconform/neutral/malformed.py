"""Whether what a target says keeps to the form: digits, lengths and ranges, as the types' annotations have them.

Why apart from reading: patterns cost more than all the rest of reading, and what equals the expectation needs none.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from bmpconform.neutral.form import HEX, Message, Prefix
from bmpconform.wire.value import Value, json_schema

Check = Callable[[Any], bool]


def malformed(message: Message) -> str | None:
    """Return the path of the first value that is not what the form says of its key; None where all are."""
    return next(_faults("", message), None)


def _faults(prefix: str, value: Value) -> Iterator[str]:
    checks = _checks()[type(value).__name__]
    for key in value.__struct_fields__:
        held = getattr(value, key)
        match held:
            case str() | int():
                check = checks.get(key)
                if check is not None and not check(held):
                    yield prefix + key
            case Value():
                yield from _faults(f"{prefix}{key}.", held)
            case tuple():
                yield from _faults_of_items(prefix + key, held, checks.get(key))
            case _:
                continue
    if isinstance(value, Prefix) and not _has_octets_for_bits(value):
        yield f"{prefix}prefix"


def _faults_of_items(path: str, items: tuple[object, ...], check: Check | None) -> Iterator[str]:
    for index, item in enumerate(items):
        if isinstance(item, Value):
            yield from _faults(f"{path}[{index}].", item)
        elif check is not None and not check(item):
            yield f"{path}[{index}]"


def _has_octets_for_bits(prefix: Prefix) -> bool:
    if not isinstance(prefix.bits, int) or not isinstance(prefix.prefix, str):
        return True
    return len(prefix.prefix) == (prefix.bits + 7) // 8 * 2


@cache
def _checks() -> Mapping[str, Mapping[str, Check]]:
    """Return the checks of each type's keys, from the schema that the types give."""
    _, definitions = json_schema([Message])
    return {name: dict(_checks_of(definition["properties"])) for name, definition in definitions.items()}


def _checks_of(properties: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Check]]:
    for key, described in properties.items():
        for kind in described.get("anyOf", ()):
            for keywords in (kind, kind.get("items", {})):
                if (check := _check(keywords)) is not None:
                    yield key, check


def _check(keywords: Mapping[str, Any]) -> Check | None:
    if keywords.get("pattern") == HEX:
        return _is_hex
    if "pattern" in keywords:
        return partial(_matches, re.compile(keywords["pattern"].removesuffix("$") + r"\Z"))
    if "enum" in keywords:
        return frozenset(keywords["enum"]).__contains__
    if "maximum" in keywords:
        return partial(_in_range, keywords["minimum"], keywords["maximum"])
    return None


def _matches(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.match(text) is not None


# Five times as fast as the pattern, and most values are hex.
_DIGITS = re.compile(r"[0-9a-f]*\Z")


def _is_hex(text: str) -> bool:
    return len(text) % 2 == 0 and _DIGITS.match(text) is not None


def _in_range(low: int, high: int, number: int) -> bool:
    return low <= number <= high
