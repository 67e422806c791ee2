"""The schemas beside the vectors are those of the types, and the vectors fit them."""

import json
from typing import Any

import pytest

from bmpconform.corpus.load import FLAGS, topic_files
from bmpconform.corpus.location import vectors_folder
from bmpconform.corpus.schemas import FILES, render_schema

FOLDER = vectors_folder()
REFRESH = "a type has changed: write render_schema(file) to the file of that name in vectors/schema"


def _validator(file: str) -> Any:  # noqa: ANN401 - jsonschema is not always there
    jsonschema = pytest.importorskip("jsonschema", reason="no JSON Schema validator is installed")
    return jsonschema.Draft202012Validator(json.loads((FOLDER / "schema" / file).read_bytes()))


@pytest.mark.parametrize("file", FILES)
def test_the_schema_is_that_of_the_types(file: str) -> None:
    assert (FOLDER / "schema" / file).read_text(encoding="utf-8") == render_schema(file), REFRESH


@pytest.mark.parametrize("file", list(topic_files(FOLDER)))
def test_the_vectors_fit_their_schema(file: str) -> None:
    assert _validator("vectors.schema.json").is_valid(json.loads((FOLDER / file).read_bytes()))


@pytest.mark.parametrize(
    "change",
    [
        {"surplus": 0},
        {"ops": ["guess"]},
        {"fields": [["version", "3"]]},
        {"fields": [["version", {"repeat": "03"}]]},
        {"outcomes": [{"observation": "passed", "label": "x", "level": "pass"}]},
        {"id": "No Slug"},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(change: dict[str, Any]) -> None:
    topic = json.loads((FOLDER / next(topic_files(FOLDER))).read_bytes())
    spoilt = topic | {"vectors": [topic["vectors"][0] | change]}
    assert not _validator("vectors.schema.json").is_valid(spoilt)


def test_the_flags_fit_their_schema() -> None:
    flags = json.loads((FOLDER / FLAGS).read_bytes())
    assert _validator("flags.schema.json").is_valid(flags)
    assert not _validator("flags.schema.json").is_valid(flags | {"lower case": "x"})
