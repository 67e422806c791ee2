"""The profiles hold what their documents hold, above all where the draft and RFC 9736 differ."""

from itertools import pairwise

import pytest

from bmpconform.spec.catalogue import CLAUSES
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.wire.codes import INITIATION_TLVS, PEER_UP_TLVS, REGISTRIES, STATISTIC_TYPES, Registry, Status

NAMES = ("rfc7854", "draft-peer-up", "rfc9736", "bmp-2026")
SIZES = {"rfc7854": 169, "draft-peer-up": 255, "rfc9736": 264, "bmp-2026": 285}

# Clause, and whether each profile of NAMES has it.
MEMBERSHIP = {
    "HOUSE-nul": (1, 1, 1, 1),
    "RFC7854-4.3-3": (1, 1, 1, 1),
    "RFC7854-4.10-8": (1, 1, 1, 1),
    "RFC7854-8.1-1": (1, 1, 1, 1),
    "RFC7854-8.2-1": (1, 0, 0, 0),
    "RFC7854-8.2-2": (1, 0, 0, 0),
    "RFC7854-8.2-3": (1, 0, 0, 0),
    "RFC8671-6.3.1-1": (0, 1, 1, 1),
    "RFC9069-1-1": (0, 1, 1, 1),
    "RFC9069-5.2.1-3": (0, 1, 1, 1),
    "RFC9736-1-1": (0, 1, 1, 1),
    "RFC9736-2-1": (0, 1, 1, 1),
    "RFC9736-2-2": (0, 1, 1, 1),
    "RFC9736-3.1-1": (0, 0, 1, 1),
    "RFC9736-3.1-2": (0, 1, 1, 1),
    "RFC9736-3.2-1": (0, 1, 1, 1),
    "RFC9736-3.3-1": (0, 1, 1, 1),
    "RFC9736-3.3-2": (0, 1, 1, 1),
    "RFC9736-3.3-3": (0, 0, 1, 1),
    "RFC9736-3.3-4": (0, 0, 1, 1),
    "RFC9736-3.3-5": (0, 0, 1, 1),
    "RFC9736-3.3-6": (0, 0, 1, 1),
    "RFC9736-4-1": (0, 0, 1, 1),
    "RFC9736-4-2": (0, 0, 1, 1),
    "RFC9736-4-3": (0, 1, 1, 1),
    "RFC9736-4-4": (0, 0, 1, 1),
    "RFC9515-2-1": (0, 0, 1, 1),
    "RFC9972-3.1-1": (0, 0, 0, 1),
}


def test_profiles_come_oldest_first_and_the_newest_is_the_default() -> None:
    assert tuple(PROFILES) == NAMES
    assert [profile.order for profile in PROFILES.values()] == list(range(len(NAMES)))
    assert list(PROFILES).index(DEFAULT_PROFILE) == len(NAMES) - 1


@pytest.mark.parametrize("clause_id", MEMBERSHIP)
def test_a_clause_holds_where_its_document_says_it(clause_id: str) -> None:
    assert tuple(clause_id in PROFILES[name].clauses for name in NAMES) == MEMBERSHIP[clause_id]


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_keeps_its_size_and_names_existing_clauses(name: str) -> None:
    assert len(PROFILES[name].clauses) == SIZES[name]
    assert PROFILES[name].clauses <= CLAUSES.keys()


def test_a_newer_profile_drops_only_the_pseudo_peer() -> None:
    for older, newer in pairwise(PROFILES.values()):
        dropped = older.clauses - newer.clauses
        assert {CLAUSES[clause_id].section for clause_id in dropped} <= {"8.2 (replaced by 9069)"}


def test_the_default_profile_holds_all_but_what_was_replaced() -> None:
    assert CLAUSES.keys() - PROFILES[DEFAULT_PROFILE].clauses == {"RFC7854-8.2-1", "RFC7854-8.2-2", "RFC7854-8.2-3"}


def test_documents_only_grow() -> None:
    for older, newer in pairwise(PROFILES.values()):
        assert older.documents < newer.documents


def test_every_document_that_a_registry_names_is_in_the_default_profile() -> None:
    named = {
        document
        for registry in REGISTRIES
        for entries in (registry.assigned, registry.reserved, registry.shared)
        for document in entries.values()
    }
    assert named <= PROFILES[DEFAULT_PROFILE].documents


A, R, U, S = Status.ASSIGNED, Status.RESERVED, Status.UNASSIGNED, Status.SHARED


@pytest.mark.parametrize(
    "registry,code,statuses",
    [
        (PEER_UP_TLVS, 1, (S, S, R, R)),
        (PEER_UP_TLVS, 2, (S, S, R, R)),
        (PEER_UP_TLVS, 3, (U, S, A, A)),
        (PEER_UP_TLVS, 4, (U, S, A, A)),
        (PEER_UP_TLVS, 65535, (R, R, R, R)),
        (INITIATION_TLVS, 1, (A, A, A, A)),
        (INITIATION_TLVS, 3, (U, S, R, R)),
        (INITIATION_TLVS, 4, (U, S, R, R)),
        (STATISTIC_TYPES, 17, (U, A, A, A)),
        (STATISTIC_TYPES, 18, (U, U, U, A)),
    ],
)
def test_a_code_point_means_what_the_documents_of_the_profile_say(
    registry: Registry, code: int, statuses: tuple[Status, ...]
) -> None:
    assert tuple(registry.status(code, PROFILES[name].documents) for name in NAMES) == statuses


def test_restatements_stay_within_the_profile() -> None:
    assert PROFILES["rfc7854"].restatements("RFC7854-4.4-2") == ()
    assert PROFILES["draft-peer-up"].restatements("RFC7854-4.4-2") == ("RFC9736-2-1",)
    assert PROFILES["draft-peer-up"].restatements("RFC9069-5.2.1-3") == ()
    assert PROFILES["rfc9736"].restatements("RFC9069-5.2.1-3") == ("RFC9736-3.3-4",)
    assert PROFILES["rfc9736"].restatements("RFC9736-3.3-4") == ("RFC9069-5.2.1-3",)
    assert PROFILES["rfc9736"].restatements("RFC7854-4.3-3") == ()
