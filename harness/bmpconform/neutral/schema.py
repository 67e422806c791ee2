"""The JSON Schema of the neutral form, derived from its types.

Why in the package: adapters are written in other languages, and their authors want to check what they say.
"""

from bmpconform.neutral.form import Message, Session
from bmpconform.spec.schemas import Schema, schema_text, schemas_of

FILE = "message.schema.json"


def schema() -> Schema:
    """Return the schema of a message; that of a session is among its definitions."""
    (body, _), definitions = schemas_of([Message, Session])
    return {**body, "$defs": definitions}


def render_schema() -> str:
    """Return the text of the schema's file."""
    found = schema()
    return schema_text("A message in the neutral form, version 1", {"$ref": found["$ref"]}, found["$defs"])
