"""Campaigns from the command line: codes, what they print, and what they leave."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import raw
from bmpconform.cli import run as command
from bmpconform.corpus import location
from bmpconform.corpus.load import read_topic
from bmpconform.fuzz.disagreement import DisagreementLine, StoredDisagreement
from bmpconform.fuzz.finding import FoundLine, StoredFinding
from bmpconform.fuzz.store import Store
from campaigns import DefectiveStore
from vectors import PROFILE

Captured = pytest.CaptureFixture[str]

# Refuses every Termination, and what it gets as a stream it cannot.
REFUSING = """
from bmpconform.adapters.reference.target import CAPABILITIES, decode as right
from bmpconform.targets.module import Reject

def decode(octets, session):
    if octets[5:6] == b"\\5":
        raise Reject("no-termination")
    return right(octets, session)
"""


KNOWN = """
[[fuzz]]
op = "decode"
clause_or_error = "no-termination"
path = ""
observation = "rejected"
kind = "bug"
analysis = "It refuses them all."
"""


@pytest.fixture
def refusing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, py_target: Callable[[str, str], str]) -> str:
    monkeypatch.chdir(tmp_path)
    return py_target("refusing_module", REFUSING)


def test_a_target_without_a_fault_is_code_0(tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "out"
    assert command(["fuzz", "reference", "--runs", "300", "--seed", "1", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "reference: seed 1" in told
    assert "300 inputs" in told
    assert {path.name for path in out.iterdir()} == {
        "corpus",
        "findings",
        "stats.jsonl",
        "fuzzer_setup",
        "fuzzer_stats",
        "report.html",
    }


def test_a_finding_is_code_1_and_can_be_asked_again_and_promoted(refusing: str, capsys: Captured) -> None:
    assert command(["fuzz", refusing, "--runs", "1200", "--seed", "1"]) == 1
    assert "rejected, no-termination" in capsys.readouterr().out
    (line,) = (json.loads(one) for one in Path("fuzz-out/findings.jsonl").read_bytes().splitlines())
    folder = Path("fuzz-out/findings") / line["key"]
    assert "seen no-termination" in (folder / "octets.txt").read_text(encoding="utf-8")
    assert command(["replay", str(folder / "input.bin"), "--target", refusing]) == 1
    told = capsys.readouterr().out
    assert "no-termination" in told
    assert f"bmpconform replay {folder / 'input.bin'} --target {refusing}" in told
    assert command(["replay", str(folder)]) == 2
    assert f"{folder} is a folder: its octets are {folder / 'input.bin'}." in capsys.readouterr().err
    file = Path("promoted.json")
    asked = ["promote", line["key"], "--clause", "RFC7854-4.5-1", "--file", str(file)]
    assert command(asked) == 0
    (vector,) = read_topic(file.name, file.read_bytes()).vectors
    assert vector.id == f"promoted/decode-{line['key']}"
    assert vector.hex == line["input"]


def kept(key: str, octets: bytes, clause: str | None = None) -> None:
    """Store a finding of a campaign in fuzz-out."""
    line = FoundLine(key, "py:x", "decode", "crashed", clause, "SIGSEGV", "", "fail", octets.hex(), 1, 0.0)
    Store(Path("fuzz-out")).add_finding(StoredFinding(line, octets.hex(), "SIGSEGV", PROFILE.name, "", ""))


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the vectors of an installation, which the command then has in place of those of a checkout."""
    package = tmp_path / "site-packages" / "bmpconform"
    monkeypatch.setattr(location, "__file__", str(package / "corpus" / "location.py"))
    (package / "vectors").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return package / "vectors"


def test_what_is_installed_is_left_as_it_is(installed: Path, capsys: Captured) -> None:
    kept("k1", raw.initiation(raw.MANDATORY_TLVS))
    asked = ["promote", "k1", "--clause", "RFC7854-4.4-1"]
    assert command(asked) == 2
    assert (
        "installed bmpconform, which is left as it is: name a file of your own with --file" in capsys.readouterr().err
    )
    assert list(installed.iterdir()) == []
    assert command([*asked, "--file", "mine.json"]) == 0
    assert list(installed.iterdir()) == []
    assert read_topic("mine.json", Path("mine.json").read_bytes()).vectors


def test_a_checkout_takes_a_vector_in_the_folder_of_its_document(installed: Path) -> None:
    kept("k1", raw.initiation(raw.MANDATORY_TLVS))
    installed.rmdir()
    vectors = installed.parents[2] / "vectors"
    vectors.mkdir()
    assert command(["promote", "k1", "--clause", "RFC7854-4.4-1"]) == 0
    assert [path.relative_to(vectors) for path in vectors.glob("*/*")] == [Path("rfc7854/fuzz.json")]


@pytest.mark.parametrize(
    "key, told",
    [
        ("k9", "fuzz-out/findings: there is no finding k9 (--out DIR says of which campaign)"),
        ("clean", "say with --clause ID which one the target breaks (`bmpconform clauses` lists them)"),
        ("twice", "they break RFC7854-4.4-8 (initiation-tlvs-leftover), RFC7854-"),
        ("split", "fuzz-out/findings/split: targets disagree there, and none is wrong, so it is no vector"),
    ],
)
def test_promote_says_in_words_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, key: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    kept("clean", raw.initiation(raw.MANDATORY_TLVS))
    kept("twice", raw.initiation(raw.tlv(5, b"a"), raw.tlv(2, b"x", length=99)))
    line = DisagreementLine("split", ("a", "b"), "diff", "differs", None, None, "", "info", "03", 3, 1.5)
    Store(Path("fuzz-out")).add_finding(StoredDisagreement(line, "03", (("a",), ("b",)), 0, "x", PROFILE.name, ()))
    assert command(["promote", key]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert "Finding(" not in said
    assert "Errno" not in said


def test_a_campaign_that_is_taken_up_says_what_its_folder_has_and_judges_what_it_meets(
    refusing: str, capsys: Captured
) -> None:
    asked = ["fuzz", refusing, "--seed", "1", "--runs"]
    assert command([*asked, "1200"]) == 1
    kept("earlier", b"\3")
    capsys.readouterr()
    # What it meets again counts as what is new, and what it does not meet counts for nothing.
    assert command([*asked, "1200"]) == 1
    assert "(as before)" in (told := capsys.readouterr().out)
    assert "1 findings" in told
    assert "In the folder: 2 findings, 0 disagreements, " in told
    assert command([*asked, "2"]) == 0
    told = capsys.readouterr().out
    assert " 0 findings" in told
    assert "In the folder: 2 findings" in told
    page = Path("fuzz-out/report.html").read_text(encoding="utf-8")
    assert "<b>2,402</b>inputs<" in page
    assert "<b>2</b>failures" in page
    assert f"<b>{len(list(Path('fuzz-out/corpus').iterdir()))}</b>inputs kept" in page


def test_a_finding_that_is_known_is_code_0(refusing: str, capsys: Captured) -> None:
    Path("expected.toml").write_text(KNOWN, encoding="utf-8")
    asked = ["fuzz", refusing, "--runs", "1200", "--seed", "1", "--expected", "expected.toml"]
    assert command(asked) == 0
    assert "known" in capsys.readouterr().out


def test_the_file_of_known_findings_is_of_the_target_without_a_name(refusing: str, capsys: Captured) -> None:
    Path("expected.toml").write_text(KNOWN, encoding="utf-8")
    asked = ["fuzz", "reference", refusing, "--runs", "1200", "--seed", "1", "--expected", "expected.toml"]
    assert command(asked) == 0
    assert f"\nknown {refusing} decode: rejected, no-termination" in capsys.readouterr().out


SELF = f"{sys.executable} -m bmpconform"


def test_the_test_file_of_a_finding_fails_as_long_as_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusing: str
) -> None:
    assert command(["fuzz", refusing, "--runs", "1200", "--seed", "1"]) == 1
    kept("another", raw.initiation(raw.MANDATORY_TLVS))
    folder = tmp_path / "fuzz-out" / "findings"
    asked = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    # From any folder, and all of them at once.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    ended = subprocess.run(asked, capture_output=True, check=False, cwd=elsewhere, text=True)
    assert (ended.returncode, "2 failed" in ended.stdout) == (1, True)
    (key,) = {path.name for path in folder.iterdir()} - {"another"}
    again = (folder / key / "replay.txt").read_text(encoding="utf-8").replace("bmpconform", SELF)
    ended = subprocess.run(again, shell=True, capture_output=True, check=False, cwd=elsewhere, text=True)  # noqa: S602
    assert (ended.returncode, "no-termination" in ended.stdout) == (1, True)
    module = Path("refusing_module.py")
    module.write_text(module.read_text(encoding="utf-8").replace('"no-termination"', '"x"').replace("5:6", "9:9"))
    assert subprocess.run([*asked, "-k", key], capture_output=True, check=False, cwd=elsewhere).returncode == 0


@pytest.mark.parametrize(
    "arguments, code",
    [
        (["fuzz"], 2),
        (["fuzz", "no-such-target"], 2),
        (["fuzz", "reference", "--runs", "0"], 2),
        (["fuzz", "py:no_such_module", "--runs", "10"], 2),
        (["fuzz", "py:no_such_module", "reference", "--runs", "10"], 3),
        (["promote", "no-such-key"], 2),
    ],
)
def test_codes_of_what_cannot_be_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command(arguments) == code


def test_a_defect_in_a_worker_is_code_70_before_that_of_findings_and_told_once(
    refusing: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bmpconform.cli.fuzzing.Store", DefectiveStore)
    monkeypatch.setenv("BMPCONFORM_DEBUG", "1")
    assert command(["fuzz", refusing, "--runs", "1201", "--seed", "1", "--workers", "3"]) == 70
    told = capsys.readouterr()
    assert "rejected, no-termination" in told.out
    assert (
        "worker 1 ended of a defect in bmpconform (RuntimeError: the store is broken); "
        "it is not begun again, and 400 of its inputs are not done\n"
    ) in told.out
    assert "\n801 inputs in" in told.out
    assert told.err.count("Please report it") == told.err.count("Traceback") == 1


def test_ctrl_c_ends_it_with_its_summary(tmp_path: Path) -> None:
    asked = [sys.executable, "-m", "bmpconform", "fuzz", "reference", "--seed", "1", "--out", str(tmp_path)]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert "seed 1" in child.stdout.readline()
        os.kill(child.pid, signal.SIGINT)
        rest = child.stdout.read()
    assert "inputs in" in rest
    assert child.returncode == 130
