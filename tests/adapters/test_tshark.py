"""tshark behind its adapter: how deep it shows a message, and what it refuses."""

from collections.abc import Callable

import pytest

import raw
from conversation import Adapter, tlvs_of

LARGE = raw.initiation(raw.tlv(1, b"d" * 65_535), raw.tlv(2, b"n" * 65_535))


@pytest.fixture(scope="module")
def tshark(built: Callable[[str], Adapter]) -> Adapter:
    return built("tshark")


def test_it_says_which_release_answers(tshark: Adapter) -> None:
    hello = tshark.hello()
    assert (hello["name"], hello["language"]) == ("tshark", "C")
    assert hello["version"].split(".")[0].isdecimal()
    assert hello["capabilities"]["ops"] == ["decode"]


def test_initiation_is_shown_by_its_names_of_types(tshark: Adapter) -> None:
    answer = tshark.decode(raw.initiation(raw.tlv(0, b"a\0"), raw.tlv(1, b""), raw.tlv(2, b"\xff"), raw.tlv(99, b"t")))
    assert tlvs_of(answer) == [
        (0, "6100", "string"),
        (1, "", "sys_descr"),
        (2, "ff", "sys_name"),
        (99, "74", "unknown"),
    ]


def test_peer_up_is_shown_with_its_opens_as_octets(tshark: Adapter) -> None:
    sent, received = (open_pdu(raw.as4(raw.PEER_AS)) for open_pdu in (raw.sent_open, raw.received_open))
    frame = raw.peer_up(of=raw.peer(flags=raw.L | raw.A, usec=7), sent=sent, received=received)
    answer = tshark.decode(frame)
    message = answer["message"]
    assert answer["consumed"] == len(frame)
    assert message["peer"] == {
        "type": 0,
        "flags": raw.L | raw.A,
        "distinguisher": "00" * 8,
        "address": raw.PEER_ADDRESS.hex(),
        "asn": raw.PEER_AS,
        "bgp_id": raw.PEER_ID.hex(),
        "seconds": raw.TIME,
        "microseconds": 7,
    }
    assert (message["local_address"], message["local_port"]) == (raw.ROUTER_ADDRESS.hex(), 179)
    assert message["sent_open"] == {"type": 1, "hex": sent.hex()}
    assert message["received_open"] == {"type": 1, "hex": received.hex()}


def test_ipv6_addresses_are_shown_whole(tshark: Adapter) -> None:
    of = raw.peer(flags=raw.V, address=raw.address("2001:db8::2"))
    message = tshark.decode(raw.route_monitoring(raw.ROUTE, of=of))["message"]
    assert message["peer"]["address"] == raw.address("2001:db8::2").hex()
    assert message["pdu"] == {"type": 2, "hex": raw.ROUTE.hex()}


def test_peer_down_shows_what_its_reason_has(tshark: Adapter) -> None:
    event, told = (
        tshark.decode(raw.peer_down(2, raw.u16(24)))["message"],
        tshark.decode(raw.peer_down(3, raw.notification_pdu()))["message"],
    )
    assert (event["reason"], event["fsm_event"]) == (2, 24)
    assert (told["reason"], told["pdu"]["hex"]) == (3, raw.notification_pdu().hex())


def test_statistics_are_shown_with_their_values_and_families(tshark: Adapter) -> None:
    gauge = raw.family_gauge(2, 1, 2**63)
    frame = raw.statistics(raw.tlv(0, raw.u32(5)), raw.tlv(9, gauge))
    message = tshark.decode(frame)["message"]
    assert message["count"] == 2
    assert message["statistics"] == [
        {"type": 0, "data": "00000005", "value": "5", "afi": None, "safi": None},
        {"type": 9, "data": gauge.hex(), "value": str(2**63), "afi": 2, "safi": 1},
    ]


def test_a_frame_of_several_segments_is_put_together(tshark: Adapter) -> None:
    answer = tshark.decode(LARGE)
    assert answer["consumed"] == len(LARGE)
    assert [len(value) for _, value, _ in tlvs_of(answer)] == [2 * 65_535] * 2


@pytest.mark.parametrize(
    "frame, error",
    [
        (b"", "no-message"),
        (raw.header(raw.INITIATION)[:5], "no-message"),
        (raw.peer_up()[:60], "no-message"),
        (raw.initiation(raw.tlv(1, b"ab", length=9)), "Malformed Packet: BMP"),
        (raw.route_monitoring(raw.ROUTE[:18]), "Malformed Packet: BGP"),
        (raw.route_monitoring(raw.ROUTE[:30]), "Malformed Packet: BGP in UPDATE"),
        (raw.route_monitoring(raw.update_pdu(attributes=raw.attribute(0x40, 1, b""))), "bgp.length.invalid"),
    ],
)
def test_what_it_calls_malformed_or_does_not_show_is_refused(tshark: Adapter, frame: bytes, error: str) -> None:
    answer = tshark.decode(frame)
    assert (answer["status"], answer["error"]) == ("reject", error)


@pytest.mark.parametrize(
    "pdu",
    [
        raw.update_pdu(attributes=raw.attribute(0x40, 1, b"")),
        raw.update_pdu(attributes=raw.attribute(0x40, 1, b"", length=9)),
    ],
)
def test_a_mirrored_pdu_may_be_called_malformed(tshark: Adapter, pdu: bytes) -> None:
    assert tshark.decode(raw.mirroring(raw.tlv(0, pdu)))["status"] == "ok"
    assert tshark.decode(raw.route_monitoring(pdu))["status"] == "reject"


def test_what_one_frame_lacks_is_not_taken_from_the_next(tshark: Adapter) -> None:
    whole = raw.initiation(raw.SYS_NAME)
    cut, after = tshark.ask({"op": "decode", "hex": whole[:9].hex()}, {"op": "decode", "hex": whole.hex()})
    assert cut["status"] == "reject"
    assert (after["status"], after["consumed"]) == ("ok", len(whole))
