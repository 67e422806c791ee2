"""What the reports of a run have in common: its targets with their depth and score, its verdicts, its clauses.

Why what a target said in free text is left out, where its values are not compared: two runs give the same report.
All text here is printable: no control characters, no marks that turn the direction of a line.
"""

from collections import Counter
from collections.abc import Iterable

from bmpconform.corpus.vector import Observation, Vector
from bmpconform.judge.expected import Entry
from bmpconform.judge.words import Verdict
from bmpconform.report.place import Octets, place_of
from bmpconform.run.events import (
    Judged,
    RunEvent,
    RunHeader,
    TargetSkipped,
    TargetStart,
    TargetUnusable,
    VerdictLine,
)
from bmpconform.show.printable import printable
from bmpconform.spec.catalogue import CLAUSES
from bmpconform.wire.value import Value, replace

LONGEST = 400
FAIL = Verdict.FAIL.value
SCORES = tuple(verdict.value for verdict in Verdict if verdict is not Verdict.HARNESS_BUG)


class Row(Value, frozen=True):
    """One verdict: expected against seen in words, where the fault lies, and its entry of expected.toml.

    `account` tells in lines what happened in a live session.
    """

    line: VerdictLine
    vector: Vector | None
    expected: str
    seen: str
    fault: Octets | None
    entry: Entry | None
    account: str = ""

    @property
    def title(self) -> str:
        """What the vector is about, its id where it is gone."""
        return self.line.vector if self.vector is None else self.vector.title


class Column(Value, frozen=True):
    """A target: as typed, what it says that it is, how deep it shows messages, its verdicts, and what befell it.

    `hidden` counts the values that it did not show; `note` says why it was not judged, or not to the end.
    """

    target: str
    software: str
    depth: str
    bgp: str
    verdicts: Counter[str]
    hidden: int
    note: str


class Sheet(Value, frozen=True):
    """All that a report shows."""

    header: RunHeader
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def matrix(self) -> dict[str, dict[str, Counter[str]]]:
        """Return for each clause, in the order of the catalogue, the verdicts that cite it by target."""
        cells: dict[str, dict[str, Counter[str]]] = {clause: {} for clause in CLAUSES}
        for row in self.rows:
            for clause in row.line.clauses:
                cells.setdefault(clause, {}).setdefault(row.line.target, Counter())[row.line.verdict] += 1
        return {clause: counts for clause, counts in cells.items() if counts}


def sheet_of(events: Iterable[RunEvent]) -> Sheet:
    """Return what the events of a run come to; those of a target may come in any order."""
    events = list(events)
    judged = [event for event in events if isinstance(event, Judged)]
    (header,) = (event for event in events if isinstance(event, RunHeader))
    told = [event for event in events if isinstance(event, TargetStart | TargetUnusable | TargetSkipped)]
    targets = dict.fromkeys([*(event.target for event in told), *(one.line.target for one in judged)])
    columns = (
        _column(
            target,
            [event for event in told if event.target == target],
            [one for one in judged if one.line.target == target],
        )
        for target in targets
    )
    return Sheet(header, tuple(columns), tuple(map(_row, judged)))


def _column(target: str, told: list[TargetStart | TargetUnusable | TargetSkipped], judged: list[Judged]) -> Column:
    start = next((event for event in told if isinstance(event, TargetStart)), None)
    notes = [_note(event) for event in told if not isinstance(event, TargetStart)]
    return Column(
        printable(target),
        "" if start is None else printable(f"{start.name} {start.version} ({start.language})"),
        "" if start is None else _depth(start),
        "" if start is None else printable(start.bgp),
        Counter(one.line.verdict for one in judged),
        sum(one.evidence.hidden for one in judged),
        printable("; ".join(notes)),
    )


def _note(event: TargetUnusable | TargetSkipped) -> str:
    return f"{'skipped' if isinstance(event, TargetSkipped) else 'unusable'}: {event.text}"


def _depth(start: TargetStart) -> str:
    """Return the depth by message type, in short where all have the same."""
    depths = {str(message_type): start.depth.get(str(message_type), 0) for message_type in range(7)}
    if len(set(depths.values())) == 1:
        return str(depths["0"])
    return " ".join(f"{message_type}:{depth}" for message_type, depth in depths.items())


def _row(judged: Judged) -> Row:
    line, vector = judged.line, judged.vector
    fault = place_of(vector, line.path) if line.verdict == FAIL and vector is not None and vector.octets else None
    account = "\n".join(map(printable, judged.evidence.account.splitlines()))
    return Row(_printable(line), vector, _short(_expected(judged)), _short(_seen(judged)), fault, judged.entry, account)


def _printable(line: VerdictLine) -> VerdictLine:
    """Return a line with those texts printable that a target or the user chose."""
    return replace(
        line,
        target=printable(line.target),
        path=printable(line.path),
        code=None if line.code is None else printable(line.code),
        error=None if line.error is None else printable(line.error),
        replay=printable(line.replay),
    )


def _expected(judged: Judged) -> str:
    if judged.evidence.expected or judged.vector is None:
        return judged.evidence.expected
    if judged.line.observation == Observation.WRONG_VALUE.value:
        return "nothing"
    return " or ".join(dict.fromkeys(outcome.observation.value for outcome in judged.vector.outcomes))


def _seen(judged: Judged) -> str:
    line = judged.line
    if line.observation == Observation.WRONG_VALUE.value:
        return judged.evidence.seen or "nothing"
    if line.observation is None:
        return "not asked"
    return line.observation + (f", which it calls {line.error}" if line.error else "")


def _short(text: str) -> str:
    text = printable(text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} … {len(text) - LONGEST} more characters"
