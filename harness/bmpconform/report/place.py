"""Where in the octets of a vector a path of the neutral form lies.

Why not in the neutral form: it knows no octets, and where a field lies is known to the layout alone.
"""

import re

from bmpconform.corpus.vector import Vector
from bmpconform.wire.interpret import spans
from bmpconform.wire.value import UNSET, Value

_ITEM = re.compile(r"items\[(\d+)\]\.?(.*)")


class Octets(Value, frozen=True):
    """`length` octets from `offset` on, both from the vector's first."""

    offset: int
    length: int


def place_of(vector: Vector, path: str) -> Octets:
    """Return where the field at `path` lies, or the nearest field around it; nothing marked where none does."""
    octets, start = vector.octets, 0
    item = _ITEM.fullmatch(path)
    if item is not None and vector.items is not UNSET:
        starts = [one.offset for one in vector.items]
        number, path = int(item[1]), item[2]
        if number >= len(starts):
            return Octets(len(octets), 0)
        start = starts[number]
        octets = octets[start : (*starts[1:], len(octets))[number]]
    fields = {span.path: span for span in spans(octets)}
    while path:
        if path in fields:
            return Octets(start + fields[path].offset, fields[path].length)
        path = re.sub(r"(\.|^)[^.\[]+$|\[\d+\]$", "", path)
    return Octets(start, len(octets) if item is not None else 0)
