"""The framer: whole messages, what is lost between them, and what the end of a stream leaves."""

from collections.abc import Iterable

import pytest

import raw
from bmpconform.wire.framer import LOOK_AHEAD, MAX_MESSAGE, Chunk, Cut, Frame, Framer, Hole, Lost, LostReason

FIRST = raw.message(raw.INITIATION, raw.tlv(1, b"a"), raw.tlv(2, b"b"))
SECOND = raw.message(raw.TERMINATION, raw.tlv(1, b"\0\1"))


def chunks(*pieces: bytes, max_message: int = MAX_MESSAGE) -> list[Chunk]:
    framer = Framer(max_message)
    return [*(chunk for piece in pieces for chunk in framer.feed(piece)), *framer.finish()]


def shapes(found: Iterable[Chunk]) -> list[tuple[str, int, int]]:
    return [(type(chunk).__name__, chunk.offset, len(chunk.octets)) for chunk in found]


def test_messages_come_one_by_one() -> None:
    assert chunks(FIRST + SECOND) == [Frame(0, FIRST), Frame(len(FIRST), SECOND)]


def test_a_message_comes_as_soon_as_it_is_whole() -> None:
    framer = Framer()
    assert list(framer.feed(FIRST[:-1])) == []
    assert list(framer.feed(FIRST[-1:] + SECOND[:1])) == [Frame(0, FIRST)]


def skip_terminations(octets: bytes, at: int) -> int:
    while octets.startswith(SECOND, at):
        at += len(SECOND)
    return at


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_what_is_skipped_is_not_yielded_and_counts_as_decided(size: int) -> None:
    framer, stream = Framer(skip=skip_terminations), SECOND * 2 + FIRST + SECOND * 2 + FIRST[:-1]
    pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
    assert [chunk for piece in pieces for chunk in framer.feed(piece)] == [Frame(2 * len(SECOND), FIRST)]
    assert framer.offset == len(stream) - len(FIRST) + 1


def test_what_is_longer_than_is_believed_is_not_skipped() -> None:
    framer = Framer(len(SECOND) - 1, skip_terminations)
    lost = [*framer.feed(SECOND), *framer.finish()]
    assert lost == [Lost(0, SECOND, LostReason.OVERSIZE)]


def test_a_stream_of_nothing_has_no_chunk() -> None:
    assert chunks() == chunks(b"") == []


def test_a_header_alone_is_a_whole_message() -> None:
    assert chunks(raw.message(raw.INITIATION)) == [Frame(0, raw.message(raw.INITIATION))]


@pytest.mark.parametrize("length", range(6))
def test_a_length_under_that_of_the_header_is_lost(length: int) -> None:
    broken = raw.message(raw.INITIATION, length=length)
    assert chunks(broken + FIRST) == [Lost(0, broken, LostReason.SHORT_LENGTH), Frame(6, FIRST)]


@pytest.mark.parametrize("version", [0, 1, 2, 4, 255])
def test_another_version_is_lost(version: int) -> None:
    broken = raw.message(raw.INITIATION, b"abc", version=version)
    assert chunks(broken + FIRST) == [Lost(0, broken, LostReason.VERSION), Frame(len(broken), FIRST)]


def test_a_length_over_the_limit_is_lost_and_one_at_the_limit_is_not() -> None:
    message = raw.message(raw.INITIATION, bytes(94))
    assert chunks(message, max_message=100) == [Frame(0, message)]
    assert chunks(message, max_message=99) == [Lost(0, message, LostReason.OVERSIZE)]


def test_a_length_of_16_mib_is_believed_and_one_more_is_not() -> None:
    assert chunks(raw.header(0, length=MAX_MESSAGE)) == [Cut(0, raw.header(0, length=MAX_MESSAGE), MAX_MESSAGE, None)]
    over = raw.header(0, length=MAX_MESSAGE + 1)
    assert chunks(over) == [Lost(0, over, LostReason.OVERSIZE)]


def test_garbage_ends_where_two_headers_follow_each_other() -> None:
    found = chunks(b"garbage" + FIRST + SECOND)
    assert found == [Lost(0, b"garbage", LostReason.VERSION), Frame(7, FIRST), Frame(7 + len(FIRST), SECOND)]


def test_garbage_ends_where_a_message_ends_the_stream() -> None:
    assert chunks(b"garbage" + FIRST) == [Lost(0, b"garbage", LostReason.VERSION), Frame(7, FIRST)]


def test_one_header_in_garbage_is_no_message() -> None:
    alone = FIRST + b"more garbage"
    assert chunks(b"x" + alone + FIRST) == [Lost(0, b"x" + alone, LostReason.VERSION), Frame(1 + len(alone), FIRST)]


@pytest.mark.parametrize("message_type", [7, 255])
def test_a_type_of_the_future_is_framed_but_garbage_does_not_end_there(message_type: int) -> None:
    future = raw.message(message_type, b"abc")
    assert chunks(future + FIRST) == [Frame(0, future), Frame(len(future), FIRST)]
    assert shapes(chunks(b"x" + future + FIRST)) == [("Lost", 0, 1 + len(future)), ("Frame", 10, len(FIRST))]


def test_garbage_does_not_end_at_a_message_longer_than_the_look_ahead() -> None:
    longest = raw.message(raw.INITIATION, bytes(LOOK_AHEAD - 6))
    longer = raw.message(raw.INITIATION, bytes(LOOK_AHEAD - 5))
    assert shapes(chunks(b"x" + longest + FIRST))[:2] == [("Lost", 0, 1), ("Frame", 1, LOOK_AHEAD)]
    assert shapes(chunks(b"x" + longer + FIRST))[0] == ("Lost", 0, LOOK_AHEAD)


def test_garbage_does_not_wait_for_a_length_whose_first_octet_is_too_large() -> None:
    huge = raw.message(raw.INITIATION, b"abc", length=1 << 24 | 9)
    found = list(Framer().feed(b"x" + huge + FIRST + FIRST))
    assert shapes(found) == [
        ("Lost", 0, 1 + len(huge)),
        ("Frame", 1 + len(huge), len(FIRST)),
        ("Frame", 1 + len(huge) + len(FIRST), len(FIRST)),
    ]


def test_a_long_run_is_lost_in_pieces_of_64_kib() -> None:
    found = chunks(bytes(2 * LOOK_AHEAD + 5) + FIRST)
    assert shapes(found) == [
        ("Lost", 0, LOOK_AHEAD),
        ("Lost", LOOK_AHEAD, LOOK_AHEAD),
        ("Lost", 2 * LOOK_AHEAD, 5),
        ("Frame", 2 * LOOK_AHEAD + 5, len(FIRST)),
    ]
    assert [chunk.continued for chunk in found if isinstance(chunk, Lost)] == [False, True, True]


def test_a_search_keeps_no_more_than_the_look_ahead() -> None:
    framer = Framer()
    kept = sum(len(chunk.octets) for chunk in framer.feed(bytes(10 * LOOK_AHEAD)))
    assert kept == 10 * LOOK_AHEAD


def test_two_runs_are_two() -> None:
    found = chunks(b"x" + FIRST + b"y" + FIRST + SECOND)
    assert shapes(found) == [("Lost", 0, len(FIRST) + 2), ("Frame", 18, len(FIRST)), ("Frame", 34, len(SECOND))]
    twice = chunks(b"x" + FIRST + SECOND + b"y" + FIRST + SECOND)
    assert [chunk.continued for chunk in twice if isinstance(chunk, Lost)] == [False, False]


@pytest.mark.parametrize("octets", range(1, 6))
def test_a_header_that_is_cut_has_no_length(octets: int) -> None:
    assert chunks(SECOND + FIRST[:octets])[1:] == [Cut(len(SECOND), FIRST[:octets], None, None)]


def test_a_message_that_is_cut_says_how_long_it_claims_to_be() -> None:
    assert chunks(FIRST[:-1]) == [Cut(0, FIRST[:-1], len(FIRST), None)]


def test_a_length_that_swallows_messages_says_where_they_begin() -> None:
    liar = raw.message(raw.INITIATION, raw.tlv(1, b"a"), length=5000)
    stream = liar + FIRST + SECOND
    assert chunks(stream) == [Cut(0, stream, 5000, len(liar))]


def test_what_only_begins_like_a_header_is_not_swallowed() -> None:
    liar = raw.message(raw.INITIATION, raw.tlv(1, b"\3\0\0\0\1"), length=5000)
    assert chunks(liar + FIRST) == [Cut(0, liar + FIRST, 5000, len(liar))]


@pytest.mark.parametrize("octets", range(1, 6))
def test_a_header_that_is_cut_confirms_the_message_before_it(octets: int) -> None:
    found = chunks(b"x" + FIRST + SECOND[:octets])
    behind = 1 + len(FIRST)
    assert shapes(found) == [("Lost", 0, 1), ("Frame", 1, len(FIRST)), ("Cut", behind, octets)]


def test_a_message_that_ends_the_stream_is_swallowed_and_one_that_is_cut_is_not() -> None:
    liar = raw.message(raw.INITIATION, raw.tlv(1, b"a"), length=5000)
    assert chunks(liar + FIRST) == [Cut(0, liar + FIRST, 5000, len(liar))]
    assert chunks(liar + FIRST[:-1]) == [Cut(0, liar + FIRST[:-1], 5000, None)]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, LOOK_AHEAD])
def test_the_size_of_the_pieces_changes_nothing(size: int) -> None:
    stream = FIRST + b"\3\3\3\0" * 20 + SECOND + FIRST + raw.header(0, length=3) + FIRST + SECOND[:-1]
    pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
    assert chunks(*pieces) == chunks(stream)
    assert b"".join(chunk.octets for chunk in chunks(stream)) == stream


def test_a_gap_ends_what_had_begun_and_frames_are_found_again_behind_it() -> None:
    framer = Framer()
    assert list(framer.feed(FIRST + SECOND[:4])) == [Frame(0, FIRST)]
    assert list(framer.gap(7)) == [Hole(len(FIRST), SECOND[:4], 7)]
    at = len(FIRST) + 4
    found = [*framer.feed(b"rest" + FIRST + SECOND), *framer.finish()]
    assert found == [
        Lost(at, b"rest", LostReason.GAP),
        Frame(at + 4, FIRST),
        Frame(at + 4 + len(FIRST), SECOND),
    ]


def test_a_message_may_follow_a_gap_at_once() -> None:
    framer = Framer()
    assert list(framer.gap(None)) == [Hole(0, b"", None)]
    assert [*framer.feed(FIRST + SECOND), *framer.finish()] == [Frame(0, FIRST), Frame(len(FIRST), SECOND)]
