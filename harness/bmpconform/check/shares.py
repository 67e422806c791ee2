"""One check shared by several judges: each says what it finds in its streams, and all of it merges into one order.

Why the order holds: judges that share an input read all of it, each for itself, so they number its events alike. What
a judge says stands behind the event at which it was said, and streams that end with their input do so in the order of
their numbers: a `Key`. Merged by keys, what several judges say is what one alone would, event by event.

Why all of it is read by each: that is a twentieth of the work where packets are full, a fifth where each message is a
packet of its own. To read once and hand the octets on would leave all judging to the others.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import groupby
from operator import itemgetter
from sys import maxsize

from bmpconform.capture.pieces import StreamEvent, Trouble
from bmpconform.check.flow import Input, InputEnd, InputJudge, Options, Watch, header, problems, sum_of, summary
from bmpconform.events import Counts, Event, Found, Repeated
from bmpconform.rules.memory import Memory
from bmpconform.wire.value import Value

CHANGED = "was changed while it was read, and is not judged as a whole; check it again."
# The place of the input, the number of the event in it, that of the stream.
Key = tuple[int, int, int]
_BEHIND_ALL = maxsize


class Share(Value, frozen=True):
    """The streams of one input that one judge has: those whose number leaves `number` when divided by `of`.

    `place` is that of the input among all, from 0, and `source` its name as told. `path` is read, `octets` of it at
    most: a file that grows has to look the same to all who share it.
    """

    place: int
    source: str
    path: str
    number: int = 0
    of: int = 1
    octets: int | None = None


class ShareEnd(Value, frozen=True):
    """What came of a share, and how many events its input had."""

    end: InputEnd
    events: int


class Progress(Value, frozen=True):
    """How far a share is: what was counted, and how many findings there are, those included that wait."""

    number: int
    counts: Counts
    found: int


Said = Event | Progress | ShareEnd
Item = tuple[Key, Said]
# Told where a judge is, with each event of its input; asks, if it wants to know, for its progress.
Pulse = Callable[[Key, Callable[[], Progress]], None]


def judge_share(share: Share, events: Input, memory: Memory, options: Options, pulse: Pulse) -> Iterator[Item]:
    """Judge the streams of a share in the events of its input, and yield what is said of them, in the order of keys."""
    judge = InputJudge(share.source, memory, options)
    ours = _Ours(share, events, judge, pulse)
    for event in judge.judge(ours):
        yield (share.place, ours.events, _stream_of(event)), event
    yield (share.place, _BEHIND_ALL, -1), ours.progress()
    yield end_of(share, ShareEnd(judge.end, ours.events))


def end_of(share: Share, end: ShareEnd) -> Item:
    """Return the last item of a share."""
    return (share.place, _BEHIND_ALL, share.number), end


def merged(
    sequences: Iterable[Iterator[Item]], sources: Mapping[int, str], options: Options, watch: Watch | None = None
) -> Iterator[Event]:
    """Yield the events of `check` on inputs, named by their places, from what the judges of all their shares say."""
    yield header(options)
    by_source: dict[str, Counts] = {}
    for place, items in groupby(merge(*sequences, key=itemgetter(0)), key=lambda item: item[0][0]):
        source, ends, progress = sources[place], [], _Sum()
        for _, said in items:
            match said:
                case ShareEnd():
                    ends.append(said)
                case Progress():
                    progress.add(said)
                    if watch is not None:
                        watch(source, progress.so_far)
                case _:
                    yield said
        end = _whole(ends)
        yield from problems(source, end)
        by_source[source] = sum_of([by_source.get(source, Counts()), end.counts])
    yield summary(by_source)


class _Ours:
    """The events of an input that concern a share. `events` is how many there were so far, whosever they are."""

    def __init__(self, share: Share, events: Input, judge: InputJudge, pulse: Pulse) -> None:
        self.events = 0
        self._share = share
        self._events = events
        self._judge = judge
        self._pulse = pulse

    def __iter__(self) -> Iterator[bytes | StreamEvent]:
        number, of, place = self._share.number, self._share.of, self._share.place
        try:
            for event in self._events:
                self.events += 1
                self._pulse((place, self.events, -1), self.progress)
                # What is about no stream is judged with the first.
                stream = 0 if isinstance(event, bytes | Trouble) else event.stream
                if stream % of == number:
                    yield event
        finally:
            # What the end brings is behind what the last event brought, and so is what an error does.
            self.events += 1

    def progress(self) -> Progress:
        """Return how far the share is."""
        return Progress(self._share.number, *self._judge.so_far())


class _Sum:
    """How far all shares of an input are."""

    def __init__(self) -> None:
        self._latest: dict[int, Progress] = {}

    def add(self, progress: Progress) -> None:
        self._latest[progress.number] = progress

    def so_far(self) -> tuple[Counts, int]:
        latest = list(self._latest.values())
        return sum_of([progress.counts for progress in latest]), sum(progress.found for progress in latest)


def _stream_of(event: Event) -> int:
    return event.finding.stream if isinstance(event, Found | Repeated) else 0


def _whole(ends: Sequence[ShareEnd]) -> InputEnd:
    """Return what came of an input, from its shares in the order of their numbers."""
    reasons = [share.end.reason for share in ends if share.end.reason is not None]
    if not reasons and len({share.events for share in ends}) > 1:
        reasons = [CHANGED]
    counts = sum_of([share.end.counts for share in ends])
    return InputEnd(counts, reasons[0] if reasons else None, ends[0].end.no_bmp)
