"""Inputs: files and stdin as streams of octets, told apart by what they hold.

Why by content: a name proves nothing. Text is one message in hex a line (`#` begins a comment); anything else is
taken as raw octets: a BMP header holds octets that no text has. Reading is in pieces as they come, so neither the
size of an input matters nor how slowly it comes.
"""

import sys
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from io import BufferedReader
from pathlib import Path
from typing import cast

from bmpconform.wire.errors import BmpconformError

PIECE = 64 * 1024
STDIN = "-"
_PCAP_MAGICS = {bytes.fromhex(magic) for magic in ("a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "0a0d0d0a")}
_PCAP_MAGIC_OCTETS = 4
_CONTROLS = frozenset(range(0x20)) - frozenset(b"\t\r\n")


class InputError(BmpconformError):
    """An input that cannot be read: its name as typed, and one sentence with the reason and what to do."""

    def __init__(self, name: str, reason: str) -> None:
        """Keep both as data."""
        super().__init__(name, reason)
        self.name = name
        self.reason = reason

    def __str__(self) -> str:
        """Say both in one sentence."""
        return f"{self.name}: {self.reason}"


def read_input(name: str) -> Iterator[bytes]:
    """Yield the octets of the stream in the input `name`, `-` for stdin. Raises InputError, perhaps midway."""
    try:
        with _opened(name) as file:
            yield from octet_stream(name, file)
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


def octet_stream(name: str, file: BufferedReader) -> Iterator[bytes]:
    """Yield the octets of the stream that an open file holds. Raises InputError."""
    first = b""
    while len(first) < _PCAP_MAGIC_OCTETS and (more := file.read1(PIECE)):
        first += more
    if first[:_PCAP_MAGIC_OCTETS] in _PCAP_MAGICS:
        raise InputError(
            name,
            "is a packet capture, which this version does not read yet; extract the TCP payload first, with "
            "tshark -r FILE -q -z follow,tcp,raw,0 for example.",
        )
    pieces = _pieces(first, file)
    yield from hex_octets(name, pieces) if _is_text(first) else pieces


def _is_text(octets: bytes) -> bool:
    """Whether octets are UTF-8 without control characters. The last character may be cut."""
    try:
        getincrementaldecoder("utf-8")().decode(octets)
    except UnicodeDecodeError:
        return False
    return not _CONTROLS.intersection(octets)


def _pieces(first: bytes, file: BufferedReader) -> Iterator[bytes]:
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
