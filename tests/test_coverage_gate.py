"""Nothing lacks anything, and the gate tells each thing that a clause or a code point can lack."""

import pytest

import coverage_gate
import vectors as made
from bmpconform.corpus.code_points import code_points
from bmpconform.corpus.evidence import Evidence, evidence
from bmpconform.corpus.load import load
from bmpconform.corpus.vector import Vector
from bmpconform.spec.coverage import CheckedBy, Coverage, Kind, Reason
from bmpconform.wire.value import replace
from coverage_gate import clause_gaps, point_gaps, wants_mutant

VECTORS = load().vectors
BY_ID = {vector.id: vector for vector in VECTORS}
CLAUSES = evidence(made.PROFILE, VECTORS)


def of(clause: str) -> Evidence:
    """Return what the vectors say of one clause."""
    return next(item for item in CLAUSES if item.coverage.clause == clause)


def without(*names: str) -> list[Vector]:
    """Return the vectors but for these."""
    assert BY_ID.keys() >= set(names)
    return [vector for vector in VECTORS if vector.id not in names]


def test_there_is_no_gap(capsys: pytest.CaptureFixture[str]) -> None:
    assert coverage_gate.main() == 0
    assert capsys.readouterr().out.startswith("285 clauses and 153 code points, ")


def test_a_gap_ends_the_program_with_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(coverage_gate, "clause_gaps", lambda *_: ["RFC7854-4.3-3 has no mutant."])
    assert coverage_gate.main() == 1
    assert capsys.readouterr().out.startswith("RFC7854-4.3-3 has no mutant.\n")


@pytest.mark.parametrize(
    "names, told",
    [
        (of("RFC7854-4.3-3").negative, "RFC7854-4.3-3 has no negative vector."),
        (of("RFC7854-4.2-9").positive, "RFC7854-4.2-9 has no positive vector."),
        (of("RFC7854-3.3-6").positive + of("RFC7854-3.3-6").negative, "RFC7854-3.3-6 has no vector."),
    ],
)
def test_a_clause_whose_vectors_go_is_a_gap(names: tuple[str, ...], told: str) -> None:
    left = without(*names)
    assert told in clause_gaps(evidence(made.PROFILE, left), left, None)


def test_a_reason_for_what_a_rule_checks_is_a_gap() -> None:
    stale = Reason("RFC7854-4.3-3", Kind.OUTSIDE, "No octet says so.")
    item = Evidence(Coverage(stale.id, CheckedBy.MESSAGE_RULE, ("sys-descr-missing",), stale), ("a/b",), ("a/c",))
    assert list(clause_gaps([item], [], None)) == [
        "RFC7854-4.3-3 has a reason that it is not tested, and yet is.",
    ]


def test_a_clause_that_no_document_has_is_a_gap() -> None:
    typo = replace(VECTORS[0], clauses=("RFC7854-99-1",))
    assert list(clause_gaps([], [typo], None)) == [f"The vector {typo.id} names RFC7854-99-1, which no document has."]


def test_a_clause_without_a_mutant_is_a_gap_where_there_are_mutants() -> None:
    item = of("RFC7854-4.4-9")
    assert list(clause_gaps([item], VECTORS, None)) == []
    assert list(clause_gaps([item], VECTORS, {item.coverage.clause: ["order/reversed"]})) == []
    assert list(clause_gaps([item], VECTORS, {})) == ["RFC7854-4.4-9 has no mutant."]


@pytest.mark.parametrize(
    "clause, wanted",
    [
        ("RFC7854-4.4-9", True),  # binds decoders
        ("RFC7854-4.3-3", True),  # an encoder is asked for a sysDescr
        ("RFC7854-4.2-9", False),  # a permission, which no codec can break
        ("RFC7854-3.3-4", False),  # an order of messages, which no codec decides
        ("RFC7854-3.2-1", False),  # seen live only
    ],
)
def test_what_a_codec_can_break_and_is_asked_for_wants_a_mutant(clause: str, wanted: bool) -> None:  # noqa: FBT001 - a row
    assert wants_mutant(of(clause), BY_ID) is wanted


def test_a_code_point_whose_vector_goes_is_a_gap() -> None:
    points = code_points(made.PROFILE, without("per-peer-header/peer-type-254"))
    assert list(point_gaps(points)) == ["BMP Peer Types, 254 (experimental), has no vector."]
