"""Bits that are to be ignored on receipt make no difference, and all others do."""

import pytest

from bmpconform.neutral.form import Attribute, Capability, Route
from bmpconform.neutral.reserved import Labels, cleared_attribute, cleared_capability, cleared_route

REACH = "00010104c000020100" + "18c00002"
LABELLED = "00010404c000020100"


@pytest.mark.parametrize(
    "one, other",
    [
        (Attribute(0x40, 1, "00"), Attribute(0x5F, 1, "00")),
        (Attribute(0x80, 14, REACH), Attribute(0x80, 14, "00010104c0000201ff" + "18c00002")),
        (Attribute(0x80, 14, REACH + "13ac1fff"), Attribute(0x80, 14, REACH + "13ac1fe0")),
        (
            Attribute(0x80, 15, "000201" + "7f" + "20" * 15 + "01"),
            Attribute(0x80, 15, "000201" + "7f" + "20" * 15 + "00"),
        ),
        (Attribute(0x80, 15, "000101" + "00000007" + "09c0ff"), Attribute(0x80, 15, "000101" + "00000007" + "09c080")),
        (Attribute(0x80, 15, "000104" + "21000101c0ff"), Attribute(0x80, 15, "000104" + "21000101c080")),
        (Attribute(0x80, 14, LABELLED + "2000010fc0"), Attribute(0x80, 14, LABELLED + "20000100c0")),
        (Attribute(0x80, 15, "000104" + "20800000c0"), Attribute(0x80, 15, "000104" + "20000101c0")),
    ],
)
def test_what_is_reserved_in_an_attribute_makes_no_difference(one: Attribute, other: Attribute) -> None:
    assert cleared_attribute(one, Labels.ONE) == cleared_attribute(other, Labels.ONE)


@pytest.mark.parametrize(
    "one, other",
    [
        (Attribute(0x40, 1, "00"), Attribute(0xC0, 1, "00")),
        (Attribute(0xC0, 8, "00000001"), Attribute(0xE0, 8, "00000001")),
        (Attribute(0x80, 14, REACH), Attribute(0x80, 14, "0001010400000201" + "00" + "18c00002")),
        (Attribute(0x80, 15, "00010118c00002"), Attribute(0x80, 15, "00010118c00003")),
        (Attribute(0x80, 15, "00010117c00002"), Attribute(0x80, 15, "00010117c00000")),
        (Attribute(0x80, 15, "000101" + "00000007" + "09c080"), Attribute(0x80, 15, "000101" + "00000006" + "09c080")),
        (Attribute(0x80, 15, "00194609c0ff"), Attribute(0x80, 15, "00194609c080")),
        (Attribute(0x80, 14, LABELLED + "20000101c0"), Attribute(0x80, 14, LABELLED + "20000111c0")),
        (Attribute(0x80, 14, REACH + "2000010fc0"), Attribute(0x80, 14, REACH + "20000100c0")),
    ],
)
def test_what_means_something_in_an_attribute_makes_one(one: Attribute, other: Attribute) -> None:
    assert cleared_attribute(one, Labels.ONE) != cleared_attribute(other, Labels.ONE)


@pytest.mark.parametrize(
    "kind, one, other, same_by, is_withdrawn",
    [
        # RFC 8277 section 2.2: of one label neither the reserved bits nor the bottom of stack count.
        ((4, 32), "000101c0", "000100c0", {Labels.ONE, Labels.STACK}, False),
        ((4, 32), "00010fc0", "000101c0", {Labels.ONE, Labels.STACK}, False),
        ((4, 24), "000000", "000001", {Labels.ONE, Labels.STACK}, False),
        ((128, 96), "000100" + "0000fde800000001" + "c0", "00010f" + "0000fde800000001" + "c0", {Labels.ONE}, False),
        ((4, 32), "000111c0", "000101c0", set(), False),
        ((4, 32), "000101c0", "000101c1", set(), False),
        ((4, 30), "000101c0", "000101c3", {Labels.ONE, Labels.STACK}, False),
        # Section 2.3: of several the reserved bits do not.
        ((4, 56), "000100" + "00020f" + "c0", "00010e" + "000201" + "c0", {Labels.STACK}, False),
        ((4, 56), "000100" + "000201" + "c0", "000101" + "000201" + "c0", {Labels.ONE, Labels.STACK}, False),
        # Section 2.4: of a route that is withdrawn nothing does; RFC 3107 had the whole stack there.
        ((4, 32), "800000c0", "000111c0", {Labels.ONE, Labels.STACK}, True),
        ((4, 56), "000100" + "000201" + "c0", "000300" + "000401" + "c0", {Labels.STACK}, True),
        ((4, 32), "800000c0", "800000c1", set(), True),
        ((1, 32), "800000c0", "800001c0", set(), True),
        ((1, 24), "000000", "000001", set(), False),
        ((4, 16), "0001", "0000", set(), True),
    ],
)
def test_bits_of_labels_that_say_nothing_make_no_difference(
    kind: tuple[int, int], one: str, other: str, same_by: set[Labels], *, is_withdrawn: bool
) -> None:
    safi, bits = kind

    def cleared(prefix: str, labels: Labels) -> Route:
        return cleared_route(Route(bits, prefix, afi=1, safi=safi), labels, is_withdrawn=is_withdrawn)

    assert {labels for labels in Labels if cleared(one, labels) == cleared(other, labels)} == same_by


@pytest.mark.parametrize(
    "code, one, other, is_same",
    [
        (1, "00010001", "0001ff01", True),
        (1, "00010001", "00010002", False),
        (64, "0078000101800002017f", "3078000101ff00020100", True),
        (64, "0078", "8078", False),
        (64, "8078", "c078", True),
        (64, "007800010180", "007800010100", False),
        (71, "000101800000780001020000007a", "000101ff0000780001027f00007a", True),
        (71, "00010180000078", "00010100000078", False),
        (69, "00010103", "00010101", False),
        (200, "00ff", "00fe", False),
    ],
)
def test_capabilities_have_reserved_bits_too(code: int, one: str, other: str, *, is_same: bool) -> None:
    assert (cleared_capability(Capability(code, one)) == cleared_capability(Capability(code, other))) == is_same


@pytest.mark.parametrize("value", ["", "0001", "000101", "000101ff", "0001012000"])
def test_what_is_cut_is_left_as_it_is(value: str) -> None:
    for code in (14, 15):
        assert cleared_attribute(Attribute(0x80, code, value), Labels.STACK).value == value
    for code in (1, 64, 71):
        assert len(str(cleared_capability(Capability(code, value)).value)) == len(value)


def test_what_is_not_shown_stays_so() -> None:
    assert cleared_attribute(Attribute(None, 14, None), Labels.ONE) == Attribute(None, 14, None)
    assert cleared_capability(Capability(1, None)) == Capability(1, None)
