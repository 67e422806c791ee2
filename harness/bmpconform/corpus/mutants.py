"""The deliberate faults that vectors tell from a right codec: what each breaks, and the first vector that shows it.

Why data that a run of them left: the faults are in the checkout and not in the wheel, which has to say all the same
what its vectors are worth. `tox -e mutants` writes the data, and fails where it was out of date.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from importlib import resources

from bmpconform.spec.catalogue import RESTATEMENTS
from bmpconform.wire.value import Value, from_json, to_json

FILE = "mutants.json"


class Mutant(Value, frozen=True, forbid_unknown_fields=True):
    """A codec with one fault, told in one sentence; `clauses` are those that it breaks, `killed_by` a vector's id."""

    name: str
    op: str
    fault: str
    clauses: tuple[str, ...]
    killed_by: str


@cache
def load_mutants() -> tuple[Mutant, ...]:
    """Return all mutants, in the order of their themes."""
    return from_json(resources.files(__package__).joinpath(FILE).read_bytes(), tuple[Mutant, ...])


def render_mutants(mutants: Iterable[Mutant]) -> bytes:
    """Return what `load_mutants` reads, a mutant a line."""
    return b"[\n" + b",\n".join(map(to_json, mutants)) + b"\n]\n"


def by_clause(mutants: Iterable[Mutant]) -> dict[str, tuple[Mutant, ...]]:
    """Return the mutants by each clause that they break, or that says the same."""
    found: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        for clause in {same for broken in mutant.clauses for same in (broken, *RESTATEMENTS.get(broken, ()))}:
            found[clause].append(mutant)
    return {clause: tuple(held) for clause, held in found.items()}
