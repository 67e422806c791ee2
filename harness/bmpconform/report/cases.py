"""What shows how an implementation differs: a verdict of a run, or a finding of a campaign.

Why only what expected.toml names: somebody has looked at it. Why both as one: a fault has one cause, whoever met it.
"""

from collections.abc import Callable, Iterator, Sequence

from bmpconform.corpus.vector import Op
from bmpconform.fuzz.finding import FAIL as FOUND
from bmpconform.fuzz.finding import FoundLine, StoredFinding
from bmpconform.fuzz.oracle import Oracle
from bmpconform.fuzz.promote import fields_of
from bmpconform.fuzz.store import FINDINGS_LINES
from bmpconform.judge.expected import Entry, FuzzEntry
from bmpconform.report.place import Octets, place_of
from bmpconform.report.sheet import FAIL, Row, Sheet
from bmpconform.run.events import command_line
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.value import Value

BUG = "bug"


class Case(Value, frozen=True):
    """One case: who did what under which op, the entry that names it, expected against seen, and how to meet it again.

    `fields` are the octets by name, in hex; `fault` is where in them it lies, `account` what a live session was, and
    `found` the line of a campaign's finding.
    """

    target: str
    name: str
    op: str
    entry: Entry | FuzzEntry
    clauses: tuple[str, ...]
    about: str
    path: str
    expected: str
    seen: str
    code: str
    replay: str
    fields: tuple[tuple[str, str], ...] = ()
    fault: Octets | None = None
    account: str = ""
    found: FoundLine | None = None

    @property
    def is_bug(self) -> bool:
        """Whether somebody called it a bug."""
        return self.entry.kind == BUG

    @property
    def octets(self) -> bytes:
        """Return all octets."""
        return bytes.fromhex("".join(octets for _, octets in self.fields))


def of_run(sheet: Sheet) -> Iterator[Case]:
    """Yield the failures of a run that expected.toml calls bugs."""
    for row in sheet.rows:
        if row.line.verdict == FAIL and row.entry is not None and row.entry.kind == BUG:
            yield _of_row(row, row.entry)


def of_campaign(found: Sequence[StoredFinding], entries_of: Callable[[str], Sequence[FuzzEntry]]) -> Iterator[Case]:
    """Yield the findings of a campaign that expected.toml names; `entries_of` returns the entries of a target."""
    for one in found:
        if one.line.level == FOUND:
            known = list(filter(one.fault.fits, entries_of(one.line.target)))
            entry = min(known, key=lambda entry: entry.clause_or_error != one.clause_or_error, default=None)
            if entry is not None:
                yield _of_finding(one, entry)


def _of_row(row: Row, entry: Entry) -> Case:
    line, vector = row.line, row.vector
    return Case(
        line.target,
        line.vector,
        line.op,
        entry,
        tuple(line.clauses),
        "" if vector is None else row.title,
        line.path or "",
        row.expected,
        row.seen,
        line.code or "",
        line.replay,
        () if vector is None else tuple(vector.fields),
        row.fault,
        row.account,
    )


def _of_finding(found: StoredFinding, entry: FuzzEntry) -> Case:
    line, octets = found.line, bytes.fromhex(found.octets)
    vector = Oracle(PROFILES[found.profile]).expect(octets).vector
    return Case(
        line.target,
        f"finding {line.key}",
        line.op,
        entry,
        () if line.clause is None else (line.clause,),
        "Octets of a campaign." if octets else "What a campaign asked for, which has no octets.",
        found.place or line.path,
        found.expected,
        found.seen or found.clause_or_error,
        line.code or line.observation,
        command_line("replay", f"{FINDINGS_LINES}#{line.key}", "--target", line.target),
        fields_of(octets, Op(line.op)) if octets else (),
        place_of(vector, found.place) if octets else None,
        found=line,
    )
