"""Writes the seed corpus of `decode.py`: a small valid frame of every type, and of every form that a type has.

Why kept: a seed is three lines here and opaque in its file. Run it again after adding one:
`python fuzz/make_seeds.py`.
"""

from collections.abc import Mapping
from pathlib import Path

from bmpconform.wire.bgp import Capability
from bmpconform.wire.codec import encode
from bmpconform.wire.codes import AttributeType, PeerDownReason, PeerType
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

FOLDER = Path(__file__).parent / "seeds" / "decode"
ASN, LONG_ASN = 65001, 4_200_000_001
BGP_ID, ADDRESS = bytes.fromhex("c0000201"), bytes.fromhex("c6336401")
PEER = make_peer(ADDRESS, ASN, BGP_ID, seconds=1_700_000_000, microseconds=5)
PEER_6 = make_peer(
    bytes.fromhex("20010db8000000000000000000000001"),
    LONG_ASN,
    BGP_ID,
    peer_type=PeerType.RD_INSTANCE,
    distinguisher=bytes.fromhex("0000fde900000001"),
    post_policy=True,
)
LOC_RIB = make_loc_rib_peer(LONG_ASN, BGP_ID)
OPEN = make_open(ASN, BGP_ID, [(1, 1), (2, 1)], [(1, 1)], [Capability(2, b"")])
OPEN_EXTENDED = make_open(LONG_ASN, BGP_ID, [(1, 1)], extended=True)
UPDATE = make_update(
    [
        make_attribute(AttributeType.ORIGIN, b"\0"),
        make_attribute(AttributeType.AS_PATH, bytes.fromhex("02010000fde9"), extended=True),
        make_attribute(AttributeType.NEXT_HOP, ADDRESS),
    ],
    nlri=bytes.fromhex("180a0000"),
)
NOTIFICATION = make_notification(6, 2, b"bye")

SEEDS: Mapping[str, Message] = {
    "initiation": make_initiation("a router", "r1", ["caf\u00e9", ""]),
    "peer-up": make_peer_up(PEER, ADDRESS, OPEN, OPEN, remote_port=40000, strings=["\u20ac"], admin_labels=["a"]),
    "peer-up-extended": make_peer_up(PEER_6, bytes(15) + b"\1", OPEN, OPEN_EXTENDED, vrf_name="red"),
    "peer-up-loc-rib": make_loc_rib_peer_up(LOC_RIB, OPEN_EXTENDED),
    "route-monitoring": make_route_monitoring(PEER, UPDATE),
    "end-of-rib": make_end_of_rib(PEER),
    "end-of-rib-ipv6": make_end_of_rib(LOC_RIB, (2, 1)),
    "statistics-report": make_statistics_report(
        PEER, [make_statistic(0, 1), make_statistic(7, 2), make_statistic(9, 3, (1, 1))]
    ),
    "peer-down-local": make_peer_down(PEER, PeerDownReason.LOCAL_NOTIFICATION, notification=NOTIFICATION),
    "peer-down-event": make_peer_down(PEER, PeerDownReason.LOCAL_FSM_EVENT, fsm_event=24),
    "peer-down-remote": make_peer_down(PEER_6, PeerDownReason.REMOTE_NOTIFICATION, notification=NOTIFICATION),
    "peer-down-no-data": make_peer_down(PEER_6, PeerDownReason.REMOTE_NO_DATA),
    "peer-down-loc-rib": make_peer_down(LOC_RIB, PeerDownReason.LOCAL_TLVS, vrf_name="global"),
    "route-mirroring": make_route_mirroring(PEER, UPDATE),
    "route-mirroring-errored": make_route_mirroring(PEER, b"\xff\xff", [0, 1]),
    "termination": make_termination(1, ["so long"]),
}


def main() -> None:
    """Write every seed into its own file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, message in SEEDS.items():
        (FOLDER / f"{name}.bin").write_bytes(encode(message))


if __name__ == "__main__":
    main()
