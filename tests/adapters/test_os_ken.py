"""os-ken behind its adapter: what it shows, what it refuses, and the faults of its own that are told, not mended."""

from collections.abc import Callable

import pytest

import raw
from conversation import Adapter, places_of, tlvs_of

pytestmark = pytest.mark.registry
PEER = {
    "type": 0,
    "flags": raw.L,
    "distinguisher": "00" * 8,
    "address": raw.PEER_ADDRESS.hex(),
    "asn": raw.PEER_AS,
    "bgp_id": raw.PEER_ID.hex(),
    "seconds": raw.TIME,
    "microseconds": 999_999,
}


@pytest.fixture(scope="module")
def os_ken(built: Callable[[str], Adapter]) -> Adapter:
    return built("os-ken")


def test_it_says_which_release_answers(os_ken: Adapter) -> None:
    hello = os_ken.hello()
    assert (hello["name"], hello["version"]) == ("os-ken", "4.2.2")
    assert hello["capabilities"]["depth"] == {"0": 3, "1": 3, "2": 2, "3": 2, "4": 3, "5": 3}


def test_initiation_is_shown_by_the_constants_of_the_library(os_ken: Adapter) -> None:
    frame = raw.initiation(raw.tlv(0, b"a\0"), raw.tlv(1, b"d"), raw.tlv(2, b"n"), raw.tlv(3, b"t"))
    assert tlvs_of(os_ken.decode(frame)) == [
        (0, "6100", "string"),
        (1, "64", "sys_descr"),
        (2, "6e", "sys_name"),
        (3, "74", None),
    ]


def test_peer_up_is_shown_without_the_tlvs_that_the_library_drops(os_ken: Adapter) -> None:
    message = os_ken.decode(raw.peer_up(raw.tlv(0, b"x"), sent=raw.sent_open(raw.as4(raw.ROUTER_AS))))["message"]
    assert "tlvs" not in message
    assert message["peer"] | {"flags": None} == message["peer"]
    assert message["local_address"] == raw.ROUTER_ADDRESS.hex()
    capability = {"code": 65, "value": raw.u32(raw.ROUTER_AS).hex()}
    assert message["sent_open"]["open"]["parameters"] == [{"type": 2, "capabilities": [capability]}]


def test_routes_are_shown(os_ken: Adapter) -> None:
    routes = raw.mp_reach(2, 1, raw.prefix(32, b"\x20\x01\x0d\xb8"), next_hop=bytes(16))
    frame = raw.route_monitoring(raw.update_pdu(raw.PREFIX, raw.MANDATORY_ATTRIBUTES + routes, raw.prefix(8, b"\x0a")))
    update = os_ken.decode(frame)["message"]["pdu"]["update"]
    assert update["unreach"] == [{"afi": 1, "safi": 1, "bits": 24, "prefix": "c00002"}]
    assert update["reach"] == [
        {"afi": 1, "safi": 1, "bits": 8, "prefix": "0a"},
        {"afi": 2, "safi": 1, "bits": 32, "prefix": "20010db8"},
    ]
    assert update["as_path"] == [{"segment": 2, "asns": [raw.PEER_AS]}]


@pytest.mark.parametrize(
    "bits, prefix",
    [
        (32, "000641c0"),
        (32, "000001c0"),
        (80, "000100" + "000001" + "c0000201"),
        (80, "000100" + "000201" + "c0000201"),
    ],
)
def test_labels_are_shown_as_they_were_read(os_ken: Adapter, bits: int, prefix: str) -> None:
    routes = raw.mp_reach(1, 4, raw.prefix(bits, bytes.fromhex(prefix)))
    frame = raw.route_monitoring(raw.update_pdu(attributes=raw.MANDATORY_ATTRIBUTES + routes))
    update = os_ken.decode(frame)["message"]["pdu"]["update"]
    assert update["reach"] == [{"afi": 1, "safi": 4, "bits": bits, "prefix": prefix}]


@pytest.mark.parametrize(
    "pdu, key",
    [
        (raw.update_pdu(b"\xc0"), "withdrawn"),
        (raw.update_pdu(nlri=b"\x28"), "nlri"),
        (raw.update_pdu(attributes=raw.mp_reach(2, 1, b"\x93\x20\1\r\xb8", next_hop=bytes(16))), "reach"),
    ],
)
def test_a_prefix_with_more_bits_than_octets_is_shown_by_its_bits_alone(os_ken: Adapter, pdu: bytes, key: str) -> None:
    (prefix,) = os_ken.decode(raw.route_monitoring(pdu))["message"]["pdu"]["update"][key]
    assert prefix["bits"] in {0xC0, 0x28, 0x93}
    assert prefix["prefix"] is None


@pytest.mark.parametrize(
    "frame, error",
    [
        (b"", "TooSmallException in BMPMessage.parse_header"),
        (raw.header(raw.INITIATION, version=238), "ValueError in BMPMessage.parser"),
        (raw.peer_up()[:60], "TooSmallException in BMPMessage.parser"),
        (raw.initiation(raw.tlv(1, b"", length=1)), "TooSmallException in BMPInitiation.parser"),
        (raw.initiation(raw.tlv(0, b"\xff")), "UnicodeDecodeError in BMPInitiation.parser"),
        (raw.message(raw.PEER_UP, raw.peer()[:20]), "struct.error in BMPPeerMessage.parser"),
    ],
)
def test_refusals_are_named_by_class_and_place(os_ken: Adapter, frame: bytes, error: str) -> None:
    answer = os_ken.decode(frame)
    assert (answer["status"], answer["error"]) == ("reject", error)


def test_a_time_that_the_library_adds_up_beyond_32_bits_is_not_shown(os_ken: Adapter) -> None:
    last = os_ken.decode(raw.peer_down(4, of=raw.peer(sec=0xFFFF_FFFF, usec=999_999)))["message"]["peer"]
    beyond = os_ken.decode(raw.peer_down(4, of=raw.peer(sec=0xFFFF_FFFF, usec=1_000_000)))["message"]["peer"]
    assert (last["seconds"], last["microseconds"]) == (0xFFFF_FFFF, 999_999)
    assert (beyond["seconds"], beyond["microseconds"]) == (None, None)


def test_a_session_that_it_cannot_be_told_is_unsupported(os_ken: Adapter) -> None:
    answer = os_ken.decode(raw.route_monitoring(raw.ROUTE), add_path=[[1, 1]])
    assert answer["status"] == "unsupported"


@pytest.mark.parametrize(
    "body, frame",
    [
        (
            {"type": 4, "tlvs": [{"type": 0, "value": "6100"}, {"type": 2, "value": "ff"}]},
            raw.initiation(raw.tlv(0, b"a\0"), raw.tlv(2, b"\xff")),
        ),
        ({"type": 5, "tlvs": [{"type": 1, "value": "0003"}]}, raw.termination(raw.tlv(1, raw.u16(3)))),
        (
            {"type": 2, "peer": PEER, "reason": 2, "fsm_event": 24},
            raw.peer_down(2, raw.u16(24), of=raw.peer(flags=raw.L, usec=999_999)),
        ),
        (
            {"type": 2, "peer": PEER, "reason": 6, "tlvs": []},
            raw.peer_down(6, of=raw.peer(flags=raw.L, usec=999_999)),
        ),
        (
            {"type": 1, "peer": PEER, "statistics": [{"type": 7, "data": raw.u64(9).hex()}]},
            raw.statistics(raw.tlv(7, raw.u64(9)), of=raw.peer(flags=raw.L, usec=999_999)),
        ),
        (
            {"type": 0, "peer": PEER, "pdu": {"type": 2, "hex": raw.END_OF_RIB.hex()}},
            raw.route_monitoring(raw.END_OF_RIB, of=raw.peer(flags=raw.L, usec=999_999)),
        ),
    ],
)
def test_encode_gives_what_is_asked_for(os_ken: Adapter, body: dict[str, object], frame: bytes) -> None:
    assert os_ken.encode({"version": 3, **body})["hex"] == frame.hex()


@pytest.mark.parametrize("octets", [raw.END_OF_RIB, raw.update_pdu(nlri=raw.PREFIX)[:-1]])
def test_what_the_library_has_no_words_for_is_unsupported_whatever_the_pdu(os_ken: Adapter, octets: bytes) -> None:
    pdu = {"type": 2, "hex": octets.hex()}
    answer = os_ken.encode({"version": 3, "type": 0, "peer": PEER | {"flags": raw.A}, "pdu": pdu})
    assert (answer["status"], answer["reason"]) == ("unsupported", "only the flags V, L and O can be set")


def test_stream_goes_on_by_the_length_of_a_refused_message(os_ken: Adapter) -> None:
    start, bad = raw.initiation(raw.SYS_NAME), raw.initiation(raw.tlv(1, b"", length=1))
    first, second = os_ken.stream(start + bad + start[:7], start[7:])
    assert (places_of(first), first["left"]) == ([(0, "ok"), (len(start), "reject")], 7)
    assert places_of(second) == [(len(start + bad), "ok")]


def test_stream_that_would_never_end_is_a_panic(os_ken: Adapter) -> None:
    (answer,) = os_ken.stream(raw.message(raw.INITIATION, length=0))
    assert answer["items"] == [{"offset": 0, "status": "panic", "error": "no progress"}]


def test_route_mirroring_is_taken_for_tcp(os_ken: Adapter) -> None:
    answer = os_ken.decode(raw.mirroring(raw.tlv(0, raw.ROUTE)))
    assert (answer["status"], answer["error"]) == ("panic", "TypeError in BMPMessage.parser")
    assert "tcp" in answer["reason"]
