"""The catalogue is whole and consistent, so that an id means one thing everywhere."""

from collections import Counter
from itertools import pairwise

import pytest

from bmpconform.spec.catalogue import (
    CLAUSES,
    RESTATEMENTS,
    Authority,
    Clause,
    Keyword,
    Level,
    Means,
    Party,
    load_clauses,
)
from bmpconform.wire.value import from_json, to_json

# Clauses of each document by key word: MUST, SHOULD, MAY, ADV, STRUCT, gap.
COUNTS = {
    "RFC7854": (28, 11, 22, 10, 95, 2),
    "RFC8671": (10, 3, 0, 1, 10, 0),
    "RFC9069": (28, 3, 1, 4, 17, 0),
    "RFC9736": (6, 0, 1, 0, 13, 0),
    "RFC9515": (0, 0, 0, 0, 1, 0),
    "RFC9972": (11, 5, 3, 0, 2, 0),
}
COLUMNS = (Keyword.MUST, Keyword.SHOULD, Keyword.MAY, Keyword.ADV, Keyword.STRUCT, Keyword.GAP)

# RFC 9972 section 1.1 calls its key words no formal requirements; these two are broken by refusing what is valid.
FAIL_IN_RFC9972 = {"RFC9972-3.1-8", "RFC9972-5-4"}


@pytest.mark.parametrize("document", COUNTS)
def test_each_document_has_its_clauses_by_key_word(document: str) -> None:
    found = Counter(clause.keyword for clause in CLAUSES.values() if clause.document == document)
    assert tuple(found[keyword] for keyword in COLUMNS) == COUNTS[document]


def test_there_are_no_clauses_but_those_of_the_documents_and_the_house_rule() -> None:
    assert len(CLAUSES) == sum(map(sum, COUNTS.values())) + 1
    assert {clause.document for clause in CLAUSES.values()} == {*COUNTS, "HOUSE"}


def test_ids_are_unique() -> None:
    assert len(load_clauses()) == len(CLAUSES)


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=lambda clause: clause.id)
def test_id_begins_with_the_document_and_the_clause_is_complete(clause: Clause) -> None:
    document, _, place = clause.id.partition("-")
    assert document == clause.document
    assert place
    assert clause.rule
    assert clause.test
    for values in (clause.who, clause.how):
        assert values
        assert len(set(values)) == len(values)


def test_a_clause_restates_only_clauses_that_exist_and_come_before_it() -> None:
    place = {clause_id: index for index, clause_id in enumerate(CLAUSES)}
    for clause in CLAUSES.values():
        for older in clause.same_as:
            assert place[older] < place[clause.id]


def test_restatements_go_both_ways_and_one_step() -> None:
    assert RESTATEMENTS["RFC9736-2-1"] == ("RFC7854-4.4-2",)
    assert RESTATEMENTS["RFC7854-4.4-4"] == ("RFC9736-3.1-2", "RFC9736-3.3-2")
    assert RESTATEMENTS["RFC9736-3.1-2"] == ("RFC7854-4.4-4",)
    assert "RFC7854-4.3-3" not in RESTATEMENTS
    for clause_id, others in RESTATEMENTS.items():
        assert all(clause_id in RESTATEMENTS[other] for other in others)


def test_house_rule_is_the_only_clause_without_a_document_behind_it() -> None:
    (house,) = [clause for clause in CLAUSES.values() if clause.authority is Authority.HOUSE]
    assert house.id == "HOUSE-nul"
    assert house.level is Level.FAIL
    assert house.keyword is Keyword.HOUSE
    assert (house.who, house.how) == ((Party.ENCODER,), (Means.ENCODED,))


def test_a_permission_is_worth_a_fail_only_where_it_binds_decoders() -> None:
    stern = [clause for clause in CLAUSES.values() if clause.keyword is Keyword.MAY and clause.level > Level.INFO]
    assert stern
    assert all(clause.who == (Party.DECODER,) for clause in stern)


def test_advice_is_never_more_than_information() -> None:
    assert {clause.level for clause in CLAUSES.values() if clause.keyword is Keyword.ADV} == {Level.INFO}


def test_rfc9972_fails_only_where_valid_messages_are_refused() -> None:
    found = {clause.id for clause in CLAUSES.values() if clause.document == "RFC9972" and clause.level is Level.FAIL}
    assert found == FAIL_IN_RFC9972


def test_levels_are_ordered_by_severity() -> None:
    rising = (Level.NONE, Level.INFO, Level.WARN, Level.FAIL)
    for milder, sterner in pairwise(rising):
        assert milder < sterner
        assert sterner > milder
        assert milder <= milder  # noqa: PLR0124 - derived from `<` and `==`, so it could be wrong
        assert sterner >= milder
        assert not sterner <= milder
    assert sorted(Level) == list(rising)


def test_sternest_level_wins() -> None:
    assert Level.sternest([Level.INFO, Level.FAIL, Level.WARN]) is Level.FAIL
    assert Level.sternest([Level.NONE, Level.INFO]) is Level.INFO
    assert Level.sternest([]) is Level.NONE


def test_a_level_has_no_order_with_anything_else() -> None:
    with pytest.raises(TypeError):
        assert Level.FAIL > "fail"


def test_a_clause_survives_its_json_form() -> None:
    assert from_json(to_json(list(load_clauses())), tuple[Clause, ...]) == load_clauses()


@pytest.mark.parametrize("fault", [{"level": "fatal"}, {"who": ["X"]}, {"how": ["enc"]}, {"sameas": []}])
def test_a_clause_that_does_not_fit_the_types_is_refused(fault: dict[str, object]) -> None:
    entry = from_json(to_json(CLAUSES["RFC7854-4.3-3"]), dict[str, object])
    with pytest.raises(ValueError, match=r"Invalid enum value|unknown field"):
        from_json(to_json(entry | fault), Clause)
