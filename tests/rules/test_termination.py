"""Termination, RFC 7854 section 4.5.

Offsets in the default message: Reason at 6 (value at 10), the next TLV at 12 (value at 16).
"""

from collections.abc import Callable

import pytest

import raw
from raw import Broken, Fault, Valid

START = raw.initiation(raw.MANDATORY_TLVS)
REASON = raw.tlv(1, raw.u16(0))


def _goodbye(*tlvs: bytes) -> tuple[bytes, ...]:
    return START, raw.termination(*tlvs)


def _leftover(length: int, offset: int) -> Fault:
    return Fault("termination-tlvs-leftover", "fail", ("RFC7854-4.5-5",), "rest", offset, length)


def _length(octets: int) -> Broken:
    return Broken(
        f"Reason of {octets} octets",
        _goodbye(raw.tlv(1, bytes(octets))),
        Fault("termination-reason-length", "fail", ("RFC7854-4.5-10",), "tlvs[0].value", 10, octets),
    )


def _string(name: str, value: bytes, start: int, length: int) -> Broken:
    return Broken(
        f"String {name}",
        _goodbye(REASON, raw.tlv(0, value)),
        Fault("termination-string-not-utf-8", "fail", ("RFC7854-4.5-6",), "tlvs[1].value", 16 + start, length),
    )


def _nul(value: bytes, start: int, length: int) -> Broken:
    return Broken(
        f"String {value!r}",
        _goodbye(REASON, raw.tlv(0, value)),
        Fault(
            "termination-trailing-nul", "fail", ("HOUSE-nul",), "tlvs[1].value", 16 + start, length, authority="house"
        ),
    )


MISSING = Fault("termination-reason-missing", "fail", ("RFC7854-4.5-9",), "tlvs", 6, 0)
BROKEN = (
    Broken("no TLV", _goodbye(), MISSING),
    Broken("Strings alone", _goodbye(raw.tlv(0, b"a"), raw.tlv(0, b"b")), MISSING),
    Broken(
        "two Reasons",
        _goodbye(REASON, raw.tlv(0, b"why"), raw.tlv(1, raw.u16(1))),
        Fault("termination-reason-repeated", "warn", ("RFC7854-4.5-13",), "tlvs[2]", 19, 6),
    ),
    *(_length(octets) for octets in (0, 1, 3, 4)),
    *(
        Broken(f"{octets} octets left", _goodbye(REASON, raw.tlv(0)[:octets]), _leftover(octets, 12))
        for octets in (1, 2, 3)
    ),
    Broken("a length one too large", _goodbye(REASON, raw.tlv(0, b"x", length=2)), _leftover(5, 12)),
    Broken(
        "the length of the Reason is one too large",
        _goodbye(raw.tlv(1, raw.u16(0), length=3)),
        _leftover(6, 6),
    ),
    Broken(
        "least significant octet first",
        _goodbye(bytes.fromhex("0100 0200 0100")),
        Fault("termination-little-endian", "fail", ("RFC7854-4.1-9",), "rest", 6, 6),
    ),
    Broken(
        "behind a per-peer header",
        _goodbye(raw.peer(flags=0xFF, rd=b"\xff" * 8), REASON),
        Fault("termination-peer-header", "fail", ("RFC7854-4.2-2",), "rest", 6, 48),
    ),
    Broken(
        "one length of 512 with the least significant octet first, which can be read as a Reason and a String",
        _goodbye(REASON, raw.tlv(0, b"s" * 500), b"\0\0\xff\xff\0\0"),
        Fault("termination-little-endian", "fail", ("RFC7854-4.1-9",), "rest", 6 + 6 + 504, 6),
    ),
    Broken(
        "behind a per-peer header that can be read as a Reason",
        _goodbye(raw.peer(flags=1, rd=bytes.fromhex("0002 0000 0000 ffff"), address=b"\xff" * 16), REASON),
        Fault("termination-peer-header", "fail", ("RFC7854-4.2-2",), "rest", 6 + 6, 48 - 6),
    ),
    _string("C0 80", b"\xc0\x80", 0, 1),
    _string("FF", b"ab\xff", 2, 1),
    _string("a lone surrogate", b"\xed\xa0\x80", 0, 1),
    _string("cut inside a character", b"a\xf0\x9f\x98", 1, 3),
    _nul(b"bye\0", 3, 1),
    _nul(b"\0", 0, 1),
    _nul(b"\0\0", 0, 2),
)
TILING = ("termination-tlvs-leftover", "termination-little-endian", "termination-peer-header")
VALID = (
    *(
        Valid(
            f"reason {reason} alone, 12 octets",
            _goodbye(raw.tlv(1, raw.u16(reason))),
            ("termination-reason-missing", "termination-reason-length", "termination-reason-repeated", *TILING),
        )
        for reason in range(5)
    ),
    Valid(
        "the Reason in the middle",
        _goodbye(raw.tlv(0, b"a"), REASON, raw.tlv(0, b"b")),
        ("termination-reason-missing", "termination-reason-repeated", *TILING),
    ),
    *(
        Valid(
            f"String {name}",
            _goodbye(REASON, raw.tlv(0, value)),
            ("termination-string-not-utf-8", "termination-trailing-nul"),
        )
        for name, value in (
            ("empty", b""),
            ("of characters of 2, 3 and 4 octets", "é€😀".encode()),
            ("with a BOM first", b"\xef\xbb\xbfabc"),
            ("with a NUL in the middle", b"a\0b"),
            ("of 65535 octets", b"s" * 65535),
        )
    ),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_fault_in_a_termination_is_one_finding(case: Broken, hold: Callable[[Broken], None]) -> None:
    hold(case)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_a_termination_at_the_border_is_no_finding(case: Valid, hold: Callable[[Valid], None]) -> None:
    hold(case)
