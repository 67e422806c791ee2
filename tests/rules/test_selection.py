"""What the user decides of the rules: settings that are read, given back, and refused where there are none such."""

import pytest

from bmpconform.rules.selection import HOUSE_NUL, Policy, PolicyError
from bmpconform.spec.catalogue import CLAUSES, Level


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
