"""What a campaign found, for people: each finding as it comes, and where the campaign ended."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from rich.text import Text

from bmpconform.fuzz.disagreement import UNKNOWN_TYPE
from bmpconform.fuzz.events import (
    CampaignEnd,
    CampaignEvent,
    CampaignStart,
    MadeSmaller,
    Merged,
    MergeRefused,
    Met,
    NewDisagreement,
    NewFinding,
    WorkerLost,
)
from bmpconform.fuzz.store import FINDINGS, StatsLine
from bmpconform.run.events import TargetSkipped, TargetUnusable
from bmpconform.show.printable import printable
from bmpconform.show.stream import type_name

# What is told in one line.
_Plain: TypeAlias = (
    CampaignStart | TargetSkipped | TargetUnusable | NewDisagreement | Merged | MergeRefused | WorkerLost
)


def stats_text(stats: StatsLine) -> str:
    """Return where a campaign is in one line."""
    edges = f", {stats.edges:,} edges" if stats.edges else ""
    return (
        f"{stats.executions:,} inputs in {stats.seconds:,.0f} s, {stats.rate:,.0f}/s; corpus {stats.corpus:,}, "
        f"{stats.signatures:,} signatures{edges}, {stats.findings:,} findings, "
        f"{stats.disagreements:,} disagreements; {stats.idle:,.0f} s without news"
    )


def live_text(stats: StatsLine) -> str:
    """Return where a campaign is, and how many microseconds an input takes each target, the slowest first."""
    slowest = sorted(stats.latency.items(), key=lambda item: -item[1])
    latencies = ", ".join(f"{printable(name)} {microseconds:,.0f} µs" for name, microseconds in slowest)
    return stats_text(stats) + (f"\n  an input takes {latencies}" if latencies else "")


def render_campaign(events: Iterable[CampaignEvent], out: Path) -> Iterator[Text]:
    """Yield the lines that say what came of a campaign whose folder is `out`."""
    for event in events:
        match event:
            case NewFinding():
                yield from _finding(event)
            case CampaignEnd(stats=stats):
                yield Text(f"{stats_text(stats)}. See {printable(str(out / FINDINGS))}.")
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
        case Merged(before=before, after=after):
            return f"inputs merged: {after:,} do all that {before:,} did"
        case MergeRefused(inputs=inputs, lost=lost):
            return f"inputs not merged: without some of the {inputs:,}, {lost:,} features would be lost"
        case WorkerLost(number=number, code=code, is_replaced=is_replaced):
            then = "another takes its place" if is_replaced else "it is not begun again"
            return f"worker {number} ended with code {code}; {then}"


def _finding(event: NewFinding) -> Iterator[Text]:
    found, fault = event.found, event.found.fault
    word = "known" if found.known else found.level
    again = "" if event.is_new else " (as before)"
    where = f" at {fault.path}" if fault.path else ""
    yield Text(
        printable(
            f"{word:<5} {fault.target} {fault.op}: {fault.observation}, {fault.clause_or_error}{where}  "
            f"{event.line.key}{again}"
        )
    )
    if found.level == "fail" and (found.expected or found.seen):
        yield Text(printable(f"      expected {_short(found.expected)}, seen {_short(found.seen)}"))


def kind_of(message_type: int) -> str:
    """Return the name of the type of messages that targets disagree on."""
    return "a type without a name" if message_type == UNKNOWN_TYPE else type_name(message_type)


def _disagreement(event: NewDisagreement) -> str:
    about = event.found.about
    word = "known" if event.known else "diff"
    again = "" if event.is_new else " (as before)"
    where = f" at {about.path}" if about.path else ""
    groups = " / ".join(", ".join(group) for group in event.found.groups)
    what = f"{kind_of(about.message_type)}, {about.clause_or_code}{where}"
    return f"{word:<5} {groups}: {what}  {event.line.key}{again}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


_LONGEST = 80
