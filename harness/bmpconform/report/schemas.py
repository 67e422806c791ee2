"""The JSON Schemas of what the command writes, derived from the types that it writes.

Why in the package: who reads the output from another language can check what they read, and see when it changes.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bmpconform.events import FindingLine, Header, Summary
from bmpconform.fuzz.disagreement import DisagreementLine
from bmpconform.fuzz.finding import FoundLine
from bmpconform.fuzz.store import StatsLine
from bmpconform.report.clauses import ClauseLine, CodePointLine
from bmpconform.report.shown import ShownDocument
from bmpconform.run.events import (
    RunHeader,
    RunSummary,
    Shown,
    TargetSkipped,
    TargetStart,
    TargetUnusable,
    VerdictLine,
)
from bmpconform.spec.schemas import schema_text, schemas_of

# The schema's file, what the output is one of, and its title.
SCHEMAS: Mapping[str, tuple[tuple[type, ...], str]] = MappingProxyType(
    {
        "check-line.schema.json": ((Header, FindingLine, Summary), "A line of `bmpconform check --format jsonl`"),
        "show-document.schema.json": ((ShownDocument,), "The document of `bmpconform show --format json`"),
        "result-line.schema.json": (
            (RunHeader, VerdictLine, RunSummary),
            "A line of results.jsonl, of `bmpconform run`",
        ),
        "found-line.schema.json": ((FoundLine, DisagreementLine), "A line of findings.jsonl, of `bmpconform fuzz`"),
        "stats-line.schema.json": ((StatsLine,), "A line of stats.jsonl, of `bmpconform fuzz`"),
        "shown-line.schema.json": (
            (TargetStart, TargetUnusable, TargetSkipped, Shown),
            "A line of evidence/shown.jsonl, of `bmpconform run`",
        ),
        "clause-line.schema.json": ((ClauseLine, CodePointLine), "A line of `bmpconform clauses --format jsonl`"),
    }
)


def render_schema(file: str) -> str:
    """Return the text of one of `SCHEMAS`. Every key is always written, so all are required."""
    shapes, title = SCHEMAS[file]
    schemas, definitions = schemas_of(shapes)
    for definition in definitions.values():
        definition["required"] = list(definition["properties"])
        for described in definition["properties"].values():
            described.pop("default", None)
    body = {"anyOf": schemas} if len(schemas) > 1 else schemas[0]
    return schema_text(title, body, definitions)
