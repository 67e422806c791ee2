"""An encode request as an object of os-ken.

Why PDUs are parsed by the library: it takes its own BGP objects only, and its parser is their one door from octets.
"""

import struct
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from os_ken.lib.packet import bmp
from os_ken.lib.packet.bgp import BGPMessage

Fields = dict[str, Any]

# RFC 7854 section 4.2 and RFC 8671 section 4: the flags that the library has words for; V it takes from the address.
V, L, O = 0x80, 0x40, 0x10  # noqa: E741 - the names that the documents give to the flags
IPV4_OFFSET = 12
STATISTIC_OCTETS = {
    bmp.BMP_STAT_TYPE_REJECTED: 4,
    bmp.BMP_STAT_TYPE_DUPLICATE_PREFIX: 4,
    bmp.BMP_STAT_TYPE_DUPLICATE_WITHDRAW: 4,
    bmp.BMP_STAT_TYPE_INV_UPDATE_DUE_TO_CLUSTER_LIST_LOOP: 4,
    bmp.BMP_STAT_TYPE_INV_UPDATE_DUE_TO_AS_PATH_LOOP: 4,
    bmp.BMP_STAT_TYPE_INV_UPDATE_DUE_TO_ORIGINATOR_ID: 4,
    bmp.BMP_STAT_TYPE_INV_UPDATE_DUE_TO_AS_CONFED_LOOP: 4,
    bmp.BMP_STAT_TYPE_ADJ_RIB_IN: 8,
    bmp.BMP_STAT_TYPE_LOC_RIB: 8,
    bmp.BMP_STAT_TYPE_ADJ_RIB_OUT: 8,
    bmp.BMP_STAT_TYPE_EXPORT_RIB: 8,
}


class Untellable(Exception):  # noqa: N818 - no error of anyone: a wish that the library has no words for
    """What is asked for cannot be said to the library."""


def library_message(message: Fields) -> bmp.BMPMessage:
    """Return the library's object for a message in the neutral form. Raises Untellable where there is none."""
    build = _BUILDERS.get(message["type"])
    if build is None:
        raise Untellable(f"no message type {message['type']}")
    return build(message)


def _peer(message: Fields) -> Fields:
    """Return the arguments for the peer, asked for before the PDUs: what has no words is no refusal of them."""
    peer = message["peer"]
    flags = peer["flags"]
    if flags & ~(V | L | O):
        raise Untellable("only the flags V, L and O can be set")
    return {
        "peer_type": peer["type"],
        "is_post_policy": bool(flags & L),
        "is_adj_rib_out": bool(flags & O),
        "peer_distinguisher": int(peer["distinguisher"], 16),
        "peer_address": _address(peer["address"], is_ipv6=bool(flags & V)),
        "peer_as": peer["asn"],
        "peer_bgp_id": str(IPv4Address(bytes.fromhex(peer["bgp_id"]))),
        "timestamp": peer["seconds"] + peer["microseconds"] / 1_000_000,
    }


def _address(octets: str, *, is_ipv6: bool) -> str:
    if is_ipv6:
        return str(IPv6Address(bytes.fromhex(octets)))
    if any(bytes.fromhex(octets)[:IPV4_OFFSET]):
        raise Untellable("an IPv4 address has nothing before its four octets")
    return str(IPv4Address(bytes.fromhex(octets)[IPV4_OFFSET:]))


def _pdu(pdu: Fields) -> BGPMessage:
    message, _, _ = BGPMessage.parser(bytes.fromhex(pdu["hex"]))
    return message


def _route_monitoring(message: Fields) -> bmp.BMPMessage:
    return bmp.BMPRouteMonitoring(**_peer(message), bgp_update=_pdu(message["pdu"]))


def _statistics_report(message: Fields) -> bmp.BMPMessage:
    statistics = [{"type": item["type"], "value": _statistic_value(item)} for item in message["statistics"]]
    return bmp.BMPStatisticsReport(stats=statistics, **_peer(message))


def _statistic_value(statistic: Fields) -> int | bytes:
    data = bytes.fromhex(statistic["data"])
    octets = STATISTIC_OCTETS.get(statistic["type"])
    if octets is None:
        return data
    if len(data) != octets:
        raise Untellable(f"statistic {statistic['type']} is a number of {octets} octets")
    return int.from_bytes(data)


def _peer_down(message: Fields) -> bmp.BMPMessage:
    if message.get("tlvs"):
        raise Untellable("a Peer Down has no TLVs")
    return bmp.BMPPeerDownNotification(**_peer(message), reason=message["reason"], data=_peer_down_data(message))


def _peer_down_data(message: Fields) -> BGPMessage | int | None:
    return _pdu(message["pdu"]) if "pdu" in message else message.get("fsm_event")


def _peer_up(message: Fields) -> bmp.BMPMessage:
    if message["tlvs"]:
        raise Untellable("a Peer Up has no TLVs")
    return bmp.BMPPeerUpNotification(
        **_peer(message),
        local_address=_address(message["local_address"], is_ipv6=bool(message["peer"]["flags"] & V)),
        local_port=message["local_port"],
        remote_port=message["remote_port"],
        sent_open_message=_pdu(message["sent_open"]),
        received_open_message=_pdu(message["received_open"]),
    )


def _initiation(message: Fields) -> bmp.BMPMessage:
    return bmp.BMPInitiation([_initiation_tlv(tlv["type"], bytes.fromhex(tlv["value"])) for tlv in message["tlvs"]])


def _initiation_tlv(code: int, value: bytes) -> Fields:
    return {"type": code, "value": _text(value) if code == bmp.BMP_INIT_TYPE_STRING else value}


def _termination(message: Fields) -> bmp.BMPMessage:
    return bmp.BMPTermination([_termination_tlv(tlv["type"], bytes.fromhex(tlv["value"])) for tlv in message["tlvs"]])


def _termination_tlv(code: int, value: bytes) -> Fields:
    if code == bmp.BMP_TERM_TYPE_STRING:
        return {"type": code, "value": _text(value)}
    if code == bmp.BMP_TERM_TYPE_REASON:
        if len(value) != struct.calcsize("!H"):
            raise Untellable("a reason is a number of 2 octets")
        return {"type": code, "value": int.from_bytes(value)}
    return {"type": code, "value": value}


def _text(value: bytes) -> str:
    """Return the text that the library takes; octets that are no UTF-8 are left for it to refuse."""
    return value.decode(errors="surrogateescape")


_BUILDERS: dict[int, Callable[[Fields], bmp.BMPMessage]] = {
    bmp.BMP_MSG_ROUTE_MONITORING: _route_monitoring,
    bmp.BMP_MSG_STATISTICS_REPORT: _statistics_report,
    bmp.BMP_MSG_PEER_DOWN_NOTIFICATION: _peer_down,
    bmp.BMP_MSG_PEER_UP_NOTIFICATION: _peer_up,
    bmp.BMP_MSG_INITIATION: _initiation,
    bmp.BMP_MSG_TERMINATION: _termination,
}
