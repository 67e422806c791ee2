"""What the octets of one field mean, in words.

Why a table by path: a field's meaning hangs on its place alone, and often on a field before it (the V flag for an
address, the type for a value). The longest end of the path that the table has decides.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address

from bmpconform.show.names import (
    ADD_PATH_DIRECTION,
    AFI,
    NOTIFICATION,
    ORIGIN,
    SAFI,
    listed,
    member,
    name_of,
    registered,
    upper_of,
)
from bmpconform.show.printable import quoted
from bmpconform.wire.bgp import MARKER
from bmpconform.wire.codes import (
    AttributeFlag,
    AttributeType,
    BgpType,
    CapabilityCode,
    LocRibFlag,
    MessageType,
    ParameterType,
    PeerDownTlvType,
    PeerFlag,
    PeerType,
    Registry,
)
from bmpconform.wire.interpret import Span
from bmpconform.wire.layout import Fixed, RecordLength, Rest, Sized, Uint, Variant
from bmpconform.wire.messages import CODE_TLVS, TEXT_TLVS
from bmpconform.wire.value import Value

SHORTEST_TEXT = 4
IPV4_PREFIX = bytes(12)


class Context(Value, frozen=True):
    """What a field's meaning may hang on: the numbers of the fields before it, by path."""

    message_type: int | None
    numbers: Mapping[str, int]
    documents: frozenset[str]


class _Field(Value, frozen=True):
    """One field with its octets."""

    span: Span
    octets: bytes
    context: Context

    @property
    def number(self) -> int:
        return int.from_bytes(self.octets)

    def sibling(self, name: str) -> int | None:
        """Return the number in the field beside this one, or beside what holds it."""
        path = self.span.path
        while path:
            path = path.rpartition(".")[0]
            number = self.context.numbers.get(f"{path}.{name}" if path else name)
            if number is not None:
                return number
        return None


Reader = Callable[[_Field], str | None]


def meaning(span: Span, octets: bytes, context: Context) -> str | None:
    """Return what the field at `span` with these `octets` means; None where nothing is to say."""
    field = _Field(span, octets, context)
    reader = _reader(_INDEX.sub("[]", span.path))
    return reader(field) if reader is not None else _by_layout(field)


_INDEX = re.compile(r"\[\d+\]")


def _reader(path: str) -> Reader | None:
    while path not in _READERS:
        _, dot, path = path.partition(".")
        if not dot:
            return None
    return _READERS[path]


def _by_layout(field: _Field) -> str | None:
    """Return what the layout alone tells: a registry's name, a length, a number."""
    match field.span.field:
        case Uint(registry=Registry() as registry) | Fixed(registry=Registry() as registry):
            return f"{field.number} {registered(registry, field.number, field.context.documents)}"
        case RecordLength() | Sized():
            return _octets(field.number)
        case Uint() | Fixed():
            return str(field.number)
        case Rest() | Variant():
            return _raw(field)
        case _:
            return None


def _octets(number: int) -> str:
    return f"{number} octet" if number == 1 else f"{number} octets"


def _raw(field: _Field) -> str | None:
    """Return octets that read as a text, which is only a hint."""
    octets = field.octets
    if len(octets) >= SHORTEST_TEXT and octets.isascii() and octets.decode().isprintable():
        return f"reads {quoted(octets)}"
    return None


def _as_number(field: _Field) -> str:
    return f"AS {field.number}"


def _dotted(field: _Field) -> str:
    return str(IPv4Address(field.octets))


def _ipv6(octets: bytes) -> str:
    """Return an IPv6 address as RFC 5952 writes it, a mapped one with its IPv4 address (section 5)."""
    address = IPv6Address(octets)
    mapped = address.ipv4_mapped
    return f"::ffff:{mapped}" if mapped is not None else str(address)


def _address(field: _Field) -> str | None:
    octets, peer_type = field.octets, field.context.numbers.get("peer.type")
    if peer_type is None or peer_type > PeerType.LOC_RIB_INSTANCE:
        return None
    if not any(octets):
        return "zero"
    if peer_type == PeerType.LOC_RIB_INSTANCE:
        return "not zero, as that of a Loc-RIB is"
    if field.context.numbers["peer.flags"] & PeerFlag.V:
        return _ipv6(octets)
    if octets.startswith(IPV4_PREFIX):
        return str(IPv4Address(octets[12:]))
    return "not IPv4, as the V flag says: that begins with 12 zero octets"


def _distinguisher(field: _Field) -> str | None:
    """Return a Route Distinguisher as RFC 4364 section 4.2 lays it out."""
    octets = field.octets
    if not any(octets):
        return "zero"
    if field.context.numbers.get("peer.type") == PeerType.LOCAL_INSTANCE:
        return "locally defined"
    administrator, assigned = octets[2:6], int.from_bytes(octets[6:])
    match int.from_bytes(octets[:2]):
        case 0:
            return f"RD {int.from_bytes(octets[2:4])}:{int.from_bytes(octets[4:])}"
        case 1:
            return f"RD {IPv4Address(administrator)}:{assigned}"
        case 2:
            return f"RD {int.from_bytes(administrator)}:{assigned}"
        case _:
            return "no known type of Route Distinguisher"


def _peer_flags(field: _Field) -> str:
    peer_type = field.sibling("type")
    if peer_type == PeerType.LOC_RIB_INSTANCE:
        filtered = "filtered" if field.number & LocRibFlag.F else "not filtered"
        return _flags(field.number, LocRibFlag, filtered)
    if peer_type is None or peer_type > PeerType.LOC_RIB_INSTANCE:
        return f"0x{field.number:02x}"
    return _flags(field.number, PeerFlag, _view(PeerFlag(field.number & 0xF0)))


def _view(flags: PeerFlag) -> str:
    family = "IPv6" if PeerFlag.V in flags else "IPv4"
    rib = "Adj-RIB-Out" if PeerFlag.O in flags else "Adj-RIB-In"
    policy = "post-policy" if PeerFlag.L in flags else "pre-policy"
    width = "2-octet AS_PATH" if PeerFlag.A in flags else "4-octet AS_PATH"
    return f"{family}, {rib}, {policy}, {width}"


def _flags(number: int, flags: type[PeerFlag | LocRibFlag | AttributeFlag], words: str) -> str:
    """Return the names of the flags that are set, what they say, and the bits that have no name."""
    names = " ".join(name_of(flag) if len(flag.name or "") > 1 else flag.name or "" for flag in flags if number & flag)
    unnamed = number & ~sum(flags)
    parts = [names or "none set", words, f"0x{unnamed:02x} has no name" if unnamed else ""]
    return "; ".join(part for part in parts if part)


def _attribute_flags(field: _Field) -> str:
    return _flags(field.number, AttributeFlag, "")


def _timestamp(field: _Field) -> str:
    if not field.number:
        return "0, no time given"
    return datetime.fromtimestamp(field.number, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _marker(field: _Field) -> str:
    return "all ones" if field.octets == MARKER else "not all ones"


def _seconds(field: _Field) -> str:
    return f"{field.number} s"


def _microseconds(field: _Field) -> str:
    return f"{field.number} microseconds"


def _named(codes: "type[BgpType | AttributeType | CapabilityCode | ParameterType | PeerDownTlvType]") -> Reader:
    upper = codes in {BgpType, AttributeType}

    def read(field: _Field) -> str:
        known = member(codes, field.number)
        if known is None:
            return f"{field.number} not known by name"
        return f"{field.number} {upper_of(known) if upper else name_of(known)}"

    return read


def _from(names: Mapping[int, str]) -> Reader:
    return lambda field: f"{field.number} {listed(names, field.number)}"


def _tlv_type(field: _Field) -> str | None:
    in_peer_down = field.context.message_type == MessageType.PEER_DOWN
    return _named(PeerDownTlvType)(field) if in_peer_down else _by_layout(field)


def _tlv_value(field: _Field) -> str | None:
    message_type, tlv_type = field.context.message_type, field.sibling("type")
    if message_type is not None and tlv_type in TEXT_TLVS.get(message_type, ()):
        return quoted(field.octets)
    registry = None if message_type is None or tlv_type is None else CODE_TLVS.get((message_type, tlv_type))
    if registry is not None and len(field.octets) == registry.octets:
        return f"{field.number} {registered(registry, field.number, field.context.documents)}"
    return _raw(field)


_ATTRIBUTE_VALUES: Mapping[int, tuple[int, Reader]] = {
    AttributeType.ORIGIN: (1, _from(ORIGIN)),
    AttributeType.NEXT_HOP: (4, _dotted),
    AttributeType.MULTI_EXIT_DISC: (4, lambda field: str(field.number)),
    AttributeType.LOCAL_PREF: (4, lambda field: str(field.number)),
    AttributeType.ORIGINATOR_ID: (4, _dotted),
}


def _attribute_value(field: _Field) -> str | None:
    length, read = _ATTRIBUTE_VALUES.get(field.sibling("type") or 0, (-1, _raw))
    return read(field) if len(field.octets) == length else None


def _nothing(_field: _Field) -> None:
    return None


_READERS: Mapping[str, Reader] = {
    "peer.flags": _peer_flags,
    "peer.distinguisher": _distinguisher,
    "peer.address": _address,
    "peer.seconds": _timestamp,
    "peer.microseconds": _microseconds,
    "local_address": _address,
    "asn": _as_number,
    "my_as": _as_number,
    "bgp_id": _dotted,
    "hold_time": _seconds,
    "marker": _marker,
    "afi": _from(AFI),
    "safi": _from(SAFI),
    "direction": _from(ADD_PATH_DIRECTION),
    "fsm_event": lambda field: f"BGP FSM event {field.number}" if field.number else "0, no event to name",
    "pdu.type": _named(BgpType),
    "sent_open.type": _named(BgpType),
    "received_open.type": _named(BgpType),
    "parameters[].type": _named(ParameterType),
    "capabilities[].code": _named(CapabilityCode),
    "attributes[].flags": _attribute_flags,
    "attributes[].type": _named(AttributeType),
    "attributes[].value": _attribute_value,
    "notification.code": _from(NOTIFICATION),
    "update.nlri": _nothing,
    "update.withdrawn": _nothing,
    "tlvs[].type": _tlv_type,
    "tlvs[].value": _tlv_value,
}
