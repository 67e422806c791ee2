"""Route Monitoring, RFC 7854 sections 4.6 and 5, RFC 8671 section 5.2, RFC 9069 section 5.4.

Offsets: the UPDATE at 48, its length at 64, type at 66, body at 67: length of the withdrawn routes (2 octets), the
length of the attributes at 69 where nothing is withdrawn, the attributes at 71.
"""

from collections.abc import Callable

import pytest

import raw
from raw import Broken, Fault, Valid

START = raw.initiation(raw.MANDATORY_TLVS)
UP = raw.peer_up()
LOC_RIB_UP = raw.loc_rib_up()
YEAR_2000 = 946_684_800
UPDATE = ("RFC7854-4.6-1",)
LOC_RIB_UPDATE = ("RFC9069-5.4-1", "RFC7854-4.6-1")
ALL_ATTRIBUTES = raw.MANDATORY_ATTRIBUTES
BEHIND_ATTRIBUTES = 71 + len(ALL_ATTRIBUTES)
PRE_OUT = raw.peer(flags=raw.O)
POST_OUT = raw.peer(flags=raw.O | raw.L)


def _routes(*pdus: bytes, of: bytes | None = None) -> tuple[bytes, ...]:
    return START, UP, raw.route_monitoring(*pdus, of=of)


def _loc_rib(*pdus: bytes, of: bytes | None = None) -> tuple[bytes, ...]:
    return START, LOC_RIB_UP, raw.route_monitoring(*pdus, of=raw.loc_rib() if of is None else of)


def _pdu_faults(
    prefix: str, clauses: tuple[str, ...], stream: Callable[..., tuple[bytes, ...]], beside: dict[str, tuple[str, ...]]
) -> tuple[Broken, ...]:
    def case(  # noqa: PLR0913, PLR0917 - a row of the table
        name: str, octets: bytes, code: str, path: str, offset: int, length: int
    ) -> Broken:
        fault = Fault(f"{prefix}-{code}", "fail", clauses, path, offset, length)
        return Broken(f"{prefix} {name}", stream(octets), fault, beside=beside)

    def not_framed(name: str, octets: bytes) -> Broken:
        return case(name, octets, "not-framed", "rest", 48, len(octets))

    return (
        case("missing", b"", "missing", "rest", 48, 0),
        not_framed("of 1 octet", b"\xff"),
        not_framed("of 18 octets", raw.END_OF_RIB[:18]),
        not_framed("cut by one octet", raw.ROUTE[:-1]),
        not_framed("without its header", raw.ROUTE[19:]),
        not_framed("with length 18", raw.bgp(2, bytes(4), length=18)),
        case("with a marker of zeros", raw.update_pdu(marker=bytes(16)), "marker", "pdu.marker", 48, 16),
        case(
            "with one bit of the marker clear",
            raw.update_pdu(marker=b"\xff" * 15 + b"\xfe"),
            "marker",
            "pdu.marker",
            48,
            16,
        ),
        *(
            case(f"of type {bgp_type}", raw.bgp(bgp_type, bytes(4)), "type", "pdu.type", 66, 1)
            for bgp_type in (0, 4, 5, 255)
        ),
    )


def _lengths(name: str, octets: bytes) -> Broken:
    fault = Fault("update-lengths", "fail", ("RFC7854-5-1",), "pdu.body", 67, len(octets) - 19)
    return Broken(f"UPDATE {name}", _routes(octets), fault)


def _attributes(name: str, attributes: bytes, start: int) -> Broken:
    """Return an UPDATE whose attributes add up until octet `start` of them."""
    fault = Fault(
        "attributes-leftover",
        "fail",
        ("RFC7854-5-1",),
        "pdu.update.attributes.rest",
        71 + start,
        len(attributes) - start,
    )
    return Broken(f"attributes {name}", _routes(raw.update_pdu(b"", attributes, raw.PREFIX)), fault)


def _missing(name: str, attributes: bytes) -> Broken:
    return Broken(
        f"pre-policy Adj-RIB-Out without {name}",
        _routes(raw.update_pdu(b"", attributes, raw.PREFIX), of=PRE_OUT),
        Fault("pre-policy-out-attribute-missing", "warn", ("RFC8671-5.2-2",), "pdu.update.attributes", 71, 0),
        beside=raw.O_FLAG,
    )


def _old(seconds: int) -> tuple[Broken, ...]:
    def fault(code: str, *clauses: str) -> Fault:
        return Fault(f"route-time-implausible-{code}", "warn", clauses, "peer.seconds", 40, 4)

    return (
        Broken(
            f"time {seconds}",
            _routes(raw.ROUTE, of=raw.peer(sec=seconds)),
            fault("adj-rib-in", "RFC7854-5-8"),
        ),
        Broken(
            f"time {seconds} of Adj-RIB-Out",
            _routes(raw.ROUTE, of=raw.peer(flags=raw.O | raw.L, sec=seconds)),
            fault("adj-rib-out", "RFC8671-4-5", "RFC7854-5-8"),
            beside=raw.O_FLAG,
        ),
        Broken(
            f"time {seconds} of a Loc-RIB",
            _loc_rib(raw.ROUTE, of=raw.loc_rib(sec=seconds)),
            fault("loc-rib", "RFC9069-5.1-6", "RFC7854-5-8"),
            beside=raw.TYPE_3,
        ),
    )


def _behind(code: str, level: str, name: str, *octets: bytes) -> Broken:
    rest = b"".join(octets)
    fault = Fault(code, level, ("RFC7854-4.6-2",), "rest", 48 + len(raw.ROUTE), len(rest))
    return Broken(f"behind the UPDATE {name}", _routes(raw.ROUTE, rest), fault)


def _prefix(name: str, pdu: bytes, path: str, offset: int, length: int) -> Broken:
    fault = Fault("routes-malformed", "fail", ("RFC7854-5-1",), f"pdu.update.{path}", offset, length)
    return Broken(name, _routes(pdu), fault)


EMPTY_UNREACH = raw.attribute(0x80, 15, bytes((0, 1, 1)))
BROKEN = (
    *_pdu_faults("update", UPDATE, _routes, {}),
    *_pdu_faults("loc-rib-update", LOC_RIB_UPDATE, _loc_rib, dict(raw.TYPE_3)),
    _behind("second-update", "warn", "another", raw.ROUTE),
    _behind("second-update", "warn", "two more", raw.ROUTE, raw.END_OF_RIB),
    _behind("octets-behind-update", "fail", "one octet", b"\0"),
    _behind("octets-behind-update", "fail", "a KEEPALIVE", raw.bgp(4)),
    _behind("octets-behind-update", "fail", "a second one that is cut", raw.ROUTE[:-1]),
    _behind("octets-behind-update", "fail", "a second one and an octet", raw.ROUTE, b"\0"),
    _lengths("of 19 octets", raw.bgp(2)),
    _lengths("of 22 octets", raw.bgp(2, bytes(3))),
    _lengths("with withdrawn routes one octet too long", raw.update_pdu(withdrawn_length=1)),
    _lengths("with attributes one octet too long", raw.update_pdu(b"", raw.ORIGIN_IGP, attributes_length=5)),
    _lengths("with withdrawn routes of 65535 octets", raw.update_pdu(withdrawn_length=65535)),
    *(
        _attributes(f"with {octets} octets left", ALL_ATTRIBUTES + raw.ORIGIN_IGP[:octets], len(ALL_ATTRIBUTES))
        for octets in (1, 2, 3)
    ),
    _attributes("one octet too long", ALL_ATTRIBUTES + raw.attribute(0x80, 4, bytes(4), length=5), len(ALL_ATTRIBUTES)),
    _attributes("with half an extended length", ALL_ATTRIBUTES + b"\x90\x04\0", len(ALL_ATTRIBUTES)),
    Broken(
        "the End-of-RIB of IPv4 unicast as MP_UNREACH_NLRI",
        _routes(raw.update_pdu(b"", EMPTY_UNREACH)),
        Fault("ipv4-end-of-rib-form", "warn", ("RFC7854-5-3",), "pdu.update.attributes[0]", 71, 6),
    ),
    Broken(
        "the End-of-RIB of IPv4 unicast as MP_UNREACH_NLRI with extended length",
        _routes(raw.update_pdu(b"", raw.attribute(0x90, 15, bytes((0, 1, 1))))),
        Fault("ipv4-end-of-rib-form", "warn", ("RFC7854-5-3",), "pdu.update.attributes[0]", 71, 7),
    ),
    _missing("NEXT_HOP", raw.ORIGIN_IGP + raw.AS_PATH),
    _missing("AS_PATH", raw.ORIGIN_IGP + raw.NEXT_HOP),
    _missing("ORIGIN", raw.AS_PATH + raw.NEXT_HOP),
    _missing("any attribute", b""),
    *(case for seconds in (1, YEAR_2000 - 1) for case in _old(seconds)),
    _prefix("NLRI of 33 bits", raw.update_pdu(b"", ALL_ATTRIBUTES, b"\x21" + bytes(5)), "nlri", BEHIND_ATTRIBUTES, 6),
    _prefix("NLRI that is cut", raw.update_pdu(b"", ALL_ATTRIBUTES, raw.PREFIX[:3]), "nlri", BEHIND_ATTRIBUTES, 3),
    _prefix("withdrawn routes of 33 bits", raw.update_pdu(b"\x21" + bytes(5)), "withdrawn", 69, 6),
    _prefix("withdrawn routes that are cut", raw.update_pdu(raw.PREFIX + b"\x18"), "withdrawn", 73, 1),
)

UPDATE_CODES = tuple(
    f"{prefix}-{word}"
    for prefix in ("update", "loc-rib-update")
    for word in ("missing", "not-framed", "marker", "type")
)
REST_CODES = ("second-update", "octets-behind-update", "update-lengths", "attributes-leftover")
TIME_CODES = tuple(f"route-time-implausible-{view}" for view in ("adj-rib-in", "adj-rib-out", "loc-rib"))
EMPTY = (raw.attribute(0x40, 1, b""), raw.attribute(0x40, 2, b""), raw.attribute(0x40, 3, b""))
VALID = (
    Valid("a route", _routes(raw.ROUTE), (*UPDATE_CODES, *REST_CODES, *TIME_CODES)),
    Valid("a route of a Loc-RIB", _loc_rib(raw.ROUTE), (*UPDATE_CODES, *REST_CODES, *TIME_CODES), raw.TYPE_3),
    Valid(
        "the End-of-RIB of IPv4 unicast, 71 octets",
        _routes(raw.END_OF_RIB),
        (*UPDATE_CODES, *REST_CODES, "ipv4-end-of-rib-form"),
    ),
    *(
        Valid(
            f"the End-of-RIB of AFI {afi} SAFI {safi}",
            _routes(raw.update_pdu(b"", raw.attribute(flags, 15, raw.u16(afi) + raw.u8(safi)))),
            ("ipv4-end-of-rib-form", *REST_CODES),
        )
        for flags in (0x80, 0x90)
        for afi, safi in ((2, 1), (1, 128), (25, 70), (1, 2))
    ),
    Valid(
        "a withdraw of IPv4 unicast as MP_UNREACH_NLRI",
        _routes(raw.update_pdu(b"", raw.attribute(0x80, 15, bytes((0, 1, 1)) + raw.PREFIX))),
        ("ipv4-end-of-rib-form",),
    ),
    Valid("a withdraw", _routes(raw.update_pdu(raw.PREFIX)), REST_CODES),
    Valid("the default route", _routes(raw.update_pdu(b"", ALL_ATTRIBUTES, b"\0")), REST_CODES),
    Valid("200 prefixes", _routes(raw.update_pdu(b"", ALL_ATTRIBUTES, raw.PREFIX * 200)), REST_CODES),
    *(
        Valid(
            f"an attribute of {octets} octets, flags 0x{flags:02x}",
            _routes(raw.update_pdu(b"", ALL_ATTRIBUTES + raw.attribute(flags, 200, bytes(octets)), raw.PREFIX)),
            REST_CODES,
        )
        for flags, octets in ((0xC0, 0), (0xC0, 255), (0xD0, 0), (0xD0, 255), (0xD0, 256), (0xD0, 65000))
    ),
    *(
        Valid(
            f"pre-policy Adj-RIB-Out with {name}",
            _routes(raw.update_pdu(b"", attributes, raw.PREFIX), of=PRE_OUT),
            ("pre-policy-out-attribute-missing", *REST_CODES),
            raw.O_FLAG,
        )
        for name, attributes in (
            ("all attributes", ALL_ATTRIBUTES),
            ("empty attributes", b"".join(EMPTY)),
            ("NEXT_HOP 0.0.0.0", raw.ORIGIN_IGP + raw.AS_PATH + raw.attribute(0x40, 3, bytes(4))),
        )
    ),
    *(
        Valid(
            f"pre-policy Adj-RIB-Out, {name}",
            _routes(pdu, of=PRE_OUT),
            ("pre-policy-out-attribute-missing",),
            raw.O_FLAG,
        )
        for name, pdu in (
            ("a withdraw", raw.update_pdu(raw.PREFIX)),
            ("End-of-RIB", raw.END_OF_RIB),
            (
                "MP_REACH_NLRI",
                raw.update_pdu(
                    b"",
                    raw.ORIGIN_IGP
                    + raw.AS_PATH
                    + raw.attribute(0x80, 14, raw.u16(2) + b"\1\0\0" + b"\x20\x20\1\r\xb8"),
                ),
            ),
        )
    ),
    Valid(
        "post-policy Adj-RIB-Out",
        _routes(raw.ROUTE, of=POST_OUT),
        ("pre-policy-out-attribute-missing",),
        raw.O_FLAG,
    ),
    *(
        Valid(f"time {seconds}", _routes(raw.ROUTE, of=raw.peer(sec=seconds)), TIME_CODES)
        for seconds in (0, YEAR_2000, 0xFFFFFFFF)
    ),
    *(
        Valid(
            f"time {seconds} of Adj-RIB-Out",
            _routes(raw.ROUTE, of=raw.peer(flags=raw.O | raw.L, sec=seconds)),
            TIME_CODES,
            raw.O_FLAG,
        )
        for seconds in (0, YEAR_2000, 0xFFFFFFFF)
    ),
    *(
        Valid(f"time {seconds} of a Loc-RIB", _loc_rib(raw.ROUTE, of=raw.loc_rib(sec=seconds)), TIME_CODES, raw.TYPE_3)
        for seconds in (0, YEAR_2000, 0xFFFFFFFF)
    ),
    Valid(
        "times of other messages are those of an uptime",
        (
            START,
            raw.peer_up(of=raw.peer(sec=1)),
            raw.statistics(raw.tlv(7, raw.u64(1)), of=raw.peer(sec=1)),
            raw.peer_down(4, of=raw.peer(sec=1)),
        ),
        TIME_CODES,
    ),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_fault_in_route_monitoring_is_one_finding(case: Broken, hold: Callable[[Broken], None]) -> None:
    hold(case)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_route_monitoring_at_the_border_is_no_finding(case: Valid, hold: Callable[[Valid], None]) -> None:
    hold(case)
