"""The report of `clauses`: every clause of a profile with what checks it and its vectors, as text or JSON lines.

Why a reason stands beside each clause that nothing checks: a gap must not be able to pass for a decision.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from bmpconform.corpus.code_points import CodePoint
from bmpconform.corpus.evidence import Evidence, Gap
from bmpconform.report.jsonl import json_line
from bmpconform.report.layout import DIM, HEADING, STYLES, count_of, rule_words, table, wrapped
from bmpconform.spec.catalogue import CLAUSES
from bmpconform.spec.coverage import CheckedBy, Coverage, Kind, Reason
from bmpconform.spec.profiles import Profile
from bmpconform.wire.value import Value

_ID_COLUMNS = 18
_LEVEL_COLUMNS = 6
_GAP_WORDS = {
    Gap.CHECK: "has neither a rule nor a reason for having none",
    Gap.POSITIVE: "has no positive vector",
    Gap.NEGATIVE: "has no negative vector",
    Gap.VECTOR: "has no vector",
    Gap.STALE: "has a reason that it is not tested, and yet is",
}


class ClauseLine(Value, frozen=True):
    """One clause as a line of `clauses --format jsonl`.

    `codes` are those of the rules, or the live checks, that check it; `why` says why there are none, `kind` and `by`
    are those of the reason. `positive` and `negative` are the ids of its vectors, `gaps` what it lacks.
    """

    clause: str
    document: str
    section: str
    keyword: str
    level: str
    checked_by: str
    codes: tuple[str, ...]
    why: str | None
    kind: str | None
    by: tuple[str, ...]
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    gaps: tuple[str, ...]
    rule: str


class CodePointLine(Value, frozen=True):
    """One code point as a line of `clauses --format jsonl`, with the ids of the vectors in which it occurs."""

    registry: str
    code: int
    status: str
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    gaps: tuple[str, ...]


def clause_line(evidence: Evidence) -> ClauseLine:
    """Return what checks a clause, with the clause itself and its vectors."""
    coverage = evidence.coverage
    clause, reason = CLAUSES[coverage.clause], coverage.reason
    return ClauseLine(
        clause.id,
        clause.document,
        clause.section,
        clause.keyword.value,
        clause.level.value,
        coverage.checked_by.value,
        coverage.codes,
        reason.why if reason else None,
        reason.kind.value if reason else None,
        reason.by if reason else (),
        evidence.positive,
        evidence.negative,
        tuple(gap.value for gap in evidence.gaps),
        clause.rule,
    )


def code_point_line(point: CodePoint) -> CodePointLine:
    """Return a code point with its vectors."""
    gaps = tuple(gap.value for gap in point.gaps)
    return CodePointLine(point.registry, point.code, point.status.value, point.positive, point.negative, gaps)


def render_clauses_json_lines(evidences: Iterable[Evidence], points: Iterable[CodePoint]) -> Iterator[bytes]:
    """Yield a line, without its end, for each clause and for each code point."""
    for evidence in evidences:
        yield json_line(clause_line(evidence))
    for point in points:
        yield json_line(code_point_line(point))


def render_clauses_text(
    profile: Profile, evidences: Sequence[Evidence], points: Sequence[CodePoint], width: int
) -> Iterator[Text]:
    """Yield each clause in our words with what checks it, how many there are of each kind, and what is lacking."""
    for evidence in evidences:
        yield from _clause(evidence, width)
    tally = Counter(evidence.coverage.checked_by for evidence in evidences)
    yield Text()
    yield Text(f"profile {profile.name} ({profile.title}): {count_of(len(evidences), 'clause')}", HEADING)
    yield Text()
    yield from table(("clauses", "checked by"), [(tally[kind], kind.value) for kind in CheckedBy])
    yield Text()
    yield from render_gaps_text(evidences, points, width)


def render_gaps_text(evidences: Sequence[Evidence], points: Sequence[CodePoint], width: int) -> Iterator[Text]:
    """Yield each clause and each code point that lacks something, and how many do."""
    clauses = [f"{evidence.coverage.clause} {gap_words(evidence.gaps)}." for evidence in evidences if evidence.gaps]
    codes = [f"{point_words(point)} {gap_words(point.gaps)}." for point in points if point.gaps]
    for line in (*clauses, *codes):
        yield from wrapped(Text(), line, width)
    clause_count, code_count = count_of(len(evidences), "clause"), count_of(len(points), "code point")
    yield Text(f"{len(clauses)} of {clause_count} and {len(codes)} of {code_count} have gaps.", HEADING)


def point_words(point: CodePoint) -> str:
    """Return which code point it is, for people."""
    return f"{point.registry}, {point.code} ({point.status.value}),"


def _clause(evidence: Evidence, width: int) -> Iterator[Text]:
    clause = CLAUSES[evidence.coverage.clause]
    level = clause.level.value
    label = Text.assemble(
        (f"{clause.id:<{_ID_COLUMNS}}", HEADING), (f"{level:<{_LEVEL_COLUMNS}}", STYLES.get(level, ""))
    )
    indent = Text(" " * (_ID_COLUMNS + _LEVEL_COLUMNS))
    yield from wrapped(label, rule_words(clause), width)
    yield from wrapped(indent, _checked_by(evidence.coverage), width, DIM)
    if evidence.positive or evidence.negative:
        words = f"vectors: {len(evidence.positive)} positive, {len(evidence.negative)} negative"
        yield from wrapped(indent, words, width, DIM)


def _checked_by(coverage: Coverage) -> str:
    words = coverage.checked_by.value
    if coverage.codes:
        return f"{words}: {', '.join(coverage.codes)}"
    return words if coverage.reason is None else f"{words}: {reason_words(coverage.reason)}"


def gap_words(gaps: Iterable[Gap]) -> str:
    """Return what gaps are, for people."""
    return "; ".join(_GAP_WORDS[gap] for gap in gaps)


def reason_words(reason: Reason) -> str:
    """Return why a clause has no rule of its own."""
    kinds = {
        Kind.PERMISSION: "every choice is valid",
        Kind.SHOWN_BY: f"not by itself, a breach shows under {', '.join(reason.by)}",
        Kind.OUTSIDE: "no octet tells",
        Kind.PROFILE: "about profiles or the rules as a whole",
        Kind.LEGACY: "replaced, and has no mark on the wire",
    }
    return f"{kinds[reason.kind]}. {reason.why.removesuffix('.')}"
