"""What os-ken shows of a BMP message, in the neutral form.

Why so many nulls: the library drops the A flag, the counter of a Statistics Report, octets left over and the octets of
PDUs. What a field means is told by the library's own constants and classes.
"""

import struct
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Any

from os_ken.lib.packet import bgp, bmp

Fields = dict[str, Any]

INITIATION_MEANINGS = {
    bmp.BMP_INIT_TYPE_STRING: ("string", "BMP_INIT_TYPE_STRING"),
    bmp.BMP_INIT_TYPE_SYSDESCR: ("sys_descr", "BMP_INIT_TYPE_SYSDESCR"),
    bmp.BMP_INIT_TYPE_SYSNAME: ("sys_name", "BMP_INIT_TYPE_SYSNAME"),
}
TERMINATION_MEANINGS = {
    bmp.BMP_TERM_TYPE_STRING: ("string", "BMP_TERM_TYPE_STRING"),
    bmp.BMP_TERM_TYPE_REASON: ("reason", "BMP_TERM_TYPE_REASON"),
}
ADDRESS_OCTETS = 16
LABELLED = (
    bgp.LabelledIPAddrPrefix,
    bgp.LabelledIP6AddrPrefix,
    bgp.LabelledVPNIPAddrPrefix,
    bgp.LabelledVPNIP6AddrPrefix,
)
LABEL_OCTETS = 3
LAST_SECOND = 0xFFFF_FFFF
# The attributes that the library takes apart; what it shows of the others is raw.
RAW_ATTRIBUTE = bgp.BGPPathAttributeUnknown


def neutral_message(message: bmp.BMPMessage) -> Fields:
    """Return a parsed message in the neutral form."""
    shown: Fields = {"version": message.version, "type": message.type, "length": message.len, "rest": None}
    if isinstance(message, bmp.BMPPeerMessage):
        shown["peer"] = _peer(message)
    return shown | _BODIES[type(message)](message)


def address_octets(text: str) -> bytes:
    """Return the 16 octets of an address; IPv4 in the last four."""
    return ip_address(text).packed.rjust(ADDRESS_OCTETS, b"\0")


def _peer(message: bmp.BMPPeerMessage) -> Fields:
    return {
        "type": message.peer_type,
        "flags": None,
        "distinguisher": message.peer_distinguisher.to_bytes(8).hex(),
        "address": address_octets(message.peer_address).hex(),
        "asn": message.peer_as,
        "bgp_id": ip_address(message.peer_bgp_id).packed.hex(),
        **_time(message.timestamp),
    }


def _time(timestamp: float) -> Fields:
    """Return the two parts of a time; the library adds them up, and the sum may have more seconds than fit."""
    seconds = int(timestamp)
    if seconds > LAST_SECOND:
        return {"seconds": None, "microseconds": None}
    return {"seconds": seconds, "microseconds": round((timestamp - seconds) * 1_000_000)}


def _route_monitoring(message: bmp.BMPRouteMonitoring) -> Fields:
    return {"pdu": _pdu(message.bgp_update)}


def _statistics_report(message: bmp.BMPStatisticsReport) -> Fields:
    return {"count": None, "statistics": [_statistic(**statistic) for statistic in message.stats]}


def _statistic(type: int, len: int, value: int | bytes) -> Fields:  # noqa: A002, ARG001 - the keys that the library has
    shown: Fields = {"type": type, "afi": None, "safi": None}
    if isinstance(value, int):
        return shown | {"data": None, "value": str(value)}
    return shown | {"data": value.hex(), "value": None}


def _peer_down(message: bmp.BMPPeerDownNotification) -> Fields:
    shown: Fields = {"reason": message.reason}
    match message.data:
        case bgp.BGPMessage():
            return shown | {"pdu": _pdu(message.data)}
        case (event,):
            return shown | {"fsm_event": event}
        case bytes() as data:
            return shown | {"rest": data.hex()}
        case _:
            return shown


def _peer_up(message: bmp.BMPPeerUpNotification) -> Fields:
    return {
        "local_address": address_octets(message.local_address).hex(),
        "local_port": message.local_port,
        "remote_port": message.remote_port,
        "sent_open": _pdu(message.sent_open_message),
        "received_open": _pdu(message.received_open_message),
    }


def _initiation(message: bmp.BMPInitiation) -> Fields:
    return {"tlvs": [_tlv(tlv["type"], tlv["value"], INITIATION_MEANINGS) for tlv in message.info]}


def _termination(message: bmp.BMPTermination) -> Fields:
    return {"tlvs": [_tlv(tlv["type"], tlv["value"], TERMINATION_MEANINGS) for tlv in message.info]}


def _tlv(code: int, value: bytes | str | int, meanings: dict[int, tuple[str, str]]) -> Fields:
    meaning, name = meanings.get(code, (None, None))
    return {"type": code, "value": _value_octets(value).hex(), "meaning": meaning, "name": name}


def _value_octets(value: bytes | str | int) -> bytes:
    match value:
        case str():
            return value.encode()
        case int():
            return value.to_bytes(2)
        case bytes():
            return value


_BODIES: dict[type[bmp.BMPMessage], Callable[[Any], Fields]] = {
    bmp.BMPRouteMonitoring: _route_monitoring,
    bmp.BMPStatisticsReport: _statistics_report,
    bmp.BMPPeerDownNotification: _peer_down,
    bmp.BMPPeerUpNotification: _peer_up,
    bmp.BMPInitiation: _initiation,
    bmp.BMPTermination: _termination,
}


def _pdu(message: bgp.BGPMessage) -> Fields:
    shown: Fields = {"type": message.type, "hex": None}
    match message:
        case bgp.BGPOpen():
            return shown | {"open": _open(message)}
        case bgp.BGPUpdate():
            return shown | {"update": _update(message)}
        case bgp.BGPNotification():
            parts = {"code": message.error_code, "subcode": message.error_subcode, "data": message.data.hex()}
            return shown | {"notification": parts}
        case bgp.BGPRouteRefresh():
            parts = {"afi": message.afi, "subtype": message.demarcation, "safi": message.safi, "data": None}
            return shown | {"route_refresh": parts}
        case _:
            return shown


def _open(message: bgp.BGPOpen) -> Fields:
    return {
        "version": message.version,
        "my_as": message.my_as,
        "hold_time": message.hold_time,
        "bgp_id": ip_address(message.bgp_identifier).packed.hex(),
        "extended": None,
        "parameters": [_parameter(parameter) for parameter in message.opt_param],
    }


def _parameter(parameter: Any) -> Fields:  # noqa: ANN401 - the library has no public base class
    if isinstance(parameter, bgp.BGPOptParamUnknown):
        return {"type": parameter.type, "value": bytes(parameter.value).hex()}
    capability = {"code": parameter.cap_code, "value": _capability_value(parameter)}
    return {"type": parameter.type, "capabilities": [capability]}


def _capability_value(capability: Any) -> str | None:  # noqa: ANN401 - the library has no public base class
    if isinstance(capability, bgp.BGPOptParamCapabilityMultiprotocol):
        # Its serialiser clears what was read in the reserved octet.
        return struct.pack("!HBB", capability.afi, capability.reserved, capability.safi).hex()
    value = bytes(capability.serialize_cap_value()).hex()
    return value if value or not capability.cap_length else None


def _update(message: bgp.BGPUpdate) -> Fields:
    reach = [_route(prefix, 1, 1) for prefix in message.nlri]
    unreach = [_route(prefix, 1, 1) for prefix in message.withdrawn_routes]
    as_path: list[Fields] | None = []
    for attribute in message.path_attributes:
        match attribute:
            case bgp.BGPPathAttributeMpReachNLRI() if _is_shown(attribute):
                reach += [_route(prefix, attribute.afi, attribute.safi) for prefix in attribute.nlri]
            case bgp.BGPPathAttributeMpUnreachNLRI() if _is_shown(attribute):
                unreach += [_route(prefix, attribute.afi, attribute.safi) for prefix in attribute.withdrawn_routes]
            case bgp.BGPPathAttributeAsPath():
                as_path = _as_path(attribute.value)
            case _:
                pass
    return {
        "as_width": None,
        "withdrawn": [_prefix(prefix) for prefix in message.withdrawn_routes],
        "attributes": [_attribute(attribute) for attribute in message.path_attributes],
        "nlri": [_prefix(prefix) for prefix in message.nlri],
        "reach": reach,
        "unreach": unreach,
        "as_path": as_path,
    }


def _is_shown(attribute: Any) -> bool:  # noqa: ANN401 - the two multiprotocol attributes have no base class of their own
    """Whether the neutral form shows the routes of this family."""
    return attribute.afi in {1, 2} and attribute.safi in {1, 4, 128}


def _prefix(prefix: Any) -> Fields:  # noqa: ANN401 - the library's base class of prefixes is private
    octets = _octets_of(prefix)
    needed = (prefix.length + 7) // 8
    # The library takes more bits than an address has, and drops their octets.
    shown = octets[:needed].hex() if len(octets) >= needed else None
    return {"bits": prefix.length, "prefix": shown}


def _octets_of(prefix: Any) -> bytes:  # noqa: ANN401 - the library's base class of prefixes is private
    """Return the octets of a prefix, its labels by their numbers: who writes them drops the bottom of stack of 0."""
    # The public way fails for lengths that parsing takes.
    if not isinstance(prefix, LABELLED):
        return bytes(prefix._to_bin(prefix.addr))  # noqa: SLF001
    labels, *rest = prefix.addr
    stack = [(label << 4 | (place == len(labels))).to_bytes(LABEL_OCTETS) for place, label in enumerate(labels, 1)]
    return b"".join(stack) + bytes(prefix._prefix_to_bin(rest))  # noqa: SLF001


def _route(prefix: Any, afi: int, safi: int) -> Fields:  # noqa: ANN401 - the library's base class of prefixes is private
    return {"afi": afi, "safi": safi, **_prefix(prefix)}


def _attribute(attribute: Any) -> Fields:  # noqa: ANN401 - the library's base class of attributes is private
    value = attribute.value.hex() if isinstance(attribute, RAW_ATTRIBUTE) else None
    return {"flags": attribute.flags, "type": attribute.type, "value": value}


def _as_path(segments: Sequence[list[int] | set[int]]) -> list[Fields] | None:
    """Return the segments: lists are sequences. None with a set of several, whose order the library does not keep."""
    if any(isinstance(segment, set) and len(segment) > 1 for segment in segments):
        return None
    return [{"segment": 1 if isinstance(segment, set) else 2, "asns": list(segment)} for segment in segments]
