"""The packaged schemas are those of the types, and the packaged data fits them."""

import json
from importlib import resources

import pytest

from bmpconform.spec.schemas import DIALECT, SCHEMAS, render_schema

PACKAGE = resources.files("bmpconform.spec")
REFRESH = "the type has changed: write render_schema(file) to the file of that name in bmpconform/spec"

each_schema = pytest.mark.parametrize("file", SCHEMAS)


def _packaged(file: str) -> str:
    return PACKAGE.joinpath(file).read_text(encoding="utf-8")


@each_schema
def test_packaged_schema_is_that_of_the_type(file: str) -> None:
    assert _packaged(file) == render_schema(file), REFRESH


@each_schema
def test_each_data_file_has_its_schema(file: str) -> None:
    assert PACKAGE.joinpath(file.replace(".schema", "")).is_file()


@each_schema
def test_schema_refuses_keys_that_it_does_not_know(file: str) -> None:
    schema = json.loads(_packaged(file))
    assert schema["$schema"] == DIALECT
    name = schema["items"]["$ref"].removeprefix("#/$defs/")
    assert schema["$defs"][name]["additionalProperties"] is False


@each_schema
def test_packaged_data_fits_the_schema(file: str) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="no JSON Schema validator is installed")
    validator = jsonschema.Draft202012Validator(json.loads(_packaged(file)))
    data = json.loads(_packaged(file.replace(".schema", "")))
    assert validator.is_valid(data)
    assert not validator.is_valid([data[0] | {"surplus": 0}])
    assert not validator.is_valid([{"id": data[0]["id"]}])
