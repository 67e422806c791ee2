"""The octets of a finding with the fault marked where it lies."""

import raw
from bmpconform.fuzz.disagreement import Class, Disagreement, stored
from bmpconform.fuzz.finding import Fault, Found
from bmpconform.report.annotated import annotated

FRAME = raw.initiation(raw.tlv(1, b"a"), raw.tlv(2, b"b\0"))


def found(place: str, octets: bytes = FRAME) -> Found:
    """Return a finding at a place of a frame."""
    fault = Fault("jsonl:dec", "decode", "nul-stripped", "tlvs[].value", "wrong-value")
    return Found(fault, None, "nul-stripped", "fail", octets, None, "6200", "62", place=place)


def text_of(one: Found) -> list[str]:
    """Return the lines for a finding."""
    return annotated(one.stored(one.line(1, 0.5), "bmp-2026")).splitlines()


def test_the_field_at_fault_is_marked_with_what_is_wrong() -> None:
    lines = text_of(found("tlvs[1].value"))
    place = next(number for number, line in enumerate(lines) if "62 00" in line)
    below = lines[place + 1 : place + 8]
    assert "^^ ^^" in below[0] or any("^^ ^^" in line for line in below)
    assert "jsonl:dec under decode: wrong-value, nul-stripped; expected 6200, seen 62." in " ".join(
        line.strip() for line in lines
    )


def test_what_lies_nowhere_is_told_of_the_message() -> None:
    lines = text_of(found(""))
    head = next(number for number, line in enumerate(lines) if line.startswith("message 0"))
    assert "nul-stripped" in lines[head + 1]


def test_a_place_in_a_stream_is_marked_in_its_message() -> None:
    lines = text_of(found("items[1].tlvs[1].value", FRAME + FRAME))
    second = next(number for number, line in enumerate(lines) if line.startswith("message 1"))
    assert not any("under decode" in line for line in lines[:second])
    assert any("under decode" in line for line in lines[second:])


def test_octets_that_are_no_message_are_shown_too() -> None:
    assert any("under decode" in line for line in text_of(found("", b"\x03\x00")))


def test_a_disagreement_says_who_says_what() -> None:
    about = Class(4, "RFC7854-4.3-3", "")
    one = Disagreement(
        about, (("a", "b"), ("c",)), "accepted-or-rejected", "RFC7854-4.3-3", FRAME, ("accepted", "rejected: X")
    )
    told = " ".join(annotated(stored(one, "bmp-2026", 1, 0.5)).split())
    assert "a, b: accepted; c: rejected: X." in told


def test_what_a_stream_lacks_is_not_told_of_one_message() -> None:
    termination = raw.termination(raw.tlv(1, b"\0\0"))
    assert not any("initiation-missing" in line for line in text_of(found("", termination)))
    assert any("initiation-missing" in line for line in text_of(found("", termination + termination)))
