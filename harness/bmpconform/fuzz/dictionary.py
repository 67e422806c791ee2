"""Values that are worth a try: the edges of each registry, strings as C and UTF-8 have them, numbers at their limits.

Why from the registries: a fault sits where a range ends, and random numbers of two octets hardly ever hit one.
"""

from functools import lru_cache

from bmpconform.wire.codes import (
    INITIATION_TLVS,
    MIRRORING_TLVS,
    PEER_UP_TLVS,
    TERMINATION_TLVS,
    Afi,
    AttributeType,
    CapabilityCode,
    Registry,
    Safi,
)
from bmpconform.wire.routes import ADDRESS_BITS, Family, PathPrefix, Prefix, encode_part
from bmpconform.wire.value import Value

# The last code point of each range of a registry, and the first of the next, RFC 7854 section 10.
_EDGES = {1: (0, 127, 128, 250, 251, 254, 255), 2: (0, 32767, 32768, 65530, 65531, 65534, 65535)}
_TLV_REGISTRIES = (INITIATION_TLVS, PEER_UP_TLVS, TERMINATION_TLVS, MIRRORING_TLVS)

TEXTS = (
    b"",
    b"\0",
    b"router\0",
    b"\0router",
    b"rou\0ter",
    b"global\0\0",
    b"global",
    b"caf\xc3\xa9",
    b"caf\xe9",
    b"\xc3",
    b"\xe2\x82",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x93\xa1",
    b"\xc0\x80",
    b"\xef\xbb\xbfx",
    b"%s%n",
    b"\r\n",
    b"x" * 255,
    b"x" * 256,
    b"x" * 1024,
)
ASNS = (0, 1, 23456, 64512, 65001, 65535, 65536, 4_200_000_000, 0xFFFFFFFF)
PORTS = (0, 1, 179, 1023, 40000, 0x7FFF, 0x8000, 0xFFFF)
_IPV4 = b"\xc0\x00\x02\x01"
_IPV6 = b"\x20\x01\x0d\xb8" + bytes(11) + b"\x01"
ADDRESSES = (bytes(16), bytes(12) + _IPV4, _IPV4 + bytes(12), bytes(10) + b"\xff\xff" + _IPV4, _IPV6, b"\xff" * 16)
DISTINGUISHERS = (bytes(8), b"\0\0\xfd\xe8\0\0\0\1", b"\0\1" + _IPV4 + b"\0\1", b"\0\2\0\1\0\0\0\1", b"\xff" * 8)
MARKERS = (b"\xff" * 16, bytes(16), b"\xff" * 15 + b"\xfe")
PREFIXES = (b"", b"\0", b"\x08\x0a", b"\x18\xc0\0\2", b"\x20\xc0\0\2\1", b"\x21\xc0\0\2\1\0", b"\x18\xc0", b"\xff")
AS_PATHS = (
    b"",
    b"\2\1\0\1",
    b"\2\1\0\0\xfd\xe8",
    b"\2\1\0\0\x5b\xa0",
    b"\2\0",
    b"\1\2\0\1\0\2",
    b"\5\1\0\1",
    b"\2\xff",
)
NEXT_HOPS = (b"", _IPV4, bytes(4), bytes(8) + _IPV4, _IPV6, _IPV6 + b"\xfe\x80" + bytes(14), bytes(8) + _IPV6)
_FAMILIES = (b"\0\1\0\1", b"\0\2\0\1", b"\0\1\0\x04", b"\0\2\0\x80", b"\0\x19\0\x46", b"\xff\xff\0\xff")


_KNOWN: dict[str, tuple[int, ...]] = {}


def codes(registry: Registry) -> tuple[int, ...]:
    """Return the code points of a registry that are worth a try: what is in it, what is beside that, the edges."""
    if registry.name not in _KNOWN:
        _KNOWN[registry.name] = _codes(registry)
    return _KNOWN[registry.name]


def _codes(registry: Registry) -> tuple[int, ...]:
    known = {*registry.assigned, *registry.reserved, *registry.shared}
    beside = {code + step for code in known for step in (-1, 1)}
    most = (1 << 8 * registry.octets) - 1
    return tuple(sorted(code for code in {*known, *beside, *_EDGES[registry.octets]} if 0 <= code <= most))


@lru_cache
def numbers(octets: int) -> tuple[int, ...]:
    """Return numbers of so many octets at their limits, and AS_TRANS where it fits."""
    most = (1 << 8 * octets) - 1
    near = (0, 1, 2, 3, 4, 6, 23456, 65535, 65536, most >> 1, (most >> 1) + 1, most - 1, most)
    return tuple(sorted({number for number in near if number <= most}))


TLV_CODES = tuple(sorted({code for registry in _TLV_REGISTRIES for code in codes(registry)}))


def tlv(code: int, value: bytes) -> bytes:
    """Return a TLV with the lengths of BMP: two octets each."""
    return code.to_bytes(2) + len(value).to_bytes(2) + value


def _short(code: int, value: bytes) -> bytes:
    return bytes((code, len(value))) + value


def _attribute(flags: int, code: int, value: bytes) -> bytes:
    return bytes((flags, code, len(value))) + value


CAPABILITIES = (
    *(_short(CapabilityCode.MULTIPROTOCOL, family) for family in _FAMILIES),
    *(_short(CapabilityCode.FOUR_OCTET_AS, number.to_bytes(4)) for number in (0, 23456, 65001, 1 << 16, (1 << 32) - 1)),
    _short(CapabilityCode.FOUR_OCTET_AS, b"\0\1"),
    *(_short(CapabilityCode.ADD_PATH, b"\0\1\1" + bytes((direction,))) for direction in range(5)),
    _short(CapabilityCode.ADD_PATH, b""),
    *(_short(code, value) for code in (*CapabilityCode, 0, 128, 255) for value in (b"", b"\0\1")),
)
PARAMETERS = (*(_short(2, one) for one in CAPABILITIES), b"\2\0", b"\1\1\0", b"\xff\0", b"\2\1\x41")
ATTRIBUTES = (
    *(_attribute(0x40, AttributeType.ORIGIN, one) for one in (b"\0", b"\2", b"\3", b"", b"\0\0")),
    *(_attribute(0x40, AttributeType.AS_PATH, path) for path in AS_PATHS),
    *(_attribute(0x40, AttributeType.NEXT_HOP, one) for one in (_IPV4, bytes(4), b"", _IPV6)),
    *(_attribute(0xC0, AttributeType.AGGREGATOR, bytes(size)) for size in (0, 6, 8)),
    *(_attribute(0x80, code, one) for code in (14, 15) for one in (b"", b"\0\1\1", b"\0\2\1", b"\0\2\1\x10" + _IPV6)),
    *(_attribute(0xC0, code, bytes(size)) for code in (8, 16, 32, 128, 255) for size in (0, 3, 8, 12)),
    b"\x50\x02\0\0",
    b"\x50\x02\0\6\2\1\0\0\xfd\xe8",
)
STATISTICS = tuple(
    tlv(code, value)
    for code in (0, 1, 7, 8, 9, 10, 13, 14, 15, 16, 17, 18, 26, 34, 65535)
    for value in (b"", b"\0\0\0\1", bytes(8), b"\xff" * 8, b"\0\1\1" + bytes(8), b"\0\1\1" + b"\xff" * 7)
)


class RouteKind(Value, frozen=True):
    """Routes of one family, with path identifiers or without; `most` are the bits that a prefix of it may have."""

    family: Family
    path_ids: bool
    most: int

    def limits(self) -> tuple[int, ...]:
        """Return the bits of a prefix that are worth a try."""
        return (0, 1, self.most - 1, self.most, self.most + 1, 255)


# What stands in front of the address: nothing; a label, that of a withdraw, two of them; a route distinguisher too.
_LABELS = (b"\0\1\1", b"\x80\0\0", b"\0\1\0\0\2\1")
_HEADS: dict[int, tuple[bytes, ...]] = {
    Safi.UNICAST: (b"",),
    Safi.LABELLED: _LABELS,
    Safi.VPN: tuple(labels + DISTINGUISHERS[1] for labels in _LABELS),
}


def kind_of_routes(family: Family, *, path_ids: bool) -> str:
    """Return the name of routes of a family, by which their prefixes are known."""
    return f"routes of {family[0]}/{family[1]}{' behind path identifiers' if path_ids else ''}"


ROUTES: dict[str, RouteKind] = {
    kind_of_routes((afi, safi), path_ids=path_ids): RouteKind((afi, safi), path_ids, most + 8 * len(_HEADS[safi][0]))
    for afi, most in ADDRESS_BITS.items()
    for safi in Safi
    for path_ids in (False, True)
}


def _prefixes(kind: RouteKind) -> tuple[bytes, ...]:
    afi, safi = kind.family
    address, most = {Afi.IPV4: _IPV4, Afi.IPV6: _IPV6}[Afi(afi)] + b"\0", ADDRESS_BITS[Afi(afi)]
    made = []
    for head in _HEADS[safi]:
        for bits in (0, 8, most - 1, most, most + 1):
            prefix = 8 * len(head) + bits, head + address[: (bits + 7) // 8]
            made.append(encode_part(PathPrefix(1, *prefix) if kind.path_ids else Prefix(*prefix)))
    return tuple(made)


# By the last name in the path of the list that they are members of, and by the kind of routes.
MEMBERS: dict[str, tuple[bytes, ...]] = {
    "tlvs": tuple(tlv(code, text) for code in TLV_CODES for text in TEXTS[:12]),
    "statistics": STATISTICS,
    "attributes": ATTRIBUTES,
    "parameters": PARAMETERS,
    "capabilities": CAPABILITIES,
    "value": _FAMILIES,
    **{name: _prefixes(kind) for name, kind in ROUTES.items()},
}
# Numbers by the last name of their path: bits that mean something in each combination, and what is special in BGP.
NUMBERS: dict[str, tuple[int, ...]] = {
    "flags": (*(bits << 4 for bits in range(16)), *(1 << bit for bit in range(4))),
    "asn": ASNS,
    "my_as": ASNS,
    "hold_time": (0, 1, 2, 3, 90, 180, 240, 0x7FFF, 0x8000, 0xFFFF),
    "fsm_event": (0, 1, 18, 24, 28, 29, 0xFFFF),
    "afi": (0, 1, 2, 3, 25, 16388, 16397, 0xFFFF),
    "safi": (0, 1, 2, 4, 5, 65, 70, 71, 72, 128, 129, 132, 133, 134, 255),
    "direction": (0, 1, 2, 3, 4, 255),
    "bits": (0, 1, 8, 31, 32, 33, 64, 127, 128, 129, 255),
    "seconds": (0, 1, 1_700_000_000, (1 << 31) - 1, 1 << 31, (1 << 32) - 1),
    "microseconds": (0, 1, 999_999, 1_000_000, (1 << 32) - 1),
    "local_port": PORTS,
    "remote_port": PORTS,
}
# Contents of fields by the last name of their path.
BY_NAME: dict[str, tuple[bytes, ...]] = {
    "address": ADDRESSES,
    "local_address": ADDRESSES,
    "distinguisher": DISTINGUISHERS,
    "marker": MARKERS,
    "nlri": PREFIXES,
    "next_hop": NEXT_HOPS,
    "withdrawn": PREFIXES,
    "value": TEXTS,
    "data": TEXTS,
    "rest": TEXTS[:6],
}
