"""The packaged schemas are those of the types, and what the command writes fits them."""

import json
from collections.abc import Iterator
from importlib import resources

import pytest
from jsonschema import Draft202012Validator

import raw
from bmpconform.check import Options, check
from bmpconform.corpus.captures import load_captures, read_capture
from bmpconform.corpus.code_points import code_points
from bmpconform.corpus.evidence import evidence
from bmpconform.corpus.load import load
from bmpconform.report.clauses import render_clauses_json_lines
from bmpconform.report.jsonl import render_json_lines
from bmpconform.report.schemas import SCHEMAS, render_schema
from bmpconform.report.shown import SCHEMA, ShownHeader, render_shown_json
from bmpconform.show import show
from bmpconform.spec.profiles import PROFILES
from bmpconform.spec.schemas import DIALECT

PACKAGE = resources.files("bmpconform.report")
REFRESH = "a type has changed: write render_schema(file) to the file of that name in bmpconform/report"
BROKEN = (
    raw.initiation(raw.SYS_NAME)
    + raw.peer_up(raw.tlv(1, b"a"), raw.tlv(3, b""))
    + raw.message(7, b"x", version=2)
    + raw.statistics(raw.tlv(0, raw.u32(1)), count=2)
    + raw.termination()[:-1]
)

each_schema = pytest.mark.parametrize("file", SCHEMAS)


def validator(file: str) -> Draft202012Validator:
    """Return what tells whether something fits a packaged schema."""
    return Draft202012Validator(json.loads(PACKAGE.joinpath(file).read_text(encoding="utf-8")))


def streams() -> Iterator[tuple[str, bytes]]:
    """Yield streams with their names: the recorded ones and one that is broken in many ways."""
    yield "broken", BROKEN
    for capture in load_captures().captures:
        yield capture.file, read_capture(capture)


@each_schema
def test_packaged_schema_is_that_of_the_types(file: str) -> None:
    assert PACKAGE.joinpath(file).read_text(encoding="utf-8") == render_schema(file), REFRESH


@each_schema
def test_a_schema_is_valid_itself(file: str) -> None:
    schema = json.loads(render_schema(file))
    assert schema["$schema"] == DIALECT
    Draft202012Validator.check_schema(schema)


@each_schema
def test_a_schema_wants_every_key_that_is_written(file: str) -> None:
    for definition in json.loads(render_schema(file))["$defs"].values():
        assert definition["required"] == list(definition["properties"])


@pytest.mark.parametrize("profile", PROFILES)
def test_lines_of_check_fit_their_schema(profile: str) -> None:
    fits = validator("check-line.schema.json")
    for name, octets in streams():
        for line in render_json_lines(check([(name, [octets])], Options(profile=PROFILES[profile]))):
            fits.validate(json.loads(line))


@pytest.mark.parametrize("profile", PROFILES)
def test_lines_of_clauses_fit_their_schema(profile: str) -> None:
    fits = validator("clause-line.schema.json")
    vectors = load().vectors[::20]
    held = PROFILES[profile]
    for line in render_clauses_json_lines(evidence(held, vectors), code_points(held, vectors)):
        fits.validate(json.loads(line))


def test_documents_of_show_fit_their_schema() -> None:
    fits = validator("show-document.schema.json")
    for name, octets in streams():
        header = ShownHeader(SCHEMA, "1", name, "bmp-2026")
        fits.validate(json.loads(b"".join(render_shown_json(header, show(name, [octets], Options())))))


def test_what_is_no_output_does_not_fit() -> None:
    assert not validator("check-line.schema.json").is_valid({"event": "finding"})
    assert not validator("show-document.schema.json").is_valid({"schema": 1})
    assert not validator("clause-line.schema.json").is_valid({})
