"""Octets to findings: frames, messages, rules, and each finding placed where its octets are.

Why one module: `check` is the first of the product's flows, and this is all of it as one public function.

A breach that repeats on a peer is told once, where it first shows, with its count; so findings come out when
their stream ends, in the order of their octets.
"""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import assert_never

from bmpconform import __version__
from bmpconform.capture.inputs import InputError
from bmpconform.events import SCHEMA, Counts, Event, Excerpt, FindingLine, Found, Header, Problem, Summary
from bmpconform.rules.rule import Breach
from bmpconform.rules.selection import Finding, Policy, Selection
from bmpconform.rules.session import PeerKey, Session, Step, StreamEnd, peer_key
from bmpconform.spec.catalogue import Authority, Level
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES, Profile
from bmpconform.wire.codec import decode
from bmpconform.wire.framer import MAX_MESSAGE, Chunk, Cut, Frame, Framer, Lost
from bmpconform.wire.interpret import Span, spans
from bmpconform.wire.messages import Message, Peer
from bmpconform.wire.value import Value, replace

# Distinct findings kept back for their counts; past it they are told, and told again should they repeat.
HELD_FINDINGS = 10_000
EXCERPT_OCTETS = 128

Octets = Iterable[bytes]
Watch = Callable[[str, Counts, int], None]


class Options(Value, frozen=True):
    """How to judge. `max_message` in octets."""

    profile: Profile = PROFILES[DEFAULT_PROFILE]
    policy: Policy = Policy()
    max_message: int = MAX_MESSAGE


def _unwatched(_source: str, _counts: Counts, _found: int) -> None:
    pass


def check(inputs: Iterable[tuple[str, Octets]], options: Options, watch: Watch = _unwatched) -> Iterator[Event]:
    """Judge inputs, each a name and the pieces of its one stream.

    Yields a Header, for each input its findings and a Problem where it cannot be read or holds no BMP, and a
    Summary. Never raises for what an input holds. `watch` is told, piece by piece, what was counted in a source and
    how many findings there are so far.
    """
    selection = Selection(options.profile, options.policy)
    yield Header(SCHEMA, __version__, options.profile.name, options.policy.settings())
    by_source: dict[str, Counts] = {}
    for source, octets in inputs:
        judge = StreamJudge(source, 0, selection, options.max_message)
        yield from _read(source, octets, judge, watch)
        by_source[source] = _add(by_source.get(source, Counts()), judge.counts)
    total = Counts()
    for counts in by_source.values():
        total = _add(total, counts)
    yield Summary(**_fields(total), by_source=by_source)


def _read(source: str, octets: Octets, judge: "StreamJudge", watch: Watch) -> Iterator[Event]:
    try:
        for piece in octets:
            yield from judge.feed(piece)
            watch(source, judge.counts, judge.found())
    except InputError as error:
        yield from judge.finish()
        yield Problem(source, error.reason)
    else:
        yield from judge.finish()
        if not judge.counts.messages:
            yield Problem(source, "holds no BMP message of version 3.")


def _fields(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in Counts.__struct_fields__}


def _add(one: Counts, other: Counts) -> Counts:
    return Counts(**{name: number + getattr(other, name) for name, number in _fields(one).items()})


HeldKey = tuple[PeerKey, str, Level, int | None, str, int]


class StreamJudge:
    """Judges one stream as its octets come in.

    Shape: `feed` and `finish` yield the findings that are ready; `counts` is what was read and found so far.
    """

    def __init__(self, source: str, stream: int, selection: Selection, max_message: int = MAX_MESSAGE) -> None:
        """Begin at the first octet of stream number `stream` of `source`."""
        self.counts = Counts()
        self._source = source
        self._stream = stream
        self._selection = selection
        self._framer = Framer(max_message)
        self._session = Session()
        self._messages = 0
        self._first: tuple[Frame, Message] | None = None
        self._held: list[_Held] = []
        self._repeats: dict[HeldKey, int] = {}
        self._lost: Lost | None = None
        self._lost_octets = 0

    def feed(self, octets: bytes) -> Iterator[Found]:
        """Judge what `octets` complete."""
        self._count(octets=len(octets), streams=1 - self.counts.streams)
        for chunk in self._framer.feed(octets):
            self._judge_chunk(chunk)
            if len(self._held) > HELD_FINDINGS:
                yield from self._release()

    def finish(self) -> Iterator[Found]:
        """Judge the end of the stream."""
        for chunk in self._framer.finish():
            self._judge_chunk(chunk)
        self._end_of_lost()
        if self._first is not None:
            frame, message = self._first
            self._place(self._selection.judge(StreamEnd(self._session, message)), frame, 0, None)
        yield from self._release()

    def found(self) -> int:
        """Return how many findings there are so far, those that wait for the end of their stream included."""
        told = self.counts.fail + self.counts.warn + self.counts.info + self.counts.house
        return told + len(self._held)

    def _judge_chunk(self, chunk: Chunk) -> None:
        match chunk:
            case Lost(continued=True):
                self._lost_octets += len(chunk.octets)
            case Lost():
                self._end_of_lost()
                self._lost, self._lost_octets = chunk, len(chunk.octets)
            case Cut():
                self._end_of_lost()
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

    def _judge_unframed(self, chunk: Lost | Cut, octets: int) -> None:
        for finding in self._selection.judge(chunk):
            excerpt = Excerpt(chunk.offset, chunk.octets[:EXCERPT_OCTETS])
            self._hold(finding, None, (chunk.offset, octets), excerpt)

    def _judge_frame(self, frame: Frame) -> None:
        message = decode(frame.octets)
        if self._first is None:
            self._first = frame, message
        findings = judge_message(message, self._selection, self._session)
        if findings:
            self._place(findings, frame, self._messages, getattr(message, "peer", None))
        self._session.advance(message)
        self._messages += 1
        self._count(messages=1)

    def _place(self, findings: list[Finding], frame: Frame, number: int, peer: Peer | None) -> None:
        """Hold the findings in a frame; one that repeats on its peer adds to the count of the first."""
        occurrences: Counter[tuple[str, Level, int | None, str]] = Counter()
        fields: dict[str, Span] | None = None
        for finding in findings:
            if peer is not None:
                breach = finding.breach
                fault = finding.code, finding.level, breach.number, _INDEX.sub("[]", breach.path)
                key = (peer_key(peer), *fault, occurrences[fault])
                occurrences[fault] += 1
                if key in self._repeats:
                    self._repeat(self._repeats[key])
                    continue
                self._repeats[key] = len(self._held)
            if fields is None:
                fields = {span.path: span for span in spans(frame.octets)}
            offset, length = locate(finding.breach, fields, len(frame.octets))
            self._hold(finding, number, (frame.offset + offset, length), _excerpt(frame, offset, length))

    def _repeat(self, index: int) -> None:
        held = self._held[index]
        self._held[index] = replace(held, line=replace(held.line, count=held.line.count + 1))

    def _hold(self, finding: Finding, message: int | None, place: tuple[int, int], excerpt: Excerpt) -> None:
        line = finding_line(finding, self._source, self._stream, message, place)
        self._held.append(_Held(line, excerpt, finding.breach.settle))

    def _release(self) -> Iterator[Found]:
        for held in sorted(self._held, key=_stream_order):
            level = held.settle(self._session) if held.settle is not None else None
            line = held.line if level is None else replace(held.line, level=level.value)
            self._count(**{"house" if line.authority == Authority.HOUSE.value else line.level: 1})
            yield Found(line, held.excerpt)
        self._held.clear()
        self._repeats.clear()

    def _count(self, **more: int) -> None:
        self.counts = replace(self.counts, **{name: getattr(self.counts, name) + by for name, by in more.items()})


_INDEX = re.compile(r"\[\d+\]")


class _Held(Value, frozen=True):
    """A finding that waits for its count, and for what only the end of the stream can tell of its level."""

    line: FindingLine
    excerpt: Excerpt
    settle: Callable[[Session], Level | None] | None


def _stream_order(held: _Held) -> int:
    return held.line.offset


def judge_message(message: Message, selection: Selection, session: Session) -> list[Finding]:
    """Return what is found in one message: in itself, its per-peer header and its place in the session."""
    findings = selection.judge(message)
    peer: Peer | None = getattr(message, "peer", None)
    if peer is not None:
        findings += selection.judge(peer)
    return findings + selection.judge(Step(session, message))


def finding_line(
    finding: Finding, source: str, stream: int, message: int | None, place: tuple[int, int]
) -> FindingLine:
    """Return a finding as a line of output; `place` is the offset in the stream and the length in octets."""
    return FindingLine(
        source,
        stream,
        message,
        *place,
        finding.clause,
        finding.also,
        finding.authority.value,
        finding.code,
        finding.level.value,
        finding.breach.path,
        None,
        1,
        finding.breach.text,
    )


def nearest_field(path: str, fields: Container[str]) -> str:
    """Return the path of the field that is there, or of what holds it; "" is the whole message."""
    while path and path not in fields:
        path = path.rpartition(".")[0]
    return path


def locate(breach: Breach, fields: Mapping[str, Span], frame_octets: int) -> tuple[int, int]:
    """Return offset and length in octets of a breach in its frame: of its field, or of what holds the field.

    `fields` are the spans of the frame by path; the path "" is all of it.
    """
    path = nearest_field(breach.path, fields)
    offset, length = (fields[path].offset, fields[path].length) if path else (0, frame_octets)
    if breach.missing:
        return offset, 0
    if breach.within is not None and path == breach.path:
        return offset + breach.within[0], breach.within[1]
    return offset, length


def _excerpt(frame: Frame, offset: int, length: int) -> Excerpt:
    """Return the rows of 16 octets that hold the fault, one before and one after, cut at `EXCERPT_OCTETS`."""
    start = max(0, offset // 16 - 1) * 16
    end = min(offset + length + 16, start + EXCERPT_OCTETS)
    return Excerpt(frame.offset + start, frame.octets[start:end])
