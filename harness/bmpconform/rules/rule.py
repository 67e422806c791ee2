"""What a rule is: the code that checks a clause, as data about it and one plain function.

Why plain functions that append: they run on every message, and a generator costs three times as much.

- A rule has one code and the clauses that demand it, the newest first. A profile drops the clauses that it does
  not hold; the first that is left is reported and the others are listed with it.
- A finding has the sternest level of its clauses. A rule may lower it, never raise it.
- A rule is off in a profile that holds none of its clauses, lacks `needs`, or holds `unless`.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from bmpconform.rules.session import Session
from bmpconform.spec.catalogue import Authority, Level
from bmpconform.wire.value import Value


class Breach(Value, frozen=True):
    """What a rule saw in one message: the path of the field at fault and one sentence.

    `within` is (offset, length) of the fault inside the field, None for all of it. A fault that is something
    `missing` is placed at the start of the field with length 0. `number` is the code point or the flags at fault:
    breaches of different numbers are no repetitions of each other. `settle` is asked at the end of the stream for
    the level, where only the stream can tell.
    """

    path: str
    text: str
    level: Level | None = None
    within: tuple[int, int] | None = None
    missing: bool = False
    number: int | None = None
    settle: Callable[[Session], Level | None] | None = None


def octets_text(octets: int) -> str:
    """Return "1 octet" or "2 octets"."""
    return f"{octets} octet" if octets == 1 else f"{octets} octets"


Shape = TypeVar("Shape")
Check = Callable[[Shape, list[Breach]], None]
AnyCheck = Callable[[Any, list[Breach]], None]


class Rule(Value, frozen=True):
    """One rule; `shape` is the class it judges, `bind` gives its check for the documents of a profile."""

    code: str
    clauses: tuple[str, ...]
    shape: type
    bind: Callable[[frozenset[str]], AnyCheck]
    level: Level | None = None
    needs: str | None = None
    unless: str | None = None


class ActiveRule(Value, frozen=True):
    """A rule as one profile and policy have it."""

    code: str
    clause: str | None
    also: tuple[str, ...]
    authority: Authority
    level: Level
    check: AnyCheck


RULES: list[Rule] = []

# For a class, what its rules can tell apart: two values with one fingerprint have the same findings. None: unknown.
FINGERPRINTS: dict[type, Callable[[Any], Hashable | None]] = {}


def fingerprint(
    shape: type[Shape],
) -> Callable[[Callable[[Shape], Hashable | None]], Callable[[Shape], Hashable | None]]:
    """Register the decorated function as the fingerprint of `shape`, of which clean ones are not judged again."""

    def register(function: Callable[[Shape], Hashable | None]) -> Callable[[Shape], Hashable | None]:
        FINGERPRINTS[shape] = function
        return function

    return register


def rule(
    shape: type[Shape],
    *clauses: str,
    code: str,
    level: Level | None = None,
    needs: str | None = None,
    unless: str | None = None,
) -> Callable[[Check[Shape]], Check[Shape]]:
    """Register the decorated function as the check of `clauses` for messages of class `shape`."""

    def register(check: Check[Shape]) -> Check[Shape]:
        RULES.append(Rule(code, clauses, shape, lambda _: check, level, needs, unless))
        return check

    return register


def rule_by_documents(
    shape: type[Shape],
    *clauses: str,
    code: str,
    level: Level | None = None,
    needs: str | None = None,
) -> Callable[[Callable[[frozenset[str]], Check[Shape]]], None]:
    """Register a function that makes the check for the documents of a profile."""

    def register(bind: Callable[[frozenset[str]], Check[Shape]]) -> None:
        RULES.append(Rule(code, clauses, shape, bind, level, needs))

    return register
