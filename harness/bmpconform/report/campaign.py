"""What a campaign found, for people: each finding as it comes, and where the campaign ended."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from rich.text import Text

from bmpconform.fuzz.disagreement import TAKEN_OR_NOT, UNKNOWN_TYPE
from bmpconform.fuzz.events import (
    CampaignEnd,
    CampaignEvent,
    CampaignStart,
    Coarsened,
    MadeSmaller,
    Merged,
    MergeRefused,
    Met,
    NewDisagreement,
    NewFinding,
    WorkerFailed,
    WorkerLost,
)
from bmpconform.fuzz.feedback import COARSEST
from bmpconform.fuzz.finding import shortened, values_of
from bmpconform.fuzz.store import FINDINGS, StatsLine
from bmpconform.report.layout import count_of
from bmpconform.run.events import TargetSkipped, TargetUnusable
from bmpconform.show.printable import printable
from bmpconform.show.stream import type_name
from bmpconform.wire.value import replace

# What is told in one line.
_Plain: TypeAlias = (
    CampaignStart
    | TargetSkipped
    | TargetUnusable
    | NewDisagreement
    | Coarsened
    | Merged
    | MergeRefused
    | WorkerLost
    | WorkerFailed
)
# What is told apart no more at each level of signatures.
_COARSER = MappingProxyType(
    {
        1: "messages of all sizes are alike",
        2: "messages of all sizes and types are alike, and so is what targets say but for the observation",
    }
)


def stats_text(stats: StatsLine) -> str:
    """Return where a campaign is in one line."""
    level = f" of level {stats.level}" if stats.level else ""
    edges = f", {stats.edges:,} edges" if stats.edges else ""
    return (
        f"{stats.executions:,} inputs in {stats.seconds:,.0f} s, {stats.rate:,.0f}/s; corpus {stats.corpus:,}, "
        f"{stats.signatures:,} signatures{level}{edges}, {stats.findings:,} findings, "
        f"{stats.disagreements:,} disagreements; {stats.idle:,.0f} s without news"
    )


def live_text(stats: StatsLine, since: float = 0) -> str:
    """Return where a campaign is that told `stats` so long ago, with the microseconds an input takes each target."""
    stats = replace(stats, seconds=stats.seconds + since, idle=stats.idle + since)
    slowest = sorted(stats.latency.items(), key=lambda item: -item[1])
    latencies = ", ".join(f"{printable(name)} {microseconds:,.0f} µs" for name, microseconds in slowest)
    return stats_text(stats) + (f"\n  an input takes {latencies}" if latencies else "")


def render_campaign(events: Iterable[CampaignEvent], out: Path) -> Iterator[Text]:
    """Yield the lines that say what came of a campaign whose folder is `out`."""
    for event in events:
        match event:
            case NewFinding():
                yield from _finding(event)
            case CampaignEnd(stats=stats, held=held):
                counts = ((held.findings, "finding"), (held.disagreements, "disagreement"), (held.inputs, "input"))
                there = ", ".join(count_of(number, noun) for number, noun in counts)
                yield Text(f"{stats_text(stats)}. In the folder: {there}. See {printable(str(out / FINDINGS))}.")
            case Met() | StatsLine() | MadeSmaller():
                pass
            case _:
                yield Text(printable(_told(event)))


def _told(event: _Plain) -> str:  # noqa: PLR0911 - one for each event
    """Return what is told in one line."""
    match event:
        case CampaignStart(targets=targets, seed=seed, seeds=seeds, kept=kept):
            return f"{', '.join(targets)}: seed {seed}, {seeds:,} seeds, {kept:,} inputs kept before"
        case TargetSkipped(target=target, text=text):
            return f"{target}: skipped, {text}"
        case TargetUnusable(target=target, text=text):
            return f"{target}: cannot be used: {text}"
        case NewDisagreement():
            return _disagreement(event)
        case Coarsened(level=level):
            return f"a flood of signatures: from here on, level {level} of {COARSEST}, {_COARSER[level]}"
        case Merged(before=before, after=after):
            return f"inputs merged: {after:,} do all that {before:,} did"
        case MergeRefused(inputs=inputs, lost=lost):
            return f"inputs not merged: without some of the {inputs:,}, {lost:,} features would be lost"
        case WorkerLost(number=number, code=code, is_replaced=is_replaced, left=left):
            then = "another takes its place" if is_replaced else _undone(left)
            return f"worker {number} ended with code {code}; {then}"
        case WorkerFailed(number=number, error=error, left=left):
            return f"worker {number} ended of a defect in bmpconform ({error}); {_undone(left)}"


def _undone(left: int | None) -> str:
    """Return what a worker costs that nobody takes the place of."""
    return "it is not begun again" + (f", and {left:,} of its inputs are not done" if left else "")


def _finding(event: NewFinding) -> Iterator[Text]:
    found, fault = event.found, event.found.fault
    word = "known" if found.known else found.level
    again = "" if event.is_new else " (as before)"
    where = f" at {fault.path}" if fault.path else ""
    yield Text(printable(f"{word:<5} {fault.target} {fault.op}: {fault.words}{where}  {event.line.key}{again}"))
    if found.level == "fail" and (values := values_of(found, _LONGEST)):
        yield Text(printable(f"      {values}"))


def kind_of(message_type: int) -> str:
    """Return the name of the type of messages that targets disagree on."""
    return "a type without a name" if message_type == UNKNOWN_TYPE else type_name(message_type)


def voice_text(said: str | None, longest: int) -> str:
    """Return what a group of targets says where it disagrees with others, cut behind so many characters."""
    return "something else" if said is None else shortened(printable(said), longest) or "nothing"


def _disagreement(event: NewDisagreement) -> str:
    about = event.found.about
    word = "known" if event.known else "diff"
    again = "" if event.is_new else " (as before)"
    where = f" at {about.path}" if about.path else ""
    is_choice = event.found.code == TAKEN_OR_NOT
    # How two readings differ is longer than a line.
    verbs = [f" {said.partition(':')[0]}" if is_choice else "" for said in event.found.said]
    voices = zip_longest(event.found.groups, verbs, fillvalue="")
    groups = " / ".join(f"{', '.join(group)}{verb}" for group, verb in voices)
    what = f"{kind_of(about.message_type)}, {about.clause_or_code}{where}"
    return f"{word:<5} {groups}: {what}  {event.line.key}{again}"


_LONGEST = 80
