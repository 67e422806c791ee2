"""What every fuzzer begins with: a small valid message of each kind, and three short sessions.

Why so few: the vectors were written to show faults, and with them a fuzzer would have little to do. Each seed is valid.
"""

from collections.abc import Sequence

from bmpconform.wire.bgp import Capability
from bmpconform.wire.codec import encode
from bmpconform.wire.codes import AttributeType, CapabilityCode, PeerDownReason, PeerType
from bmpconform.wire.make import (
    make_attribute,
    make_end_of_rib,
    make_initiation,
    make_loc_rib_peer,
    make_loc_rib_peer_up,
    make_notification,
    make_open,
    make_peer,
    make_peer_down,
    make_peer_up,
    make_route_mirroring,
    make_route_monitoring,
    make_statistic,
    make_statistics_report,
    make_termination,
    make_update,
)
from bmpconform.wire.messages import Message

ASN, LONG_ASN = 65001, 4_200_000_001
OUR_ID, BGP_ID, ADDRESS = bytes.fromhex("c0000202"), bytes.fromhex("c0000201"), bytes.fromhex("c6336401")
ADDRESS_6 = bytes.fromhex("20010db8000000000000000000000001")
IPV4, IPV6 = (1, 1), (2, 1)
PEER = make_peer(ADDRESS, ASN, BGP_ID, seconds=1_700_000_000, microseconds=5)
PEER_6 = make_peer(
    ADDRESS_6,
    LONG_ASN,
    BGP_ID,
    peer_type=PeerType.RD_INSTANCE,
    distinguisher=bytes.fromhex("0000fde900000001"),
    post_policy=True,
)
LOC_RIB = make_loc_rib_peer(LONG_ASN, BGP_ID)
OPEN = make_open(ASN, BGP_ID, [IPV4, IPV6], [], [Capability(CapabilityCode.ROUTE_REFRESH, b"")])
OUR_OPEN = make_open(LONG_ASN, OUR_ID, [IPV4, IPV6])
OPEN_LONG = make_open(LONG_ASN, BGP_ID, [IPV4])
OPEN_PATHS = make_open(ASN, BGP_ID, [IPV4], [IPV4])
_COMMON = (
    make_attribute(AttributeType.ORIGIN, b"\0"),
    make_attribute(AttributeType.AS_PATH, bytes.fromhex("02010000fde9")),
)
_NEXT_HOP = make_attribute(AttributeType.NEXT_HOP, ADDRESS)
UPDATE = make_update([*_COMMON, _NEXT_HOP], nlri=bytes.fromhex("180a0000"))
UPDATE_PATHS = make_update([*_COMMON, _NEXT_HOP], nlri=bytes.fromhex("00000001180a0000"))
_REACH = bytes.fromhex("00020110") + ADDRESS_6 + bytes.fromhex("002020010db8")
UPDATE_6 = make_update([*_COMMON, make_attribute(AttributeType.MP_REACH_NLRI, _REACH)])
CEASE = make_notification(6, 2, b"bye")
INITIATION = make_initiation("a router", "r1", ["a text"])
UP = make_peer_up(PEER, ADDRESS, OUR_OPEN, OPEN, remote_port=40000, strings=["one"], admin_labels=["a"])
DOWN = make_peer_down(PEER, PeerDownReason.LOCAL_NOTIFICATION, notification=CEASE)
ROUTES = make_route_monitoring(PEER, UPDATE)
TERMINATION = make_termination(1, ["so long"])
REPORT = make_statistics_report(PEER, [make_statistic(0, 1), make_statistic(7, 2), make_statistic(9, 3, IPV4)])

MESSAGES: Sequence[Message] = (
    INITIATION,
    UP,
    make_peer_up(PEER_6, ADDRESS_6, OPEN_LONG, OPEN_LONG, vrf_name="red"),
    make_loc_rib_peer_up(LOC_RIB, OPEN_LONG),
    ROUTES,
    make_route_monitoring(PEER_6, UPDATE_6),
    make_end_of_rib(PEER),
    make_end_of_rib(LOC_RIB, IPV6),
    REPORT,
    DOWN,
    make_peer_down(PEER, PeerDownReason.LOCAL_FSM_EVENT, fsm_event=24),
    make_peer_down(PEER_6, PeerDownReason.REMOTE_NO_DATA),
    make_peer_down(LOC_RIB, PeerDownReason.LOCAL_TLVS, vrf_name="global"),
    make_route_mirroring(PEER, UPDATE),
    make_route_mirroring(PEER, b"\xff\xff", [0]),
    TERMINATION,
)
SESSIONS: Sequence[Sequence[Message]] = (
    (INITIATION, UP, ROUTES, DOWN, TERMINATION),
    (INITIATION, make_peer_up(PEER, ADDRESS, OPEN_PATHS, OPEN_PATHS), make_route_monitoring(PEER, UPDATE_PATHS)),
    (INITIATION, UP, REPORT, make_peer_up(PEER_6, ADDRESS_6, OPEN_LONG, OPEN_LONG, vrf_name="red")),
)


def seeds() -> list[bytes]:
    """Return octets to begin with."""
    return [*map(encode, MESSAGES), *(b"".join(map(encode, session)) for session in SESSIONS)]
