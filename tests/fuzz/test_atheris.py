"""Targets driven by atheris itself, whose traps no stand-in has: what it starts again, and what it puts in place.

Why apart: it has wheels for few systems. Where there is one, `tox -e fuzz-smoke` runs these.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from campaigns import SEEDS

pytest.importorskip("atheris", reason="not installed: atheris")

FUZZ = Path(__file__).parents[2] / "fuzz"
FAULT = b"a fault"
# Seconds that a run may take on a machine that is busy; what starts itself wrongly may never end.
LONGEST = 120
# What it is started with is noted, and {first} comes before all else.
PROGRAM = f"""\
#!{sys.executable}
import sys

{{first}}
with open("started", "a", encoding="utf-8") as started:
    print(*sys.argv[1:], sep=", ", file=started)

import atheris

from bmpconform.fuzz import inside


@atheris.instrument_func
def test(octets):
    if octets[:1] == b"\\3" and len(octets) > 30:
        str(octets)
    if bytes.fromhex("{FAULT.hex()}") in octets:
        raise ValueError


inside.drive(test)
"""
# As it is in what PyInstaller makes, which OSS-Fuzz builds targets by: Python is the program itself.
FROZEN = "sys.frozen, sys.executable = True, sys.argv[0]"
ALL_BY_ATHERIS = """\
import atheris

from bmpconform.fuzz import inside

inside._BY_OCTETS = 1


def test(octets):
    with open("tried", "a", encoding="utf-8") as tried:
        print(octets.hex(), file=tried)


inside.drive(test)
"""


class Target:
    """A target in a folder of its own, with a corpus of a few seeds."""

    def __init__(self, folder: Path, *, frozen: bool) -> None:
        self.folder = folder
        self.corpus = folder_of_seeds(folder / "corpus")
        self._program = folder / "a target"
        self._program.write_text(PROGRAM.format(first=FROZEN if frozen else ""), encoding="utf-8")
        self._program.chmod(0o755)
        self._command = [self._program] if frozen else [sys.executable, self._program]

    def run(self, *arguments: str | Path) -> str:
        """Return what it said. It has to start itself again, and never with itself for an input."""
        said = ended_well([*self._command, *arguments], self.folder)
        started = (self.folder / "started").read_text(encoding="utf-8").splitlines()
        assert len(started) > 1
        assert [words for words in started if str(self._program) in words] == []
        return said


def folder_of_seeds(folder: Path) -> Path:
    folder.mkdir()
    for number, octets in enumerate([*SEEDS[::40], *SEEDS[:40:40] * 3]):
        (folder / str(number)).write_bytes(octets)
    return folder


def ended_well(command: list[str | Path], folder: Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, timeout=LONGEST)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stderr


@pytest.fixture(params=[False, True], ids=["by Python", "frozen"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    return Target(tmp_path, frozen=request.param)


def test_a_fork_fuzzes(target: Target) -> None:
    said = target.run("-fork=1", "-runs=20", "-seed=1", target.corpus)
    (iterations,) = re.findall(r"fuzzed for (\d+) iterations", said)
    assert int(iterations) >= 20


def test_jobs_fuzz(target: Target) -> None:
    target.run("-jobs=1", "-workers=1", "-runs=20", "-seed=1", target.corpus)
    (runs,) = re.findall(r"Done (\d+) runs", (target.folder / "fuzz-0.log").read_text(encoding="utf-8"))
    assert int(runs) >= 20


def test_a_crash_is_made_smaller(target: Target) -> None:
    crash = target.folder / "crash"
    crash.write_bytes(b"or" + FAULT)
    target.run("-minimize_crash=1", "-runs=2000", "-seed=1", crash)
    smaller = [file.read_bytes() for file in target.folder.glob("minimized-from-*")]
    assert smaller
    assert all(FAULT in octets and len(octets) < len(crash.read_bytes()) for octets in smaller)


def test_a_merge_keeps_some(target: Target) -> None:
    (fewer := target.folder / "fewer").mkdir()
    target.run("-merge=1", fewer, target.corpus)
    assert 0 < len(list(fewer.iterdir())) < len(list(target.corpus.iterdir()))


def test_a_merge_keeps_every_feature(tmp_path: Path) -> None:
    all_of_them = folder_of_seeds(tmp_path / "all")
    few, none = tmp_path / "few", tmp_path / "none"
    for folder in (few, none):
        folder.mkdir()

    def merged(*folders: Path) -> tuple[int, int]:
        said = ended_well([sys.executable, FUZZ / "decode.py", "-merge=1", *folders], tmp_path)
        told = re.search(r"MERGE-OUTER: (\d+) new files with (\d+) new features added", said)
        assert told, said[-2000:]
        return int(told[1]), int(told[2])

    files, features = merged(few, all_of_them)
    assert 1 < files == len(list(few.iterdir())) < len(list(all_of_them.iterdir()))
    assert features > files
    assert merged(few, all_of_them) == (0, 0)
    assert merged(none, few) == (files, features)


def test_its_own_mutator_has_its_turn(tmp_path: Path) -> None:
    corpus = folder_of_seeds(tmp_path / "corpus")
    (tmp_path / "target.py").write_text(ALL_BY_ATHERIS, encoding="utf-8")
    ended_well([sys.executable, "target.py", corpus, "-runs=200", "-seed=1"], tmp_path)
    tried = {bytes.fromhex(line) for line in (tmp_path / "tried").read_text(encoding="utf-8").splitlines()}
    assert len(tried - {b"", *SEEDS}) > 100
