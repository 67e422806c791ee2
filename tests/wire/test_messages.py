"""Each type of message, from octets written by hand to exactly the value that they mean, and back."""

import pytest

from bmpconform.wire.bgp import (
    AddPathFamily,
    Attribute,
    Attributes,
    Capability,
    ExtendedParameters,
    FourOctetAs,
    Multiprotocol,
    Notification,
    Open,
    Parameter,
    Parameters,
    Pdu,
    Update,
)
from bmpconform.wire.codec import decode, encode
from bmpconform.wire.codes import PeerFlag
from bmpconform.wire.interpret import decode as interpreted
from bmpconform.wire.messages import (
    Counter32,
    FamilyGauge64,
    Gauge64,
    Initiation,
    InitiationTlv,
    Message,
    MirroringTlv,
    Peer,
    PeerDown,
    PeerDownTlv,
    PeerUp,
    PeerUpTlv,
    RouteMirroring,
    RouteMonitoring,
    Statistic,
    StatisticsReport,
    Termination,
    TerminationTlv,
    Unknown,
)
from bmpconform.wire.value import replace

MARKER = "ff" * 16
# Type 0, V and L set, no distinguisher, 2001:db8::1, AS 65001, 192.0.2.1, 1 s and 2 us.
PEER_HEX = "00 c0 0000000000000000 20010db8000000000000000000000001 0000fde9 c0000201 00000001 00000002"
PEER = Peer(0, 0xC0, bytes(8), bytes.fromhex("20010db8000000000000000000000001"), 65001, b"\xc0\0\2\1", 1, 2)
# Capabilities 1 (IPv6 unicast), 65, 69 (IPv4 unicast, both) and 2, in one parameter.
OPEN_HEX = f"{MARKER} 0033 01 04 fde9 005a c0000201 16 02 140104 0002 00 01  4104 0000fde9  4504 0001 01 03  0200"
OPEN = Pdu(
    b"\xff" * 16,
    1,
    Open(
        4,
        65001,
        90,
        b"\xc0\0\2\1",
        Parameters(
            (
                Parameter(
                    2,
                    (
                        Capability(1, Multiprotocol(2, 0, 1)),
                        Capability(65, FourOctetAs(65001)),
                        Capability(69, (AddPathFamily(1, 1, 3),)),
                        Capability(2, b""),
                    ),
                ),
            )
        ),
    ),
)
# The same AS in the extended form: old length 255, type 255, length 9, parameter 2 with length 6.
OPEN_EXTENDED_HEX = f"{MARKER} 0029 01 04 fde9 005a c0000201 ff ff 0009 02 0006 4104 0000fde9"
OPEN_EXTENDED = Pdu(
    b"\xff" * 16,
    1,
    Open(
        4,
        65001,
        90,
        b"\xc0\0\2\1",
        ExtendedParameters(255, (Parameter(2, (Capability(65, FourOctetAs(65001)),)),)),
    ),
)
# One withdrawn prefix; ORIGIN, and AS_PATH with an extended length; one route.
UPDATE_HEX = f"{MARKER} 0027 02 0002 080a 000a 40 01 01 00 50 02 0002 0200 18c63364"
UPDATE = Pdu(
    b"\xff" * 16,
    2,
    Update(b"\x08\x0a", Attributes((Attribute(0x40, 1, b"\0"), Attribute(0x50, 2, b"\2\0"))), b"\x18\xc6\x33\x64"),
)
NOTIFICATION_HEX = f"{MARKER} 0016 03 06 02 21"
NOTIFICATION = Pdu(b"\xff" * 16, 3, Notification(6, 2, b"!"))
# 2001:db8::2, ports 179 and 40000.
LOCAL_HEX = "20010db8000000000000000000000002 00b3 9c40"
# A counter, a gauge, a gauge of IPv4 unicast, and one of an unassigned type.
STATISTICS_HEX = "0000 0004 00000007  0007 0008 0000000000000008  0009 000b 0001 01 0000000000000009  0018 0001 ff"

EXPECTED: dict[str, tuple[str, Message]] = {
    "route-monitoring": (f"03 00000057 00 {PEER_HEX} {UPDATE_HEX}", RouteMonitoring(PEER, UPDATE)),
    "statistics-report": (
        f"03 0000005c 01 {PEER_HEX} 00000004 {STATISTICS_HEX}",
        StatisticsReport(
            PEER,
            4,
            (
                Statistic(0, Counter32(7)),
                Statistic(7, Gauge64(8)),
                Statistic(9, FamilyGauge64(1, 1, 9)),
                Statistic(24, b"\xff"),
            ),
        ),
    ),
    "peer-down-1": (f"03 00000047 02 {PEER_HEX} 01 {NOTIFICATION_HEX}", PeerDown(PEER, 1, NOTIFICATION)),
    "peer-down-2": (f"03 00000033 02 {PEER_HEX} 02 0018", PeerDown(PEER, 2, fsm_event=24)),
    "peer-down-3": (f"03 00000047 02 {PEER_HEX} 03 {NOTIFICATION_HEX}", PeerDown(PEER, 3, NOTIFICATION)),
    "peer-down-4": (f"03 00000031 02 {PEER_HEX} 04", PeerDown(PEER, 4)),
    "peer-down-5": (f"03 00000031 02 {PEER_HEX} 05", PeerDown(PEER, 5)),
    "peer-down-6": (
        f"03 00000038 02 {PEER_HEX} 06 0003 0003 726564",
        PeerDown(PEER, 6, tlvs=(PeerDownTlv(3, b"red"),)),
    ),
    "peer-down-7": (f"03 00000032 02 {PEER_HEX} 07 aa", PeerDown(PEER, 7, rest=b"\xaa")),
    "peer-up": (
        f"03 000000aa 03 {PEER_HEX} {LOCAL_HEX} {OPEN_HEX} {OPEN_EXTENDED_HEX} 0000 0002 c3a9  0004 0000",
        PeerUp(
            PEER,
            bytes.fromhex("20010db8000000000000000000000002"),
            179,
            40000,
            OPEN,
            OPEN_EXTENDED,
            (PeerUpTlv(0, b"\xc3\xa9"), PeerUpTlv(4, b"")),
        ),
    ),
    "initiation": (
        "03 00000016 04 0001 0004 64657363 0002 0000 0000 0000",
        Initiation((InitiationTlv(1, b"desc"), InitiationTlv(2, b""), InitiationTlv(0, b""))),
    ),
    "termination": (
        "03 00000011 05 0000 0001 21 0001 0002 0003",
        Termination((TerminationTlv(0, b"!"), TerminationTlv(1, b"\0\3"))),
    ),
    "route-mirroring": (
        f"03 00000061 06 {PEER_HEX} 0001 0002 0000 0000 0027 {UPDATE_HEX}",
        RouteMirroring(PEER, (MirroringTlv(1, b"\0\0"), MirroringTlv(0, UPDATE))),
    ),
    "unknown": ("03 00000007 07 aa", Unknown(7, b"\xaa")),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_octets_mean_exactly_this_message(name: str) -> None:
    text, message = EXPECTED[name]
    octets = bytes.fromhex(text)
    assert decode(octets) == message
    assert interpreted(octets) == message
    assert encode(message) == octets


@pytest.mark.smoke
def test_a_message_is_decoded() -> None:
    text, message = EXPECTED["initiation"]
    assert decode(bytes.fromhex(text)) == message


def test_flags_of_a_loc_rib_are_not_those_of_other_peers() -> None:
    assert PEER.has(PeerFlag.V)
    assert not PEER.has(PeerFlag.O)
    assert not replace(PEER, type=3).has(PeerFlag.V)
    assert replace(PEER, type=3).is_loc_rib


def test_an_open_says_its_as_by_capability_65() -> None:
    assert isinstance(OPEN.body, Open)
    assert OPEN.body.asn() == 65001
    assert replace(OPEN.body, my_as=23456).asn() == 65001
    assert replace(OPEN.body, parameters=None).asn() == 65001
    assert [capability.code for capability in OPEN.body.capabilities()] == [1, 65, 69, 2]


@pytest.mark.parametrize("peer_type", range(6))
def test_only_peer_type_3_is_a_loc_rib_and_has_no_flags_of_the_others(peer_type: int) -> None:
    header = replace(PEER, type=peer_type, flags=0x80)
    assert header.is_loc_rib == (peer_type == 3)
    assert header.has(PeerFlag.V) == (peer_type < 3)
    assert not header.has(PeerFlag.L)
