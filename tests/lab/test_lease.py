"""A lab has a place of its own, and leaves nothing there, whatever becomes of its process."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bmpconform.lab import lease as leases
from bmpconform.lab.lease import Lease
from bmpconform.lab.wait import until
from bmpconform.targets.errors import TargetError

PLACES = Path(__file__).with_name("places.py")
SECONDS = 20
# The second octet of the addresses of these tests: those of each process of pytest are its own.
OCTET = 192 + os.getpid() % 60

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what other tests of this machine have apart."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(leases, "FIRST_SECOND_OCTET", OCTET)
    monkeypatch.setattr(leases, "SECOND_OCTETS", 1)
    return tmp_path


@pytest.fixture
def elsewhere() -> Iterator["subprocess.Popen[str]"]:
    """Return another process that has a lab."""
    with subprocess.Popen([sys.executable, str(PLACES), str(OCTET)], stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def said(process: "subprocess.Popen[str]") -> list[str]:
    assert process.stdout is not None
    return process.stdout.readline().split()


def end(process: "subprocess.Popen[str]", number: signal.Signals) -> None:
    process.send_signal(number)
    process.communicate(timeout=SECONDS)


def test_two_labs_have_places_of_their_own() -> None:
    with Lease() as one, Lease() as two:
        assert one.folder != two.folder
        assert one.address(1) != two.address(1)
        assert one.folder.is_dir()
        assert two.folder.is_dir()


def test_a_lab_alone_has_the_same_place_each_time() -> None:
    with Lease() as one:
        place = one.folder, one.address(7)
    with Lease() as again:
        assert (again.folder, again.address(7)) == place


def test_nothing_is_left_of_a_place(own_folder: Path) -> None:
    with Lease() as lease:
        (lease.folder / "deep").mkdir()
        (lease.folder / "deep" / "file").write_text("")
    lease.close()
    assert list(own_folder.iterdir()) == []


def test_what_is_alive_is_left_alone(elsewhere: "subprocess.Popen[str]") -> None:
    folder, _ = said(elsewhere)
    with Lease() as lease:
        assert str(lease.folder) != folder
        assert Path(folder).is_dir()
    end(elsewhere, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_what_a_killed_lab_left_is_swept_away_and_its_ports_are_free_again(
    elsewhere: "subprocess.Popen[str]", own_folder: Path, number: signal.Signals
) -> None:
    folder, address = said(elsewhere)
    with socket.create_connection((address, 1790), SECONDS):
        end(elsewhere, number)
    with Lease() as lease:
        assert (str(lease.folder), lease.address(1)) == (folder, address)
        assert list(lease.folder.iterdir()) == []
        assert lease.port(1, 1790) == 1790
    assert list(own_folder.iterdir()) == []


def test_a_port_that_stays_taken_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "SECONDS", 0.1)
    late = pytest.raises(TargetError, match=r":1790 to be free: not within 0\.1 s")
    with Lease() as lease, socket.create_server((lease.address(1), 1790)), late:
        lease.port(1, 1790)


def test_a_machine_full_of_labs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "BLOCKS", range(1, 2))
    with Lease(), pytest.raises(TargetError, match="all 1 places of labs are taken"):
        Lease()


def test_until_gives_up_at_its_deadline() -> None:
    with pytest.raises(TargetError, match=r"the moon: not within 0\.05 s"):
        until(lambda: None, 0.05, "the moon")
