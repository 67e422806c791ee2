"""What a run found, taken as expected: what is written, what stays, and what is refused."""

import pytest

from bmpconform.judge.expected import ExpectedError, parse_expected
from bmpconform.run.accept import Reason, accept
from bmpconform.run.events import VerdictLine

REASON = Reason("bug", "It stops at the first NUL.", "https://example.org/1")
OLD = """# What this library gets wrong.

[[expect]]
vector = "a/stays"   # for ever
op = "decode"
code = "tlv-lost"
kind = "by-design"
analysis = "So it is meant."

[[expect]]
vector = "a/goes"
op = "decode"
code = "tlv-lost"
kind = "bug"
analysis = "Mended since."

[[fuzz]]
op = "decode"
clause_or_error = "short-tlv"
path = ""
observation = "crashed"
kind = "bug"
analysis = "It reads on."
"""


def line(vector: str, *, verdict: str, expected: str, code: str | None = "cut-at-nul") -> VerdictLine:
    return VerdictLine("t", vector, "decode", (), "wrong-value", verdict, "fail", code, "", expected, None, "")


def test_a_new_failure_becomes_an_entry_with_its_reason() -> None:
    text = accept("", [line("a/new", verdict="fail", expected="unexpected")], "bmp-2026", REASON)
    (entry,) = parse_expected(text).expect
    assert (entry.vector, entry.op, entry.code) == ("a/new", "decode", "cut-at-nul")
    assert (entry.kind, entry.analysis, entry.link) == (REASON.kind, REASON.analysis, REASON.link)


def test_a_new_failure_without_a_reason_is_refused() -> None:
    with pytest.raises(ExpectedError, match=r"a/new \(decode, cut-at-nul\).*--kind"):
        accept("", [line("a/new", verdict="fail", expected="unexpected")], "bmp-2026", None)


def test_what_is_stale_goes_and_what_a_person_wrote_stays() -> None:
    lines = [
        line("a/goes", verdict="pass", expected="stale", code=None),
        line("a/stays", verdict="fail", expected="as-expected", code="tlv-lost"),
    ]
    text = accept(OLD, lines, "bmp-2026", None)
    assert "# What this library gets wrong." in text
    assert "# for ever" in text
    expected = parse_expected(text)
    assert [entry.vector for entry in expected.expect] == ["a/stays"]
    assert len(expected.fuzz) == 1


def test_a_failure_with_another_code_takes_the_place_of_its_entry() -> None:
    text = accept(OLD, [line("a/stays", verdict="fail", expected="unexpected")], "bmp-2026", REASON)
    assert [(entry.vector, entry.code) for entry in parse_expected(text).expect] == [
        ("a/goes", "tlv-lost"),
        ("a/stays", "cut-at-nul"),
    ]


def test_an_entry_for_another_profile_stays() -> None:
    old = OLD.replace('analysis = "Mended since."', 'analysis = "Mended since."\nprofiles = ["rfc7854"]')
    text = accept(old, [line("a/goes", verdict="pass", expected="stale", code=None)], "bmp-2026", None)
    assert [entry.vector for entry in parse_expected(text).expect] == ["a/stays", "a/goes"]


def test_what_passes_leaves_the_file_as_it_was() -> None:
    lines = [line("a/stays", verdict="fail", expected="as-expected", code="tlv-lost")]
    assert accept(OLD, lines, "bmp-2026", None) == OLD


def profiles_after(text: str, *lines: VerdictLine, first: str) -> list[tuple[str, ...]]:
    """Return the profiles of the entries about `a/goes` after a run under bmp-2026, which `first` scored first."""
    after = parse_expected(accept(text, lines, "bmp-2026", REASON, {"a/goes": first}))
    return [entry.profiles for entry in after.expect if (entry.vector, entry.code) == ("a/goes", "tlv-lost")]


MENDED = line("a/goes", verdict="pass", expected="stale", code=None)


def test_what_is_stale_under_one_profile_stays_for_those_that_score_the_vector_too() -> None:
    assert profiles_after(OLD, MENDED, first="rfc7854") == [("rfc7854", "draft-peer-up", "rfc9736")]
    assert profiles_after(OLD, MENDED, first="rfc9736") == [("rfc9736",)]
    assert profiles_after(OLD, MENDED, first="bmp-2026") == []


def test_an_entry_of_some_profiles_loses_the_one_under_which_it_is_stale() -> None:
    text = OLD.replace('"Mended since."', '"Mended since."\nprofiles = ["bmp-2026", "rfc9736"]')
    assert profiles_after(text, MENDED, first="rfc7854") == [("rfc9736",)]
    text = OLD.replace('"Mended since."', '"Mended since."\nprofiles = ["bmp-2026"]')
    assert profiles_after(text, MENDED, first="rfc7854") == []


def test_an_entry_whose_place_another_code_takes_stays_for_other_profiles() -> None:
    otherwise = line("a/goes", verdict="fail", expected="unexpected")
    assert profiles_after(OLD, otherwise, first="rfc9736") == [("rfc9736",)]


def test_an_entry_of_an_op_that_the_vector_has_not_goes_under_all() -> None:
    gone = line("a/goes", verdict="not-testable", expected="stale", code="no-such-vector")
    assert profiles_after(OLD, gone, first="rfc7854") == []
