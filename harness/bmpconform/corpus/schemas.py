"""The JSON Schemas of the vectors, derived from the types that read them.

Why beside the vectors: whoever reads them in another language has the schema in the same folder.
"""

from typing import Any

from bmpconform.corpus.vector import HEX_PATTERN, Topic
from bmpconform.spec.schemas import Schema, schema_text, schemas_of

FILES = ("vectors.schema.json", "flags.schema.json")

_TITLES = {
    "vectors.schema.json": "Vectors: one topic of stored cases",
    "flags.schema.json": "The glossary of flags: a word for a class of bugs, and what it means",
}
_WORDS: Schema = {
    "type": "object",
    "additionalProperties": {"type": "string"},
    "propertyNames": {"pattern": "^[A-Z0-9]+(_[A-Z0-9]+)*$"},
}
_SHORT_FORMS: dict[str, Schema] = {
    "Octets": {
        "description": "Octets as lower-case hex, or in a short form that stands for it.",
        "anyOf": [{"$ref": "#/$defs/Hex"}, {"$ref": "#/$defs/Repeat"}, {"$ref": "#/$defs/Join"}],
    },
    "Hex": {"description": "Lower-case hex, two digits for an octet.", "type": "string", "pattern": HEX_PATTERN},
    "Repeat": {
        "description": "The octets `repeat`, `times` times in a row.",
        "type": "object",
        "properties": {"repeat": {"$ref": "#/$defs/Hex"}, "times": {"type": "integer", "minimum": 1}},
        "required": ["repeat", "times"],
        "additionalProperties": False,
    },
    "Join": {
        "description": "The pieces one behind the other.",
        "type": "object",
        "properties": {
            "join": {
                "type": "array",
                "items": {"anyOf": [{"$ref": "#/$defs/Hex"}, {"$ref": "#/$defs/Repeat"}]},
                "minItems": 1,
            }
        },
        "required": ["join"],
        "additionalProperties": False,
    },
}


def render_schema(file: str) -> str:
    """Return the text of one of `FILES`."""
    if file == "flags.schema.json":
        return schema_text(_TITLES[file], _WORDS, {})
    (topic,), definitions = schemas_of([Topic])
    definitions = {name: _with_short_forms(definition) for name, definition in definitions.items()}
    return schema_text(_TITLES[file], topic, definitions | _SHORT_FORMS)


def _with_short_forms(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Return a schema with a short form allowed wherever it has octets."""
    if isinstance(schema, list):
        return [_with_short_forms(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("pattern") == HEX_PATTERN:
        return {"$ref": "#/$defs/Octets"}
    return {key: _with_short_forms(part) for key, part in schema.items()}
