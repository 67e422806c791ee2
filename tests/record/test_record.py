"""Streams can be recorded again, and what a recording has otherwise is told."""

import subprocess
import sys
from pathlib import Path

import pytest

import raw
from bmpconform.corpus.captures import load_captures, read_capture
from bmpconform.lab.catalogue import lacking

RECORD = Path(__file__).with_name("record.py")
MADE_HERE = (
    "from record import differences; import sys; print(*differences(*map(bytes.fromhex, sys.argv[1:])), sep='\\n')"
)


def differences(stored: bytes, recorded: bytes) -> list[str]:
    """Return what the program says of two streams; it is no module of ours that could be imported."""
    command = [sys.executable, "-c", MADE_HERE, stored.hex(), recorded.hex()]
    done = subprocess.run(command, cwd=RECORD.parent, check=True, capture_output=True, text=True)
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


def test_a_stream_differs_in_nothing_from_itself() -> None:
    octets = next(read_capture(capture) for capture in load_captures().captures if capture.file == "bird.bmp")
    assert differences(octets, octets) == []


def test_kinds_of_messages_and_breaches_that_differ_are_told() -> None:
    initiation = raw.message(raw.INITIATION, raw.tlv(1, b"a"), raw.tlv(2, b"b"))
    down = raw.message(raw.PEER_DOWN, raw.peer(), b"\x04")
    assert differences(initiation, initiation + down) == [
        "message: PeerDown of peer type 0, flags 00: 0 stored, 1 recorded",
        "breach: RFC7854-3.3-9 peer-down-without-peer-up: 0 stored, 1 recorded",
    ]


@pytest.mark.live
def test_frr_is_recorded_again(tmp_path: Path) -> None:
    if reason := lacking("frr"):
        pytest.skip(f"frr: {reason}")
    command = [sys.executable, str(RECORD), str(tmp_path), "frr-listener.bmp", "bird.bmp"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "frr-listener.bmp").stat().st_size > 500
    assert "bird.bmp: no recipe" in done.stdout
