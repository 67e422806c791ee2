"""Vectors speak for the clauses that they name, as their octets are, and a clause without one has a gap."""

import pytest

import raw
import vectors as made
from bmpconform.corpus import evidence as module
from bmpconform.corpus.evidence import Evidence, Gap, evidence, unknown_clauses
from bmpconform.corpus.load import load
from bmpconform.corpus.vector import Vector
from bmpconform.spec.coverage import CheckedBy, Coverage, Kind, Reason
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.value import replace

WHOLE = raw.message(4, raw.tlv(1, b"router"), raw.tlv(2, b"r1"))
WITHOUT_NAME = raw.message(4, raw.tlv(1, b"router"))
WITH_NUL = raw.message(4, raw.tlv(1, b"router\0"), raw.tlv(2, b"r1"))
PERMITTED = Reason("RFC7854-4.2-9", Kind.PERMISSION, "Either is valid.")
OUTSIDE = Reason("RFC7854-4.2-6", Kind.OUTSIDE, "No octet says so.")


def vector(octets: bytes, *clauses: str) -> Vector:
    """Return a vector of these octets that names these clauses."""
    return replace(made.vector(octets), clauses=clauses)


def of(clause: str, *vectors: Vector) -> Evidence:
    """Return what the vectors say of one clause of the default profile."""
    return next(item for item in evidence(made.PROFILE, vectors) if item.coverage.clause == clause)


def test_octets_that_break_nothing_make_a_positive_vector() -> None:
    found = of("RFC7854-4.3-4", vector(WHOLE, "RFC7854-4.3-4"))
    assert (found.positive, found.negative, found.gaps) == (("test/one",), (), (Gap.NEGATIVE,))


def test_octets_that_break_the_clause_make_a_negative_vector() -> None:
    found = of("RFC7854-4.3-4", vector(WITHOUT_NAME, "RFC7854-4.3-4"))
    assert (found.positive, found.negative, found.gaps) == ((), ("test/one",), (Gap.POSITIVE,))


def test_octets_that_break_another_clause_than_that_of_the_rule_are_neither() -> None:
    found = of("RFC7854-4.3-3", vector(WITHOUT_NAME, "RFC7854-4.3-3"))
    assert (found.positive, found.negative) == ((), ())


def test_a_vector_says_nothing_of_a_clause_that_it_does_not_name() -> None:
    found = of("RFC7854-4.3-4", vector(WITHOUT_NAME, "RFC7854-4.3-3"))
    assert found.gaps == (Gap.POSITIVE, Gap.NEGATIVE)


def test_a_breach_of_the_house_is_negative_for_the_house_alone() -> None:
    one = vector(WITH_NUL, "HOUSE-nul", "RFC7854-4.3-4")
    assert of("HOUSE-nul", one).negative == ("test/one",)
    assert of("RFC7854-4.3-4", one).positive == ("test/one",)


def test_what_only_decoders_can_break_is_asked_by_any_octets() -> None:
    assert of("RFC7854-4.4-9").gaps == (Gap.VECTOR,)
    assert of("RFC7854-4.4-9", vector(WHOLE, "RFC7854-4.4-9")).gaps == ()
    broken = of("RFC7854-4.4-9", vector(WITHOUT_NAME, "RFC7854-4.4-9"))
    assert (broken.negative, broken.gaps) == (("test/one",), ())


@pytest.mark.parametrize("clause", ["RFC7854-3.2-1", "RFC7854-3.2-12", "RFC7854-4.2-6", "RFC9069-5.1-1"])
def test_what_is_seen_live_or_not_at_all_or_elsewhere_needs_no_vector(clause: str) -> None:
    assert of(clause).gaps == ()


def test_a_permission_that_shows_in_octets_needs_a_positive_vector() -> None:
    assert of("RFC7854-4.2-9").gaps == (Gap.POSITIVE,)
    assert of("RFC7854-4.2-9", vector(WHOLE, "RFC7854-4.2-9")).gaps == ()


def test_a_reason_is_stale_where_a_vector_speaks_for_what_no_octet_tells() -> None:
    assert of("RFC7854-4.2-6", vector(WHOLE, "RFC7854-4.2-6")).gaps == (Gap.STALE,)


@pytest.mark.parametrize("reason", [PERMITTED, OUTSIDE], ids=lambda reason: reason.kind.value)
def test_a_reason_is_stale_where_a_rule_checks_the_clause(reason: Reason) -> None:
    ruled = Coverage(reason.id, CheckedBy.MESSAGE_RULE, ("some-code",), reason)
    assert Evidence(ruled, ("test/good",), ("test/bad",)).gaps == (Gap.STALE,)


def test_a_clause_that_nothing_checks_and_nothing_excuses_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    unchecked = Coverage("RFC7854-4.3-3", CheckedBy.NOTHING)
    monkeypatch.setattr(module, "coverage", lambda _: (unchecked,))
    assert of("RFC7854-4.3-3").gaps == (Gap.CHECK,)


def test_an_older_profile_cites_its_own_clause() -> None:
    one = vector(raw.message(4, raw.tlv(0, b"\xff"), raw.tlv(1, b"a"), raw.tlv(2, b"b")), "RFC7854-4.4-2")
    for name in ("rfc7854", "bmp-2026"):
        found = {item.coverage.clause: item for item in evidence(PROFILES[name], [one])}
        assert found["RFC7854-4.4-2"].negative == ("test/one",)


def test_a_clause_that_no_document_has_is_told_with_its_vector() -> None:
    good, bad = vector(WHOLE, "RFC7854-4.3-3"), vector(WHOLE, "RFC7854-4.3-3", "RFC7854-99-1")
    assert list(unknown_clauses([good, bad])) == [("test/one", "RFC7854-99-1")]


def test_each_vector_is_on_one_side_of_a_clause_at_most() -> None:
    for item in evidence(made.PROFILE, load().vectors):
        assert not set(item.positive) & set(item.negative)
