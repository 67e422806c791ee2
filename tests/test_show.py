"""`show` yields every octet of a stream, with what it means and what is wrong with it in place."""

import io
from collections.abc import Iterator

import pytest

import raw
from bmpconform.capture.inputs import InputError, read_events
from bmpconform.capture.pieces import Gap, Piece, StreamEvent, StreamStart, Trouble, TroubleKind
from bmpconform.check import Options, check
from bmpconform.corpus.captures import load_captures, read_capture
from bmpconform.events import FindingLine, Found
from bmpconform.show import (
    Shown,
    ShownEnd,
    ShownField,
    ShownMessage,
    ShownStream,
    ShownTrouble,
    ShownUnframed,
    show,
)
from bmpconform.spec.profiles import PROFILES
from packets import Tcp, pcap

GOOD = raw.initiation(raw.MANDATORY_TLVS)
CAPTURES = load_captures().captures


def chunks(*messages: bytes, only: int | None = None, profile: str = "bmp-2026") -> list[Shown]:
    """Return what is shown of a stream of these messages."""
    return list(show("file", [b"".join(messages)], Options(profile=PROFILES[profile]), only))


def fields(message: bytes, profile: str = "bmp-2026") -> dict[str, ShownField]:
    """Return the fields of one message by path."""
    shown, _ = chunks(message, profile=profile)
    assert isinstance(shown, ShownMessage)
    return {field.path: field for field in shown.fields}


def meaning(message: bytes, path: str, profile: str = "bmp-2026") -> str | None:
    """Return what a field means."""
    return fields(message, profile)[path].meaning


def octets_of(shown: Shown) -> bytes:
    """Return the octets of one chunk."""
    match shown:
        case ShownMessage():
            return bytes.fromhex("".join(field.hex for field in shown.fields))
        case ShownUnframed():
            return bytes.fromhex(shown.hex)
        case ShownEnd() | ShownStream() | ShownTrouble():
            return b""


def test_a_message_is_told_by_number_offset_name_and_length() -> None:
    _, shown, end = chunks(GOOD, raw.peer_up())
    assert isinstance(shown, ShownMessage)
    assert (shown.number, shown.offset, shown.length, shown.type, shown.name) == (1, 22, 126, 3, "Peer Up")
    assert end == ShownEnd(0, 2, ())


@pytest.mark.parametrize(
    "message, name",
    [
        (raw.message(9), "unknown type 9"),
        (raw.message(3, b"x"), "malformed Peer Up"),
        (raw.route_monitoring(raw.ROUTE), "Route Monitoring"),
    ],
)
def test_the_name_says_what_a_message_is(message: bytes, name: str) -> None:
    shown, _ = chunks(message)
    assert isinstance(shown, ShownMessage)
    assert shown.name == name


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: capture.file)
def test_every_octet_of_a_recorded_stream_is_shown(capture: object) -> None:
    octets = read_capture(capture)  # type: ignore[arg-type]  # one of CAPTURES
    assert b"".join(map(octets_of, chunks(octets))) == octets


def test_every_octet_of_a_broken_stream_is_shown() -> None:
    octets = GOOD + b"\2\0" + GOOD + raw.message(3, b"x") + raw.message(9, b"y") + b"\7" * 70_000 + GOOD[:7]
    assert b"".join(map(octets_of, chunks(octets))) == octets


def test_containers_hold_what_is_deeper() -> None:
    depths = {path: (field.depth, field.container) for path, field in fields(GOOD).items()}
    assert depths["tlvs"] == (0, True)
    assert depths["tlvs[1]"] == (1, True)
    assert depths["tlvs[1].value"] == (2, False)
    assert depths["version"] == (0, False)


def test_findings_are_those_of_check_at_the_same_octets() -> None:
    stream = raw.initiation(raw.SYS_NAME) + raw.peer_up(raw.tlv(1, b"a"), raw.tlv(4, b"\xff")) + b"\2\0" + GOOD[:-1]
    found = {
        (event.finding.code, event.finding.offset, event.finding.length, event.finding.message)
        for event in check([("file", [stream])], Options())
        if isinstance(event, Found)
    }
    told = {(line.code, line.offset, line.length, line.message) for shown in chunks(stream) for line in lines_in(shown)}
    assert told == found


def test_a_finding_is_with_the_field_that_it_is_about() -> None:
    assert [line.code for line in fields(raw.initiation(raw.SYS_NAME))["tlvs"].findings] == ["sys-descr-missing"]


def test_a_breach_that_repeats_is_told_every_time() -> None:
    _, *shown, _ = chunks(GOOD, *[raw.peer_up(local_port=1, remote_port=1)] * 2)
    for message in shown:
        assert isinstance(message, ShownMessage)
        assert [line.code for field in message.fields for line in field.findings if field.path == "local_port"] == [
            "peer-up-ports"
        ]


def test_findings_about_the_stream_come_at_its_end() -> None:
    end = chunks(raw.termination(raw.tlv(1, b"\0\0")))[-1]
    assert isinstance(end, ShownEnd)
    assert [(line.code, line.message, line.offset) for line in end.findings] == [("initiation-missing", 0, 5)]


def test_one_message_can_be_chosen() -> None:
    shown, end = chunks(GOOD, raw.peer_up(), GOOD, only=1)
    assert isinstance(shown, ShownMessage)
    assert shown.number == 1
    assert isinstance(end, ShownEnd)


def test_reading_ends_behind_the_chosen_message() -> None:
    def pieces() -> Iterator[bytes]:
        yield GOOD + raw.peer_up()
        raise AssertionError("read on")

    assert len(list(show("file", pieces(), Options(), 1))) == 2


def test_a_message_that_is_not_there_leaves_the_end_alone() -> None:
    assert chunks(GOOD, only=7) == [ShownEnd(0, 1, ())]


def test_the_end_shows_what_is_found_in_the_stream_as_a_whole() -> None:
    stream = (GOOD, raw.peer_up(), raw.route_monitoring(raw.ROUTE))
    end = chunks(*stream)[-1]
    assert isinstance(end, ShownEnd)
    (line,) = end.findings
    assert (line.code, line.message, line.offset, line.length) == ("end-of-rib-missing", None, 0, 0)


def test_octets_without_a_frame_are_shown_with_their_finding() -> None:
    _, lost, _, cut, _ = chunks(GOOD, b"\2\0", GOOD, GOOD[:9])
    assert isinstance(lost, ShownUnframed)
    assert (lost.what, lost.offset, lost.length, lost.hex) == ("lost", 22, 2, "0200")
    assert [line.code for line in lost.findings] == ["version"]
    assert isinstance(cut, ShownUnframed)
    assert (cut.what, cut.offset, cut.length) == ("cut", 46, 9)
    assert [line.code for line in cut.findings] == ["capture-cut"]


def test_a_long_loss_is_judged_once() -> None:
    lost = [shown for shown in chunks(GOOD, b"\7" * 200_000) if isinstance(shown, ShownUnframed)]
    assert [shown.continued for shown in lost] == [False, True, True, True]
    assert [len(shown.findings) for shown in lost] == [1, 0, 0, 0]


def test_what_came_before_an_error_is_shown() -> None:
    def pieces() -> Iterator[bytes]:
        yield GOOD + GOOD[:5]
        raise InputError("file", "broke.")

    stream = show("file", pieces(), Options())
    assert [type(next(stream)) for _ in range(3)] == [ShownMessage, ShownUnframed, ShownEnd]
    with pytest.raises(InputError):
        next(stream)


def shown_of(*events: StreamEvent, only: int | None = None) -> list[Shown]:
    """Return what is shown of a capture that gives these events."""
    return list(show("file", events, Options(), only))


def lines_in(shown: Shown) -> list[FindingLine]:
    """Return the findings that are shown with a chunk."""
    fields = getattr(shown, "fields", ())
    return [*getattr(shown, "findings", ()), *(line for field in fields for line in field.findings)]


def test_streams_are_told_apart_and_named() -> None:
    first, second, one, other, *ends = shown_of(
        StreamStart(0, "a > b", begins=True),
        StreamStart(1, "c > b", begins=True),
        Piece(1, GOOD[:9], 3),
        Piece(0, raw.initiation(raw.SYS_NAME), 4),
        Piece(1, GOOD[9:], 5),
    )
    assert (first, second) == (ShownStream(0, "a > b", begins=True), ShownStream(1, "c > b", begins=True))
    assert isinstance(one, ShownMessage)
    assert isinstance(other, ShownMessage)
    assert [(shown.stream, shown.number, shown.offset) for shown in (one, other)] == [(0, 0, 0), (1, 0, 0)]
    assert [(line.stream, line.packet) for line in lines_in(one)] == [(0, 4)]
    assert ends == [ShownEnd(0, 1, ()), ShownEnd(1, 1, ())]


def test_a_stream_from_mid_session_on_is_searched_for_messages() -> None:
    begin = StreamStart(0, "a > b", begins=False)
    _, lost, message, end = shown_of(begin, Piece(0, raw.peer_up()[60:] + raw.peer_up(), 1))
    assert isinstance(lost, ShownUnframed)
    assert isinstance(message, ShownMessage)
    assert [line.code for line in (*lines_in(lost), *lines_in(end))] == ["capture-skipped"]


def test_one_message_of_each_stream_can_be_chosen() -> None:
    pieces = [Piece(stream, octets, 1) for octets in (GOOD, raw.peer_up(), GOOD) for stream in (0, 1)]
    shown = [chunk for chunk in shown_of(*pieces, only=1) if not isinstance(chunk, ShownEnd)]
    assert [(chunk.stream, chunk.number) for chunk in shown if isinstance(chunk, ShownMessage)] == [(0, 1), (1, 1)]
    assert len(shown) == 2


def test_a_gap_is_shown_with_what_it_ends() -> None:
    up = raw.peer_up()
    _, begun, lost, message, _ = shown_of(Piece(0, GOOD + up[:9], 1), Gap(0, 11, 2), Piece(0, up[20:] + GOOD, 2))
    assert isinstance(begun, ShownUnframed)
    assert isinstance(lost, ShownUnframed)
    assert (begun.what, begun.offset, begun.hex) == ("gap", 22, up[:9].hex())
    assert [(line.code, line.packet) for line in begun.findings] == [("capture-gap", 1)]
    assert (lost.what, lost.offset, lost.hex) == ("lost", 31, up[20:].hex())
    assert [(line.code, line.packet) for line in lost.findings] == [("capture-skipped", 2)]
    assert isinstance(message, ShownMessage)


def test_what_was_left_out_of_a_capture_is_shown() -> None:
    trouble = Trouble("has no octets.", 7, TroubleKind.NOT_BMP)
    assert shown_of(trouble)[0] == ShownTrouble("capture-not-bmp", 7, "has no octets.")


def test_a_damaged_capture_is_an_error_behind_what_came_before() -> None:
    stream = show("file", [Piece(0, GOOD, 1), Trouble("broke.", 7, TroubleKind.DAMAGED)], Options())
    assert [type(next(stream)) for _ in range(2)] == [ShownMessage, ShownEnd]
    with pytest.raises(InputError, match=r"broke\."):
        next(stream)


def test_findings_in_a_capture_are_those_of_check() -> None:
    stream = raw.initiation(raw.SYS_NAME) + raw.peer_up(raw.tlv(4, b"\xff")) * 3 + raw.termination()
    frames = [Tcp(99 + place, stream[place : place + 9]).frame() for place in range(0, len(stream) - 3, 9)]
    del frames[9]
    capture = pcap(frames)
    found = [
        event.finding
        for event in check([("file", read_events("file", io.BytesIO(capture)))], Options())
        if isinstance(event, Found)
    ]
    shown = show("file", read_events("file", io.BytesIO(capture)), Options())
    told = {(line.code, line.offset, line.length, line.packet) for chunk in shown for line in lines_in(chunk)}
    assert {(line.code, line.offset, line.length, line.packet) for line in found} <= told
    assert {code for code, *_ in told} == {line.code for line in found}


V6 = raw.peer_up(of=raw.peer(flags=raw.V, address=raw.address("2001:db8::1")), local=raw.address("2001:db8:0:1::"))
MAPPED = raw.peer_up(of=raw.peer(flags=raw.V, address=raw.address("::ffff:10.0.0.1")))
DOWN = raw.peer_down(1, raw.notification_pdu())


@pytest.mark.parametrize(
    "message, path, told",
    [
        (GOOD, "version", "3"),
        (GOOD, "length", "22 octets"),
        (GOOD, "type", "4 Initiation"),
        (GOOD, "tlvs[0].type", "1 sysDescr"),
        (GOOD, "tlvs[0].value", '"router"'),
        (raw.initiation(raw.tlv(3, b"name")), "tlvs[0].type", "3 reserved"),
        (raw.initiation(raw.tlv(3, b"name")), "tlvs[0].value", 'reads "name"'),
        (raw.initiation(raw.tlv(99, b"\0\1")), "tlvs[0].type", "99 unassigned"),
        (raw.initiation(raw.tlv(99, b"\0\1")), "tlvs[0].value", None),
        (raw.initiation(raw.tlv(1, b"\0" * 0)), "tlvs[0].length", "0 octets"),
        (raw.initiation(raw.tlv(1, b"x")), "tlvs[0].length", "1 octet"),
        (raw.peer_up(), "peer.type", "0 global instance"),
        (raw.peer_up(), "peer.flags", "none set; IPv4, Adj-RIB-In, pre-policy, 4-octet AS_PATH"),
        (
            raw.route_monitoring(raw.ROUTE, of=raw.peer(flags=0xF1)),
            "peer.flags",
            "V L A O; IPv6, Adj-RIB-Out, post-policy, 2-octet AS_PATH; 0x01 has no name",
        ),
        (raw.loc_rib_up(of=raw.loc_rib(flags=0x80)), "peer.flags", "F; filtered"),
        (raw.loc_rib_up(of=raw.loc_rib(flags=0x40)), "peer.flags", "none set; not filtered; 0x40 has no name"),
        (raw.peer_up(of=raw.peer(9, 0x80)), "peer.flags", "0x80"),
        (raw.peer_up(of=raw.peer(9, 0x80)), "peer.address", None),
        (raw.peer_up(), "peer.distinguisher", "zero"),
        (raw.peer_up(of=raw.peer(1, rd=bytes.fromhex("0000fde800000001"))), "peer.distinguisher", "RD 65000:1"),
        (raw.peer_up(of=raw.peer(1, rd=bytes.fromhex("00010a0000010002"))), "peer.distinguisher", "RD 10.0.0.1:2"),
        (raw.peer_up(of=raw.peer(1, rd=bytes.fromhex("0002000100000003"))), "peer.distinguisher", "RD 65536:3"),
        (
            raw.peer_up(of=raw.peer(1, rd=bytes.fromhex("0009000100000003"))),
            "peer.distinguisher",
            "no known type of Route Distinguisher",
        ),
        (raw.peer_up(of=raw.peer(2, rd=bytes(7) + b"\1")), "peer.distinguisher", "locally defined"),
        (raw.peer_up(), "peer.address", "10.0.0.2"),
        (V6, "peer.address", "2001:db8::1"),
        (V6, "local_address", "2001:db8:0:1::"),
        (MAPPED, "peer.address", "::ffff:10.0.0.1"),
        (
            raw.peer_up(of=raw.peer(address=raw.address("2001:db8::1"))),
            "peer.address",
            "not IPv4, as the V flag says: that begins with 12 zero octets",
        ),
        (raw.loc_rib_up(), "peer.address", "zero"),
        (raw.loc_rib_up(local=raw.ROUTER_ADDRESS), "local_address", "not zero, as that of a Loc-RIB is"),
        (raw.peer_up(), "peer.asn", "AS 65001"),
        (raw.peer_up(), "peer.bgp_id", "10.0.0.2"),
        (raw.peer_up(), "peer.seconds", "2023-11-14 22:13:20 UTC"),
        (raw.peer_up(of=raw.peer(sec=0)), "peer.seconds", "0, no time given"),
        (raw.peer_up(of=raw.peer(sec=0xFFFFFFFF)), "peer.seconds", "2106-02-07 06:28:15 UTC"),
        (raw.peer_up(of=raw.peer(usec=5)), "peer.microseconds", "5 microseconds"),
        (raw.peer_up(), "remote_port", "50000"),
        (raw.peer_up(), "sent_open.marker", "all ones"),
        (raw.peer_up(sent=raw.open_pdu(marker=bytes(16))), "sent_open.marker", "not all ones"),
        (raw.peer_up(), "sent_open.type", "1 OPEN"),
        (raw.peer_up(), "sent_open.open.my_as", "AS 65000"),
        (raw.peer_up(), "sent_open.open.hold_time", "180 s"),
        (raw.peer_up(), "sent_open.open.bgp_id", "10.0.0.1"),
        (raw.peer_up(raw.tlv(4, b"label\0")), "tlvs[0].type", "4 Admin Label"),
        (raw.peer_up(raw.tlv(4, b"label\0")), "tlvs[0].value", '"label\\x00"'),
        (raw.peer_up(raw.tlv(1, b"a")), "tlvs[0].type", "1 reserved"),
        (DOWN, "reason", "1 local notification"),
        (DOWN, "pdu.type", "3 NOTIFICATION"),
        (DOWN, "pdu.notification.code", "6 Cease"),
        (raw.peer_down(2, b"\0\x18"), "fsm_event", "BGP FSM event 24"),
        (raw.peer_down(2, b"\0\0"), "fsm_event", "0, no event to name"),
        (raw.peer_down(6, raw.tlv(3, b"vrf")), "tlvs[0].type", "3 VRF/Table Name"),
        (raw.peer_down(6, raw.tlv(3, b"vrf")), "tlvs[0].value", '"vrf"'),
        (raw.peer_down(6, raw.tlv(4, b"a")), "tlvs[0].type", "4 not known by name"),
        (raw.termination(raw.tlv(1, b"\0\1")), "tlvs[0].value", "1 unspecified"),
        (raw.termination(raw.tlv(1, b"\0\1\0")), "tlvs[0].value", None),
        (raw.termination(raw.tlv(0, b"bye")), "tlvs[0].value", '"bye"'),
        (raw.mirroring(raw.tlv(1, b"\0\1")), "tlvs[0].value", "1 messages lost"),
        (raw.mirroring(raw.tlv(0, raw.ROUTE)), "tlvs[0].pdu.type", "2 UPDATE"),
        (raw.statistics(raw.tlv(7, raw.u64(5))), "statistics[0].type", "7 Adj-RIB-In routes"),
        (raw.statistics(raw.tlv(7, raw.u64(5))), "statistics[0].data.value", "5"),
        (raw.statistics(raw.tlv(9, raw.family_gauge(2, 128))), "statistics[0].data.afi", "2 IPv6"),
        (raw.statistics(raw.tlv(9, raw.family_gauge(2, 128))), "statistics[0].data.safi", "128 VPN unicast"),
        (raw.statistics(raw.tlv(9, raw.family_gauge(9, 99))), "statistics[0].data.afi", "9 not known by name"),
        (raw.statistics(raw.tlv(65531, raw.u32(5))), "statistics[0].type", "65531 experimental"),
        (raw.route_monitoring(raw.ROUTE), "pdu.type", "2 UPDATE"),
        (raw.route_monitoring(raw.ROUTE), "pdu.update.attributes[0].flags", "transitive"),
        (raw.route_monitoring(raw.ROUTE), "pdu.update.attributes[0].type", "1 ORIGIN"),
        (raw.route_monitoring(raw.ROUTE), "pdu.update.attributes[0].value", "0 IGP"),
        (raw.route_monitoring(raw.ROUTE), "pdu.update.attributes[1].type", "2 AS_PATH"),
        (raw.route_monitoring(raw.ROUTE), "pdu.update.attributes[1].value", None),
        (raw.route_monitoring(raw.ROUTE), "pdu.update.attributes[2].value", "10.0.0.2"),
    ],
)
def test_a_field_is_told_what_it_means(message: bytes, path: str, told: str | None) -> None:
    assert meaning(message, path) == told


CAPABILITIES = raw.peer_up(
    sent=raw.open_pdu(
        parameters=raw.capabilities(raw.multiprotocol(1, 1), raw.as4(70000), raw.add_path(2, 1), raw.capability(200))
    )
)


@pytest.mark.parametrize(
    "path, told",
    [
        ("type", "2 capabilities"),
        ("capabilities[0].code", "1 multiprotocol"),
        ("capabilities[0].value.afi", "1 IPv4"),
        ("capabilities[0].value.safi", "1 unicast"),
        ("capabilities[1].code", "65 4-octet AS number"),
        ("capabilities[1].value.asn", "AS 70000"),
        ("capabilities[2].code", "69 ADD-PATH"),
        ("capabilities[2].value[0].direction", "3 send and receive"),
        ("capabilities[3].code", "200 not known by name"),
    ],
)
def test_capabilities_are_told_what_they_mean(path: str, told: str) -> None:
    assert meaning(CAPABILITIES, f"sent_open.open.parameters[0].{path}") == told


def test_a_code_point_is_told_as_the_profile_has_it() -> None:
    message = raw.peer_up(raw.tlv(3, b"name"))
    assert meaning(message, "tlvs[0].type") == "3 VRF/Table Name"
    assert meaning(message, "tlvs[0].type", "rfc7854") == "3 VRF/Table Name: unassigned"
