"""A daemon is held by its limits, tells how it ended, and leaves nothing behind."""

import signal
import sys
from pathlib import Path

import pytest

from bmpconform.lab.daemon import Command, Daemon
from bmpconform.lab.wait import until
from bmpconform.targets.errors import TargetError

SECONDS = 20
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a supervisor that finds everything")


def daemon(script: str, folder: Path, log_octets: int = 1 << 20) -> Daemon:
    return Daemon("it", Command((sys.executable, "-I", "-c", script), log_octets=log_octets), folder)


def test_what_it_says_is_kept(tmp_path: Path) -> None:
    running = daemon(
        "import sys; print('out'); sys.stdout.flush(); print('err', file=sys.stderr); sys.exit(3)", tmp_path
    )
    assert running.ended(SECONDS) == "exit-3"
    running.close()
    assert running.said == "out\nerr\n"
    with pytest.raises(TargetError, match="it ended: exit-3") as raised:
        running.demand_alive()
    assert raised.value.stderr == "out\nerr\n"


def test_it_runs_in_its_folder_until_it_is_closed(tmp_path: Path) -> None:
    running = daemon("import pathlib, time; pathlib.Path('here').touch(); time.sleep(600)", tmp_path)
    until((tmp_path / "here").exists, SECONDS, "a file")
    assert running.alive()
    running.close()
    assert not running.alive()
    assert running.ended() == "ended"
    running.close()


def test_a_signal_reaches_it(tmp_path: Path) -> None:
    script = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\n"
        "print('ready', flush=True)\n"
        "time.sleep(600)\n"
    )
    running = daemon(script, tmp_path)
    until(lambda: "ready" in running.said, SECONDS, "its first words")
    running.signal(signal.SIGTERM)
    assert running.ended(SECONDS) == "exit-7"
    running.signal(signal.SIGTERM)
    running.close()


def test_one_that_floods_its_log_is_ended_and_the_end_is_kept(tmp_path: Path) -> None:
    running = daemon("while True: print('x' * 99)", tmp_path, log_octets=200_000)
    assert running.ended(SECONDS) == "log-limit"
    running.close()
    assert running.said.endswith("x" * 50) or running.said.endswith("\n")
    assert len(running.said) <= 64 * 1024


def test_one_that_cannot_be_started_says_why(tmp_path: Path) -> None:
    running = Daemon("it", Command(("/nowhere/at/all",)), tmp_path)
    assert running.ended(SECONDS) == "cannot-start: No such file or directory"
    running.close()


def test_what_it_left_running_ends_with_it(tmp_path: Path) -> None:
    script = "import os, time\nif os.fork() == 0:\n    os.setsid()\nprint('on', flush=True)\ntime.sleep(600)\n"
    running = daemon(script, tmp_path)
    until(lambda: running.said.count("on") == 2, SECONDS, "both")
    running.close()
    # The pipe's end: nobody holds it any more.
    assert not running.alive()
