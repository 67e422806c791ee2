"""What real routers sent: every message read, octet for octet, and each `fail` in it argued.

Why pinned by SHA-256: the captures are not ours to distribute, so what was reviewed is named by its octets. A fail that
is not pinned is a false alarm until it has been argued from its clause.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bmpconform.capture.inputs import read_input
from bmpconform.capture.pieces import Piece
from bmpconform.check import Options, check
from bmpconform.events import FindingLine, Found, Summary
from bmpconform.spec.catalogue import CLAUSES
from bmpconform.wire.codec import decode, encode
from bmpconform.wire.framer import Chunk, Cut, Frame, Framer

ROUTERS = Path(os.environ.get("BMPCONFORM_CAPTURES") or Path(__file__).parents[3] / "shared" / "captures" / "routers")
PINS = json.loads(Path(__file__).with_name("routers.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(
    not ROUTERS.is_dir(), reason="BMPCONFORM_CAPTURES names no folder of captures of routers"
)
each_capture = pytest.mark.parametrize("pins", PINS, ids=lambda pins: pins["capture"])


def _judged(pins: Mapping[str, Any]) -> tuple[list[FindingLine], Summary]:
    events = list(check([(pins["capture"], read_input(str(ROUTERS / pins["capture"])))], Options()))
    summary = events[-1]
    assert isinstance(summary, Summary)
    return [event.finding for event in events if isinstance(event, Found)], summary


@each_capture
def test_the_capture_is_the_one_that_was_reviewed(pins: Mapping[str, Any]) -> None:
    assert hashlib.sha256((ROUTERS / pins["capture"]).read_bytes()).hexdigest() == pins["sha256"]


@each_capture
def test_every_message_is_read_and_written_back_octet_for_octet(pins: Mapping[str, Any]) -> None:
    framers: dict[int, Framer] = {}
    chunks: list[Chunk] = []
    for event in read_input(str(ROUTERS / pins["capture"])):
        if isinstance(event, Piece):
            chunks += framers.setdefault(event.stream, Framer()).feed(event.octets)
    chunks += [chunk for framer in framers.values() for chunk in framer.finish()]
    frames = [chunk.octets for chunk in chunks if isinstance(chunk, Frame)]
    assert len(frames) == pins["messages"]
    assert all(isinstance(chunk, Frame | Cut) for chunk in chunks)
    assert all(encode(decode(frame)) == frame for frame in frames)


@each_capture
def test_only_what_was_argued_fails(pins: Mapping[str, Any]) -> None:
    findings, summary = _judged(pins)
    fails = [finding for finding in findings if finding.level == "fail"]
    assert summary.messages == pins["messages"]
    assert Counter(finding.code for finding in fails) == {pin["code"]: pin["findings"] for pin in pins["fails"]}
    for pin in pins["fails"]:
        of_code = [finding for finding in fails if finding.code == pin["code"]]
        first = of_code[0]
        assert sum(finding.count for finding in of_code) == pin["breaches"]
        assert [first.stream, first.message, first.offset, first.packet] == pin["first"]


def test_each_pin_argues_from_its_clause() -> None:
    for pins in PINS:
        for pin in pins["fails"]:
            assert pin["clause"] in CLAUSES
            assert len(pin["why"].split()) > 15
