"""Where a finding lies: from the path that a rule names to octets of the stream, and the rows that show them."""

from collections.abc import Container, Mapping
from functools import cached_property

from bmpconform.events import Excerpt, FindingLine
from bmpconform.rules.rule import Breach
from bmpconform.rules.selection import Finding
from bmpconform.wire.framer import Frame
from bmpconform.wire.interpret import Span, spans
from bmpconform.wire.value import Value

EXCERPT_OCTETS = 128
ROW_OCTETS = 16


class Place(Value, frozen=True):
    """Where a finding lies: message from 0 (None: of the stream), offset in the stream, length, packet."""

    message: int | None
    offset: int
    length: int
    packet: int | None = None


class FrameFields:
    """The fields of one frame, read when they are asked for: most findings only repeat others."""

    def __init__(self, octets: bytes) -> None:
        """Keep the frame."""
        self._octets = octets

    @cached_property
    def by_path(self) -> dict[str, Span]:
        """The span of each field."""
        return {span.path: span for span in spans(self._octets)}


def finding_line(finding: Finding, source: str, stream: int, place: Place) -> FindingLine:
    """Return a finding as a line of output."""
    return FindingLine(
        source,
        stream,
        place.message,
        place.offset,
        place.length,
        finding.clause,
        finding.also,
        finding.authority.value,
        finding.code,
        finding.level.value,
        finding.breach.path,
        place.packet,
        1,
        finding.breach.text,
    )


def nearest_field(path: str, fields: Container[str]) -> str:
    """Return the path of the field that is there, or of what holds it; "" is the whole message."""
    while path and path not in fields:
        path = path.rpartition(".")[0]
    return path


def locate(breach: Breach, fields: Mapping[str, Span], frame_octets: int) -> tuple[int, int]:
    """Return offset and length in octets of a breach in its frame: of its field, or of what holds the field.

    `fields` are the spans of the frame by path; the path "" is all of it.
    """
    path = nearest_field(breach.path, fields)
    offset, length = (fields[path].offset, fields[path].length) if path else (0, frame_octets)
    if breach.missing:
        return offset, 0
    if breach.within is not None and path == breach.path:
        return offset + breach.within[0], breach.within[1]
    return offset, length


def excerpt_of(frame: Frame, offset: int, length: int) -> Excerpt:
    """Return the rows that hold the fault, one before and one after, cut at `EXCERPT_OCTETS`."""
    start = max(0, offset // ROW_OCTETS - 1) * ROW_OCTETS
    end = min(offset + length + ROW_OCTETS, start + EXCERPT_OCTETS)
    return Excerpt(frame.offset + start, frame.octets[start:end])
