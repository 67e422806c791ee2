"""One stream judged as its octets come in: frames to messages, messages to findings with their place."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from bmpconform.check.held import Held, HeldFindings, Repeats, Told
from bmpconform.check.place import EXCERPT_OCTETS, FrameFields, Place, excerpt_of, finding_line, locate
from bmpconform.events import Counts, Excerpt, Found
from bmpconform.rules.memory import Memory, SessionJudge
from bmpconform.rules.selection import Finding
from bmpconform.rules.session import Session, StreamEnd, StreamOpening, peer_key
from bmpconform.spec.catalogue import Authority
from bmpconform.wire.codec import decode
from bmpconform.wire.framer import MAX_MESSAGE, Chunk, Cut, Frame, Framer, Hole, Lost
from bmpconform.wire.messages import Message, Peer


class PacketMap:
    """Which packet brought which octets of a stream, as far back as they are still looked at."""

    def __init__(self) -> None:
        """Begin with no packet."""
        self._offsets: list[int] = []
        self._packets: list[int] = []

    def add(self, offset: int, packet: int) -> None:
        """Take note that `packet` brought the octets from `offset` on."""
        self._offsets.append(offset)
        self._packets.append(packet)

    def at(self, offset: int) -> int | None:
        """Return the packet that brought the octet at `offset`, None where that is not known."""
        index = bisect_right(self._offsets, offset) - 1
        return self._packets[index] if index >= 0 else None

    def forget(self, offset: int) -> None:
        """Forget the packets that brought only octets before `offset`, once there are many."""
        if len(self._offsets) > _PACKETS_KEPT:
            index = max(0, bisect_right(self._offsets, offset) - 1)
            del self._offsets[:index]
            del self._packets[:index]


# Forgetting in batches costs less than one by one.
_PACKETS_KEPT = 256


class StreamJudge:
    """Judges one stream.

    Shape: `feed`, `gap` and `finish` yield the findings that are ready; `counts` is what was read and found so far.
    """

    def __init__(  # noqa: PLR0913 - what is known of a stream
        self,
        source: str,
        stream: int,
        memory: Memory,
        max_message: int = MAX_MESSAGE,
        *,
        begins: bool = True,
        name: str | None = None,
        live: bool = False,
    ) -> None:
        """Begin at the first octet of stream number `stream` of `source`, which `begins` the connection or not.

        Findings wait for the end of the stream, unless it is `live`. `name` says whose stream it is.
        """
        self._source = source
        self._stream = stream
        self._selection = memory.selection
        self._framer = Framer(max_message, self._skip)
        if not begins:
            self._framer.search()
        self._session = Session(begins=begins)
        self._session_judge = SessionJudge(memory, self._session)
        self._messages = 0
        self._octets = 0
        self._findings = dict.fromkeys(("fail", "warn", "info", "house"), 0)
        self._first: tuple[Frame, Message, int | None] | None = None
        self._live = live
        self._held = HeldFindings(name)
        self._packets = PacketMap()
        self._lost: Lost | None = None
        self._lost_octets = 0

    @property
    def counts(self) -> Counts:
        """Return what was read, and the findings that were told; a stream counts from its first octet on."""
        return Counts(self._messages, self._octets, int(self._octets > 0), **self._findings)

    def waiting(self) -> int:
        """Return how many findings there are that were not told yet."""
        return len(self._held)

    def feed(self, octets: bytes, packet: int | None = None) -> Iterator[Told]:
        """Judge what `octets` complete; `packet` brought them."""
        if packet is not None:
            self._packets.forget(self._framer.offset if self._lost is None else self._lost.offset)
            self._packets.add(self._octets, packet)
        self._octets += len(octets)
        return self._judge(self._framer.feed(octets))

    def gap(self, missing: int | None) -> Iterator[Told]:
        """Judge what a gap of `missing` octets ends, None where their number is not known."""
        yield from self._judge(self._framer.gap(missing))

    def finish(self) -> Iterator[Told]:
        """Judge the end of the stream."""
        for chunk in self._framer.finish():
            self._judge_chunk(chunk)
        self._end_of_lost()
        if self._first is not None:
            frame, message, packet = self._first
            fields = FrameFields(frame.octets)
            for finding in self._selection.judge(StreamOpening(self._session, message)):
                self._held.hold(self._placed(finding, frame, 0, fields, packet))
        for finding in self._selection.judge(StreamEnd(self._session)):
            # What a stream lacks is placed where it begins.
            self._held.hold(self._held_at(finding, Place(None, 0, 0), Excerpt(0, b"")))
        yield from self._count(self._held.release(self._session))

    def _judge(self, chunks: Iterable[Chunk]) -> Iterator[Told]:
        for chunk in chunks:
            # Nearly all chunks are these.
            if isinstance(chunk, Frame) and self._lost is None:
                self._judge_frame(chunk)
            else:
                self._judge_chunk(chunk)
            if self._live:
                yield from self._count(self._held.tell(self._session))
            if self._held.is_full():
                yield from self._count(self._held.release(self._session))

    def _judge_chunk(self, chunk: Chunk) -> None:
        match chunk:
            case Lost(continued=True):
                self._lost_octets += len(chunk.octets)
            case Lost():
                self._end_of_lost()
                self._lost, self._lost_octets = chunk, len(chunk.octets)
            case Cut() | Hole():
                self._end_of_lost()
                if isinstance(chunk, Hole):
                    self._session.lose()
                self._judge_unframed(chunk, len(chunk.octets))
            case Frame():
                self._end_of_lost()
                self._judge_frame(chunk)
            case _:
                assert_never(chunk)

    def _end_of_lost(self) -> None:
        """Judge a run of lost octets once it is known where it ends."""
        if self._lost is not None:
            self._session.lose()
            self._judge_unframed(self._lost, self._lost_octets)
            self._lost = None

    def _judge_unframed(self, chunk: Lost | Cut | Hole, octets: int) -> None:
        for finding in self._selection.judge(chunk):
            place = Place(None, chunk.offset, octets, self._packets.at(chunk.offset))
            self._held.hold(self._held_at(finding, place, Excerpt(chunk.offset, chunk.octets[:EXCERPT_OCTETS])))

    def _skip(self, octets: bytes, at: int) -> int:
        """Judge messages from memory, as far as that knows them and what is found only repeats."""
        if self._first is None or self._lost is not None:
            return at
        while at < len(octets) and (recalled := self._session_judge.recall(octets, at)) is not None:
            end, peer, findings = recalled
            if findings and not self._held.repeat_all(peer, findings):
                break
            self._messages += 1
            at = end
        return at

    def _judge_frame(self, frame: Frame) -> None:
        message = decode(frame.octets)
        if self._first is None:
            self._first = frame, message, self._packets.at(frame.offset)
        findings = self._session_judge.judge(frame.octets, message)
        if findings:
            self._place(findings, frame, self._messages, getattr(message, "peer", None))
        self._messages += 1

    def _place(self, findings: Sequence[Finding], frame: Frame, number: int, peer: Peer | None) -> None:
        """Hold the findings in a frame; one that repeats on its peer adds to the count of the first."""
        key = None if peer is None else peer_key(peer)
        if key is not None and self._held.repeat_all(key, findings):
            return
        fields, repeats, held = FrameFields(frame.octets), Repeats(key), []
        for finding in findings:
            fault = repeats.key(finding)
            known = self._held.repeat(fault)
            held.append(known or self._held.hold(self._placed(finding, frame, number, fields), fault))
        if key is not None:
            self._held.know(key, findings, held)

    def _placed(
        self, finding: Finding, frame: Frame, number: int, fields: FrameFields, packet: int | None = None
    ) -> Held:
        """Return a finding where it lies; `packet` brought its octets, unless that is still to be looked up."""
        offset, length = locate(finding.breach, fields.by_path, len(frame.octets))
        start = frame.offset + offset
        place = Place(number, start, length, self._packets.at(start) if packet is None else packet)
        return self._held_at(finding, place, excerpt_of(frame, offset, length))

    def _held_at(self, finding: Finding, place: Place, excerpt: Excerpt) -> Held:
        return Held(finding, finding_line(finding, self._source, self._stream, place), excerpt)

    def _count(self, told: Iterable[Told]) -> Iterator[Told]:
        """Pass findings on, and count each once however often it came."""
        for found in told:
            if isinstance(found, Found):
                line = found.finding
                self._findings["house" if line.authority == Authority.HOUSE.value else line.level] += 1
            yield found
