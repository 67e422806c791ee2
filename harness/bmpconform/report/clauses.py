"""The report of `clauses`: every clause of a profile with what checks it, as text or JSON lines.

Why a reason stands beside each clause that nothing checks: a gap must not be able to pass for a decision.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from rich.text import Text

from bmpconform.report.jsonl import json_line
from bmpconform.report.layout import DIM, HEADING, STYLES, count_of, rule_words, table, wrapped
from bmpconform.spec.catalogue import CLAUSES
from bmpconform.spec.coverage import CheckedBy, Coverage, Kind, Reason
from bmpconform.spec.profiles import Profile
from bmpconform.wire.value import Value

_ID_COLUMNS = 18
_LEVEL_COLUMNS = 6


class ClauseLine(Value, frozen=True):
    """One clause as a line of `clauses --format jsonl`.

    `codes` are those of the rules that check it; `why` says why there are none, `kind` and `by` are those of the
    reason; `vectors_later` says that decoders are bound as well, and that vectors for them come later.
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
    vectors_later: bool
    rule: str


def clause_line(coverage: Coverage) -> ClauseLine:
    """Return what checks a clause, with the clause itself."""
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
        coverage.vectors_later,
        clause.rule,
    )


def render_clauses_json_lines(coverages: Iterable[Coverage]) -> Iterator[bytes]:
    """Yield a line, without its end, for each clause."""
    for coverage in coverages:
        yield json_line(clause_line(coverage))


def render_clauses_text(profile: Profile, coverages: Iterable[Coverage], width: int) -> Iterator[Text]:
    """Yield each clause in our words with what checks it, and how many there are of each kind."""
    tally: Counter[CheckedBy] = Counter()
    for coverage in coverages:
        tally[coverage.checked_by] += 1
        yield from _clause(coverage, width)
    total = count_of(tally.total(), "clause")
    yield Text()
    yield Text(f"profile {profile.name} ({profile.title}): {total}", HEADING)
    yield Text()
    yield from table(("clauses", "checked by"), [(tally[kind], kind.value) for kind in CheckedBy])


def _clause(coverage: Coverage, width: int) -> Iterator[Text]:
    clause = CLAUSES[coverage.clause]
    level = clause.level.value
    label = Text.assemble(
        (f"{clause.id:<{_ID_COLUMNS}}", HEADING), (f"{level:<{_LEVEL_COLUMNS}}", STYLES.get(level, ""))
    )
    yield from wrapped(label, rule_words(clause), width)
    yield from wrapped(Text(" " * (_ID_COLUMNS + _LEVEL_COLUMNS)), _checked_by(coverage), width, DIM)


def _checked_by(coverage: Coverage) -> str:
    words = coverage.checked_by.value
    if coverage.codes:
        words += f": {', '.join(coverage.codes)}"
    elif coverage.reason is not None:
        words += f": {reason_words(coverage.reason)}"
    return f"{words}; decoder vectors come later" if coverage.vectors_later else words


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
