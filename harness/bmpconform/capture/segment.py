"""Reads the TCP segment in an IP packet.

Why two ways: nearly all packets have the plain headers, and those are read at one stroke. `walk_segment` takes any,
header by header; both give the same wherever the first one answers.
"""

from enum import Enum
from struct import Struct

from bmpconform.wire.value import Value

FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10
# At the end of a key.
PORTS = 4

# RFC 791, RFC 8200, RFC 9293.
_TCP = 6
_IPV4_PLAIN, _IPV4_HEADER = 0x45, 20
_IPV6_HEADER = 40
_IPV4_VERSION, _IPV6_VERSION = 4, 6
_TCP_HEADER = 20
# Total length, fragment, protocol, addresses and ports, sequence, acknowledgement, data offset, flags.
_PLAIN_IPV4 = Struct(">2xH2xHxB2x12sIIBB")
# Payload length, next header, the rest as above.
_PLAIN_IPV6 = Struct(">4xHBx36sIIBB")
# The same in parts, for what has options between them.
_IPV4 = Struct(">B1xH2xHxB2x8s")
_IPV6 = Struct(">4xHBx32s")
_TCP_FIELDS = Struct(">4sIIBB")
# More fragments and the offset: in the IPv4 header, in the fragment header of IPv6.
_IPV4_FRAGMENT = 0x3FFF
_IPV6_FRAGMENT = 0xFFF9
# Hop-by-hop options, routing, destination options; their length counts units of 8 octets, the first one left out.
_OPTIONS = frozenset({0, 43, 60})
_FRAGMENT_HEADER = 44
_EXTENSIONS = _OPTIONS | {_FRAGMENT_HEADER}
# Next header, length of options, offset and flags of a fragment.
_EXTENSION = Struct(">BBH4x")


class Segment(Value, frozen=True):
    """One TCP segment.

    `key` is source and destination address, source and destination port, as on the wire. `missing` counts the octets
    of its data that the capture did not keep; they follow `octets`.
    """

    key: bytes
    sequence: int
    acknowledged: int
    flags: int
    octets: bytes
    missing: int


class Skipped(Enum):
    """Why a packet has no segment for us."""

    NOT_TCP = "not-tcp"
    TOO_SHORT = "too-short"
    FRAGMENT = "fragment"


def read_segment(frame: bytes, at: int) -> Segment | Skipped:
    """Return the segment in the IP packet at offset `at` of a frame."""
    if at < 0 or at >= len(frame):
        return Skipped.NOT_TCP if at < 0 else Skipped.TOO_SHORT
    first = frame[at]
    if first == _IPV4_PLAIN and at + _PLAIN_IPV4.size <= len(frame):
        length, fragment, protocol, key, sequence, acknowledged, offset, flags = _PLAIN_IPV4.unpack_from(frame, at)
        tcp = at + _IPV4_HEADER
        end = at + length if length else len(frame)
    elif first >> 4 == _IPV6_VERSION and at + _PLAIN_IPV6.size <= len(frame):
        length, protocol, key, sequence, acknowledged, offset, flags = _PLAIN_IPV6.unpack_from(frame, at)
        fragment = 0
        tcp = at + _IPV6_HEADER
        end = tcp + length if length else len(frame)
    else:
        return walk_segment(frame, at)
    if protocol != _TCP or fragment & _IPV4_FRAGMENT:
        return walk_segment(frame, at)
    start = tcp + (offset >> 4) * 4
    if start < tcp + _TCP_HEADER or start > end:
        return Skipped.NOT_TCP
    octets = frame[start:end]
    return Segment(key, sequence, acknowledged, flags, octets, end - start - len(octets))


def walk_segment(frame: bytes, at: int) -> Segment | Skipped:
    """Return the segment in the IP packet at offset `at` of a frame, whatever its headers."""
    version = frame[at] >> 4
    if version == _IPV4_VERSION:
        place = _walk_ipv4(frame, at)
    elif version == _IPV6_VERSION:
        place = _walk_ipv6(frame, at)
    else:
        return Skipped.NOT_TCP
    return place if isinstance(place, Skipped) else _walk_tcp(frame, *place)


# Addresses, where the TCP header begins, where the packet ends. A length of 0 stands for a packet so large that the
# network card was to cut it: all of the frame.
_Place = tuple[bytes, int, int]


def _walk_ipv4(frame: bytes, at: int) -> _Place | Skipped:
    if at + _IPV4.size > len(frame):
        return Skipped.TOO_SHORT
    first, length, fragment, protocol, addresses = _IPV4.unpack_from(frame, at)
    header = (first & 0x0F) * 4
    if protocol != _TCP or header < _IPV4_HEADER:
        return Skipped.NOT_TCP
    if fragment & _IPV4_FRAGMENT:
        return Skipped.FRAGMENT
    return addresses, at + header, at + length if length else len(frame)


def _walk_ipv6(frame: bytes, at: int) -> _Place | Skipped:
    if at + _IPV6.size > len(frame):
        return Skipped.TOO_SHORT
    length, kind, addresses = _IPV6.unpack_from(frame, at)
    at += _IPV6_HEADER
    end = at + length if length else len(frame)
    while kind != _TCP:
        if kind not in _EXTENSIONS:
            return Skipped.NOT_TCP
        if at + _EXTENSION.size > len(frame):
            return Skipped.TOO_SHORT
        is_fragment = kind == _FRAGMENT_HEADER
        kind, units, fragment = _EXTENSION.unpack_from(frame, at)
        if is_fragment and fragment & _IPV6_FRAGMENT:
            return Skipped.FRAGMENT if kind == _TCP or kind in _OPTIONS else Skipped.NOT_TCP
        at += _EXTENSION.size if is_fragment else (units + 1) * 8
    return addresses, at, end


def _walk_tcp(frame: bytes, addresses: bytes, at: int, end: int) -> Segment | Skipped:
    if at + _TCP_FIELDS.size > len(frame):
        return Skipped.TOO_SHORT
    ports, sequence, acknowledged, offset, flags = _TCP_FIELDS.unpack_from(frame, at)
    start = at + (offset >> 4) * 4
    if start < at + _TCP_HEADER or start > end:
        return Skipped.NOT_TCP
    octets = frame[start:end]
    return Segment(addresses + ports, sequence, acknowledged, flags, octets, end - start - len(octets))
