"""The faults of implementations in a form for upstream: what expected.toml calls a bug and the run reproduced."""

from markdown_it import MarkdownIt

from bmpconform.report.findings import render_findings
from bmpconform.report.sheet import sheet_of
from bmpconform.run.events import Judged, RunEvent, TargetStart
from bmpconform.wire.value import replace
from run_events import ENTRY, HEADER, SCRIPT, SCRIPTED, SUMMARY, named

READER = MarkdownIt("commonmark")
START = TargetStart("mine", "Mine", "1.2", "C", 1, {}, "none")
PLAIN = replace(ENTRY, analysis="It cuts names.", link="https://example.org/1")


def findings(*judged: Judged) -> str:
    events: list[RunEvent] = [HEADER, START, *judged, SUMMARY]
    return render_findings(sheet_of(events))


def mine(**changes: object) -> Judged:
    return replace(named(target="mine", replay="bmpconform replay x", **changes), entry=PLAIN)


def test_a_fault_has_all_that_a_report_upstream_needs() -> None:
    text = findings(mine())
    assert "## mine: It cuts names\n" in text
    assert "- Software: Mine 1.2 (C)\n" in text
    assert "- Clause: RFC7854-4.4-3, RFC 7854 section 4.4: No null or other terminator is required" in text
    assert "- Expected at `tlvs[1].value`: " in text
    assert "- Seen: " in text
    assert "- Again by: `bmpconform replay x`\n" in text
    assert "- Upstream: https://example.org/1\n" in text
    assert "\n       0  03                                               version\n" in text
    assert "\n!     20  3c 2f 62 3e 3c 73 63 72 69 70 74 3e 61 6c 65 72  tlvs[1].value\n" in text
    assert "\n!     36  74 28 22 62 6d 70 22 29 3c 2f 73 63 72 69 70 74\n" in text


def test_cases_of_one_analysis_are_one_fault_shown_by_a_decoder_first() -> None:
    text = findings(mine(op="encode"), mine())
    assert text.count("\n## ") == 1
    assert "(decode). sysName that is" in text
    assert "- Shown by 1 other case too: `initiation-strings/sys-name-script-element (encode)`\n" in text


def test_only_what_failed_and_is_called_a_bug_is_told() -> None:
    passed = mine(verdict="pass")
    by_design = replace(mine(), entry=replace(PLAIN, kind="by-design"))
    unknown = replace(mine(), entry=None)
    assert "\nNone.\n" in findings(passed, by_design, unknown)


def test_a_long_frame_is_cut() -> None:
    judged = mine()
    assert judged.vector is not None
    long = replace(judged.vector, fields=(("octets", "00" * 65_535),))
    text = findings(replace(judged, vector=long))
    assert "  ... 65535 octets in all\n" in text
    assert len(text) < 8_000


def test_nothing_in_it_is_markup_of_html() -> None:
    tokens = READER.parse(render_findings(sheet_of(SCRIPTED)))
    types = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or []}
    assert not {kind for kind in types if kind.startswith("html") or kind == "link_open"}
    assert any(SCRIPT in child.content for token in tokens for child in token.children or [])
