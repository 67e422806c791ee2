"""Route Mirroring, RFC 7854 section 4.7, RFC 9069 section 5.5. TLVs begin at 48, the value of the first at 52."""

from collections.abc import Callable

import pytest

import raw
from raw import Broken, Fault, Valid

START = raw.initiation(raw.MANDATORY_TLVS)
UP = raw.peer_up()
PDU = raw.tlv(0, raw.ROUTE)
ERRORED, LOST = raw.tlv(1, raw.u16(0)), raw.tlv(1, raw.u16(1))


def _mirrored(*tlvs: bytes, of: bytes | None = None) -> tuple[bytes, ...]:
    return START, UP, raw.mirroring(*tlvs, of=of)


def _leftover(name: str, octets: bytes, offset: int, length: int) -> Broken:
    return Broken(
        name, _mirrored(octets), Fault("mirroring-tlvs-leftover", "fail", ("RFC7854-4.7-1",), "rest", offset, length)
    )


def _not_last(name: str, index: int, offset: int, *tlvs: bytes) -> Broken:
    fault = Fault("mirrored-pdu-not-last", "fail", ("RFC7854-4.7-5",), f"tlvs[{index}]", offset, len(PDU))
    return Broken(name, _mirrored(*tlvs), fault)


BROKEN = (
    *(_leftover(f"{octets} octets left", LOST + PDU[:octets], 54, octets) for octets in (1, 2, 3)),
    *(_leftover(f"{octets} octets and no TLV", PDU[:octets], 48, octets) for octets in (1, 2, 3)),
    _leftover("a length one too large", LOST + raw.tlv(0, raw.ROUTE, length=len(raw.ROUTE) + 1), 54, len(PDU)),
    Broken(
        "no TLV, 48 octets",
        _mirrored(),
        Fault("mirroring-tlvs-missing", "warn", ("RFC7854-4.7-3",), "tlvs", 48, 0),
    ),
    _not_last("BGP Message before Information", 0, 48, PDU, LOST),
    _not_last("two BGP Messages", 0, 48, PDU, PDU),
    _not_last("BGP Message in the middle", 1, 54, LOST, PDU, LOST),
    *(
        Broken(
            f"Information of {octets} octets",
            _mirrored(raw.tlv(1, bytes(octets))),
            Fault("mirroring-information-length", "fail", ("RFC7854-4.7-6",), "tlvs[0].value", 52, octets),
        )
        for octets in (0, 1, 3, 4)
    ),
    Broken(
        "code 0 alone",
        _mirrored(ERRORED),
        Fault("errored-pdu-missing", "fail", ("RFC7854-4.7-8",), "tlvs", 48, 0),
    ),
    Broken(
        "code 0 before a BGP Message whose length is one too large",
        _mirrored(ERRORED, raw.tlv(0, raw.ROUTE, length=len(raw.ROUTE) + 1)),
        Fault("mirroring-tlvs-leftover", "fail", ("RFC7854-4.7-1",), "rest", 54, len(PDU)),
    ),
    Broken(
        "a Loc-RIB",
        (START, raw.loc_rib_up(), raw.mirroring(PDU, of=raw.loc_rib())),
        Fault("mirroring-of-loc-rib", "warn", ("RFC9069-5.5-1",), "peer.type", 6, 1),
        beside=raw.TYPE_3,
    ),
)
CODES = (
    "mirroring-tlvs-leftover",
    "mirroring-tlvs-missing",
    "mirrored-pdu-not-last",
    "mirroring-information-length",
    "errored-pdu-missing",
    "mirroring-of-loc-rib",
)
VALID = (
    Valid("a BGP Message alone", _mirrored(PDU), CODES),
    Valid("Information alone, 54 octets", _mirrored(LOST), CODES),
    Valid("code 0 and its PDU", _mirrored(ERRORED, PDU), CODES),
    Valid("codes 1 and 0, then the PDU", _mirrored(LOST, ERRORED, PDU), CODES),
    *(
        Valid(f"a mirrored PDU {name}", _mirrored(ERRORED, raw.tlv(0, octets)), CODES)
        for name, octets in (
            ("empty", b""),
            ("of one octet", b"\0"),
            ("with a marker of zeros", bytes(19)),
            ("with a length that lies", raw.bgp(2, b"", length=65535)),
            ("of type 255", raw.bgp(255)),
            ("that is a KEEPALIVE", raw.bgp(4)),
            ("that is an OPEN cut short", raw.bgp(1, b"\4")),
            ("that is a ROUTE-REFRESH", raw.bgp(5, bytes((0, 1, 0, 1)))),
            ("whose attributes do not add up", raw.update_pdu(b"", b"\x40\1\xff")),
            ("followed by octets", raw.ROUTE + b"\0"),
        )
    ),
    *(Valid(f"flags 0x{flags:02x}", _mirrored(PDU, of=raw.peer(flags=flags)), CODES) for flags in (raw.L, raw.A)),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_fault_in_route_mirroring_is_one_finding(case: Broken, hold: Callable[[Broken], None]) -> None:
    hold(case)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_route_mirroring_at_the_border_is_no_finding(case: Valid, hold: Callable[[Valid], None]) -> None:
    hold(case)
