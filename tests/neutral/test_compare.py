"""What counts as a difference, what does not, and which bug it looks like."""

from collections.abc import Callable

import pytest

import raw
from bmpconform.neutral import Difference, Message, compare, show_octets
from bmpconform.neutral.form import (
    AsSegment,
    Attribute,
    Capability,
    Parameter,
    Pdu,
    Peer,
    Route,
    Statistic,
    Tlv,
    Update,
)
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.value import UNSET, Value, replace

INITIATION = raw.initiation(raw.tlv(0, b"one"), raw.tlv(1, b"router"), raw.tlv(2, b"r1"))
PEER_UP = raw.peer_up(raw.tlv(0, b"up"), raw.tlv(3, b"red"), raw.tlv(4, b"edge"), sent=raw.sent_open(raw.as4(65000)))
STATISTICS = raw.statistics(raw.tlv(0, raw.u32(1)), raw.tlv(9, raw.family_gauge()), raw.tlv(60000, b"\1\2\3"))
ROUTES = raw.prefix(24, b"\xc0\0\2") + raw.prefix(20, b"\xc0\0\x10") + raw.prefix(20, b"\xc0\0\x10")
MONITORING = raw.route_monitoring(raw.update_pdu(raw.prefix(8, b"\x0b"), raw.MANDATORY_ATTRIBUTES, ROUTES))
NOTIFICATION = raw.peer_down(1, raw.notification_pdu(6, 2, b"bye"))
EVENT = raw.peer_down(2, raw.u16(18))


def expected_of(octets: bytes, profile: str = "bmp-2026") -> Message:
    """Return what is in a frame."""
    message = show_octets(octets, PROFILES[profile])
    assert message is not None
    return message


def with_change(value: Value, path: str, new: object) -> Value:
    """Return `value` with what is at `path` (`tlvs.0.value`) changed to `new`, or to what `new` makes of it."""
    key, _, rest = path.partition(".")
    held = getattr(value, key)
    number, _, deeper = rest.partition(".")
    if isinstance(held, tuple) and number.isdecimal():
        items = list(held)
        index = int(number)
        items[index] = with_change(items[index], deeper, new) if deeper else _made(items[index], new)
        return replace(value, **{key: tuple(items)})
    return replace(value, **{key: with_change(held, rest, new) if rest else _made(held, new)})


def _made(held: object, new: object) -> object:
    return new(held) if callable(new) else new


def difference(  # noqa: PLR0913 - what a comparison hangs on
    octets: bytes, path: str, new: object, *, depth: int = 3, bgp: str = "parsed", profile: str = "bmp-2026"
) -> Difference | None:
    """Return how a view with one change differs from what is in the frame."""
    expected = expected_of(octets, profile)
    seen = with_change(expected, path, new)
    assert isinstance(seen, Message)
    assert seen != expected
    return compare(expected, seen, depth, bgp, PROFILES[profile])  # type: ignore[arg-type]


def code_and_path(found: Difference | None) -> tuple[str, str] | None:
    """Return what a report goes by."""
    return None if found is None else (found.code, found.path)


@pytest.mark.parametrize("octets", [INITIATION, PEER_UP, STATISTICS, MONITORING, NOTIFICATION, EVENT])
def test_a_message_does_not_differ_from_itself(octets: bytes) -> None:
    expected = expected_of(octets)
    assert compare(expected, expected_of(octets), 3, "parsed", PROFILES["bmp-2026"]) is None


@pytest.mark.parametrize(
    "octets, path, new",
    [
        (INITIATION, "version", 4),
        (INITIATION, "type", 5),
        (INITIATION, "length", 1),
        (INITIATION, "rest", "00"),
        (INITIATION, "tlvs.1.type", 2),
        (PEER_UP, "peer.type", 1),
        (PEER_UP, "peer.distinguisher", "00" * 7 + "01"),
        (PEER_UP, "peer.address", "00" * 16),
        (PEER_UP, "peer.asn", 1),
        (PEER_UP, "peer.bgp_id", "00" * 4),
        (PEER_UP, "peer.seconds", 1),
        (PEER_UP, "peer.microseconds", 1),
        (PEER_UP, "local_address", "00" * 16),
        (PEER_UP, "local_port", 1),
        (PEER_UP, "remote_port", 1),
        (PEER_UP, "sent_open.type", 2),
        (PEER_UP, "sent_open.hex", "00"),
        (PEER_UP, "sent_open.open.version", 3),
        (PEER_UP, "sent_open.open.my_as", 1),
        (PEER_UP, "received_open.open.hold_time", 1),
        (PEER_UP, "received_open.open.bgp_id", "00" * 4),
        (STATISTICS, "count", 1),
        (STATISTICS, "statistics.0.value", "2"),
        (STATISTICS, "statistics.1.afi", 2),
        (STATISTICS, "statistics.1.safi", 2),
        (STATISTICS, "statistics.2.data", "01"),
        (NOTIFICATION, "reason", 3),
        (NOTIFICATION, "pdu.notification.code", 1),
        (NOTIFICATION, "pdu.notification.subcode", 1),
        (NOTIFICATION, "pdu.notification.data", ""),
        (EVENT, "fsm_event", 1),
        (raw.message(9, b"a"), "rest", ""),
    ],
)
def test_a_value_that_differs_is_named_by_its_path(octets: bytes, path: str, new: object) -> None:
    found = difference(octets, path, new)
    place = path.replace(".0", "[0]").replace(".1", "[1]").replace(".2", "[2]")
    assert code_and_path(found) == ("value-differs", place)
    assert found is not None
    assert found.seen == str(new)


def test_both_values_are_shown() -> None:
    assert difference(EVENT, "fsm_event", 7) == Difference("fsm_event", "value-differs", "18", "7")


@pytest.mark.parametrize(
    "octets, path",
    [
        (INITIATION, "length"),
        (INITIATION, "tlvs"),
        (INITIATION, "tlvs.0.value"),
        (INITIATION, "tlvs.0.meaning"),
        (PEER_UP, "peer"),
        (PEER_UP, "peer.flags"),
        (PEER_UP, "sent_open"),
        (PEER_UP, "sent_open.hex"),
        (PEER_UP, "sent_open.open"),
        (PEER_UP, "sent_open.open.parameters"),
        (STATISTICS, "statistics.0.data"),
        (STATISTICS, "statistics.0.value"),
        (STATISTICS, "statistics.1.afi"),
        (MONITORING, "pdu.update.reach"),
        (MONITORING, "pdu.update.reach.0.path_id"),
        (MONITORING, "pdu.update.attributes"),
        (MONITORING, "pdu.update.attributes.0.flags"),
        (MONITORING, "pdu.update.as_path"),
    ],
)
def test_null_is_no_claim(octets: bytes, path: str) -> None:
    assert difference(octets, path, None) is None


def test_null_in_the_expectation_asks_for_nothing() -> None:
    octets = raw.mirroring(raw.tlv(0, raw.update_pdu(b"", raw.AS_PATH)))
    assert difference(octets, "tlvs.0.pdu.update.as_path", (AsSegment(2, (1,)),)) is None


@pytest.mark.parametrize(
    "octets, path, new, depth, bgp",
    [
        (INITIATION, "length", 1, 0, "none"),
        (PEER_UP, "local_port", 1, 1, "parsed"),
        (PEER_UP, "tlvs", (), 2, "parsed"),
        (STATISTICS, "statistics", (), 2, "parsed"),
        (PEER_UP, "sent_open.hex", "00", 3, "none"),
        (PEER_UP, "sent_open.open.my_as", 1, 3, "raw"),
        (NOTIFICATION, "pdu", Pdu(1, "00"), 3, "none"),
        (raw.mirroring(raw.tlv(0, raw.bgp(4))), "tlvs.0.pdu.type", 1, 3, "none"),
    ],
)
def test_keys_above_the_declared_depth_are_not_compared(
    octets: bytes, path: str, new: object, depth: int, bgp: str
) -> None:
    assert difference(octets, path, new, depth=depth, bgp=bgp) is None
    assert difference(octets, path, new) is not None


@pytest.mark.parametrize(
    "octets, bits, profile, counts",
    [
        (raw.peer_up(), 0x80, "bmp-2026", True),
        (raw.peer_up(), 0x40, "bmp-2026", False),
        (raw.peer_up(), 0x20, "bmp-2026", True),
        (raw.peer_up(), 0x10, "bmp-2026", False),
        (raw.peer_up(), 0x0F, "bmp-2026", False),
        (MONITORING, 0x40, "bmp-2026", True),
        (MONITORING, 0x10, "bmp-2026", True),
        (MONITORING, 0x10, "rfc7854", False),
        (STATISTICS, 0x10, "bmp-2026", False),
        (raw.mirroring(), 0x20, "bmp-2026", False),
        (raw.mirroring(), 0x40, "bmp-2026", False),
        (raw.mirroring(), 0x10, "bmp-2026", True),
        (raw.mirroring(), 0x80, "bmp-2026", True),
        (raw.loc_rib_up(), 0x80, "bmp-2026", True),
        (raw.loc_rib_up(), 0x80, "rfc7854", False),
        (raw.loc_rib_up(), 0x70, "bmp-2026", False),
        (raw.peer_up(of=raw.peer(9)), 0xFF, "bmp-2026", False),
    ],
)
def test_flags_count_where_they_mean_something(octets: bytes, bits: int, profile: str, counts: bool) -> None:  # noqa: FBT001 - a table
    found = difference(octets, "peer.flags", bits, profile=profile)
    assert code_and_path(found) == (("value-differs", "peer.flags") if counts else None)


NUL_INSIDE = raw.initiation(raw.tlv(1, b"a\0b"), raw.tlv(2, b"c\0"))


@pytest.mark.parametrize(
    "path, new, code",
    [
        ("tlvs.0.value", "61006200", "nul-terminated"),
        ("tlvs.0.value", "6100620000", "nul-terminated"),
        ("tlvs.0.value", "61", "cut-at-nul"),
        ("tlvs.0.value", "6100", "value-differs"),
        ("tlvs.0.value", "61006263", "value-differs"),
        ("tlvs.0.value", "", "value-differs"),
        ("tlvs.1.value", "63", "nul-stripped"),
        ("tlvs.1.value", "630000", "nul-terminated"),
        ("tlvs.1.value", "64", "value-differs"),
    ],
)
def test_what_became_of_a_string_is_named(path: str, new: str, code: str) -> None:
    assert code_and_path(difference(NUL_INSIDE, path, new)) == (code, path.replace(".0", "[0]").replace(".1", "[1]"))


def swapped(items: tuple[object, ...]) -> tuple[object, ...]:
    """Return the items, the first two exchanged."""
    return (items[1], items[0], *items[2:])


@pytest.mark.parametrize(
    "octets, path, new, code, place",
    [
        (INITIATION, "tlvs", swapped, "order-lost", "tlvs"),
        (PEER_UP, "tlvs", swapped, "order-lost", "tlvs"),
        (INITIATION, "tlvs", lambda tlvs: tlvs[:1] + tlvs[2:], "tlv-lost", "tlvs[1]"),
        (INITIATION, "tlvs", (), "tlv-lost", "tlvs[0]"),
        (INITIATION, "tlvs", lambda tlvs: tlvs[:2] + tlvs[1:], "tlv-added", "tlvs[2]"),
        (INITIATION, "tlvs", lambda tlvs: (*tlvs, Tlv(5, "", None, None)), "tlv-added", "tlvs[3]"),
        (STATISTICS, "statistics", swapped, "order-lost", "statistics"),
        (STATISTICS, "statistics", lambda held: held[1:], "tlv-lost", "statistics[0]"),
        (STATISTICS, "statistics", lambda held: (*held, Statistic(1, "00", None)), "tlv-added", "statistics[3]"),
    ],
)
def test_a_list_that_changed_is_named(octets: bytes, path: str, new: object, code: str, place: str) -> None:
    assert code_and_path(difference(octets, path, new)) == (code, place)


def test_order_is_seen_where_values_are_hidden() -> None:
    def hide(tlvs: tuple[Tlv, ...]) -> tuple[Tlv, ...]:
        return tuple(Tlv(tlv.type, None, None, None) for tlv in reversed(tlvs))

    assert code_and_path(difference(INITIATION, "tlvs", hide)) == ("order-lost", "tlvs")


def meaning_in(message: Callable[..., bytes], code: int, seen: str, profile: str = "bmp-2026") -> Difference | None:
    """Return what is said of a TLV of `code` that is taken for `seen`."""
    return difference(message(raw.tlv(code, b"\0\0")), "tlvs.0.meaning", seen, profile=profile)


def down(tlv: bytes) -> bytes:
    """Return the Peer Down of a Loc-RIB with one TLV."""
    return raw.peer_down(6, tlv, of=raw.loc_rib())


@pytest.mark.parametrize(
    "message, code, seen",
    [
        (raw.peer_up, 1, "sys_descr"),
        (raw.peer_up, 2, "sys_name"),
        (raw.peer_up, 3, "sys_name"),
        (raw.peer_up, 9, "reason"),
        (raw.initiation, 3, "vrf_table_name"),
        (raw.initiation, 4, "admin_label"),
        (raw.termination, 1, "sys_descr"),
        (raw.mirroring, 1, "sys_descr"),
        (raw.mirroring, 0, "string"),
        (down, 1, "sys_descr"),
    ],
)
def test_a_meaning_of_another_message_mixes_namespaces(message: Callable[..., bytes], code: int, seen: str) -> None:
    found = meaning_in(message, code, seen)
    assert code_and_path(found) == ("namespace-mixed", "tlvs[0].meaning")
    assert found is not None
    assert not found.tolerated


@pytest.mark.parametrize(
    "message, code, seen",
    [
        (raw.peer_up, 0, "vrf_table_name"),
        (raw.peer_up, 3, "unknown"),
        (raw.peer_up, 3, "reserved"),
        (raw.peer_up, 1, "string"),
        (raw.initiation, 1, "sys_name"),
        (raw.initiation, 1, "unknown"),
        (raw.termination, 1, "string"),
        (down, 3, "unknown"),
        (down, 0, "vrf_table_name"),
        (down, 1, "string"),
    ],
)
def test_another_meaning_of_the_same_message_is_a_wrong_value(
    message: Callable[..., bytes], code: int, seen: str
) -> None:
    assert code_and_path(meaning_in(message, code, seen)) == ("value-differs", "tlvs[0].meaning")


@pytest.mark.parametrize(
    "message, code, seen, profile",
    [
        (raw.peer_up, 1, "unknown", "bmp-2026"),
        (raw.peer_up, 9, "reserved", "bmp-2026"),
        (raw.initiation, 3, "unknown", "bmp-2026"),
        (raw.initiation, 3, "reserved", "rfc7854"),
        (down, 0, "unknown", "bmp-2026"),
        (down, 4, "unknown", "bmp-2026"),
        (down, 3, "vrf_table_name", "rfc7854"),
        (raw.peer_up, 3, "vrf_table_name", "rfc7854"),
        (raw.peer_up, 4, "admin_label", "rfc7854"),
    ],
)
def test_what_is_not_assigned_may_be_taken_for_reserved_unknown_or_what_it_became(
    message: Callable[..., bytes], code: int, seen: str, profile: str
) -> None:
    assert meaning_in(message, code, seen, profile) is None


@pytest.mark.parametrize(
    "message, seen, profile, tolerated",
    [
        (raw.peer_up, "sys_descr", "rfc7854", True),
        (raw.peer_up, "sys_descr", "draft-peer-up", False),
        (raw.peer_up, "sys_descr", "rfc9736", False),
        (raw.initiation, "admin_label", "rfc7854", True),
        (raw.peer_up, "reason", "rfc7854", False),
        (raw.termination, "sys_descr", "rfc7854", False),
    ],
)
def test_one_namespace_is_tolerated_where_there_was_one(
    message: Callable[..., bytes], seen: str, profile: str, *, tolerated: bool
) -> None:
    found = meaning_in(message, 9, seen, profile)
    assert found is not None
    assert (found.code, found.tolerated) == ("namespace-mixed", tolerated)


def test_a_tolerated_difference_does_not_hide_another_one() -> None:
    expected = expected_of(raw.peer_up(raw.tlv(1, b"a"), raw.tlv(0, b"b")), "rfc7854")
    seen = with_change(with_change(expected, "tlvs.0.meaning", "sys_descr"), "tlvs.1.value", "6200")
    assert isinstance(seen, Message)
    found = compare(expected, seen, 3, "parsed", PROFILES["rfc7854"])
    assert code_and_path(found) == ("nul-terminated", "tlvs[1].value")


def test_the_name_of_a_variant_is_evidence_only() -> None:
    assert difference(INITIATION, "tlvs.0.name", "Free") is None


def test_a_family_is_owed_with_the_value_that_it_belongs_to() -> None:
    assert code_and_path(difference(STATISTICS, "statistics.1.afi", UNSET)) == ("value-differs", "statistics[1].afi")

    def opaque(statistic: Statistic) -> Statistic:
        return Statistic(statistic.type, statistic.data, None)

    assert difference(STATISTICS, "statistics.1", opaque) is None


def capabilities(*parameters: tuple[int, ...]) -> tuple[Parameter, ...]:
    """Return parameters of type 2 with empty capabilities of these codes."""
    return tuple(Parameter(2, tuple(Capability(code, "") for code in codes)) for codes in parameters)


@pytest.mark.parametrize(
    "seen, place",
    [
        (capabilities((1, 2, 3)), None),
        (capabilities((1,), (2,), (3,)), None),
        ((Parameter(1, UNSET, "aa"), *capabilities((1, 2), (3,))), None),
        (capabilities((1, 3), (2,)), "parameters[0].capabilities[1].code"),
        (capabilities((1, 2)), "parameters[1].capabilities[0]"),
        (capabilities((1, 2), (3, 4)), "parameters[1].capabilities[1]"),
        ((), "parameters[0].capabilities[0]"),
        ((Parameter(2, UNSET, "010002000300"),), "parameters"),
    ],
)
def test_capabilities_are_compared_in_order_however_they_are_grouped(
    seen: tuple[Parameter, ...], place: str | None
) -> None:
    items = [raw.capabilities(raw.capability(1), raw.capability(2)), raw.capabilities(raw.capability(3))]
    octets = raw.peer_up(sent=raw.open_pdu(parameters=b"".join(items)))
    found = difference(octets, "sent_open.open", lambda held: replace(held, extended=1, parameters=seen))
    assert code_and_path(found) == (None if place is None else ("value-differs", f"sent_open.open.{place}"))


def test_capabilities_that_do_not_parse_are_not_compared() -> None:
    octets = raw.peer_up(sent=raw.open_pdu(parameters=raw.parameter(2, b"\1\5")))
    assert difference(octets, "sent_open.open.parameters", capabilities((1,))) is None


@pytest.mark.parametrize(
    "path, new, place",
    [
        ("pdu.update.reach", lambda held: (held[2], held[1], held[0]), None),
        ("pdu.update.reach.1.prefix", "c0001f", None),
        ("pdu.update.reach.0.prefix", "c00003", "reach[0]"),
        ("pdu.update.reach.0.bits", 23, "reach[0]"),
        ("pdu.update.reach.0.afi", 2, "reach[0]"),
        ("pdu.update.reach.0.safi", 4, "reach[0]"),
        ("pdu.update.reach.0.path_id", 0, "reach[0]"),
        ("pdu.update.reach", lambda held: held[:2], "reach[2]"),
        ("pdu.update.reach", lambda held: (*held, held[0]), "reach[3]"),
        ("pdu.update.unreach", (), "unreach[0]"),
        ("pdu.update.attributes", lambda held: tuple(reversed(held)), None),
        ("pdu.update.attributes.0.flags", 0x50, None),
        ("pdu.update.attributes.0.flags", 0xC0, "attributes[0]"),
        ("pdu.update.attributes.0.type", 99, "attributes[0]"),
        ("pdu.update.attributes.0.value", "01", "attributes[0]"),
        ("pdu.update.attributes", lambda held: held[1:], "attributes[0]"),
        ("pdu.update.attributes", lambda held: (*held, Attribute(0xC0, 8, "")), "attributes[3]"),
        ("pdu.update.as_path", (), "as_path"),
        ("pdu.update.as_path.0.segment", 1, "as_path"),
        ("pdu.update.as_path.0.asns", (1, 2), "as_path"),
        ("pdu.update.nlri", (), None),
        ("pdu.update.withdrawn", (), None),
        ("pdu.update.as_width", 2, None),
    ],
)
def test_updates_are_compared_by_their_routes_attributes_and_path(path: str, new: object, place: str | None) -> None:
    found = difference(MONITORING, path, new)
    assert code_and_path(found) == (None if place is None else ("value-differs", f"pdu.update.{place}"))


def test_each_route_is_compared_by_the_reading_of_its_labels_that_fits() -> None:
    stack = Route(56, "000100" + "000211" + "c0", afi=1, safi=4)
    one = Route(56, "000300" + "00040f" + "0a", afi=1, safi=4)
    expected = replace(expected_of(MONITORING), pdu=Pdu(update=Update(reach=(stack, one))))
    seen = (replace(one, prefix="000301" + "00040f" + "0a"), replace(stack, prefix="00010e" + "00021f" + "c0"))

    def found(*routes: Route) -> Difference | None:
        shown = replace(expected, pdu=Pdu(update=Update(reach=routes)))
        return compare(expected, shown, 3, "parsed", PROFILES["bmp-2026"])

    assert found(*seen) is None
    assert code_and_path(found(seen[0], seen[0])) == ("value-differs", "pdu.update.reach[0]")


def test_the_parts_of_a_mirrored_pdu_are_compared() -> None:
    octets = raw.mirroring(raw.tlv(0, raw.notification_pdu()))
    found = difference(octets, "tlvs.0.pdu.notification.code", 1)
    assert code_and_path(found) == ("value-differs", "tlvs[0].pdu.notification.code")


def test_a_view_that_holds_nothing_at_all_is_no_difference() -> None:
    hidden = Message(**dict.fromkeys(Message.__struct_fields__))
    assert compare(expected_of(PEER_UP), hidden, 3, "parsed", PROFILES["bmp-2026"]) is None


def test_keys_that_are_not_there_are_not_compared() -> None:
    update = Update(reach=(Route(),) * 3, attributes=(Attribute(),) * 3)
    seen = replace(expected_of(MONITORING), peer=Peer(), pdu=Pdu(update=update))
    assert compare(expected_of(MONITORING), seen, 3, "parsed", PROFILES["bmp-2026"]) is None
