"""What a run leaves in a folder: results.jsonl, junit.xml, and what shows each verdict that is not a pass."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from bmpconform.report.junit import render_junit
from bmpconform.report.results import render_results
from bmpconform.report.terminal import OutputError
from bmpconform.run.events import RunEvent
from bmpconform.run.store import JUNIT, RESULTS, write_evidence, write_whole


def keep(folder: Path, events: Iterable[RunEvent]) -> Iterator[RunEvent]:
    """Pass events on, and leave what they say in a folder once they end. Raises OutputError."""
    kept: list[RunEvent] = []
    try:
        for event in write_evidence(folder, events):
            kept.append(event)
            yield event
        write_whole(folder / RESULTS, b"".join(line + b"\n" for line in render_results(kept)))
        write_whole(folder / JUNIT, render_junit(kept))
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror or error}") from error
