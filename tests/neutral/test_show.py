"""`show` says what is in a message, and null where nobody can tell."""

from collections.abc import Iterator

import pytest

import raw
from bmpconform.corpus.captures import load_captures, read_capture
from bmpconform.neutral import Session, malformed, missing, show_octets
from bmpconform.neutral.form import AsSegment, Message, Open, Parameter, Pdu, Route, RouteRefresh, Tlv, Update
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.framer import Frame, Framer
from bmpconform.wire.value import UNSET, to_json

NOW = PROFILES["bmp-2026"]
MP_ROUTE = raw.mp_reach(2, 1, raw.prefix(32, b"\x20\x01\x0d\xb8"))


def shown(octets: bytes, profile: str = "bmp-2026", session: Session | None = None) -> Message:
    """Return what a frame says, which it does say something."""
    message = show_octets(octets, PROFILES[profile], session)
    assert message is not None
    return message


def update_of(octets: bytes, session: Session | None = None) -> Update:
    """Return the parts of the UPDATE in a Route Monitoring or the first TLV of a Route Mirroring message."""
    message = shown(octets, session=session)
    pdu = message.tlvs[0].pdu if message.tlvs else message.pdu
    assert isinstance(pdu, Pdu)
    assert isinstance(pdu.update, Update)
    return pdu.update


def open_of(octets: bytes) -> Open:
    """Return the parts of the OPEN that a Peer Up sent."""
    pdu = shown(raw.peer_up(sent=octets)).sent_open
    assert isinstance(pdu, Pdu)
    assert isinstance(pdu.open, Open)
    return pdu.open


def meanings_of(octets: bytes, profile: str) -> list[object]:
    """Return the meanings of all TLVs of a message."""
    tlvs = shown(octets, profile).tlvs
    assert isinstance(tlvs, tuple)
    return [tlv.meaning for tlv in tlvs]


@pytest.mark.parametrize("octets", [b"", raw.initiation()[:5], raw.message(4, version=4), raw.message(0, b"\0" * 41)])
def test_what_is_no_frame_or_does_not_fit_its_type_is_not_shown(octets: bytes) -> None:
    assert show_octets(octets, NOW) is None


def test_an_unknown_type_has_its_rest() -> None:
    assert to_json(shown(raw.message(9, b"\1\xff"))) == b'{"version":3,"type":9,"length":8,"rest":"01ff"}'


def test_octets_of_strings_are_kept_with_their_nul() -> None:
    assert shown(raw.initiation(raw.tlv(1, b"a\0b\0"))).tlvs == (Tlv(1, "61006200", "sys_descr", None),)


@pytest.mark.parametrize(
    "profile, peer_up, initiation",
    [
        ("rfc7854", ["string", *["unknown"] * 4, "reserved"], ["string", "sys_descr", "sys_name", *["unknown"] * 2]),
        (
            "draft-peer-up",
            ["string", "unknown", "unknown", "vrf_table_name", "admin_label", "reserved"],
            ["string", "sys_descr", "sys_name", "unknown", "unknown"],
        ),
        *(
            (
                profile,
                ["string", "reserved", "reserved", "vrf_table_name", "admin_label", "reserved"],
                ["string", "sys_descr", "sys_name", "reserved", "reserved"],
            )
            for profile in ("rfc9736", "bmp-2026")
        ),
    ],
)
def test_meanings_are_those_of_the_profile(profile: str, peer_up: list[str], initiation: list[str]) -> None:
    tlvs = [raw.tlv(code) for code in (0, 1, 2, 3, 4, 65535)]
    assert meanings_of(raw.peer_up(*tlvs), profile) == peer_up
    assert meanings_of(raw.initiation(*tlvs[:5]), profile) == initiation


@pytest.mark.parametrize(
    "octets, meanings",
    [
        (raw.termination(raw.tlv(0), raw.tlv(1, b"\0\0"), raw.tlv(2)), ["string", "reason", "unknown"]),
        (raw.mirroring(raw.tlv(0), raw.tlv(1, b"\0\0"), raw.tlv(2)), ["bgp_message", "mirroring_code", "unknown"]),
        (
            raw.peer_down(6, *(raw.tlv(code) for code in range(5)), of=raw.loc_rib()),
            ["string", "unknown", "unknown", "vrf_table_name", "admin_label"],
        ),
    ],
)
def test_meanings_are_those_of_the_message(octets: bytes, meanings: list[str]) -> None:
    assert meanings_of(octets, "bmp-2026") == meanings


@pytest.mark.parametrize(
    "reason, data, key",
    [
        (1, raw.notification_pdu(), "pdu"),
        (2, b"\0\1", "fsm_event"),
        (3, raw.notification_pdu(), "pdu"),
        (6, b"", "tlvs"),
    ],
)
def test_a_peer_down_has_the_key_of_its_reason(reason: int, data: bytes, key: str) -> None:
    message = shown(raw.peer_down(reason, data))
    assert [name for name in ("pdu", "fsm_event", "tlvs") if getattr(message, name) is not UNSET] == [key]


def test_other_reasons_have_only_a_rest() -> None:
    message = shown(raw.peer_down(4, b"\xab"))
    assert (message.pdu, message.fsm_event, message.tlvs, message.rest) == (UNSET, UNSET, UNSET, "ab")


@pytest.mark.parametrize(
    "profile, statistic, value, family",
    [
        ("bmp-2026", raw.tlv(0, raw.u32(7)), "7", (UNSET, UNSET)),
        ("bmp-2026", raw.tlv(7, raw.u64(2**64 - 1)), "18446744073709551615", (UNSET, UNSET)),
        ("bmp-2026", raw.tlv(9, raw.family_gauge(2, 4, 8)), "8", (2, 4)),
        ("bmp-2026", raw.tlv(9, raw.u64(1)), None, (UNSET, UNSET)),
        ("bmp-2026", raw.tlv(60000, raw.u32(7)), None, (UNSET, UNSET)),
        ("bmp-2026", raw.tlv(26, raw.family_gauge(1, 1, 3)), "3", (1, 1)),
        ("rfc9736", raw.tlv(26, raw.family_gauge(1, 1, 3)), None, (UNSET, UNSET)),
        ("rfc9736", raw.tlv(18, raw.u64(3)), None, (UNSET, UNSET)),
    ],
)
def test_statistics_have_the_value_that_the_profile_knows(
    profile: str, statistic: bytes, value: str | None, family: tuple[object, object]
) -> None:
    message = shown(raw.statistics(statistic), profile)
    assert isinstance(message.statistics, tuple)
    (held,) = message.statistics
    assert (held.data, held.value, (held.afi, held.safi)) == (statistic[4:].hex(), value, family)


def test_the_count_is_that_of_the_message() -> None:
    message = shown(raw.statistics(raw.tlv(0, raw.u32(1)), count=2))
    assert isinstance(message.statistics, tuple)
    assert (message.count, len(message.statistics)) == (2, 1)


def test_capabilities_are_octets_under_their_code() -> None:
    items = raw.multiprotocol(2, 1), raw.as4(65000), raw.add_path(1, 1), raw.capability(200, b"x")
    held = open_of(raw.sent_open(*items)).parameters
    assert isinstance(held, tuple)
    assert isinstance(held[0].capabilities, tuple)
    assert [(item.code, item.value) for item in held[0].capabilities] == [
        (1, "00020001"),
        (65, "0000fde8"),
        (69, "00010103"),
        (200, "78"),
    ]


def test_parameters_that_hold_no_capabilities_are_raw() -> None:
    held = open_of(raw.open_pdu(parameters=raw.parameter(1, b"a") + raw.parameter(2, b"\1\5")))
    assert held.parameters == (Parameter(1, UNSET, "61"), Parameter(2, UNSET, "0105"))


def test_extended_parameters_say_so() -> None:
    plain, extended = raw.open_pdu(), raw.open_pdu(behind_id=raw.extended(b""))
    assert [(open_of(pdu).extended, open_of(pdu).parameters) for pdu in (plain, extended)] == [(0, ()), (1, ())]


def test_parameters_that_do_not_fill_their_place_are_null() -> None:
    held = open_of(raw.open_pdu(parameters=b"\2\x09\1"))
    assert (held.version, held.my_as, held.parameters) == (4, raw.ROUTER_AS, None)


def test_an_open_that_does_not_parse_is_null_beside_its_octets() -> None:
    octets = raw.bgp(raw.OPEN, b"\4")
    assert shown(raw.peer_up(sent=octets)).sent_open == Pdu(raw.OPEN, octets.hex(), open=None)


def test_routes_of_all_fields_are_merged() -> None:
    gone = raw.mp_unreach(2, 1, raw.prefix(8, b"\x20"))
    held = update_of(
        raw.route_monitoring(raw.update_pdu(raw.prefix(0), raw.MANDATORY_ATTRIBUTES + MP_ROUTE + gone, raw.PREFIX))
    )
    assert held.reach == (Route(32, "20010db8", UNSET, 2, 1), Route(24, "c00002", UNSET, 1, 1))
    assert held.unreach == (Route(0, "", UNSET, 1, 1), Route(8, "20", UNSET, 2, 1))


def test_path_identifiers_are_read_where_the_session_has_them() -> None:
    octets = raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, raw.prefix(24, b"\xc0\0\2", 9)))
    assert update_of(octets, Session(((1, 1),))).reach == (Route(24, "c00002", 9, 1, 1),)
    assert (
        update_of(octets, Session(((2, 1),))).reach
        == update_of(octets).reach
        != update_of(octets, Session(((1, 1),))).reach
    )


def test_other_families_stay_in_the_attributes() -> None:
    held = update_of(raw.route_monitoring(raw.update_pdu(b"", raw.mp_reach(25, 70, b"\2\3"))))
    assert held.reach == ()
    assert isinstance(held.attributes, tuple)
    assert held.attributes[0].type == 14


@pytest.mark.parametrize("routes", [raw.prefix(33, bytes(5)), raw.prefix(24, b"\1")])
def test_routes_that_do_not_parse_are_null(routes: bytes) -> None:
    held = update_of(raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, routes)))
    assert (held.nlri, held.reach, held.unreach) == (None, None, ())


def test_attributes_that_do_not_add_up_are_null_and_all_that_they_may_hold() -> None:
    held = update_of(raw.route_monitoring(raw.update_pdu(b"", b"\x40\1\5\0", raw.PREFIX)))
    assert (held.attributes, held.reach, held.unreach, held.as_path, held.as_width) == (None, None, None, None, None)
    assert held.withdrawn == ()


def test_a_cut_multiprotocol_attribute_makes_its_routes_null() -> None:
    held = update_of(raw.route_monitoring(raw.update_pdu(b"", raw.attribute(0x80, 14, b"\0\1"))))
    assert (held.reach, held.unreach) == (None, ())


def test_an_end_of_rib_has_no_routes() -> None:
    held = update_of(raw.route_monitoring(raw.END_OF_RIB))
    assert (held.withdrawn, held.attributes, held.nlri, held.reach, held.unreach, held.as_path) == ((),) * 6


SHORT_PATH = raw.update_pdu(b"", raw.attribute(0x40, 2, raw.as_segment(2, 65001, 1, octets=2)))
LONG_PATH = raw.update_pdu(b"", raw.attribute(0x40, 2, raw.as_segment(2, 70000)))
NOTHING_TELLS = (None, None)


@pytest.mark.parametrize(
    "octets, as_width, expected",
    [
        (raw.route_monitoring(LONG_PATH), UNSET, (4, (AsSegment(2, (70000,)),))),
        (raw.route_monitoring(SHORT_PATH, of=raw.peer(flags=raw.A)), UNSET, (2, (AsSegment(2, (65001, 1)),))),
        (raw.route_monitoring(SHORT_PATH, of=raw.peer(flags=raw.A)), 4, (2, (AsSegment(2, (65001, 1)),))),
        (raw.route_monitoring(SHORT_PATH), UNSET, NOTHING_TELLS),
        (raw.route_monitoring(LONG_PATH, of=raw.loc_rib(flags=raw.A)), UNSET, (4, (AsSegment(2, (70000,)),))),
        (raw.route_monitoring(LONG_PATH, of=raw.peer(9)), UNSET, NOTHING_TELLS),
        (raw.mirroring(raw.tlv(0, LONG_PATH)), UNSET, NOTHING_TELLS),
        (raw.mirroring(raw.tlv(0, LONG_PATH)), 4, (4, (AsSegment(2, (70000,)),))),
        (raw.mirroring(raw.tlv(0, SHORT_PATH), of=raw.peer(flags=raw.A)), 2, (2, (AsSegment(2, (65001, 1)),))),
    ],
)
def test_the_a_flag_gives_the_as_width_and_the_session_where_it_means_nothing(
    octets: bytes, as_width: int, expected: tuple[object, object]
) -> None:
    held = update_of(octets, Session(as_width=as_width))
    assert (held.as_width, held.as_path) == expected


def test_a_mirrored_route_refresh_has_its_parts() -> None:
    pdu = raw.bgp(raw.ROUTE_REFRESH, b"\0\2\1\x80\xaa")
    expected = Pdu(5, pdu.hex(), route_refresh=RouteRefresh(2, 1, 128, "aa"))
    assert shown(raw.mirroring(raw.tlv(0, pdu))).tlvs == (Tlv(0, pdu.hex(), "bgp_message", None, expected),)


def test_mirrored_octets_that_are_no_pdu_have_none() -> None:
    assert shown(raw.mirroring(raw.tlv(0, b"xx"), raw.tlv(1, b"\0\0"))).tlvs == (
        Tlv(0, "7878", "bgp_message", None, None),
        Tlv(1, "0000", "mirroring_code", None),
    )


def frames_of(octets: bytes) -> Iterator[bytes]:
    """Yield the frames of a stream."""
    framer = Framer()
    for chunk in (*framer.feed(octets), *framer.finish()):
        if isinstance(chunk, Frame):
            yield bytes(chunk.octets)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("capture", load_captures().captures, ids=lambda capture: capture.file)
def test_all_that_routers_sent_is_shown_whole_and_in_form(profile: str, capture: object) -> None:
    frames = list(frames_of(read_capture(capture)))  # type: ignore[arg-type]
    assert frames
    for frame in frames:
        message = shown(frame, profile)
        assert missing(message, 3, "parsed") is None
        assert malformed(message) is None
