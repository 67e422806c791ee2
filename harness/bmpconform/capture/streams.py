"""A capture to the BMP streams in it: packets, segments, flows, octets in their order.

Why a loop with a shortcut: nearly all segments are data that come next in a stream that is known, and those must cost
little. All else is decided in `flows`.
"""

from collections import Counter
from collections.abc import Iterator

from bmpconform.capture.flows import MARKS, Flows
from bmpconform.capture.link import LINKS
from bmpconform.capture.packets import Capture
from bmpconform.capture.pcapng import NO_INTERFACE
from bmpconform.capture.pieces import Gap, Piece, StreamEnd, StreamEvent, StreamStart, Trouble, TroubleKind
from bmpconform.capture.reassembly import LIMITS, MASK, Limits
from bmpconform.capture.segment import Segment, Skipped, read_segment
from bmpconform.capture.source import Readable

__all__ = [
    "Gap",
    "Limits",
    "Piece",
    "Readable",
    "StreamEnd",
    "StreamEvent",
    "StreamStart",
    "Trouble",
    "TroubleKind",
    "read_streams",
]

_LINK_TYPES_NAMED = 5


def read_streams(
    file: Readable, port: int | None = None, *, first: bytes = b"", limits: Limits = LIMITS
) -> Iterator[StreamEvent]:
    """Yield the BMP streams in a capture, told by `port` at either end or by what they carry.

    Of each stream a StreamStart, Pieces and Gaps in the order of its octets, and a StreamEnd; streams are numbered
    from 0 by their StreamStart. A Trouble comes last, one for each kind. `first` are octets of the file that were read
    already. Never raises for what the file holds; what reading it raises passes through. Memory is bounded by
    `limits`, whatever the size of the file.
    """
    capture = Capture(file, first)
    flows = Flows(port, limits)
    left_out = _LeftOut()
    yield from _read_packets(capture, flows, left_out)
    yield from flows.finish()
    yield from left_out.troubles()
    yield from flows.troubles()
    if capture.trouble is not None:
        yield capture.trouble


def _read_packets(capture: Capture, flows: Flows, left_out: "_LeftOut") -> Iterator[StreamEvent]:
    ready = flows.ready
    for number, link_type, frame, is_short in capture:
        locate = LINKS.get(link_type)
        if locate is None:
            left_out.link_types[link_type] += 1
            continue
        segment = read_segment(frame, locate(frame))
        if not isinstance(segment, Segment):
            left_out.skip(segment, is_short=is_short)
            continue
        flow = ready.get(segment.key)
        if (
            flow is not None
            and segment.sequence == flow.assembly.expected & MASK
            and segment.octets
            and not segment.flags & MARKS
            and not segment.missing
        ):
            flow.assembly.expected += len(segment.octets)
            flow.used = number
            yield Piece(flow.stream, segment.octets, number)
        else:
            left_out.short += segment.missing > 0
            yield from flows.take(segment, number)


class _LeftOut:
    """Counts the packets that could not be used."""

    def __init__(self) -> None:
        self.link_types: Counter[int] = Counter()
        self.fragments = 0
        self.short = 0

    def skip(self, reason: Skipped, *, is_short: bool) -> None:
        """Count a packet without a segment."""
        self.fragments += reason is Skipped.FRAGMENT
        self.short += is_short and reason is Skipped.TOO_SHORT

    def troubles(self) -> Iterator[Trouble]:
        """Yield a sentence for each kind."""
        if self.link_types:
            yield Trouble(self._unread_links(), None, TroubleKind.LINK_TYPE)
        if self.fragments:
            text = f"has {self.fragments} fragments of IP packets with TCP, which are not put together."
            yield Trouble(text, None, TroubleKind.FRAGMENTS)
        if self.short:
            text = f"has {self.short} packets cut short by the snap length it was made with; octets are missing."
            yield Trouble(text, None, TroubleKind.SHORT_PACKETS)

    def _unread_links(self) -> str:
        names = ["none" if link_type == NO_INTERFACE else str(link_type) for link_type in sorted(self.link_types)]
        more = " and others" if len(names) > _LINK_TYPES_NAMED else ""
        packets = self.link_types.total()
        return f"has {packets} packets of link types that are not read: {', '.join(names[:_LINK_TYPES_NAMED])}{more}."
