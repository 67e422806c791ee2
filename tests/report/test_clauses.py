"""Each clause is listed with what checks it, in our words, or with why nothing does."""

import json

import pytest

from bmpconform.corpus.code_points import code_points
from bmpconform.corpus.evidence import evidence
from bmpconform.corpus.load import load
from bmpconform.report.clauses import render_clauses_json_lines, render_clauses_text, render_gaps_text
from bmpconform.spec.catalogue import CLAUSES
from bmpconform.spec.coverage import REASONS, CheckedBy
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES

PROFILE = PROFILES[DEFAULT_PROFILE]
VECTORS = load().vectors
EVIDENCE = evidence(PROFILE, VECTORS)
POINTS = code_points(PROFILE, VECTORS)
TEXT = "\n".join(line.plain for line in render_clauses_text(PROFILE, EVIDENCE, POINTS, 100))
LINES = {line["clause"]: line for line in map(json.loads, render_clauses_json_lines(EVIDENCE, ()))}


def words(clause_id: str) -> str:
    """Return what the text says of a clause, in one line."""
    told = f"\n{TEXT}".partition(f"\n{clause_id} ")[2].splitlines()
    lines = [told[0], *_indented(told[1:])]
    return " ".join(line.strip() for line in lines)


def _indented(lines: list[str]) -> list[str]:
    end = next((place for place, line in enumerate(lines) if not line.startswith(" ")), len(lines))
    return lines[:end]


@pytest.mark.parametrize(
    "clause_id, told",
    [
        ("RFC7854-4.3-3", "fail  sysDescr (type 1) is present message rule: sys-descr-missing"),
        ("RFC7854-3.3-2", "stream rule: first-message-not-initiation, initiation-missing"),
        ("RFC7854-4.1-2", "framer: version, version-reserved"),
        ("RFC7854-3.3-5", "stream rule: end-of-rib-missing"),
        ("RFC7854-4.2-7", "message rule: as-path-width, aggregator-width"),
        ("RFC7854-3.3-6", "vectors for decoders vectors: 3 positive, 1 negative"),
        ("RFC7854-4.3-3", "sys-descr-missing vectors: 1 positive, 1 negative"),
        ("RFC7854-3.2-1", "live only"),
        ("RFC7854-3.2-12", "not testable from outside: every choice is valid. "),
        ("RFC7854-4.2-6", "not testable from outside: no octet tells. "),
        ("RFC7854-4.3-2", "not by itself, a breach shows under RFC7854-4.3-3, RFC7854-4.3-4. "),
        ("RFC9736-1-1", "not testable from outside: about profiles or the rules as a whole. "),
        ("RFC7854-4.1-3", "framer: version-reserved"),
    ],
)
def test_a_clause_is_told_with_what_checks_it(clause_id: str, told: str) -> None:
    assert told in words(clause_id)


def test_what_was_replaced_is_told_as_such() -> None:
    old = PROFILES["rfc7854"]
    text = "\n".join(line.plain for line in render_clauses_text(old, evidence(old, ()), (), 1000))
    assert "not testable from outside: replaced, and has no mark on the wire. " in text


def test_the_end_counts_what_checks_how_many() -> None:
    assert f"profile bmp-2026 (every document up to RFC 9972): {len(PROFILE.clauses)} clauses\n" in TEXT
    for kind in CheckedBy:
        number = sum(line["checked_by"] == kind.value for line in LINES.values())
        assert f"{number}  {kind.value}" in [line.strip() for line in TEXT.splitlines()]


def test_lines_hold_every_clause_of_the_profile_in_order() -> None:
    assert list(LINES) == [clause_id for clause_id in CLAUSES if clause_id in PROFILE.clauses]


def test_a_line_has_the_reason_of_a_clause_that_nothing_checks() -> None:
    for clause_id, line in LINES.items():
        reason = REASONS.get(clause_id)
        assert line["kind"] == (reason.kind.value if reason else None)
        assert (line["why"] is None) == (line["checked_by"] != "not testable from outside")


def test_a_line_has_codes_where_rules_check() -> None:
    for line in LINES.values():
        assert bool(line["codes"]) == (line["checked_by"] in {"message rule", "stream rule", "framer"})


def test_a_line_has_the_ids_of_the_vectors() -> None:
    line = LINES["RFC7854-4.3-3"]
    assert line["positive"] == ["initiation/minimal"]
    assert line["negative"] == ["initiation/no-sys-descr"]
    assert line["gaps"] == []


def test_code_points_have_lines_behind_the_clauses() -> None:
    lines = [json.loads(line) for line in render_clauses_json_lines((), POINTS)]
    reserved = {(line["registry"], line["code"]): line for line in lines}["BMP Message Types", 255]
    assert reserved["status"] == "reserved"
    assert reserved["positive"] == []
    assert reserved["negative"] == ["framing/unknown-type-255"]


def test_gaps_are_told_by_clause_and_by_code_point() -> None:
    kept = [vector for vector in VECTORS if vector.id not in {"initiation/no-sys-descr", "framing/unknown-type-255"}]
    lines = render_gaps_text(evidence(PROFILE, kept), code_points(PROFILE, kept), 100)
    assert [line.plain for line in lines] == [
        "RFC7854-4.3-3 has no negative vector.",
        "BMP Message Types, 255 (reserved), has no vector.",
        "1 of 285 clauses and 1 of 153 code points have gaps.",
    ]
