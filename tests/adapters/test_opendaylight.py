"""OpenDaylight's adapter shows what the library understood, by its own classes, and nothing that it made up."""

from collections.abc import Iterator

import pytest

import raw
from bmpconform.neutral import request, show_octets
from bmpconform.neutral.form import Message, Session
from bmpconform.spec.profiles import PROFILES
from bmpconform.targets.driver import Driver
from bmpconform.targets.protocol import Decode, Encode, Rejected, Unsupported
from bmpconform.targets.replies import Case, Crashed
from conversation import places_of, tlvs_of
from libraries import Library, launch_or_skip, values_of

NAMED = (raw.tlv(1, b"router"), raw.tlv(2, b"r1"))
UNKNOWN_ATTRIBUTE = raw.route_monitoring(
    raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES + raw.attribute(0xC0, 250, b"?"), raw.PREFIX)
)


@pytest.fixture(scope="module")
def opendaylight() -> Iterator[Library]:
    with Driver(launch_or_skip("opendaylight")) as driver:
        yield Library(driver)


def test_hello_names_the_library_and_what_it_can(opendaylight: Library) -> None:
    greeted = opendaylight.driver.hello()
    assert (greeted.name, greeted.version, greeted.language) == ("opendaylight", "0.18.0", "Java")
    assert greeted.capabilities.ops == ("decode", "encode", "stream")
    assert greeted.capabilities.depth == {"0": 3, "1": 3, "2": 2, "3": 3, "4": 3, "5": 3, "6": 2}


@pytest.mark.parametrize("frame", [b"", raw.header(4)[:5], raw.header(4, version=238)], ids=["none", "five", "238"])
def test_what_is_no_header_is_refused(opendaylight: Library, frame: bytes) -> None:
    assert isinstance(opendaylight.decode(frame), Rejected)


def test_initiation_strings_come_back_octet_for_octet(opendaylight: Library) -> None:
    strings = raw.tlv(0, b"a\0"), raw.tlv(0, "\u00fc".encode())
    answer = opendaylight.read(raw.initiation(*NAMED, *strings))
    assert tlvs_of(answer) == [
        (1, b"router".hex(), "sys_descr"),
        (2, "7231", "sys_name"),
        (0, "6100", "string"),
        (0, "c3bc", "string"),
    ]


def test_what_is_read_as_ascii_keeps_its_octets(opendaylight: Library) -> None:
    answer = opendaylight.read(raw.initiation(raw.tlv(1, b"\xff\xc3\xbc"), raw.tlv(2, b"")))
    assert tlvs_of(answer) == [(1, "ffc3bc", "sys_descr"), (2, "", "sys_name")]


def test_peer_up_shows_header_ports_and_opens(opendaylight: Library) -> None:
    answer = opendaylight.read(raw.peer_up(raw.tlv(0, b"s"), of=raw.peer(flags=raw.L)))
    message = answer["message"]
    assert (message["peer"]["asn"], message["peer"]["address"]) == (raw.PEER_AS, raw.PEER_ADDRESS.hex())
    assert (message["peer"]["flags"], message["peer"]["seconds"]) == (None, raw.TIME)
    assert message["local_address"] == raw.ROUTER_ADDRESS.hex()
    assert (message["local_port"], message["remote_port"]) == (179, 50000)
    assert (message["sent_open"]["open"]["my_as"], message["sent_open"]["open"]["parameters"]) == (raw.ROUTER_AS, None)
    assert tlvs_of(answer) == [(0, "73", "string")]


@pytest.mark.parametrize("peer_type, shown", [(0, None), (1, "0000fde900000001"), (2, "0000fde900000001")])
def test_a_distinguisher_is_shown_where_the_library_reads_it(
    opendaylight: Library, peer_type: int, shown: str | None
) -> None:
    of = raw.peer(peer_type, rd=bytes.fromhex("0000fde900000001"))
    assert opendaylight.message(raw.peer_up(of=of))["peer"]["distinguisher"] == shown


def test_route_monitoring_shows_routes_and_path(opendaylight: Library) -> None:
    update = opendaylight.message(raw.route_monitoring(raw.ROUTE))["pdu"]["update"]
    bits, octets = raw.PREFIX[0], raw.PREFIX[1:].hex()
    assert update["reach"] == [{"bits": bits, "prefix": octets, "afi": 1, "safi": 1}]
    assert (update["as_path"], update["unreach"]) == ([{"segment": 2, "asns": [raw.PEER_AS]}], [])
    assert update["attributes"] is None


def test_routes_of_a_family_that_is_not_shown_are_null(opendaylight: Library) -> None:
    labelled = raw.prefix(48, raw.label(100) + raw.PREFIX[1:])
    attributes = raw.MANDATORY_ATTRIBUTES + raw.mp_reach(1, 4, labelled)
    message = opendaylight.message(raw.route_monitoring(raw.update_pdu(b"", attributes)))
    assert message["pdu"]["update"]["reach"] is None


@pytest.mark.parametrize("afi, octets", [(1, 4), (2, 16)])
def test_a_family_without_routes_is_shown_so(opendaylight: Library, afi: int, octets: int) -> None:
    attributes = raw.MANDATORY_ATTRIBUTES + raw.mp_reach(afi, 1, b"", next_hop=bytes(octets))
    update = opendaylight.message(raw.route_monitoring(raw.update_pdu(b"", attributes)))["pdu"]["update"]
    assert update["reach"] == []


def test_one_update_leaves_nothing_behind_for_the_next(opendaylight: Library) -> None:
    answers = [opendaylight.message(UNKNOWN_ATTRIBUTE) for _ in range(3)]
    assert answers[0]["pdu"]["update"]["reach"] == answers[2]["pdu"]["update"]["reach"] != []


def test_what_the_library_remembers_shows_in_a_stream(opendaylight: Library) -> None:
    [answer] = opendaylight.stream(UNKNOWN_ATTRIBUTE * 2 + raw.route_monitoring(raw.ROUTE))
    assert [status for _, status in places_of(answer)] == ["ok", "reject", "reject"]


def test_statistics_show_numbers_and_families(opendaylight: Library) -> None:
    known, foreign = raw.tlv(9, raw.family_gauge(2, 128, 3)), raw.tlv(10, raw.family_gauge(99, 1, 4))
    message = opendaylight.message(
        raw.statistics(raw.tlv(0, raw.u32(5)), raw.tlv(7, raw.u64((1 << 64) - 1)), known, foreign)
    )
    assert values_of(message) == [(0, "5"), (7, str((1 << 64) - 1)), (9, "3"), (10, "4")]
    assert message["count"] is None
    assert [(one["afi"], one["safi"]) for one in message["statistics"][2:]] == [(2, 128), (None, 1)]


def test_peer_down_shows_what_its_reason_has(opendaylight: Library) -> None:
    for reason in (1, 3):
        message = opendaylight.message(raw.peer_down(reason, raw.notification_pdu(6, 4, b"x")))
        assert (message["reason"], message["pdu"]["notification"]["data"]) == (reason, "78")
    assert opendaylight.message(raw.peer_down(2, raw.u16(24)))["fsm_event"] == 24
    assert opendaylight.message(raw.peer_down(5))["reason"] is None


def test_termination_shows_its_reason(opendaylight: Library) -> None:
    ended = opendaylight.read(raw.termination(raw.tlv(1, raw.u16(1)), raw.tlv(0, b"bye")))
    assert tlvs_of(ended) == [(1, "0001", "reason"), (0, b"bye".hex(), "string")]


def test_what_the_library_says_no_to_is_a_rejection_with_a_name(opendaylight: Library) -> None:
    without_name, cut = opendaylight.decode(raw.initiation(NAMED[0])), opendaylight.decode(raw.peer_up()[:60])
    assert isinstance(without_name, Rejected)
    assert without_name.error == "BmpDeserializationException in InitiationHandler.parseMessageBody"
    assert isinstance(cut, Rejected)
    assert cut.error == "BmpDeserializationException in SimpleBmpMessageRegistry.parseMessageHeader"


@pytest.mark.parametrize(
    "attributes, error",
    [
        (
            raw.ORIGIN_IGP + raw.attribute(0x40, 2, raw.as_segment(1, 65001)),
            "BGPDocumentedException in AsPathAttributeParser.parseAsPath",
        ),
        (
            raw.MANDATORY_ATTRIBUTES + raw.mp_reach(1, 1, raw.PREFIX, next_hop=bytes(16)),
            "IllegalArgumentException in Ipv4NextHopParserSerializer.parseNextHop",
        ),
    ],
    ids=["reported", "wrapped-twice"],
)
def test_a_rejection_is_named_by_what_began_it(opendaylight: Library, attributes: bytes, error: str) -> None:
    answer = opendaylight.decode(raw.route_monitoring(raw.update_pdu(b"", attributes)))
    assert isinstance(answer, Rejected)
    assert answer.error == error


def test_what_it_does_not_make_an_error_is_a_panic(opendaylight: Library) -> None:
    frame = raw.peer_up(of=raw.loc_rib())
    [(_, reply)] = opendaylight.driver.ask([Case("", (Decode(frame.hex()),))])
    assert isinstance(reply, Crashed)
    assert reply.error == "NullPointerException in AbstractBmpPerPeerMessageParser.parsePerPeerHeader"


def test_what_it_cannot_be_told_is_unsupported(opendaylight: Library) -> None:
    frame = raw.route_monitoring(raw.ROUTE)
    [with_session] = opendaylight.ask(Decode(frame.hex(), Session(add_path=((1, 1),))))
    [with_flags] = opendaylight.ask(Encode(_asked(raw.peer_down(4, of=raw.peer(flags=raw.O)))))
    assert isinstance(with_session, Unsupported)
    assert isinstance(with_flags, Unsupported)
    assert isinstance(opendaylight.decode(raw.message(9, b"later")), Unsupported)


@pytest.mark.parametrize(
    "frame",
    [
        raw.peer_up(sent=raw.sent_open(raw.as4(raw.ROUTER_AS), raw.capability(70))),
        raw.peer_up(received=raw.received_open(raw.capability(65, b"\0\1"))),
        raw.peer_up(of=raw.peer(1, rd=bytes.fromhex("0009fde800000001"))),
        raw.peer_down(1, raw.bgp(3, b"\6\4", marker=bytes(16))),
        raw.route_monitoring(
            raw.update_pdu(b"", raw.ORIGIN_IGP + raw.attribute(0x40, 2, raw.as_segment(3, 65001)) + raw.NEXT_HOP)
        ),
        raw.mirroring(raw.tlv(0, raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, raw.prefix(33, bytes(5))))),
        raw.mirroring(raw.tlv(0, raw.SENT_OPEN), raw.tlv(0, raw.RECEIVED_OPEN)),
        raw.mirroring(raw.tlv(1, raw.u16(0)), raw.tlv(1, raw.u16(1))),
    ],
    ids=["dropped", "cut", "distinguisher", "header", "segment", "prefix", "two-opens", "two-codes"],
)
def test_what_no_object_holds_is_unsupported(opendaylight: Library, frame: bytes) -> None:
    [answer] = opendaylight.ask(Encode(_asked(frame)))
    assert isinstance(answer, Unsupported)


@pytest.mark.parametrize(
    "frame",
    [
        raw.initiation(*reversed(NAMED), raw.tlv(0, b"a\0")),
        raw.termination(raw.tlv(1, raw.u16(1)), raw.tlv(0, b"x")),
        raw.peer_up(raw.tlv(0, b"s"), of=raw.peer(1, rd=bytes.fromhex("0000fde900000001"))),
        raw.peer_up(sent=raw.sent_open(raw.as4(raw.ROUTER_AS), raw.multiprotocol(1, 1))),
        raw.peer_down(1, raw.notification_pdu()),
        raw.peer_down(3, raw.notification_pdu(5, 3, b"x")),
        raw.peer_down(2, raw.u16(9)),
        raw.peer_down(4, of=raw.peer(flags=raw.V | raw.L, address=raw.address("2001:db8::2"))),
        raw.route_monitoring(raw.ROUTE),
        raw.statistics(raw.tlv(0, raw.u32(5)), raw.tlv(7, raw.u64(6)), raw.tlv(9, raw.family_gauge())),
        raw.mirroring(raw.tlv(1, raw.u16(1))),
    ],
    ids=lambda frame: f"type-{frame[5]}",
)
def test_what_is_asked_for_is_written(opendaylight: Library, frame: bytes) -> None:
    assert opendaylight.encode(_asked(frame)) == frame


def test_the_form_of_parameters_is_left_to_the_library(opendaylight: Library) -> None:
    parameters = raw.capabilities(raw.as4(raw.ROUTER_AS))
    long = raw.extended(raw.parameter(2, raw.as4(raw.ROUTER_AS), octets=2))
    asked = raw.peer_up(sent=raw.open_pdu(behind_id=long))
    assert opendaylight.encode(_asked(asked)) == raw.peer_up(sent=raw.open_pdu(parameters=parameters))


def test_stream_goes_on_behind_what_it_refuses_and_keeps_the_cut_message(opendaylight: Library) -> None:
    start, bad, up = raw.initiation(*NAMED), raw.initiation(NAMED[0]), raw.peer_up()
    first, second = opendaylight.stream(start + bad + up[:50], up[50:] + raw.message(9, b"later") + b"junk..")
    assert (places_of(first), first["left"]) == ([(0, "ok"), (len(start), "reject")], 50)
    place = len(start + bad)
    behind = place + len(up)
    assert places_of(second) == [(place, "ok"), (behind, "skipped"), (behind + 11, "reject")]
    assert second["closed"]


def _asked(frame: bytes) -> Message:
    shown = show_octets(frame, PROFILES["bmp-2026"], None)
    assert shown is not None
    return request(shown)
