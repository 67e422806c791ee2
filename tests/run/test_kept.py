"""What a run leaves so that its reports can be written again: all of it comes back, but for stderr."""

import json
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bmpconform.report.folder import keep, kept_events, write_reports
from bmpconform.run.events import Judged, RunEvent
from bmpconform.run.kept import render_shown
from bmpconform.run.stored import ResultsError
from bmpconform.wire.value import replace
from run_events import CORPUS, EVENTS, SCRIPTED, named


def test_reports_that_are_written_again_are_the_same(tmp_path: Path) -> None:
    list(keep(tmp_path, SCRIPTED))
    before = {name: (tmp_path / name).read_bytes() for name in ("report.md", "report.html")}
    write_reports(tmp_path / "again", kept_events(tmp_path, CORPUS))
    assert {name: (tmp_path / "again" / name).read_bytes() for name in before} == before


def test_what_shows_a_verdict_comes_back_without_stderr(tmp_path: Path) -> None:
    list(keep(tmp_path, SCRIPTED))
    (first, *_) = (event for event in kept_events(tmp_path, CORPUS) if isinstance(event, Judged))
    told = named()
    assert first == replace(told, evidence=replace(told.evidence, stderr=""))


def test_text_that_is_no_unicode_is_kept_escaped(tmp_path: Path) -> None:
    judged = named()
    odd = replace(judged, evidence=replace(judged.evidence, seen="a\udc80"))
    events: list[RunEvent] = [SCRIPTED[0], odd, SCRIPTED[-1]]
    list(keep(tmp_path, events))
    (again,) = (event for event in kept_events(tmp_path, CORPUS) if isinstance(event, Judged))
    assert again.evidence.seen == "a\\udc80"


def test_results_of_other_vectors_are_refused(tmp_path: Path) -> None:
    list(keep(tmp_path, SCRIPTED))
    with pytest.raises(ResultsError, match="of other vectors"):
        kept_events(tmp_path, replace(CORPUS, sha256="0" * 64))


def test_results_without_what_shows_them_are_refused(tmp_path: Path) -> None:
    list(keep(tmp_path, SCRIPTED))
    (tmp_path / "evidence" / "shown.jsonl").unlink()
    with pytest.raises(ResultsError, match=r"shown\.jsonl"):
        kept_events(tmp_path, CORPUS)


def test_what_is_kept_fits_its_schema() -> None:
    schema = resources.files("bmpconform.report").joinpath("shown-line.schema.json").read_text(encoding="utf-8")
    lines = list(render_shown([*EVENTS, *SCRIPTED]))
    assert len(lines) == 15
    for text in lines:
        Draft202012Validator(json.loads(schema)).validate(json.loads(text))
