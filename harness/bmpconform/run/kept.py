"""What a run leaves beside results.jsonl so that its reports can be written again: targets, and what shows a verdict.

Why a file of its own: results.jsonl holds no free text, and two runs leave it the same.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from bmpconform.corpus.vector import Vector
from bmpconform.judge.honesty import HONESTY
from bmpconform.run.events import (
    Evidence,
    Judged,
    RunEvent,
    Shown,
    TargetSkipped,
    TargetStart,
    TargetUnusable,
    VerdictLine,
)
from bmpconform.run.store import EVIDENCE
from bmpconform.run.stored import Results, ResultsError
from bmpconform.wire.value import json_reader, to_json

SHOWN = "shown.jsonl"
_NOTHING = Evidence()
_read_line = json_reader(TargetStart | TargetUnusable | TargetSkipped | Shown)


def render_shown(events: Iterable[RunEvent]) -> Iterator[bytes]:
    """Yield a line, without its end, for each target and for each verdict that has something to show."""
    for event in events:
        match event:
            case TargetStart() | TargetUnusable() | TargetSkipped():
                yield to_json(event)
            case Judged():
                line, shows = event.line, event.evidence
                if shows.expected or shows.seen or shows.hidden or event.entry:
                    told = (_encodable(shows.expected), _encodable(shows.seen), shows.hidden, event.entry)
                    account = _encodable(shows.account)
                    yield to_json(Shown(line.target, line.vector, line.op, *told, account=account))
            case _:
                pass


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def read_events(folder: Path, results: Results, vectors: Iterable[Vector]) -> list[RunEvent]:
    """Return the events of the run that left `results` in a folder; `vectors` are those that it judged by.

    What a target wrote to its stderr is not among them. Raises ResultsError.
    """
    file = folder / EVIDENCE / SHOWN
    try:
        kept = [_read_line(line) for line in file.read_bytes().splitlines()]
    except (OSError, ValueError) as error:
        raise ResultsError(file, f"cannot be read: {error}") from error
    shown = {(one.target, one.vector, one.op): one for one in kept if isinstance(one, Shown)}
    known = {vector.id: vector for vector in (*HONESTY.values(), *vectors)}
    told: list[RunEvent] = [event for event in kept if not isinstance(event, Shown)]
    judged = (_judged(line, known.get(line.vector), shown.get(key)) for key, line in results.verdicts.items())
    return [results.header, *told, *judged, results.summary]


def _judged(line: VerdictLine, vector: Vector | None, shown: Shown | None) -> Judged:
    if shown is None:
        return Judged(line, vector, _NOTHING)
    evidence = Evidence(shown.expected, shown.seen, hidden=shown.hidden, account=shown.account)
    return Judged(line, vector, evidence, shown.entry)
