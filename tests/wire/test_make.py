"""What `make` builds has no finding in any profile that knows its code points; what no message can be is refused."""

from collections.abc import Callable

import pytest

from bmpconform.wire.bgp import Capability, ExtendedParameters, Open, Parameters
from bmpconform.wire.codec import decode, encode
from bmpconform.wire.codes import AttributeFlag, AttributeType, PeerDownReason, PeerType
from bmpconform.wire.errors import WireError
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
from invariants import OLDEST_FIRST, SELECTIONS, judge

BGP_ID, ADDRESS = bytes([192, 0, 2, 1]), bytes([198, 51, 100, 1])
ADDRESS_6 = bytes.fromhex("20010db8000000000000000000000001")
RD = bytes.fromhex("0000fde900000001")
ORDER = {profile.name: profile.order for profile in OLDEST_FIRST}

PEER = make_peer(ADDRESS, 65001, BGP_ID, seconds=1_700_000_000)
PEER_6 = make_peer(ADDRESS_6, 65001, BGP_ID, peer_type=PeerType.RD_INSTANCE, distinguisher=RD, post_policy=True)
PEER_OUT = make_peer(ADDRESS, 65001, BGP_ID, adj_rib_out=True)
LOC_RIB = make_loc_rib_peer(65536, BGP_ID, filtered=True)
OPEN = make_open(65001, BGP_ID)
OPEN_LOC_RIB = make_open(65536, BGP_ID, [(1, 1), (2, 1)], [(1, 1)])
NOTIFICATION = make_notification(6, 2)

# The oldest profile that knows the code points, and what is built with them.
BUILT: dict[str, tuple[str, Message]] = {
    "initiation": ("rfc7854", make_initiation("a router", "r1", ["caf\u00e9", ""])),
    "peer-up": ("rfc7854", make_peer_up(PEER, ADDRESS, OPEN, OPEN, remote_port=40000, strings=["\u20ac"])),
    "peer-up-6": ("rfc7854", make_peer_up(PEER_6, ADDRESS_6, OPEN, OPEN)),
    "peer-up-labelled": ("rfc9736", make_peer_up(PEER, ADDRESS, OPEN, OPEN, vrf_name="red", admin_labels=["a", ""])),
    "peer-up-loc-rib": ("rfc9736", make_loc_rib_peer_up(LOC_RIB, OPEN_LOC_RIB, strings=["s"])),
    "peer-up-loc-rib-unnamed": ("draft-peer-up", make_loc_rib_peer_up(LOC_RIB, OPEN_LOC_RIB, vrf_name=None)),
    "peer-down-1": ("rfc7854", make_peer_down(PEER, PeerDownReason.LOCAL_NOTIFICATION, notification=NOTIFICATION)),
    "peer-down-2": ("rfc7854", make_peer_down(PEER, PeerDownReason.LOCAL_FSM_EVENT, fsm_event=0)),
    "peer-down-3": ("rfc7854", make_peer_down(PEER_6, PeerDownReason.REMOTE_NOTIFICATION, notification=NOTIFICATION)),
    "peer-down-4": ("rfc7854", make_peer_down(PEER, PeerDownReason.REMOTE_NO_DATA)),
    "peer-down-5": ("rfc7854", make_peer_down(PEER, PeerDownReason.PEER_DE_CONFIGURED)),
    "peer-down-6": ("draft-peer-up", make_peer_down(LOC_RIB, PeerDownReason.LOCAL_TLVS, vrf_name="global")),
    "statistics": ("rfc7854", make_statistics_report(PEER, [make_statistic(0, 1), make_statistic(9, 2, (1, 1))])),
    "statistics-2026": ("bmp-2026", make_statistics_report(PEER, [make_statistic(20, 1 << 63)])),
    "termination": ("rfc7854", make_termination(4, ["so long"])),
    "route-monitoring": ("rfc7854", make_route_monitoring(PEER, make_update(withdrawn=b"\x08\x0a"))),
    "route-monitoring-out": ("draft-peer-up", make_route_monitoring(PEER_OUT, make_update(withdrawn=b"\x08\x0a"))),
    "end-of-rib": ("rfc7854", make_end_of_rib(PEER)),
    "end-of-rib-6": ("draft-peer-up", make_end_of_rib(LOC_RIB, (2, 1))),
    "mirroring": ("rfc7854", make_route_mirroring(PEER, b"no PDU", [0])),
    "mirroring-lost": ("rfc7854", make_route_mirroring(PEER, None, [1])),
}


@pytest.mark.parametrize("name", BUILT)
def test_what_is_built_has_no_finding_and_comes_back_as_it_was(name: str) -> None:
    profile, message = BUILT[name]
    for selection in SELECTIONS[ORDER[profile] :]:
        assert judge(selection, message) == []
    assert decode(encode(message)) == message


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "address": (lambda: make_peer(bytes(5), 1, BGP_ID), "peer.address"),
    "loc-rib-header": (lambda: make_peer(ADDRESS, 1, BGP_ID, peer_type=PeerType.LOC_RIB_INSTANCE), "peer.type"),
    "long-as": (lambda: make_open(65536, BGP_ID, four_octet_as=False), "open.my_as"),
    "no-ascii": (lambda: make_initiation("caf\u00e9", "r"), "value"),
    "long-name": (lambda: make_initiation("", "r" * 256), "value"),
    "terminator": (lambda: make_termination(0, ["bye\0"]), "value"),
    "surrogate": (lambda: make_termination(0, ["\ud800"]), "value"),
    "other-family": (lambda: make_peer_up(PEER, ADDRESS_6, OPEN, OPEN), "local_address"),
    "other-as": (lambda: make_peer_up(PEER, ADDRESS, OPEN, make_open(1, BGP_ID)), "peer.asn"),
    "other-id": (lambda: make_peer_up(PEER, ADDRESS, OPEN, make_open(65001, bytes(4))), "peer.bgp_id"),
    "no-open": (lambda: make_peer_up(PEER, ADDRESS, OPEN, NOTIFICATION), "received_open"),
    "peer-up-of-loc-rib": (lambda: make_peer_up(LOC_RIB, bytes(16), OPEN, OPEN), "peer.type"),
    "loc-rib-of-peer": (lambda: make_loc_rib_peer_up(PEER, OPEN), "peer.type"),
    "not-global": (lambda: make_loc_rib_peer_up(LOC_RIB, OPEN_LOC_RIB, vrf_name="red"), "tlvs"),
    "no-name": (lambda: make_peer_down(LOC_RIB, PeerDownReason.LOCAL_TLVS, vrf_name=""), "value"),
    "long-vrf": (lambda: make_peer_down(LOC_RIB, PeerDownReason.LOCAL_TLVS, vrf_name="\u00e9" * 128), "value"),
    "reason-6": (lambda: make_peer_down(PEER, PeerDownReason.LOCAL_TLVS), "reason"),
    "loc-rib-reason": (lambda: make_peer_down(LOC_RIB, PeerDownReason.REMOTE_NO_DATA), "reason"),
    "no-notification": (lambda: make_peer_down(PEER, PeerDownReason.LOCAL_NOTIFICATION), "pdu"),
    "no-event": (lambda: make_peer_down(PEER, PeerDownReason.LOCAL_FSM_EVENT), "fsm_event"),
    "unassigned": (lambda: make_statistic(24, 0), "type"),
    "no-family": (lambda: make_statistic(9, 0), "data"),
    "family": (lambda: make_statistic(0, 0, (1, 1)), "data"),
    "no-statistic": (lambda: make_statistics_report(PEER, []), "statistics"),
    "statistics-out": (lambda: make_statistics_report(PEER_OUT, [make_statistic(0, 0)]), "peer.flags"),
    "no-update": (lambda: make_route_monitoring(PEER, OPEN), "pdu"),
    "mirrored-loc-rib": (lambda: make_route_mirroring(LOC_RIB, b""), "peer.type"),
    "nothing-mirrored": (lambda: make_route_mirroring(PEER, None), "tlvs"),
    "no-errored-pdu": (lambda: make_route_mirroring(PEER, None, [0]), "tlvs"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_valid_message_holds_is_refused_with_its_place(name: str) -> None:
    build, path = REFUSED[name]
    with pytest.raises(WireError) as refused:
        build()
    assert refused.value.path == path


@pytest.mark.parametrize("octets, form", [(243, Parameters), (244, ExtendedParameters)])
def test_parameters_take_their_extended_form_where_255_octets_do_not_hold_them(octets: int, form: type) -> None:
    # Beside it: 2 octets of the parameter, 2 of this capability, 6 of capability 65, and no family.
    pdu = make_open(1, BGP_ID, [], capabilities=[Capability(73, bytes(octets + 2))])
    assert isinstance(pdu.body, Open)
    assert type(pdu.body.parameters) is form
    assert encode(make_peer_up(make_peer(ADDRESS, 1, BGP_ID), ADDRESS, pdu, pdu))


def test_an_as_of_more_than_16_bits_is_announced_as_as_trans() -> None:
    body = make_open(65536, BGP_ID).body
    assert isinstance(body, Open)
    assert (body.my_as, body.asn()) == (23456, 65536)


@pytest.mark.parametrize(
    "attribute_type, flags",
    [
        (AttributeType.ORIGIN, 0x40),
        (AttributeType.AS_PATH, 0x40),
        (AttributeType.NEXT_HOP, 0x40),
        (AttributeType.MULTI_EXIT_DISC, 0x80),
        (AttributeType.LOCAL_PREF, 0x40),
        (AttributeType.ATOMIC_AGGREGATE, 0x40),
        (AttributeType.COMMUNITIES, 0xC0),
        (AttributeType.ORIGINATOR_ID, 0x80),
        (AttributeType.CLUSTER_LIST, 0x80),
        (AttributeType.MP_REACH_NLRI, 0x80),
        (AttributeType.MP_UNREACH_NLRI, 0x80),
    ],
)
def test_an_attribute_has_the_flags_of_its_type(attribute_type: AttributeType, flags: int) -> None:
    assert make_attribute(attribute_type, bytes(255)).flags == flags
    assert make_attribute(attribute_type, bytes(256)).flags == flags | AttributeFlag.EXTENDED_LENGTH
