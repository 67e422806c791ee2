"""The main job: it passes as pinned, and every kind of difference fails it."""

import re
from pathlib import Path

import pytest

from bmpconform.conformance import __main__ as conformance
from bmpconform.conformance import captures, job, known
from bmpconform.corpus.captures import Capture, load_captures
from bmpconform.corpus.location import CorpusError
from bmpconform.exits import CORPUS_INVALID
from bmpconform.wire.value import replace

CAPTURES = load_captures()
FRR = next(capture for capture in CAPTURES.captures if capture.file == "frr.bmp")


def run(monkeypatch: pytest.MonkeyPatch, capture: Capture) -> int:
    """Run the main job over one stream."""
    monkeypatch.setattr(captures, "load_captures", lambda: replace(CAPTURES, captures=(capture,)))
    monkeypatch.setattr(conformance, "judge_known", lambda *_: ())
    return conformance.main([])


def test_all_streams_are_judged_as_pinned(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(conformance, "judge_known", lambda *_: ())
    assert conformance.main([]) == 0
    assert capsys.readouterr().out.endswith("\n14 passed, 0 failed, 0 skipped\n")


def test_a_finding_that_is_not_pinned_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, replace(FRR, findings=FRR.findings[1:])) == 1
    out = capsys.readouterr().out
    assert f'unexpected: {{"profiles":[],"message":1,"offset":{FRR.findings[0].offset}' in out
    assert out.endswith("\n0 passed, 2 failed, 0 skipped\n")


def test_a_pin_that_nothing_matches_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    first = FRR.findings[0]
    assert run(monkeypatch, replace(FRR, findings=(*FRR.findings, replace(first, offset=first.offset + 1)))) == 1
    assert "not found:" in capsys.readouterr().out


def test_another_number_of_messages_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, replace(FRR, messages=FRR.messages + 1)) == 1
    assert f"{FRR.messages + 1} messages were pinned" in capsys.readouterr().out


def test_data_that_is_wrong_is_our_fault(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, replace(FRR, sha256="0" * 64)) == CORPUS_INVALID
    assert "vectors/captures/frr.bmp" in capsys.readouterr().err


def test_a_wrong_folder_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def missing() -> None:
        raise CorpusError("captures/captures.json", "cannot be read")

    monkeypatch.setattr(captures, "load_captures", missing)
    assert conformance.main([]) == CORPUS_INVALID
    assert "captures.json" in capsys.readouterr().err


def test_targets_on_the_command_line_are_judged_alone_from_where_the_caller_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "refuses-all"
    program.write_text("#!/bin/sh\nexit 65\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv(conformance.CALLED_FROM, str(tmp_path))
    monkeypatch.setenv(job.OUT, str(tmp_path / "out"))
    assert conformance.main(["exec:./refuses-all", "--vectors", "initiation/*", "--no-rerun"]) == 1
    out = capsys.readouterr().out
    assert "exec:./refuses-all" in out
    assert "frr.bmp" not in out
    assert (tmp_path / "out" / "results.jsonl").exists()


def test_known_targets_are_judged_under_both_profiles(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(known, "known_targets", lambda: ["reference"])
    monkeypatch.setattr(conformance, "judge_captures", lambda: ())
    assert conformance.main([]) == 0
    out = capsys.readouterr().out
    assert "profile bmp-2026" in out
    assert "profile draft-peer-up" in out
    assert re.search(r"\n\d{4} passed, 0 failed, 0 skipped\n$", out)


def test_what_pip_alone_gives_is_known() -> None:
    names = known.known_targets()
    assert {"reference", "os-ken"} <= set(names)
    assert not {"gobgp", "tshark"} & set(names)
