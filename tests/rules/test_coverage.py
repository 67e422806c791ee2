"""Rules, reasons and catalogue are held against each other: nothing is claimed that no code checks, nothing is lost."""

import pytest

from bmpconform.rules import coverage as rules_coverage
from bmpconform.rules.coverage import coverage
from bmpconform.rules.rule import RULES
from bmpconform.rules.selection import Policy, activate
from bmpconform.spec.catalogue import CLAUSES, Means
from bmpconform.spec.coverage import REASONS, CheckedBy, Coverage
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES, Profile

each_profile = pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)


def named(profile: Profile) -> dict[str, set[str]]:
    """Return the codes of the rules that name a clause under this profile, by clause."""
    codes: dict[str, set[str]] = {}
    for rule in RULES:
        active = activate(rule, profile, Policy())
        if active is not None and active.clause is not None:
            for clause_id in (active.clause, *active.also):
                codes.setdefault(clause_id, set()).add(active.code)
    return codes


def covered(profile: Profile) -> dict[str, Coverage]:
    """Return what checks each clause."""
    return {item.clause: item for item in coverage(profile)}


@each_profile
def test_every_clause_of_the_profile_is_there_once_in_order(profile: Profile) -> None:
    expected = [clause_id for clause_id in CLAUSES if clause_id in profile.clauses]
    assert [item.clause for item in coverage(profile)] == expected


@each_profile
def test_no_clause_has_both_a_rule_and_an_excuse(profile: Profile) -> None:
    assert sorted(named(profile).keys() & REASONS.keys()) == []


@each_profile
def test_a_clause_has_the_codes_of_the_rules_that_name_it(profile: Profile) -> None:
    codes = {clause_id: set(item.codes) for clause_id, item in covered(profile).items() if item.codes}
    assert codes == named(profile)


@each_profile
def test_what_no_rule_names_has_a_reason_or_octets_of_a_stream_do_not_tell(profile: Profile) -> None:
    for item in coverage(profile):
        means = set(CLAUSES[item.clause].how)
        match item.checked_by:
            case CheckedBy.MESSAGE_RULE | CheckedBy.STREAM_RULE | CheckedBy.FRAMER:
                assert item.codes
                assert item.reason is None
            case CheckedBy.UNTESTABLE:
                assert item.reason == REASONS[item.clause]
            case CheckedBy.VECTORS:
                assert Means.DECODED in means
                assert not means & {Means.ENCODED, Means.STREAM}
            case CheckedBy.LIVE:
                assert means == {Means.LIVE}
            case CheckedBy.NOTHING:
                pytest.fail(f"{item.clause} has neither a rule nor a reason.")


@pytest.mark.parametrize(
    "clause_id, checked_by",
    [
        ("RFC7854-4.3-3", CheckedBy.MESSAGE_RULE),
        ("HOUSE-nul", CheckedBy.MESSAGE_RULE),
        ("RFC7854-4.5-3", CheckedBy.STREAM_RULE),
        ("RFC7854-3.3-2", CheckedBy.STREAM_RULE),
        ("RFC7854-3.3-5", CheckedBy.STREAM_RULE),
        ("RFC7854-4.2-7", CheckedBy.MESSAGE_RULE),
        ("RFC9069-5.2-5", CheckedBy.STREAM_RULE),
        ("RFC7854-4.1-6", CheckedBy.FRAMER),
        ("RFC7854-4.1-5", CheckedBy.FRAMER),
        ("RFC7854-4.2-6", CheckedBy.UNTESTABLE),
        ("RFC7854-3.3-6", CheckedBy.VECTORS),
        ("RFC7854-3.2-1", CheckedBy.LIVE),
    ],
)
def test_the_shape_that_a_rule_judges_tells_what_checks(clause_id: str, checked_by: CheckedBy) -> None:
    assert covered(PROFILES[DEFAULT_PROFILE])[clause_id].checked_by is checked_by


def test_a_clause_about_octets_without_a_rule_and_a_reason_is_checked_by_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules_coverage, "RULES", [])
    checked_by = covered(PROFILES[DEFAULT_PROFILE])["RFC7854-4.3-3"].checked_by
    assert checked_by is CheckedBy.NOTHING
