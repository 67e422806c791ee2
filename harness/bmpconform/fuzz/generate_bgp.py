"""The valid BGP messages that BMP carries: OPENs, UPDATEs, NOTIFICATIONs, and what else a router mirrors.

Why on terms: how an UPDATE is written hangs on what the OPENs before it agreed on, and on the RIB that it is of.
"""

from collections.abc import Iterable, Sequence

from bmpconform.fuzz.chances import Chances
from bmpconform.wire.bgp import (
    MARKER,
    AddPathFamily,
    Attribute,
    Capability,
    Open,
    Parameter,
    Parameters,
    Pdu,
)
from bmpconform.wire.codes import (
    AddPathDirection,
    Afi,
    AttributeFlag,
    AttributeType,
    BgpType,
    CapabilityCode,
    ParameterType,
    Safi,
)
from bmpconform.wire.make import (
    IPV4_OCTETS,
    IPV6_OCTETS,
    Family,
    make_attribute,
    make_notification,
    make_open,
    make_update,
)
from bmpconform.wire.value import Value, replace

IPV4: Family = (Afi.IPV4, Safi.UNICAST)
IPV6: Family = (Afi.IPV6, Safi.UNICAST)
EVPN: Family = (25, 70)
FAMILIES: tuple[Family, ...] = (IPV4, IPV6, *((afi, safi) for afi in Afi for safi in (Safi.LABELLED, Safi.VPN)), EVPN)
ADDRESS_BITS: dict[int, tuple[int, ...]] = {Afi.IPV4: (0, 1, 8, 20, 24, 32), Afi.IPV6: (0, 3, 32, 64, 128)}
NEXT_HOP_OCTETS = {Afi.IPV4: (IPV4_OCTETS,), Afi.IPV6: (IPV6_OCTETS, 2 * IPV6_OCTETS)}
# The first octet of an IPv4 address that is no host's; the first of IPv6's multicast lies behind it.
MULTICAST = 0xE0
# A host name so long that two do not fit the classic form of the parameters.
FQDN_OCTETS = 248
BOTTOM_OF_STACK, WITHDRAWN_LABEL = 1, b"\x80\0\0"
AS_SET, AS_SEQUENCE, AS_CONFED_SEQUENCE, AS_CONFED_SET = 1, 2, 3, 4
SEGMENTS = (AS_SEQUENCE, AS_SEQUENCE, AS_SET, AS_CONFED_SEQUENCE, AS_CONFED_SET)
AS_COUNTS: tuple[tuple[int, ...], ...] = ((1,), (3,), (80,), (2, 1))
# An attribute and a capability that nobody has assigned.
UNKNOWN_ATTRIBUTE, UNKNOWN_CAPABILITY = 250, 200
OCTETS_OF_ATTRIBUTE = {
    AttributeType.MULTI_EXIT_DISC: (4,),
    AttributeType.LOCAL_PREF: (4,),
    AttributeType.ATOMIC_AGGREGATE: (0,),
    AttributeType.COMMUNITIES: (4, 8, 280),
    AttributeType.ORIGINATOR_ID: (4,),
    AttributeType.CLUSTER_LIST: (4, 12),
    AttributeType.EXTENDED_COMMUNITIES: (8, 16),
    AttributeType.LARGE_COMMUNITIES: (12, 36),
}
# What a fabricated OPEN may have too: it shapes UPDATEs, RFC 9069 section 5.2.
SHAPING_CAPABILITIES: dict[int, bytes] = {
    CapabilityCode.EXTENDED_NEXT_HOP: bytes.fromhex("000100010002"),
    CapabilityCode.MULTIPLE_LABELS: bytes.fromhex("00010402"),
    CapabilityCode.EXTENDED_MESSAGE: b"",
}
CAPABILITIES: dict[int, bytes] = {
    **SHAPING_CAPABILITIES,
    CapabilityCode.ROUTE_REFRESH: b"",
    CapabilityCode.ENHANCED_ROUTE_REFRESH: b"",
    CapabilityCode.ROLE: b"\0",
    CapabilityCode.GRACEFUL_RESTART: bytes.fromhex("807800010180"),
    CapabilityCode.LONG_LIVED_GRACEFUL_RESTART: bytes.fromhex("00010180000078"),
    CapabilityCode.FQDN: b"\x02r1\x00",
    UNKNOWN_CAPABILITY: b"\x01\x02",
}
LARGEST_CLASSIC_PARAMETERS = 255
SHORT_AS_OCTETS = 2
KEEPALIVE = Pdu(MARKER, BgpType.KEEPALIVE, b"")


class Terms(Value, frozen=True):
    """How the UPDATEs of one RIB of a peer are written.

    `paths` are the families with path identifiers, `as_octets` those of an AS number; what is `unknown` of a pre-policy
    Adj-RIB-Out may be empty, RFC 8671 section 5.2.
    """

    families: tuple[Family, ...]
    paths: tuple[Family, ...]
    as_octets: int
    unknown: bool = False


class BgpGenerator(Chances):
    """Builds valid BGP messages."""

    def families(self) -> tuple[Family, ...]:
        """Return the families of a session, with some whose routes are read here."""
        found = self.some(FAMILIES, (1, 1, 2, 4))
        return tuple(found) if set(found) - {EVPN} else (IPV4, *found)

    def open_pdu(  # noqa: PLR0913 - what an OPEN announces
        self,
        asn: int,
        bgp_id: bytes,
        families: Iterable[Family],
        paths: Iterable[tuple[Family, AddPathDirection]],
        known: dict[int, bytes],
        *,
        four_octet_as: bool = True,
    ) -> Pdu:
        """Return an OPEN with some of the `known` capabilities; `paths` are families with a direction of RFC 7911."""
        items = tuple(AddPathFamily(*family, direction) for family, direction in paths)
        more = [Capability(CapabilityCode.ADD_PATH, items)] if items else []
        more += [Capability(code, known[code]) for code in self.some(tuple(known), (0, 0, 1, 3))]
        if self.chance(0.1) and CapabilityCode.FQDN in known:
            host = b"r" * FQDN_OCTETS
            more += [Capability(CapabilityCode.FQDN, bytes([len(host)]) + host + bytes(1))] * 2
        pdu = make_open(
            asn,
            bgp_id,
            families,
            (),
            more,
            hold_time=self.random.choice((0, 3, 90, 65535)),
            four_octet_as=four_octet_as,
            extended=self.chance(0.2),
        )
        return self._regrouped(pdu) if self.chance(0.3) else pdu

    def _regrouped(self, pdu: Pdu) -> Pdu:
        """Return an OPEN with a parameter for each capability, RFC 5492 section 4, where that fits."""
        body = pdu.body
        if not isinstance(body, Open) or not isinstance(body.parameters, Parameters):
            return pdu
        capabilities = body.capabilities()
        # Parameter and capability have a header of two octets each.
        if sum(4 + _value_octets(capability) for capability in capabilities) > LARGEST_CLASSIC_PARAMETERS:
            return pdu
        items = tuple(Parameter(ParameterType.CAPABILITIES, (capability,)) for capability in capabilities)
        return replace(pdu, body=replace(body, parameters=Parameters(items)))

    def routes(self, family: Family, count: int, *, with_paths: bool, withdrawn: bool = False) -> bytes:
        """Return routes of a family as octets."""
        return b"".join(
            (self.octets(4) if with_paths else b"") + self._route(family, withdrawn=withdrawn) for _ in range(count)
        )

    def _route(self, family: Family, *, withdrawn: bool) -> bytes:
        if family == EVPN:
            # An inclusive multicast route, RFC 7432 section 7.3: RD, tag, address.
            return b"\x03\x11" + self.route_distinguisher() + bytes(4) + b"\x20" + self.address(IPV4_OCTETS)
        afi, safi = family
        head = b""
        if safi in {Safi.LABELLED, Safi.VPN}:
            head = WITHDRAWN_LABEL if withdrawn else self.octets(2) + bytes([self.random.randrange(16) << 4 | 1])
        if safi == Safi.VPN:
            head += self.route_distinguisher()
        bits = self.random.choice(ADDRESS_BITS[afi])
        prefix = bytearray(self.octets((bits + 7) // 8))
        if prefix and prefix[0] >= MULTICAST:
            prefix[0] -= MULTICAST
        if bits % 8:
            prefix[-1] &= 0xFF << 8 - bits % 8 & 0xFF
        return bytes([8 * len(head) + bits]) + head + prefix

    def attributes(self, terms: Terms, more: Sequence[Attribute] = ()) -> list[Attribute]:
        """Return ORIGIN, AS_PATH and some that are optional, with `more` of them, by type."""
        origin = b"" if terms.unknown and self.chance(0.5) else bytes([self.random.randrange(3)])
        found = [
            self.attribute(AttributeType.ORIGIN, origin),
            self.attribute(AttributeType.AS_PATH, self.as_path(terms.as_octets)),
            *more,
        ]
        lengths = {**OCTETS_OF_ATTRIBUTE, AttributeType.AGGREGATOR: (terms.as_octets + 4,)}
        chosen = self.some(tuple(lengths), (0, 1, 3))
        found += [self.attribute(code, self.octets(self.random.choice(lengths[code]))) for code in chosen]
        if terms.as_octets == SHORT_AS_OCTETS:
            # Without confederations, RFC 6793 section 4.2.2.
            path = self._segments(4, self.random.choice(AS_COUNTS), (AS_SET, AS_SEQUENCE))
            wide = ((AttributeType.AS4_PATH, path), (AttributeType.AS4_AGGREGATOR, self.octets(8)))
            found += [self.attribute(*item) for item in self.some(wide, (0, 0, 1, 2))]
        if self.chance(0.1):
            flags = AttributeFlag.OPTIONAL | AttributeFlag.TRANSITIVE | AttributeFlag.PARTIAL
            found.append(Attribute(flags, UNKNOWN_ATTRIBUTE, self.octets(3)))
        return sorted(found, key=lambda attribute: attribute.type)

    def as_path(self, as_octets: int) -> bytes:
        """Return segments with AS numbers of so many octets, or none."""
        return self._segments(as_octets, self.random.choice(((), *AS_COUNTS)), SEGMENTS)

    def _segments(self, as_octets: int, counts: Sequence[int], kinds: Sequence[int]) -> bytes:
        return b"".join(bytes([self.random.choice(kinds), count]) + self.octets(as_octets * count) for count in counts)

    def attribute(self, attribute_type: AttributeType, value: bytes) -> Attribute:
        """Return an attribute, its length now and then in two octets that need not be."""
        return make_attribute(attribute_type, value, extended=self.chance(0.2))

    def update(self, terms: Terms) -> Pdu:
        """Return an UPDATE that announces routes of one of the families, withdraws some, or both."""
        family = self.random.choice(terms.families)
        withdraws = self.random.choice((False, True))
        announces = not withdraws or self.chance(0.3)
        withdrawn = self._some_routes(terms, family, withdrawn=True) if withdraws else b""
        announced = self._some_routes(terms, family) if announces else b""
        if family == IPV4 and self.chance(0.8):
            return self._classic_update(terms, announced, withdrawn)
        return self._multiprotocol_update(terms, family, announced, withdrawn)

    def _some_routes(self, terms: Terms, family: Family, *, withdrawn: bool = False) -> bytes:
        count = self.random.randint(1, 4)
        return self.routes(family, count, with_paths=family in terms.paths, withdrawn=withdrawn)

    def _classic_update(self, terms: Terms, announced: bytes, withdrawn: bytes) -> Pdu:
        if not announced:
            return make_update(withdrawn=withdrawn)
        address = b"" if terms.unknown and self.chance(0.5) else self.address(IPV4_OCTETS)
        next_hop = self.attribute(AttributeType.NEXT_HOP, address)
        return make_update(self.attributes(terms, [next_hop]), announced, withdrawn)

    def _multiprotocol_update(self, terms: Terms, family: Family, announced: bytes, withdrawn: bytes) -> Pdu:
        head = family[0].to_bytes(2) + bytes([family[1]])
        attributes = [self.attribute(AttributeType.MP_UNREACH_NLRI, head + withdrawn)] if withdrawn else []
        if announced:
            hop = self.next_hop(family)
            reach = head + bytes([len(hop)]) + hop + b"\0" + announced
            attributes.append(self.attribute(AttributeType.MP_REACH_NLRI, reach))
            attributes = self.attributes(terms, attributes)
        return make_update(attributes)

    def next_hop(self, family: Family) -> bytes:
        """Return a next hop of the family, RFC 4760, RFC 4364 section 4.3.2 and RFC 2545 section 3."""
        octets = self.random.choice(NEXT_HOP_OCTETS[Afi.IPV4 if family == EVPN else Afi(family[0])])
        hop = self.address(min(octets, IPV6_OCTETS))
        if octets > IPV6_OCTETS:
            hop += b"\xfe\x80" + self.octets(14)
        if family[1] != Safi.VPN:
            return hop
        return b"".join(bytes(8) + hop[start : start + IPV6_OCTETS] for start in range(0, len(hop), IPV6_OCTETS))

    def notification(self) -> Pdu:
        """Return a Cease or another NOTIFICATION, with data or without."""
        data = self.octets(self.random.choice((0, 1, 5, 300)))
        return make_notification(self.random.randint(1, 6), self.random.randint(0, 9), data)

    def route_refresh(self, families: Sequence[Family]) -> Pdu:
        """Return a ROUTE-REFRESH of a family, RFC 2918 section 3, or one of its marks, RFC 7313 section 3.2."""
        afi, safi = self.random.choice(families)
        return Pdu(MARKER, BgpType.ROUTE_REFRESH, afi.to_bytes(2) + bytes([self.random.randrange(3), safi]))


def _value_octets(capability: Capability) -> int:
    value = capability.value
    return len(value) if isinstance(value, bytes) else 4 * len(value) if isinstance(value, tuple) else 4
