"""Peer Down, RFC 7854 section 4.9 with errata 4830 and 7194, RFC 9069 section 5.3.

Offsets: reason 48, its data 49; a NOTIFICATION there has its length at 65, type at 67, code at 68, subcode at 69.
"""

from collections.abc import Callable

import pytest

import raw
from raw import Broken, Fault, Valid

START = raw.initiation(raw.MANDATORY_TLVS)
UP = raw.peer_up()
LOC_RIB_UP = raw.loc_rib_up(of=raw.loc_rib(rd=raw.u64(1)))
LOC_RIB = raw.loc_rib(rd=raw.u64(1))
CEASE = raw.notification_pdu()
DATA = {1: CEASE, 2: raw.u16(0), 3: CEASE}
# RFC 7854 knows neither the peer type nor the reason.
OLD = {"rfc7854": ("peer-type-unassigned", "peer-down-reason-unassigned")}


def _down(reason: int, *data: bytes, of: bytes | None = None) -> tuple[bytes, ...]:
    return START, UP, raw.peer_down(reason, *data, of=of)


def _loc_rib(*tlvs: bytes, reason: int = 6) -> tuple[bytes, ...]:
    return START, LOC_RIB_UP, raw.peer_down(reason, *tlvs, of=LOC_RIB)


def _rest(code: str, level: str, clauses: tuple[str, ...], offset: int, length: int) -> Fault:
    return Fault(code, level, clauses, "rest", offset, length)


def _notification_faults(reason: int, side: str, clause: str) -> tuple[Broken, ...]:
    def case(name: str, octets: bytes, fault: Fault) -> Broken:
        return Broken(f"{side} NOTIFICATION {name}", _down(reason, octets), fault)

    def not_framed(name: str, octets: bytes) -> Broken:
        return case(name, octets, _rest(f"{side}-notification-not-framed", "fail", (clause,), 49, len(octets)))

    return (
        case("missing", b"", _rest(f"{side}-notification-missing", "fail", ("RFC7854-4.9-1", clause), 49, 0)),
        not_framed("of 1 octet", b"\xff"),
        not_framed("of 18 octets", CEASE[:18]),
        not_framed("cut by one octet", CEASE[:20]),
        not_framed("with length 18", raw.bgp(3, b"\6\2", length=18)),
        not_framed("with length 22", raw.bgp(3, b"\6\2", length=22)),
        not_framed("with no header", b"\6\2"),
        case(
            "with a marker of zeros",
            raw.bgp(3, b"\6\2", marker=bytes(16)),
            Fault(f"{side}-notification-marker", "fail", (clause,), "pdu.marker", 49, 16),
        ),
        *(
            case(
                f"of type {bgp_type}",
                raw.bgp(bgp_type),
                Fault(f"{side}-notification-type", "fail", (clause,), "pdu.type", 67, 1),
            )
            for bgp_type in (0, 2, 4, 255)
        ),
        *(
            case(
                f"of {19 + octets} octets",
                raw.bgp(3, bytes(octets)),
                Fault(f"{side}-notification-too-short", "fail", (clause,), "pdu.body", 68, octets),
            )
            for octets in (0, 1)
        ),
        case(
            "with an octet behind it",
            CEASE + b"\0",
            _rest(f"octets-behind-{side}-notification", "warn", (clause,), 70, 1),
        ),
        case(
            "with another behind it",
            CEASE + CEASE,
            _rest(f"octets-behind-{side}-notification", "warn", (clause,), 70, 21),
        ),
    )


def _name(name: str, fault: Fault, *tlvs: bytes) -> Broken:
    # Reason 6 has no TLVs before RFC 9069, so nothing is said of what follows it.
    return Broken(name, _loc_rib(*tlvs), fault, beside=OLD)


def _utf_8(name: str, value: bytes, start: int, length: int) -> Broken:
    fault = Fault("peer-down-name-not-utf-8", "fail", ("RFC9069-5.3-3",), "tlvs[0].value", 53 + start, length)
    return _name(f"name {name}", fault, raw.tlv(3, value))


def _nul(value: bytes, start: int, length: int) -> Broken:
    fault = Fault(
        "peer-down-trailing-nul", "fail", ("HOUSE-nul",), "tlvs[0].value", 53 + start, length, authority="house"
    )
    return Broken(f"name {value!r}", _loc_rib(raw.tlv(3, value)), fault, profiles=raw.EVERY_PROFILE[1:])


def _tiling(name: str, octets: bytes, offset: int, length: int) -> Broken:
    return _name(name, _rest("peer-down-tlvs-leftover", "fail", ("RFC9069-5.3-2",), offset, length), octets)


BROKEN = (
    Broken(
        "no reason",
        (START, UP, raw.message(raw.PEER_DOWN, raw.peer())),
        _rest("peer-down-reason-missing", "fail", ("RFC7854-4.9-1",), 48, 0),
    ),
    *_notification_faults(1, "local", "RFC7854-4.9-2"),
    *_notification_faults(3, "remote", "RFC7854-4.9-4"),
    *(
        Broken(
            f"FSM event of {octets} octets",
            _down(2, bytes(octets)),
            _rest("fsm-event-missing", "fail", ("RFC7854-4.9-1", "RFC7854-4.9-3"), 49, octets),
        )
        for octets in (0, 1)
    ),
    *(
        Broken(
            f"FSM event {event}",
            _down(2, raw.u16(event)),
            Fault("fsm-event-unknown", "warn", ("RFC7854-4.9-3",), "fsm_event", 49, 2),
        )
        for event in (30, 256, 65535)
    ),
    Broken(
        "an octet behind the FSM event",
        _down(2, raw.u16(1), b"\0"),
        _rest("octets-behind-fsm-event", "warn", ("RFC7854-4.9-3",), 51, 1),
    ),
    *(
        Broken(
            f"{octets} octets behind reason {reason}",
            _down(reason, CEASE[:octets]),
            _rest(f"octets-behind-reason-{reason}", "warn", (clause,), 49, octets),
        )
        for reason, clause in ((4, "RFC7854-4.9-5"), (5, "RFC7854-4.9-6"))
        for octets in (1, 21)
    ),
    *(
        Broken(
            f"a Loc-RIB goes down with reason {reason}",
            _loc_rib(DATA.get(reason, b""), reason=reason),
            Fault("loc-rib-down-reason", "fail", ("RFC9069-5.3-1",), "reason", 48, 1),
            beside=raw.TYPE_3,
        )
        for reason in (1, 2, 3, 4, 5)
    ),
    *(
        Broken(
            f"reason 6 of peer type {peer_type}",
            (START, raw.peer_up(of=of), raw.peer_down(6, of=of)),
            Fault("reason-6-of-other-peer", "info", ("RFC9069-5.3-1",), "reason", 48, 1),
            beside={"rfc7854": ("peer-down-reason-unassigned",)},
        )
        for peer_type, of in enumerate((raw.peer(), raw.peer(1, rd=raw.u64(1)), raw.peer(2, rd=raw.u64(1))))
    ),
    Broken(
        "the O flag",
        _down(4, of=raw.peer(flags=raw.O)),
        Fault("o-flag-in-peer-down", "info", ("RFC8671-6-1",), "peer.flags", 7, 1),
        beside=raw.O_FLAG,
    ),
    *(_tiling(f"{octets} octets left", raw.tlv(3)[:octets], 49, octets) for octets in (1, 2, 3)),
    *(
        _tiling(f"{octets} octets left behind a name", raw.tlv(3, b"red") + raw.tlv(3)[:octets], 56, octets)
        for octets in (1, 2, 3)
    ),
    _tiling("a length one too large", raw.tlv(3, b"red", length=4), 49, 7),
    _utf_8("C0 80", b"a\xc0\x80", 1, 1),
    _utf_8("FF", b"\xff", 0, 1),
    _utf_8("a lone surrogate", b"\xed\xa0\x80", 0, 1),
    _utf_8("cut inside a character", b"ab\xe2\x82", 2, 2),
    *(
        _name(
            f"name of {octets} octets",
            Fault("peer-down-name-length", "fail", ("RFC9069-5.3-3",), "tlvs[0].value", 53, octets),
            raw.tlv(3, b"n" * octets),
        )
        for octets in (0, 256, 65535)
    ),
    _nul(b"red\0", 3, 1),
    _nul(b"\0", 0, 1),
    _nul(b"a\0b\0\0", 3, 2),
)

NOTIFICATION_CODES = tuple(
    code
    for side in ("local", "remote")
    for code in (
        f"{side}-notification-missing",
        f"{side}-notification-not-framed",
        f"{side}-notification-marker",
        f"{side}-notification-type",
        f"{side}-notification-too-short",
        f"octets-behind-{side}-notification",
    )
)
EVENT_CODES = ("fsm-event-missing", "fsm-event-unknown", "octets-behind-fsm-event", "peer-down-reason-missing")
NAME_CODES = ("peer-down-name-not-utf-8", "peer-down-name-length", "peer-down-trailing-nul", "peer-down-tlvs-leftover")
VALID = (
    Valid(
        "octets that end in zero behind a reason not known before RFC 9069",
        _loc_rib(raw.tlv(3, b"red\0")),
        NAME_CODES,
        OLD,
        profiles=("rfc7854",),
    ),
    *(
        Valid(
            f"reason {reason}, a NOTIFICATION with {len(data)} octets of data",
            _down(reason, raw.notification_pdu(data=data)),
            NOTIFICATION_CODES,
        )
        for reason in (1, 3)
        for data in (b"", b"\0", bytes(65514))
    ),
    Valid("a NOTIFICATION of code 0", _down(1, raw.notification_pdu(0, 0)), NOTIFICATION_CODES),
    *(Valid(f"FSM event {event}", _down(2, raw.u16(event)), EVENT_CODES) for event in (0, 1, 28, 29)),
    Valid("reason 4, 49 octets", _down(4), ("octets-behind-reason-4", "reason-6-of-other-peer")),
    Valid("reason 5, 49 octets", _down(5), ("octets-behind-reason-5",)),
    Valid("the L flag", _down(4, of=raw.peer(flags=raw.L)), ("o-flag-in-peer-down",)),
    *(
        Valid(
            f"octets behind reason {reason}, which is not known",
            _down(reason, b"\0\3\0\xff"),
            (*NOTIFICATION_CODES, *EVENT_CODES, *NAME_CODES),
            dict.fromkeys(raw.EVERY_PROFILE, (f"peer-down-reason-{word}",)),
        )
        for reason, word in ((7, "unassigned"), (200, "specification-required"), (251, "experimental"))
    ),
    *(
        Valid(f"Loc-RIB down, {name}", _loc_rib(*tlvs), ("loc-rib-down-reason", *NAME_CODES), OLD)
        for name, tlvs in (
            ("no TLV", ()),
            ("a name of 1 octet", (raw.tlv(3, b"r"),)),
            ("a name of 255 octets", (raw.tlv(3, b"r" * 255),)),
            ("a name with a BOM first", (raw.tlv(3, b"\xef\xbb\xbfred"),)),
            ("a name with a NUL in the middle", (raw.tlv(3, b"r\0d"),)),
            ("a name of characters of 2, 3 and 4 octets", (raw.tlv(3, "é€😀".encode()),)),
            ("two names", (raw.tlv(3, b"red"), raw.tlv(3, b"blue"))),
            ("a String and a label", (raw.tlv(0, b"why"), raw.tlv(4, b"label"))),
        )
    ),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_fault_in_a_peer_down_is_one_finding(case: Broken, hold: Callable[[Broken], None]) -> None:
    hold(case)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_a_peer_down_at_the_border_is_no_finding(case: Valid, hold: Callable[[Valid], None]) -> None:
    hold(case)
