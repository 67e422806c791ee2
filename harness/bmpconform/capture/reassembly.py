"""Puts the octets of one direction of a TCP connection into their order, RFC 9293 section 3.4.

Why positions: sequence numbers wrap. A position is a sequence number that does not; `sequence + n * 2**32` for some n.

The rules:
- Of octets that come twice the first ones hold.
- A hole waits for what fills it, until the limits are reached, the other side acknowledges what lies behind the hole,
  or the stream ends. Then it is declared, and what follows it goes on.
- Some tools write streams whose SYN takes no number though data comes with it or next. What begins at the last number
  before that which is due, and is no probe of one octet, tells them.
"""

from bisect import bisect_left
from operator import attrgetter

from bmpconform.capture.segment import FIN, RST, SYN, Segment
from bmpconform.wire.value import Value

NUMBERS = 1 << 32
MASK = NUMBERS - 1
# The largest window, RFC 7323 section 2.3: no sender is further ahead, none sends again what is further behind.
WINDOW = 1 << 30
# A SYN is sent again, or comes late, while at most a window without scaling follows it.
SYN_COPY = 1 << 16
# So many segments behind a hole before an acknowledgement may decide: captures reorder a little, as networks do.
REORDERED = 3
# What keeping a segment costs beside its octets.
SEGMENT_COST = 256


class Limits(Value, frozen=True):
    """What may be kept: segments and octets behind the holes of one stream; flows; octets in all."""

    segments: int = 4096
    octets: int = 4 * 1024 * 1024
    flows: int = 4096
    kept: int = 64 * 1024 * 1024


LIMITS = Limits()


class Data(Value, frozen=True):
    """The next octets, and the packet that brought them."""

    octets: bytes
    packet: int


class Missing(Value, frozen=True):
    """Octets that will not come: how many, None if that is not known, and the packet that shows it."""

    octets: int | None
    packet: int | None


Part = Data | Missing


class _Held(Value, frozen=True):
    """A segment's data: octets at a position, and how many more the capture did not keep."""

    position: int
    octets: bytes
    missing: int
    packet: int

    @property
    def end(self) -> int:
        return self.position + len(self.octets) + self.missing

    @property
    def cost(self) -> int:
        return len(self.octets) + SEGMENT_COST

    def between(self, start: int, end: int) -> "_Held":
        """Return the part from position `start` to `end`."""
        octets = self.octets[max(start - self.position, 0) : max(end - self.position, 0)]
        return _Held(start, octets, end - start - len(octets), self.packet)


_position = attrgetter("position")


class Reassembly:
    """One direction of a connection.

    Shape: `take` and `acknowledge` return the parts that they complete, `finish` the rest. `expected` is the position
    of the next octet, `kept` what the segments behind holes cost, `closed` whether the stream has ended. While `plain`
    a segment of data at `expected` may be passed on and added to it without asking here.
    """

    __slots__ = ("_end", "_held", "_limits", "_unnumbered", "closed", "expected", "kept", "plain")

    def __init__(self, first: Segment, limits: Limits) -> None:
        """Begin at the first segment, which is still to be taken."""
        self.expected = first.sequence + bool(first.flags & SYN)
        self.kept = 0
        self.closed = False
        self.plain = True
        self._limits = limits
        self._held: list[_Held] = []
        self._end: int | None = None
        # Where the stream goes on if its SYN took no number.
        self._unnumbered: int | None = None

    def is_copy(self, syn: Segment) -> bool:
        """Whether a SYN is the one of this connection once more."""
        return not self.closed and (self.expected - syn.sequence) & MASK <= SYN_COPY

    def is_old(self, segment: Segment) -> bool:
        """Whether a segment begins before what is expected, so that it says nothing new once the stream is closed."""
        return self._position(segment.sequence) < self.expected

    def take(self, segment: Segment, packet: int) -> list[Part]:
        """Return what a segment completes: nothing once the stream has ended."""
        if self.closed:
            return []
        flags = segment.flags
        position = self._position(segment.sequence + bool(flags & SYN))
        data = _Held(position, segment.octets, segment.missing, packet)
        if flags & RST:
            # What it may carry is a reason in words, RFC 9293 section 3.5.3.
            data = _Held(position, b"", 0, packet)
        elif flags & SYN:
            self._unnumbered = data.end - 1
        elif position == self._unnumbered == self.expected - 1 and data.end > self.expected:
            self.expected = position
        if flags & (FIN | RST) and self._end is None and 0 <= data.end - self.expected <= WINDOW:
            self._end = data.end
        parts: list[Part] = []
        if data.end > self.expected:
            self._add(data.between(max(position, self.expected), data.end), parts)
        return self._settle(parts)

    def acknowledge(self, number: int) -> list[Part]:
        """Return what can go on because the other side has all octets before `number`, seen here or not."""
        parts: list[Part] = []
        while len(self._held) >= REORDERED and self._position(number) >= self._held[0].position:
            self._give_up_hole(parts)
        return self._settle(parts)

    def finish(self) -> list[Part]:
        """Return all that is left: no more segments will come."""
        parts: list[Part] = []
        while self._held:
            self._give_up_hole(parts)
        if self._end is not None and self._end > self.expected:
            parts.append(_hole(self._end - self.expected, None))
        self.closed = True
        self.plain = False
        return parts

    def give_up_holes(self) -> list[Part]:
        """Return what is held: there is no room to keep it."""
        parts: list[Part] = []
        while self._held:
            self._give_up_hole(parts)
        return self._settle(parts)

    def _position(self, number: int) -> int:
        ahead = (number - self.expected) & MASK
        return self.expected + ahead - (NUMBERS if ahead >= NUMBERS - WINDOW else 0)

    def _settle(self, parts: list[Part]) -> list[Part]:
        while len(self._held) > self._limits.segments or self.kept > self._limits.octets:
            self._give_up_hole(parts)
        if self._end is not None and self.expected >= self._end:
            # An end that octets follow was none.
            self.closed = not self._held
            self._end = None
        self.plain = not self._held and self._end is None and not self.closed
        return parts

    def _add(self, data: _Held, parts: list[Part]) -> None:
        if data.position == self.expected and not self._held:
            self._pass_on(data, parts)
        else:
            self._hold(data)
            self._drain(parts)

    def _hold(self, data: _Held) -> None:
        """Keep what of `data` is not held yet, in pieces between what is."""
        held, start = self._held, data.position
        index = bisect_left(held, start, key=_position)
        if index:
            start = max(start, held[index - 1].end)
        while start < data.end:
            following = held[index] if index < len(held) else None
            end = data.end if following is None else min(data.end, following.position)
            if start < end:
                held.insert(index, data.between(start, end))
                self.kept += held[index].cost
                index += 1
            if following is None:
                break
            start = following.end
            index += 1

    def _drain(self, parts: list[Part]) -> None:
        """Pass on what is held without a hole before it."""
        passed = 0
        for data in self._held:
            if data.position > self.expected:
                break
            self._pass_on(data, parts)
            self.kept -= data.cost
            passed += 1
        del self._held[:passed]

    def _pass_on(self, data: _Held, parts: list[Part]) -> None:
        if data.octets:
            parts.append(Data(data.octets, data.packet))
        if data.missing:
            parts.append(_hole(data.missing, data.packet))
        self.expected = data.end

    def _give_up_hole(self, parts: list[Part]) -> None:
        first = self._held[0]
        parts.append(_hole(first.position - self.expected, first.packet))
        self.expected = first.position
        self._drain(parts)


def _hole(octets: int, packet: int | None) -> Missing:
    """Return a hole; one larger than a window is a jump to other numbers, and says nothing of octets."""
    return Missing(octets if octets <= WINDOW else None, packet)
