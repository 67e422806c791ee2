"""What checks each clause of a profile: the rules held against the catalogue and the reasons for having none.

Why joined from the rules themselves: a list by hand would go on claiming what no code checks.
"""

from collections.abc import Iterable, Mapping

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
    means = CLAUSES[clause_id].how
    reason = None if kinds else why(clause_id)
    if kinds:
        checked_by = next(kind for kind in _PRECEDENCE if kind in kinds)
    elif reason is not None:
        checked_by = CheckedBy.UNTESTABLE
    else:
        checked_by = CheckedBy.LATER_VECTOR if Means.DECODED in means else CheckedBy.LIVE
    vectors_later = Means.DECODED in means and checked_by is not CheckedBy.LATER_VECTOR
    return Coverage(clause_id, checked_by, codes, reason, vectors_later)


def _kind(rule: Rule) -> CheckedBy:
    return CheckedBy.STREAM_RULE if rule.of_stream else _OTHER_SHAPES.get(rule.shapes[0], CheckedBy.MESSAGE_RULE)
