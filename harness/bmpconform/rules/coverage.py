"""What checks each clause of a profile: the rules held against the catalogue and the reasons for having none.

Why joined from the rules themselves: a list by hand would go on claiming what no code checks.
"""

from collections.abc import Container, Iterable, Mapping

from bmpconform.rules.rule import RULES, Rule
from bmpconform.rules.selection import Policy, activate
from bmpconform.rules.session import StreamEnd, StreamOpening
from bmpconform.spec.catalogue import CLAUSES, Means
from bmpconform.spec.coverage import CheckedBy, Coverage, why
from bmpconform.spec.profiles import Profile
from bmpconform.wire.framer import Cut, Hole, Lost

_OTHER_SHAPES: Mapping[type, CheckedBy] = {
    StreamOpening: CheckedBy.STREAM_RULE,
    StreamEnd: CheckedBy.STREAM_RULE,
    Lost: CheckedBy.FRAMER,
    Cut: CheckedBy.FRAMER,
    Hole: CheckedBy.FRAMER,
}
# Where rules of several shapes check a clause, the first of these is told.
_PRECEDENCE = (CheckedBy.MESSAGE_RULE, CheckedBy.STREAM_RULE, CheckedBy.FRAMER)


def coverage(profile: Profile) -> tuple[Coverage, ...]:
    """Return what checks each clause that the profile holds, in the catalogue's order."""
    rules = _rules_by_clause(profile)
    return tuple(
        _coverage(clause_id, rules.get(clause_id, ())) for clause_id in CLAUSES if clause_id in profile.clauses
    )


def _rules_by_clause(profile: Profile) -> dict[str, tuple[Rule, ...]]:
    """Return the rules that the profile has, by each clause that their findings name."""
    named: dict[str, tuple[Rule, ...]] = {}
    for rule in RULES:
        active = activate(rule, profile, Policy())
        if active is not None and active.clause is not None:
            for clause_id in (active.clause, *active.also):
                named[clause_id] = (*named.get(clause_id, ()), rule)
    return named


def _coverage(clause_id: str, rules: Iterable[Rule]) -> Coverage:
    kinds = {_kind(rule) for rule in rules}
    codes = tuple(dict.fromkeys(rule.code for rule in rules))
    return Coverage(clause_id, _checked_by(kinds, clause_id), codes, why(clause_id))


def _checked_by(kinds: Container[CheckedBy], clause_id: str) -> CheckedBy:
    for kind in _PRECEDENCE:
        if kind in kinds:
            return kind
    if why(clause_id) is not None:
        return CheckedBy.UNTESTABLE
    means = CLAUSES[clause_id].how
    if Means.DECODED in means:
        return CheckedBy.VECTORS
    return CheckedBy.LIVE if means == (Means.LIVE,) else CheckedBy.NOTHING


def _kind(rule: Rule) -> CheckedBy:
    return CheckedBy.STREAM_RULE if rule.of_stream else _OTHER_SHAPES.get(rule.shapes[0], CheckedBy.MESSAGE_RULE)
