"""Reads the records of a pcap file, draft-ietf-opsawg-pcap: both byte orders, microseconds and nanoseconds.

Why by hand: dpkt, the one light reader there is, raises where a file is cut or lies, has had no release since 2022,
and costs twice the time. All that a record has to say here is two lengths.
"""

from collections.abc import Generator
from struct import Struct

from bmpconform.capture.pieces import Trouble, TroubleKind
from bmpconform.capture.source import Source

# Number from 1, link type, octets, whether the packet was longer than what was kept of it. A tuple for its speed.
Packet = tuple[int, int, bytes, bool]
Packets = Generator[Packet, None, Trouble | None]

# The largest packet that libpcap and Wireshark write or believe.
MAX_PACKET = 256 * 1024
BYTE_ORDERS = {
    bytes.fromhex("d4c3b2a1"): "<",
    bytes.fromhex("4d3cb2a1"): "<",
    bytes.fromhex("a1b2c3d4"): ">",
    bytes.fromhex("a1b23c4d"): ">",
}
_FILE_HEADER = 24
_LINK_TYPE_AT = 20
_RECORD_HEADER = 16
# The upper half of the field says whether frames end in a checksum; the length in the IP header leaves that out.
_LINK_TYPE_MASK = 0xFFFF


def read_pcap(source: Source, octets: bytes) -> Packets:
    """Yield the packets of a file that begins with `octets`; return what ended it before its end."""
    octets = source.extend(octets, _FILE_HEADER)
    if len(octets) < _FILE_HEADER:
        return Trouble("is cut inside of its file header.", None, TroubleKind.CUT)
    byte_order = BYTE_ORDERS[octets[:4]]
    link_type = Struct(f"{byte_order}I").unpack_from(octets, _LINK_TYPE_AT)[0] & _LINK_TYPE_MASK
    lengths = Struct(f"{byte_order}8xII").unpack_from
    number, at = 0, _FILE_HEADER
    while True:
        number += 1
        start = at + _RECORD_HEADER
        if start > len(octets):
            octets, at, start = source.extend(octets[at:], _RECORD_HEADER), 0, _RECORD_HEADER
            if start > len(octets):
                return cut(source, octets, number) if octets else None
        captured, length = lengths(octets, at)
        if captured > MAX_PACKET:
            return oversize(number, captured, source.offset - len(octets) + at)
        end = start + captured
        if end > len(octets):
            octets, start, end = source.extend(octets[at:], end - at), _RECORD_HEADER, end - at
            if end > len(octets):
                return cut(source, octets, number)
        yield number, link_type, octets[start:end], captured < length
        at = end


def cut(source: Source, rest: bytes, number: int) -> Trouble:
    """Return the trouble of a file that ends with `rest`, a part of packet `number`."""
    begin = source.offset - len(rest)
    text = f"is cut inside of packet {number}, which begins at octet {begin} of {source.offset}."
    return Trouble(text, number, TroubleKind.CUT)


def oversize(number: int, octets: int, offset: int) -> Trouble:
    """Return the trouble of a packet too large to be one."""
    text = f"is damaged at octet {offset}: packet {number} claims {octets} octets, over {MAX_PACKET}."
    return Trouble(text, number, TroubleKind.DAMAGED)
