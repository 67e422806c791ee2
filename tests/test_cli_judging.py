"""The commands that judge implementations, from the command line: codes, reports, and what they leave."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bmpconform.cli import judging
from bmpconform.cli import run as command
from bmpconform.exits import FOUND, UNUSABLE
from bmpconform.fuzz.finding import FoundLine
from bmpconform.judge.expected import parse_expected
from bmpconform.wire.value import to_json

Captured = pytest.CaptureFixture[str]

# A decoder that refuses all but one vector's frame: every positive vector fails, every malformed frame passes.
REFUSING = """
from bmpconform.targets.module import Reject

NAME = "refusing"

def decode(octets, session):
    raise Reject("no")
"""
TOPIC = "initiation/*"


@pytest.fixture
def refusing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, py_target: Callable[[str, str], str]) -> str:
    monkeypatch.chdir(tmp_path)
    return py_target("refusing_module", REFUSING)


def verdicts(folder: Path) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in (folder / "results.jsonl").read_bytes().splitlines()]
    assert lines[0]["event"] == "header"
    assert lines[-1]["event"] == "summary"
    return lines[1:-1]


def test_a_target_without_a_fault_is_code_0(tmp_path: Path, capsys: Captured) -> None:
    assert command(["run", "reference", "--vectors", TOPIC, "--out", str(tmp_path / "out")]) == 0
    assert "all as expected" in capsys.readouterr().out
    found = verdicts(tmp_path / "out")
    assert {line["expected"] for line in found} == {"as-expected"}
    assert (tmp_path / "out" / "junit.xml").read_text(encoding="utf-8").startswith("<?xml")


def test_what_is_not_expected_is_code_1_and_can_be_accepted(refusing: str, tmp_path: Path, capsys: Captured) -> None:
    run = ["run", refusing, "--vectors", TOPIC, "--no-rerun", "--out", "out"]
    assert command(run) == 1
    out = capsys.readouterr().out
    assert "fail  unexpected  initiation/" in out
    assert "bmpconform replay initiation/" in out
    accept = ["accept", "out", "--expected", "expected.toml"]
    assert command(accept) == 2
    assert "say with --kind" in capsys.readouterr().err
    assert not (tmp_path / "expected.toml").exists()
    assert command([*accept, "--kind", "by-design", "--analysis", "It refuses everything."]) == 0
    entries = parse_expected((tmp_path / "expected.toml").read_text(encoding="utf-8")).expect
    assert {entry.code for entry in entries} == {"rejected"}
    assert command([*run, "--expected", "expected.toml"]) == 0
    capsys.readouterr()


def test_targets_whose_long_names_differ_at_the_end_do_not_share_their_evidence(refusing: str, tmp_path: Path) -> None:
    python = f"{sys.executable} -m bmpconform.targets.host {refusing.removeprefix('py:')}"
    long = [f"jsonl:env {'A' * 120}={number} {python}" for number in (1, 2)]
    assert command(["run", *long, "--vectors", TOPIC, "--no-rerun", "--out", "out"]) == 1
    folders = [folder for folder in (tmp_path / "out" / "evidence").iterdir() if folder.is_dir()]
    assert len(folders) == 2


def test_a_target_whose_name_is_no_unicode_is_judged(tmp_path: Path, capsys: Captured) -> None:
    program = os.fsencode(tmp_path) + b"/\xff.sh"
    with open(program, "wb") as script:  # noqa: PTH123 - a name that is no text
        script.write(b"#!/bin/sh\nexit 65\n")
    os.chmod(program, 0o755)  # noqa: PTH101, S103
    target = "exec:" + os.fsdecode(program)
    assert command(["run", target, "--vectors", TOPIC, "--no-rerun", "--out", str(tmp_path / "out")]) == 1
    assert verdicts(tmp_path / "out")[0]["target"] == f"exec:{tmp_path}/\\udcff.sh"
    assert "unexpected" in capsys.readouterr().out


def test_a_folder_that_cannot_be_is_told_before_anything_is_judged(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "file").touch()
    assert command(["run", "reference", "--vectors", TOPIC, "--out", str(tmp_path / "file" / "out")]) == 2
    captured = capsys.readouterr()
    assert (captured.out, "Not a directory" in captured.err) == ("", True)


def test_only_failures_that_fit_are_accepted(refusing: str, tmp_path: Path, capsys: Captured) -> None:
    assert command(["run", refusing, "--vectors", TOPIC, "--no-rerun", "--out", "out"]) == 1
    reason = ["--kind", "bug", "--analysis", "So it is."]
    assert command(["accept", "out", "--expected", "expected.toml", "--code", "tlv-lost", *reason]) == 0
    assert "as it was" in capsys.readouterr().out
    assert not (tmp_path / "expected.toml").exists()


def test_an_entry_that_is_not_needed_is_code_1_and_goes_for_the_profile_of_the_run(
    tmp_path: Path, capsys: Captured
) -> None:
    first = verdicts_of_reference(tmp_path)[0]
    expected = tmp_path / "expected.toml"
    expected.write_text(
        f'[[expect]]\nvector = "{first}"\nop = "decode"\ncode = "rejected"\nkind = "bug"\nanalysis = "Old."\n',
        encoding="utf-8",
    )
    run = ["run", "reference", "--vectors", TOPIC, "--expected", str(expected), "--out", str(tmp_path / "out")]
    assert command(run) == 1
    assert "stale" in capsys.readouterr().out
    assert command(["accept", str(tmp_path / "out"), "--expected", str(expected)]) == 0
    (entry,) = parse_expected(expected.read_text(encoding="utf-8")).expect
    assert "bmp-2026" not in entry.profiles
    assert "rfc9736" in entry.profiles
    assert command(run) == 0
    capsys.readouterr()


def verdicts_of_reference(tmp_path: Path) -> list[str]:
    assert command(["run", "reference", "--vectors", TOPIC, "--out", str(tmp_path / "first")]) == 0
    return [str(line["vector"]) for line in verdicts(tmp_path / "first") if line["op"] == "decode"]


def test_two_runs_are_told_apart(refusing: str, tmp_path: Path, capsys: Captured) -> None:
    for out in ("one", "two"):
        assert command(["run", refusing, "--vectors", TOPIC, "--no-rerun", "--out", out]) == 1
    assert (tmp_path / "one" / "results.jsonl").read_bytes() == (tmp_path / "two" / "results.jsonl").read_bytes()
    assert command(["diff", "one", "two"]) == 0
    assert "No verdict changed." in capsys.readouterr().out
    before = (tmp_path / "one" / "results.jsonl").read_text(encoding="utf-8")
    lines = before.replace('"verdict":"fail"', '"verdict":"pass"')
    (tmp_path / "one" / "results.jsonl").write_text(lines, encoding="utf-8")
    assert command(["diff", "one", "two"]) == 1
    assert "to a failure" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["run"], "TARGET"),
        (["run", "nobody"], "there is no target named 'nobody'"),
        (["fuzz", "nobody"], "and what is typed as jsonl:CMD, exec:CMD or py:MODULE."),
        (["run", "jsonl:"], "is no target"),
        (["run", "ftp:x"], "is no target"),
        (["run", "jsonl:'open"], '"jsonl:\'open" cannot be split into words as a shell would: no closing'),
        (["run", "reference", "--vectors", "no/such"], "`bmpconform vectors list` has their ids."),
        (["run", "reference", "--expected", "gone.toml"], "gone.toml cannot be read: No such file or directory."),
        (["run", "jsonl:y", "jsonl:x", "--expected", "gone.toml"], "that has no name: jsonl:y, jsonl:x have none."),
        (["run", "reference", "os-ken", "--expected", "gone.toml"], "that has no name: named ones have their own."),
        (["fuzz", "router:frr", "reference", "--expected", "gone.toml"], "named ones have their own."),
        (["run", "reference", "--policy", "trailing-nul=never"], "trailing-nul"),
        (["replay", "no/such"], "no/such"),
        (["replay", "gone.jsonl#0123"], "gone.jsonl"),
        (["replay", "honesty/empty", "--target", "nobody"], "nobody"),
        (["replay", "."], ". is a folder: name a file of octets."),
        (["report", "."], ". is neither of a run nor of a campaign: name what was given as --out"),
        (["diff", "gone", "gone"], "gone: holds no results of a run: No such file or directory."),
        (["accept", "gone"], "gone"),
        (["vectors", "list", "--vectors", "no/such"], "No vector"),
        (["targets", "build", "nobody"], "nobody"),
        (["targets", "doctor", "nobody"], "nobody"),
    ],
)
def test_wrong_usage_is_code_2_and_says_what_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command(arguments) == 2
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.out == ""


def test_a_target_that_cannot_be_used_is_code_3_and_the_others_are_judged(capsys: Captured) -> None:
    assert command(["run", "jsonl:/no/such/program", "reference", "--vectors", TOPIC]) == 3
    out = capsys.readouterr().out
    assert "jsonl:/no/such/program  unusable" in out
    assert "reference" in out


@pytest.mark.parametrize("judged", [0, 5])
def test_ctrl_c_ends_a_run_with_what_was_judged(
    judged: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    watch = judging.Watcher.__call__

    def interrupting(watcher: judging.Watcher, target: str, done: int, total: int) -> bool:
        if done > judged:
            os.kill(os.getpid(), signal.SIGINT)
            while watch(watcher, target, done, total):
                """The handler runs in the main thread, which has to be let."""
        return watch(watcher, target, done, total)

    monkeypatch.setattr(judging.Watcher, "__call__", interrupting)
    assert command(["run", "reference", "--vectors", TOPIC, "--out", str(tmp_path / "out")]) == 130
    assert len([line for line in verdicts(tmp_path / "out") if line["observation"]]) == judged + 1
    assert f"{judged + 1} verdict" in capsys.readouterr().out


def test_a_vector_is_replayed_with_what_was_asked_and_answered(capsys: Captured) -> None:
    assert command(["replay", "honesty/short-header", "--target", "reference"]) == 0
    out = capsys.readouterr().out
    assert "03 00 00 00 06" in out
    assert '{"op":"decode","hex":"0300000006"}' in out
    assert '"status":"reject"' in out
    assert "pass  as-expected  honesty/short-header" in out


def test_octets_in_a_file_are_replayed(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "octets").write_bytes(bytes.fromhex("030000000604"))
    assert command(["replay", str(tmp_path / "octets")]) == 0
    assert "03 00 00 00 06 04" in capsys.readouterr().out
    assert command(["replay", str(tmp_path / "octets"), "--target", "reference"]) == 0
    assert '"status":"ok"' in capsys.readouterr().out


@pytest.mark.parametrize("message", [False, True])
def test_a_published_finding_is_replayed(tmp_path: Path, capsys: Captured, message: bool) -> None:  # noqa: FBT001
    long = {"version": 3, "type": 4, "tlvs": [{"type": 2, "value": "61" * 65_536}]}
    op, put = ("encode", long) if message else ("decode", "030000000604")
    line = FoundLine("0123", "mine", op, "crashed", None, None, "", "fail", put, 7, 0.5)
    file = tmp_path / "findings.jsonl"
    file.write_bytes(b'{"key":"cu\n' + to_json(line) + b"\n")
    assert command(["replay", f"{file}#0123", "--target", "reference"]) == 0
    out = capsys.readouterr().out
    assert f'"op":"{op}"' in out
    assert ('"status":"reject"' in out) == message
    assert command(["replay", f"{file}#4567"]) == 2
    assert "has no finding 4567" in capsys.readouterr().err


def test_targets_are_listed_and_examined(refusing: str, capsys: Captured) -> None:
    assert command(["targets"]) == 0
    told = capsys.readouterr().out
    assert "reference" in told
    assert "router:reference" in told
    assert "station:reference" in told
    assert command(["targets", "doctor", "reference", refusing]) == 0
    assert "works: refusing" in capsys.readouterr().out
    assert command(["targets", "doctor", "jsonl:/no/such/program"]) == 3
    assert "fault" in capsys.readouterr().out


def test_vectors_are_listed_checked_and_copied(tmp_path: Path, capsys: Captured) -> None:
    assert command(["vectors", "list", "--vectors", TOPIC]) == 0
    assert "initiation/" in capsys.readouterr().out
    copy = tmp_path / "copy"
    assert command(["vectors", "copy", str(copy)]) == 0
    assert command(["vectors", "copy", str(copy)]) == 2
    file = copy / "rfc7854" / "common-header.json"
    for other in set(copy.glob("*/*.json")) - {file, *copy.glob("schema/*")}:
        other.unlink()
    file.write_text(file.read_text(encoding="utf-8").replace("\n", " \n", 1), encoding="utf-8")
    capsys.readouterr()
    assert command(["vectors", "lint", str(copy)]) == 4
    assert "not as the formatter writes it" in capsys.readouterr().out
    assert command(["vectors", "fmt", str(copy)]) == 0
    assert "common-header.json" in capsys.readouterr().out
    assert command(["vectors", "lint", str(copy)]) == 0
    assert capsys.readouterr().out == "No problem.\n"


def test_reports_are_written_again_and_published(refusing: str, tmp_path: Path, capsys: Captured) -> None:
    assert command(["run", refusing, "--vectors", TOPIC, "--no-rerun", "--out", "out"]) == 1
    names = ("out/report.md", "out/report.html")
    before = [(tmp_path / name).read_bytes() for name in names]
    for name in names:
        (tmp_path / name).unlink()
    capsys.readouterr()
    assert command(["report", "out", "--publish", "pages"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{name}: written" for name in (*names, "pages/MATRIX.md", "pages/FINDINGS.md", "pages/WITNESSES.md")
    ]
    assert [(tmp_path / name).read_bytes() for name in names] == before
    assert (tmp_path / "pages" / "MATRIX.md").read_bytes() == before[0]
    assert "None." in (tmp_path / "pages" / "FINDINGS.md").read_text(encoding="utf-8")


def test_an_expected_bug_is_published_as_a_finding(refusing: str, tmp_path: Path) -> None:
    run = ["run", refusing, "--vectors", TOPIC, "--no-rerun", "--out", "out"]
    assert command(run) == 1
    reason = ["--kind", "bug", "--analysis", "It refuses everything."]
    assert command(["accept", "out", "--expected", "expected.toml", *reason]) == 0
    assert command([*run, "--expected", "expected.toml"]) == 0
    assert command(["report", "out", "--publish", "pages"]) == 0
    text = (tmp_path / "pages" / "FINDINGS.md").read_text(encoding="utf-8")
    assert "## py:refusing\\_module: It refuses everything\n" in text
    assert text.count("\n## ") == 1


def test_runs_of_one_kind_are_published_together(refusing: str, tmp_path: Path, capsys: Captured) -> None:
    for target, out in ((refusing, "one"), ("reference", "two")):
        command(["run", target, "--vectors", TOPIC, "--no-rerun", "--out", out])
    capsys.readouterr()
    assert command(["report", "one", "two", "--publish", "pages"]) == 0
    written = ["one/report.md", "one/report.html", "two/report.md", "two/report.html"]
    assert capsys.readouterr().out.splitlines() == [
        f"{name}: written" for name in (*written, "pages/MATRIX.md", "pages/FINDINGS.md", "pages/WITNESSES.md")
    ]
    matrix = (tmp_path / "pages" / "MATRIX.md").read_text(encoding="utf-8")
    assert f"| `{refusing}` |" in matrix
    assert "| `reference` |" in matrix


def test_a_campaign_is_published_beside_a_run(refusing: str, tmp_path: Path, capsys: Captured) -> None:
    command(["run", "reference", "--vectors", TOPIC, "--no-rerun", "--out", "run"])
    assert command(["fuzz", refusing, "--runs", "300", "--seed", "1", "--out", "campaign"]) == 1
    capsys.readouterr()
    assert command(["report", "campaign", "--publish", "pages"]) == 2
    assert "--publish needs the folder of a run" in capsys.readouterr().err
    assert command(["report", "run", "campaign", "--publish", "pages"]) == 0
    pages = [f"pages/{name}" for name in ("MATRIX.md", "FINDINGS.md", "WITNESSES.md", "findings.jsonl")]
    assert {path.name for path in (tmp_path / "pages").iterdir()} == {name.removeprefix("pages/") for name in pages}
    written = ["campaign/report.html", "run/report.md", "run/report.html", *pages]
    assert capsys.readouterr().out.splitlines() == [f"{name}: written" for name in written]
    # Of what nobody has looked at nothing is published.
    told = (tmp_path / "pages" / "FINDINGS.md").read_text(encoding="utf-8")
    assert "\nNone.\n" in told
    assert "\n- 300 inputs in " in told
    assert not (tmp_path / "pages" / "findings.jsonl").read_bytes()


def test_runs_under_two_profiles_are_not_published_together(refusing: str, tmp_path: Path, capsys: Captured) -> None:
    for profile in ("rfc7854", "bmp-2026"):
        run = ["run", refusing, "--vectors", TOPIC, "--no-rerun", "--profile", profile, "--out", profile]
        assert command(run) == 1
    assert command(["report", "rfc7854", "bmp-2026", "--publish", "pages"]) == 2
    assert "under another profile than the first" in capsys.readouterr().err
    assert not (tmp_path / "pages").exists()


def test_a_report_of_what_is_no_run_is_code_2(tmp_path: Path, capsys: Captured) -> None:
    assert command(["report", str(tmp_path)]) == 2
    assert "is neither of a run nor of a campaign" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["run", "gone"], ["replay", "honesty/empty", "--target", "gone"], ["fuzz", "gone"], ["targets", "doctor", "gone"]],
    ids=lambda arguments: arguments[0],
)
def test_every_command_says_the_same_of_a_target_that_is_none(arguments: list[str], capsys: Captured) -> None:
    assert command(arguments) == UNUSABLE
    assert "Error: there is no target named 'gone'; there is " in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["run", "reference", "--vectors", "initiation/*"], ["run", "--help"], ["--version"]]
)
def test_a_reader_that_is_gone_ends_nothing_but_what_is_read(arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as nobody:
        done = subprocess.run(
            [sys.executable, "-m", "bmpconform", *arguments], stdout=nobody, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_a_target_declares_to_be_lenient_about_is_shown_and_not_judged_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    module = (
        'CAPABILITIES = {"ops": ["decode"], "lenient": ["empty"]}\n'
        "def decode(octets, session):\n    return {}, len(octets)\n"
    )
    (tmp_path / "takes_all.py").write_text(module, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert command(["replay", "honesty/empty", "--target", "py:takes_all"]) == UNUSABLE
    assert "not-testable  as-expected  honesty/empty" in capsys.readouterr().out
    assert command(["replay", "honesty/short-header", "--target", "py:takes_all"]) == FOUND


def test_what_was_judged_across_is_left_out_of_what_is_accepted(tmp_path: Path, capsys: Captured) -> None:
    run = ["run", "reference", "py:bmpconform.adapters.reference.target", "--vectors", "termination/*", "--cross"]
    assert command([*run, "--out", str(tmp_path / "out")]) == 0
    file = str(tmp_path / "expected.toml")
    capsys.readouterr()
    assert command(["accept", str(tmp_path / "out"), "--expected", file]) == UNUSABLE
    assert "--expected is for one target" in capsys.readouterr().err
    assert command(["accept", str(tmp_path / "out"), "--target", "reference", "--expected", file]) == 0
    assert command(["accept", str(tmp_path / "out")]) == UNUSABLE
    assert "py:bmpconform.adapters.reference.target is no named target" in capsys.readouterr().err
