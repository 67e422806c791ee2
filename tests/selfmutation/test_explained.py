"""Reasons are read whole, once each, and those that no longer hold are told."""

from pathlib import Path

import pytest

from explained import EXIT, SURVIVORS, UNCOVERED, Fact, load, show, stale
from places import Place

ROW = """
[[explained]]
module = "wire/one.py"
function = "read"
line = "return 1"
after = "return 2"
reason = "Nobody reads it."
"""
FACT = Fact(Place("wire/one.py", "read", "return 1"), "return 2")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "reasons.toml"


def test_a_reason_is_read_with_its_fact(written: Path) -> None:
    written.write_text(ROW, encoding="utf-8")
    assert load(written, "after") == {FACT: "Nobody reads it."}


@pytest.mark.parametrize("text", [ROW * 2, ROW.replace("Nobody reads it.", ""), ROW + 'more = "1"\n'])
def test_a_row_that_is_there_twice_or_without_a_reason_or_has_more_is_refused(text: str, written: Path) -> None:
    written.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"reasons\.toml: "):
        load(written, "after")


def test_a_reason_whose_fact_does_not_hold_is_stale() -> None:
    assert stale({FACT: "why"}, {FACT}) == []
    assert stale({FACT: "why"}, set()) == [f"explained, and not so: {show(FACT)}"]


def test_a_fact_is_one_line() -> None:
    assert show(FACT) == "wire/one.py read: return 1 -> return 2"
    assert show(Fact(Place("wire/one.py", "", "A = 1"), "")) == "wire/one.py (module): A = 1 -> (nothing)"
    assert EXIT in show(Fact(FACT.place, EXIT))


def test_what_is_explained_can_be_read() -> None:
    load(SURVIVORS, "after")
    load(UNCOVERED, "next")
