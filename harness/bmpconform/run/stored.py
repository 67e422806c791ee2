"""Results that an earlier run left, read again: compared with another run's, or taken as what is expected from now on.

Why by line: a result file is what other programs read, so this reads no more than they can.
"""

from collections.abc import Iterator
from pathlib import Path

from bmpconform.judge.words import Verdict
from bmpconform.run.events import RunHeader, RunSummary, VerdictLine
from bmpconform.run.store import RESULTS, PathError
from bmpconform.wire.value import Value, json_reader

Key = tuple[str, str, str]


class ResultsError(PathError):
    """Results that cannot be read."""


class Results(Value, frozen=True):
    """What a run said: its first line, its verdicts by target, vector and op, and its last line."""

    header: RunHeader
    verdicts: dict[Key, VerdictLine]
    summary: RunSummary


class Change(Value, frozen=True):
    """A verdict that two runs do not share, each as `verdict code`; "" where one has none. `worse` is a new failure."""

    target: str
    vector: str
    op: str
    old: str
    new: str
    worse: bool


def read_results(path: Path) -> Results:
    """Return the results in a folder that `run --out` wrote, or in its results.jsonl. Raises ResultsError."""
    file = path / RESULTS if path.is_dir() else path
    try:
        lines = [_read_line(line) for line in file.read_bytes().splitlines()]
    except OSError as error:
        raise ResultsError(file, f"holds no results of a run: {error.strerror or error}") from error
    except ValueError as error:
        raise ResultsError(file, f"holds no results of a run: {error}") from error
    match lines:
        case [RunHeader() as header, *verdicts, RunSummary() as summary]:
            named = {(one.target, one.vector, one.op): one for one in verdicts if isinstance(one, VerdictLine)}
            return Results(header, named, summary)
        case _:
            raise ResultsError(file, "holds no whole run: it does not begin with a header and end with a summary")


_read_line = json_reader(RunHeader | VerdictLine | RunSummary)


def changes(old: Results, new: Results) -> Iterator[Change]:
    """Yield what differs between two runs, in the order of target, vector and op."""
    for key in sorted(old.verdicts.keys() | new.verdicts.keys()):
        before, after = old.verdicts.get(key), new.verdicts.get(key)
        one, other = _words(before), _words(after)
        if one != other:
            yield Change(*key, one, other, after is not None and after.verdict in _BAD)


_BAD = frozenset({Verdict.FAIL.value, Verdict.HARNESS_BUG.value})


def _words(line: VerdictLine | None) -> str:
    if line is None:
        return ""
    return f"{line.verdict} {line.code or ''} {line.path}".rstrip()
