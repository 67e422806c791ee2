"""Edits of one field or member leave a frame whose lengths are right, at every depth at which there are some."""

import pytest

import raw
from bmpconform.fuzz import dictionary
from bmpconform.fuzz.anatomy import Anatomy, dissect
from bmpconform.fuzz.anatomy_routes import MOST_ROUTES

TLV = raw.tlv(0, b"more")
UP = raw.peer_up(raw.tlv(0, b"one"), raw.tlv(3, b"two"))
ROUTES = raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, raw.PREFIX))


def member(anatomy: Anatomy, path: str) -> tuple[int, int]:
    """Return where the member or the list at `path` lies."""
    return next((one.start, one.end) for one in (*anatomy.items, *anatomy.lists) if one.path == path)


def field(anatomy: Anatomy, path: str) -> tuple[int, int]:
    """Return where the field at `path` lies."""
    return next((span.offset, span.offset + span.length) for span in anatomy.fields if span.path == path)


def test_a_value_takes_its_own_length_and_that_of_the_message_along() -> None:
    anatomy = dissect(UP)
    edited = anatomy.edited("tlvs[0].value", *field(anatomy, "tlvs[0].value"), b"another\0")
    assert edited == raw.peer_up(raw.tlv(0, b"another\0"), raw.tlv(3, b"two"))


def test_a_member_leaves_without_its_own_length() -> None:
    anatomy = dissect(UP)
    assert anatomy.edited("tlvs[0]", *member(anatomy, "tlvs[0]"), b"") == raw.peer_up(raw.tlv(3, b"two"))


def test_a_member_of_an_empty_list_behind_a_pdu_is_not_the_pdus() -> None:
    anatomy = dissect(raw.peer_up())
    start, _ = member(anatomy, "tlvs")
    assert anatomy.edited("tlvs[0]", start, start, TLV) == raw.peer_up(TLV)


def test_a_capability_changes_four_lengths_around_it() -> None:
    before = raw.peer_up(sent=raw.sent_open(raw.as4(1)))
    anatomy = dissect(before)
    path = "sent_open.open.parameters[0].capabilities[0]"
    more = raw.as4(1) + raw.add_path(1, 1)
    edited = anatomy.edited(path, *member(anatomy, path), more)
    assert edited == raw.peer_up(sent=raw.sent_open(raw.as4(1), raw.add_path(1, 1)))


def test_an_attribute_changes_the_lengths_of_attributes_pdu_and_message() -> None:
    anatomy = dissect(ROUTES)
    start, _ = member(anatomy, "pdu.update.attributes[0]")
    more = raw.attribute(0xC0, 8, bytes(4))
    edited = anatomy.edited("pdu.update.attributes[0]", start, start, more)
    assert edited == raw.route_monitoring(raw.update_pdu(b"", more + raw.MANDATORY_ATTRIBUTES, raw.PREFIX))


def test_routes_are_not_counted_as_attributes_where_there_are_none_yet() -> None:
    anatomy = dissect(raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES)))
    start, end = field(anatomy, "pdu.update.nlri")
    assert anatomy.edited("pdu.update.nlri", start, end, raw.PREFIX) == ROUTES


def test_without_repair_every_length_says_what_it_said() -> None:
    anatomy = dissect(UP)
    start, end = field(anatomy, "tlvs[1].value")
    assert anatomy.edited("tlvs[1].value", start, end, b"", repair=False) == UP[:start]


@pytest.mark.parametrize("octets", [b"", b"\3", b"\xff" * 40, UP[:50]])
def test_octets_that_are_no_frame_are_one_field(octets: bytes) -> None:
    assert [(span.offset, span.length) for span in dissect(octets).fields] == [(0, len(octets))]


def kinds(frame: bytes) -> list[tuple[str, str]]:
    """Return path and kind of each prefix of a frame that is taken apart."""
    return [(one.path, one.kind) for one in dissect(frame).items if one.kind in dictionary.ROUTES]


def with_nlri(nlri: bytes) -> bytes:
    return raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES, nlri))


@pytest.mark.parametrize(
    "frame, found",
    [
        (ROUTES, [("pdu.update.nlri[0]", "routes of 1/1")]),
        (with_nlri(raw.prefix(8, b"\x0a", 7)), [("pdu.update.nlri[0]", "routes of 1/1 behind path identifiers")]),
        (with_nlri(raw.prefix(33, bytes(5))), [("pdu.update.nlri[0]", "routes of 1/1")]),
        (with_nlri(raw.PREFIX + b"\x18\xc0"), [("pdu.update.nlri[0]", "routes of 1/1")]),
        (with_nlri(b"\x18\xc0"), []),
        (
            raw.mirroring(raw.tlv(0, raw.update_pdu(raw.PREFIX))),
            [("tlvs[0].pdu.update.withdrawn[0]", "routes of 1/1")],
        ),
        (
            raw.route_monitoring(raw.update_pdu(b"", raw.ORIGIN_IGP + raw.mp_unreach(2, 1, b"\x08\x20"), raw.PREFIX)),
            [
                ("pdu.update.nlri[0]", "routes of 1/1"),
                ("pdu.update.attributes[1].value.withdrawn[0]", "routes of 2/1"),
            ],
        ),
        (raw.route_monitoring(raw.update_pdu(b"", raw.mp_reach(25, 70, raw.PREFIX))), []),
        (raw.route_monitoring(raw.update_pdu(b"", raw.attribute(0x90, 14, b"\0\1\1\xff"))), []),
    ],
    ids=["plain", "path ids", "over", "cut", "none", "mirrored", "of an attribute", "unread", "no value"],
)
def test_prefixes_are_members_of_lists_of_their_kind(frame: bytes, found: list[tuple[str, str]]) -> None:
    assert kinds(frame) == found


def test_of_a_long_list_the_first_prefixes_are_taken_apart() -> None:
    assert len(kinds(with_nlri(raw.PREFIX * 300))) == MOST_ROUTES


def test_a_prefix_in_an_attribute_changes_the_four_lengths_around_it() -> None:
    def frame(routes: bytes) -> bytes:
        return raw.route_monitoring(raw.update_pdu(b"", raw.mp_reach(1, 1, routes) + raw.ORIGIN_IGP))

    anatomy = dissect(frame(raw.PREFIX))
    path = "pdu.update.attributes[0].value.nlri[0]"
    edited = anatomy.edited(path, *member(anatomy, path), raw.PREFIX * 2)
    assert edited == frame(raw.PREFIX * 2)


def test_a_next_hop_changes_its_own_length_too() -> None:
    def frame(next_hop: bytes) -> bytes:
        return raw.route_monitoring(raw.update_pdu(b"", raw.mp_reach(1, 1, raw.PREFIX, next_hop=next_hop)))

    anatomy = dissect(frame(raw.PEER_ID))
    path = "pdu.update.attributes[0].value.next_hop"
    assert anatomy.edited(path, *field(anatomy, path), bytes(16)) == frame(bytes(16))
