"""GoBGP's adapter shows what the library understood, by the library's own types, and nothing that it made up."""

from collections.abc import Iterator

import pytest

import raw
from bmpconform.neutral import Message, Session, request, show_octets
from bmpconform.neutral.form import Tlv
from bmpconform.spec.profiles import PROFILES
from bmpconform.targets.driver import Driver
from bmpconform.targets.protocol import Encode, Rejected, Unsupported
from conversation import places_of, tlvs_of
from libraries import Library, launch_or_skip, values_of

PATH_ID_ROUTE = raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, raw.prefix(24, raw.PREFIX[1:], path_id=7))


@pytest.fixture(scope="module")
def gobgp() -> Iterator[Library]:
    with Driver(launch_or_skip("gobgp")) as driver:
        yield Library(driver)


def test_hello_names_the_library_and_what_it_can(gobgp: Library) -> None:
    greeted = gobgp.driver.hello()
    assert (greeted.name, greeted.version, greeted.language) == ("gobgp", "4.8.0", "Go")
    assert greeted.capabilities.ops == ("decode", "encode", "stream")
    assert greeted.capabilities.depth == {str(number): 3 for number in range(7)}


@pytest.mark.parametrize("frame", [b"", raw.header(4)[:5], raw.header(4, version=238)], ids=["none", "five", "238"])
def test_what_is_no_header_is_refused(gobgp: Library, frame: bytes) -> None:
    assert isinstance(gobgp.decode(frame), Rejected)


def test_initiation_strings_come_back_octet_for_octet(gobgp: Library) -> None:
    answer = gobgp.read(raw.initiation(raw.tlv(0, b"a\0\xff\0"), raw.tlv(1, b""), raw.tlv(2, b"r1"), raw.tlv(9, b"x")))
    expected = [(0, "6100ff00", "string"), (1, "", "sys_descr"), (2, "7231", "sys_name"), (9, "78", "unknown")]
    assert tlvs_of(answer) == expected


def test_peer_up_tlvs_mean_what_the_one_list_of_the_library_says(gobgp: Library) -> None:
    answer = gobgp.read(raw.peer_up(raw.tlv(0, b"s"), raw.tlv(1, b"d"), raw.tlv(3, b"v"), raw.tlv(4, b"l")))
    meanings = [meaning for _, _, meaning in tlvs_of(answer)]
    assert meanings == ["string", "sys_descr", "vrf_table_name", "unknown"]


def test_peer_up_shows_header_ports_and_opens(gobgp: Library) -> None:
    message = gobgp.message(raw.peer_up(sent=raw.sent_open(raw.as4(raw.ROUTER_AS))))
    assert (message["peer"]["asn"], message["peer"]["address"]) == (raw.PEER_AS, raw.PEER_ADDRESS.hex())
    assert message["local_address"] == raw.ROUTER_ADDRESS.hex()
    assert (message["local_port"], message["remote_port"]) == (179, 50000)
    [parameter] = message["sent_open"]["open"]["parameters"]
    assert parameter["capabilities"] == [{"code": 65, "value": raw.u32(raw.ROUTER_AS).hex()}]


def test_route_monitoring_shows_routes_and_path(gobgp: Library) -> None:
    update = gobgp.message(raw.route_monitoring(raw.ROUTE))["pdu"]["update"]
    bits, octets = raw.PREFIX[0], raw.PREFIX[1:].hex()
    assert update["reach"] == [{"bits": bits, "prefix": octets, "afi": 1, "safi": 1}]
    assert update["as_path"] == [{"segment": 2, "asns": [raw.PEER_AS]}]
    assert (update["as_width"], update["unreach"]) == (4, [])


def test_path_identifiers_are_read_where_the_session_has_them(gobgp: Library) -> None:
    message = gobgp.message(raw.route_monitoring(PATH_ID_ROUTE), Session(add_path=((1, 1),)))
    assert [route["path_id"] for route in message["pdu"]["update"]["reach"]] == [7]


def test_statistics_show_numbers_and_families(gobgp: Library) -> None:
    message = gobgp.message(
        raw.statistics(raw.tlv(0, raw.u32(5)), raw.tlv(7, raw.u64(1 << 63)), raw.tlv(9, raw.family_gauge(2, 128, 3)))
    )
    assert values_of(message) == [(0, "5"), (7, str(1 << 63)), (9, "3")]
    assert (message["count"], message["statistics"][2]["afi"], message["statistics"][2]["safi"]) == (3, 2, 128)


def test_peer_down_shows_what_its_reason_has(gobgp: Library) -> None:
    assert gobgp.message(raw.peer_down(1, raw.notification_pdu(6, 4, b"x")))["pdu"]["notification"]["data"] == "78"
    assert gobgp.message(raw.peer_down(2, raw.u16(24)))["fsm_event"] == 24
    assert gobgp.message(raw.peer_down(2))["fsm_event"] is None
    assert tlvs_of(gobgp.read(raw.peer_down(6, raw.tlv(3, b"t")))) == [(3, "74", "vrf_table_name")]
    assert gobgp.message(raw.peer_down(4, b"z"))["rest"] == "7a"


def test_termination_and_mirroring_have_their_own_meanings(gobgp: Library) -> None:
    ended = gobgp.read(raw.termination(raw.tlv(0, b"bye"), raw.tlv(1, raw.u16(1))))
    assert tlvs_of(ended) == [(0, b"bye".hex(), "string"), (1, "0001", "reason")]
    mirrored = gobgp.read(raw.mirroring(raw.tlv(1, raw.u16(1)), raw.tlv(0, raw.ROUTE)))
    assert tlvs_of(mirrored) == [(1, "0001", "mirroring_code"), (0, None, "bgp_message")]
    assert mirrored["message"]["tlvs"][1]["pdu"]["update"]["reach"]


@pytest.mark.parametrize(
    "frame, error",
    [
        (raw.peer_up()[:60], "not all data bytes are available"),
        (raw.initiation(raw.tlv(1, b"ab", length=3)), "value length is not enough: N bytes (N bytes expected)"),
        (
            raw.route_monitoring(raw.bgp(2, b"\0")),
            "bgp.MessageError 3/1: message length isn't enough for withdrawn route length",
        ),
    ],
    ids=["cut", "tlv", "update"],
)
def test_errors_have_names_without_values(gobgp: Library, frame: bytes, error: str) -> None:
    answer = gobgp.decode(frame)
    assert isinstance(answer, Rejected)
    assert answer.error == error


def test_a_message_type_of_the_future_is_unsupported(gobgp: Library) -> None:
    assert isinstance(gobgp.decode(raw.message(9, b"later")), Unsupported)


@pytest.mark.parametrize(
    "frame",
    [
        raw.initiation(raw.tlv(1, b"d"), raw.tlv(0, b"a\0")),
        raw.termination(raw.tlv(1, raw.u16(1)), raw.tlv(0, b"x")),
        raw.peer_up(raw.tlv(0, b"s"), raw.tlv(4, b"l")),
        raw.peer_up(sent=raw.sent_open(raw.multiprotocol(2, 1), raw.add_path(1, 1))),
        raw.peer_down(1, raw.notification_pdu()),
        raw.peer_down(2, raw.u16(9)),
        raw.peer_down(6, raw.tlv(3, b"t")),
        raw.route_monitoring(raw.ROUTE),
        raw.statistics(raw.tlv(0, raw.u32(5)), raw.tlv(7, raw.u64(6)), raw.tlv(9, raw.family_gauge())),
        raw.mirroring(raw.tlv(0, raw.ROUTE), raw.tlv(1, raw.u16(1)), raw.tlv(0, b"junk")),
    ],
    ids=lambda frame: f"type-{frame[5]}",
)
def test_what_is_asked_for_is_written(gobgp: Library, frame: bytes) -> None:
    shown = show_octets(frame, PROFILES["bmp-2026"], None)
    assert shown is not None
    assert gobgp.encode(request(shown)) == frame


def test_what_it_has_no_words_for_is_unsupported(gobgp: Library) -> None:
    [answer] = gobgp.ask(Encode(Message(version=4, type=4, tlvs=(Tlv(type=1, value="61"),))))
    assert isinstance(answer, Unsupported)


@pytest.mark.parametrize(
    "frame", [raw.route_monitoring(raw.ROUTE), raw.peer_up(), raw.peer_down(4)], ids=lambda frame: f"type-{frame[5]}"
)
def test_a_message_without_its_parts_is_nothing_it_can_be_asked_for(gobgp: Library, frame: bytes) -> None:
    shown = show_octets(frame, PROFILES["bmp-2026"], None)
    assert shown is not None
    [answer] = gobgp.ask(Encode(Message(version=3, type=frame[5], peer=request(shown).peer)))
    assert isinstance(answer, Unsupported)


def test_a_family_whose_reserved_octet_is_set_is_nothing_it_can_be_asked_for(gobgp: Library) -> None:
    frame = raw.peer_up(sent=raw.sent_open(raw.capability(1, b"\0\1\x69\1")))
    shown = show_octets(frame, PROFILES["bmp-2026"], None)
    assert shown is not None
    [answer] = gobgp.ask(Encode(request(shown)))
    assert isinstance(answer, Unsupported)


def test_stream_goes_on_behind_what_it_refuses_and_keeps_the_cut_message(gobgp: Library) -> None:
    start, bad, up = raw.initiation(raw.SYS_NAME), raw.initiation(b"\0\1\0\2"), raw.peer_up()
    first, second = gobgp.stream(start + bad + up[:50], up[50:] + raw.message(9, b"later"))
    assert (places_of(first), first["left"]) == ([(0, "ok"), (len(start), "reject")], 50)
    place = len(start + bad)
    assert (places_of(second), second["left"]) == ([(place, "ok"), (place + len(up), "skipped")], 0)


def test_a_length_of_zero_is_told_as_the_panic_that_it_is(gobgp: Library) -> None:
    [answer] = gobgp.stream(raw.message(4, length=0))
    assert (places_of(answer), answer["closed"]) == ([(0, "panic")], True)
