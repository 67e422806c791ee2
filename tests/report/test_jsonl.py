"""JSON lines hold what the contract says, keys in its order, and nothing that a terminal obeys."""

import json
from collections.abc import Iterator

import pytest

import raw
from bmpconform.check import Options, check
from bmpconform.events import Event, Problem
from bmpconform.report.jsonl import json_line, render_json_lines

FINDING_KEYS = [
    "event",
    "source",
    "stream",
    "message",
    "offset",
    "length",
    "clause",
    "also",
    "authority",
    "code",
    "level",
    "path",
    "packet",
    "count",
    "text",
]
COUNT_KEYS = ["messages", "octets", "streams", "fail", "warn", "info", "house"]


def lines(source: str, *messages: bytes) -> list[dict[str, object]]:
    """Return the lines for a stream of these messages."""
    events = check([(source, [b"".join(messages)])], Options())
    return [json.loads(line) for line in render_json_lines(events)]


def test_keys_are_those_of_the_contract_in_its_order() -> None:
    header, finding, summary = lines("file", raw.initiation(raw.SYS_NAME))
    assert list(header) == ["event", "schema", "version", "profile", "policy"]
    assert list(finding) == FINDING_KEYS
    assert list(summary) == ["event", *COUNT_KEYS, "by_source"]
    by_source = summary["by_source"]
    assert isinstance(by_source, dict)
    assert list(by_source["file"]) == COUNT_KEYS


def test_a_finding_has_the_values_of_the_contract() -> None:
    _, finding, _ = lines("file", raw.initiation(raw.SYS_NAME))
    assert finding | {"text": ""} == {
        "event": "finding",
        "source": "file",
        "stream": 0,
        "message": 0,
        "offset": 6,
        "length": 0,
        "clause": "RFC7854-4.3-3",
        "also": [],
        "authority": "document",
        "code": "sys-descr-missing",
        "level": "fail",
        "path": "tlvs",
        "packet": None,
        "count": 1,
        "text": "",
    }


def test_a_problem_is_no_line() -> None:
    def events() -> Iterator[Event]:
        yield Problem("file", "there is no such file.")

    assert list(render_json_lines(events())) == []


@pytest.mark.parametrize("character", ["\x7f", "\x9b", "\u202e", "\u2028", "\U000e0041", "\x1b", "\n"])
def test_what_a_terminal_would_obey_is_escaped_and_read_back(character: str) -> None:
    line = json_line(Problem(f"a{character}b", ""))
    assert line.decode().isprintable()
    assert json.loads(line)["source"] == f"a{character}b"


def test_what_is_printable_stays_as_it_is() -> None:
    assert "\u00e9\u20ac".encode() in json_line(Problem("\u00e9\u20ac", ""))
