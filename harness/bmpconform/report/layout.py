"""What text reports are put together from: wrapped lines, octets in rows, tables.

Why own lines and not a library's boxes: the same events give the same characters at any width, in a file as on a
terminal, and nothing in them is ever read as markup.
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from bmpconform.events import Excerpt
from bmpconform.show.printable import printable
from bmpconform.spec.catalogue import Clause

ROW = 16
NARROWEST = 24
STYLES = {"fail": "bold red", "warn": "yellow", "info": "cyan"}
DIM = "dim"
HEADING = "bold"
FAULT = "reverse"


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun: 1 octet, 2 octets."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def wrapped(label: Text, text: str, width: int, style: str = "", *, verbatim: bool = False) -> Iterator[Text]:
    """Yield `text`, printable and cut at `width`, behind `label`; the lines that follow are indented like the first.

    `verbatim` keeps the blanks at which lines are cut.
    """
    indent = " " * label.cell_len
    pieces = textwrap.wrap(
        printable(text),
        max(width - len(indent), NARROWEST),
        break_on_hyphens=False,
        drop_whitespace=not verbatim,
    ) or [""]
    for number, piece in enumerate(pieces):
        line = label.copy() if number == 0 else Text(indent)
        line.append(piece, style)
        line.rstrip()
        yield line


def to_copy(label: str, text: str) -> Text:
    """Return `text` behind a label in one line, however long: half a command is none."""
    return Text.assemble((f"  {label:<7} ", DIM), printable(text))


def labelled(label: str, text: str, width: int, style: str = "") -> Iterator[Text]:
    """Yield `text` behind a label in a column of its own."""
    yield from wrapped(Text.assemble((f"  {label:<7} ", DIM)), text, width, style)


def octet_rows(excerpt: Excerpt, offset: int, length: int, style: str) -> Iterator[Text]:
    """Yield octets in rows of 16, with `length` of them from `offset` on marked; 0 marks the place between two."""
    end = excerpt.offset + len(excerpt.octets)
    digits = max(6, len(str(end)))
    for start in range(excerpt.offset, end, ROW):
        row = excerpt.octets[start - excerpt.offset :][:ROW]
        faulty = _faulty(range(start, start + len(row)), offset, length)
        yield _row(f"{start:>{digits}}", row, faulty)
        marks = _caret(start, row, offset, last=start + ROW >= end) if length == 0 else marks_under(len(row), faulty)
        if marks:
            yield Text(" " * (digits + 3) + marks, style)
    hidden = offset + length - end
    if hidden > 0:
        yield Text(f"{'':>{digits}}  ... {count_of(hidden, 'more octet')} at fault", DIM)


def _faulty(row: range, offset: int, length: int) -> range:
    """Return which of the octets in `row` are at fault, counted from its first."""
    first, last = max(offset, row.start), min(offset + length, row.stop)
    return range(first - row.start, last - row.start)


def _row(offset: str, row: bytes, faulty: range) -> Text:
    hexadecimal = Text(row.hex(" "))
    characters = Text("".join(map(_ascii, row)))
    if faulty:
        hexadecimal.stylize(FAULT, 3 * faulty.start, 3 * faulty.stop - 1)
        characters.stylize(FAULT, faulty.start, faulty.stop)
    padding = " " * (3 * ROW - len(hexadecimal))
    return Text.assemble((f"{offset}   ", DIM), hexadecimal, (f"{padding} |", DIM), characters, ("|", DIM))


def _ascii(octet: int) -> str:
    character = chr(octet)
    return character if character.isascii() and character.isprintable() else "."


def rule_words(clause: Clause) -> str:
    """Return a clause in our words, without the marks of emphasis that Markdown has."""
    return clause.rule.replace("**", "")


def marks_under(octets: int, faulty: range) -> str:
    """Return `^^` below each octet at fault in a row of `octets`, without blanks at the end."""
    return " ".join("^^" if place in faulty else "  " for place in range(octets)).rstrip()


def _caret(start: int, row: bytes, offset: int, *, last: bool) -> str:
    """Return a caret between two octets of this row; behind the last octet of all where that is the place."""
    place = offset - start
    inside = 0 <= place < len(row) or (last and place == len(row))
    return " " * (3 * place - 1) + "^" if inside and place else "^" if inside else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Iterator[Text]:
    """Yield a table, numbers to the right; the last column is as wide as it likes."""
    cells = [[printable(str(cell)) for cell in row] for row in (heads, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    numeric = [all(cell.isdigit() for cell in column[1:]) for column in zip(*cells, strict=True)]
    for number, row in enumerate(cells):
        columns = zip(row, widths, numeric, strict=True)
        line = "  ".join(cell.rjust(width) if right else cell.ljust(width) for cell, width, right in columns)
        yield Text(f"  {line}".rstrip(), "" if number else DIM)
