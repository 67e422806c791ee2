"""What is expected to fail: entries that fit, entries that no longer do, and files that are wrong."""

import pytest

from bmpconform.judge.expected import Entry, ExpectedError, Ledger, parse_expected
from bmpconform.judge.words import Standing, Verdict

ENTRY = """
[[expect]]
vector = "rfc7854/one"
op = "decode"
code = "tlv-lost"
kind = "bug"
analysis = "It reads the first TLV only."
"""


FUZZ = """
[[fuzz]]
op = "decode"
clause_or_error = "Update.Origin"
path = ""
observation = "rejected"
kind = "bug"
analysis = "It knows three origins."
"""


def entry(**changes: object) -> Entry:
    given: dict[str, object] = {
        "vector": "rfc7854/one",
        "op": "decode",
        "code": "tlv-lost",
        "kind": "bug",
        "analysis": "It reads the first TLV only.",
    }
    return Entry(**(given | changes))  # type: ignore[arg-type]


def test_an_entry_is_read_with_what_it_leaves_out() -> None:
    assert parse_expected(ENTRY).expect == (entry(),)
    assert parse_expected("").expect == ()


@pytest.mark.parametrize(
    "text, reason",
    [
        ("[[expect]", "Expected ']]'"),
        (ENTRY.replace('kind = "bug"\n', ""), "`kind`"),
        (ENTRY.replace('"bug"', '"whatever"'), "'whatever'"),
        (ENTRY.replace("analysis", "analysys"), "analysys"),
        (ENTRY.replace("It reads the first TLV only.", " "), "has no analysis"),
        (ENTRY + ENTRY, "is there twice"),
        (ENTRY.replace('"decode"', '"read"'), "'read'"),
        (FUZZ.replace("It knows three origins.", ""), r"Update.Origin \(decode, rejected, no path\) has no analysis"),
        (FUZZ + FUZZ, "is there twice"),
        (FUZZ + FUZZ.replace("Update.Origin", "Update.*"), "is there twice"),
    ],
)
def test_a_file_that_is_wrong_says_where(text: str, reason: str) -> None:
    with pytest.raises(ExpectedError, match=reason):
        parse_expected(text)


def test_an_entry_of_campaigns_names_errors_by_a_pattern() -> None:
    (exact,) = parse_expected(FUZZ).fuzz
    (pattern,) = parse_expected(FUZZ.replace("Update.Origin", "Update.*")).fuzz
    assert exact.names("decode", "Update.Origin", "", "rejected")
    assert not exact.names("decode", "Update.Length", "", "rejected")
    assert pattern.names("decode", "Update.Length", "", "rejected")
    assert not pattern.names("decode", "Open.Length", "", "rejected")
    assert not pattern.names("stream", "Update.Length", "", "rejected")
    assert not pattern.names("decode", "Update.Length", "", "crashed")


def test_beside_a_pattern_another_cause_has_an_entry_of_its_own() -> None:
    other = FUZZ.replace("Update.Origin", "Update.*").replace("three origins", "few updates")
    assert len(parse_expected(FUZZ + other).fuzz) == 2


def test_an_error_with_brackets_names_itself() -> None:
    (brackets,) = parse_expected(FUZZ.replace("Update.Origin", "[Malformed Packet]")).fuzz
    assert brackets.names("decode", "[Malformed Packet]", "", "rejected")


@pytest.mark.parametrize(
    "verdict, code, standing",
    [
        (Verdict.FAIL, "tlv-lost", Standing.AS_EXPECTED),
        (Verdict.FAIL, "order-lost", Standing.UNEXPECTED),
        (Verdict.PASS, None, Standing.STALE),
        (Verdict.TOLERATED, "lenient", Standing.STALE),
        (Verdict.NOT_TESTABLE, "gave-up", Standing.AS_EXPECTED),
        (Verdict.HARNESS_BUG, "tlv-lost", Standing.UNEXPECTED),
    ],
)
def test_a_verdict_is_held_against_its_entry(verdict: Verdict, code: str | None, standing: Standing) -> None:
    assert Ledger([entry()], "bmp-2026").standing("rfc7854/one", "decode", verdict, code) is standing


@pytest.mark.parametrize("vector, op", [("rfc7854/two", "decode"), ("rfc7854/one", "encode")])
def test_an_entry_is_about_its_vector_and_op_alone(vector: str, op: str) -> None:
    ledger = Ledger([entry()], "bmp-2026")
    assert ledger.standing(vector, op, Verdict.FAIL, "tlv-lost") is Standing.UNEXPECTED
    assert ledger.standing(vector, op, Verdict.PASS, None) is Standing.AS_EXPECTED


def test_an_entry_for_another_profile_counts_for_nothing() -> None:
    ledger = Ledger([entry(profiles=("rfc7854",))], "bmp-2026")
    assert ledger.profile == "bmp-2026"
    assert ledger.standing("rfc7854/one", "decode", Verdict.FAIL, "tlv-lost") is Standing.UNEXPECTED
    assert ledger.dead(set()) == []


def test_an_entry_whose_vector_is_gone_is_dead() -> None:
    ledger = Ledger([entry(), entry(vector="rfc7854/gone")], "bmp-2026")
    assert [one.vector for one in ledger.dead({("rfc7854/one", "decode")})] == ["rfc7854/gone"]


def test_an_entry_is_found_by_its_failure_and_named_by_its_vector_and_op() -> None:
    ledger = Ledger([entry()], "bmp-2026")
    assert ledger.entry("rfc7854/one", "decode", "tlv-lost") == entry()
    others = (
        ("rfc7854/two", "decode", "tlv-lost"),
        ("rfc7854/one", "encode", "tlv-lost"),
        ("rfc7854/one", "decode", None),
    )
    assert [ledger.entry(*other) for other in others] == [None] * 3
    assert ledger.names("rfc7854/one", "decode")
    assert not ledger.names("rfc7854/one", "encode")
    assert not ledger.names("rfc7854/two", "decode")
