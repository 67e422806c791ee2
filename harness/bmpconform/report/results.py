"""The report of `run` as JSON lines: results.jsonl. Pure: the same events give the same octets."""

from collections.abc import Iterable, Iterator

from bmpconform.report.jsonl import json_line
from bmpconform.run.events import Judged, RunEvent, RunHeader, RunSummary


def render_results(events: Iterable[RunEvent]) -> Iterator[bytes]:
    """Yield a line, without its end, for each event that the contract knows."""
    for event in events:
        match event:
            case Judged():
                yield json_line(event.line)
            case RunHeader() | RunSummary():
                yield json_line(event)
            case _:
                pass
