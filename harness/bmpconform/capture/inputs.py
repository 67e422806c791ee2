"""Inputs: files and stdin as streams of octets, told apart by what they hold.

Why by content: a name proves nothing. Text of hex digits is one message a line (`#` begins a comment); anything
else is taken as raw octets. Reading is in pieces, so the size of an input does not matter.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from bmpconform.wire.errors import BmpconformError

PIECE = 64 * 1024
STDIN = "-"
_PCAP_MAGICS = {bytes.fromhex(magic) for magic in ("a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "0a0d0d0a")}
_HEX_TEXT = frozenset(b"0123456789abcdefABCDEF \t\r\n:")


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
    if name == STDIN:
        yield from octet_stream(name, sys.stdin.buffer)
        return
    path = Path(name)
    if path.is_dir():
        raise InputError(name, "is a directory; name the files in it.")
    try:
        with path.open("rb") as file:
            yield from octet_stream(name, file)
    except FileNotFoundError:
        raise InputError(name, "there is no such file.") from None
    except OSError as error:
        raise InputError(name, f"cannot be read: {error.strerror or error}.") from error


def octet_stream(name: str, file: BinaryIO) -> Iterator[bytes]:
    """Yield the octets of the stream that an open file holds. Raises InputError."""
    first = file.read(PIECE)
    if first[:4] in _PCAP_MAGICS:
        raise InputError(
            name,
            "is a packet capture, which this version does not read yet; extract the TCP payload first, with "
            "tshark -r FILE -q -z follow,tcp,raw,0 for example.",
        )
    pieces = _pieces(first, file)
    yield from hex_octets(name, pieces) if _is_hex_text(first) else pieces


def _pieces(first: bytes, file: BinaryIO) -> Iterator[bytes]:
    piece = first
    while piece:
        yield piece
        piece = file.read(PIECE)


def _is_hex_text(octets: bytes) -> bool:
    """Whether octets are lines of hex digits, blank lines and comments. The last line may be cut."""
    lines = octets.splitlines()
    return any(line.strip() for line in lines) and all(_HEX_TEXT.issuperset(_without_comment(line)) for line in lines)


def _without_comment(line: bytes) -> bytes:
    return line.partition(b"#")[0]


def hex_octets(name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the octets of text with one hex message a line. Raises InputError at the first line that is none."""
    for number, line in enumerate(_lines(pieces), start=1):
        digits = _without_comment(line).replace(b":", b" ")
        try:
            yield bytes.fromhex(digits.decode("ascii"))
        except ValueError:
            raise InputError(name, f"line {number} is not a message in hex; mend or remove it.") from None


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
    if rest:
        yield rest
