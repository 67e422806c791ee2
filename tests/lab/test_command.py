"""The command with a daemon that it started: however it ends, nothing is left, or the next run sweeps it away."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from bmpconform.lab.catalogue import lacking
from bmpconform.lab.wait import LISTEN, until

COMMANDED = Path(__file__).with_name("commanded.py")
OCTET = 192 + os.getpid() % 60
SECONDS = 60
INTERRUPTED = 130
# A target, what keeps it busy, and what is over soon.
SHORT = "live-router/unwanted-octets"
RUNS = [
    pytest.param(("station:mute", "live-collector/session", "initiation/three-strings"), id="mute"),
    pytest.param(("router:frr", "live-router/opening", SHORT), marks=pytest.mark.live, id="frr"),
    pytest.param(("router:gobgpd", "live-router/opening", SHORT), marks=pytest.mark.live, id="gobgpd"),
    pytest.param(("station:pmbmpd", "[ir]*/*", "initiation/three-strings"), marks=pytest.mark.live, id="pmbmpd"),
]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc and all of 127.0.0.0/8")


def begun(folder: Path, target: str, pattern: str) -> "subprocess.Popen[bytes]":
    """Return the command, whose labs lie in a folder: what they start uses it. Skip where the target is not here."""
    if reason := lacking(target.partition(":")[2]):
        pytest.skip(f"{target}: {reason}")
    words = [sys.executable, str(COMMANDED), str(OCTET), "run", target, "--vectors", pattern, "--timeout", "0.5"]
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(
        [*words, "--no-rerun"], stdout=nowhere, stderr=nowhere, env={**os.environ, "TMPDIR": str(folder)}
    )


def using(folder: Path) -> list[Path]:
    """Return the processes that name a folder or have something in it open: a daemon may write over its own words."""
    return [process for process in Path("/proc").glob("[0-9]*") if str(folder) in words_and_links(process)]


def words_and_links(process: Path) -> str:
    """Return the command line of a process and where what it has open lies, as far as that can be seen."""
    seen = []
    links = [process / "cwd"]
    with suppress(OSError):
        seen.append(process.joinpath("cmdline").read_bytes().decode(errors="replace"))
    with suppress(OSError):
        links += process.joinpath("fd").iterdir()
    for link in links:
        with suppress(OSError):
            seen.append(str(link.readlink()))
    return "\n".join(seen)


def listening() -> list[str]:
    """Return where something listens on addresses of these labs."""
    network = bytes((OCTET, 127)).hex().upper()
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return [row[1] for row in rows if row[3] == LISTEN and row[1].partition(":")[0].endswith(network)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("run", RUNS)
def test_nothing_outlives_the_command(run: tuple[str, str, str], number: signal.Signals, tmp_path: Path) -> None:
    target, busy, short = run
    with begun(tmp_path, target, busy) as process:
        try:
            until(lambda: process.poll() is not None or listening(), SECONDS, "a daemon")
            assert process.poll() is None
            assert using(tmp_path)
            process.send_signal(number)
            process.wait(SECONDS)
        finally:
            process.kill()
    until(lambda: not using(tmp_path) and not listening(), SECONDS, "all to be gone")
    if number is signal.SIGINT:
        assert process.returncode == INTERRUPTED
    else:
        assert list(tmp_path.iterdir())
        with begun(tmp_path, target, short) as again:
            assert again.wait(SECONDS) in {0, 1}
    assert list(tmp_path.iterdir()) == []
