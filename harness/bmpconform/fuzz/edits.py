"""Edits of octets: what stands where in their place, and which length fields count it.

Why tuples and one loop: this runs for every mutant, and is most of what one costs.
"""

from typing import TypeAlias

# The offset and the octets of each length field that counts what is edited; all stand in front of it.
Lengths: TypeAlias = tuple[tuple[int, int], ...]
# The octets of the count of a Statistics Report.
COUNT_OCTETS = 4


# Octets from `start` to `end` that become others, with the lengths that follow; and the offset of a count that becomes
# greater by so many members. Where no count does, both are 0.
Edit: TypeAlias = tuple[int, int, bytes, Lengths, int, int]


def applied(octets: bytes, edit: Edit) -> bytes:
    """Return octets with one edit made."""
    changed = bytearray(octets)
    _apply(changed, edit)
    return bytes(changed)


def all_applied(octets: bytes, edits: list[Edit]) -> bytes:
    """Return octets with several edits made, the last one in the octets first; what one takes no other changes."""
    edits.sort(reverse=True)
    changed, before = bytearray(octets), len(octets) + 1
    for edit in edits:
        if edit[1] <= before:
            _apply(changed, edit)
            before = edit[0]
    return bytes(changed)


def _apply(changed: bytearray, edit: Edit) -> None:
    start, end, octets, lengths, counted, members = edit
    changed[start:end] = octets
    if lengths and (more := len(octets) - end + start):
        for offset, width in lengths:
            number = int.from_bytes(changed[offset : offset + width]) + more
            changed[offset : offset + width] = (number & (1 << 8 * width) - 1).to_bytes(width)
    if members:
        number = int.from_bytes(changed[counted : counted + COUNT_OCTETS]) + members
        changed[counted : counted + COUNT_OCTETS] = (number & 0xFFFFFFFF).to_bytes(COUNT_OCTETS)
