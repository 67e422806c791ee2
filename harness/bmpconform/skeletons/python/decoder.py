"""What your library makes of a frame. This file is yours.

As it stands it decodes Initiation by hand, so that the adapter runs before anything is written. Put calls of your own
library in its place, type of message by type of message, and declare each in CAPABILITIES.
"""

import struct
from typing import Any, Dict, List, Optional, Tuple

Fields = Dict[str, Any]

NAME = "my-library"
VERSION = "0.1.0"
URL = ""

# Only what is declared here is scored. Depth, by type of message: 0 says only whether a frame is accepted, 1 shows
# version, type and length, 2 peer, ports, addresses, reason and count, 3 the TLVs and statistics. "bgp" is how much
# is shown of BGP PDUs: "none", "raw" (their octets) or "parsed". Declare "encode" and "stream" once they are written.
CAPABILITIES: Fields = {"ops": ["decode"], "depth": {"4": 3}, "bgp": "none"}

HEADER = struct.Struct(">BIB")  # version, length, type
TLV = struct.Struct(">HH")  # type, length
VERSION_3 = 3
INITIATION = 4
# What a TLV of this message means. Return what *your library* calls it, not what the number should mean: that the
# right name is known is part of the test. None where the library has no names.
INITIATION_MEANINGS = {0: "string", 1: "sys_descr", 2: "sys_name"}


class Reject(Exception):
    """The library refuses the octets: a stable name for its error, and a sentence for people."""

    def __init__(self, error: str, reason: str = "") -> None:
        super().__init__(reason or error)
        self.error = error


class Unsupported(Exception):
    """The library has nothing for this. It is no failure, as long as it is not declared."""


def decode(frame: bytes, session: Optional[Fields]) -> Tuple[Fields, int]:
    """Return what one frame says, in the neutral form, and how many of its octets were read.

    Raise Reject where your library refuses it, Unsupported where it has no such thing. Any other exception counts as
    a crash. `session` says what the OPENs of the peer agreed on; a library that cannot be told it says Unsupported.
    """
    if session is not None:
        raise Unsupported("cannot be told what was agreed on in the session")
    if len(frame) < HEADER.size:
        raise Reject("header-cut", f"a common header has {HEADER.size} octets, here are {len(frame)}")
    version, length, message_type = HEADER.unpack_from(frame)
    if version != VERSION_3:
        raise Reject("wrong-version", f"version {version}")
    if not HEADER.size <= length <= len(frame):
        raise Reject("wrong-length", f"the length is {length}, and there are {len(frame)} octets")
    if message_type != INITIATION:
        raise Unsupported(f"type {message_type} is not decoded yet")
    tlvs = decode_tlvs(frame[HEADER.size : length])
    return {"version": version, "type": message_type, "length": length, "tlvs": tlvs, "rest": ""}, length


def decode_tlvs(octets: bytes) -> List[Fields]:
    """Return the TLVs of an Initiation. A value is as long as its length says: a NUL in it is an octet like others."""
    tlvs = []
    offset = 0
    while offset < len(octets):
        start = offset + TLV.size
        if start > len(octets):
            raise Reject("tlv-cut", f"a TLV has {TLV.size} octets or more, here are {len(octets) - offset}")
        tlv_type, length = TLV.unpack_from(octets, offset)
        offset = start + length
        if offset > len(octets):
            raise Reject("tlv-cut", f"a value of {length} octets, of which {len(octets) - start} are there")
        meaning = INITIATION_MEANINGS.get(tlv_type, "unknown")
        tlvs.append({"type": tlv_type, "value": octets[start:offset].hex(), "meaning": meaning, "name": None})
    return tlvs


def encode(message: Fields, session: Optional[Fields]) -> bytes:
    """Return the frame that a message in the neutral form asks for. Declare "encode" once your library is called."""
    raise Unsupported("encode is not written yet")


def stream(octets: bytes, more: bool) -> Fields:
    """Return what the next octets of a connection bring. Declare "stream" once your library is called.

    The answer is {"items": [{"offset": 0, "status": "ok", "message": ...}, ...], "left": 0, "closed": False}: an item
    for each message, status "ok", "reject" (with "error") or "skipped", offsets from the start of the connection;
    `left` octets wait for more, `closed` says that a station would now close. Without `more` the connection ended.
    """
    raise Unsupported("stream is not written yet")


def reset() -> None:
    """Forget the connection: the next `stream` is the start of another one."""
