"""The vectors tell a wrong codec from a right one: a sample of mutants here, all of them in `tox -e mutants`."""

import re

from bmpconform.corpus.load import load
from bmpconform.corpus.mutants import load_mutants
from bmpconform.spec.catalogue import CLAUSES
from faults import mutants
from kills import REPORT, kill, restated, spare_the_reference

ALL = tuple(mutants())
SAMPLE = ALL[:: max(1, len(ALL) // 30)]


def test_a_sample_is_killed_by_what_it_said_on_a_vector_of_a_clause_that_it_breaks() -> None:
    for one in kill(SAMPLE):
        assert one.broken == (), one.mutant.name
        assert one.right is not None, one.mutant.name


def test_the_codec_without_a_fault_is_spared() -> None:
    assert spare_the_reference() == ()


def test_names_are_there_once() -> None:
    names = [mutant.name for mutant in ALL]
    assert len(set(names)) == len(names)


def test_each_mutant_has_a_sentence_and_clauses_of_the_catalogue() -> None:
    for mutant in ALL:
        assert re.fullmatch(r"[A-Za-z0-9][^\n|]*\.", mutant.fault), mutant.name
        assert set(mutant.clauses), mutant.name
        assert set(mutant.clauses) <= CLAUSES.keys(), mutant.name


def test_each_clause_that_has_vectors_has_a_mutant() -> None:
    broken = restated(clause for mutant in ALL for clause in mutant.clauses)
    exercised = {clause for vector in load().vectors for clause in vector.clauses}
    assert exercised <= broken


def test_links_lead_to_a_thread_or_a_commit() -> None:
    for mutant in ALL:
        assert re.fullmatch(r"|https://github\.com/[^/]+/[^/]+/(pull|issues|commit)/[0-9a-f]+", mutant.link), (
            mutant.name
        )


def test_the_table_has_a_row_for_each_mutant_in_their_order() -> None:
    rows = [line.split(" | ")[0] for line in REPORT.read_text(encoding="utf-8").splitlines() if "/" in line[:60]]
    assert rows == [f"| {mutant.name}" for mutant in ALL]


def test_the_wheel_carries_what_the_table_says() -> None:
    held = [(one.name, one.op, one.fault, one.clauses) for one in load_mutants()]
    assert held == [(mutant.name, mutant.op, mutant.fault, mutant.clauses) for mutant in ALL]
    killers = [line.split(" | ")[5] for line in REPORT.read_text(encoding="utf-8").splitlines() if "/" in line[:60]]
    assert [one.killed_by for one in load_mutants()] == killers
