"""The faults of implementations in a form for upstream: what expected.toml calls a bug and the run reproduced."""

from collections.abc import Iterable
from typing import Literal

import pytest
from markdown_it import MarkdownIt

import raw
from bmpconform.fuzz.finding import FoundLine, StoredFinding
from bmpconform.fuzz.store import StatsLine
from bmpconform.fuzz.stored import StoredCampaign
from bmpconform.judge.expected import FuzzEntry, Kind
from bmpconform.report.cases import of_campaign, of_run
from bmpconform.report.findings import render_findings
from bmpconform.report.sheet import sheet_of
from bmpconform.run.events import Evidence, Judged, RunEvent, TargetStart
from bmpconform.wire.value import replace
from run_events import ENTRY, HEADER, SCRIPT, SCRIPTED, SUMMARY, named

READER = MarkdownIt("commonmark")
FuzzOp = Literal["decode", "encode", "stream"]
START = TargetStart("mine", "Mine", "1.2", "C", 1, {}, "none")
PLAIN = replace(ENTRY, analysis="It cuts names.", link="https://example.org/1")
FRAME = raw.termination(raw.tlv(1, b"\0\0"), raw.tlv(0, b"bye"))


def fuzz_entry(error: str, analysis: str, kind: Kind = "bug", op: FuzzOp = "decode") -> FuzzEntry:
    return FuzzEntry(
        op=op, clause_or_error=error, path="tlvs[].value", observation="wrong-value", kind=kind, analysis=analysis
    )


FUZZ_ENTRIES = (
    fuzz_entry("cut", "It cuts names."),
    fuzz_entry("late", "It comes late."),
    fuzz_entry("late", "It comes late.", op="stream"),
    fuzz_entry("late", "It comes late.", op="encode"),
    fuzz_entry("odd", "It is so.", kind="by-design"),
    fuzz_entry("odd", "It is so.", kind="by-design", op="stream"),
    fuzz_entry("nested.*", "It nests."),
    fuzz_entry("nested.early", "It comes early."),
)


def stored(error: str, octets: bytes = FRAME, op: str = "decode", **changes: object) -> StoredFinding:
    line = FoundLine(f"key-{error}", "mine", op, "wrong-value", None, "differs", "tlvs[].value", "fail", "", 7, 0.5)
    found = StoredFinding(line, octets.hex(), error, "bmp-2026", "6279", "62", place="tlvs[1].value")
    return replace(found, line=replace(line, **changes))


def findings(*judged: Judged) -> str:
    return rendered([HEADER, START, *judged, SUMMARY])


def rendered(events: Iterable[RunEvent], *found: StoredFinding) -> str:
    sheet = sheet_of(events)
    return render_findings(sheet, [*of_run(sheet), *of_campaign(found, lambda _target: FUZZ_ENTRIES)])


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


def test_one_analysis_of_two_targets_is_one_fault() -> None:
    judged = mine()
    other = replace(judged, line=replace(judged.line, target="other", op="session"))
    text = findings(judged, other)
    assert text.count("\n## ") == 1
    assert "- Shown by 1 other case too: `other: initiation-strings/sys-name-script-element (session)`\n" in text


def test_of_a_live_session_is_told_what_happened() -> None:
    judged = mine(vector="live-router/opening#RFC7854-3.3-2", op="live", path="")
    account = "  connections[0]: connected\n```\n<b>"
    text = findings(replace(judged, vector=None, evidence=Evidence("one", "none", account=account)))
    assert "- Case: `live-router/opening#RFC7854-3.3-2` (live).\n" in text
    assert "\nWhat happened:\n\n      connections[0]: connected\n    ```\n    <b>\n" in text
    assert not [token for token in READER.parse(text) if token.type.startswith("html")]


def test_only_what_failed_and_is_called_a_bug_is_told() -> None:
    passed = mine(verdict="pass")
    by_design = replace(mine(), entry=replace(PLAIN, kind="by-design"))
    unknown = replace(mine(), entry=None)
    assert "\nNone.\n" in findings(passed, by_design, unknown)


def test_of_a_long_frame_the_rows_around_the_fault_are_shown() -> None:
    judged = mine(path="tlvs[1].value")
    assert judged.vector is not None
    ends = judged.vector.fields[-1]
    fields = (*judged.vector.fields[:5], ("tlvs[0].value", "00" * 60_000), *judged.vector.fields[6:8], ends)
    long = replace(judged.vector, fields=_lengths_mended(fields))
    text = findings(replace(judged, vector=long))
    assert "\n  ...\n" in text
    assert "\n!  60014  3c 2f 62 3e" in text
    assert "xxd" not in text
    assert len(text) < 6_000


def test_all_octets_can_be_copied() -> None:
    judged = mine()
    assert judged.vector is not None
    block = findings(judged).partition("as `xxd -r -p` reads them:\n\n```\n")[2].partition("```")[0]
    assert bytes.fromhex(block) == judged.vector.octets


def _lengths_mended(fields: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return fields with the length of the frame and of the first TLV as they now are."""
    values = dict(fields)
    frame = sum(len(octets) // 2 for _, octets in fields)
    mended = {"length": f"{frame:08x}", "tlvs[0].length": f"{len(values['tlvs[0].value']) // 2:04x}"}
    return tuple((name, mended.get(name, octets)) for name, octets in fields)


def test_nothing_in_it_is_markup_of_html() -> None:
    tokens = READER.parse(rendered(SCRIPTED))
    types = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or []}
    assert not {kind for kind in types if kind.startswith("html") or kind == "link_open"}
    assert any(SCRIPT in child.content for token in tokens for child in token.children or [])


def test_what_a_campaign_found_is_met_again_from_its_octets() -> None:
    text = rendered([HEADER, START, SUMMARY], stored("late"))
    assert "## mine: It comes late\n" in text
    assert "- Software: Mine 1.2 (C)\n" in text
    assert "- Case: `finding key-late` (decode). Octets of a campaign.\n" in text
    assert "- Expected at `tlvs[1].value`: `6279`\n- Seen: `62` (`differs`)\n" in text
    assert "- Again by: `bmpconform replay 'findings.jsonl#key-late' --target mine`\n" in text
    assert "\n!     16  62 79 65                                         tlvs[1].value\n" in text
    assert FRAME.hex() in text


def test_a_fault_that_a_run_shows_too_is_shown_by_its_vector() -> None:
    text = rendered([HEADER, START, mine(), SUMMARY], stored("cut"), stored("late"))
    assert text.count("\n## ") == 2
    assert "- Shown by 1 other case too: `finding key-cut (decode)`\n" in text


def test_decoders_and_few_octets_show_a_fault_of_a_campaign() -> None:
    found = (
        stored("late", b"", op="encode"),
        stored("late", FRAME * 2, op="stream", key="k2"),
        stored("late", key="k3"),
    )
    text = rendered([HEADER, START, SUMMARY], *found)
    assert "- Case: `finding k3` (decode)." in text
    assert "- Shown by 2 other cases too: `finding key-late (encode)`, `finding k2 (stream)`\n" in text


@pytest.mark.parametrize("octets", [b"", FRAME])
def test_what_an_encoder_was_asked_for_is_told_with_and_without_octets(octets: bytes) -> None:
    text = rendered([HEADER, START, SUMMARY], stored("late", octets, op="encode"))
    assert ("which has no octets" in text) == (not octets)
    assert ("xxd" in text) == bool(octets)


def test_of_a_campaign_only_what_somebody_has_named_is_told() -> None:
    text = rendered([HEADER, START, SUMMARY], stored("new"), stored("late", level="info"))
    assert "\nNone.\n" in text
    assert "no bug" not in text


def test_what_a_campaign_found_that_is_no_bug_is_listed_with_how_to_meet_it_again() -> None:
    text = rendered([HEADER, START, SUMMARY], stored("odd", FRAME * 2, op="stream", key="k2"), stored("odd"))
    _, _, listed = text.partition("\nNone.\n\n## What campaigns found that is called no bug\n\n")
    assert listed.splitlines() == [
        "- mine, by-design: It is so.",
        "  - Again by: `bmpconform replay 'findings.jsonl#key-odd' --target mine`",
        "  - Shown by 1 other case too: `finding k2 (stream)`",
    ]


def test_how_much_was_asked_of_whom_is_told_for_each_time_that_a_campaign_was_run() -> None:
    def line(seconds: float, executions: int) -> StatsLine:
        return StatsLine(seconds, executions, 1.0, 1, 1, 0, 0.0, latency={"mine": 1.0, "other": 2.0})

    taken_up = StoredCampaign((line(5, 70), line(60.4, 1234), line(5, 100), line(9, 200)), (), ())
    text = render_findings(sheet_of([HEADER, START, SUMMARY]), (), [taken_up])
    told = [line for line in text.splitlines() if line.startswith("- ")]
    assert told == ["- 1,234 inputs in 60 s over `mine`, `other`", "- 200 inputs in 9 s over `mine`, `other`"]


@pytest.mark.parametrize("error, told", [("nested.early", "It comes early"), ("nested.deep", "It nests")])
def test_the_entry_of_one_error_counts_before_a_pattern(error: str, told: str) -> None:
    assert f"## mine: {told}\n" in rendered([HEADER, START, SUMMARY], stored(error))


def test_of_many_cases_some_are_named() -> None:
    found = [stored("late", key=f"k{number:02}") for number in range(30)]
    text = rendered([HEADER, START, SUMMARY], *found)
    assert "- Shown by 29 other cases too: `finding k01 (decode)`, " in text
    assert "`finding k20 (decode)` and 9 more\n" in text
