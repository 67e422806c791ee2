"""The report of `run` as Markdown: scores, the clauses that someone breaks, and each failure in one line.

Why all text that is not ours stands in code spans: there, nothing in it is markup.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bmpconform.judge.words import Verdict
from bmpconform.report.layout import rule_words
from bmpconform.report.sheet import FAIL, SCORES, Column, Row, Sheet
from bmpconform.report.text import clause_citation
from bmpconform.spec.catalogue import CLAUSES
from bmpconform.spec.profiles import PROFILES

LONGEST_CELL = 80
_MARKUP = re.compile(r"([\\`*_\[\]~|])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_BACKTICKS = re.compile("`+")


def render_markdown(sheet: Sheet) -> str:
    """Return the whole report."""
    return "\n".join([*_head(sheet), *_scores(sheet), *_matrix(sheet), *_failures(sheet)])


def plain(text: str) -> str:
    """Return text such that Markdown shows it as it is."""
    return _MARKUP.sub(r"\\\1", text.translate(_ENTITIES))


def code(text: str) -> str:
    """Return text as a code span, "" for none."""
    fence = "`" * (1 + max(map(len, _BACKTICKS.findall(text)), default=0))
    blank = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{blank}{text}{blank}{fence}" if text.strip() else ""


def judged_by(sheet: Sheet) -> str:
    """Return what judged: version, profile, and the hash of the vectors."""
    header = sheet.header
    title = PROFILES[header.profile].title if header.profile in PROFILES else ""
    return f"bmpconform {plain(header.version)}, profile {code(header.profile)} ({title}), corpus {code(header.corpus)}"


def cut(text: str, longest: int = LONGEST_CELL) -> str:
    """Return text no longer than a cell of a table should have."""
    return text if len(text) <= longest else f"{text[:longest]} …"


def _head(sheet: Sheet) -> Iterator[str]:
    yield from ("# How implementations of BMP conform", "", f"{judged_by(sheet)}.", "")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers_from: int) -> Iterator[str]:
    """Yield a table whose columns from `numbers_from` on stand to the right."""
    rules = ("---" if number < numbers_from else "---:" for number in range(len(heads)))
    for row in (heads, tuple(rules), *rows):
        yield f"| {' | '.join(row)} |"
    yield ""


def _in_table(text: str) -> str:
    """Return a code span for a cell: there a bar ends the cell even inside of code."""
    return code(cut(text)).replace("|", "\\|")


def _scores(sheet: Sheet) -> Iterator[str]:
    heads = ("target", "software", "depth", "BGP", *SCORES, "values not shown")
    yield "## Scores"
    yield ""
    yield from _table(heads, map(_score, sheet.columns), numbers_from=4)
    yield "Depth is how much of a message a target shows, by message type: 0 whether it is accepted, 1 its header, 2"
    yield "its fixed fields, 3 all. A score says nothing about what is not shown."
    yield ""
    for column in sheet.columns:
        if column.note:
            yield f"- {code(column.target)}: {plain(column.note)}"
            yield ""


def _score(column: Column) -> tuple[str, ...]:
    counts = (str(column.verdicts[verdict]) for verdict in SCORES)
    return (_in_table(column.target), plain(column.software), column.depth, column.bgp, *counts, str(column.hidden))


def _matrix(sheet: Sheet) -> Iterator[str]:
    """Yield the clauses with a failure: how many of the judged cases that cite them failed."""
    broken = {clause: cells for clause, cells in sheet.matrix.items() if any(counts[FAIL] for counts in cells.values())}
    yield "## Clauses that somebody breaks"
    yield ""
    if not broken:
        yield from ("None.", "")
        return
    targets = [column.target for column in sheet.columns if column.verdicts]
    heads = ("clause", "says", *map(_in_table, targets))
    rows = (
        (clause, _rule(clause), *(_cell(cells.get(target)) for target in targets)) for clause, cells in broken.items()
    )
    yield "A cell says how many of the cases that cite the clause failed, of those that were judged."
    yield ""
    yield from _table(heads, rows, numbers_from=2)


def _rule(clause: str) -> str:
    return f"{plain(rule_words(CLAUSES[clause]))} ({clause_citation(CLAUSES[clause])})" if clause in CLAUSES else ""


def _cell(counts: Counter[str] | None) -> str:
    judged = judged_cases(counts)
    if counts is None or not judged:
        return "-"
    return f"**{counts[FAIL]}**/{judged}" if counts[FAIL] else f"0/{judged}"


def judged_cases(counts: Counter[str] | None) -> int:
    """Return how many of these verdicts are judgements."""
    return 0 if counts is None else sum(counts.values()) - counts[Verdict.NOT_TESTABLE.value]


_FAILURE_HEADS = ("vector", "op", "code", "at", "expected", "seen", "is")


def _failures(sheet: Sheet) -> Iterator[str]:
    for column in sheet.columns:
        rows = [row for row in sheet.rows if row.line.target == column.target and row.line.verdict == FAIL]
        if rows:
            yield f"## Failures of {code(column.target)}"
            yield ""
            yield from _table(_FAILURE_HEADS, map(_failure, rows), numbers_from=len(_FAILURE_HEADS))


def _failure(row: Row) -> tuple[str, ...]:
    line = row.line
    reason = f"{row.entry.kind}: {row.entry.analysis}" if row.entry is not None else line.expected
    told = (line.code or "", line.path, row.expected, row.seen)
    return (line.vector, line.op, *map(_in_table, told), plain(reason))
