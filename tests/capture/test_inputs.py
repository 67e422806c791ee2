"""Inputs are told apart by what they hold, read as they come, and refused with a sentence that says what to do."""

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import pytest

import raw
from bmpconform.capture import inputs
from bmpconform.capture.inputs import InputError, Reading, read_events, read_input
from bmpconform.capture.pieces import Piece, StreamEnd, StreamEvent, StreamStart
from packets import SYN, Tcp, pcap, pcapng

STREAM = raw.initiation(raw.MANDATORY_TLVS) + raw.termination(raw.tlv(1, b"\0\0"))


class Slow(io.RawIOBase):
    """A file that gives what `pieces` are, one at a time, as a pipe may."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__()
        self._pieces: Iterator[bytes] = iter(pieces)

    def readable(self) -> bool:
        """Say so."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill in the next piece."""
        piece = next(self._pieces, b"")
        memoryview(buffer)[: len(piece)] = piece  # type: ignore[arg-type]  # what it takes has no name before 3.12
        return len(piece)


def octets_of(pieces: Iterable[bytes | StreamEvent]) -> bytes:
    """Return the octets of an input that is one stream without a name."""
    octets = b""
    for piece in pieces:
        assert isinstance(piece, bytes)
        octets += piece
    return octets


def read(octets: bytes) -> bytes:
    """Return the stream that a file with these octets holds."""
    return octets_of(read_events("file", io.BytesIO(octets)))


def read_slowly(*pieces: bytes) -> Iterator[bytes | StreamEvent]:
    """Yield the stream of a file that comes in these pieces."""
    return read_events("pipe", io.BufferedReader(Slow(pieces)))


def reason(octets: bytes) -> str:
    """Return why a file with these octets is refused."""
    with pytest.raises(InputError) as refused:
        read(octets)
    return refused.value.reason


def test_raw_octets_are_passed_on_unchanged() -> None:
    assert read(STREAM) == STREAM


def test_an_empty_file_is_an_empty_stream() -> None:
    assert read(b"") == b""


def test_a_large_file_is_passed_on_whole() -> None:
    octets = STREAM * (3 * inputs.PIECE // len(STREAM))
    assert read(octets) == octets


@pytest.mark.parametrize(
    "text",
    [
        f"{STREAM.hex()}\n",
        STREAM.hex(),
        STREAM.hex().upper(),
        STREAM.hex(" "),
        STREAM.hex(":"),
        f"\n\r\n# a comment \u00e9\n{STREAM.hex()} # another\r\n\n",
        "\n".join(STREAM.hex()[place : place + 8] for place in range(0, 2 * len(STREAM), 8)),
    ],
)
def test_text_is_hex_by_lines(text: str) -> None:
    assert read(text.encode()) == STREAM


def test_text_without_messages_is_an_empty_stream() -> None:
    assert read(b"# nothing here\n\n") == b""


@pytest.mark.parametrize("line", ["0300000", "03zz", "hello", "\u00e9"])
def test_a_line_that_is_no_hex_is_told_by_its_number(line: str) -> None:
    assert "its line 3 is not a message in hex" in reason(f"{STREAM.hex()}\n#\n{line}\n{STREAM.hex()}".encode())


def test_what_comes_before_a_bad_line_is_read() -> None:
    pieces = read_events("file", io.BytesIO(f"{STREAM.hex()}\nx".encode()))
    assert next(pieces) == STREAM
    with pytest.raises(InputError):
        next(pieces)


def test_a_line_may_be_longer_than_a_piece() -> None:
    octets = STREAM * (2 * inputs.PIECE // len(STREAM))
    assert read(octets.hex().encode()) == octets


FRAMES = [Tcp(99, flags=SYN).frame(), Tcp(100, STREAM).frame()]
EVENTS = [StreamStart(0, "192.0.2.1:50000 > 192.0.2.2:1790", begins=True), Piece(0, STREAM, 2), StreamEnd(0)]
CAPTURES = [
    pcap(FRAMES),
    pcap(FRAMES, byte_order=">"),
    pcap(FRAMES, nanoseconds=True),
    pcap(FRAMES, byte_order=">", nanoseconds=True),
    pcapng(FRAMES),
]


@pytest.mark.parametrize("capture", CAPTURES)
def test_a_capture_is_told_by_how_it_begins(capture: bytes) -> None:
    assert list(read_events("file", io.BytesIO(capture))) == EVENTS


@pytest.mark.parametrize("port, events", [(1790, EVENTS), (50000, EVENTS), (179, [])])
def test_the_streams_of_a_capture_are_picked_by_port(port: int, events: list[StreamEvent], tmp_path: Path) -> None:
    (tmp_path / "capture").write_bytes(pcap(FRAMES))
    assert list(read_input(str(tmp_path / "capture"), Reading(port))) == events


def test_octets_are_passed_on_as_they_come() -> None:
    pieces = read_slowly(STREAM[:10], STREAM[10:12], STREAM[12:])
    assert [next(pieces), next(pieces)] == [STREAM[:10], STREAM[10:12]]


def test_a_capture_is_known_however_slowly_it_comes() -> None:
    assert list(read_slowly(*(bytes([octet]) for octet in pcap(FRAMES)))) == EVENTS


def test_text_may_come_in_any_pieces() -> None:
    text = f"# comment\n{STREAM.hex()}\n".encode()
    assert octets_of(read_slowly(*(bytes([octet]) for octet in text))) == STREAM


def test_a_file_is_read_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "stream").write_bytes(STREAM)
    assert octets_of(read_input(str(tmp_path / "stream"))) == STREAM


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file") as refused:
        next(read_input(str(tmp_path / "missing")))
    assert refused.value.name == str(tmp_path / "missing")
    assert str(refused.value).startswith(f"{tmp_path / 'missing'}: ")


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a directory"):
        next(read_input(str(tmp_path)))


def test_a_file_that_may_not_be_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path, _mode: str) -> IO[bytes]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"cannot be read: Permission denied\."):
        next(read_input("secret"))


def test_an_error_midway_comes_after_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterator[bytes]:
        yield STREAM
        raise OSError(5, "Input/output error")

    def opened(_path: Path, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(Slow(broken()))

    monkeypatch.setattr(Path, "open", opened)
    pieces = read_input("disk")
    assert next(pieces) == STREAM
    with pytest.raises(InputError, match="Input/output error"):
        next(pieces)


def test_standard_input_is_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(STREAM)))
    assert octets_of(read_input("-")) == STREAM


def test_standard_input_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(STREAM))
    monkeypatch.setattr(sys, "stdin", stdin)
    list(read_input("-"))
    assert not stdin.closed


def test_standard_input_that_is_closed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match="standard input is closed"):
        next(read_input("-"))


@pytest.mark.parametrize("octets", [0, 1, 5, len(STREAM) - 1, len(STREAM), len(STREAM) + 1])
def test_of_a_file_no_more_is_read_than_is_asked_for(octets: int, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(STREAM)
    assert octets_of(read_input(str(tmp_path / "file"), Reading(octets=octets))) == STREAM[:octets]


def test_a_capture_ends_where_it_is_to_end(tmp_path: Path) -> None:
    whole = pcap([Tcp(100, STREAM).frame(), Tcp(100 + len(STREAM), STREAM).frame()])
    (tmp_path / "file").write_bytes(whole)
    for octets in (0, 3, 20, 60, len(whole) - 1, len(whole)):
        some = list(read_input(str(tmp_path / "file"), Reading(octets=octets)))
        assert some == list(read_events("file", io.BytesIO(whole[:octets])))
