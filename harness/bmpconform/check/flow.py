"""The flow of `check`: inputs in, events out. An input is one stream of octets, or events of several streams."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import assert_never

from bmpconform import __version__
from bmpconform.capture.inputs import InputError
from bmpconform.capture.pieces import Gap, Piece, StreamEnd, StreamEvent, StreamStart, Trouble, TroubleKind
from bmpconform.check.held import Told
from bmpconform.check.judge import StreamJudge
from bmpconform.check.place import Place, finding_line
from bmpconform.events import SCHEMA, Counts, Event, Excerpt, Found, Header, Problem, Summary
from bmpconform.rules.memory import Memory
from bmpconform.rules.rule import Breach
from bmpconform.rules.selection import Finding, Policy, Selection
from bmpconform.spec.catalogue import Authority, Level
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES, Profile
from bmpconform.wire.framer import MAX_MESSAGE
from bmpconform.wire.value import Value, replace

Input = Iterable[bytes | StreamEvent]
# Told with the name of a source after each piece; asks, if it wants to know, what was counted and how much found.
Watch = Callable[[str, Callable[[], tuple[Counts, int]]], None]


class Options(Value, frozen=True):
    """How to judge. `max_message` in octets; `live` tells findings as they come, not at the end of their stream."""

    profile: Profile = PROFILES[DEFAULT_PROFILE]
    policy: Policy = Policy()
    max_message: int = MAX_MESSAGE
    live: bool = False


def check(inputs: Iterable[tuple[str, Input]], options: Options, watch: Watch | None = None) -> Iterator[Event]:
    """Judge inputs, each a name and the pieces of its one stream, or the events of its streams.

    Yields a Header, for each input its findings and a Problem where it cannot be read or holds no BMP, and a
    Summary. Never raises for what an input holds. `watch` may ask, piece by piece, what was counted in a source and
    how many findings there are so far.
    """
    memory = Memory(Selection(options.profile, options.policy))
    yield header(options)
    by_source: dict[str, Counts] = {}
    for source, events in inputs:
        judge = InputJudge(source, memory, options)
        yield from judge.judge(events, watch)
        yield from problems(source, judge.end)
        by_source[source] = sum_of([by_source.get(source, Counts()), judge.end.counts])
    yield summary(by_source)


class InputEnd(Value, frozen=True):
    """What came of an input: its counts, why it was not read to its end, and what to say if no message is in it."""

    counts: Counts
    reason: str | None = None
    no_bmp: str = "holds no BMP message of version 3."


def header(options: Options) -> Header:
    """Return the first line."""
    return Header(SCHEMA, __version__, options.profile.name, options.policy.settings())


def problems(source: str, end: InputEnd) -> Iterator[Problem]:
    """Yield why an input cannot be read, or that there is no BMP in it."""
    if end.reason is not None:
        yield Problem(source, end.reason)
    elif not end.counts.messages:
        yield Problem(source, end.no_bmp)


def summary(by_source: Mapping[str, Counts]) -> Summary:
    """Return the last line."""
    return Summary(**_fields(sum_of(list(by_source.values()))), by_source=by_source)


def trouble_code(trouble: Trouble) -> str:
    """Return the code of the finding that notes what was left out of a capture."""
    return f"capture-{trouble.kind.value}"


def _fields(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in Counts.__struct_fields__}


def sum_of(counts: Sequence[Counts]) -> Counts:
    """Return what several counts come to."""
    return Counts(**{name: sum(getattr(one, name) for one in counts) for name in Counts.__struct_fields__})


class InputJudge:
    """Judges one input: a judge for each of its streams, and what was not in any.

    Shape: `judge` once; then `end` is what came of it. `so_far` tells meanwhile.
    """

    def __init__(self, source: str, memory: Memory, options: Options) -> None:
        self._source = source
        self._memory = memory
        self._options = options
        self._judges: dict[int, StreamJudge] = {}
        self.end = InputEnd(Counts())

    def judge(self, events: Input, watch: Watch | None = None) -> Iterator[Event]:
        """Yield what is found in the events of an input, however it ends."""
        try:
            for event in events:
                # Nearly all events are these.
                if isinstance(event, Piece) and event.stream in self._judges:
                    yield from self._judges[event.stream].feed(event.octets, event.packet)
                else:
                    yield from self._take(event)
                if watch is not None:
                    watch(self._source, self.so_far)
        except InputError as error:
            self.end = replace(self.end, reason=error.reason)
        for stream in sorted(self._judges):
            yield from self._end_of(stream)

    def so_far(self) -> tuple[Counts, int]:
        """Return what was counted, and how many findings there are, those included that wait."""
        counts = sum_of([self.end.counts, *(judge.counts for judge in self._judges.values())])
        waiting = sum(judge.waiting() for judge in self._judges.values())
        return counts, counts.fail + counts.warn + counts.info + counts.house + waiting

    def _take(self, event: bytes | StreamEvent) -> Iterator[Event]:
        match event:
            case bytes():
                yield from self._stream(0).feed(event)
            case Piece():
                yield from self._stream(event.stream).feed(event.octets, event.packet)
            case Gap():
                yield from self._stream(event.stream).gap(event.octets)
            case StreamStart():
                self._stream(event.stream, name=event.name, begins=event.begins)
            case StreamEnd():
                yield from self._end_of(event.stream)
            case Trouble():
                yield self._trouble(event)
            case _:
                assert_never(event)

    def _stream(self, stream: int, *, name: str | None = None, begins: bool = True) -> StreamJudge:
        if stream not in self._judges:
            options = self._options
            self._judges[stream] = StreamJudge(
                self._source, stream, self._memory, options.max_message, begins=begins, name=name, live=options.live
            )
        return self._judges[stream]

    def _end_of(self, stream: int) -> Iterator[Told]:
        yield from self._judges[stream].finish()
        self._count(self._judges.pop(stream).counts)

    def _count(self, counts: Counts) -> None:
        self.end = replace(self.end, counts=sum_of([self.end.counts, counts]))

    def _trouble(self, trouble: Trouble) -> Event:
        """Return what was left out of a capture as a note; a damaged file is a problem of the input."""
        if trouble.kind is TroubleKind.DAMAGED:
            return Problem(self._source, trouble.text)
        if trouble.kind is TroubleKind.NOT_BMP:
            self.end = replace(self.end, no_bmp=trouble.text)
        breach = Breach("", f"The capture {trouble.text}")
        finding = Finding(None, (), Authority.DOCUMENT, trouble_code(trouble), Level.INFO, breach)
        self._count(Counts(info=1))
        line = finding_line(finding, self._source, 0, Place(None, 0, 0, trouble.packet))
        return Found(line, Excerpt(0, b""))
