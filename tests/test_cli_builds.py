"""What a command with TARGETs says and does where one of them has to be built first."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bmpconform.cli import run as command
from bmpconform.targets.catalogue import Adapter, load_adapters
from bmpconform.targets.counters import IS_SHARED
from bmpconform.targets.manifest import load_manifest

Captured = pytest.CaptureFixture[str]
TELLS = "bmpconform: made: is being built, once; Ctrl-C ends it.\n"
# Our own codec, by a manifest with a build; a campaign asks for its other form, which is built elsewhere.
MANIFEST = """
name = "made"
title = "A"
language = "Python"
version = "1"
url = ""
licence = "MIT"
[build]
steps = [["{python}", "-c", "STEP"]]
[run]
command = ["{python}", "-m", "bmpconform.targets.host", "bmpconform.adapters.reference.target"]
[counted]
steps = [["{python}", "-c", "STEP"]]
command = ["{python}", "-m", "bmpconform.targets.host", "bmpconform.adapters.reference.target"]
"""


@pytest.fixture
def know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return what makes the target `made` known, whose build is a line of Python, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BMPCONFORM_CACHE", str(tmp_path / "cache"))

    def make(step: str) -> None:
        folder = tmp_path / "made"
        folder.mkdir()
        (folder / "adapter.toml").write_text(MANIFEST.replace("STEP", step), encoding="utf-8")
        known = {**load_adapters(), "made": Adapter(load_manifest(folder), folder)}
        monkeypatch.setattr("bmpconform.run.contenders.load_adapters", lambda: known)

    return make


@pytest.fixture
def noted(tmp_path: Path) -> Path:
    """Return the file in which builds leave their word."""
    return tmp_path / "noted"


@pytest.mark.parametrize(
    "arguments, of_counted",
    [
        (["run", "made", "--vectors", "initiation/*"], ""),
        (["replay", "honesty/empty", "--target", "made"], ""),
        (["fuzz", "made", "--feedback", "outcomes", "--runs", "9"], ""),
        pytest.param(
            ["fuzz", "made", "--runs", "9"],
            TELLS.replace("made", "made-counted"),
            marks=pytest.mark.skipif(not IS_SHARED, reason="not Linux: no memory is shared"),
        ),
    ],
)
def test_a_build_is_told_before_and_done_once(
    know: Callable[[str], None], noted: Path, capsys: Captured, arguments: list[str], of_counted: str
) -> None:
    know(f"open('{noted}', 'a').write('.')")
    assert command(arguments) == 0
    assert capsys.readouterr().err == TELLS + of_counted
    assert command(arguments) == 0
    assert capsys.readouterr().err == ""
    assert len(noted.read_text()) == (2 if of_counted else 1)


def test_what_cannot_be_built_is_tried_once_and_costs_no_other(
    know: Callable[[str], None], noted: Path, capsys: Captured
) -> None:
    know(f"open('{noted}', 'a').write('.'); raise SystemExit(9)")
    assert command(["fuzz", "made", "reference", "--runs", "9"]) == 3
    told = capsys.readouterr()
    assert (told.err, noted.read_text()) == (TELLS, ".")
    assert "made: cannot be used: building it failed" in told.out
    assert "reference: seed" in told.out


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Take SIGINT as a terminal's process does; what a shell runs in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("name", ["run", "fuzz"])
def test_ctrl_c_ends_a_build_and_the_command(
    know: Callable[[str], None], noted: Path, capsys: Captured, name: str
) -> None:
    waits = f"open('{noted}', 'w').write(str(os.getpid())); os.kill({os.getpid()}, signal.SIGINT); signal.pause()"
    know(f"import os, signal; {waits}")
    assert command([name, "made", "reference"]) == 130
    assert capsys.readouterr() == ("", f"{TELLS}\n")
    with pytest.raises(ProcessLookupError):
        os.kill(int(noted.read_text()), 0)
