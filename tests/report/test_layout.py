"""Octets in rows with the fault marked, and text that does nothing but be shown."""

import pytest
from rich.text import Text

from bmpconform.events import Excerpt
from bmpconform.report.layout import count_of, octet_rows, table, wrapped
from bmpconform.show.printable import printable, quoted

OCTETS = bytes(range(0x40, 0x54))


def rows(offset: int, length: int, octets: bytes = OCTETS, start: int = 100) -> list[str]:
    """Return the rows that show a fault."""
    return [row.plain for row in octet_rows(Excerpt(start, octets), offset, length, "red")]


def test_octets_at_fault_are_marked_below() -> None:
    assert rows(101, 2) == [
        "   100   40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f  |@ABCDEFGHIJKLMNO|",
        "            ^^ ^^",
        "   116   50 51 52 53                                      |PQRS|",
    ]


def test_a_fault_over_two_rows_is_marked_in_both() -> None:
    assert rows(115, 2)[1] == " " * 54 + "^^"
    assert rows(115, 2)[3] == "         ^^"


def test_octets_at_fault_stand_out_on_a_terminal_as_well() -> None:
    line, _, _ = octet_rows(Excerpt(100, OCTETS), 101, 2, "red")
    marked = [line.plain[span.start : span.end] for span in line.spans if span.style == "reverse"]
    assert marked == ["41 42", "AB"]


@pytest.mark.parametrize("offset, row, column", [(100, 1, 9), (101, 1, 11), (116, 2, 9), (119, 2, 17), (120, 2, 20)])
def test_what_is_absent_has_a_caret_between_two_octets(offset: int, row: int, column: int) -> None:
    assert rows(offset, 0)[row] == " " * column + "^"
    assert len(rows(offset, 0)) == 3


def test_what_is_absent_behind_a_full_row_has_its_caret_there() -> None:
    assert rows(116, 0, OCTETS[:16])[1] == " " * 56 + "^"


def test_octets_at_fault_that_are_not_shown_are_counted() -> None:
    assert rows(101, 1000)[-1] == "        ... 981 more octets at fault"
    assert rows(101, 20)[-1] == "        ... 1 more octet at fault"


def test_octets_that_are_no_ascii_are_dots() -> None:
    assert rows(0, 0, b"\x1b[31m\x7f\x9b ")[0].endswith("|.[31m.. |")


def test_no_octets_are_no_rows() -> None:
    assert rows(100, 0, b"") == []


def test_lines_are_wrapped_behind_their_label() -> None:
    lines = [line.plain for line in wrapped(Text("label "), "one two three four five six seven eight", 32)]
    assert lines == ["label one two three four five", "      six seven eight"]


def test_words_that_are_too_long_are_cut() -> None:
    assert [line.plain for line in wrapped(Text("> "), "x" * 60, 32)] == ["> " + "x" * 30, "  " + "x" * 30]


def test_an_empty_text_leaves_its_label() -> None:
    assert [line.plain for line in wrapped(Text("label   "), "", 40)] == ["label"]


def test_a_table_has_numbers_to_the_right() -> None:
    lines = [line.plain for line in table(("times", "level"), [(1, "fail"), (100, "warn")])]
    assert lines == ["  times  level", "      1  fail", "    100  warn"]


def test_one_is_singular() -> None:
    assert [count_of(number, "octet") for number in (0, 1, 2)] == ["0 octets", "1 octet", "2 octets"]


@pytest.mark.parametrize(
    "text, shown",
    [
        ("plain \u00e9\u20ac", "plain \u00e9\u20ac"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("\x00\x7f", "\\x00\\x7f"),
        ("\x9b", "\\u009b"),
        ("\u202e\u2066\u200b\ufeff", "\\u202e\\u2066\\u200b\\ufeff"),
        ("\u2028", "\\u2028"),
        ("\U000e0041", "\\U000e0041"),
        ("\udc9b", "\\x9b"),
        ("[bold]", "[bold]"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    "octets, shown",
    [
        (b"", '""'),
        (b"a\0", '"a\\x00"'),
        (b'\\x00"', '"\\\\x00\\""'),
        ("\u00e9\u202e".encode(), '"\u00e9\\u202e"'),
        (b"\xe9", '"\\xe9"'),
    ],
)
def test_octets_in_quotes_can_be_told_apart(octets: bytes, shown: str) -> None:
    assert quoted(octets) == shown
