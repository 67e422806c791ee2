"""What stands in a frame where its content does not matter: zeros, a letter in texts, ones in the marker of a PDU.

Why three of each: where the plainest does not show it, the next one may, and what is left then matters.
"""

from collections.abc import Iterable, Sequence

from bmpconform.fuzz.righted import believed
from bmpconform.wire.framer import TYPE_OFFSET
from bmpconform.wire.layout import Fixed, RecordLength, Sized
from bmpconform.wire.messages import TEXT_TLVS
from bmpconform.wire.value import Value

_DERIVED = Fixed | RecordLength | Sized
# The plainest first. A NUL at the end of a text would be a fault of its own.
_NUMBER, _TEXT, _MARKER = b"\0\1\xff", b"x\0\xff", b"\xff\0\1"
RANKS = len(_NUMBER)


class Run(Value, frozen=True):
    """The octets of a field from `start` to `end`, and those that are plain there, the plainest first."""

    start: int
    end: int
    plain: bytes

    def places(self, frame: bytes, rank: int) -> list[int]:
        """Return the offsets of what is less plain than the octet of this rank."""
        enough = self.plain[: rank + 1]
        return [place for place in range(self.start, self.end) if frame[place] not in enough]


def runs_of(frame: bytes) -> list[Run]:
    """Return the fields of a frame that are free: all but the version, and those that follow from others."""
    spans = believed(frame).spans
    starts = {span.path: span.offset for span in spans}
    texts = TEXT_TLVS.get(frame[TYPE_OFFSET], frozenset()) if len(frame) > TYPE_OFFSET else frozenset()

    def plain(path: str) -> bytes:
        owner, _, name = path.rpartition(".")
        if name == "value" and owner.startswith("tlvs[") and "." not in owner:
            start = starts[f"{owner}.type"]
            return _TEXT if int.from_bytes(frame[start : start + 2]) in texts else _NUMBER
        return _MARKER if name == "marker" else _NUMBER

    return [
        Run(span.offset, span.offset + span.length, plain(span.path))
        for span in spans
        if span.field is not None and not isinstance(span.field, _DERIVED) and span.path != "count"
    ]


def filled(frame: bytes, places: Iterable[tuple[Run, Sequence[int]]], rank: int) -> bytes:
    """Return a frame with the octet of a rank at these places of runs."""
    plain = bytearray(frame)
    for run, some in places:
        for place in some:
            plain[place] = run.plain[rank]
    return bytes(plain)
