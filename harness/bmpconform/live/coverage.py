"""The clauses that show in a live session, held against checks, scripts and the reasons for having none.

Why of its own: that no octet tells of a clause is one thing, that no session of ours does is another.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from types import MappingProxyType

from bmpconform.live import oracle
from bmpconform.live.script import Script
from bmpconform.spec.catalogue import CLAUSES, Means
from bmpconform.wire.value import Value, from_json


class Reason(Value, frozen=True, forbid_unknown_fields=True):
    """Why no live check judges the clause `id`, in one sentence."""

    id: str
    why: str


def load_reasons() -> tuple[Reason, ...]:
    """Return the reasons of the packaged file, in the catalogue's order."""
    return from_json(resources.files(oracle).joinpath("reasons.json").read_bytes(), tuple[Reason, ...])


REASONS: Mapping[str, Reason] = MappingProxyType({reason.id: reason for reason in load_reasons()})


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
