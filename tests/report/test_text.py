"""The text report tells each finding with its clause and octets, and what it all comes to."""

import pytest

import raw
from bmpconform.check import Options, check
from bmpconform.report.text import render_text
from bmpconform.rules.selection import Policy
from bmpconform.spec.profiles import PROFILES

GOOD = raw.initiation(raw.MANDATORY_TLVS)


def report(*messages: bytes, width: int = 100, source: str = "file", profile: str = "bmp-2026") -> str:
    """Return the report on a stream of these messages."""
    events = check([(source, [b"".join(messages)])], Options(profile=PROFILES[profile]))
    return "\n".join(line.plain for line in render_text(events, width))


def test_a_finding_is_told_with_its_clause_and_its_octets() -> None:
    lines = report(raw.initiation(raw.SYS_DESCR, raw.tlv(2, b"r1\0"))).splitlines()
    first = lines.index("")
    assert lines[first + 1 : first + 10] == [
        "fail  HOUSE-nul  initiation-trailing-nul",
        "  where   file, stream 0, message 0, offset 22 (1 octet), tlvs[1].value",
        "  what    The string ends in 1 counted 0x00, as a C string does; no document forbids it, but the",
        "          length alone ends a string.",
        "  clause  a house rule of this tool, counted apart. The counted octets of a string TLV do not end in",
        "          0x00. No document forbids it (a terminator is merely not required, and UTF-8 has U+0000);",
        "          it is almost surely a C string that reached the wire.",
        "       0   03 00 00 00 17 04 00 01 00 06 72 6f 75 74 65 72  |..........router|",
        "      16   00 02 00 03 72 31 00                             |....r1.|",
    ]


def test_a_clause_is_cited_by_document_and_section() -> None:
    text = report(raw.initiation(raw.SYS_NAME))
    assert "fail  RFC7854-4.3-3  sys-descr-missing\n" in text
    assert "  clause  RFC 7854 section 4.3: sysDescr (type 1) is present.\n" in text


def test_what_is_absent_has_a_caret() -> None:
    text = report(raw.initiation(raw.SYS_NAME))
    assert "offset 6 (nothing there), tlvs\n" in text
    assert f"\n{' ' * 28}^\n" in text


def test_other_clauses_are_named() -> None:
    text = report(GOOD, raw.peer_up(raw.tlv(4, b"\xff")))
    assert "fail  RFC9736-3.3-5  admin-label-not-utf-8\n" in text
    assert "  also    RFC8671-6.3.1-1\n" in text


def test_a_clause_is_told_without_marks_of_emphasis() -> None:
    assert "1, 2 and 65535 Reserved." in report(GOOD, raw.peer_up(raw.tlv(1, b"a")), width=1000)


def test_a_derived_clause_is_told_as_such() -> None:
    text = report(GOOD, raw.message(7))
    assert "RFC 7854 section 10 (follows from it, not stated there): " in text


def test_a_breach_that_repeats_is_told_once_with_its_count() -> None:
    text = report(GOOD, *[raw.peer_up(local_port=1, remote_port=1)] * 3)
    assert text.count("peer-up-ports\n  where") == 1
    assert "  seen    3 times on this peer; this is the first\n" in text
    assert "      3  info   RFC7854-4.10-3  peer-up-ports\n" in text


def test_a_finding_about_the_recording_has_no_clause() -> None:
    text = report(GOOD, GOOD[:-3])
    assert "info  no clause  capture-cut\n  where   file, stream 0, offset 22 (19 octets)\n" in text
    assert "  clause  none; this is about the recording, not about what was sent\n" in text


def test_the_summary_counts_by_source_and_by_clause() -> None:
    text = report(raw.initiation(raw.SYS_NAME), raw.initiation(raw.SYS_DESCR, raw.tlv(2, b"\0")))
    assert text.splitlines()[-10:] == [
        "Summary",
        "",
        "  messages  octets  streams  fail  warn  info  house  source",
        "         2      33        1     1     0     0      1  file",
        "",
        "  times  level         clause         code",
        "      1  fail          RFC7854-4.3-3  sys-descr-missing",
        "      1  fail (house)  HOUSE-nul      initiation-trailing-nul",
        "",
        "  2 findings in 2 messages: 1 fail, 1 house.",
    ]


def test_several_sources_have_a_sum() -> None:
    events = check([("one", [GOOD]), ("two", [GOOD])], Options())
    text = "\n".join(line.plain for line in render_text(events, 100))
    assert "         2      44        2     0     0     0      0  all together\n" in text


def test_where_nothing_is_wrong_the_report_says_so() -> None:
    text = report(GOOD)
    assert text.endswith("  Nothing to complain about: 1 message, and not one clause broken.")
    assert "times" not in text


def test_where_nothing_is_broken_the_report_says_so() -> None:
    text = report(GOOD, GOOD[:-3])
    assert text.endswith("  No breach in 1 message; 1 finding for your information.")


def test_where_there_is_no_bmp_the_report_does_not_praise_it() -> None:
    assert report(b"").endswith("  No BMP message was read.")


def test_profile_and_policy_are_named() -> None:
    events = check([("file", [GOOD])], Options(profile=PROFILES["rfc7854"], policy=Policy.of({"trailing-nul": "warn"})))
    first = next(render_text(events, 100)).plain
    assert first.endswith("profile rfc7854 (RFC 7854 alone), policy trailing-nul=warn")


@pytest.mark.parametrize("source", ["\x1b[31mred", "a\nfail  fake", "\u202egnp.bmp", "[bold]x[/bold]"])
def test_names_of_inputs_are_shown_and_never_obeyed(source: str) -> None:
    text = report(raw.initiation(raw.SYS_NAME), source=source)
    assert all(line.isprintable() for line in text.split("\n"))
    assert "\nfail  fake" not in text


def test_octets_of_inputs_are_shown_and_never_obeyed() -> None:
    text = report(raw.initiation(raw.tlv(1, "\x1b[31m\u202e[bold]\x9b".encode()), raw.tlv(7, b"\x1b]0;x\x07")))
    assert all(line.isprintable() for line in text.split("\n"))


def test_lines_fit_the_width() -> None:
    text = report(raw.initiation(raw.SYS_NAME), raw.peer_up(raw.tlv(1, b"a")), GOOD[:-1], width=80)
    assert max(map(len, text.splitlines())) <= 80
