"""What the vectors have and lack, row by row, and how the page shows it."""

import re

import pytest

import vectors as made
from bmpconform.corpus.load import load
from bmpconform.corpus.mutants import Mutant
from bmpconform.report.gaps import ClauseRow, Gaps, PointRow, gaps, gaps_of
from bmpconform.report.page import render_page
from bmpconform.report.sheet import sheet_of
from bmpconform.wire.value import replace
from run_events import SCRIPT, SCRIPTED

ALL = gaps_of(made.PROFILE)
TAKEN = ClauseRow(SCRIPT, SCRIPT, "fail", SCRIPT, SCRIPT, (SCRIPT,), SCRIPT, (SCRIPT,), (), (SCRIPT,), SCRIPT)
POINT = PointRow(SCRIPT, 7, SCRIPT, "assigned", (SCRIPT,), (), SCRIPT)


def clause(rows: Gaps, name: str) -> ClauseRow:
    return next(row for row in rows.clauses if row.id == name)


def section(page: str) -> str:
    """Return the part of the page that is about the vectors."""
    return page[page.index('<section aria-labelledby="gaps">') : page.index("</main>")]


def test_every_clause_and_code_point_has_a_row() -> None:
    assert (len(ALL.clauses), len(ALL.points)) == (285, 153)
    assert ALL.lacking == (0, 0)


def test_a_clause_has_its_rules_vectors_and_mutants() -> None:
    row = clause(ALL, "RFC7854-4.3-3")
    assert (row.place, row.codes, row.why) == ("RFC 7854 section 4.3", ("sys-descr-missing",), "")
    assert row.positive
    assert row.negative
    assert row.mutants


def test_a_clause_without_a_rule_has_the_reason() -> None:
    row = clause(ALL, "RFC7854-4.3-2")
    assert row.codes == ()
    assert row.why.startswith("not by itself, a breach shows under RFC7854-4.3-3")


def test_what_a_clause_and_a_code_point_lack_is_told() -> None:
    gone = set(clause(ALL, "RFC7854-4.3-3").negative)
    lacking = gaps(made.PROFILE, [vector for vector in load().vectors if vector.id not in gone], ())
    assert clause(lacking, "RFC7854-4.3-3").gaps == "has no negative vector"
    assert clause(lacking, "RFC7854-4.3-3").mutants == ()
    nothing = gaps(made.PROFILE, (), ())
    assert nothing.points[0].gaps == "has no positive vector"
    assert nothing.lacking[1] == 153


def test_a_mutant_stands_beside_the_clauses_that_say_the_same_too() -> None:
    mutant = Mutant("theme/fault", "decode", "It is wrong.", ("RFC7854-4.4-2",), "a/b")
    rows = gaps(made.PROFILE, (), (mutant,)).clauses
    assert [row.id for row in rows if row.mutants == ("theme/fault",)] == ["RFC7854-4.4-2", "RFC9736-2-1"]


def test_the_page_shows_gaps_by_a_filter_and_escapes_all_that_stands_there() -> None:
    part = section(render_page(sheet_of(SCRIPTED), Gaps((TAKEN,), (POINT,), 1)))
    assert "1 of 1 clauses and 1 of 1 code points of this profile have gaps." in part
    assert SCRIPT not in part
    assert re.findall(r'<tr data-kind="([^"]*)"', part) == ["gap rule", "gap"]


def test_the_page_goes_without_where_nothing_is_known() -> None:
    assert 'aria-labelledby="gaps"' not in render_page(sheet_of(SCRIPTED))


@pytest.mark.parametrize("kind, rows", [("gap", 0), ("rule", sum(bool(row.codes) for row in ALL.clauses))])
def test_rows_have_the_kinds_that_the_filter_offers(kind: str, rows: int) -> None:
    part = section(render_page(sheet_of(SCRIPTED), ALL))
    kinds = [found.split() for found in re.findall(r'<tr data-kind="([^"]*)"', part)]
    assert sum(kind in held for held in kinds) == rows


def test_a_gap_is_marked() -> None:
    row = replace(clause(ALL, "RFC7854-4.3-3"), gaps="has no negative vector")
    assert '<b class="fail">has no negative vector</b>' in section(render_page(sheet_of(SCRIPTED), Gaps((row,), (), 0)))
