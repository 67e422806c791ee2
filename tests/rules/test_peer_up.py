"""Peer Up, RFC 7854 section 4.10, RFC 8671 section 6.3.1, RFC 9069 sections 5.1 and 5.2, RFC 9736 section 3.3.

Offsets: local address 48, local port 64, remote port 66, sent OPEN 68. The default OPENs have 29 octets each, so the
received one is at 97 and the TLVs at 126 (value at 130). In an OPEN: length at 16, type at 18, version at 19, BGP ID
at 24, length of the parameters at 28, parameters at 29. A Loc-RIB has OPENs of 37 octets: 68, 105, TLVs at 142.
"""

from collections.abc import Callable, Mapping
from typing import Unpack

import pytest

import raw
from bmpconform.events import FindingLine
from raw import Broken, Fault, Valid

START = raw.initiation(raw.MANDATORY_TLVS)
IPV6 = raw.peer(flags=raw.V, address=raw.address("2001:db8::2"))
LOCAL_IPV6 = raw.address("2001:db8::1")
VRF = raw.loc_rib(rd=raw.u64(1))
AS_TRANS = 23456
FOUR_OCTET_AS = 4_200_000_000


def _up(*tlvs: bytes, **fields: Unpack[raw.PeerUpFields]) -> tuple[bytes, ...]:
    return START, raw.peer_up(*tlvs, **fields)


def _loc_rib(*tlvs: bytes, **fields: Unpack[raw.PeerUpFields]) -> tuple[bytes, ...]:
    return START, raw.loc_rib_up(*tlvs, **(raw.PeerUpFields(of=VRF) | fields))


def _open_faults(side: str, start: int, clause: str) -> tuple[Broken, ...]:
    """Return the faults of the sent OPEN, at 68, or of the received one behind a sent OPEN of 29 octets, at 97."""
    asn, bgp_id = (raw.ROUTER_AS, raw.ROUTER_ID) if side == "sent" else (raw.PEER_AS, raw.PEER_ID)
    path = f"{side}_open"

    def messages(octets: bytes) -> tuple[bytes, ...]:
        return _up(sent=octets) if side == "sent" else _up(received=octets)

    def case(  # noqa: PLR0913, PLR0917 - a row of the table
        name: str, octets: bytes, code: str, place: str, offset: int, length: int
    ) -> Broken:
        fault = Fault(f"{side}-open-{code}", "fail", (clause,), place, start + offset, length)
        return Broken(f"{side} OPEN {name}", messages(octets), fault)

    def not_framed(name: str, octets: bytes) -> Broken:
        """Return octets in place of this OPEN with nothing behind them."""
        before = b"" if side == "sent" else raw.SENT_OPEN
        fault = Fault(f"{side}-open-not-framed", "fail", (clause,), "rest", start, len(octets))
        return Broken(f"{side} OPEN {name}", _up(sent=before, received=octets), fault)

    def whole(parameters: bytes = b"", **lies: Unpack[raw.OpenFields]) -> bytes:
        return raw.open_pdu(asn, bgp_id, parameters, **lies)

    def long(octets: int) -> bytes:
        """Return an OPEN of so many octets, which only the parameters of RFC 9072 can fill."""
        value = bytes(octets - 29 - 3 - 3)
        return whole(behind_id=raw.extended(raw.parameter(1, value, octets=2)))

    return (
        Broken(
            f"{side} OPEN missing",
            _up(sent=b"" if side == "sent" else raw.SENT_OPEN, received=b""),
            Fault(f"{side}-open-missing", "fail", (clause,), "rest", start, 0),
        ),
        not_framed("of 1 octet", b"\xff"),
        not_framed("of 18 octets", whole()[:18]),
        not_framed("cut by one octet", whole()[:28]),
        not_framed("with length 18", whole(length=18)),
        not_framed("with length 0", whole(length=0)),
        case("with a marker of zeros", whole(marker=bytes(16)), "marker", f"{path}.marker", 0, 16),
        *(
            case(f"of type {bgp_type}", whole(bgp_type=bgp_type), "type", f"{path}.type", 18, 1)
            for bgp_type in (0, 4, 5, 255)
        ),
        case("of 19 octets", raw.bgp(1), "length", f"{path}.length", 16, 2),
        case("of 28 octets", raw.bgp(1, whole()[19:28]), "length", f"{path}.length", 16, 2),
        case("of 4097 octets", long(4097), "length", f"{path}.length", 16, 2),
        case("of 65535 octets", long(65000), "length", f"{path}.length", 16, 2),
        case(
            "with parameters one octet too long",
            whole(raw.parameter(2, b""), parameters_length=3),
            "malformed",
            f"{path}.open.rest",
            28,
            3,
        ),
        case(
            "with parameters one octet too short",
            whole(raw.parameter(2, b""), parameters_length=1),
            "malformed",
            f"{path}.open.parameters.rest",
            29,
            1,
        ),
        case("with an octet behind", whole(behind_id=b"\0\0"), "malformed", f"{path}.open.rest", 29, 1),
        case(
            "with a parameter one octet too long",
            whole(raw.parameter(1, b"a", length=2)),
            "malformed",
            f"{path}.open.parameters.rest",
            29,
            3,
        ),
        case(
            "with a capability one octet too long",
            whole(raw.capabilities(raw.capability(2, length=1))),
            "malformed",
            f"{path}.open.parameters[0].value",
            31,
            2,
        ),
        case(
            "with an octet behind a capability",
            whole(raw.capabilities(raw.capability(2), b"\0")),
            "malformed",
            f"{path}.open.parameters[0].value",
            31,
            3,
        ),
        case(
            "with extended parameters one octet too long",
            whole(behind_id=raw.extended(b"", length=1)),
            "malformed",
            f"{path}.open.rest",
            28,
            4,
        ),
    )


OPEN_CODES = tuple(
    f"{side}-open-{word}"
    for side in ("sent", "received")
    for word in ("missing", "not-framed", "marker", "type", "length", "malformed")
)


def _local(name: str, flags: int, local: bytes, code: str, level: str) -> Broken:
    of = IPV6 if flags else raw.peer()
    return Broken(name, _up(of=of, local=local), Fault(code, level, ("RFC7854-4.10-2",), "local_address", 48, 16))


def _ports(local: int, remote: int, path: str, offset: int) -> Broken:
    return Broken(
        f"ports {local} and {remote}",
        _up(local_port=local, remote_port=remote),
        Fault("peer-up-ports", "info", ("RFC7854-4.10-3",), path, offset, 2),
    )


def _differs(name: str, code: str, path: str, offset: int, **fields: Unpack[raw.PeerUpFields]) -> Broken:
    fault = Fault(code, "warn", ("RFC7854-4.10-10",), path, offset, 4)
    return Broken(name, _up(**fields), fault)


def _loc_rib_fault(name: str, fault: Fault, *tlvs: bytes, **fields: Unpack[raw.PeerUpFields]) -> Broken:
    return Broken(name, _loc_rib(*tlvs, **fields), fault, beside=raw.TYPE_3)


def _name_fault(name: str, level: str, *names: bytes, flags: int = 0) -> Broken:
    fault = Fault("default-loc-rib-not-global", level, ("RFC9069-5.2.1-5",), "tlvs[0].value", 146, len(names[0]))
    tlvs = [raw.tlv(3, value) for value in names]
    unassigned = ("peer-up-tlv-unassigned",) * len(names)
    beside = {
        "rfc7854": ("peer-type-unassigned", *unassigned),
        "draft-peer-up": ("peer-up-tlv-of-shared-registry",) * len(names),
    }
    return Broken(name, (START, raw.loc_rib_up(*tlvs, of=raw.loc_rib(flags=flags))), fault, beside=beside)


SHARED = {"rfc7854": ("peer-up-tlv-unassigned",), "draft-peer-up": ("peer-up-tlv-of-shared-registry",)}


def _utf_8(name: str, value: bytes, start: int, length: int) -> tuple[Broken, ...]:
    def case(tlv_type: int, code: str, beside: Mapping[str, tuple[str, ...]], *clauses: str) -> Broken:
        fault = Fault(code, "fail", clauses, "tlvs[0].value", 130 + start, length)
        return Broken(f"type {tlv_type} {name}", _up(raw.tlv(tlv_type, value)), fault, beside=beside)

    return (
        case(0, "peer-up-string-not-utf-8", {}, "RFC9736-2-1", "RFC7854-4.4-2"),
        case(3, "peer-up-name-not-utf-8", SHARED, "RFC9736-3.3-6", "RFC9069-5.2.1-1"),
        case(4, "admin-label-not-utf-8", SHARED, "RFC9736-3.3-5", "RFC8671-6.3.1-1"),
    )


NUL_CODES = {0: "peer-up-trailing-nul", 3: "peer-up-name-trailing-nul", 4: "admin-label-trailing-nul"}


def _nul(tlv_type: int, value: bytes, start: int, length: int) -> Broken:
    fault = Fault(NUL_CODES[tlv_type], "fail", ("HOUSE-nul",), "tlvs[0].value", 130 + start, length, authority="house")
    return Broken(
        f"type {tlv_type} {value!r}",
        _up(raw.tlv(tlv_type, value)),
        fault,
        beside=SHARED if tlv_type else {},
        profiles=raw.EVERY_PROFILE[1:] if tlv_type else raw.EVERY_PROFILE,
    )


def _rest(name: str, code: str, octets: bytes, offset: int, length: int, *clauses: str) -> Broken:
    return Broken(name, _up(octets), Fault(code, "fail", clauses, "rest", offset, length))


LEFTOVER = ("RFC9736-3.3-1", "RFC7854-4.4-8")
BROKEN = (
    *(
        Broken(
            f"{octets} octets of addresses and ports",
            (START, raw.message(raw.PEER_UP, raw.peer(), bytes(octets))),
            Fault("peer-up-cut", "fail", ("RFC7854-4.10-1",), "rest", 48, octets),
        )
        for octets in (0, 1, 19)
    ),
    *_open_faults("sent", 68, "RFC7854-4.10-4"),
    *_open_faults("received", 97, "RFC7854-4.10-5"),
    _local("IPv6 local address, V clear", 0, LOCAL_IPV6, "local-address-not-ipv4", "fail"),
    _local("left-aligned local address", 0, raw.ROUTER_ID + bytes(12), "local-address-not-ipv4", "fail"),
    _local("mapped local address", 0, raw.address("::ffff:10.0.0.1"), "local-address-not-ipv4", "fail"),
    _local("IPv4 local address, V set", raw.V, raw.ROUTER_ADDRESS, "local-address-not-ipv6", "warn"),
    _local("no local address, V set", raw.V, bytes(16), "local-address-not-ipv6", "warn"),
    _ports(0, 179, "local_port", 64),
    _ports(179, 0, "remote_port", 66),
    _ports(0, 0, "local_port", 64),
    _ports(50000, 50001, "local_port", 64),
    _differs("another BGP ID", "peer-bgp-id-differs", "peer.bgp_id", 36, of=raw.peer(bgp_id=bytes(4))),
    _differs("another AS", "peer-as-differs", "peer.asn", 32, of=raw.peer(asn=65002)),
    _differs(
        "the AS of the OPEN where capability 65 has another",
        "peer-as-differs",
        "peer.asn",
        32,
        of=raw.peer(asn=AS_TRANS),
        received=raw.open_pdu(AS_TRANS, raw.PEER_ID, raw.capabilities(raw.as4(FOUR_OCTET_AS))),
    ),
    Broken(
        "a 4-octet AS whose capability stands before one that is cut",
        _up(
            of=raw.peer(asn=FOUR_OCTET_AS),
            received=raw.open_pdu(
                AS_TRANS, raw.PEER_ID, raw.capabilities(raw.as4(FOUR_OCTET_AS), raw.capability(2, length=1))
            ),
        ),
        Fault(
            "received-open-malformed", "fail", ("RFC7854-4.10-5",), "received_open.open.parameters[0].value", 97 + 31, 8
        ),
    ),
    Broken(
        "an AS in the upper 16 bits",
        _up(of=raw.peer(asn=raw.PEER_AS << 16)),
        Fault("peer-as-left-aligned", "warn", ("RFC7854-4.2-20", "RFC7854-4.10-10"), "peer.asn", 32, 4),
    ),
    Broken(
        "the O flag",
        _up(of=raw.peer(flags=raw.O)),
        Fault("o-flag-in-peer-up", "info", ("RFC8671-6-1",), "peer.flags", 7, 1),
        beside=raw.O_FLAG,
    ),
    # Loc-RIB.
    _loc_rib_fault(
        "Loc-RIB with another AS than its OPEN",
        Fault("loc-rib-as-differs", "warn", ("RFC9069-5.1-4",), "peer.asn", 32, 4),
        of=raw.loc_rib(rd=raw.u64(1), asn=0),
    ),
    _loc_rib_fault(
        "Loc-RIB with another BGP ID than its OPEN",
        Fault("loc-rib-bgp-id-differs", "warn", ("RFC9069-5.1-5",), "peer.bgp_id", 36, 4),
        of=raw.loc_rib(rd=raw.u64(1), bgp_id=bytes(4)),
    ),
    *(
        _loc_rib_fault(
            f"Loc-RIB with local address {local.hex()}",
            Fault("loc-rib-local-address-not-zero", "fail", ("RFC9069-5.2-1",), "local_address", 48, 16),
            local=local,
        )
        for local in (raw.ROUTER_ADDRESS, b"\1" + bytes(15), bytes(15) + b"\1")
    ),
    *(
        _loc_rib_fault(
            f"Loc-RIB with local port {port}",
            Fault("loc-rib-local-port-not-zero", "fail", ("RFC9069-5.2-2",), "local_port", 64, 2),
            local_port=port,
        )
        for port in (1, 179)
    ),
    *(
        _loc_rib_fault(
            f"Loc-RIB with remote port {port}",
            Fault("loc-rib-remote-port-not-zero", "fail", ("RFC9069-5.2-3",), "remote_port", 66, 2),
            remote_port=port,
        )
        for port in (1, 179)
    ),
    _loc_rib_fault(
        "Loc-RIB without capability 65",
        Fault("loc-rib-open-without-as4", "fail", ("RFC9069-5.2-4",), "sent_open.open.parameters", 96, 0),
        sent=raw.open_pdu(parameters=raw.capabilities(raw.multiprotocol(1, 1))),
    ),
    _loc_rib_fault(
        "Loc-RIB without any parameter",
        Fault("loc-rib-open-without-as4", "fail", ("RFC9069-5.2-4",), "sent_open.open.parameters", 96, 0),
        sent=raw.open_pdu(),
    ),
    _loc_rib_fault(
        "Loc-RIB of a 4-octet AS without capability 65",
        Fault("loc-rib-open-without-as4", "fail", ("RFC9069-5.2-4",), "sent_open.open.parameters", 96, 0),
        of=raw.loc_rib(rd=raw.u64(1), asn=FOUR_OCTET_AS),
        sent=raw.open_pdu(AS_TRANS),
    ),
    *(
        _loc_rib_fault(
            f"Loc-RIB with capability {code}",
            Fault(
                "loc-rib-open-capability-unused", "info", ("RFC9069-5.2-6",), "sent_open.open.parameters", 96, length
            ),
            sent=raw.open_pdu(parameters=raw.capabilities(raw.as4(raw.ROUTER_AS), raw.capability(code, value))),
        )
        for code, value, length in ((2, b"", 11), (64, b"\0\x78", 13), (70, b"", 11))
    ),
    _loc_rib_fault(
        "Loc-RIB with another received OPEN",
        Fault("loc-rib-opens-differ", "fail", ("RFC9069-5.2-7",), "received_open", 105, 37),
        received=raw.open_pdu(parameters=raw.capabilities(raw.as4(65002))),
    ),
    _loc_rib_fault(
        "Loc-RIB with one octet else in the received OPEN",
        Fault("loc-rib-opens-differ", "fail", ("RFC9069-5.2-7",), "received_open", 105, 37),
        received=raw.LOC_RIB_OPEN[:23] + b"\0" + raw.LOC_RIB_OPEN[24:],
    ),
    _name_fault("the default Loc-RIB named red", "fail", b"red"),
    _name_fault("the default Loc-RIB named Global", "fail", b"Global"),
    _name_fault("the default Loc-RIB with F named red", "warn", b"red", flags=raw.F),
    _name_fault("the default Loc-RIB with two names", "warn", b"red", b"blue"),
    # TLVs.
    *(
        _rest(f"{octets} octets left", "peer-up-tlvs-leftover", raw.tlv(0)[:octets], 126, octets, *LEFTOVER)
        for octets in (1, 2, 3)
    ),
    *(
        _rest(
            f"{octets} octets left behind a String",
            "peer-up-tlvs-leftover",
            raw.tlv(0, b"abc") + raw.tlv(0)[:octets],
            133,
            octets,
            *LEFTOVER,
        )
        for octets in (1, 2, 3)
    ),
    _rest("a length one too large", "peer-up-tlvs-leftover", raw.tlv(0, b"abc", length=4), 126, 7, *LEFTOVER),
    _rest("a length of 65535", "peer-up-tlvs-leftover", raw.tlv(4, b"abc", length=65535), 126, 7, *LEFTOVER),
    _rest(
        "a length that counts its header",
        "peer-up-length-counts-header",
        raw.tlv(0, b"abc", length=7),
        126,
        7,
        "RFC9736-3.3-1",
        "RFC7854-4.4-1",
    ),
    _rest(
        "least significant octet first",
        "peer-up-little-endian",
        bytes.fromhex("0000 0300") + b"abc",
        126,
        7,
        "RFC7854-4.1-9",
    ),
    *(
        case
        for name, value, start, length in (
            ("C0 80", b"a\xc0\x80", 1, 1),
            ("FF", b"\xff", 0, 1),
            ("a lone surrogate", b"ab\xed\xa0\x80", 2, 1),
            ("cut inside a character", b"abc\xe2\x82", 3, 2),
        )
        for case in _utf_8(name, value, start, length)
    ),
    *(
        Broken(
            f"name of {octets} octets",
            _up(raw.tlv(3, b"n" * octets)),
            Fault("peer-up-name-length", "fail", ("RFC9736-3.3-4", "RFC9069-5.2.1-3"), "tlvs[0].value", 130, octets),
            beside=SHARED,
        )
        for octets in (0, 256, 65535)
    ),
    *(
        _nul(tlv_type, value, start, length)
        for tlv_type in (0, 3, 4)
        for value, start, length in ((b"red\0", 3, 1), (b"\0", 0, 1), (b"\0\0\0", 0, 3), (b"a\0b\0", 3, 1))
    ),
)

LOC_RIB_CODES = (
    "loc-rib-as-differs",
    "loc-rib-bgp-id-differs",
    "loc-rib-local-address-not-zero",
    "loc-rib-local-port-not-zero",
    "loc-rib-remote-port-not-zero",
    "loc-rib-open-without-as4",
    "loc-rib-open-capability-unused",
    "loc-rib-opens-differ",
    "default-loc-rib-not-global",
)
TILING = ("peer-up-tlvs-leftover", "peer-up-length-counts-header", "peer-up-little-endian")
STRINGS = ("peer-up-string-not-utf-8", "peer-up-name-not-utf-8", "admin-label-not-utf-8", *NUL_CODES.values())
NAMED = {
    "rfc7854": ("peer-type-unassigned", "peer-up-tlv-unassigned"),
    "draft-peer-up": ("peer-up-tlv-of-shared-registry",),
}


def _opens(parameters: bytes = b"", behind_id: bytes | None = None) -> raw.PeerUpFields:
    return {
        "sent": raw.open_pdu(raw.ROUTER_AS, raw.ROUTER_ID, parameters, behind_id=behind_id),
        "received": raw.open_pdu(raw.PEER_AS, raw.PEER_ID, parameters, behind_id=behind_id),
    }


VALID = (
    Valid(
        "two OPENs of 29 octets and no TLV, 126 octets",
        _up(),
        ("peer-up-cut", "peer-bgp-id-differs", "peer-as-differs", "peer-as-left-aligned", *OPEN_CODES, *TILING),
    ),
    *(
        Valid(f"OPENs with {name}", _up(**_opens(parameters)), OPEN_CODES)
        for name, parameters in (
            ("an empty capability parameter", raw.parameter(2, b"")),
            ("a parameter of type 1", raw.parameter(1, b"\1\2\3")),
            (
                "a capability for each parameter",
                raw.capabilities(raw.capability(2)) + raw.capabilities(raw.capability(6)),
            ),
            ("unknown capabilities", raw.capabilities(raw.capability(200, b"x" * 40), raw.capability(0))),
            ("255 octets of parameters", raw.capabilities(raw.capability(73, b"x" * 251))),
            ("a multiprotocol capability of another length", raw.capabilities(raw.capability(1, b"x"))),
        )
    ),
    *(
        Valid(f"OPENs with extended parameters {name}", _up(**_opens(behind_id=behind_id)), OPEN_CODES)
        for name, behind_id in (
            ("empty", raw.extended(b"")),
            ("of one capability", raw.extended(raw.parameter(2, raw.capability(2), octets=2))),
            (
                "of 300 octets",
                raw.extended(raw.parameter(2, raw.capability(73, b"x" * 248) + raw.capability(2, b"y" * 45), octets=2)),
            ),
            (
                "behind another short length",
                raw.extended(raw.parameter(2, raw.capability(2), octets=2), short_length=1),
            ),
            ("up to 4096 octets", raw.extended(raw.parameter(1, bytes(4096 - 35), octets=2))),
        )
    ),
    Valid(
        "capability 65 in extended parameters gives the AS",
        _up(
            of=raw.peer(asn=FOUR_OCTET_AS),
            received=raw.open_pdu(
                AS_TRANS, raw.PEER_ID, behind_id=raw.extended(raw.parameter(2, raw.as4(FOUR_OCTET_AS), octets=2))
            ),
        ),
        ("peer-as-differs", "peer-as-left-aligned"),
    ),
    Valid(
        "an AS of Adj-RIB-Out is that of the peer it goes to",
        _up(of=raw.peer(flags=raw.O, asn=65002, bgp_id=bytes(4))),
        ("peer-as-differs", "peer-bgp-id-differs"),
        {
            **raw.O_FLAG,
            **dict.fromkeys(raw.EVERY_PROFILE[1:], ("o-flag-in-peer-up",)),
        },
    ),
    Valid("the L flag", _up(of=raw.peer(flags=raw.L)), ("o-flag-in-peer-up",)),
    Valid("IPv6 addresses", _up(of=IPV6, local=LOCAL_IPV6), ("local-address-not-ipv6", "local-address-not-ipv4")),
    Valid(
        "a link-local peer",
        _up(of=raw.peer(flags=raw.V, address=raw.address("fe80::2")), local=raw.address("fe80::1")),
        ("local-address-not-ipv6",),
    ),
    Valid("no local address", _up(local=bytes(16)), ("local-address-not-ipv4",)),
    Valid("port 179 on the other side", _up(local_port=65535, remote_port=179), ("peer-up-ports",)),
    Valid("port 179 on both sides", _up(remote_port=179), ("peer-up-ports",)),
    Valid("a Loc-RIB", _loc_rib(), ("peer-up-ports", *LOC_RIB_CODES), raw.TYPE_3),
    Valid(
        "a Loc-RIB of a 4-octet AS",
        _loc_rib(
            of=raw.loc_rib(rd=raw.u64(1), asn=FOUR_OCTET_AS),
            sent=raw.open_pdu(AS_TRANS, parameters=raw.capabilities(raw.as4(FOUR_OCTET_AS))),
        ),
        ("loc-rib-as-differs", "loc-rib-open-without-as4"),
        raw.TYPE_3,
    ),
    Valid(
        "a Loc-RIB with every capability that shapes an UPDATE",
        _loc_rib(
            sent=raw.open_pdu(
                parameters=raw.capabilities(
                    raw.multiprotocol(1, 1),
                    raw.multiprotocol(2, 4),
                    raw.capability(5, raw.u16(1) + raw.u16(1) + raw.u16(2)),
                    raw.capability(6),
                    raw.as4(raw.ROUTER_AS),
                    raw.add_path(1, 1),
                )
            )
        ),
        ("loc-rib-open-capability-unused",),
        raw.TYPE_3,
    ),
    Valid(
        "a Loc-RIB with the multiple labels capability",
        _loc_rib(
            sent=raw.open_pdu(
                parameters=raw.capabilities(
                    raw.multiprotocol(1, 4), raw.capability(8, raw.u16(1) + b"\4\2"), raw.as4(raw.ROUTER_AS)
                )
            )
        ),
        ("loc-rib-open-capability-unused",),
        raw.TYPE_3,
    ),
    Valid(
        "a Loc-RIB with capabilities in extended parameters",
        _loc_rib(sent=raw.open_pdu(behind_id=raw.extended(raw.parameter(2, raw.as4(raw.ROUTER_AS), octets=2)))),
        ("loc-rib-open-without-as4",),
        raw.TYPE_3,
    ),
    Valid(
        "the default Loc-RIB named global",
        (START, raw.loc_rib_up(raw.tlv(3, b"global"))),
        ("default-loc-rib-not-global",),
        NAMED,
    ),
    Valid(
        "the default Loc-RIB named global and red",
        (START, raw.loc_rib_up(raw.tlv(3, b"red"), raw.tlv(3, b"global"))),
        ("default-loc-rib-not-global",),
        {
            "rfc7854": ("peer-type-unassigned", *("peer-up-tlv-unassigned",) * 2),
            "draft-peer-up": ("peer-up-tlv-of-shared-registry",) * 2,
        },
    ),
    Valid(
        "the default Loc-RIB with a String and no name",
        (START, raw.loc_rib_up(raw.tlv(0, b"red"))),
        ("default-loc-rib-not-global",),
        raw.TYPE_3,
    ),
    Valid("the default Loc-RIB without a name", (START, raw.loc_rib_up()), ("default-loc-rib-not-global",), raw.TYPE_3),
    Valid("the Loc-RIB of a VRF named red", _loc_rib(raw.tlv(3, b"red")), ("default-loc-rib-not-global",), NAMED),
    Valid("a classic peer in a table named red", _up(raw.tlv(3, b"red")), ("default-loc-rib-not-global",), SHARED),
    *(
        Valid(f"a String {name}", _up(raw.tlv(0, value)), (*STRINGS, *TILING))
        for name, value in (
            ("empty", b""),
            ("of 65535 octets", b"s" * 65535),
            ("of characters of 2, 3 and 4 octets", "é€😀".encode()),
            ("with a BOM first", b"\xef\xbb\xbfabc"),
            ("with a NUL in the middle", b"a\0b"),
        )
    ),
    *(
        Valid(f"type {tlv_type} {name}", _up(raw.tlv(tlv_type, value)), (*STRINGS, "peer-up-name-length"), SHARED)
        for tlv_type in (3, 4)
        for name, value in (
            ("of 1 octet", b"r"),
            ("of 255 octets", b"r" * 255),
            ("of characters of 2, 3 and 4 octets", "é€😀".encode()),
            ("with a NUL in the middle", b"a\0b"),
            ("with a BOM first", b"\xef\xbb\xbfred"),
        )
    ),
    *(
        Valid(f"a label of {octets} octets", _up(raw.tlv(4, b"l" * octets)), ("peer-up-name-length",), SHARED)
        for octets in (0, 256, 65535)
    ),
    *(
        Valid(
            f"type {tlv_type} that ends in zero before its document",
            _up(raw.tlv(tlv_type, b"red\0")),
            (NUL_CODES[tlv_type],),
            SHARED,
            profiles=("rfc7854",),
        )
        for tlv_type in (3, 4)
    ),
    Valid(
        "Strings A, B, A, then three labels",
        _up(*(raw.tlv(0, value) for value in (b"A", b"B", b"A")), *(raw.tlv(4, value) for value in (b"x", b"y", b"x"))),
        TILING,
        {"rfc7854": ("peer-up-tlv-unassigned",) * 3, "draft-peer-up": ("peer-up-tlv-of-shared-registry",) * 3},
    ),
)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_fault_in_a_peer_up_is_one_finding(case: Broken, hold: Callable[[Broken], None]) -> None:
    hold(case)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_a_peer_up_at_the_border_is_no_finding(case: Valid, hold: Callable[[Valid], None]) -> None:
    hold(case)


def test_bgp_ids_are_told_as_people_write_them(findings: Callable[..., list[FindingLine]]) -> None:
    up = raw.peer_up(
        of=raw.peer(bgp_id=bytes((192, 0, 2, 9))), received=raw.open_pdu(raw.PEER_AS, bytes((10, 0, 0, 1)))
    )
    texts = [finding.text for finding in findings(START, up) if finding.code == "peer-bgp-id-differs"]
    assert texts == ["The per-peer header has BGP ID 192.0.2.9, the received OPEN 10.0.0.1."]
