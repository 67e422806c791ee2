"""What a live check is: the code that says of one clause what a live session shows of it.

Why like rules: a check registers under its clause, so that catalogue, checks and scripts can be held against each
other, and what nothing judges is told.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum

from bmpconform.live.oracle.case import Case
from bmpconform.live.oracle.session import Heard
from bmpconform.live.script import Role
from bmpconform.spec.catalogue import Level
from bmpconform.wire.value import Value


class Standing(Enum):
    """What a session shows of a clause: it is held, it is broken, a choice that it leaves open, or nothing at all."""

    HELD = "held"
    BROKEN = "broken"
    CHOSEN = "chosen"
    UNTESTED = "untested"


class Ruling(Value, frozen=True):
    """What one check says. `seen` and `expected` are for people, `place` is where it shows.

    `level` is that of a breach; `label` is the word for a choice, or another word than the check's own for a breach.
    """

    standing: Standing
    seen: str = ""
    expected: str = ""
    place: str = ""
    level: Level = Level.FAIL
    label: str = ""


HELD = Ruling(Standing.HELD)


def broken(seen: str, expected: str = "", place: str = "", level: Level = Level.FAIL) -> Ruling:
    """Return that the clause is broken."""
    return Ruling(Standing.BROKEN, seen, expected, place, level)


def chosen(label: str, seen: str = "") -> Ruling:
    """Return what was chosen where the clause leaves a choice."""
    return Ruling(Standing.CHOSEN, seen, label=label)


def untested(why: str) -> Ruling:
    """Return that the session does not show anything of the clause, and why."""
    return Ruling(Standing.UNTESTED, why)


def worst(rulings: Iterable[Ruling], otherwise: str) -> Ruling:
    """Return the first breach, the sternest first; else that it is held; `otherwise` says why nothing was tested."""
    found = list(rulings)
    breaches = [one for one in found if one.standing is Standing.BROKEN]
    if breaches:
        return max(breaches, key=lambda one: one.level)
    return next((one for one in found if one.standing is not Standing.UNTESTED), untested(otherwise))


def place_of(heard: Heard, number: int | None = None) -> str:
    """Return where something shows: the connection, and the message and its offset there."""
    if number is None:
        return f"connections[{heard.number}]"
    return f"connections[{heard.number}].messages[{number}]"


class Need(Enum):
    """What a check cannot do without, and why it says nothing where that is missing."""

    CONNECTION = "no connection came about"
    SESSION = "no BMP message came"
    FACTS = "what happened on the BGP side is not known: the device is known by its address alone"


Check = Callable[[Case], Ruling]


class LiveCheck(Value, frozen=True):
    """One check: the clauses that it judges, the newest first, and its code for a breach."""

    clauses: tuple[str, ...]
    code: str
    role: Role
    needs: tuple[Need, ...]
    check: Check


CHECKS: list[LiveCheck] = []


def live_check(
    *clauses: str, code: str, role: Role = Role.STATION, needs: tuple[Need, ...] = (Need.SESSION,)
) -> Callable[[Check], Check]:
    """Register the decorated function as the check of `clauses`, for scripts in which we play `role`."""

    def register(check: Check) -> Check:
        CHECKS.append(LiveCheck(clauses, code, role, needs, check))
        return check

    return register


def by_clause(role: Role) -> Mapping[str, LiveCheck]:
    """Return the checks of one role by each of their clauses."""
    return {clause: check for check in CHECKS if check.role is role for clause in check.clauses}


def rule_on(check: LiveCheck, case: Case) -> Ruling:
    """Return what a check says of a case; where it lacks what it needs, why it says nothing."""
    for need in check.needs:
        if not _is_met(need, case):
            return untested(need.value)
    return check.check(case)


def _is_met(need: Need, case: Case) -> bool:
    match need:
        case Need.CONNECTION:
            return bool(case.heard)
        case Need.SESSION:
            return bool(case.sessions)
        case Need.FACTS:
            return case.configured is not None
