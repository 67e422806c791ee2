"""What a rule is: the code that checks a clause, as data about it and one plain function.

Why plain functions that append: they run on every message, and a generator costs three times as much.

- A rule has one code and the clauses that demand it, the newest first. A profile drops the clauses that it does
  not hold; the first that is left is reported and the others are listed with it.
- A finding has the sternest level of its clauses. A rule may lower it, never raise it.
- A rule is off in a profile that holds none of its clauses, lacks `needs`, or holds `unless`.
"""

from collections.abc import Callable
from typing import TypeVar

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
StreamCheck = Callable[[Shape, Session, list[Breach]], None]
AnyCheck = Callable[..., None]


class Rule(Value, frozen=True):
    """One rule; `shapes` are the classes it judges, `bind` gives its check for the documents of a profile.

    The check of a rule `of_stream` is given the session before the message, too.
    """

    code: str
    clauses: tuple[str, ...]
    shapes: tuple[type, ...]
    bind: Callable[[frozenset[str]], AnyCheck]
    level: Level | None = None
    needs: str | None = None
    unless: str | None = None
    of_stream: bool = False


class ActiveRule(Value, frozen=True):
    """A rule as one profile and policy have it."""

    code: str
    clause: str | None
    also: tuple[str, ...]
    authority: Authority
    level: Level
    check: AnyCheck


RULES: list[Rule] = []


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
        RULES.append(Rule(code, clauses, (shape,), lambda _: check, level, needs, unless))
        return check

    return register


def stream_rule(
    shapes: type[Shape] | tuple[type[Shape], ...], *clauses: str, code: str, level: Level | None = None
) -> Callable[[StreamCheck[Shape]], StreamCheck[Shape]]:
    """Register the decorated function as the check of `clauses` for messages of a class, or several, in a session."""

    def register(check: StreamCheck[Shape]) -> StreamCheck[Shape]:
        judged = shapes if isinstance(shapes, tuple) else (shapes,)
        RULES.append(Rule(code, clauses, judged, lambda _: check, level, of_stream=True))
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
        RULES.append(Rule(code, clauses, (shape,), bind, level, needs))

    return register
