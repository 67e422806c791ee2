"""The JSON Schemas of this package's data files, derived from the types that read them.

Why derived: people read the data without this package, and a schema written by hand would drift from what is accepted.
"""

import json
from collections.abc import Mapping
from inspect import cleandoc
from types import MappingProxyType

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


def render_schema(file: str) -> str:
    """Return the text of one of `SCHEMAS`: a list of entries of its type."""
    shape, title = SCHEMAS[file]
    (entry,), definitions = json_schema([shape])
    for definition in definitions.values():
        # Python up to 3.12 keeps the indent of a docstring, later ones drop it.
        definition["description"] = cleandoc(definition["description"])
    document = {"$schema": DIALECT, "title": title, "type": "array", "items": entry, "$defs": definitions}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
