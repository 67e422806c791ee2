"""A stream as values to look at: each message field by field, with what is found in it in place.

Why not over `check`'s events: there a breach that repeats is told once, here every message shows its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, assert_never

from bmpconform.capture.inputs import InputError
from bmpconform.check import Options, finding_line, judge_message, locate, nearest_field
from bmpconform.events import FindingLine
from bmpconform.rules.selection import Finding, Selection
from bmpconform.rules.session import Session, StreamEnd
from bmpconform.show.meaning import Context, meaning
from bmpconform.show.names import member, title_of
from bmpconform.wire.codec import decode
from bmpconform.wire.codes import MessageType
from bmpconform.wire.framer import Chunk, Cut, Frame, Framer, Lost
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


class ShownMessage(Value, frozen=True, tag_field="kind", tag="message"):
    """One message: `number` from 0 in its stream, `type` with its `name`; `findings` are about all of it."""

    number: int
    offset: int
    length: int
    type: int
    name: str
    findings: tuple[FindingLine, ...]
    fields: tuple[ShownField, ...]


class ShownUnframed(Value, frozen=True, tag_field="kind", tag="unframed"):
    """Octets that are no message: lost between messages, or the begin of a message that the stream ends inside of.

    A long run of lost octets comes in pieces; all but the first are `continued`.
    """

    what: Literal["lost", "cut"]
    offset: int
    length: int
    continued: bool
    hex: str
    findings: tuple[FindingLine, ...]


class ShownEnd(Value, frozen=True, tag_field="kind", tag="end"):
    """The end of the stream: how many messages it holds, and what is found in it as a whole."""

    messages: int
    findings: tuple[FindingLine, ...]


Shown = ShownMessage | ShownUnframed | ShownEnd


def show(source: str, octets: Iterable[bytes], options: Options, only: int | None = None) -> Iterator[Shown]:
    """Yield what the stream `octets` holds, piece by piece, and its end; the one message `only` if given.

    Raises InputError where `octets` does, after what came before it.
    """
    stream = _Stream(source, options, only)
    try:
        for piece in octets:
            yield from stream.feed(piece)
            if stream.is_over():
                break
    except InputError:
        yield from stream.finish()
        raise
    yield from stream.finish()


class _Stream:
    """Shows one stream as its octets come in."""

    def __init__(self, source: str, options: Options, only: int | None) -> None:
        self._source = source
        self._only = only
        self._documents = options.profile.documents
        self._selection = Selection(options.profile, options.policy)
        self._framer = Framer(options.max_message)
        self._session = Session()
        self._messages = 0
        self._first: tuple[Frame, Message] | None = None

    def is_over(self) -> bool:
        """Whether nothing that was asked for can follow; what is found in a whole stream shows at message 0."""
        return self._only is not None and 0 < self._only < self._messages

    def feed(self, octets: bytes) -> Iterator[Shown]:
        """Yield what `octets` complete."""
        yield from self._show(self._framer.feed(octets))

    def finish(self) -> Iterator[Shown]:
        """Yield the end."""
        if not self.is_over():
            yield from self._show(self._framer.finish())
        yield ShownEnd(self._messages, self._findings_of_the_stream())

    def _show(self, chunks: Iterable[Chunk]) -> Iterator[Shown]:
        for chunk in chunks:
            match chunk:
                case Frame():
                    number, findings, message = self._judge(chunk)
                    if self._only in {None, number}:
                        yield self._message(chunk, number, message, findings)
                case Lost() | Cut():
                    if isinstance(chunk, Lost):
                        self._session.lose()
                    if self._only is None:
                        yield self._unframed(chunk)
                case _:
                    assert_never(chunk)

    def _judge(self, frame: Frame) -> tuple[int, list[Finding], Message]:
        message, number = decode(frame.octets), self._messages
        if self._first is None:
            self._first = frame, message
        findings = judge_message(message, self._selection, self._session)
        self._session.advance(message)
        self._messages += 1
        return number, findings, message

    def _message(self, frame: Frame, number: int, message: Message, findings: list[Finding]) -> ShownMessage:
        found = spans(frame.octets)
        lines = self._lines(findings, frame, number, {span.path: span for span in found})
        message_type = frame.octets[HEADER_OCTETS - 1]
        fields = _Fields(frame, Context(message_type, {}, self._documents), lines)
        name = type_name(message_type)
        return ShownMessage(
            number,
            frame.offset,
            len(frame.octets),
            message_type,
            f"malformed {name}" if type(message).__name__ == "Malformed" else name,
            tuple(lines.get("", ())),
            tuple(map(fields.shown, found)),
        )

    def _lines(
        self, findings: Iterable[Finding], frame: Frame, number: int, fields: Mapping[str, Span]
    ) -> dict[str, list[FindingLine]]:
        """Return the findings in a frame by the path of the field under which they are shown."""
        lines: dict[str, list[FindingLine]] = {}
        for finding in findings:
            offset, length = locate(finding.breach, fields, len(frame.octets))
            line = finding_line(finding, self._source, 0, number, (frame.offset + offset, length))
            lines.setdefault(nearest_field(finding.breach.path, fields), []).append(line)
        return lines

    def _unframed(self, chunk: Lost | Cut) -> ShownUnframed:
        continued = isinstance(chunk, Lost) and chunk.continued
        place = chunk.offset, len(chunk.octets)
        findings = [] if continued else self._selection.judge(chunk)
        lines = tuple(finding_line(finding, self._source, 0, None, place) for finding in findings)
        what: Literal["lost", "cut"] = "lost" if isinstance(chunk, Lost) else "cut"
        return ShownUnframed(what, *place, continued, chunk.octets.hex(), lines)

    def _findings_of_the_stream(self) -> tuple[FindingLine, ...]:
        if self._first is None or self._only:
            return ()
        frame, message = self._first
        findings = self._selection.judge(StreamEnd(self._session, message))
        lines = self._lines(findings, frame, 0, {span.path: span for span in spans(frame.octets)})
        return tuple(line for under in lines.values() for line in under)


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
