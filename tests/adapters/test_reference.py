"""Our own codec, started as any target is: what it shows, what it refuses, and what it keeps of a connection."""

import pytest

import raw
from bmpconform.targets.catalogue import Missing, prepare
from bmpconform.targets.driver import Driver
from bmpconform.targets.launch import Launch
from bmpconform.targets.protocol import Decode, Decoded
from bmpconform.targets.replies import Answered, Case
from bmpconform.targets.spec import parse_target
from conversation import Adapter, places_of, tlvs_of

PATH_ID_ROUTE = raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, raw.prefix(24, raw.PREFIX[1:], path_id=7))
ADD_PATH_UP = raw.peer_up(
    sent=raw.sent_open(raw.as4(raw.ROUTER_AS), raw.add_path(1, 1)),
    received=raw.received_open(raw.as4(raw.PEER_AS), raw.add_path(1, 1)),
)
START = raw.initiation(raw.MANDATORY_TLVS)


@pytest.fixture(scope="module")
def launch() -> Launch:
    prepared = prepare(parse_target("reference"))
    assert not isinstance(prepared, Missing)
    return prepared


@pytest.fixture(scope="module")
def reference(launch: Launch) -> Adapter:
    return Adapter(launch.command)


def test_it_claims_to_show_everything(reference: Adapter) -> None:
    capabilities = reference.hello()["capabilities"]
    assert capabilities["ops"] == ["decode", "encode", "stream"]
    assert capabilities["depth"] == {str(code): 3 for code in range(7)}
    assert (capabilities["bgp"], capabilities["station"]) == ("parsed", True)


def test_the_driver_takes_it(launch: Launch) -> None:
    with Driver(launch) as driver:
        assert driver.hello().name == "reference"
        replies = [reply for _, reply in driver.ask([Case("one", (Decode(START.hex()),))])]
    assert [type(answer) for reply in replies if isinstance(reply, Answered) for answer in reply.answers] == [Decoded]


def test_initiation_is_shown_octet_for_octet(reference: Adapter) -> None:
    answer = reference.decode(raw.initiation(raw.tlv(0, b"a\0"), raw.tlv(1, b"d"), raw.tlv(2, b"n"), raw.tlv(3, b"t")))
    assert tlvs_of(answer) == [
        (0, "6100", "string"),
        (1, "64", "sys_descr"),
        (2, "6e", "sys_name"),
        (3, "74", "reserved"),
    ]


def test_peer_up_is_shown_with_its_own_namespace(reference: Adapter) -> None:
    answer = reference.decode(raw.peer_up(*(raw.tlv(code, b"x") for code in range(5))))
    meanings = [meaning for _, _, meaning in tlvs_of(answer)]
    assert meanings == ["string", "reserved", "reserved", "vrf_table_name", "admin_label"]
    assert answer["message"]["received_open"]["open"]["my_as"] == raw.PEER_AS


@pytest.mark.parametrize(
    "frame, error",
    [
        (b"", "no-frame"),
        (raw.header(raw.INITIATION)[:5], "no-frame"),
        (raw.header(raw.INITIATION, version=238), "no-frame"),
        (raw.message(raw.PEER_UP, raw.peer()[:41]), "no-frame"),
        (raw.initiation(raw.tlv(1, b"ab", length=3)), "octets-left"),
        (raw.peer_up(b"\0"), "octets-left"),
        (raw.peer_down(6, raw.tlv(3, b"v", length=2)), "octets-left"),
        (raw.peer_down(2, b"\0"), "fsm-event-cut"),
        (raw.peer_down(1), "pdu-missing"),
        (raw.statistics(raw.tlv(0, raw.u32(1)), count=2), "statistics-missing"),
        (raw.peer_up(sent=raw.ROUTE), "pdu-of-another-type"),
        (raw.route_monitoring(raw.update_pdu(withdrawn_length=9)), "pdu-malformed"),
        (raw.route_monitoring(raw.update_pdu(b"", raw.attribute(0x40, 1, b"\0", length=2))), "attributes-malformed"),
        (raw.route_monitoring(raw.update_pdu(nlri=b"\x21" + bytes(5))), "routes-malformed"),
        (raw.peer_up(sent=raw.open_pdu(parameters=raw.parameter(2, b"", length=4))), "parameters-malformed"),
    ],
)
def test_what_does_not_add_up_is_refused(reference: Adapter, frame: bytes, error: str) -> None:
    answer = reference.decode(frame)
    assert (answer["status"], answer["error"]) == ("reject", error)


@pytest.mark.parametrize(
    "frame",
    [
        raw.message(200, b"later"),
        raw.initiation(raw.tlv(40000, b"\0")),
        raw.initiation(raw.tlv(1, b"\xff")),
        raw.peer_down(4, b"more"),
        raw.peer_down(1, raw.notification_pdu() + b"more"),
        raw.mirroring(raw.tlv(0, raw.ROUTE[:30])),
        raw.route_monitoring(raw.update_pdu(b"", raw.attribute(0x40, 2, b""), raw.PREFIX), of=raw.peer(flags=raw.O)),
    ],
)
def test_what_only_looks_odd_is_taken(reference: Adapter, frame: bytes) -> None:
    answer = reference.decode(frame)
    assert (answer["status"], answer["consumed"]) == ("ok", len(frame))


def test_a_session_says_how_routes_are_read(reference: Adapter) -> None:
    frame = raw.route_monitoring(PATH_ID_ROUTE)
    reach = reference.decode(frame, add_path=[[1, 1]])["message"]["pdu"]["update"]["reach"]
    assert reach == [{"bits": 24, "prefix": "c00002", "path_id": 7, "afi": 1, "safi": 1}]
    assert reference.decode(frame)["error"] == "routes-malformed"


def test_encode_gives_the_octets_that_are_asked_for(reference: Adapter) -> None:
    tlvs = [{"type": 2, "value": "7231"}, {"type": 0, "value": "00"}]
    answer = reference.encode({"version": 3, "type": 4, "tlvs": tlvs})
    assert answer["hex"] == raw.initiation(raw.tlv(2, b"r1"), raw.tlv(0, b"\0")).hex()


def test_encode_refuses_a_string_that_cannot_be_framed(reference: Adapter) -> None:
    tlvs = [{"type": 0, "value": "61" * 65_536}]
    assert reference.encode({"version": 3, "type": 4, "tlvs": tlvs})["status"] == "reject"


def test_stream_reads_routes_as_the_peer_up_says(reference: Adapter) -> None:
    (answer,) = reference.stream(START + ADD_PATH_UP + raw.route_monitoring(PATH_ID_ROUTE))
    update = answer["items"][2]["message"]["pdu"]["update"]
    assert [route["path_id"] for route in update["reach"]] == [7]


def test_stream_reads_mirrored_paths_as_wide_as_both_opens_say(reference: Adapter) -> None:
    narrow_path = raw.attribute(0x40, 2, raw.as_segment(2, raw.PEER_AS, octets=2))
    narrow = raw.mirroring(raw.tlv(0, raw.update_pdu(b"", narrow_path)))
    wide = raw.mirroring(raw.tlv(0, raw.ROUTE))
    answers = [reference.stream(START + up)[0] for up in (ADD_PATH_UP + wide, raw.peer_up() + narrow, wide)]
    mirrored = [answer["items"][-1]["message"]["tlvs"][0]["pdu"]["update"] for answer in answers]
    assert [update["as_width"] for update in mirrored] == [4, 2, None]


def test_stream_forgets_at_reset(reference: Adapter) -> None:
    routes = raw.route_monitoring(PATH_ID_ROUTE)
    whole = (START + ADD_PATH_UP + routes, START + routes)
    requests = [{"op": "stream", "hex": octets.hex(), "more": False} for octets in whole]
    answers = reference.ask({"op": "reset"}, requests[0], {"op": "reset"}, requests[1])
    assert [answers[1]["items"][-1]["status"], answers[3]["items"][-1]["status"]] == ["ok", "reject"]


def test_stream_waits_for_the_rest_of_a_message(reference: Adapter) -> None:
    first, second, third = reference.stream(START[:3], START[3:] + ADD_PATH_UP[:9], ADD_PATH_UP[9:20])
    assert (first["items"], first["left"]) == ([], 3)
    assert (places_of(second), second["left"]) == ([(0, "ok")], 9)
    assert (third["items"], third["left"], third["closed"]) == ([], 20, False)


def test_stream_goes_on_behind_a_message_it_refuses_or_does_not_know(reference: Adapter) -> None:
    bad, later = raw.initiation(raw.tlv(1, b"", length=1)), raw.message(77, b"x")
    (answer,) = reference.stream(START + bad + later + START)
    places = [(0, "ok"), (len(START), "reject"), (len(START + bad), "skipped"), (len(START + bad + later), "ok")]
    assert (places_of(answer), answer["closed"]) == (places, False)


def test_station_closes_behind_a_termination_and_at_what_is_no_header(reference: Adapter) -> None:
    end = raw.termination(raw.tlv(1, raw.u16(0)))
    (ended,) = reference.stream(START + end + START)
    (lost,) = reference.stream(START + raw.header(raw.INITIATION, version=4) + START)
    assert (places_of(ended), ended["closed"]) == ([(0, "ok"), (len(START), "ok")], True)
    assert (places_of(lost), lost["closed"]) == ([(0, "ok"), (len(START), "reject")], True)
