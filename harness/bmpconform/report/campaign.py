"""What a campaign found, for people: each finding as it comes, and where the campaign ended."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.text import Text

from bmpconform.fuzz.events import CampaignEnd, CampaignEvent, CampaignStart, NewFinding
from bmpconform.fuzz.store import FINDINGS, StatsLine
from bmpconform.run.events import TargetSkipped, TargetUnusable
from bmpconform.show.printable import printable


def stats_text(stats: StatsLine) -> str:
    """Return where a campaign is in one line."""
    return (
        f"{stats.executions:,} inputs in {stats.seconds:,.0f} s, {stats.rate:,.0f}/s; corpus {stats.corpus:,}, "
        f"{stats.signatures:,} signatures, {stats.findings:,} findings; {stats.idle:,.0f} s without news"
    )


def render_campaign(events: Iterable[CampaignEvent], out: Path) -> Iterator[Text]:
    """Yield the lines that say what came of a campaign whose folder is `out`."""
    for event in events:
        match event:
            case CampaignStart(targets=targets, seed=seed, seeds=seeds, kept=kept):
                yield Text(
                    printable(f"{', '.join(targets)}: seed {seed}, {seeds:,} seeds, {kept:,} inputs kept before")
                )
            case TargetSkipped(target=target, text=text):
                yield Text(printable(f"{target}: skipped, {text}"))
            case TargetUnusable(target=target, text=text):
                yield Text(printable(f"{target}: cannot be used: {text}"))
            case NewFinding():
                yield from _finding(event)
            case CampaignEnd(stats=stats):
                yield Text(f"{stats_text(stats)}. See {printable(str(out / FINDINGS))}.")
            case StatsLine():
                pass


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


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


_LONGEST = 80
