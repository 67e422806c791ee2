"""Inputs: files, stdin and routers as streams of octets; files are told apart by what they hold.

Why by content: a name proves nothing. A capture begins with its magic number. Text is one message in hex a line (`#`
begins a comment); anything else is taken as raw octets: a BMP header holds octets that no text has. Reading is in
pieces as they come, so neither the size of an input matters nor how slowly it comes.
"""

import sys
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from io import BufferedReader
from pathlib import Path
from typing import cast

from bmpconform.capture.follow import FollowedFile, is_followed
from bmpconform.capture.live import is_live, read_live
from bmpconform.capture.packets import MAGIC_OCTETS, MAGICS
from bmpconform.capture.pieces import StreamEvent
from bmpconform.capture.reading import READING, InputError, Reading
from bmpconform.capture.source import Beginning, Readable
from bmpconform.capture.streams import read_streams

__all__ = ["PIECE", "InputError", "Reading", "hex_octets", "is_live", "read_events", "read_input"]

PIECE = 64 * 1024
STDIN = "-"
_CONTROLS = frozenset(range(0x20)) - frozenset(b"\t\r\n")


def read_input(name: str, reading: Reading = READING) -> Iterator[bytes | StreamEvent]:
    """Yield the octets of the stream in the input `name`, `-` for stdin, or the events of its streams.

    Captures and routers (`tcp:HOST:PORT`, `listen:HOST:PORT`) have streams. Raises InputError, perhaps midway.
    """
    try:
        if is_live(name):
            yield from read_live(name, reading)
        else:
            with _opened(name) as file:
                yield from read_events(name, _readable(name, file, reading), reading.port)
    except FileNotFoundError:
        raise InputError(name, "there is no such file.") from None
    except IsADirectoryError:
        raise InputError(name, "is a directory; name the files in it.") from None
    except OSError as error:
        raise InputError(name, f"cannot be read: {error.strerror or error}.") from error


def _opened(name: str) -> AbstractContextManager[BufferedReader]:
    if name != STDIN:
        return Path(name).open("rb")
    if sys.stdin is None:
        raise InputError(name, "standard input is closed.")
    return nullcontext(cast("BufferedReader", sys.stdin.buffer))


def _readable(name: str, file: BufferedReader, reading: Reading) -> Readable:
    if reading.follow and name != STDIN and is_followed(file):
        return FollowedFile(name, file, reading)
    readable = reading.interrupt.file(file)
    return readable if reading.octets is None else Beginning(readable, reading.octets)


def read_events(name: str, file: Readable, port: int | None = None) -> Iterator[bytes | StreamEvent]:
    """Yield what an open file holds, as `read_input` does. Raises InputError."""
    first = b""
    while len(first) < MAGIC_OCTETS and (more := file.read1(PIECE)):
        first += more
    if first[:MAGIC_OCTETS] in MAGICS:
        yield from read_streams(file, port, first=first)
    else:
        pieces = _pieces(first, file)
        yield from hex_octets(name, pieces) if _is_text(first) else pieces


def _is_text(octets: bytes) -> bool:
    """Whether octets are UTF-8 without control characters. The last character may be cut."""
    try:
        getincrementaldecoder("utf-8")().decode(octets)
    except UnicodeDecodeError:
        return False
    return not _CONTROLS.intersection(octets)


def _pieces(first: bytes, file: Readable) -> Iterator[bytes]:
    piece = first
    while piece:
        yield piece
        piece = file.read1(PIECE)


def hex_octets(name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the octets of text with one hex message a line. Raises InputError at the first line that is none."""
    for number, line in enumerate(_lines(pieces), start=1):
        digits = line.partition(b"#")[0].replace(b":", b" ")
        try:
            octets = bytes.fromhex(digits.decode("ascii"))
        except ValueError:
            reason = f"is taken for text, and its line {number} is not a message in hex; mend or remove that line."
            raise InputError(name, reason) from None
        if octets:
            yield octets


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    begun: list[bytes] = []
    for piece in pieces:
        first, *others = piece.split(b"\n")
        begun.append(first)
        for other in others:
            yield b"".join(begun)
            begun = [other]
    yield b"".join(begun)
