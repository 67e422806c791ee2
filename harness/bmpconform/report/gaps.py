"""What a page shows of the vectors themselves: clause by clause and code point by code point, and what is lacking.

Why in the report of a run: a score is worth what its vectors are, so what they leave out stands beside it.
"""

from collections.abc import Iterable
from functools import cache

from bmpconform.corpus.code_points import CodePoint, code_points
from bmpconform.corpus.evidence import Evidence, evidence
from bmpconform.corpus.load import load
from bmpconform.corpus.mutants import Mutant, by_clause, load_mutants
from bmpconform.corpus.vector import Vector
from bmpconform.report.clauses import gap_words, reason_words
from bmpconform.report.layout import rule_words
from bmpconform.report.text import clause_citation
from bmpconform.spec.catalogue import CLAUSES
from bmpconform.spec.profiles import Profile
from bmpconform.wire.codes import REGISTRIES
from bmpconform.wire.value import Value


class ClauseRow(Value, frozen=True):
    """A clause: `checked_by` and the codes of its rules, or `why` there are none; ids of vectors, names of mutants."""

    id: str
    place: str
    level: str
    rule: str
    checked_by: str
    codes: tuple[str, ...]
    why: str
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    mutants: tuple[str, ...]
    gaps: str


class PointRow(Value, frozen=True):
    """A code point: its registry, number, name and status, and the ids of the vectors that hold it."""

    registry: str
    code: int
    name: str
    status: str
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    gaps: str


class Gaps(Value, frozen=True):
    """All clauses and code points of a profile, with what they have and what they lack."""

    clauses: tuple[ClauseRow, ...]
    points: tuple[PointRow, ...]
    mutants: int

    @property
    def lacking(self) -> tuple[int, int]:
        """Return how many clauses and how many code points lack something."""
        return sum(bool(row.gaps) for row in self.clauses), sum(bool(row.gaps) for row in self.points)


@cache
def gaps_of(profile: Profile) -> Gaps:
    """Return what the vectors at hand have for a profile. Raises CorpusError."""
    return gaps(profile, load().vectors, load_mutants())


def gaps(profile: Profile, vectors: Iterable[Vector], mutants: tuple[Mutant, ...]) -> Gaps:
    """Return what these vectors and mutants have for a profile, in the catalogue's order and that of the registries."""
    listed, killed = tuple(vectors), by_clause(mutants)
    rows = (_clause_row(item, killed.get(item.coverage.clause, ())) for item in evidence(profile, listed))
    return Gaps(tuple(rows), tuple(map(_point_row, code_points(profile, listed))), len(mutants))


def _clause_row(item: Evidence, mutants: tuple[Mutant, ...]) -> ClauseRow:
    clause, coverage = CLAUSES[item.coverage.clause], item.coverage
    return ClauseRow(
        clause.id,
        clause_citation(clause),
        clause.level.value,
        rule_words(clause),
        coverage.checked_by.value,
        coverage.codes,
        "" if coverage.reason is None else reason_words(coverage.reason),
        item.positive,
        item.negative,
        tuple(mutant.name for mutant in mutants),
        gap_words(item.gaps),
    )


def _point_row(point: CodePoint) -> PointRow:
    name = _REGISTRIES[point.registry].label(point.code) or ""
    status, positive, negative = point.status.value, point.positive, point.negative
    return PointRow(point.registry, point.code, name, status, positive, negative, gap_words(point.gaps))


_REGISTRIES = {registry.name: registry for registry in REGISTRIES}
