"""The report of `show`: a stream field by field, as text or as one JSON document.

Why a field is named by the end of its path alone: what holds it stands above it, and lines stay short. A finding
below it has the whole path.
"""

from collections.abc import Iterable, Iterator
from typing import assert_never

from rich.text import Text

from bmpconform.events import FindingLine
from bmpconform.report.jsonl import json_line
from bmpconform.report.layout import DIM, HEADING, STYLES, count_of, marks_under, wrapped
from bmpconform.show import Shown, ShownEnd, ShownField, ShownMessage, ShownStream, ShownTrouble, ShownUnframed
from bmpconform.spec.catalogue import Authority
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.value import Value

SCHEMA = 1
WIDE = 96
OFFSET_COLUMNS = 8
NAME_COLUMNS = 28
# Fields that are empty wherever nothing is wrong.
_LEFTOVER = "rest"
_UNFRAMED = {
    "lost": "octets that are no message",
    "cut": "the begin of a message that the stream ends inside of",
    "gap": "octets were not captured, and with them the end of what begins here",
}


class ShownHeader(Value, frozen=True):
    """The keys before the list of `chunks` in the JSON document."""

    schema: int
    version: str
    source: str
    profile: str


class ShownDocument(ShownHeader, frozen=True):
    """The whole JSON document."""

    chunks: tuple[Shown, ...]


def render_shown_json(header: ShownHeader, shown: Iterable[Shown]) -> Iterator[bytes]:
    """Yield the pieces of one JSON document, a line for each chunk, so that a long stream can be read as it comes."""
    yield json_line(header).removesuffix(b"}") + b',"chunks":['
    for number, chunk in enumerate(shown):
        yield (b",\n" if number else b"\n") + json_line(chunk)
    yield b"\n]}\n"


def render_shown_text(header: ShownHeader, shown: Iterable[Shown], width: int) -> Iterator[Text]:
    """Yield the lines for each chunk, wrapped at `width` columns, behind a title; nothing where nothing is shown."""
    columns = _Columns(width)
    for number, chunk in enumerate(shown):
        if number == 0:
            yield from wrapped(Text(), _title(header), width, DIM)
            yield Text()
        match chunk:
            case ShownStream():
                yield from columns.stream(chunk)
            case ShownMessage():
                yield from columns.message(chunk)
            case ShownUnframed():
                yield from columns.unframed(chunk)
            case ShownEnd():
                yield from columns.end(chunk)
            case ShownTrouble():
                yield from columns.trouble(chunk)
            case _:
                assert_never(chunk)


def _title(header: ShownHeader) -> str:
    return f"{header.source}, profile {header.profile} ({PROFILES[header.profile].title})"


class _Columns:
    """Lines in columns that fit the width: offset, octets, name, meaning."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._octets = 8 if width >= WIDE else 4
        self._octets_columns = 3 * self._octets + 6
        self._named = False

    def stream(self, stream: ShownStream) -> Iterator[Text]:
        """Yield the name of a stream; from here on all that is shown is headed with its stream."""
        self._named = True
        more = "" if stream.begins else ", from the middle of its connection on"
        yield from wrapped(Text(), f"stream {stream.stream}: {stream.name}{more}", self._width, HEADING)
        yield Text()

    def trouble(self, trouble: ShownTrouble) -> Iterator[Text]:
        yield from wrapped(Text("the capture ", DIM), trouble.text, self._width)
        yield Text()

    def message(self, message: ShownMessage) -> Iterator[Text]:
        size = count_of(message.length, "octet")
        place = f"{self._of(message.stream)}message {message.number}, offset {message.offset}"
        yield Text(f"{place}: {message.name}, {size}", HEADING)
        yield from self._findings(message.findings)
        for field in message.fields:
            if _is_worth_a_line(field):
                yield from self._field(field)
                yield from self._marked_findings(field)
        yield Text()

    def unframed(self, chunk: ShownUnframed) -> Iterator[Text]:
        more = " (continued)" if chunk.continued else ""
        size = count_of(chunk.length, "octet")
        what = f"{chunk.what}, offset {chunk.offset}: {_UNFRAMED[chunk.what]}{more}, {size}"
        yield Text(f"{self._of(chunk.stream)}{what}", HEADING)
        if chunk.length:
            yield Text(f"{chunk.offset:>{OFFSET_COLUMNS}}  {self._hex(chunk.hex)}")
        yield from self._findings(chunk.findings)
        yield Text()

    def end(self, end: ShownEnd) -> Iterator[Text]:
        if end.findings:
            yield Text(f"{self._of(end.stream)}the stream as a whole", HEADING)
            yield from self._findings(end.findings)
            yield Text()

    def _of(self, stream: int) -> str:
        return f"stream {stream}, " if self._named else ""

    def _field(self, field: ShownField) -> Iterator[Text]:
        """Yield the lines of one field; a container has its size, and no octets of its own."""
        name = "  " * field.depth + field.path.rpartition(".")[2]
        style = STYLES[field.findings[0].level] if field.findings else HEADING if field.container else ""
        label = Text.assemble(
            (f"{field.offset:>{OFFSET_COLUMNS}}  ", DIM),
            f"{self._hex(field.hex):<{self._octets_columns}}",
            (name.ljust(NAME_COLUMNS - 1), style),
            " ",
        )
        yield from wrapped(label, _meaning(field), self._width, DIM if field.container else "", verbatim=True)

    def _hex(self, octets: str) -> str:
        """Return the first octets, and how many are left out."""
        shown = bytes.fromhex(octets)
        left_out = len(shown) - self._octets
        return shown[: self._octets].hex(" ") + (f" +{left_out}" if left_out > 0 else "")

    def _marked_findings(self, field: ShownField) -> Iterator[Text]:
        """Yield each finding of a field, with marks below the octets at fault where these are shown."""
        for finding in field.findings:
            marks = "" if field.container else self._marks(field, finding)
            if marks:
                yield Text(" " * (OFFSET_COLUMNS + 2) + marks, STYLES[finding.level])
            yield from self._finding(finding)

    def _marks(self, field: ShownField, finding: FindingLine) -> str:
        first = finding.offset - field.offset
        if finding.length == 0:
            return "^"
        return marks_under(min(field.length, self._octets), range(first, first + finding.length))

    def _findings(self, findings: Iterable[FindingLine]) -> Iterator[Text]:
        for finding in findings:
            yield from self._finding(finding)

    def _finding(self, finding: FindingLine) -> Iterator[Text]:
        label = Text(" " * (OFFSET_COLUMNS + 2))
        label.append(f"{finding.level} ", STYLES[finding.level])
        yield from wrapped(label, _sentence(finding), self._width, STYLES[finding.level])


def _is_worth_a_line(field: ShownField) -> bool:
    return bool(field.length or field.findings) or field.path.rpartition(".")[2] != _LEFTOVER


def _meaning(field: ShownField) -> str:
    if field.container:
        return count_of(field.length, "octet") if field.length else "none"
    return field.meaning or ("" if field.length else "empty")


def _sentence(finding: FindingLine) -> str:
    house = " (house, no document forbids it)" if finding.authority == Authority.HOUSE.value else ""
    octets = count_of(finding.length, "octet") if finding.length else "nothing there"
    path = f"{finding.path}, " if finding.path else ""
    place = f"{path}offset {finding.offset}, {octets}"
    return f"{finding.clause or 'no clause'}{house} {finding.code}, {place}: {finding.text}"
