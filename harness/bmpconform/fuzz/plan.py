"""An input taken apart once for all its mutants: its sites, with what may stand there and which lengths follow.

Why made ahead: a mutant is then a choice of site, a choice of content, and a few octets copied.
"""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from bmpconform.fuzz.anatomy import Anatomy, Item, dissect, frames_of
from bmpconform.fuzz.dictionary import ROUTES
from bmpconform.fuzz.edits import Lengths
from bmpconform.fuzz.mutate_fields import contents_of, lies_of, prefixes_of
from bmpconform.wire.codec import decode
from bmpconform.wire.codes import Registry
from bmpconform.wire.layout import RecordLength, Sized
from bmpconform.wire.messages import CODE_TLVS, HEADER_OCTETS, Message

STATISTICS = "statistics"


class Site(NamedTuple):
    """A field: where it is in the input, which lengths count it, its path in its frame, and what may stand there."""

    start: int
    end: int
    lengths: Lengths
    path: str
    known: tuple[bytes, ...]
    near: tuple[bytes, ...]


class Member(NamedTuple):
    """A member of a list, or the place of one where `start` is `end`; `others` are the bounds of all in its list.

    `counted` is the offset of the count of its list, 0 where it has none.
    """

    start: int
    end: int
    lengths: Lengths
    path: str
    kind: str
    others: tuple[tuple[int, int], ...]
    counted: int


class Plan:
    """What can be changed in an input. `bounds` are those of its `frames`, `messages` what they say, once asked for.

    `sites` are lists of fields, one of which is drawn first: all, those that hold as much as one likes, and lengths.
    `parts` are all that has a path: fields, members and lists, which other frames may have too. `related` are mutants
    by relations, as they are made.
    """

    __slots__ = (
        "bounds",
        "fields",
        "frames",
        "lies",
        "members",
        "messages",
        "octets",
        "parts",
        "related",
        "sites",
        "values",
    )

    def __init__(self, octets: bytes, random: Random) -> None:
        """Take an input apart; contents that are made up are drawn from `random`."""
        self.octets = octets
        self.bounds: list[tuple[int, int]] = []
        self.fields: list[Site] = []
        self.values: list[Site] = []
        self.lies: list[Site] = []
        self.members: list[Member] = []
        self.parts: list[tuple[int, int, Lengths, str]] = []
        base = 0
        self.frames = frames_of(octets) or [b""]
        for frame in self.frames:
            self.bounds.append((base, base + len(frame)))
            self._add(dissect(frame), base, random)
            base += len(frame)
        self.related: list[bytes] = []
        self.messages: list[Message | None] = [None] * len(self.bounds)
        self.sites = (*(self.fields,) * 6, *(self.values or self.fields,) * 3, self.lies or self.fields)

    def message(self, number: int) -> Message:
        """Return what one frame says."""
        held = self.messages[number]
        if held is None:
            held = self.messages[number] = decode(self.frames[number])
        return held

    def _add(self, anatomy: Anatomy, base: int, random: Random) -> None:
        for span in anatomy.fields:
            start, end, path = base + span.offset, base + span.offset + span.length, span.path
            octets = anatomy.frame[span.offset : span.offset + span.length]
            if isinstance(span.field, RecordLength | Sized) or path == "count":
                lies = lies_of(octets)
                self.lies.append(Site(start, end, (), path, lies, lies))
                continue
            lengths = _around(anatomy, base, path, span.offset, span.offset + span.length)
            contents = contents_of(random, span, octets, _registry(anatomy, path))
            site = Site(start, end, lengths, path, contents.known, contents.near)
            self.fields.append(site)
            self.parts.append((start, end, lengths, path))
            if path.endswith(_OF_ANY_LENGTH):
                self.values.append(site)
        self._add_members(anatomy, base)

    def _add_members(self, anatomy: Anatomy, base: int) -> None:
        count = next((base + span.offset for span in anatomy.fields if span.path == "count"), 0)
        lists: dict[str, list[Item]] = {}
        for item in anatomy.items:
            lists.setdefault(item.path.rpartition("[")[0], []).append(item)
        for item in (*anatomy.items, *_ends(anatomy)):
            lengths = _around(anatomy, base, item.path, item.start, item.end)
            others = tuple((base + one.start, base + one.end) for one in lists.get(item.path.rpartition("[")[0], ()))
            of_list = count if item.kind == STATISTICS else 0
            start, end = base + item.start, base + item.end
            self.members.append(Member(start, end, lengths, item.path, item.kind, others, of_list))
            if item.end > item.start:
                self.parts.append((start, end, lengths, item.path))
                if (kind := ROUTES.get(item.kind)) is not None:
                    contents = prefixes_of(self.octets[start:end], kind)
                    self.fields.append(Site(start, end, lengths, item.path, contents.known, contents.near))
        for item in anatomy.lists:
            lengths = _around(anatomy, base, item.path, item.start, item.end)
            self.parts.append((base + item.start, base + item.end, lengths, item.path))


_OF_ANY_LENGTH = ("value", "nlri", "withdrawn", "data", "rest")
_LISTS = ("tlvs", STATISTICS, "attributes", "parameters", "capabilities")


def _ends(anatomy: Anatomy) -> Iterator[Item]:
    """Yield the end of each list as a place for a member."""
    for one in anatomy.lists:
        if one.kind in _LISTS or one.kind in ROUTES:
            yield Item(one.kind, f"{one.path}[0]", one.end, one.end)


def _registry(anatomy: Anatomy, path: str) -> Registry | None:
    """Return the registry that the value of a TLV is a code of, None where it is of none."""
    owner, _, name = path.rpartition(".")
    if name != "value" or not owner.startswith("tlvs["):
        return None
    start = next(item.start for item in anatomy.items if item.path == owner)
    code = int.from_bytes(anatomy.frame[start : start + 2])
    return CODE_TLVS.get((anatomy.frame[HEADER_OCTETS - 1], code))


def _around(anatomy: Anatomy, base: int, path: str, start: int, end: int) -> Lengths:
    return tuple((base + offset, width) for offset, width in anatomy.around(path, start, end))
