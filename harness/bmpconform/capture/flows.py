"""The TCP flows of a capture, and the numbered BMP streams that they make.

Why bounded: a capture may hold any number of flows and end none of them. What was unused for longest goes first.
"""

from collections.abc import Iterator
from operator import attrgetter

from bmpconform.capture.flow import NO_STREAM, PORT, Flow, has_port
from bmpconform.capture.pieces import Gap, Piece, StreamEnd, StreamEvent, StreamStart, Trouble, TroubleKind
from bmpconform.capture.reassembly import Data, Limits, Part
from bmpconform.capture.segment import ACK, FIN, RST, SYN, Segment

# Of a segment that is more than data.
MARKS = FIN | SYN | RST
_used = attrgetter("used")


class Flows:
    """All flows.

    Shape: `take` returns the events that a segment completes, `finish` the rest, `troubles` what was left out.
    `ready` has the flows that are streams and wait for nothing: data that comes next is added to `assembly.expected`
    and passed on without asking here.
    """

    def __init__(self, port: int | None, limits: Limits) -> None:
        """`port` is that of the BMP flows, None to recognise them."""
        self.ready: dict[bytes, Flow] = {}
        self._table: dict[bytes, Flow] = {}
        self._port = None if port is None else port.to_bytes(PORT)
        self._limits = limits
        self._streams = 0
        self._kept = 0
        # Flows with a hole, by the key of the flow that acknowledges them.
        self._stalled: dict[bytes, Flow] = {}
        self._ended_early = 0
        self._not_bmp = 0

    def take(self, segment: Segment, packet: int) -> list[StreamEvent]:
        """Return what a segment completes."""
        events: list[StreamEvent] = []
        if not (segment.octets or segment.missing or segment.flags & MARKS):
            self._acknowledge(segment, events)
            return events
        flow = self._find(segment, events)
        if flow is not None:
            flow.used = packet
            if not flow.is_over:
                self._pass_on(flow, flow.assembly.take(segment, packet), events)
        if self._kept > self._limits.kept:
            self._make_room(events)
        return events

    def finish(self) -> Iterator[StreamEvent]:
        """Yield what the end of the capture completes."""
        for flow in self._table.values():
            events: list[StreamEvent] = []
            self._end(flow, events)
            yield from events

    def troubles(self) -> Iterator[Trouble]:
        """Yield what was left out."""
        if self._ended_early:
            text = f"has over {self._limits.flows} TCP flows at a time: {self._ended_early} streams were ended early."
            yield Trouble(text, None, TroubleKind.ENDED_EARLY)
        if self._not_bmp:
            text = f"has {self._not_bmp} TCP flows whose octets are not recognised as BMP; --port names those that are."
            yield Trouble(text, None, TroubleKind.NOT_BMP)

    def _find(self, segment: Segment, events: list[StreamEvent]) -> Flow | None:
        """Return the flow that a segment belongs to, a new one if it begins one; None if there is none to begin."""
        flow = self._table.get(segment.key)
        if flow is None:
            return self._begin(segment, events)
        assembly, has_octets = flow.assembly, segment.octets or segment.missing
        if segment.flags & SYN:
            is_same = assembly.is_copy(segment)
        else:
            is_same = not assembly.closed or flow.is_other or not has_octets or assembly.is_old(segment)
        if is_same:
            return flow
        self._end(flow, events)
        del self._table[segment.key]
        return self._begin(segment, events)

    def _begin(self, segment: Segment, events: list[StreamEvent]) -> Flow | None:
        has_octets = segment.octets or segment.missing
        if not (has_octets or segment.flags & SYN) or not self._is_wanted(segment.key):
            return None
        if len(self._table) >= self._limits.flows:
            self._drop_flows(events)
        flow = Flow(segment, self._limits, is_bmp=self._port is not None)
        self._table[segment.key] = flow
        return flow

    def _is_wanted(self, key: bytes) -> bool:
        return self._port is None or has_port(key, self._port)

    def _acknowledge(self, segment: Segment, events: list[StreamEvent]) -> None:
        flow = self._stalled.get(segment.key) if self._stalled and segment.flags & ACK else None
        if flow is not None:
            self._pass_on(flow, flow.assembly.acknowledge(segment.acknowledged), events)

    def _pass_on(self, flow: Flow, parts: list[Part], events: list[StreamEvent]) -> None:
        self._number(flow, flow.recognise(parts), events)
        if flow.is_other or flow.assembly.closed:
            self._end(flow, events)
        else:
            self._count(flow, flow.cost())
            if flow.assembly.plain and flow.stream != NO_STREAM:
                self.ready[flow.key] = flow
            else:
                self.ready.pop(flow.key, None)

    def _end(self, flow: Flow, events: list[StreamEvent]) -> None:
        """End the stream of a flow. The flow itself stays, to tell what is sent once more from what is new."""
        if flow.is_over:
            return
        parts = flow.recognise(flow.assembly.finish())
        self._number(flow, parts + flow.decide(), events)
        flow.is_over = True
        self.ready.pop(flow.key, None)
        if flow.stream != NO_STREAM:
            events.append(StreamEnd(flow.stream))
        self._not_bmp += flow.is_other and flow.has_octets
        self._count(flow, 0)

    def _number(self, flow: Flow, parts: list[Part], events: list[StreamEvent]) -> None:
        """Add the events that parts make; the first ones make a stream."""
        if parts and flow.stream == NO_STREAM:
            flow.stream = self._streams
            self._streams += 1
            events.append(StreamStart(flow.stream, flow.name(), flow.begins))
        for part in parts:
            if isinstance(part, Data):
                events.append(Piece(flow.stream, part.octets, part.packet))
            else:
                events.append(Gap(flow.stream, part.octets, part.packet))

    def _count(self, flow: Flow, kept: int) -> None:
        """Note what is kept of a flow, and whether an acknowledgement can help it on."""
        self._kept += kept - flow.kept
        flow.kept = kept
        if kept and flow.assembly.kept:
            self._stalled[flow.reverse_key()] = flow
        elif self._stalled:
            self._stalled.pop(flow.reverse_key(), None)

    def _make_room(self, events: list[StreamEvent]) -> None:
        """Keep no more than half of what may be kept: give up holes, and decide on what is undecided."""
        for flow in sorted(self._table.values(), key=_used):
            if self._kept <= self._limits.kept // 2:
                break
            if flow.kept:
                self._pass_on(flow, flow.assembly.give_up_holes(), events)
                self._pass_on(flow, flow.decide(), events)

    def _drop_flows(self, events: list[StreamEvent]) -> None:
        """Drop a quarter of the flows: sorting them for each one would cost too much."""
        for flow in sorted(self._table.values(), key=_used)[: self._limits.flows // 4 + 1]:
            self._ended_early += flow.stream != NO_STREAM and not flow.is_over
            self._end(flow, events)
            del self._table[flow.key]
