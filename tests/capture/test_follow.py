"""A followed file is read on as it grows, until Ctrl-C or until it is another file."""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import raw
from bmpconform.capture.follow import is_followed
from bmpconform.capture.inputs import Reading, read_input
from bmpconform.capture.interrupt import Interrupt
from bmpconform.capture.pieces import Piece, StreamEnd, StreamEvent, StreamStart
from packets import SYN, Tcp, pcap

STREAM = raw.initiation(raw.MANDATORY_TLVS) + raw.termination(raw.tlv(1, b"\0\0"))
Step = Callable[[], object]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return an empty file."""
    path = tmp_path / "file"
    path.write_bytes(b"")
    return path


def append(file: Path, octets: bytes) -> Step:
    """Return a step in which a file grows."""

    def step() -> None:
        with file.open("ab") as grown:
            grown.write(octets)

    return step


def follow(file: Path, *steps: Step) -> tuple[list[bytes | StreamEvent], list[str]]:
    """Return what a followed file gives, and what is told; in each wait comes the next step, in the last one Ctrl-C."""
    waiting = iter(steps)
    said: list[str] = []

    def sleep(_seconds: float) -> None:
        step = next(waiting, None)
        if step is None:
            interrupt.requested = True
        else:
            step()

    interrupt = Interrupt(sleep)
    reading = Reading(follow=True, interrupt=interrupt, say=lambda _, text: said.append(text))
    return list(read_input(str(file), reading)), said


def test_what_a_file_holds_and_what_comes_later_is_read(file: Path) -> None:
    file.write_bytes(STREAM[:10])
    more = [append(file, STREAM[10:20]), append(file, b""), append(file, STREAM[20:])]
    assert follow(file, *more) == ([STREAM[:10], STREAM[10:20], STREAM[20:]], [])


def test_an_empty_file_is_told_by_what_comes(file: Path) -> None:
    text = f"# hex\n{STREAM.hex()}\n".encode()
    assert follow(file, append(file, text[:2]), append(file, text[2:9]), append(file, text[9:])) == ([STREAM], [])


def test_a_capture_is_read_on_inside_of_its_records(file: Path) -> None:
    capture = pcap([Tcp(99, flags=SYN).frame(), Tcp(100, STREAM[:9]).frame(), Tcp(109, STREAM[9:]).frame()])
    events, said = follow(file, *(append(file, bytes([octet])) for octet in capture))
    assert events == [
        StreamStart(0, "192.0.2.1:50000 > 192.0.2.2:1790", begins=True),
        Piece(0, STREAM[:9], 2),
        Piece(0, STREAM[9:], 3),
        StreamEnd(0),
    ]
    assert said == []


@pytest.mark.parametrize(
    "change, told",
    [
        (lambda file: file.write_bytes(STREAM[:5]), "was truncated; what it holds now is not read."),
        (lambda file: file.unlink(), "is gone; it was read to its end."),
        (lambda file: (file.rename(f"{file}.1"), file.write_bytes(STREAM)), "was replaced by another file, which is "),
    ],
)
def test_a_file_that_is_not_what_it_was_ends(change: Callable[[Path], object], told: str, file: Path) -> None:
    file.write_bytes(STREAM)
    events, said = follow(file, lambda: change(file), lambda: pytest.fail("waited on"))
    assert events == [STREAM]
    assert [text.startswith(told) for text in said] == [True]


def test_a_file_that_was_put_aside_is_read_to_its_end(file: Path) -> None:
    file.write_bytes(STREAM[:10])
    kept = file.open("ab", buffering=0)

    def put_aside() -> None:
        file.unlink()
        kept.write(STREAM[10:])
        kept.close()

    events, said = follow(file, put_aside)
    assert events == [STREAM[:10], STREAM[10:]]
    assert said == ["is gone; it was read to its end."]


@pytest.fixture
def pipe() -> Iterator[io.BufferedReader]:
    """Yield the end of a pipe that is read from."""
    reading, writing = os.pipe()
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        yield file


def test_a_pipe_ends_where_its_writer_does(pipe: io.BufferedReader) -> None:
    assert not is_followed(pipe)


def test_standard_input_ends_where_its_writer_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(STREAM)))
    assert list(read_input("-", Reading(follow=True))) == [STREAM]
