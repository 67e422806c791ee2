"""The inside of an UPDATE: attributes, and the width of AS numbers, RFC 7854 sections 4.2, 5, RFC 9069 section 5.4.1.

Offsets: the attributes begin at 71 of the message; ORIGIN has 4 octets, AS_PATH 9, NEXT_HOP 7 where they are ordinary.
"""

from collections.abc import Callable, Mapping

import pytest

import raw
from bmpconform.events import FindingLine
from raw import Broken, Fault, Valid

Beside = Mapping[str, tuple[str, ...]]

START = raw.initiation(raw.MANDATORY_TLVS)
# 4-octet AS numbers in both OPENs, so that AS4_PATH and AS4_AGGREGATOR may be passed on as received.
UP = raw.peer_up(sent=raw.sent_open(raw.as4(raw.ROUTER_AS)), received=raw.received_open(raw.as4(raw.PEER_AS)))
SET, SEQUENCE, CONFED_SEQUENCE, CONFED_SET = 1, 2, 3, 4
ORIGIN, AS_PATH, NEXT_HOP, MED, LOCAL_PREF, ATOMIC, AGGREGATOR, COMMUNITIES, ORIGINATOR, CLUSTERS = range(1, 11)
MP_REACH, MP_UNREACH, EXTENDED, AS4_PATH, AS4_AGGREGATOR, LARGE = 14, 15, 16, 17, 18, 32
AS_PATH_AT = 71 + 4 + 3
BEHIND = 71 + len(raw.MANDATORY_ATTRIBUTES)
IN_WIDTHS = (2, 4)
PRE_OUT, POST_OUT = raw.peer(flags=raw.O), raw.peer(flags=raw.O | raw.L)
A_SET = raw.peer(flags=raw.A)
# Bit 2 of a Loc-RIB's flags means nothing there and is sent as 0.
LOC_RIB_BIT_2 = raw.loc_rib(flags=raw.A)
BIT_2: Beside = dict.fromkeys(raw.EVERY_PROFILE[1:], ("loc-rib-flags-reserved",)) | dict(raw.TYPE_3)
# AS paths by name, in AS numbers of so many octets.
NUMBERED: dict[str, Callable[[int], bytes]] = {
    "AS_SEQUENCE": lambda octets: raw.as_segment(SEQUENCE, 65001, octets=octets),
    "AS_SEQUENCE of 3": lambda octets: raw.as_segment(SEQUENCE, 65001, 65002, 65003, octets=octets),
    "AS_SET": lambda octets: raw.as_segment(SET, 65001, 65002, octets=octets),
    "AS_SEQUENCE and AS_SET": lambda octets: (
        raw.as_segment(SEQUENCE, 65001, octets=octets) + raw.as_segment(SET, 65002, 65003, octets=octets)
    ),
    "AS_CONFED_SEQUENCE": lambda octets: raw.as_segment(CONFED_SEQUENCE, 64512, 64513, octets=octets),
    "AS_CONFED_SET before AS_SEQUENCE": lambda octets: (
        raw.as_segment(CONFED_SET, 64512, octets=octets) + raw.as_segment(SEQUENCE, 65001, octets=octets)
    ),
}
NO_WIDTH = {
    "of 1 octet": b"\2",
    "cut in both widths": raw.as_segment(SEQUENCE, 65001, 65002, octets=2)[:-1],
    "with an octet left in both widths": raw.as_segment(SEQUENCE, 65001, octets=2) + b"\2",
}


def _routes(attributes: bytes, of: bytes | None = None) -> tuple[bytes, ...]:
    pdu = raw.update_pdu(b"", attributes, raw.PREFIX)
    return START, UP, raw.route_monitoring(pdu, of=of)


def _loc_rib(attributes: bytes, of: bytes | None = None) -> tuple[bytes, ...]:
    pdu = raw.update_pdu(b"", attributes, raw.PREFIX)
    return START, raw.loc_rib_up(), raw.route_monitoring(pdu, of=raw.loc_rib() if of is None else of)


def _path(value: bytes) -> bytes:
    return raw.ORIGIN_IGP + raw.attribute(0x40, AS_PATH, value) + raw.NEXT_HOP


def _of_path(code: str, clause: str, value: bytes) -> Fault:
    return Fault(code, "fail", (clause,), "pdu.update.attributes[1].value", AS_PATH_AT, len(value))


def _wrong_widths() -> tuple[Broken, ...]:
    def case(name: str, value: bytes, of: bytes, beside: Beside = raw.NO_CODES) -> Broken:
        return Broken(name, _routes(_path(value), of), _of_path("as-path-width", "RFC7854-4.2-7", value), beside=beside)

    def of_loc_rib(name: str, value: bytes, of: bytes, beside: Beside) -> Broken:
        fault = _of_path("loc-rib-as-path-width", "RFC9069-5.4.1-1", value)
        return Broken(name, _loc_rib(_path(value), of), fault, beside=beside)

    return (
        *(case(f"{name}, 2 octets, A clear", value(2), raw.peer()) for name, value in NUMBERED.items()),
        *(case(f"{name}, 4 octets, A set", value(4), A_SET) for name, value in NUMBERED.items()),
        case("2 octets, A clear, L set", NUMBERED["AS_SEQUENCE"](2), raw.peer(flags=raw.L)),
        *(
            case("2 octets, A clear, Adj-RIB-Out", NUMBERED["AS_SEQUENCE"](2), of, beside=raw.O_FLAG)
            for of in (PRE_OUT, POST_OUT)
        ),
        *(
            of_loc_rib(f"{name}, 2 octets, Loc-RIB", value(2), raw.loc_rib(), raw.TYPE_3)
            for name, value in NUMBERED.items()
        ),
        of_loc_rib("2 octets, Loc-RIB with bit 2 set", NUMBERED["AS_SEQUENCE"](2), LOC_RIB_BIT_2, BIT_2),
    )


def _no_widths() -> tuple[Broken, ...]:
    return tuple(
        Broken(f"AS_PATH {name}, {view}", stream, _of_path("as-path-malformed", "RFC7854-5-1", value), beside=beside)
        for name, value in NO_WIDTH.items()
        for view, stream, beside in (
            ("A clear", _routes(_path(value)), {}),
            ("A set", _routes(_path(value), A_SET), {}),
            ("Loc-RIB", _loc_rib(_path(value)), raw.TYPE_3),
        )
    )


def _added(  # noqa: PLR0913, PLR0917 - a row of the table
    name: str,
    code: str,
    level: str,
    clause: str,
    attribute_type: int,
    value: bytes,
    of: bytes | None = None,
    beside: Beside | None = None,
) -> Broken:
    """Return a fault in an attribute behind the mandatory ones; its value begins 3 octets into it."""
    attributes = raw.MANDATORY_ATTRIBUTES + raw.attribute(0xC0, attribute_type, value)
    if of is A_SET:
        attributes = _path(NUMBERED["AS_SEQUENCE"](2)) + raw.attribute(0xC0, attribute_type, value)
    at = 71 + len(attributes) - len(value)
    fault = Fault(code, level, (clause,), "pdu.update.attributes[3].value", at, len(value))
    stream = _routes(attributes, of) if of is None or of[:1] == b"\0" else _loc_rib(attributes, of)
    return Broken(f"{name} of {len(value)} octets", stream, fault, beside=beside or {})


def _length(name: str, attribute_type: int, octets: int) -> Broken:
    return _added(name, "attribute-length", "fail", "RFC7854-5-1", attribute_type, bytes(octets))


def _mandatory(name: str, attribute_type: int, octets: int, of: bytes | None = None) -> Broken:
    """Return a fault in the length of ORIGIN or NEXT_HOP, in their place."""
    wrong = raw.attribute(0x40, attribute_type, bytes(octets))
    if attribute_type == ORIGIN:
        attributes, index, at = wrong + raw.AS_PATH + raw.NEXT_HOP, 0, 71 + 3
    else:
        attributes, index, at = raw.ORIGIN_IGP + raw.AS_PATH + wrong, 2, 71 + 4 + 9 + 3
    path = f"pdu.update.attributes[{index}].value"
    fault = Fault("attribute-length", "fail", ("RFC7854-5-1",), path, at, octets)
    beside = {} if of is None or of == raw.peer(flags=raw.L) else raw.O_FLAG
    return Broken(f"{name} of {octets} octets", _routes(attributes, of), fault, beside=beside)


def _alone(name: str, attribute_type: int, value: bytes) -> Broken:
    """Return a malformed MP_REACH_NLRI or MP_UNREACH_NLRI."""
    attributes = raw.attribute(0x80, attribute_type, value)
    fault = Fault("attribute-length", "fail", ("RFC7854-5-1",), "pdu.update.attributes[0].value", 74, len(value))
    return Broken(name, (START, raw.peer_up(), raw.route_monitoring(raw.update_pdu(b"", attributes))), fault)


RIGHT_OCTETS = {
    MED: (4,),
    LOCAL_PREF: (4,),
    ATOMIC: (0,),
    COMMUNITIES: (0, 4, 8, 252),
    ORIGINATOR: (4,),
    CLUSTERS: (0, 4, 12),
    EXTENDED: (0, 8, 24),
    AS4_AGGREGATOR: (8,),
    LARGE: (0, 12, 36),
}
WRONG_OCTETS = {
    MED: (0, 3, 5, 8),
    LOCAL_PREF: (0, 3, 5),
    ATOMIC: (1, 4),
    AGGREGATOR: (0, 5, 7, 9),
    COMMUNITIES: (1, 3, 5, 6),
    ORIGINATOR: (0, 3, 5, 16),
    CLUSTERS: (1, 3, 5),
    EXTENDED: (1, 4, 7, 12),
    AS4_AGGREGATOR: (0, 6, 7, 9),
    LARGE: (1, 8, 11, 13),
}
REACH = raw.u16(2) + raw.u8(1)
BROKEN = (
    *_wrong_widths(),
    *_no_widths(),
    *(
        _added(f"AS4_PATH {name}", "as-path-malformed", "fail", "RFC7854-5-1", AS4_PATH, value, A_SET)
        for name, value in {**NO_WIDTH, "of 2-octet AS numbers": NUMBERED["AS_SEQUENCE"](2)}.items()
    ),
    _added("AGGREGATOR, A clear", "aggregator-width", "info", "RFC7854-4.2-7", AGGREGATOR, bytes(6)),
    _added("AGGREGATOR, A set", "aggregator-width", "info", "RFC7854-4.2-7", AGGREGATOR, bytes(8), A_SET),
    *(
        _added(
            "AGGREGATOR, Loc-RIB",
            "loc-rib-aggregator-width",
            "fail",
            "RFC9069-5.4.1-1",
            AGGREGATOR,
            bytes(6),
            of,
            beside,
        )
        for of, beside in ((raw.loc_rib(), raw.TYPE_3), (LOC_RIB_BIT_2, BIT_2))
    ),
    _added(
        "AGGREGATOR, Loc-RIB",
        "attribute-length",
        "fail",
        "RFC7854-5-1",
        AGGREGATOR,
        bytes(7),
        raw.loc_rib(),
        raw.TYPE_3,
    ),
    *(
        _length(f"attribute {attribute_type}", attribute_type, octets)
        for attribute_type, wrong in WRONG_OCTETS.items()
        for octets in wrong
    ),
    *(_mandatory("ORIGIN", ORIGIN, octets) for octets in (0, 2)),
    *(_mandatory("NEXT_HOP", NEXT_HOP, octets) for octets in (0, 3, 5, 16)),
    *(
        _mandatory(f"{view}, {name}", attribute_type, 0, of)
        for name, attribute_type in (("ORIGIN", ORIGIN), ("NEXT_HOP", NEXT_HOP))
        for view, of in (("post-policy Adj-RIB-Out", POST_OUT), ("post-policy Adj-RIB-In", raw.peer(flags=raw.L)))
    ),
    *(_mandatory("pre-policy Adj-RIB-Out, NEXT_HOP", NEXT_HOP, octets, PRE_OUT) for octets in (3, 16)),
    *(_alone(f"MP_REACH_NLRI of {octets} octets", MP_REACH, (REACH + bytes(2))[:octets]) for octets in range(5)),
    _alone("MP_REACH_NLRI with a next hop that is cut", MP_REACH, REACH + raw.u8(16) + bytes(15)),
    _alone("MP_REACH_NLRI without its reserved octet", MP_REACH, REACH + raw.u8(16) + bytes(16)),
    *(_alone(f"MP_UNREACH_NLRI of {octets} octets", MP_UNREACH, REACH[:octets]) for octets in range(3)),
)

WIDTH_CODES = ("as-path-width", "as-path-malformed")
LOC_RIB_CODES = ("loc-rib-as-path-width", "loc-rib-aggregator-width", *WIDTH_CODES)
EITHER_WIDTH = {
    "empty": b"",
    # 65280 ends in an octet of 0: read in twos, a segment of type 255 with no AS number follows.
    "of one AS number that adds up in twos as well": raw.as_segment(SEQUENCE, 0xFF00),
}
VALID = (
    *(
        Valid(f"{name}, {octets} octets, {view}", stream, WIDTH_CODES, beside)
        for name, value in NUMBERED.items()
        for octets, view, stream, beside in (
            (4, "A clear", _routes(_path(value(4))), raw.NO_CODES),
            (2, "A set", _routes(_path(value(2)), A_SET), raw.NO_CODES),
            (2, "A set, L set", _routes(_path(value(2)), raw.peer(flags=raw.A | raw.L)), raw.NO_CODES),
            (2, "A set, Adj-RIB-Out", _routes(_path(value(2)), raw.peer(flags=raw.A | raw.O)), raw.O_FLAG),
            (4, "Adj-RIB-Out", _routes(_path(value(4)), PRE_OUT), raw.O_FLAG),
        )
    ),
    *(
        Valid(f"{name}, Loc-RIB", _loc_rib(_path(value(4))), LOC_RIB_CODES, raw.TYPE_3)
        for name, value in NUMBERED.items()
    ),
    Valid(
        "4 octets, Loc-RIB with bit 2 set",
        _loc_rib(_path(NUMBERED["AS_SEQUENCE"](4)), LOC_RIB_BIT_2),
        LOC_RIB_CODES,
        BIT_2,
    ),
    *(
        Valid(f"AS_PATH {name}, {view}", stream, LOC_RIB_CODES, beside)
        for name, value in EITHER_WIDTH.items()
        for view, stream, beside in (
            ("A clear", _routes(_path(value)), raw.NO_CODES),
            ("A set", _routes(_path(value), A_SET), raw.NO_CODES),
            ("Loc-RIB", _loc_rib(_path(value)), raw.TYPE_3),
        )
    ),
    *(
        Valid(
            f"AS_PATH in {octets} octets of a peer type of no document",
            (
                START,
                raw.peer_up(of=raw.peer(127)),
                raw.route_monitoring(
                    raw.update_pdu(b"", _path(NUMBERED["AS_SEQUENCE"](octets)), raw.PREFIX),
                    of=raw.peer(127, flags=flags),
                ),
            ),
            (*WIDTH_CODES, "aggregator-width"),
            dict.fromkeys(raw.EVERY_PROFILE, ("peer-type-unassigned",)),
        )
        for octets in IN_WIDTHS
        for flags in (0, raw.A)
    ),
    *(
        Valid(
            f"AS4_PATH {name}",
            _routes(_path(NUMBERED["AS_SEQUENCE"](2)) + raw.attribute(0xC0, AS4_PATH, value), A_SET),
            ("as-path-malformed",),
        )
        for name, value in (("empty", b""), ("AS_SEQUENCE", NUMBERED["AS_SEQUENCE"](4)))
    ),
    Valid(
        "AGGREGATOR of 8 octets, A clear",
        _routes(raw.MANDATORY_ATTRIBUTES + raw.attribute(0xC0, AGGREGATOR, bytes(8))),
        ("aggregator-width", "attribute-length"),
    ),
    Valid(
        "AGGREGATOR of 6 octets, A set",
        _routes(_path(NUMBERED["AS_SEQUENCE"](2)) + raw.attribute(0xC0, AGGREGATOR, bytes(6)), A_SET),
        ("aggregator-width", "attribute-length"),
    ),
    *(
        Valid(
            "AGGREGATOR of 8 octets, Loc-RIB",
            _loc_rib(raw.MANDATORY_ATTRIBUTES + raw.attribute(0xC0, AGGREGATOR, bytes(8)), of),
            ("loc-rib-aggregator-width", "attribute-length"),
            beside,
        )
        for of, beside in ((raw.loc_rib(), raw.TYPE_3), (LOC_RIB_BIT_2, BIT_2))
    ),
    *(
        Valid(
            f"attribute {attribute_type} of {octets} octets",
            _routes(raw.MANDATORY_ATTRIBUTES + raw.attribute(0xC0, attribute_type, bytes(octets))),
            ("attribute-length",),
        )
        for attribute_type, right in RIGHT_OCTETS.items()
        for octets in right
    ),
    Valid(
        "an attribute with extended length",
        _routes(raw.MANDATORY_ATTRIBUTES + raw.attribute(0x90, MED, bytes(4))),
        ("attribute-length",),
    ),
    Valid(
        "an attribute of a type of no document",
        _routes(raw.MANDATORY_ATTRIBUTES + raw.attribute(0xC0, 200, bytes(5))),
        ("attribute-length",),
    ),
    *(
        Valid(
            f"pre-policy Adj-RIB-Out, {name}",
            _routes(attributes, PRE_OUT),
            ("attribute-length", *WIDTH_CODES),
            raw.O_FLAG,
        )
        for name, attributes in (
            (
                "empty ORIGIN, AS_PATH and NEXT_HOP",
                raw.attribute(0x40, ORIGIN, b"")
                + raw.attribute(0x40, AS_PATH, b"")
                + raw.attribute(0x40, NEXT_HOP, b""),
            ),
            ("NEXT_HOP of zeros", raw.ORIGIN_IGP + raw.AS_PATH + raw.attribute(0x40, NEXT_HOP, bytes(4))),
            ("AS_PATH of zeros", _path(bytes(4))),
            ("an MP next hop of length 0", raw.MANDATORY_ATTRIBUTES + raw.mp_reach(1, 1, raw.PREFIX, next_hop=b"")),
            ("an MP next hop of zeros", raw.MANDATORY_ATTRIBUTES + raw.mp_reach(1, 1, raw.PREFIX, next_hop=bytes(4))),
        )
    ),
    Valid(
        "MP_REACH_NLRI of no route",
        (START, raw.peer_up(), raw.route_monitoring(raw.update_pdu(b"", raw.mp_reach(2, 1, b"", next_hop=b"")))),
        ("attribute-length",),
    ),
    Valid(
        "MP_UNREACH_NLRI of no route",
        (START, raw.peer_up(), raw.route_monitoring(raw.update_pdu(b"", raw.mp_unreach(2, 1)))),
        ("attribute-length",),
    ),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_fault_in_an_update_is_one_finding(case: Broken, hold: Callable[[Broken], None]) -> None:
    hold(case)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_an_update_at_the_border_is_no_finding(case: Valid, hold: Callable[[Valid], None]) -> None:
    hold(case)


def test_wrong_lengths_of_two_attributes_of_a_peer_are_two_breaches(findings: Callable[..., list[FindingLine]]) -> None:
    pdus = [
        raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES + raw.attribute(0xC0, attribute_type, b"\0"), raw.PREFIX)
        for attribute_type in (MED, LOCAL_PREF, MED)
    ]
    found = findings(START, raw.peer_up(), *map(raw.route_monitoring, pdus))
    assert [(finding.message, finding.count, finding.text.split()[0]) for finding in found] == [
        (2, 2, "MULTI_EXIT_DISC"),
        (3, 1, "LOCAL_PREF"),
    ]
