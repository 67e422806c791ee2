"""A frame taken apart for changes: where its fields lie, and which length fields count which of them.

Why from the spans: the layout is written once, in `wire`, and an edit at known octets costs less than to decode,
change and encode a message.
"""

from functools import lru_cache

from bmpconform.fuzz.anatomy_routes import route_lists, value_spans
from bmpconform.wire.framer import claimed_length
from bmpconform.wire.interpret import Span, spans
from bmpconform.wire.layout import Many, RecordLength, Sized, Variant, value_fields
from bmpconform.wire.messages import HEADER_OCTETS
from bmpconform.wire.value import Value

LONGEST = 32 * 1024
MOST_FRAMES = 24
# Entries that are kept are taken apart again and again.
MOST_KNOWN = 4096


def frames_of(octets: bytes) -> list[bytes]:
    """Return the frames of a stream as their lengths say; what does not add up is the last of them."""
    frames = []
    while octets:
        length = claimed_length(octets)
        if len(octets) < HEADER_OCTETS or not HEADER_OCTETS <= length <= len(octets):
            length = len(octets)
        frames.append(octets[:length])
        octets = octets[length:]
    return frames


class Length(Value, frozen=True):
    """A length field: `octets` at `offset`, counting from `start` to `end`.

    `owner` is the path of the record that it is of; `heads` are the names below it that it counts, None for all.
    """

    owner: str
    offset: int
    octets: int
    start: int
    end: int
    heads: frozenset[str] | None

    def counts(self, path: str, start: int, end: int) -> bool:
        """Whether the octets of the field at `path` are among those that are counted."""
        if not (self.start <= start and end <= self.end):
            return False
        inner = path.removeprefix(self.owner)
        if self.owner and (not path.startswith(self.owner) or not inner.startswith((".", "["))):
            return False
        head = inner.removeprefix(".").split(".", 1)[0].split("[", 1)[0]
        return self.heads is None or head in self.heads


class Item(Value, frozen=True):
    """A member of a list in a frame: its octets, its path, and the last name in that (`tlvs`) or its kind of route."""

    kind: str
    path: str
    start: int
    end: int


class Anatomy(Value, frozen=True):
    """A frame with its fields, its length fields and the members of its lists; `lists` are the lists themselves."""

    frame: bytes
    fields: tuple[Span, ...]
    lengths: tuple[Length, ...]
    items: tuple[Item, ...]
    lists: tuple[Item, ...]

    def around(self, path: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Return the offset and the octets of each length field that counts the field or the member at `path`."""
        return tuple(
            (length.offset, length.octets)
            for length in self.lengths
            if length.offset < start and length.counts(path, start, end)
        )

    def edited(self, path: str, start: int, end: int, octets: bytes, *, repair: bool = True) -> bytes:
        """Return the frame with `octets` from `start` to `end`, which are of the field or the member at `path`.

        The lengths around it are those of what they count then, unless they are not to be repaired.
        """
        more = len(octets) - (end - start)
        head, tail = bytearray(self.frame[:start]), self.frame[end:]
        if repair and more:
            for offset, width in self.around(path, start, end):
                number = int.from_bytes(head[offset : offset + width]) + more
                head[offset : offset + width] = fitted(number, width)
        return bytes(head) + octets + tail


def fitted(number: int, octets: int) -> bytes:
    """Return the last `octets` octets of a number, which may be too large or negative."""
    return (number & ((1 << 8 * octets) - 1)).to_bytes(octets)


@lru_cache(maxsize=MOST_KNOWN)
def dissect(frame: bytes) -> Anatomy:
    """Return a frame taken apart; octets that are no frame are one field."""
    outer = spans(frame)
    inner = tuple(value_spans(frame, outer))
    routes = tuple(route_lists(frame, outer + inner))
    found = (*outer, *inner, *(span for one in routes for prefix in one.prefixes for span in prefix))
    containers = {span.path: span for span in found if span.field is None}
    lengths = [_length(span, containers, frame) for span in found if isinstance(span.field, RecordLength | Sized)]
    items = [_item(span) for span in (*outer, *inner) if span.field is None]
    lists = [item for item in items if not item.path.endswith("]")]
    members = [_item(prefix[0], one.kind) for one in routes for prefix in one.prefixes]
    return Anatomy(
        frame,
        tuple(span for span in found if span.field is not None),
        tuple(lengths),
        (*(item for item in items if item.path.endswith("]")), *members),
        (*lists, *(_item(one.whole, one.kind) for one in routes)),
    )


def _length(span: Span, containers: dict[str, Span], frame: bytes) -> Length:
    owner = span.path.rpartition(".")[0]
    if isinstance(span.field, Sized):
        start = span.offset + span.length
        number = int.from_bytes(frame[span.offset : start])
        return Length(owner, span.offset, span.length, start, start + number, _heads(span.field))
    around = containers[owner] if owner else Span("", 0, len(frame), None)
    return Length(owner, span.offset, span.length, around.offset, around.offset + around.length, None)


def _heads(field: Sized) -> frozenset[str]:
    """Return the names that stand, in a path, behind the record whose length field this is."""
    heads: set[str] = set()
    for inner in value_fields(field.fields):
        heads.add("" if isinstance(inner, Many) and inner.unnamed else inner.name)
        if isinstance(inner, Variant):
            heads.update(case.name for case in inner.cases.values())
    return frozenset(heads)


def _item(span: Span, kind: str = "") -> Item:
    return Item(
        kind or span.path.rpartition(".")[2].partition("[")[0], span.path, span.offset, span.offset + span.length
    )
