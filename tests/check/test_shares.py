"""What several judges say of their shares merges into just what one says of all."""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import pytest

import raw
from bmpconform.capture.inputs import InputError, read_events
from bmpconform.capture.pieces import StreamEvent
from bmpconform.check import Options, check, held
from bmpconform.check.flow import Input, InputEnd, InputJudge
from bmpconform.check.shares import CHANGED, Item, Progress, Share, ShareEnd, end_of, judge_share, merged
from bmpconform.events import Counts, Event, Found, Problem, Summary
from bmpconform.fuzz.chances import seeded
from bmpconform.rules.memory import Memory
from bmpconform.rules.selection import Policy, Selection
from feeds import Feeds
from packets import Tcp, pcap

# A set of inputs is judged by five sets of judges.
INPUTS_A_SET = 5000
GOOD = raw.initiation(raw.MANDATORY_TLVS)
FAIL = raw.initiation(raw.SYS_NAME)
SEVERAL = pcap([Tcp(100, FAIL + GOOD, source=f"192.0.2.{number + 10}").frame() for number in range(3)])

DEFAULT = Options()


def memory(options: Options) -> Memory:
    """Return the memory of a judge."""
    return Memory(Selection(options.profile, options.policy))


def said(share: Share, events: Input, options: Options = DEFAULT) -> list[Item]:
    """Return all that a judge says, with its progress at every event."""
    items: list[Item] = []
    for item in judge_share(share, events, memory(options), options, lambda key, told: items.append((key, told()))):
        items.append(item)  # noqa: PERF402 - what is told meanwhile goes between
    assert [key for key, _ in items] == sorted(key for key, _ in items)
    return items


def shared(inputs: Sequence[tuple[str, bytes]], judges: int, options: Options) -> list[Event]:
    """Return what comes of inputs that are all shared by so many judges."""
    sequences = [
        [
            item
            for place, (name, octets) in enumerate(inputs)
            for item in said(Share(place, name, "", number, judges), read_events(name, io.BytesIO(octets)), options)
        ]
        for number in range(judges)
    ]
    return list(merged(map(iter, sequences), {place: name for place, (name, _) in enumerate(inputs)}, options))


def alone(inputs: Sequence[tuple[str, bytes]], options: Options = DEFAULT) -> list[Event]:
    """Return what comes of inputs that are judged by one."""
    return list(check([(name, read_events(name, io.BytesIO(octets))) for name, octets in inputs], options))


@pytest.mark.parametrize("most_held", [held.HELD_FINDINGS, 2])
def test_any_number_of_judges_gives_the_same_events(
    most_held: int, inputs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "HELD_FINDINGS", most_held)
    met, back = Counter[str](), 0
    for seed in range(max(inputs // INPUTS_A_SET, 25)):
        feeds = Feeds(seeded(seed)).some()
        options = Options(policy=Policy.of({"trailing-nul": ("fail", "warn")[seed % 2]}))
        expected = alone(feeds, options)
        for judges in (1, 2, 3, 5):
            assert shared(feeds, judges, options) == expected, f"seed {seed}"
        streams = [event.finding.stream for event in expected if isinstance(event, Found)]
        back += sum(after < before for before, after in pairwise(streams))
        met.update(event.finding.code if isinstance(event, Found) else type(event).__name__ for event in expected)
    # It is not for want of them that there was no difference.
    assert back
    assert {"Problem", "capture-gap", "capture-cut", "capture-not-bmp"} <= met.keys()
    assert len(met) > 40


def test_judges_that_share_an_input_have_its_streams_in_turn() -> None:
    for number, streams in enumerate([{0, 2}, {1}]):
        items = said(Share(0, "feed", "", number, 2), read_events("feed", io.BytesIO(SEVERAL)))
        assert {event.finding.stream for _, event in items if isinstance(event, Found)} == streams


def breaking(octets: bytes) -> Iterator[bytes | StreamEvent]:
    """Yield what octets hold, but cannot be read on before the end."""
    for number, event in enumerate(read_events("feed", io.BytesIO(octets))):
        # All three streams have begun, and none has ended.
        if number == 6:
            raise InputError("feed", "broke.")
        yield event


def test_an_input_that_breaks_is_told_once_behind_what_came_before() -> None:
    whole = list(check([("feed", breaking(SEVERAL))], DEFAULT))
    sequences = [said(Share(0, "feed", "", number, 2), breaking(SEVERAL)) for number in range(2)]
    assert list(merged(map(iter, sequences), {0: "feed"}, DEFAULT)) == whole
    assert [event.text for event in whole if isinstance(event, Problem)] == ["broke."]
    assert [event.finding.stream for event in whole if isinstance(event, Found)] == [0, 1, 2]


def test_judges_that_read_unlike_octets_are_told() -> None:
    files = [SEVERAL, SEVERAL[:-100]]
    sequences = [
        said(Share(0, "feed", "", number, 2), read_events("feed", io.BytesIO(octets)))
        for number, octets in enumerate(files)
    ]
    events = list(merged(map(iter, sequences), {0: "feed"}, DEFAULT))
    assert [event.text for event in events if isinstance(event, Problem)] == [CHANGED]


def test_what_is_told_is_counted_once_whether_it_still_waits_or_not() -> None:
    judge = InputJudge("feed", memory(DEFAULT), DEFAULT)
    so_far = [judge.so_far() for _ in judge.judge([FAIL * 4])]
    assert so_far == [(Counts(messages=4, octets=48, streams=1, fail=told), 4) for told in (1, 2, 3, 4)]


def test_progress_is_the_sum_of_what_all_shares_have_done() -> None:
    told: list[tuple[str, int, int]] = []

    def watch(source: str, so_far: Callable[[], tuple[Counts, int]]) -> None:
        counts, found = so_far()
        told.append((source, counts.messages, found))

    sequences: list[list[Item]] = [
        [((0, 1, -1), Progress(0, Counts(messages=1), 1)), ((0, 4, -1), Progress(0, Counts(messages=4), 2))],
        [((0, 2, -1), Progress(1, Counts(messages=10), 0)), ((1, 1, -1), Progress(0, Counts(messages=7), 7))],
    ]
    for place, number, sequence in ((0, 0, 0), (0, 1, 1), (1, 0, 1)):
        end = ShareEnd(InputEnd(Counts(messages=1)), 1)
        sequences[sequence].append(end_of(Share(place, "", "", number), end))
    sequences = [sorted(sequence, key=lambda item: item[0]) for sequence in sequences]
    *_, summary = merged(map(iter, sequences), {0: "one", 1: "two"}, DEFAULT, watch)
    assert told == [("one", 1, 1), ("one", 11, 1), ("one", 14, 2), ("two", 7, 7)]
    assert isinstance(summary, Summary)
    assert (summary.messages, summary.by_source["one"].messages) == (3, 2)
