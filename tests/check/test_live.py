"""Findings of a live input are told when they first show; how often they came is counted at its end."""

from collections import Counter
from collections.abc import Iterator

import pytest

import raw
from bmpconform.check import Options, check, held
from bmpconform.corpus.captures import Capture, load_captures, read_capture
from bmpconform.events import Event, Found, Repeated, Summary
from bmpconform.report.jsonl import render_json_lines
from bmpconform.report.text import render_text

GOOD = raw.initiation(raw.MANDATORY_TLVS)
FAIL = raw.initiation(raw.SYS_NAME)
PORTS = raw.peer_up(local_port=1, remote_port=1)
LIVE = Options(live=True)

each_capture = pytest.mark.parametrize("capture", load_captures().captures, ids=lambda capture: capture.file)


def tally(events: list[Event]) -> list[str]:
    """Return the lines of the text report that count."""
    lines = [line.plain for line in render_text(events, 100)]
    return lines[lines.index("Summary") :]


def test_a_finding_is_told_before_the_next_octets_are_read() -> None:
    read: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number, piece in enumerate([FAIL[:-1], FAIL[-1:], PORTS]):
            read.append(number)
            yield piece

    events = check([("live", pieces())], LIVE)
    told = {event.finding.code: len(read) for event in events if isinstance(event, Found)}
    assert told == {"sys-descr-missing": 2, "peer-up-ports": 3}


def test_a_repeat_is_told_once_and_counted_at_the_end() -> None:
    events = list(check([("live", [GOOD, *[PORTS] * 5])], LIVE))
    found = [event.finding for event in events if isinstance(event, Found) and event.finding.code == "peer-up-ports"]
    repeated = [event.finding for event in events if isinstance(event, Repeated)]
    assert [line.count for line in found] == [1]
    assert [(line.code, line.count) for line in repeated if line.code == "peer-up-ports"] == [("peer-up-ports", 5)]
    assert isinstance(events[-1], Summary)


@each_capture
def test_a_live_stream_comes_to_the_same_as_a_stored_one(capture: Capture) -> None:
    octets = read_capture(capture)
    pieces = [octets[place : place + 1000] for place in range(0, len(octets), 1000)]
    stored, live = (list(check([("file", pieces)], options)) for options in (Options(), LIVE))
    assert live[-1] == stored[-1]
    assert tally(live) == tally(stored)


@each_capture
def test_a_live_stream_has_the_findings_of_a_stored_one(capture: Capture) -> None:
    octets = read_capture(capture)
    stored, live = (
        Counter(
            (event.finding.code, event.finding.offset, event.finding.length)
            for event in check([("file", [octets])], options)
            if isinstance(event, Found)
        )
        for options in (Options(), LIVE)
    )
    assert live == stored


def test_repeats_are_no_lines_of_json() -> None:
    lines = list(render_json_lines(check([("live", [GOOD, *[PORTS] * 5])], LIVE)))
    assert sum(b'"peer-up-ports"' in line for line in lines) == 1
    assert b'"event":"summary"' in lines[-1]


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "HELD_FINDINGS", 2)
    faults = [raw.initiation(raw.MANDATORY_TLVS, raw.tlv(99 + number, b"x")) for number in range(5)]
    for options in (Options(), LIVE):
        events = list(check([("file", faults * 2)], options))
        codes = Counter(event.finding.code for event in events if isinstance(event, Found))
        # Those of an Initiation have no peer, and each is told.
        assert codes["initiation-tlv-unassigned"] == 10


def test_repeats_of_what_was_dropped_are_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "HELD_FINDINGS", 0)
    events = list(check([("live", [GOOD, *[PORTS] * 3])], LIVE))
    found = [event for event in events if isinstance(event, Found) and event.finding.code == "peer-up-ports"]
    assert len(found) == 3
    assert not [event for event in events if isinstance(event, Repeated)]


def test_what_the_end_alone_can_tell_is_told_there() -> None:
    *_, opening, summary = check([("live", [PORTS, GOOD])], LIVE)
    assert isinstance(opening, Found)
    assert opening.finding.code == "first-message-not-initiation"
    assert isinstance(summary, Summary)
