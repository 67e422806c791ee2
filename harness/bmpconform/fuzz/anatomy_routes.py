"""Where the routes of a frame lie: the first prefixes of each list, and what MP_REACH and MP_UNREACH have beside them.

Why apart from the spans of a frame: its octets do not tell whether path identifiers stand there, so what fits is taken.
Why the first: a list of hundreds would be most of what is changed, and one prefix is as good as another.
"""

from collections.abc import Iterable, Iterator

from bmpconform.fuzz.dictionary import kind_of_routes
from bmpconform.wire.codes import AttributeType
from bmpconform.wire.interpret import Span, part_spans
from bmpconform.wire.routes import (
    IPV4_UNICAST,
    PART_LAYOUTS,
    Family,
    MpReach,
    MpUnreach,
    PathPrefix,
    Prefix,
    has_path_ids,
    is_read,
)
from bmpconform.wire.value import Value

MOST_ROUTES = 4
_VALUES = {
    AttributeType.MP_REACH_NLRI: PART_LAYOUTS[MpReach],
    AttributeType.MP_UNREACH_NLRI: PART_LAYOUTS[MpUnreach],
}
_ROUTES = frozenset({"nlri", "withdrawn"})


class RouteList(Value, frozen=True):
    """A list of routes of one `kind` (see `dictionary.ROUTES`), with the spans of its first prefixes."""

    kind: str
    whole: Span
    prefixes: tuple[tuple[Span, ...], ...]


def value_spans(frame: bytes, found: Iterable[Span]) -> Iterator[Span]:
    """Yield the fields in the values of MP_REACH and MP_UNREACH; `found` are the spans of the frame."""
    code = -1
    for span in found:
        if span.path.endswith("].type"):
            code = frame[span.offset]
        elif code in _VALUES and ".attributes[" in span.path and span.path.endswith("].value"):
            part = part_spans(_VALUES[AttributeType(code)], frame, span.offset, span.offset + span.length, span.path)
            # The first is the value itself, which is there as the field of its attribute.
            yield from part[0][1:] if part is not None else ()


def route_lists(frame: bytes, found: Iterable[Span]) -> Iterator[RouteList]:
    """Yield the lists of routes of the families that are read; `found` has the spans in values too."""
    family = IPV4_UNICAST
    for span in found:
        name, octets = span.path.rpartition(".")[2], frame[span.offset : span.offset + span.length]
        if name == "afi":
            family = int.from_bytes(octets), family[1]
        elif name == "safi":
            family = family[0], int.from_bytes(octets)
        elif name in _ROUTES:
            of_value = span.path.endswith(f"].value.{name}")
            if is_read(one := family if of_value else IPV4_UNICAST):
                yield _route_list(frame, span, one, octets)


def _route_list(frame: bytes, whole: Span, family: Family, octets: bytes) -> RouteList:
    path_ids = has_path_ids(family, octets)
    record = PART_LAYOUTS[PathPrefix if path_ids else Prefix]
    prefixes: list[tuple[Span, ...]] = []
    start, end = whole.offset, whole.offset + whole.length
    while len(prefixes) < MOST_ROUTES:
        part = part_spans(record, frame, start, end, f"{whole.path}[{len(prefixes)}]")
        if part is None:
            break
        prefixes.append(part[0])
        start = part[1]
    return RouteList(kind_of_routes(family, path_ids=path_ids), whole, tuple(prefixes))
