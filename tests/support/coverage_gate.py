"""Holds clauses against rules, vectors, mutants and live checks, code points against vectors; ends with 1 on a gap.

Why a program beside the package: mutants are in the checkout and not in the wheel, and a gap has to stop a change.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from bmpconform.corpus.code_points import CodePoint, code_points
from bmpconform.corpus.evidence import Evidence, evidence, unknown_clauses
from bmpconform.corpus.load import load
from bmpconform.corpus.vector import Op, Vector
from bmpconform.live.coverage import live_gaps
from bmpconform.live.scripts import load_scripts
from bmpconform.report.clauses import gap_words, point_words
from bmpconform.spec.catalogue import CLAUSES, RESTATEMENTS, Means
from bmpconform.spec.coverage import Kind
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES

MUTANTS = Path(__file__).parents[1] / "mutants"
Mutants = Mapping[str, Sequence[str]]


def mutants_by_clause() -> Mutants | None:
    """Return the names of the mutants by each clause that they break, or that says the same; None without mutants."""
    if not MUTANTS.is_dir():
        return None
    sys.path.insert(0, str(MUTANTS))
    named: dict[str, list[str]] = defaultdict(list)
    for mutant in import_module("faults").mutants():
        for clause in {same for broken in mutant.clauses for same in (broken, *RESTATEMENTS.get(broken, ()))}:
            named[clause].append(mutant.name)
    return named


def wants_mutant(item: Evidence, vectors: Mapping[str, Vector]) -> bool:
    """Whether a codec can break the clause, and vectors ask one for it: to decode, or to encode what is right."""
    means, reason = CLAUSES[item.coverage.clause].how, item.coverage.reason
    if reason is not None and reason.kind is Kind.PERMISSION:
        return False
    encoded = any(Op.ENCODE in vectors[name].ops for name in item.positive)
    return Means.DECODED in means or (Means.ENCODED in means and encoded)


def clause_gaps(clauses: Iterable[Evidence], vectors: Sequence[Vector], mutants: Mutants | None) -> Iterator[str]:
    """Yield, in one sentence each, what a clause lacks, and what a vector names that is no clause."""
    by_id = {vector.id: vector for vector in vectors}
    for item in clauses:
        if item.gaps:
            yield f"{item.coverage.clause} {gap_words(item.gaps)}."
        if mutants is not None and wants_mutant(item, by_id) and not mutants.get(item.coverage.clause):
            yield f"{item.coverage.clause} has no mutant."
    for name, clause in unknown_clauses(vectors):
        yield f"The vector {name} names {clause}, which no document has."


def point_gaps(points: Iterable[CodePoint]) -> Iterator[str]:
    """Yield, in one sentence each, what a code point lacks."""
    yield from (f"{point_words(point)} {gap_words(point.gaps)}." for point in points if point.gaps)


def main() -> int:
    """Tell each gap of the default profile, and how much was held against what."""
    profile, vectors, mutants = PROFILES[DEFAULT_PROFILE], load().vectors, mutants_by_clause()
    clauses, points = evidence(profile, vectors), code_points(profile, vectors)
    found = [*clause_gaps(clauses, vectors, mutants), *point_gaps(points), *live_gaps(load_scripts())]
    breadth = "no mutants, which are not here" if mutants is None else f"mutants of {len(mutants)} clauses"
    held = f"{len(clauses)} clauses and {len(points)} code points, {len(vectors)} vectors, {breadth}."
    sys.stdout.writelines(f"{line}\n" for line in (*found, held))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
