"""The flow of `check`: inputs in, events out. An input is one stream of octets, or events of several streams."""

from collections.abc import Callable, Iterable, Iterator
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
from bmpconform.wire.value import Value

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
    yield Header(SCHEMA, __version__, options.profile.name, options.policy.settings())
    by_source: dict[str, Counts] = {}
    for source, events in inputs:
        judge = _InputJudge(source, memory, options)
        yield from judge.judge(events, watch)
        by_source[source] = _add(by_source.get(source, Counts()), judge.counts())
    total = Counts()
    for counts in by_source.values():
        total = _add(total, counts)
    yield Summary(**_fields(total), by_source=by_source)


def trouble_code(trouble: Trouble) -> str:
    """Return the code of the finding that notes what was left out of a capture."""
    return f"capture-{trouble.kind.value}"


def _fields(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in Counts.__struct_fields__}


def _add(one: Counts, other: Counts) -> Counts:
    return Counts(**{name: number + getattr(other, name) for name, number in _fields(one).items()})


class _InputJudge:
    """Judges one input: a judge for each of its streams, and what was not in any."""

    def __init__(self, source: str, memory: Memory, options: Options) -> None:
        self._source = source
        self._memory = memory
        self._options = options
        self._judges: dict[int, StreamJudge] = {}
        self._ended = Counts()
        self._no_bmp = "holds no BMP message of version 3."

    def counts(self) -> Counts:
        """Return what was read and found in all streams so far."""
        total = self._ended
        for judge in self._judges.values():
            total = _add(total, judge.counts)
        return total

    def judge(self, events: Input, watch: Watch | None) -> Iterator[Event]:
        try:
            for event in events:
                # Nearly all events are these.
                if isinstance(event, Piece) and event.stream in self._judges:
                    yield from self._judges[event.stream].feed(event.octets, event.packet)
                else:
                    yield from self._take(event)
                if watch is not None:
                    watch(self._source, self._so_far)
        except InputError as error:
            yield from self._end()
            yield Problem(self._source, error.reason)
        else:
            yield from self._end()
            if not self._ended.messages:
                yield Problem(self._source, self._no_bmp)

    def _so_far(self) -> tuple[Counts, int]:
        """Return what was counted, and how many findings there are, those included that wait."""
        counts = self.counts()
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
        judge = self._judges.pop(stream)
        yield from judge.finish()
        self._ended = _add(self._ended, judge.counts)

    def _end(self) -> Iterator[Told]:
        for stream in sorted(self._judges):
            yield from self._end_of(stream)

    def _trouble(self, trouble: Trouble) -> Event:
        """Return what was left out of a capture as a note; a damaged file is a problem of the input."""
        if trouble.kind is TroubleKind.DAMAGED:
            return Problem(self._source, trouble.text)
        if trouble.kind is TroubleKind.NOT_BMP:
            self._no_bmp = trouble.text
        breach = Breach("", f"The capture {trouble.text}")
        finding = Finding(None, (), Authority.DOCUMENT, trouble_code(trouble), Level.INFO, breach)
        self._ended = _add(self._ended, Counts(info=1))
        line = finding_line(finding, self._source, 0, Place(None, 0, 0, trouble.packet))
        return Found(line, Excerpt(0, b""))
