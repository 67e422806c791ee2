"""Octets that are no frame, lengths that lie, and messages that end too early, RFC 7854 sections 4.1 and 4.2."""

from collections.abc import Callable

import pytest

import raw
from bmpconform.check import Options, check
from bmpconform.events import Found
from raw import Broken, Fault, Valid

START = raw.initiation(raw.MANDATORY_TLVS)  # 6 + 10 + 6 = 22 octets
UP = raw.peer_up()  # 126 octets
STATS = raw.statistics(raw.tlv(0, raw.u32(1)))
GOODBYE = raw.termination(raw.tlv(1, raw.u16(0)))


def _lost(code: str, clauses: tuple[str, ...], length: int, level: str = "fail") -> Fault:
    return Fault(code, level, clauses, "", 0, length, framed=False)


VERSION = ("RFC7854-4.1-2",)
BROKEN = (
    *(
        Broken(
            f"version {version} between two messages",
            (START, raw.message(raw.INITIATION, raw.MANDATORY_TLVS, version=version), START),
            _lost("version", VERSION, 22),
            at=1,
        )
        for version in (1, 2, 4, 255)
    ),
    Broken(
        "version 0 between two messages",
        (START, raw.message(raw.INITIATION, raw.MANDATORY_TLVS, version=0), START),
        _lost("version-reserved", ("RFC7854-4.1-2", "RFC7854-4.1-3"), 22),
        at=1,
    ),
    Broken(
        "another version at the end",
        (START, raw.message(raw.STATISTICS, raw.peer(), version=4)),
        _lost("version", VERSION, 48),
    ),
    *(
        Broken(
            f"length {length}",
            (START, raw.header(raw.INITIATION, length=length), START),
            _lost("length-too-short", ("RFC7854-4.1-6",), 6),
            at=1,
        )
        for length in (0, 1, 5)
    ),
    Broken(
        "length one over 16 MiB",
        (START, raw.header(raw.INITIATION, length=(16 << 20) + 1)),
        _lost("capture-oversize", (), 6, "info"),
    ),
    Broken(
        "length 0xffffffff before a whole message",
        (START, raw.header(raw.INITIATION, length=0xFFFFFFFF), START),
        _lost("capture-oversize", (), 6, "info"),
        at=1,
    ),
    *(
        Broken(
            f"the stream ends {octets} octets into a header",
            (START, START[:octets]),
            _lost("capture-cut", (), octets, "info"),
        )
        for octets in (1, 5)
    ),
    *(
        Broken(
            f"the stream ends {octets} octets into a message",
            (START, UP[:octets]),
            _lost("capture-cut", (), octets, "info"),
        )
        for octets in (6, 125)
    ),
    Broken(
        "nothing behind a claim of 16 MiB",
        (START, raw.header(raw.INITIATION, length=16 << 20)),
        _lost("capture-cut", (), 6, "info"),
    ),
    Broken(
        "a length that swallows the messages behind it",
        (START, raw.message(raw.PEER_UP, UP[6:], length=4096) + STATS + STATS + STATS),
        _lost("length-swallows-messages", ("RFC7854-4.1-5",), 126 + 3 * len(STATS), "warn"),
    ),
    Broken(
        "a length that swallows one whole message at the end of the stream",
        (START, raw.message(raw.PEER_UP, UP[6:], length=4096) + STATS),
        _lost("length-swallows-messages", ("RFC7854-4.1-5",), 126 + len(STATS), "warn"),
    ),
    *(
        Broken(
            f"type {message_type} without its per-peer header",
            (START, raw.message(message_type)),
            Fault("per-peer-header-missing", "fail", ("RFC7854-4.2-2",), "rest", 6, 0),
        )
        for message_type in (0, 1, 2, 3, 6)
    ),
    *(
        Broken(
            f"type {message_type} with {octets} octets of its per-peer header",
            (START, raw.message(message_type, raw.peer()[:octets])),
            Fault("per-peer-header-cut", "fail", ("RFC7854-4.2-1",), "rest", 6, octets),
        )
        for message_type in (0, 1, 2, 3, 6)
        for octets in (1, 41)
    ),
)
VALID = (
    Valid(
        "whole messages up to the end",
        (START, UP, STATS, GOODBYE),
        (
            "version",
            "version-reserved",
            "length-too-short",
            "capture-oversize",
            "capture-cut",
            "length-swallows-messages",
            "per-peer-header-missing",
            "per-peer-header-cut",
        ),
    ),
    Valid(
        "6 octets, the shortest length that holds the header",
        (START, raw.message(200)),
        ("length-too-short",),
        dict.fromkeys(raw.EVERY_PROFILE, ("message-type-specification-required",)),
    ),
    Valid(
        "octets in a String that look like a message",
        (raw.initiation(raw.MANDATORY_TLVS, raw.tlv(0, b"\3\0\0\0\6\4\3\0\0\0\6\4x")), UP),
        ("length-swallows-messages",),
    ),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_octets_that_are_no_message_are_one_finding(case: Broken, hold: Callable[[Broken], None]) -> None:
    hold(case)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_whole_messages_are_no_finding(case: Valid, hold: Callable[[Valid], None]) -> None:
    hold(case)


@pytest.mark.parametrize("limit, codes", [(125, ["capture-oversize"]), (126, [])])
def test_a_message_over_the_limit_is_noted(limit: int, codes: list[str]) -> None:
    events = check([("octets", [START + UP])], Options(max_message=limit))
    assert [event.finding.code for event in events if isinstance(event, Found)] == codes


@pytest.mark.parametrize("size", [1, 7, 64])
def test_pieces_of_the_stream_do_not_change_the_findings(size: int) -> None:
    stream = START + raw.message(9) + raw.header(4, length=3) + UP + UP[:50]
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    whole, cut = (
        [event for event in check([("octets", octets)], Options()) if isinstance(event, Found)]
        for octets in ([stream], pieces)
    )
    assert cut == whole
    assert [found.finding.code for found in whole] == ["message-type-unassigned", "length-too-short", "capture-cut"]
