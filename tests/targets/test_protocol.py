"""The published protocol is the one that is spoken: its worked session, its schemas, and the words of the types."""

import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bmpconform.neutral import Message, Session
from bmpconform.targets.protocol import (
    ANSWERS,
    Answer,
    Decode,
    Decoded,
    Encode,
    Hello,
    Panicked,
    Rejected,
    Request,
    Reset,
    Stream,
    Unsupported,
)
from bmpconform.targets.schemas import SCHEMAS, render_schema
from bmpconform.wire.value import json_reader, to_json

PACKAGE = resources.files("bmpconform.targets")
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "adapter-protocol.md"
OPS = {"hello", "decode", "encode", "stream", "reset", "bye"}
REFRESH = "a type has changed: write render_schema(file) to the file of that name in bmpconform/targets"


def session(sign: str) -> list[str]:
    """Return the requests (`->`) or the answers (`<-`) of the worked session."""
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(f"{sign} ") for line in lines if line.startswith(f"{sign} ")]


def schema(file: str) -> Draft202012Validator:
    """Return what tells whether a line fits a packaged schema."""
    return Draft202012Validator(json.loads(PACKAGE.joinpath(file).read_text(encoding="utf-8")))


@pytest.mark.smoke
def test_the_worked_session_is_what_a_target_says() -> None:
    requests, answers = session("->"), session("<-")
    command = [sys.executable, "-m", "bmpconform.targets.host", "worked"]
    octets = "".join(f"{request}\n" for request in requests).encode()
    said = subprocess.run(command, input=octets, stdout=subprocess.PIPE, cwd=Path(__file__).parent, check=True).stdout
    assert said.decode().splitlines() == answers
    assert {json.loads(request)["op"] for request in requests} == OPS | {"nonsense"}


def test_the_worked_session_fits_the_schemas() -> None:
    requests, answers = session("->"), session("<-")
    known, answered = schema("request.schema.json"), schema("answer.schema.json")
    assert [line for line in requests if not known.is_valid(json.loads(line))] == ['{"id":10,"op":"nonsense"}']
    assert [line for line in answers if not answered.is_valid(json.loads(line))] == []


@pytest.mark.parametrize("file", SCHEMAS)
def test_packaged_schema_is_that_of_the_types(file: str) -> None:
    assert PACKAGE.joinpath(file).read_text(encoding="utf-8") == render_schema(file), REFRESH
    Draft202012Validator.check_schema(json.loads(render_schema(file)))


@pytest.mark.parametrize(
    "line",
    [
        {"op": "decode", "hex": "03"},
        {"id": 1, "op": "decode", "hex": "3"},
        {"id": 1, "op": "stream", "hex": "03"},
        {"id": 1, "op": "sing"},
    ],
)
def test_what_is_no_request_does_not_fit(line: dict[str, object]) -> None:
    assert not schema("request.schema.json").is_valid(line)


@pytest.mark.parametrize(
    "line",
    [
        {"status": "ok"},
        {"id": 1, "status": "fine"},
        {"id": 1, "status": "reject"},
        {"id": 1, "status": "ok", "consumed": -1},
        {"id": 1, "status": "ok", "items": [{"offset": 0, "status": "eaten"}], "left": 0, "closed": False},
    ],
)
def test_what_is_no_answer_does_not_fit(line: dict[str, object]) -> None:
    assert not schema("answer.schema.json").is_valid(line)


def test_keys_that_nobody_knows_are_ignored() -> None:
    line = {"id": 1, "status": "ok", "consumed": 6, "mood": "fine"}
    assert schema("answer.schema.json").is_valid(line)
    assert json_reader(ANSWERS[Decode])(json.dumps(line).encode()) == Decoded(1, 6)


@pytest.mark.parametrize(
    "request_of_ours, line",
    [
        (Hello(1), {"op": "hello", "protocol": 1}),
        (Decode("03"), {"op": "decode", "hex": "03"}),
        (Decode("03", Session(as_width=4)), {"op": "decode", "hex": "03", "session": {"as_width": 4}}),
        (Encode(Message(version=3)), {"op": "encode", "message": {"version": 3}}),
        (Stream("03", more=False), {"op": "stream", "hex": "03", "more": False}),
        (Reset(), {"op": "reset"}),
    ],
)
def test_requests_are_written_as_published(request_of_ours: Request, line: dict[str, object]) -> None:
    assert json.loads(to_json(request_of_ours)) == line


@pytest.mark.parametrize(
    "line, answer",
    [
        (b'{"status":"reject","error":"short","id":2}', Rejected(2, "short")),
        (b'{"id":2,"status":"unsupported"}', Unsupported(2)),
        (b'{"id":2,"status":"panic","error":"boom","reason":"?"}', Panicked(2, "boom", "?")),
        (b'{"id":2,"status":"ok"}', Decoded(2)),
    ],
)
def test_answers_are_read_as_published(line: bytes, answer: Answer) -> None:
    assert json_reader(ANSWERS[Decode])(line) == answer
