"""`show` renders every field with its findings below it, as text at any width and as one JSON document."""

import json
from collections.abc import Iterator

import pytest

import raw
from bmpconform.capture.pieces import Gap, Piece, StreamEvent, StreamStart, Trouble, TroubleKind
from bmpconform.check import Options
from bmpconform.report.shown import SCHEMA, ShownHeader, render_shown_json, render_shown_text
from bmpconform.show import Shown, show

HEADER = ShownHeader(SCHEMA, "1", "file", "bmp-2026")


def shown(*messages: bytes) -> Iterator[Shown]:
    """Yield what is shown of a stream of these messages."""
    return show("file", [b"".join(messages)], Options())


def text(*messages: bytes, width: int = 100) -> str:
    """Return the text for a stream of these messages."""
    return "\n".join(line.plain for line in render_shown_text(HEADER, shown(*messages), width))


def test_fields_stand_below_their_message_with_offset_octets_name_and_meaning() -> None:
    assert text(raw.initiation(raw.SYS_DESCR, raw.SYS_NAME)).splitlines() == [
        "file, profile bmp-2026 (every document up to RFC 9972)",
        "",
        "message 0, offset 0: Initiation, 22 octets",
        "       0  03                            version                     3",
        "       1  00 00 00 16                   length                      22 octets",
        "       5  04                            type                        4 Initiation",
        "       6                                tlvs                        16 octets",
        "       6                                  tlvs[0]                   10 octets",
        "       6  00 01                             type                    1 sysDescr",
        "       8  00 06                             length                  6 octets",
        '      10  72 6f 75 74 65 72                 value                   "router"',
        "      16                                  tlvs[1]                   6 octets",
        "      16  00 02                             type                    2 sysName",
        "      18  00 02                             length                  2 octets",
        '      20  72 31                             value                   "r1"',
    ]


def test_a_finding_stands_below_its_field_with_the_octets_marked() -> None:
    lines = text(raw.initiation(raw.SYS_DESCR, raw.tlv(2, b"r1\0"))).splitlines()
    place = lines.index('      20  72 31 00                          value                   "r1\\x00"')
    assert lines[place + 1] == "                ^^"
    assert lines[place + 2].startswith(
        "          fail HOUSE-nul (house, no document forbids it) initiation-trailing-nul,"
    )


def test_what_is_absent_is_told_at_what_would_hold_it() -> None:
    lines = text(raw.initiation(raw.SYS_NAME)).splitlines()
    place = lines.index("       6                                tlvs                        6 octets")
    assert lines[place + 1].startswith(
        "          fail RFC7854-4.3-3 sys-descr-missing, tlvs, offset 6, nothing there: "
    )


def test_an_empty_field_has_a_caret() -> None:
    lines = text(raw.initiation(raw.MANDATORY_TLVS), raw.peer_up(raw.tlv(3, b""))).splitlines()
    place = next(place for place, line in enumerate(lines) if line.endswith('value                   ""'))
    assert lines[place + 1] == "          ^"


def test_long_octets_are_cut_with_the_number_left_out() -> None:
    assert "      10  78 78 78 78 78 78 78 78 +92       value" in text(raw.initiation(raw.tlv(1, b"x" * 100)))


def test_a_narrow_terminal_gets_fewer_octets() -> None:
    narrow = text(raw.initiation(raw.tlv(1, b"x" * 100), raw.SYS_NAME), width=80)
    assert "      10  78 78 78 78 +96       value" in narrow
    assert max(map(len, narrow.splitlines())) <= 80


def test_an_empty_list_says_so_and_an_empty_rest_is_left_out() -> None:
    told = text(raw.initiation(raw.MANDATORY_TLVS), raw.peer_up())
    assert "tlvs                        none" in told
    assert "rest" not in told


def test_octets_behind_the_last_field_are_shown() -> None:
    assert "      22  00 01                         rest" in text(raw.initiation(raw.MANDATORY_TLVS, b"\0\1"))


def test_lost_and_cut_octets_are_shown() -> None:
    told = text(
        raw.initiation(raw.MANDATORY_TLVS), b"\2\0\0", raw.initiation(raw.MANDATORY_TLVS), raw.termination()[:5]
    )
    assert (
        "lost, offset 22: octets that are no message, 3 octets\n      22  02 00 00\n          fail RFC7854-4.1-2"
        in told
    )
    assert "cut, offset 47: the begin of a message that the stream ends inside of, 5 octets\n" in told


def test_what_is_found_in_the_stream_as_a_whole_stands_at_its_end() -> None:
    told = text(raw.peer_up(), raw.initiation(raw.MANDATORY_TLVS))
    assert "\nthe stream as a whole\n          fail RFC7854-3.3-2 first-message-not-initiation" in told


def test_streams_with_a_name_head_all_that_is_shown_of_them() -> None:
    events: list[StreamEvent] = [
        StreamStart(0, "a > b", begins=True),
        StreamStart(1, "c > b", begins=False),
        Piece(0, raw.peer_up() + raw.initiation(raw.MANDATORY_TLVS)[:9], 1),
        Gap(0, 2, 1),
        Gap(0, None, 1),
        Trouble("has no more.", None, TroubleKind.FRAGMENTS),
    ]
    lines = [line.plain for line in render_shown_text(HEADER, show("file", events, Options()), 100)]
    assert [line for line in lines if line and not line.startswith(" ")] == [
        "file, profile bmp-2026 (every document up to RFC 9972)",
        "stream 0: a > b",
        "stream 1: c > b, from the middle of its connection on",
        "stream 0, message 0, offset 0: Peer Up, 126 octets",
        "stream 0, gap, offset 126: octets were not captured, and with them the end of what begins here, 9 octets",
        "stream 0, gap, offset 135: octets were not captured, and with them the end of what begins here, 0 octets",
        "the capture has no more.",
        "stream 0, the stream as a whole",
    ]


def test_nothing_shown_is_nothing_printed_but_an_end() -> None:
    assert list(render_shown_text(HEADER, [], 100)) == []


@pytest.mark.parametrize("value", ["\x1b[31mred", "a\nb", "\u202egnp", "[bold]x[/bold]", "\x9b0m"])
def test_strings_are_shown_and_never_obeyed(value: str) -> None:
    told = text(raw.initiation(raw.tlv(1, value.encode()), raw.tlv(0, value.encode()), raw.tlv(99, value.encode())))
    assert all(line.isprintable() for line in told.split("\n"))


def test_blanks_in_strings_are_kept() -> None:
    assert '"a    b"' in text(raw.initiation(raw.tlv(1, b"a    b")))


def test_json_is_one_document_with_every_octet() -> None:
    frame = raw.initiation(raw.tlv(1, b"x" * 100), raw.SYS_NAME)
    document = json.loads(b"".join(render_shown_json(HEADER, shown(frame))))
    assert list(document) == ["schema", "version", "source", "profile", "chunks"]
    message, end = document["chunks"]
    assert (message["kind"], end["kind"]) == ("message", "end")
    assert "".join(field["hex"] for field in message["fields"]) == frame.hex()


def test_json_of_nothing_is_a_document() -> None:
    assert json.loads(b"".join(render_shown_json(HEADER, [])))["chunks"] == []
