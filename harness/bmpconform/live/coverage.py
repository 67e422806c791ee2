"""The clauses that show in a live session, held against checks, scripts and the reasons for having none.

Why of its own: that no octet tells of a clause is one thing, that no session of ours does is another.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from types import MappingProxyType

from bmpconform.corpus.evidence import Evidence
from bmpconform.live import oracle
from bmpconform.live.script import Script
from bmpconform.spec.catalogue import CLAUSES, Means
from bmpconform.spec.coverage import CheckedBy, Kind
from bmpconform.spec.coverage import Reason as WhyNoRule
from bmpconform.wire.value import Value, from_json, replace


class Reason(Value, frozen=True, forbid_unknown_fields=True):
    """Why no live check judges the clause `id`, in one sentence."""

    id: str
    why: str


def load_reasons() -> tuple[Reason, ...]:
    """Return the reasons of the packaged file, in the catalogue's order."""
    return from_json(resources.files(oracle).joinpath("reasons.json").read_bytes(), tuple[Reason, ...])


REASONS: Mapping[str, Reason] = MappingProxyType({reason.id: reason for reason in load_reasons()})


def told_live(evidences: Iterable[Evidence]) -> Iterator[Evidence]:
    """Yield what is known of clauses; those that show live alone with the codes of their checks, or why there is none.

    Why not where the coverage by rules is made: rules do not know of the sessions that are played above them.
    """
    codes = {clause: check.code for check in oracle.CHECKS for clause in check.clauses}
    for evidence in evidences:
        coverage = evidence.coverage
        if coverage.checked_by is CheckedBy.LIVE:
            code, none = codes.get(coverage.clause), REASONS.get(coverage.clause)
            reason = WhyNoRule(coverage.clause, Kind.OUTSIDE, none.why) if none else None
            coverage = replace(coverage, codes=(code,) if code else (), reason=reason)
        yield replace(evidence, coverage=coverage)


def live_gaps(scripts: Iterable[Script]) -> Iterator[str]:
    """Yield, in one sentence each, what a clause that shows live lacks, and what a check or a reason has too much."""
    checked = {clause for check in oracle.CHECKS for clause in check.clauses}
    for clause in CLAUSES.values():
        if Means.LIVE in clause.how and clause.id not in checked | REASONS.keys():
            yield f"{clause.id} has neither a live check nor a reason for having none."
    for name in sorted(REASONS.keys() & checked):
        yield f"{name} has a reason that it is not judged live, and yet is."
    yield from (f"{name} is judged live or has a reason, and no document has it." for name in _unknown(checked))
    shown = {(script.role, clause) for script in scripts for clause in script.clauses}
    for check in oracle.CHECKS:
        if not any((check.role, clause) in shown for clause in check.clauses):
            yield f"No script shows {check.clauses[0]} to the one who plays the {check.role}."


def _unknown(checked: set[str]) -> list[str]:
    return sorted((checked | REASONS.keys()) - CLAUSES.keys())
