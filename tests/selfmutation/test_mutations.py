"""Changes are drawn by seed, one of each place, and hold still where the text around them changes."""

import pytest

pytest.importorskip("cosmic_ray", reason="Cosmic Ray is in the group `selfmutation` alone")

from mutations import Mutation, Space
from places import Sources

SOURCE = """\
LIMIT: int | None = 4


def reach(number: int | str, *, most: int = 7) -> int | None:
    found.append(number & 3)
    if number == most:
        return None
    return number
"""


def drawn(source: str = SOURCE, number: int = 99, seed: int = 1) -> list[Mutation]:
    return Space([Sources("wire/one.py", source)]).sample(number, seed)


def said(mutations: list[Mutation]) -> list[tuple[str, str]]:
    return [(mutation.place.text, mutation.after) for mutation in mutations]


def test_a_seed_draws_the_same_changes_each_time() -> None:
    assert drawn(number=4) == drawn(number=4)
    assert len(drawn(number=4)) == 4
    assert {said(drawn(number=2, seed=seed))[0] for seed in range(20)} != {said(drawn(number=2))[0]}


def test_an_edit_elsewhere_draws_the_same_changes() -> None:
    edited = f"FIRST = second\n\n\n{SOURCE}"
    assert said(drawn(edited, 6)) == said(drawn(number=6))
    assert [mutation.line - 3 for mutation in drawn(edited, 6)] == [mutation.line for mutation in drawn(number=6)]


def test_annotations_and_signatures_are_left_alone_and_the_values_in_them_are_not() -> None:
    changed = dict(said(drawn()))
    assert changed["LIMIT: int | None = 4"] in {"LIMIT: int | None = 5", "LIMIT: int | None = 3"}
    header = "def reach(number: int | str, *, most: int = 7) -> int | None:"
    assert {after for before, after in said(drawn()) if before == header} < {
        header.replace("7", "8"),
        header.replace("7", "6"),
    }


def test_a_statement_is_left_out_and_a_value_not_returned() -> None:
    changed = said(drawn())
    assert ("found.append(number & 3)", "pass") in changed
    assert ("return number", "return None") in changed
    assert "return None" not in dict(changed)


def test_each_change_is_python_and_one_line_of_it() -> None:
    for mutation in drawn():
        compile(mutation.source, "one.py", "exec")
        lines = zip(SOURCE.splitlines(), mutation.source.splitlines(), strict=True)
        assert sum(before != after for before, after in lines) == 1


def test_a_change_is_found_again_by_what_it_says() -> None:
    space = Space([Sources("wire/one.py", SOURCE)])
    for mutation in space.sample(99, 1):
        assert space.at(mutation.place, mutation.after) is not None
        assert space.at(mutation.place, "something else") is None
