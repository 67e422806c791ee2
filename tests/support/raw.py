"""Octets of BMP messages put together by hand: plain concatenation that knows nothing of the product's codec.

Why: a test of the codec or of a rule that used the codec for its octets would prove only that the code agrees with
itself. Every length, count and marker is right by default and can be told to lie; nothing is checked.

The cast: a router (10.0.0.1, AS 65000) whose peer (10.0.0.2, AS 65001) is monitored, and the router's own Loc-RIB.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from types import MappingProxyType
from typing import NamedTuple, TypedDict, Unpack

ROUTE_MONITORING, STATISTICS, PEER_DOWN, PEER_UP, INITIATION, TERMINATION, MIRRORING = range(7)
OPEN, UPDATE, NOTIFICATION, KEEPALIVE, ROUTE_REFRESH = range(1, 6)
V, L, A, O = 0x80, 0x40, 0x20, 0x10  # noqa: E741 - the names that the documents give to the flags
F = 0x80
MARKER = b"\xff" * 16

ROUTER_AS, PEER_AS = 65000, 65001
ROUTER_ID, PEER_ID = bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2))
TIME = 1_700_000_000


def u8(number: int) -> bytes:
    """One octet."""
    return number.to_bytes(1)


def u16(number: int) -> bytes:
    """Two octets, most significant first."""
    return number.to_bytes(2)


def u32(number: int) -> bytes:
    """Four octets, most significant first."""
    return number.to_bytes(4)


def u64(number: int) -> bytes:
    """Eight octets, most significant first."""
    return number.to_bytes(8)


def address(text: str) -> bytes:
    """Sixteen octets; an IPv4 address is in the last four."""
    return ip_address(text).packed.rjust(16, b"\0")


ROUTER_ADDRESS, PEER_ADDRESS = address("10.0.0.1"), address("10.0.0.2")


def header(message_type: int, body: bytes = b"", *, version: int = 3, length: int | None = None) -> bytes:
    """Return the six octets of the common header before `body`."""
    return u8(version) + u32(6 + len(body) if length is None else length) + u8(message_type)


def message(message_type: int, *parts: bytes, version: int = 3, length: int | None = None) -> bytes:
    """Return a whole message: common header and body."""
    body = b"".join(parts)
    return header(message_type, body, version=version, length=length) + body


class PeerFields(TypedDict, total=False):
    """The fields of a per-peer header, by the names that `peer` gives them."""

    peer_type: int
    flags: int
    rd: bytes
    address: bytes
    asn: int
    bgp_id: bytes
    sec: int
    usec: int


def peer(  # noqa: PLR0913 - the eight fields, each by name
    peer_type: int = 0,
    flags: int = 0,
    *,
    rd: bytes = bytes(8),
    address: bytes = PEER_ADDRESS,
    asn: int = PEER_AS,
    bgp_id: bytes = PEER_ID,
    sec: int = TIME,
    usec: int = 0,
) -> bytes:
    """Return the 42 octets of a per-peer header."""
    return u8(peer_type) + u8(flags) + rd + address + u32(asn) + bgp_id + u32(sec) + u32(usec)


def loc_rib(**fields: Unpack[PeerFields]) -> bytes:
    """Return the per-peer header of a Loc-RIB, RFC 9069 section 4, with these fields else."""
    return peer(**(LOC_RIB_FIELDS | fields))


LOC_RIB_FIELDS = PeerFields(peer_type=3, address=bytes(16), asn=ROUTER_AS, bgp_id=ROUTER_ID)


def tlv(tlv_type: int, value: bytes = b"", length: int | None = None) -> bytes:
    """Return a TLV (or a statistic): type 2 octets, length 2, value."""
    return u16(tlv_type) + u16(len(value) if length is None else length) + value


def bgp(bgp_type: int, body: bytes = b"", *, marker: bytes = MARKER, length: int | None = None) -> bytes:
    """Return a BGP message: marker 16 octets, length 2, type 1, body."""
    return marker + u16(19 + len(body) if length is None else length) + u8(bgp_type) + body


def capability(code: int, value: bytes = b"", length: int | None = None) -> bytes:
    """Return one capability: code 1 octet, length 1, value."""
    return u8(code) + u8(len(value) if length is None else length) + value


def as4(asn: int) -> bytes:
    """Return the capability of 4-octet AS numbers, 6 octets."""
    return capability(65, u32(asn))


def multiprotocol(afi: int, safi: int) -> bytes:
    """Return the multiprotocol capability of one family, 6 octets."""
    return capability(1, u16(afi) + b"\0" + u8(safi))


def add_path(afi: int, safi: int, direction: int = 3) -> bytes:
    """Return the ADD-PATH capability of one family, 6 octets."""
    return capability(69, u16(afi) + u8(safi) + u8(direction))


def parameter(parameter_type: int, value: bytes, length: int | None = None, octets: int = 1) -> bytes:
    """Return one optional parameter of an OPEN; RFC 9072 has lengths of two `octets`."""
    return u8(parameter_type) + (len(value) if length is None else length).to_bytes(octets) + value


def capabilities(*items: bytes) -> bytes:
    """Return the optional parameter that holds capabilities; nothing where there are none."""
    return parameter(2, b"".join(items)) if items else b""


def extended(parameters: bytes, *, short_length: int = 255, length: int | None = None) -> bytes:
    """Return all behind the BGP ID of an OPEN in the form of RFC 9072: 255, 255, length 2 octets, parameters."""
    return u8(short_length) + b"\xff" + u16(len(parameters) if length is None else length) + parameters


class OpenFields(TypedDict, total=False):
    """What of an OPEN can be made wrong, by the names that `open_pdu` gives it."""

    behind_id: bytes | None
    parameters_length: int | None
    marker: bytes
    length: int | None
    bgp_type: int


def open_pdu(  # noqa: PLR0913 - the fields of an OPEN, each by name
    asn: int = ROUTER_AS,
    bgp_id: bytes = ROUTER_ID,
    parameters: bytes = b"",
    *,
    behind_id: bytes | None = None,
    parameters_length: int | None = None,
    marker: bytes = MARKER,
    length: int | None = None,
    bgp_type: int = OPEN,
) -> bytes:
    """Return an OPEN; `behind_id` takes the place of the parameters and their length."""
    if behind_id is None:
        behind_id = u8(len(parameters) if parameters_length is None else parameters_length) + parameters
    body = b"\x04" + u16(asn) + u16(180) + bgp_id + behind_id
    return bgp(bgp_type, body, marker=marker, length=length)


def attribute(flags: int, attribute_type: int, value: bytes, length: int | None = None) -> bytes:
    """Return one path attribute; flag 0x10 makes its length two octets."""
    octets = 2 if flags & 0x10 else 1
    return u8(flags) + u8(attribute_type) + (len(value) if length is None else length).to_bytes(octets) + value


def update_pdu(  # noqa: PLR0913 - the fields of an UPDATE, each by name
    withdrawn: bytes = b"",
    attributes: bytes = b"",
    nlri: bytes = b"",
    *,
    withdrawn_length: int | None = None,
    attributes_length: int | None = None,
    marker: bytes = MARKER,
) -> bytes:
    """Return an UPDATE; empty it is the End-of-RIB of IPv4 unicast."""
    withdrawn_octets = u16(len(withdrawn) if withdrawn_length is None else withdrawn_length)
    attribute_octets = u16(len(attributes) if attributes_length is None else attributes_length)
    return bgp(UPDATE, withdrawn_octets + withdrawn + attribute_octets + attributes + nlri, marker=marker)


def notification_pdu(code: int = 6, subcode: int = 2, data: bytes = b"") -> bytes:
    """Return a NOTIFICATION, 21 octets without data."""
    return bgp(NOTIFICATION, u8(code) + u8(subcode) + data)


def as_segment(segment_type: int, *asns: int, octets: int = 4) -> bytes:
    """Return one segment of an AS path: type 1 octet, count 1, AS numbers of so many `octets`."""
    return u8(segment_type) + u8(len(asns)) + b"".join(asn.to_bytes(octets) for asn in asns)


def prefix(bits: int, octets: bytes = b"", path_id: int | None = None) -> bytes:
    """Return one prefix of NLRI or withdrawn routes, behind its path identifier where it has one."""
    return (b"" if path_id is None else u32(path_id)) + u8(bits) + octets


def label(number: int, *, bottom: bool = True) -> bytes:
    """Return one label of RFC 8277: number 20 bits, 3 unused, bottom of stack 1."""
    return (number << 4 | bottom).to_bytes(3)


def mp_reach(afi: int, safi: int, routes: bytes, *, next_hop: bytes = PEER_ID) -> bytes:
    """Return MP_REACH_NLRI with a length of two octets: routes begin 9 octets into it, behind a next hop of 4."""
    return attribute(0x90, 14, u16(afi) + u8(safi) + u8(len(next_hop)) + next_hop + b"\0" + routes)


def mp_unreach(afi: int, safi: int, routes: bytes = b"") -> bytes:
    """Return MP_UNREACH_NLRI with a length of two octets: routes begin 7 octets into it."""
    return attribute(0x90, 15, u16(afi) + u8(safi) + routes)


ORIGIN_IGP = attribute(0x40, 1, b"\0")
AS_PATH = attribute(0x40, 2, bytes((2, 1)) + u32(PEER_AS))
NEXT_HOP = attribute(0x40, 3, PEER_ID)
MANDATORY_ATTRIBUTES = ORIGIN_IGP + AS_PATH + NEXT_HOP
PREFIX = bytes((24, 192, 0, 2))
ROUTE = update_pdu(b"", MANDATORY_ATTRIBUTES, PREFIX)
END_OF_RIB = update_pdu()

SYS_DESCR = tlv(1, b"router")
SYS_NAME = tlv(2, b"r1")
MANDATORY_TLVS = SYS_DESCR + SYS_NAME
SENT_OPEN = open_pdu()
RECEIVED_OPEN = open_pdu(PEER_AS, PEER_ID)
LOC_RIB_OPEN = open_pdu(ROUTER_AS, ROUTER_ID, capabilities(as4(ROUTER_AS)))


def sent_open(*items: bytes) -> bytes:
    """Return the OPEN of the router with these capabilities."""
    return open_pdu(ROUTER_AS, ROUTER_ID, capabilities(*items))


def received_open(*items: bytes) -> bytes:
    """Return the OPEN of its peer with these capabilities."""
    return open_pdu(PEER_AS, PEER_ID, capabilities(*items))


def loc_rib_open(*items: bytes) -> bytes:
    """Return the OPEN of a Loc-RIB with 4-octet AS numbers and these capabilities."""
    return sent_open(as4(ROUTER_AS), *items)


def initiation(*tlvs: bytes) -> bytes:
    """Return an Initiation of exactly these TLVs."""
    return message(INITIATION, *tlvs)


def termination(*tlvs: bytes) -> bytes:
    """Return a Termination of exactly these TLVs."""
    return message(TERMINATION, *tlvs)


class PeerUpFields(TypedDict, total=False):
    """The fields of a Peer Up, by the names that `peer_up` gives them; `of` is the per-peer header."""

    of: bytes
    local: bytes
    local_port: int
    remote_port: int
    sent: bytes
    received: bytes


def peer_up(*tlvs: bytes, **fields: Unpack[PeerUpFields]) -> bytes:
    """Return a Peer Up: local address at 48, ports at 64 and 66, OPENs at 68 and 97, TLVs at 126."""
    known = PEER_UP_FIELDS | fields
    ports = u16(known["local_port"]) + u16(known["remote_port"])
    return message(PEER_UP, known["of"], known["local"], ports, known["sent"], known["received"], *tlvs)


def loc_rib_up(*tlvs: bytes, **fields: Unpack[PeerUpFields]) -> bytes:
    """Return the Peer Up of a Loc-RIB, its received OPEN the sent one: OPENs of 37 octets at 68, TLVs at 142."""
    known = LOC_RIB_UP_FIELDS | fields
    return peer_up(*tlvs, **(PeerUpFields(received=known["sent"]) | known))


PEER_UP_FIELDS = PeerUpFields(
    of=peer(), local=ROUTER_ADDRESS, local_port=179, remote_port=50000, sent=SENT_OPEN, received=RECEIVED_OPEN
)
LOC_RIB_UP_FIELDS = PeerUpFields(of=loc_rib(), local=bytes(16), local_port=0, remote_port=0, sent=LOC_RIB_OPEN)


def peer_down(reason: int, *data: bytes, of: bytes | None = None) -> bytes:
    """Return a Peer Down: reason at 48, its data at 49."""
    return message(PEER_DOWN, peer() if of is None else of, u8(reason), *data)


def route_monitoring(*pdus: bytes, of: bytes | None = None) -> bytes:
    """Return a Route Monitoring message: the UPDATE at 48."""
    return message(ROUTE_MONITORING, peer() if of is None else of, *pdus)


def mirroring(*tlvs: bytes, of: bytes | None = None) -> bytes:
    """Return a Route Mirroring message: TLVs at 48."""
    return message(MIRRORING, peer() if of is None else of, *tlvs)


def statistics(*stats: bytes, of: bytes | None = None, count: int | None = None) -> bytes:
    """Return a Statistics Report: count at 48, statistics at 52."""
    number = u32(len(stats) if count is None else count)
    return message(STATISTICS, peer() if of is None else of, number, *stats)


def family_gauge(afi: int = 1, safi: int = 1, value: int = 7) -> bytes:
    """Return the 11 octets of a gauge for one family."""
    return u16(afi) + u8(safi) + u64(value)


EVERY_PROFILE = ("rfc7854", "draft-peer-up", "rfc9736", "bmp-2026")


class Fault(NamedTuple):
    """What is to be found: `clauses` newest first, of which a profile names those that it holds.

    `offset` counts in the message at fault. `times` is how often it is there on its peer. `framed` is False where the
    octets are no message.
    """

    code: str
    level: str
    clauses: tuple[str, ...]
    path: str
    offset: int
    length: int
    authority: str = "document"
    times: int = 1
    framed: bool = True


NOTHING: Mapping[str, tuple[Fault, ...]] = MappingProxyType({})
NO_CODES: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class Broken(NamedTuple):
    """A stream with one fault, in the message number `at`.

    `instead` are all the findings of a profile whose answer is another one; `beside` are the codes of what else
    is found in a profile because it is older than the code points used. `unmet` is why no rule does so yet under
    `profiles`.
    """

    name: str
    messages: tuple[bytes, ...]
    fault: Fault
    at: int = -1
    instead: Mapping[str, tuple[Fault, ...]] = NOTHING
    beside: Mapping[str, tuple[str, ...]] = NO_CODES
    profiles: tuple[str, ...] = EVERY_PROFILE
    unmet: str = ""


class Valid(NamedTuple):
    """A stream without a breach, at the border of the rules that have the codes `near`.

    `beside` are the codes of what is found in a profile all the same.
    """

    name: str
    messages: tuple[bytes, ...]
    near: tuple[str, ...]
    beside: Mapping[str, tuple[str, ...]] = NO_CODES
    profiles: tuple[str, ...] = EVERY_PROFILE
    unmet: str = ""


# What each older profile notes about a peer of type 3, and about the O flag.
TYPE_3 = MappingProxyType({"rfc7854": ("peer-type-unassigned",)})
O_FLAG = MappingProxyType({"rfc7854": ("peer-flags-reserved-7854",)})
