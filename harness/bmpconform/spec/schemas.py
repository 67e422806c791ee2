"""The JSON Schemas of this package's data files, derived from the types that read them.

Why derived: people read the data without this package, and a schema written by hand would drift from what is accepted.
"""

import json
from collections.abc import Iterable, Mapping
from inspect import cleandoc
from types import MappingProxyType
from typing import Any

from bmpconform.spec.catalogue import Clause
from bmpconform.spec.coverage import Reason
from bmpconform.wire.value import json_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# The schema's file, the type of one entry of the data file, and what the data file holds.
SCHEMAS: Mapping[str, tuple[type, str]] = MappingProxyType(
    {
        "clauses.schema.json": (Clause, "The clauses of the documents of BMP"),
        "coverage.schema.json": (Reason, "The clauses that no rule over octets names, and why"),
    }
)


Schema = dict[str, Any]


def render_schema(file: str) -> str:
    """Return the text of one of `SCHEMAS`: a list of entries of its type."""
    shape, title = SCHEMAS[file]
    (entry,), definitions = schemas_of([shape])
    return schema_text(title, {"type": "array", "items": entry}, definitions)


def schemas_of(shapes: Iterable[type]) -> tuple[list[Schema], dict[str, Schema]]:
    """Return a schema for each shape, and the definitions that they share, with descriptions for people."""
    schemas, definitions = json_schema(shapes)
    for definition in definitions.values():
        # Python up to 3.12 keeps the indent of a docstring, later ones drop it.
        definition["description"] = cleandoc(definition["description"])
    return schemas, definitions


def schema_text(title: str, body: Schema, definitions: dict[str, Schema]) -> str:
    """Return the text of a schema file."""
    document = {"$schema": DIALECT, "title": title, **body, "$defs": definitions}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
