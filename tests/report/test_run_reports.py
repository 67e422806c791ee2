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
from bmpconform.run.events import Evidence, Judged
from bmpconform.wire.value import replace
from run_events import EVENTS, judged


def test_results_fit_their_schema_and_hold_no_free_text() -> None:
    schema = resources.files("bmpconform.report").joinpath("result-line.schema.json").read_text(encoding="utf-8")
    lines = list(render_results(EVENTS))
    assert len(lines) == 7
    for text in lines:
        Draft202012Validator(json.loads(schema)).validate(json.loads(text))
    assert "script" not in b"".join(lines[:3]).decode()


def test_what_happened_in_a_live_session_is_told_under_a_failure() -> None:
    live = judged(vector="live-router/opening#RFC7854-3.3-2", op="live", expected="unexpected")
    account = "  connections[0]: connected\n! connections[0].messages[0]: Peer Up\x1b[31m\n    0300"
    told = replace(live, vector=None, evidence=Evidence("one", "none", account=account))
    lines = [line.plain for line in render_verdicts([told], 80)]
    begin = lines.index("  connections[0]: connected")
    assert lines[begin + 1 : begin + 3] == ["! connections[0].messages[0]: Peer Up\\x1b[31m", "    0300"]


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
        "jsonl-.-mine-d7b1eccb/rfc7854-bug.decode.txt",
        "jsonl-.-mine-d7b1eccb/rfc7854-one.decode.txt",
        "jsonl-.-mine-d7b1eccb/rfc7854-one.stream.txt",
        "jsonl-.-mine-d7b1eccb/rfc7854-two.decode.txt",
    ]
    assert not list(folder.rglob(".*"))


def test_a_folder_that_is_used_again_keeps_no_evidence_of_the_run_before(tmp_path: Path) -> None:
    list(keep(tmp_path, EVENTS))
    evidence, own = tmp_path / "evidence", tmp_path / "evidence" / "notes.txt"
    before = {file.relative_to(evidence) for file in evidence.glob("*/*.txt")}
    own.write_text("of the user")
    list(keep(tmp_path, [event for event in EVENTS if not isinstance(event, Judged)]))
    assert before
    assert [*evidence.glob("*/*.txt")] == []
    assert own.exists()


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


@pytest.mark.parametrize(
    "observation, told",
    [("timed-out", "          no answer"), ("wrong-value", "  expected nothing; seen no answer")],
)
def test_only_a_value_is_expected_to_be_nothing(observation: str, told: str) -> None:
    late = replace(judged(observation=observation, path=""), evidence=Evidence(seen="no answer"))
    assert told in [line.plain for line in render_verdicts([late], 100)]


def test_a_replay_line_is_one_line_however_narrow_the_terminal() -> None:
    told = {line.plain for line in render_verdicts(EVENTS, 20)}
    replays = [
        event.line.replay for event in EVENTS if isinstance(event, Judged) and event.line.vector == "rfc7854/one"
    ]
    assert replays
    assert {f"  replay  {replay}" for replay in replays} <= told
