"""What a capture did not hold: the opening of a connection, octets in the middle of it. Nothing of it is a breach."""

from collections.abc import Iterable

import raw
from bmpconform.capture.pieces import Gap, Piece, StreamEnd, StreamEvent, StreamStart
from bmpconform.check import Options, check
from bmpconform.events import FindingLine, Found

START = raw.initiation(raw.MANDATORY_TLVS)
UP, DOWN = raw.peer_up(), raw.peer_down(4)
ROUTE = raw.route_monitoring(raw.ROUTE)
STATS = raw.statistics(raw.tlv(7, raw.u64(1)))


def _found(events: Iterable[StreamEvent], *, begins: bool) -> list[FindingLine]:
    stream = [StreamStart(0, "router > station", begins), *events, StreamEnd(0)]
    return [event.finding for event in check([("capture", stream)], Options()) if isinstance(event, Found)]


def _pieces(*octets: bytes, first: int = 1) -> list[StreamEvent]:
    return [Piece(0, piece, packet) for packet, piece in enumerate(octets, first)]


def _seen(found: list[FindingLine]) -> list[tuple[str, str, int, int]]:
    return [
        (finding.code, finding.level, finding.offset, finding.length)
        for finding in found
        if finding.code != "end-of-rib-missing"
    ]


def test_a_capture_that_begins_in_mid_session_may_lack_the_initiation() -> None:
    found = _found(_pieces(UP, ROUTE, DOWN, DOWN), begins=False)
    assert _seen(found) == [("opening-not-captured", "info", 5, 1)]
    assert found[0].clause == "RFC7854-3.3-2"


def test_a_later_initiation_is_not_the_opening_of_a_capture_that_begins_in_mid_session() -> None:
    assert _seen(_found(_pieces(ROUTE, START, ROUTE), begins=False)) == [("opening-not-captured", "info", 5, 1)]


def test_a_capture_that_begins_with_an_initiation_has_its_opening() -> None:
    assert _seen(_found(_pieces(START, UP, ROUTE, DOWN), begins=False)) == []


def test_a_capture_of_a_whole_connection_has_an_opening_to_judge() -> None:
    assert _seen(_found(_pieces(UP, DOWN), begins=True)) == [("initiation-missing", "warn", 5, 1)]


def test_octets_inside_of_a_message_are_skipped_where_a_capture_begins() -> None:
    found = _found(_pieces(UP[20:], STATS, ROUTE, DOWN), begins=False)
    assert _seen(found) == [("capture-skipped", "info", 0, len(UP) - 20)]


def test_what_a_gap_leaves_of_messages_is_skipped() -> None:
    events = [*_pieces(START + UP + ROUTE[:30]), Gap(0, 100, 2), *_pieces(UP[60:] + STATS, STATS, first=2)]
    hole = len(START + UP)
    assert _seen(_found(events, begins=True)) == [
        ("capture-gap", "info", hole, 30),
        ("capture-skipped", "info", hole + 30, len(UP) - 60),
    ]


def test_a_gap_that_ends_where_a_message_ends_skips_nothing() -> None:
    events = [*_pieces(START + UP), Gap(0, None, 2), *_pieces(STATS + DOWN, first=2)]
    assert _seen(_found(events, begins=True)) == [("capture-gap", "info", len(START + UP), 0)]


def test_order_goes_untested_behind_a_gap() -> None:
    events = [*_pieces(START), Gap(0, 100, 2), *_pieces(ROUTE + DOWN + UP + UP, first=2)]
    assert [code for code, *_ in _seen(_found(events, begins=True))] == ["capture-gap"]


def test_a_capture_without_gap_has_none() -> None:
    cut = [(START + UP + STATS)[start : start + 7] for start in range(0, len(START + UP + STATS), 7)]
    assert _seen(_found(_pieces(*cut), begins=True)) == []
