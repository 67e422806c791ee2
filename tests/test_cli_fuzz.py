"""Campaigns from the command line: codes, what they print, and what they leave."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bmpconform.cli import run as command
from bmpconform.corpus.load import read_topic

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
    file = Path("promoted.json")
    asked = ["promote", line["key"], "--clause", "RFC7854-4.5-1", "--file", str(file)]
    assert command(asked) == 0
    (vector,) = read_topic(file.name, file.read_bytes()).vectors
    assert vector.id == f"promoted/decode-{line['key']}"
    assert vector.hex == line["input"]


def test_a_finding_that_is_known_is_code_0(refusing: str, capsys: Captured) -> None:
    Path("expected.toml").write_text(KNOWN, encoding="utf-8")
    asked = ["fuzz", refusing, "--runs", "1200", "--seed", "1", "--expected", "expected.toml"]
    assert command(asked) == 0
    assert "known" in capsys.readouterr().out
    assert command([*asked, "reference"]) == 2


def test_the_test_file_of_a_finding_fails_as_long_as_it_is_there(refusing: str) -> None:
    assert command(["fuzz", refusing, "--runs", "1200", "--seed", "1"]) == 1
    (file,) = Path("fuzz-out/findings").glob("*/test_finding.py")
    asked = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)]
    assert subprocess.run(asked, capture_output=True, check=False).returncode == 1
    module = Path("refusing_module.py")
    module.write_text(module.read_text(encoding="utf-8").replace('"no-termination"', '"x"').replace("5:6", "9:9"))
    assert subprocess.run(asked, capture_output=True, check=False).returncode == 0


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


def test_ctrl_c_ends_it_with_its_summary(tmp_path: Path) -> None:
    asked = [sys.executable, "-m", "bmpconform", "fuzz", "reference", "--seed", "1", "--out", str(tmp_path)]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert "seed 1" in child.stdout.readline()
        os.kill(child.pid, signal.SIGINT)
        rest = child.stdout.read()
    assert "inputs in" in rest
    assert child.returncode == 130
