"""What a campaign says on the console: a finding and who disagrees with whom, each so that it can be read alone."""

from pathlib import Path

import pytest

import raw
from bmpconform.fuzz.disagreement import Class, Disagreement, stored
from bmpconform.fuzz.events import NewDisagreement, NewFinding
from bmpconform.fuzz.finding import Fault, Found
from bmpconform.report.campaign import render_campaign

FRAME = raw.initiation(raw.tlv(1, b"a"), raw.tlv(2, b"b"))


def told(event: NewFinding | NewDisagreement) -> list[str]:
    return [line.plain.replace(event.line.key, "KEY") for line in render_campaign([event], Path())]


@pytest.mark.parametrize(
    "name, observation, seen, lines",
    [
        ("SIGABRT", "crashed", "ended: SIGABRT", ["crashed, SIGABRT  KEY", "      seen ended: SIGABRT"]),
        ("timed-out", "timed-out", "no answer within 2 s", ["timed-out  KEY", "      seen no answer within 2 s"]),
        ("cut-at-nul", "wrong-value", "", ["wrong-value, cut-at-nul  KEY"]),
    ],
)
def test_a_finding_says_what_is_there_and_no_more(name: str, observation: str, seen: str, lines: list[str]) -> None:
    found = Found(Fault("x", "decode", name, "", observation), None, name, "fail", FRAME, seen=seen)
    first, *rest = told(NewFinding(found, found.line(7, 1.5), is_new=True))
    assert [first, *rest] == [f"fail  x decode: {lines[0]}", *lines[1:]]


@pytest.mark.parametrize(
    "code, said, who",
    [
        ("accepted-or-rejected", ("accepted", "rejected: bad: no, never"), "a, b accepted / c rejected"),
        ("accepted-or-rejected", ("accepted", "rejected"), "a, b accepted / c rejected"),
        ("value-differs", ("", "00"), "a, b / c"),
    ],
)
def test_a_disagreement_says_who_takes_it_and_who_refuses_it(code: str, said: tuple[str, ...], who: str) -> None:
    found = Disagreement(Class(4, "RFC7854-4.3-3", ""), (("a", "b"), ("c",)), code, None, FRAME, said)
    event = NewDisagreement(found, stored(found, "bmp-2026", 9, 2).line, is_new=True, known=False)
    assert told(event) == [f"diff  {who}: Initiation, RFC7854-4.3-3  KEY"]
