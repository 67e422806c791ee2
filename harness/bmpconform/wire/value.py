"""The base of every immutable value, and its JSON form.

Why one module: msgspec is the core's one dependency, and this is the only place that imports it.
Values are frozen, compared by content, built positionally and hold no reference cycles.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

ValueType = TypeVar("ValueType", bound="Value")
Key = TypeVar("Key")
Content = TypeVar("Content")
DataType = TypeVar("DataType")


class Value(msgspec.Struct, frozen=True, gc=False):
    """A frozen value: messages, their parts, findings, events."""


def replace(value: ValueType, /, **changes: object) -> ValueType:
    """Return a copy of `value` with the named fields changed."""
    return msgspec.structs.replace(value, **changes)


def keep(table: dict[Key, Content], key: Key, content: Content, most: int) -> Content:
    """Put `content` into a table that has at most `most` entries, and forgets all of them when it is full."""
    if len(table) >= most:
        table.clear()
    table[key] = content
    return content


def to_json(value: object) -> bytes:
    """Render a value as one line of JSON, keys in the order in which its class declares them."""
    return msgspec.json.encode(value)


def from_json(octets: bytes, shape: type[DataType]) -> DataType:
    """Read JSON as `shape`. Raises ValueError with the place and the reason if it does not fit."""
    return msgspec.json.decode(octets, type=shape)


def json_schema(shapes: Iterable[type]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return a JSON Schema for each shape, and the definitions that they share."""
    schemas, definitions = msgspec.json.schema_components(shapes, ref_template="#/$defs/{name}")
    return list(schemas), definitions
