"""What a run leaves for programs: results.jsonl, JUnit and evidence, whatever a target printed."""

import json
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator

from bmpconform.report.folder import keep
from bmpconform.report.junit import render_junit
from bmpconform.report.results import render_results
from bmpconform.report.terminal import OutputError
from bmpconform.report.verdicts import render_verdicts
from bmpconform.run.events import (
    Evidence,
    Judged,
    RunEvent,
    RunHeader,
    RunSummary,
    TargetSkipped,
    TargetStart,
    TargetUnusable,
    VerdictLine,
)
from vectors import vector

HOSTILE = "a\0b\x1b[31m</failure><script>\u202e\uffff]]>"
VECTOR = vector(b"\3\0\0\0\6\4", name="rfc7854/one")


def line(**changes: object) -> VerdictLine:
    given: dict[str, object] = {
        "target": "jsonl:./mine",
        "vector": "rfc7854/one",
        "op": "decode",
        "clauses": ("RFC7854-4.4-1",),
        "observation": "wrong-value",
        "verdict": "fail",
        "level": "fail",
        "code": "cut-at-nul",
        "path": "tlvs[0].value",
        "expected": "unexpected",
        "error": None,
        "replay": "bmpconform replay rfc7854/one",
    }
    return VerdictLine(**(given | changes))  # type: ignore[arg-type]


def judged(**changes: object) -> Judged:
    return Judged(line(**changes), VECTOR, Evidence(HOSTILE, HOSTILE, HOSTILE))


HEADER = RunHeader(1, "0.1", "bmp-2026", "0" * 64)
SUMMARY = RunSummary({"fail": 1}, {"unexpected": 1}, {"jsonl:./mine": {"fail": 1}})
EVENTS: list[RunEvent] = [
    HEADER,
    TargetStart("jsonl:./mine", HOSTILE, HOSTILE, "C", 1, {"4": 3}, "none"),
    judged(),
    judged(op="encode", verdict="pass", level=None, code=None, observation="accepted", expected="as-expected"),
    judged(op="stream", verdict="not-testable", level=None, code="gave-up", observation=None, expected="as-expected"),
    judged(vector="rfc7854/two", verdict="fail", expected="as-expected", error=HOSTILE),
    judged(vector="rfc7854/bug", verdict="harness-bug", observation=None, code="harness-bug"),
    TargetUnusable("gone", HOSTILE),
    TargetSkipped("gobgp", "not installed: go"),
    SUMMARY,
]


def test_results_fit_their_schema_and_hold_no_free_text() -> None:
    schema = resources.files("bmpconform.report").joinpath("result-line.schema.json").read_text(encoding="utf-8")
    lines = list(render_results(EVENTS))
    assert len(lines) == 7
    for text in lines:
        Draft202012Validator(json.loads(schema)).validate(json.loads(text))
    assert "script" not in b"".join(lines[:3]).decode()


def test_a_verdict_has_its_keys_in_the_order_of_the_contract() -> None:
    (text,) = render_results([judged()])
    keys = "event target vector op clauses observation verdict level code path expected error replay"
    assert " ".join(json.loads(text)) == keys


def test_junit_is_valid_xml_whatever_a_target_says() -> None:
    document = ET.fromstring(render_junit(EVENTS))  # noqa: S314 - our own
    mine, gone, gobgp = document.findall("testsuite")
    assert {name: mine.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "5",
        "failures": "1",
        "errors": "1",
        "skipped": "2",
    }
    failure = mine.find("testcase/failure")
    assert failure is not None
    assert "\\x00b\\x1b[31m</failure><script>" in (failure.text or "")
    assert gone.get("errors") == "1"
    assert gobgp.get("skipped") == "1"


def test_a_folder_holds_results_junit_and_evidence(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "out"
    assert list(keep(folder, EVENTS)) == EVENTS
    assert (folder / "results.jsonl").read_bytes().splitlines() == list(render_results(EVENTS))
    assert (folder / "junit.xml").read_bytes() == render_junit(EVENTS)
    names = sorted(path.relative_to(folder / "evidence").as_posix() for path in folder.rglob("*.txt"))
    assert names == [
        "jsonl-.-mine/rfc7854-bug.decode.txt",
        "jsonl-.-mine/rfc7854-one.decode.txt",
        "jsonl-.-mine/rfc7854-one.stream.txt",
        "jsonl-.-mine/rfc7854-two.decode.txt",
    ]
    assert not list(folder.rglob(".*"))


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="file"):
        list(keep(tmp_path / "file", EVENTS))


def test_people_see_what_is_not_as_expected_with_its_octets_and_a_replay_line() -> None:
    text = "\n".join(line.plain for line in render_verdicts(EVENTS, 100))
    assert "fail  unexpected  rfc7854/one  decode  cut-at-nul" in text
    assert "03 00 00 00 06 04" in text
    assert "bmpconform replay rfc7854/one" in text
    assert "rfc7854/two" not in text
    assert "gobgp  skipped: not installed: go" in text
    assert text.isprintable() is False  # the ends of lines
    assert all(line.isprintable() for line in text.splitlines())
