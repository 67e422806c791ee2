"""The JSON Schemas of a request and of an answer, derived from the types that are read and written.

Why in the package: who writes an adapter in another language can check what it says before the harness does.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bmpconform.spec.schemas import Schema, schema_text, schemas_of
from bmpconform.targets.protocol import (
    Bye,
    Decode,
    Decoded,
    Done,
    Encode,
    Encoded,
    Greeted,
    Hello,
    Panicked,
    Rejected,
    Reset,
    Stream,
    Streamed,
    Unsupported,
)

# The schema's file, what the line is one of, and its title.
SCHEMAS: Mapping[str, tuple[tuple[type, ...], str]] = MappingProxyType(
    {
        "request.schema.json": (
            (Hello, Decode, Encode, Stream, Reset, Bye),
            "A request of the adapter protocol, version 1",
        ),
        "answer.schema.json": (
            (Greeted, Decoded, Encoded, Streamed, Done, Rejected, Unsupported, Panicked),
            "An answer of the adapter protocol, version 1",
        ),
    }
)


# Told apart by nothing but their keys, since each answers another op.
OK_ANSWERS = (Greeted, Decoded, Encoded, Streamed, Done)


def render_schema(file: str) -> str:
    """Return the text of one of `SCHEMAS`. The driver gives each request its `id`, so that key is always there."""
    shapes, title = SCHEMAS[file]
    schemas, definitions = schemas_of(shapes)
    for shape in shapes:
        definition = definitions[shape.__name__]
        definition["properties"]["id"].pop("default", None)
        definition["required"] = sorted({*definition["required"], "id"}, key=list(definition["properties"]).index)
        if shape in OK_ANSWERS:
            definition["propertyNames"] = {"not": {"enum": _keys_of_others(definition, definitions)}}
    return schema_text(title, {"anyOf": schemas}, definitions)


def _keys_of_others(definition: Schema, definitions: Mapping[str, Schema]) -> list[str]:
    """Return the keys that only the answers to other ops have."""
    keys = {key for shape in OK_ANSWERS for key in definitions[shape.__name__]["properties"]}
    return sorted(keys - definition["properties"].keys())
