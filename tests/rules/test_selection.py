"""What the user decides of the rules: settings that are read, given back, and refused where there are none such."""

import pytest

from bmpconform.rules.rule import RULES
from bmpconform.rules.selection import HOUSE_NUL, Policy, PolicyError, Selection
from bmpconform.spec.catalogue import CLAUSES, Level
from bmpconform.spec.profiles import PROFILES


@pytest.mark.parametrize("word", ["fail", "warn", "info"])
def test_a_policy_is_its_settings(word: str) -> None:
    policy = Policy.of({"trailing-nul": word})
    assert policy.settings() == {"trailing-nul": word}
    assert policy.level(CLAUSES[HOUSE_NUL]) is Level(word)


def test_a_policy_leaves_every_other_clause_its_level() -> None:
    policy = Policy.of({"trailing-nul": "info"})
    others = [clause for clause in CLAUSES.values() if clause.id != HOUSE_NUL]
    assert [policy.level(clause) for clause in others] == [clause.level for clause in others]


def test_without_a_setting_the_house_rule_fails() -> None:
    assert Policy.of({}) == Policy()
    assert Policy().settings() == {"trailing-nul": "fail"}


@pytest.mark.parametrize("key, word", [("trailing-nul", "none"), ("nul", "warn")])
def test_a_policy_that_does_not_exist_is_refused_with_those_that_do(key: str, word: str) -> None:
    with pytest.raises(PolicyError) as refused:
        Policy.of({key: word})
    assert refused.value.setting == f"{key}={word}"
    assert refused.value.allowed == ("trailing-nul=fail", "trailing-nul=warn", "trailing-nul=info")
    assert str(refused.value) == (
        f"There is no policy {key}={word}; there is trailing-nul=fail, trailing-nul=warn, trailing-nul=info."
    )


def test_a_selection_has_the_codes_of_the_rules_whose_clauses_are_in_force() -> None:
    newest, oldest = (Selection(PROFILES[name], Policy()).codes() for name in ("bmp-2026", "rfc7854"))
    assert newest <= {rule.code for rule in RULES}
    assert {"sys-descr-missing", "routes-before-peer-up"} <= newest & oldest
    assert "loc-rib-opens-differ" in newest - oldest
