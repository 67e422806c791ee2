"""The per-peer header, RFC 7854 section 4.2, RFC 8671 section 4, RFC 9069 sections 4.2 and 5.1.

Offsets in a message: type 6, flags 7, distinguisher 8, address 16, AS 32, BGP ID 36, seconds 40, microseconds 44.
"""

from collections.abc import Callable
from typing import Unpack

import pytest

import raw
from raw import Broken, Fault, Valid

START = raw.initiation(raw.MANDATORY_TLVS)
GAUGE = raw.tlv(7, raw.u64(7))
LOC_RIB_GAUGE = raw.tlv(8, raw.u64(7))


def _stats(**fields: Unpack[raw.PeerFields]) -> tuple[bytes, ...]:
    return START, raw.statistics(GAUGE, of=raw.peer(**fields))


def _routes(**fields: Unpack[raw.PeerFields]) -> tuple[bytes, ...]:
    header = raw.peer(**fields)
    return START, raw.peer_up(), raw.route_monitoring(raw.ROUTE, of=header)


def _loc_rib(**fields: Unpack[raw.PeerFields]) -> tuple[bytes, ...]:
    return START, raw.statistics(LOC_RIB_GAUGE, of=raw.loc_rib(**fields))


def _address(code: str, level: str, clause: str) -> Fault:
    return Fault(code, level, (clause,), "peer.address", 16, 16)


def _flags(code: str, *clauses: str) -> Fault:
    return Fault(code, "fail", clauses, "peer.flags", 7, 1)


def _time(code: str, *clauses: str) -> Fault:
    return Fault(code, "warn", clauses, "peer.microseconds", 44, 4)


def _distinguisher(code: str, level: str, clause: str) -> Fault:
    return Fault(code, level, (clause,), "peer.distinguisher", 8, 8)


OLD_FLAGS = _flags("peer-flags-reserved-7854", "RFC7854-4.2-13")
IPV6 = raw.address("2001:db8::2")

BROKEN = (
    Broken("IPv6 address, V clear", _stats(address=IPV6), _address("peer-address-not-ipv4", "fail", "RFC7854-4.2-4")),
    Broken(
        "one octet before an IPv4 address, V clear",
        _stats(address=bytes(11) + b"\1" + raw.PEER_ID),
        _address("peer-address-not-ipv4", "fail", "RFC7854-4.2-4"),
    ),
    Broken("IPv4 address, V set", _stats(flags=raw.V), _address("peer-address-not-ipv6", "warn", "RFC7854-4.2-4")),
    Broken(
        "no address, V set",
        _stats(flags=raw.V, address=bytes(16)),
        _address("peer-address-not-ipv6", "warn", "RFC7854-4.2-4"),
    ),
    Broken(
        "IPv4 address in the first octets",
        _stats(address=raw.PEER_ID + bytes(12)),
        _address("peer-address-left-aligned", "fail", "RFC7854-4.2-19"),
    ),
    Broken(
        "mapped address, V clear",
        _stats(address=raw.address("::ffff:10.0.0.2")),
        _address("peer-address-mapped", "fail", "RFC7854-4.2-19"),
    ),
    Broken(
        "mapped address, V set",
        _stats(flags=raw.V, address=raw.address("::ffff:10.0.0.2")),
        _address("peer-address-mapped", "warn", "RFC7854-4.2-19"),
    ),
    *(
        Broken(
            f"flags 0x{flags:02x}",
            _stats(flags=flags),
            _flags("peer-flags-reserved", "RFC8671-4-2", "RFC7854-4.2-13"),
            instead={"rfc7854": (OLD_FLAGS,)},
        )
        for flags in (0x01, 0x02, 0x04, 0x07, 0x41)
    ),
    *(
        Broken(
            f"flag 0x08 of peer type {peer_type}",
            _stats(flags=0x08, peer_type=peer_type, rd=raw.u64(0xFDE80001) if peer_type else bytes(8)),
            _flags("peer-flag-f-deprecated", "RFC8671-4-2", "RFC9069-8.5-1", "RFC7854-4.2-13"),
            instead={"rfc7854": (OLD_FLAGS,)},
        )
        for peer_type in (0, 1, 2)
    ),
    Broken(
        "flag 0x10 before RFC 8671",
        _routes(flags=raw.O | raw.L),
        OLD_FLAGS,
        instead={"draft-peer-up": (), "rfc9736": (), "bmp-2026": ()},
    ),
    *(
        Broken(
            f"Loc-RIB with flags 0x{flags:02x}",
            _loc_rib(flags=flags),
            _flags("loc-rib-flags-reserved", "RFC9069-4.2-4"),
            beside=raw.TYPE_3,
        )
        for flags in (0x40, 0x20, 0x10, 0x01, 0xFF)
    ),
    Broken(
        "Global Instance with a distinguisher",
        _stats(rd=raw.u64(1)),
        _distinguisher("global-distinguisher-not-zero", "fail", "RFC7854-4.2-15"),
    ),
    *(
        Broken(
            f"RD Instance with distinguisher {rd:#x}",
            _stats(peer_type=1, rd=raw.u64(rd)),
            _distinguisher("rd-distinguisher-no-rd", "warn", "RFC7854-4.2-16"),
        )
        for rd in (0, 3 << 48, 0xFFFF << 48)
    ),
    Broken(
        "Local Instance without distinguisher",
        _stats(peer_type=2),
        _distinguisher("local-distinguisher-zero", "warn", "RFC7854-4.2-17"),
    ),
    *(
        Broken(f"{usec} microseconds", _stats(usec=usec), _time("microseconds-too-large-adj-rib-in", "RFC7854-4.2-22"))
        for usec in (1_000_000, 0xFFFFFFFF)
    ),
    Broken(
        "1000000 microseconds without seconds",
        _stats(sec=0, usec=1_000_000),
        _time("microseconds-too-large-adj-rib-in", "RFC7854-4.2-22"),
    ),
    *(
        Broken(
            f"{usec} microseconds without seconds",
            _stats(sec=0, usec=usec),
            _time("microseconds-without-seconds-adj-rib-in", "RFC7854-4.2-22"),
        )
        for usec in (1, 999_999)
    ),
    Broken(
        "1000000 microseconds in Adj-RIB-Out",
        _routes(flags=raw.O | raw.L, usec=1_000_000),
        _time("microseconds-too-large-adj-rib-out", "RFC8671-4-5", "RFC7854-4.2-22"),
        beside=raw.O_FLAG,
    ),
    Broken(
        "microseconds without seconds in Adj-RIB-Out",
        _routes(flags=raw.O | raw.L, sec=0, usec=1),
        _time("microseconds-without-seconds-adj-rib-out", "RFC8671-4-5", "RFC7854-4.2-22"),
        beside=raw.O_FLAG,
    ),
    Broken(
        "1000000 microseconds of a Loc-RIB",
        _loc_rib(usec=1_000_000),
        _time("microseconds-too-large-loc-rib", "RFC9069-5.1-6", "RFC7854-4.2-22"),
        beside=raw.TYPE_3,
    ),
    Broken(
        "microseconds without seconds of a Loc-RIB",
        _loc_rib(sec=0, usec=1),
        _time("microseconds-without-seconds-loc-rib", "RFC9069-5.1-6", "RFC7854-4.2-22"),
        beside=raw.TYPE_3,
    ),
    *(
        Broken(
            f"Loc-RIB with address {address.hex()}",
            _loc_rib(address=address),
            _address("loc-rib-address-not-zero", "fail", "RFC9069-5.1-3"),
            beside=raw.TYPE_3,
        )
        for address in (raw.ROUTER_ADDRESS, bytes(15) + b"\1", b"\1" + bytes(15), IPV6)
    ),
)
TIMES = ((0, 0), (1, 0), (raw.TIME, 1), (raw.TIME, 999_999), (0xFFFFFFFF, 0))
VALID = (
    Valid(
        "IPv4 address, V clear",
        _stats(),
        ("peer-address-not-ipv4", "peer-address-left-aligned", "peer-address-mapped", "global-distinguisher-not-zero"),
    ),
    Valid("no address, V clear", _stats(address=bytes(16)), ("peer-address-not-ipv4", "peer-address-left-aligned")),
    *(
        Valid(f"{text}, V set", _stats(flags=raw.V, address=raw.address(text)), ("peer-address-not-ipv6",))
        for text in ("2001:db8::2", "fe80::1", "::1:0:0", "2001:db8::")
    ),
    Valid(
        "every flag of RFC 7854",
        (START, raw.peer_up(), raw.route_monitoring(raw.END_OF_RIB, of=raw.peer(flags=raw.L | raw.A))),
        ("peer-flags-reserved", "peer-flag-f-deprecated", "peer-flags-reserved-7854"),
    ),
    *(
        Valid(
            f"flags of unassigned peer type {number}",
            _stats(peer_type=number, flags=0xFF),
            ("peer-flags-reserved",),
            dict.fromkeys(raw.EVERY_PROFILE, ("peer-type-unassigned",)),
        )
        for number in (4, 127)
    ),
    *(
        Valid(f"RD {rd:#x}", _stats(peer_type=1, rd=raw.u64(rd)), ("rd-distinguisher-no-rd",))
        for rd in (1, (1 << 48) + 1, (2 << 48) + 1, 1 << 48)
    ),
    Valid("Local Instance", _stats(peer_type=2, rd=raw.u64(1)), ("local-distinguisher-zero",)),
    *(
        Valid(
            f"time {sec}.{usec}",
            _stats(sec=sec, usec=usec),
            ("microseconds-too-large-adj-rib-in", "microseconds-without-seconds-adj-rib-in"),
        )
        for sec, usec in TIMES
    ),
    *(
        Valid(
            f"time {sec}.{usec} of Adj-RIB-Out",
            (START, raw.peer_up(), raw.mirroring(raw.tlv(0, raw.ROUTE), of=raw.peer(flags=raw.O, sec=sec, usec=usec))),
            ("microseconds-too-large-adj-rib-out", "microseconds-without-seconds-adj-rib-out"),
            raw.O_FLAG,
        )
        for sec, usec in TIMES
    ),
    *(
        Valid(
            f"time {sec}.{usec} of a Loc-RIB",
            _loc_rib(sec=sec, usec=usec),
            ("microseconds-too-large-loc-rib", "microseconds-without-seconds-loc-rib", "loc-rib-address-not-zero"),
            raw.TYPE_3,
        )
        for sec, usec in TIMES
    ),
    Valid("Loc-RIB with F", _loc_rib(flags=raw.F), ("loc-rib-flags-reserved", "peer-address-not-ipv6"), raw.TYPE_3),
    Valid(
        "Loc-RIB of a VRF",
        _loc_rib(rd=raw.u64(0xFFFFFFFFFFFFFFFF)),
        ("global-distinguisher-not-zero", "rd-distinguisher-no-rd"),
        raw.TYPE_3,
    ),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_fault_in_the_header_is_one_finding(case: Broken, hold: Callable[[Broken], None]) -> None:
    hold(case)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_a_header_at_the_border_is_no_finding(case: Valid, hold: Callable[[Valid], None]) -> None:
    hold(case)
