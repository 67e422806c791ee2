"""Initiation, RFC 7854 sections 4.3 and 4.4 as revised by RFC 9736 sections 2 and 3.1.

Offsets in the default message: sysDescr "router" at 6 (value at 10), sysName "r1" at 16 (value at 20), the next TLV
at 22 (length at 24, value at 26).
"""

from collections.abc import Callable

import pytest

import raw
from bmpconform.events import FindingLine
from raw import Broken, Fault, Valid

STRING_CLAUSES = ("RFC9736-2-1", "RFC7854-4.4-2")
DESCR_CLAUSES = ("RFC9736-3.1-3", "RFC7854-4.4-5")
NAME_CLAUSES = ("RFC9736-3.1-4", "RFC7854-4.4-6")
LEFTOVER = ("RFC7854-4.4-8",)


def _missing(code: str, clause: str) -> Fault:
    return Fault(code, "fail", (clause,), "tlvs", 6, 0)


def _string(name: str, value: bytes, start: int, length: int) -> Broken:
    """Return a String whose fault is `length` octets long and begins at its octet `start`."""
    return Broken(
        f"String {name}",
        (raw.initiation(raw.MANDATORY_TLVS, raw.tlv(0, value)),),
        Fault("initiation-string-not-utf-8", "fail", STRING_CLAUSES, "tlvs[2].value", 26 + start, length),
    )


def _nul(name: str, message: bytes, path: str, offset: int, length: int) -> Broken:
    fault = Fault("initiation-trailing-nul", "fail", ("HOUSE-nul",), path, offset, length, authority="house")
    return Broken(name, (message,), fault)


def _leftover(octets: bytes, length: int, offset: int = 22) -> Broken:
    return Broken(
        f"{length} octets left: {octets.hex()}",
        (raw.initiation(raw.MANDATORY_TLVS, octets),),
        Fault("initiation-tlvs-leftover", "fail", LEFTOVER, "rest", offset, length),
    )


BROKEN = (
    Broken("no sysDescr", (raw.initiation(raw.SYS_NAME),), _missing("sys-descr-missing", "RFC7854-4.3-3")),
    Broken("no sysName", (raw.initiation(raw.SYS_DESCR),), _missing("sys-name-missing", "RFC7854-4.3-4")),
    Broken(
        "a String in place of sysName",
        (raw.initiation(raw.tlv(0, b"r1"), raw.SYS_DESCR),),
        _missing("sys-name-missing", "RFC7854-4.3-4"),
    ),
    *(_leftover(raw.tlv(0)[:octets], octets) for octets in (1, 2, 3)),
    _leftover(raw.tlv(0, b"x", length=2), 5),
    _leftover(raw.tlv(0, b"", length=1), 4),
    _leftover(raw.tlv(65531, b"x", length=65535), 5),
    Broken(
        "the length of the last mandatory TLV is one too large",
        (raw.initiation(raw.SYS_DESCR, raw.tlv(2, b"r1", length=3)),),
        Fault("initiation-tlvs-leftover", "fail", LEFTOVER, "rest", 16, 6),
    ),
    Broken(
        "lengths that count the header of their TLV, read as other TLVs",
        (raw.initiation(raw.tlv(1, b"abc", length=7), raw.tlv(2, bytes.fromhex("00 02 00 00 00"), length=9)),),
        Fault("initiation-length-counts-header", "fail", ("RFC7854-4.4-1",), "rest", 21, 1),
    ),
    Broken(
        "a length with the least significant octet first, behind lengths of zero",
        (raw.initiation(raw.tlv(1), raw.tlv(2), bytes.fromhex("0000 0200"), b"ab"),),
        Fault("initiation-little-endian", "fail", ("RFC7854-4.1-9",), "rest", 14, 6),
    ),
    Broken(
        "behind a per-peer header that can be read as two empty TLVs",
        (
            raw.initiation(
                raw.peer(flags=1, rd=bytes.fromhex("0000 0002 0000 ffff"), address=b"\xff" * 16), raw.MANDATORY_TLVS
            ),
        ),
        Fault("initiation-peer-header", "fail", ("RFC7854-4.2-2",), "rest", 14, 50),
    ),
    Broken(
        "every length counts the header of its TLV",
        (raw.initiation(raw.tlv(2, b"router1", length=11), raw.tlv(1, b"rt", length=6)),),
        Fault("initiation-length-counts-header", "fail", ("RFC7854-4.4-1",), "rest", 21, 2),
    ),
    Broken(
        "least significant octet first",
        (raw.initiation(bytes.fromhex("0100 0600"), b"router", bytes.fromhex("0200 0200"), b"r1"),),
        Fault("initiation-little-endian", "fail", ("RFC7854-4.1-9",), "rest", 6, 16),
    ),
    Broken(
        "behind a per-peer header",
        (raw.initiation(raw.peer(flags=0xFF, rd=b"\xff" * 8), raw.MANDATORY_TLVS),),
        Fault("initiation-peer-header", "fail", ("RFC7854-4.2-2",), "rest", 6, 58),
    ),
    _string("C0 80", b"a\xc0\x80", 1, 1),
    _string("FF", b"\xff", 0, 1),
    _string("a lone surrogate", b"ab\xed\xa0\x80", 2, 1),
    _string("cut inside a character", b"abc\xe2\x82", 3, 2),
    _string("cut behind the first octet of four", b"\xf0", 0, 1),
    _string("over U+10FFFF", b"\xf4\x90\x80\x80", 0, 1),
    _string("Latin-1", b"caf\xe9", 3, 1),
    Broken(
        "sysDescr in UTF-8",
        (raw.initiation(raw.tlv(1, "Zürich".encode()), raw.SYS_NAME),),
        Fault("sys-descr-not-ascii", "fail", DESCR_CLAUSES, "tlvs[0].value", 11, 1),
    ),
    Broken(
        "sysName in UTF-8",
        (raw.initiation(raw.SYS_DESCR, raw.tlv(2, b"r1\x80")),),
        Fault("sys-name-not-ascii", "fail", NAME_CLAUSES, "tlvs[1].value", 22, 1),
    ),
    Broken(
        "BOM before sysName",
        (raw.initiation(raw.SYS_DESCR, raw.tlv(2, b"\xef\xbb\xbfr1")),),
        Fault("sys-name-not-ascii", "fail", NAME_CLAUSES, "tlvs[1].value", 20, 1),
    ),
    *(
        Broken(
            f"sysDescr of {octets} octets",
            (raw.initiation(raw.SYS_NAME, raw.tlv(1, b"d" * octets)),),
            Fault("sys-descr-too-long", "warn", ("RFC7854-4.4-7",), "tlvs[1].value", 16, octets),
        )
        for octets in (256, 65535)
    ),
    *(
        Broken(
            f"sysName of {octets} octets",
            (raw.initiation(raw.SYS_DESCR, raw.tlv(2, b"n" * octets)),),
            Fault("sys-name-too-long", "warn", ("RFC7854-4.4-7",), "tlvs[1].value", 20, octets),
        )
        for octets in (256, 65535)
    ),
    _nul("sysDescr with a NUL", raw.initiation(raw.tlv(1, b"router\0"), raw.SYS_NAME), "tlvs[0].value", 16, 1),
    _nul("sysName with two NULs", raw.initiation(raw.SYS_DESCR, raw.tlv(2, b"r1\0\0")), "tlvs[1].value", 22, 2),
    _nul("sysName of one NUL", raw.initiation(raw.SYS_DESCR, raw.tlv(2, b"\0")), "tlvs[1].value", 20, 1),
    _nul("String with a NUL", raw.initiation(raw.MANDATORY_TLVS, raw.tlv(0, b"a\0")), "tlvs[2].value", 27, 1),
    _nul("String of NULs", raw.initiation(raw.MANDATORY_TLVS, raw.tlv(0, bytes(3))), "tlvs[2].value", 26, 3),
    _nul(
        "String with NULs in the middle and at the end",
        raw.initiation(raw.MANDATORY_TLVS, raw.tlv(0, b"a\0b\0")),
        "tlvs[2].value",
        29,
        1,
    ),
)
TILING = (
    "initiation-tlvs-leftover",
    "initiation-length-counts-header",
    "initiation-little-endian",
    "initiation-peer-header",
)
LONG = ("sys-descr-too-long", "sys-name-too-long")
NOT_ASCII = ("sys-descr-not-ascii", "sys-name-not-ascii")
VALID = (
    Valid(
        "both TLVs and no more",
        (raw.initiation(raw.MANDATORY_TLVS),),
        ("sys-descr-missing", "sys-name-missing", *TILING),
    ),
    Valid("sysName first", (raw.initiation(raw.SYS_NAME, raw.SYS_DESCR),), ("sys-descr-missing", "sys-name-missing")),
    Valid(
        "both TLVs empty, 14 octets",
        (raw.initiation(raw.tlv(1), raw.tlv(2)),),
        ("sys-descr-missing", "sys-name-missing", "initiation-trailing-nul", *TILING, *LONG),
    ),
    Valid("255 octets each", (raw.initiation(raw.tlv(1, b"d" * 255), raw.tlv(2, b"n" * 255)),), LONG),
    Valid(
        "a String of 65535 octets", (raw.initiation(raw.MANDATORY_TLVS, raw.tlv(0, b"s" * 65535)),), (*TILING, *LONG)
    ),
    *(
        Valid(
            f"String {name}",
            (raw.initiation(raw.MANDATORY_TLVS, raw.tlv(0, value)),),
            ("initiation-string-not-utf-8", "initiation-trailing-nul", *NOT_ASCII),
        )
        for name, value in (
            ("empty", b""),
            ("of characters of 2, 3 and 4 octets", "é€😀".encode()),
            ("with a BOM first", b"\xef\xbb\xbfabc"),
            ("with a NUL first", b"\0abc"),
            ("with a NUL in the middle", b"a\0b"),
            ("of the last character", b"\xf4\x8f\xbf\xbf"),
            ("with a noncharacter", b"\xef\xbf\xbf"),
        )
    ),
    Valid("sysDescr of every ASCII octet", (raw.initiation(raw.tlv(1, bytes(range(128))), raw.SYS_NAME),), NOT_ASCII),
    Valid(
        "Strings A, B, A",
        (raw.initiation(raw.MANDATORY_TLVS, *(raw.tlv(0, value) for value in (b"A", b"B", b"A"))),),
        TILING,
    ),
    Valid(
        "a String right before type 65531",
        (raw.initiation(raw.MANDATORY_TLVS, raw.tlv(0, b"abc"), raw.tlv(65531, b"\xff\0")),),
        ("initiation-trailing-nul", "initiation-string-not-utf-8"),
        dict.fromkeys(raw.EVERY_PROFILE, ("initiation-tlv-experimental",)),
    ),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_fault_in_an_initiation_is_one_finding(case: Broken, hold: Callable[[Broken], None]) -> None:
    hold(case)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_an_initiation_at_the_border_is_no_finding(case: Valid, hold: Callable[[Valid], None]) -> None:
    hold(case)


@pytest.mark.parametrize("level", ["fail", "warn", "info"])
def test_the_policy_sets_the_level_of_a_trailing_nul_alone(
    level: str, findings: Callable[..., list[FindingLine]]
) -> None:
    found = findings(raw.initiation(raw.tlv(1, b"router\0"), raw.tlv(2, b"\x80")), policy=level)
    assert [(finding.code, finding.level, finding.authority) for finding in found] == [
        ("initiation-trailing-nul", level, "house"),
        ("sys-name-not-ascii", "fail", "document"),
    ]
