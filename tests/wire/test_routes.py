"""The inside of an UPDATE is read as the session says that it is written, RFC 4271, 4760, 6793, 7911, 8277, 4364."""

import pytest

import raw
from bmpconform.wire.bgp import Attribute, Attributes, Update
from bmpconform.wire.codes import Afi, AttributeType, Safi
from bmpconform.wire.routes import (
    AsPath,
    AsSegment,
    Fault,
    MpReach,
    MpUnreach,
    PathPrefix,
    Prefix,
    Prefixes,
    RouteField,
    encode_part,
    has_path_ids,
    is_end_of_rib,
    is_read,
    label_stacks,
    nlri_fault,
    read_as_path,
    read_mp_reach,
    read_mp_unreach,
    read_prefixes,
    route_fields,
)

IPV4, IPV6 = (1, 1), (2, 1)
RD = bytes.fromhex("0000fde800000007")
LABEL, MIDDLE_LABEL = bytes.fromhex("000101"), bytes.fromhex("000100")


def octets(text: str) -> bytes:
    """Return octets written in hex, blanks between fields."""
    return bytes.fromhex(text)


@pytest.mark.parametrize(
    "hexadecimal, items, rest",
    [
        ("", (), ""),
        ("00", (Prefix(0, b""),), ""),
        ("18 c00002", (Prefix(24, octets("c00002")),), ""),
        ("19 c0000280 08 0a", (Prefix(25, octets("c0000280")), Prefix(8, b"\x0a")), ""),
        ("01 80 20 c0000201", (Prefix(1, b"\x80"), Prefix(32, octets("c0000201"))), ""),
        ("21 c000020180", (Prefix(33, octets("c000020180")),), ""),
        ("ff" + "00" * 32, (Prefix(255, bytes(32)),), ""),
        ("18 c000", (), "18c000"),
        ("08 0a 18", (Prefix(8, b"\x0a"),), "18"),
        ("08 0a 19 c00002", (Prefix(8, b"\x0a"),), "19c00002"),
    ],
)
def test_prefixes_are_as_long_as_their_bits_take(hexadecimal: str, items: tuple[Prefix, ...], rest: str) -> None:
    assert read_prefixes(octets(hexadecimal), path_ids=False) == Prefixes(items, octets(rest))


@pytest.mark.parametrize(
    "part, hexadecimal",
    [
        (Prefix(24, octets("c00002")), "18 c00002"),
        (PathPrefix(7, 8, b"\x0a"), "00000007 08 0a"),
        (MpReach(2, 1, bytes(16), 0, octets("080a")), "0002 01 10" + "00" * 16 + "00 080a"),
        (MpUnreach(1, 128, octets("080a")), "0001 80 080a"),
    ],
)
def test_a_part_of_an_update_is_written_as_it_is_read(
    part: Prefix | PathPrefix | MpReach | MpUnreach, hexadecimal: str
) -> None:
    assert encode_part(part) == octets(hexadecimal)


@pytest.mark.parametrize(
    "hexadecimal, items, rest",
    [
        ("", (), ""),
        ("00000001 00", (PathPrefix(1, 0, b""),), ""),
        ("ffffffff 18 c00002", (PathPrefix(0xFFFFFFFF, 24, octets("c00002")),), ""),
        ("00000001 08 0a 00000002 08 0a", (PathPrefix(1, 8, b"\x0a"), PathPrefix(2, 8, b"\x0a")), ""),
        ("18 c00002", (), "18c00002"),
        ("00000001", (), "00000001"),
        ("00000001 08", (), "0000000108"),
        ("00000001 08 0a 000000", (PathPrefix(1, 8, b"\x0a"),), "000000"),
    ],
)
def test_prefixes_stand_behind_their_path_identifiers(
    hexadecimal: str, items: tuple[PathPrefix, ...], rest: str
) -> None:
    assert read_prefixes(octets(hexadecimal), path_ids=True) == Prefixes(items, octets(rest))


@pytest.mark.parametrize(
    "hexadecimal, as_octets, items, rest",
    [
        ("", 2, (), ""),
        ("", 4, (), ""),
        ("02 01 fde9", 2, (AsSegment(2, 1, (65001,)),), ""),
        ("02 01 0000fde9", 4, (AsSegment(2, 1, (65001,)),), ""),
        ("02 02 fde9 fdea 01 01 fdeb", 2, (AsSegment(2, 2, (65001, 65002)), AsSegment(1, 1, (65003,))), ""),
        ("03 01 0000fc00 04 01 0000fc01", 4, (AsSegment(3, 1, (64512,)), AsSegment(4, 1, (64513,))), ""),
        ("02 00", 2, (AsSegment(2, 0, ()),), ""),
        ("02 00", 4, (AsSegment(2, 0, ()),), ""),
        ("09 01 fde9", 2, (AsSegment(9, 1, (65001,)),), ""),
        ("02 01 fde9", 4, (), "0201fde9"),
        ("02 01 0000fde9", 2, (AsSegment(2, 1, (0,)),), "fde9"),
        ("02", 2, (), "02"),
        ("02 01 fde9 02", 2, (AsSegment(2, 1, (65001,)),), "02"),
        ("02 ff fde9", 2, (), "02fffde9"),
    ],
)
def test_an_as_path_is_read_in_one_width(
    hexadecimal: str, as_octets: int, items: tuple[AsSegment, ...], rest: str
) -> None:
    assert read_as_path(octets(hexadecimal), as_octets) == AsPath(items, octets(rest))


@pytest.mark.parametrize(
    "hexadecimal, read",
    [
        ("0001 01 04 0a000002 00 18c00002", MpReach(1, 1, octets("0a000002"), 0, octets("18c00002"))),
        ("0002 01 00 00", MpReach(2, 1, b"", 0, b"")),
        ("4004 47 04 0a000002 07 ff", MpReach(16388, 71, octets("0a000002"), 7, b"\xff")),
        ("0002 01 00", None),
        ("0002 01 01 20", None),
        ("0002 01 10 20010db8 00", None),
        ("0002 01", None),
        ("", None),
    ],
)
def test_mp_reach_holds_family_next_hop_and_routes(hexadecimal: str, read: MpReach | None) -> None:
    assert read_mp_reach(octets(hexadecimal)) == read


@pytest.mark.parametrize(
    "hexadecimal, read",
    [
        ("0002 01", MpUnreach(2, 1, b"")),
        ("0002 01 2020010db8", MpUnreach(2, 1, octets("2020010db8"))),
        ("0002", None),
        ("", None),
    ],
)
def test_mp_unreach_holds_family_and_routes(hexadecimal: str, read: MpUnreach | None) -> None:
    assert read_mp_unreach(octets(hexadecimal)) == read


def _attribute(attribute_type: int, hexadecimal: str) -> Attribute:
    return Attribute(0x80, attribute_type, octets(hexadecimal))


REACH = _attribute(AttributeType.MP_REACH_NLRI, "0002 01 02 aabb 00 2020010db8")
UNREACH = _attribute(AttributeType.MP_UNREACH_NLRI, "0001 80 00")
ORIGIN = _attribute(AttributeType.ORIGIN, "00")


def test_routes_are_found_in_all_four_places_in_wire_order() -> None:
    update = Update(octets("080a"), Attributes((ORIGIN, REACH, UNREACH)), octets("18c00002"))
    assert list(route_fields(update)) == [
        RouteField("withdrawn", 0, IPV4, octets("080a"), withdrawn=True),
        RouteField("attributes[1].value", 7, IPV6, octets("2020010db8"), withdrawn=False),
        RouteField("attributes[2].value", 3, (1, 128), b"\0", withdrawn=True),
        RouteField("nlri", 0, IPV4, octets("18c00002"), withdrawn=False),
    ]


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param((), id="no attribute"),
        pytest.param((ORIGIN,), id="another attribute"),
        pytest.param((_attribute(14, "0002 01 00 00"),), id="MP_REACH of no route"),
        pytest.param((_attribute(15, "0002 01"),), id="MP_UNREACH of no route"),
        pytest.param((_attribute(14, "0002 01 05 aabb 00"),), id="malformed MP_REACH"),
        pytest.param((_attribute(15, "0002"),), id="malformed MP_UNREACH"),
    ],
)
def test_places_without_routes_are_left_out(attributes: tuple[Attribute, ...]) -> None:
    assert list(route_fields(Update(b"", Attributes(attributes), b""))) == []


@pytest.mark.parametrize(
    "update, answer",
    [
        pytest.param(Update(), True, id="nothing"),
        pytest.param(Update(b"", Attributes((_attribute(15, "0002 01"),))), True, id="empty MP_UNREACH"),
        pytest.param(Update(b"", Attributes((_attribute(15, "0001 01"),))), True, id="empty MP_UNREACH of IPv4"),
        pytest.param(Update(b"", Attributes((_attribute(15, "0019 46"),))), True, id="a family that is not read"),
        pytest.param(Update(b"\0"), False, id="withdrawn routes"),
        pytest.param(Update(b"", Attributes(), b"\0"), False, id="NLRI"),
        pytest.param(Update(b"", Attributes((), b"\0")), False, id="attributes that do not add up"),
        pytest.param(Update(b"", Attributes((ORIGIN,))), False, id="another attribute"),
        pytest.param(Update(b"", Attributes((_attribute(14, "0002 01 00 00"),))), False, id="empty MP_REACH"),
        pytest.param(Update(b"", Attributes((_attribute(15, "0002"),))), False, id="MP_UNREACH that is cut"),
        pytest.param(Update(b"", Attributes((UNREACH,))), False, id="MP_UNREACH of a route"),
        pytest.param(Update(b"", Attributes((_attribute(15, "0002 01"),)), b"\0"), False, id="NLRI beside it"),
        pytest.param(
            Update(b"", Attributes((_attribute(15, "0002 01"), _attribute(15, "0001 80")))), False, id="two of them"
        ),
    ],
)
def test_an_end_of_rib_has_nothing_but_its_family(update: Update, answer: bool) -> None:  # noqa: FBT001 - expected
    assert is_end_of_rib(update) == answer


@pytest.mark.parametrize("afi", [0, 1, 2, 3, 25, 16388, 65535])
@pytest.mark.parametrize("safi", [0, 1, 2, 4, 5, 128, 129, 255])
def test_families_of_unicast_labelled_and_vpn_prefixes_are_read(afi: int, safi: int) -> None:
    assert is_read((afi, safi)) == (afi in set(Afi) and safi in set(Safi))


@pytest.mark.parametrize(
    "prefix, ends",
    [
        (b"", ()),
        (bytes(2), ()),
        (LABEL, (3,)),
        (MIDDLE_LABEL, (3,)),
        (MIDDLE_LABEL + LABEL[:2], (3,)),
        (LABEL + MIDDLE_LABEL, (3,)),
        (MIDDLE_LABEL + LABEL, (3, 6)),
        (MIDDLE_LABEL * 3 + LABEL + bytes(9), (3, 12)),
        (octets("800000 c00002"), (3,)),
        (octets("000000 c00003"), (3, 6)),
    ],
)
def test_labels_may_be_one_or_go_on_to_the_bottom_of_the_stack(prefix: bytes, ends: tuple[int, ...]) -> None:
    assert label_stacks(prefix) == ends


def _fault(family: tuple[int, int], routes: bytes, *, path_ids: bool = False, withdrawn: bool = False) -> Fault | None:
    return nlri_fault(RouteField("nlri", 0, family, routes, withdrawn), path_ids=path_ids)


FITTING = [
    ((1, 1), "18 c00002 00 20 c0000201"),
    ((2, 1), "20 20010db8 80 20010db8000000000000000000000001"),
    ((1, 4), "30 000101 c00002"),
    ((1, 4), "18 000101"),
    ((1, 4), "38 000101 c0000201"),
    ((1, 4), "50 000100 000111 c0000201"),
    ((1, 4), "30 000100 c00002"),
    ((2, 4), "98 000101 20010db8000000000000000000000001"),
    ((1, 128), "70 000101 0000fde800000007 c00002"),
    ((1, 128), "58 000101 0000fde800000007"),
    ((1, 128), "90 000100 000111 0000fde800000007 c0000201"),
    ((2, 128), "d8 000101 0000fde800000007 20010db8000000000000000000000001"),
    ((1, 4), "30 800000 c00002"),
    ((1, 4), "30 000000 c00002"),
    ((1, 128), "78 800000 0000fde800000007 c0000200"),
]


@pytest.mark.parametrize("withdrawn", [False, True])
@pytest.mark.parametrize("family, hexadecimal", FITTING)
def test_prefixes_that_fit_their_family_have_no_fault(
    family: tuple[int, int],
    hexadecimal: str,
    withdrawn: bool,  # noqa: FBT001 - each way
) -> None:
    assert _fault(family, octets(hexadecimal), withdrawn=withdrawn) is None


@pytest.mark.parametrize(
    "family, hexadecimal, fault",
    [
        ((1, 1), "18 c00002 21 c000020100", Fault(4, 6, "a prefix of 33 bits, 32 at most")),
        ((1, 1), "18 c00002 18 c000", Fault(4, 3, "the last prefix goes past the end of its field")),
        ((1, 1), "18", Fault(0, 1, "the last prefix goes past the end of its field")),
        ((2, 1), "81" + "00" * 17, Fault(0, 18, "a prefix of 129 bits, 128 at most")),
        ((1, 4), "00", Fault(0, 1, "a prefix of 0 bits has no room for a label")),
        ((1, 4), "17 000101", Fault(0, 4, "a prefix of 23 bits has no room for a label")),
        ((1, 4), "39 000101 c000020100", Fault(0, 9, "a prefix of 33 bits behind its labels, 32 at most")),
        ((1, 4), "51 000100 000111 c000020100", Fault(0, 12, "a prefix of 33 bits behind its labels, 32 at most")),
        ((2, 4), "a0 000101" + "00" * 17, Fault(0, 21, "a prefix of 136 bits behind its labels, 128 at most")),
        ((1, 128), "18 000101", Fault(0, 4, "a prefix of 24 bits has no room for a label and a route distinguisher")),
        (
            (1, 128),
            "79 000101 0000fde800000007 c000020100",
            Fault(0, 17, "a prefix of 33 bits behind its labels, 32 at most"),
        ),
    ],
)
def test_a_fault_is_placed_at_its_prefix(family: tuple[int, int], hexadecimal: str, fault: Fault) -> None:
    assert _fault(family, octets(hexadecimal)) == fault


def test_a_fault_behind_path_identifiers_is_placed_at_the_path_identifier() -> None:
    routes = octets("00000001 18 c00002 00000002 21 c000020100")
    assert _fault(IPV4, routes, path_ids=True) == Fault(8, 10, "a prefix of 33 bits, 32 at most")
    assert _fault(IPV4, routes[:-1], path_ids=True) == Fault(8, 9, "the last prefix goes past the end of its field")


@pytest.mark.parametrize("family, hexadecimal", FITTING)
def test_prefixes_fit_behind_path_identifiers_as_well(family: tuple[int, int], hexadecimal: str) -> None:
    plain = read_prefixes(octets(hexadecimal), path_ids=False)
    assert plain.rest == b""
    routes = b"".join(raw.prefix(item.bits, item.prefix, 7) for item in plain.items)
    assert _fault(family, routes, path_ids=True) is None


@pytest.mark.parametrize("family", [(1, 2), (1, 133), (25, 70), (16388, 71), (3, 1)])
@pytest.mark.parametrize("path_ids", [False, True])
def test_other_families_have_no_fault(family: tuple[int, int], path_ids: bool) -> None:  # noqa: FBT001 - each way
    assert _fault(family, b"\xff\xff", path_ids=path_ids) is None


@pytest.mark.parametrize(
    "hexadecimal, is_so",
    [("18 c00002", False), ("00000007 18 c00002", True), ("00000001 00", False), ("18 c000", False), ("", False)],
)
def test_path_identifiers_are_there_where_nothing_else_fits(hexadecimal: str, *, is_so: bool) -> None:
    assert has_path_ids(IPV4, octets(hexadecimal)) == is_so
