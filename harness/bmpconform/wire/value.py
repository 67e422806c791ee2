"""The base of every immutable value, and its JSON form.

Why one module: msgspec is the core's one dependency, and this is the only place that imports it.
Values are frozen, compared by content, built positionally and hold no reference cycles.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

ValueType = TypeVar("ValueType", bound="Value")
Key = TypeVar("Key")
Content = TypeVar("Content")
DataType = TypeVar("DataType")

# The state of a key that is absent from the JSON form; None is a null that stands there.
UNSET = msgspec.UNSET
UnsetType = msgspec.UnsetType
# For defaults that are made anew for each value.
field = msgspec.field


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


def from_data(data: object, shape: type[DataType]) -> DataType:
    """Read what a TOML or JSON reader made as `shape`. Raises ValueError with the place and the reason."""
    return msgspec.convert(data, shape)


def json_reader(shape: object) -> Callable[[bytes], Any]:
    """Return what reads JSON as `shape`, a type or a union of types, made ready once for many calls of it."""
    return msgspec.json.Decoder(shape).decode


def between(least: int, most: int | None = None) -> msgspec.Meta:
    """Return an annotation that bounds a number: reading JSON checks it, and its JSON Schema says so."""
    return msgspec.Meta(ge=least, le=most)


def matching(pattern: str) -> msgspec.Meta:
    """Return an annotation that a text fits `pattern`: reading JSON checks it, and its JSON Schema says so."""
    return msgspec.Meta(pattern=pattern)


def in_schema(**keywords: object) -> msgspec.Meta:
    """Return an annotation that adds `keywords` to the JSON Schema of a type; reading JSON does not check them."""
    return msgspec.Meta(extra_json_schema=dict(keywords))


def json_schema(shapes: Iterable[type]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return a JSON Schema for each shape, and the definitions that they share."""
    schemas, definitions = msgspec.json.schema_components(shapes, ref_template="#/$defs/{name}")
    return list(schemas), definitions
