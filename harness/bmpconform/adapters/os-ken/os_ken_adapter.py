"""os-ken's BMP library as a target: decode, encode and stream.

Why this much and no more: what the library does not show is null, and what cannot be said to it is unsupported, so
that nothing is judged here but what it does itself.
"""

import struct
import traceback
from importlib.metadata import version
from typing import Any

from netaddr import AddrFormatError
from os_ken.lib.packet.bgp import BgpExc
from os_ken.lib.packet.bmp import VERSION, BMPMessage
from os_ken.lib.packet.stream_parser import StreamParser
from os_ken_asked import Untellable, library_message
from os_ken_shown import neutral_message

Fields = dict[str, Any]

# Peer Up and Peer Down at 2, because the library drops their TLVs; Route Mirroring it does not know.
CAPABILITIES: Fields = {
    "ops": ["decode", "encode", "stream"],
    "depth": {"0": 3, "1": 3, "2": 2, "3": 2, "4": 3, "5": 3},
    "bgp": "parsed",
    "station": False,
}

# With these the library says no: it raises them itself, or catches them as such where it parses packets
# (os_ken/lib/packet/packet.py). Anything else is a defect of its own, and is told as a panic.
REFUSALS = (
    struct.error,
    ValueError,
    AssertionError,
    AddrFormatError,
    BgpExc,
    StreamParser.TooSmallException,
)
HEADER_OCTETS = 6


def hello() -> Fields:
    """Return who answers."""
    return {
        "name": "os-ken",
        "version": version("os-ken"),
        "language": "Python",
        "url": "https://opendev.org/openstack/os-ken",
    }


def decode(octets: bytes, session: Fields) -> Fields:
    """Parse one frame."""
    if session:
        return _unsupported("the parser takes no session")
    try:
        message, rest = BMPMessage.parser(octets)
    except Exception as error:  # noqa: BLE001 - what comes out of the library is told, whatever it is
        return _unknown(error) or _failed(error)
    consumed = len(octets) - len(rest)
    return {"status": "ok", "consumed": consumed, "message": neutral_message(message)}


def encode(message: Fields, session: Fields) -> Fields:
    """Build a library message and serialise it."""
    if session:
        return _unsupported("the serialiser takes no session")
    try:
        return {"status": "ok", "hex": bytes(library_message(message).serialize()).hex()}
    except Untellable as reason:
        return _unsupported(str(reason))
    except Exception as error:  # noqa: BLE001 - what comes out of the library is told, whatever it is
        return _failed(error)


class _Stream:
    """The octets of a connection that are not parsed yet, how many were before them, and whether it is given up."""

    octets = b""
    offset = 0
    closed = False


_stream = _Stream()


def reset() -> None:
    """Begin a connection."""
    _stream.octets, _stream.offset, _stream.closed = b"", 0, False


def stream(octets: bytes, more: bool) -> Fields:  # noqa: ARG001, FBT001 - the end of input changes nothing here
    """Parse message by message; one that the library refuses is left out by the length in its header."""
    _stream.octets += octets
    items: list[Fields] = []
    while not _stream.closed and (item := _next_item()):
        items.append(item)
    return {"status": "ok", "items": items, "left": len(_stream.octets), "closed": _stream.closed}


def _next_item() -> Fields | None:
    """Return what the library makes of the octets that come next; None where it waits for more of them."""
    if len(_stream.octets) < HEADER_OCTETS:
        return None
    offset, (version_, length, _) = _stream.offset, BMPMessage.parse_header(_stream.octets)
    if version_ == VERSION and len(_stream.octets) < length:
        return None
    try:
        message, rest = BMPMessage.parser(_stream.octets)
    except Exception as error:  # noqa: BLE001 - what comes out of the library is told, whatever it is
        _advance(length if version_ == VERSION else 0)
        return {"offset": offset, **_failed(error)}
    _advance(len(_stream.octets) - len(rest))
    if _stream.closed:
        return {"offset": offset, "status": "panic", "error": "no progress"}
    return {"offset": offset, "status": "ok", "message": neutral_message(message)}


def _advance(octets: int) -> None:
    """Go on behind these octets; where there are none, parsing would never end."""
    _stream.octets = _stream.octets[octets:]
    _stream.offset += octets
    _stream.closed = not octets


def _unsupported(reason: str) -> Fields:
    return {"status": "unsupported", "reason": reason}


def _unknown(error: Exception) -> Fields | None:
    text = str(error)
    return _unsupported(text) if text.startswith("unknown bmp type") else None


def _failed(error: Exception) -> Fields:
    """Tell an error as what it is, by its class and by the function of the library that it left last."""
    frames = traceback.walk_tb(error.__traceback__)
    inside = [frame.f_code.co_qualname for frame, _ in frames if "os_ken/lib" in frame.f_code.co_filename]
    place = inside[-1] if inside else "adapter"
    name = "struct.error" if isinstance(error, struct.error) else type(error).__name__
    status = "reject" if isinstance(error, REFUSALS) else "panic"
    return {"status": status, "error": f"{name} in {place}", "reason": str(error)}
