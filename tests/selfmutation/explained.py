"""What is written down about a place: why no test takes a branch, why a change of it cannot be noticed.

Why data, keyed by what stands there: a reason outlives edits around it, and one whose place is gone, or whose fact no
longer holds, is found out.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from places import Place

# Changes that no test can notice, by what they make of a line (`after`), and branches that none takes, by where they
# lead (`next`).
SURVIVORS = Path(__file__).with_name("survivors.toml")
UNCOVERED = Path(__file__).with_name("uncovered.toml")
# A way out of a function, as the target of a branch.
EXIT = "exit"


@dataclass(frozen=True, order=True)
class Fact:
    """A place, and what is said of it: the text of the line that is never next, or what it is changed into."""

    place: Place
    other: str


def load(path: Path, key: str) -> dict[Fact, str]:
    """Return the reason of each fact; `key` is the name of what is said beside the place. Raises ValueError."""
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("explained", [])
    reasons: dict[Fact, str] = {}
    for row in rows:
        fact = Fact(Place(row.pop("module"), row.pop("function"), row.pop("line")), row.pop(key))
        reason = row.pop("reason")
        if row or not reason or fact in reasons:
            raise ValueError(f"{path.name}: {fact}: {row or 'twice, or without a reason'}")
        reasons[fact] = reason
    return reasons


def stale(reasons: Mapping[Fact, str], held: set[Fact]) -> list[str]:
    """Return a sentence for each fact that is explained and does not hold."""
    return [f"explained, and not so: {show(fact)}" for fact in sorted(reasons.keys() - held)]


def show(fact: Fact) -> str:
    """Return a fact in one line."""
    place = fact.place
    return f"{place.module} {place.function or '(module)'}: {place.text} -> {fact.other or '(nothing)'}"
