"""Each reason for having no rule is about a clause that exists, and excuses no clause that could have one."""

import pytest

from bmpconform.spec.catalogue import CLAUSES, Means
from bmpconform.spec.coverage import REASONS, Kind, Reason, load_reasons, why
from bmpconform.spec.profiles import PROFILES

NOT_SEEN_FROM_OUTSIDE = {Means.DOCUMENTATION, Means.NONE, Means.LEGACY, Means.SAME, Means.METAMORPHIC}
SEEN_IN_OCTETS = {Means.ENCODED, Means.STREAM}

# They need the inside of an UPDATE or the state of a stream, and can be checked: no reason excuses them.
CHECKABLE = (
    "RFC7854-3.3-5",
    "RFC7854-4.2-7",
    "RFC7854-4.2-10",
    "RFC7854-4.7-9",
    "RFC7854-4.8-8",
    "RFC9069-5.2-5",
    "RFC9069-5.2.1-6",
    "RFC9069-5.3-3",
    "RFC9069-5.4.1-1",
    "RFC9069-6.1.1-2",
    "RFC9069-6.1.1-3",
    "RFC9972-3.1-9",
)

each_reason = pytest.mark.parametrize("reason", REASONS.values(), ids=lambda reason: reason.id)


def test_a_clause_has_one_reason_and_reasons_follow_the_catalogue() -> None:
    ids = [reason.id for reason in load_reasons()]
    assert ids == [clause_id for clause_id in CLAUSES if clause_id in REASONS]


def test_what_cannot_be_seen_from_outside_has_a_reason() -> None:
    unseen = {clause.id for clause in CLAUSES.values() if NOT_SEEN_FROM_OUTSIDE & set(clause.how)}
    assert unseen <= REASONS.keys()


def test_what_has_no_reason_can_be_seen_in_octets_by_a_decoder_or_live() -> None:
    seen = {Means.DECODED, Means.LIVE, *SEEN_IN_OCTETS}
    for clause_id in CLAUSES.keys() - REASONS.keys():
        assert set(CLAUSES[clause_id].how) <= seen


def test_what_vectors_or_a_live_session_check_needs_no_reason() -> None:
    for clause_id in REASONS:
        assert (SEEN_IN_OCTETS | NOT_SEEN_FROM_OUTSIDE) & set(CLAUSES[clause_id].how)


@pytest.mark.parametrize("clause_id", CHECKABLE)
def test_what_can_be_checked_has_no_excuse(clause_id: str) -> None:
    assert clause_id in CLAUSES
    assert why(clause_id) is None


@each_reason
def test_a_reason_is_one_sentence(reason: Reason) -> None:
    assert reason.why[0].isupper()
    assert reason.why.endswith(".")
    assert reason.why.count(". ") == 0


@each_reason
def test_only_what_shows_elsewhere_names_where(reason: Reason) -> None:
    assert bool(reason.by) == (reason.kind is Kind.SHOWN_BY)
    assert set(reason.by) <= CLAUSES.keys() - {reason.id}


@each_reason
def test_what_shows_elsewhere_shows_under_a_clause_that_needs_no_excuse_itself(reason: Reason) -> None:
    assert not set(reason.by) & REASONS.keys()


@pytest.mark.parametrize("name", PROFILES)
def test_what_shows_elsewhere_does_so_in_every_profile_that_has_it(name: str) -> None:
    held = PROFILES[name].clauses
    for reason in REASONS.values():
        if reason.by and reason.id in held:
            assert held.intersection(reason.by)


@each_reason
def test_what_shows_in_octets_shows_under_clauses_about_octets(reason: Reason) -> None:
    if not SEEN_IN_OCTETS & set(CLAUSES[reason.id].how):
        return
    for clause_id in reason.by:
        # RFC7854-4.1-6 binds decoders, yet a length under 6 is in the octets.
        assert SEEN_IN_OCTETS & set(CLAUSES[clause_id].how) or clause_id == "RFC7854-4.1-6"


def test_legacy_is_what_the_catalogue_calls_so() -> None:
    legacy = {clause.id for clause in CLAUSES.values() if Means.LEGACY in clause.how}
    assert {reason.id for reason in REASONS.values() if reason.kind is Kind.LEGACY} == legacy


def test_why_finds_a_reason_by_clause() -> None:
    assert why("RFC7854-4.2-3") == REASONS["RFC7854-4.2-3"]
    assert why("RFC7854-4.3-3") is None
