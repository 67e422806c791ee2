"""The streams of an input as values to look at: each message field by field, with what is found in it in place.

Why not over `check`'s events: there a breach that repeats is told once, here every message shows its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, assert_never

from bmpconform.capture.inputs import InputError
from bmpconform.capture.pieces import Gap, Piece, StreamEvent, StreamStart, Trouble, TroubleKind
from bmpconform.capture.pieces import StreamEnd as End
from bmpconform.check import (
    Input,
    Options,
    PacketMap,
    Place,
    finding_line,
    locate,
    nearest_field,
    trouble_code,
)
from bmpconform.events import FindingLine
from bmpconform.rules.selection import Finding, Selection
from bmpconform.rules.session import Session, StreamEnd, StreamOpening
from bmpconform.show.meaning import Context, meaning
from bmpconform.show.names import member, title_of
from bmpconform.wire.codec import decode
from bmpconform.wire.codes import MessageType
from bmpconform.wire.framer import Chunk, Cut, Frame, Framer, Hole, Lost
from bmpconform.wire.interpret import Span, spans
from bmpconform.wire.layout import Uint
from bmpconform.wire.messages import HEADER_OCTETS, Message
from bmpconform.wire.value import Value


class ShownField(Value, frozen=True):
    """One field: `path` as in findings, `offset` in octets of the stream, `length` in octets.

    A container (a record, a list of TLVs) holds the fields behind it that are one `depth` deeper, and has no octets
    of its own in `hex`. `meaning` is for people, None where there is nothing to say.
    """

    path: str
    offset: int
    length: int
    depth: int
    container: bool
    hex: str
    meaning: str | None
    findings: tuple[FindingLine, ...]


class ShownStream(Value, frozen=True, tag_field="kind", tag="stream"):
    """A stream that has a name, before what it holds; `begins` says whether the beginning of its connection is there.

    A file that is one stream of octets has none.
    """

    stream: int
    name: str
    begins: bool


class ShownMessage(Value, frozen=True, tag_field="kind", tag="message"):
    """One message: `number` from 0 in its `stream`, `type` with its `name`; `findings` are about all of it."""

    stream: int
    number: int
    offset: int
    length: int
    type: int
    name: str
    findings: tuple[FindingLine, ...]
    fields: tuple[ShownField, ...]


class ShownUnframed(Value, frozen=True, tag_field="kind", tag="unframed"):
    """Octets that are no message: lost between messages, or the begin of a message that ends too early.

    It ends too early where the stream does (`cut`) or where octets were not captured (`gap`: perhaps none are left of
    it). A long run of lost octets comes in pieces; all but the first are `continued`.
    """

    stream: int
    what: Literal["lost", "cut", "gap"]
    offset: int
    length: int
    continued: bool
    hex: str
    findings: tuple[FindingLine, ...]


class ShownEnd(Value, frozen=True, tag_field="kind", tag="end"):
    """The end of a stream: how many messages it holds, and what is found in it as a whole."""

    stream: int
    messages: int
    findings: tuple[FindingLine, ...]


class ShownTrouble(Value, frozen=True, tag_field="kind", tag="trouble"):
    """What kept octets of a capture from being read: a sentence that goes on from its name, and at which packet.

    `code` is that of the finding that `check` makes of it.
    """

    code: str
    packet: int | None
    text: str


Shown = ShownStream | ShownMessage | ShownUnframed | ShownEnd | ShownTrouble


def show(source: str, events: Input, options: Options, only: int | None = None) -> Iterator[Shown]:
    """Yield what each stream of an input holds, piece by piece, and its end; of each the one message `only` if given.

    Raises InputError where `events` does, and for a damaged capture, after what came before it.
    """
    shower = _InputShower(source, options, only)
    try:
        for event in events:
            yield from shower.take(event)
            if shower.is_over:
                break
    except InputError:
        yield from shower.finish()
        raise
    yield from shower.finish()


class _InputShower:
    """Shows one input: each of its streams, and what was not in any.

    Shape: `take` yields what an event completes, `finish` the rest; `is_over` where nothing asked for can follow.
    """

    def __init__(self, source: str, options: Options, only: int | None) -> None:
        self.is_over = False
        self._source = source
        self._options = options
        self._only = only
        self._streams: dict[int, _Stream] = {}
        self._ended = False

    def take(self, event: bytes | StreamEvent) -> Iterator[Shown]:
        match event:
            case bytes():
                stream = self._stream(0)
                yield from stream.feed(event)
                self.is_over = stream.is_over()
            case StreamStart():
                self._stream(event.stream, begins=event.begins)
                yield ShownStream(event.stream, event.name, event.begins)
            case Piece():
                yield from self._stream(event.stream).feed(event.octets, event.packet)
            case Gap():
                yield from self._stream(event.stream).gap(event.octets)
            case End():
                yield from self._end(event.stream)
            case Trouble():
                if event.kind is TroubleKind.DAMAGED:
                    raise InputError(self._source, event.text)
                yield ShownTrouble(trouble_code(event), event.packet, event.text)
            case _:
                assert_never(event)

    def finish(self) -> Iterator[Shown]:
        if not self._ended:
            self._stream(0)
        for stream in sorted(self._streams):
            yield from self._end(stream)

    def _end(self, stream: int) -> Iterator[Shown]:
        self._ended = True
        yield from self._streams.pop(stream).finish()

    def _stream(self, stream: int, *, begins: bool = True) -> "_Stream":
        if stream not in self._streams:
            self._streams[stream] = _Stream(self._source, stream, self._options, self._only, begins=begins)
        return self._streams[stream]


class _Stream:
    """Shows one stream as its octets come in."""

    def __init__(self, source: str, number: int, options: Options, only: int | None, *, begins: bool) -> None:
        self._source = source
        self._number = number
        self._only = only
        self._documents = options.profile.documents
        self._selection = Selection(options.profile, options.policy)
        self._framer = Framer(options.max_message)
        if not begins:
            self._framer.search()
        self._session = Session(begins=begins)
        self._messages = 0
        self._octets = 0
        self._first: tuple[Frame, Message, int | None] | None = None
        self._packets = PacketMap()

    def is_over(self) -> bool:
        """Whether nothing that was asked for can follow; what is found in a whole stream shows at message 0."""
        return self._only is not None and 0 < self._only < self._messages

    def feed(self, octets: bytes, packet: int | None = None) -> Iterator[Shown]:
        """Yield what `octets` complete; `packet` brought them."""
        if packet is not None:
            self._packets.add(self._octets, packet)
        self._octets += len(octets)
        yield from self._show(self._framer.feed(octets))

    def gap(self, missing: int | None) -> Iterator[Shown]:
        """Yield what a gap of `missing` octets ends, None where their number is not known."""
        yield from self._show(self._framer.gap(missing))

    def finish(self) -> Iterator[Shown]:
        """Yield the end."""
        if not self.is_over():
            yield from self._show(self._framer.finish())
        yield ShownEnd(self._number, self._messages, self._findings_of_the_stream())

    def _show(self, chunks: Iterable[Chunk]) -> Iterator[Shown]:
        for chunk in chunks:
            match chunk:
                case Frame():
                    number, findings, message = self._judge(chunk)
                    if self._only in {None, number}:
                        yield self._message(chunk, number, message, findings)
                case Lost() | Cut() | Hole():
                    if not isinstance(chunk, Cut):
                        self._session.lose()
                    if self._only is None:
                        yield self._unframed(chunk)
                case _:
                    assert_never(chunk)

    def _judge(self, frame: Frame) -> tuple[int, Sequence[Finding], Message]:
        message, number = decode(frame.octets), self._messages
        if self._first is None:
            self._first = frame, message, self._packets.at(frame.offset)
        findings = self._selection.judge_message(message, self._session)
        self._session.advance(message)
        self._messages += 1
        self._packets.forget(frame.offset)
        return number, findings, message

    def _message(self, frame: Frame, number: int, message: Message, findings: Sequence[Finding]) -> ShownMessage:
        found = spans(frame.octets)
        lines = self._lines(findings, frame, number, {span.path: span for span in found})
        message_type = frame.octets[HEADER_OCTETS - 1]
        fields = _Fields(frame, Context(message_type, {}, self._documents), lines)
        name = type_name(message_type)
        return ShownMessage(
            self._number,
            number,
            frame.offset,
            len(frame.octets),
            message_type,
            f"malformed {name}" if type(message).__name__ == "Malformed" else name,
            tuple(lines.get("", ())),
            tuple(map(fields.shown, found)),
        )

    def _lines(
        self,
        findings: Iterable[Finding],
        frame: Frame,
        number: int,
        fields: Mapping[str, Span],
        packet: int | None = None,
    ) -> dict[str, list[FindingLine]]:
        """Return the findings in a frame by the path of the field under which they are shown."""
        lines: dict[str, list[FindingLine]] = {}
        for finding in findings:
            offset, length = locate(finding.breach, fields, len(frame.octets))
            start = frame.offset + offset
            place = Place(number, start, length, self._packets.at(start) if packet is None else packet)
            line = finding_line(finding, self._source, self._number, place)
            lines.setdefault(nearest_field(finding.breach.path, fields), []).append(line)
        return lines

    def _unframed(self, chunk: Lost | Cut | Hole) -> ShownUnframed:
        continued = isinstance(chunk, Lost) and chunk.continued
        offset, octets = chunk.offset, len(chunk.octets)
        findings = [] if continued else self._selection.judge(chunk)
        place = Place(None, offset, octets, self._packets.at(offset))
        lines = tuple(finding_line(finding, self._source, self._number, place) for finding in findings)
        return ShownUnframed(self._number, _WHAT[type(chunk)], offset, octets, continued, chunk.octets.hex(), lines)

    def _findings_of_the_stream(self) -> tuple[FindingLine, ...]:
        if self._first is None or self._only:
            return ()
        frame, message, packet = self._first
        findings = self._selection.judge(StreamOpening(self._session, message))
        lines = self._lines(findings, frame, 0, {span.path: span for span in spans(frame.octets)}, packet)
        of_end = self._selection.judge(StreamEnd(self._session))
        return (
            *(line for under in lines.values() for line in under),
            *(finding_line(finding, self._source, self._number, Place(None, 0, 0)) for finding in of_end),
        )


_WHAT: Mapping[type, Literal["lost", "cut", "gap"]] = MappingProxyType({Lost: "lost", Cut: "cut", Hole: "gap"})


def type_name(message_type: int) -> str:
    """Return the name of a message type: Peer Up, or unknown type 7."""
    known = member(MessageType, message_type)
    return f"unknown type {message_type}" if known is None else title_of(known)


class _Fields:
    """Makes the shown fields of one frame, in wire order: a field's meaning may hang on those before it."""

    def __init__(self, frame: Frame, context: Context, findings: Mapping[str, list[FindingLine]]) -> None:
        self._frame = frame
        self._numbers: dict[str, int] = {}
        self._context = Context(context.message_type, self._numbers, context.documents)
        self._findings = findings
        self._open: list[str] = []

    def shown(self, span: Span) -> ShownField:
        """Return the field at `span`."""
        while self._open and not _holds(self._open[-1], span.path):
            self._open.pop()
        depth, container = len(self._open), span.field is None
        octets = self._frame.octets[span.offset : span.offset + span.length]
        if container:
            self._open.append(span.path)
        elif isinstance(span.field, Uint):
            self._numbers[span.path] = int.from_bytes(octets)
        return ShownField(
            span.path,
            self._frame.offset + span.offset,
            span.length,
            depth,
            container,
            "" if container else octets.hex(),
            None if container else meaning(span, octets, self._context),
            tuple(self._findings.get(span.path, ())),
        )


def _holds(container: str, path: str) -> bool:
    """Whether `path` lies in `container`; a path goes on with a dot or an index."""
    return path.startswith(container) and path[len(container) : len(container) + 1] in {".", "["}
