"""The octets that our BGP neighbours send: OPENs, routes, and UPDATEs that are not quite right.

Why octets and not values: what a device copies into BMP is compared octet for octet, so what was sent is kept as such.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from bmpconform.wire.bgp import MARKER, PDU, Attribute, Capability, Pdu
from bmpconform.wire.codes import Afi, AttributeFlag, AttributeType, BgpType, Safi
from bmpconform.wire.interpret import encode_part
from bmpconform.wire.make import make_attribute, make_notification, make_open, make_update
from bmpconform.wire.routes import IPV4_UNICAST, WIDE_AS, Family

Network = IPv4Network | IPv6Network
IPV6_UNICAST: Family = (Afi.IPV6, Safi.UNICAST)
IPV4 = 4
HOLD_SECONDS = 90
ORIGIN_IGP = b"\0"
AS_SEQUENCE = 2
# RFC 4271 section 6.3 and RFC 7606 section 7.8: a COMMUNITIES that is no multiple of four octets costs its routes only.
MALFORMED_COMMUNITIES = Attribute(
    AttributeFlag.OPTIONAL | AttributeFlag.TRANSITIVE, AttributeType.COMMUNITIES, bytes(3)
)
# RFC 4486: Administrative Shutdown, and Administrative Reset.
CEASE, SHUTDOWN, RESET = 6, 2, 4


def pdu_octets(pdu: Pdu) -> bytes:
    """Return a PDU as it goes over the wire."""
    return encode_part(PDU, pdu)


KEEPALIVE = pdu_octets(Pdu(MARKER, BgpType.KEEPALIVE, b""))


def open_octets(  # noqa: PLR0913 - what an OPEN announces, each by name
    asn: int,
    bgp_id: str,
    families: Iterable[Family] = (IPV4_UNICAST,),
    capabilities: Iterable[Capability] = (),
    *,
    hold_time: int = HOLD_SECONDS,
    four_octet_as: bool = True,
) -> bytes:
    """Return an OPEN; `hold_time` in seconds."""
    packed = IPv4Address(bgp_id).packed
    made = make_open(asn, packed, families, (), capabilities, hold_time=hold_time, four_octet_as=four_octet_as)
    return pdu_octets(made)


def notification_octets(code: int = CEASE, subcode: int = SHUTDOWN, data: bytes = b"") -> bytes:
    """Return a NOTIFICATION, by default a Cease for an Administrative Shutdown (RFC 4486)."""
    return pdu_octets(make_notification(code, subcode, data))


def announcements(
    prefixes: Iterable[str], asns: Sequence[int], next_hops: Sequence[str], *, med: int | None, as_octets: int = WIDE_AS
) -> list[bytes]:
    """Return an UPDATE for each address family of `prefixes`, with the path `asns` and the family's next hop."""
    attributes = [
        make_attribute(AttributeType.ORIGIN, ORIGIN_IGP),
        make_attribute(AttributeType.AS_PATH, _as_path(asns, as_octets)),
    ]
    last = [] if med is None else [make_attribute(AttributeType.MULTI_EXIT_DISC, med.to_bytes(4))]
    updates = []
    for version, networks in _by_version(prefixes):
        hop = _packed(next_hops, version)
        if version == IPV4:
            reach = [make_attribute(AttributeType.NEXT_HOP, hop), *last]
            updates.append(make_update([*attributes, *reach], nlri=networks))
        else:
            mp_reach = _family(IPV6_UNICAST) + bytes([len(hop)]) + hop + b"\0" + networks
            updates.append(make_update([*attributes, *last, make_attribute(AttributeType.MP_REACH_NLRI, mp_reach)]))
    return [pdu_octets(update) for update in updates]


def withdrawals(prefixes: Iterable[str]) -> list[bytes]:
    """Return an UPDATE for each address family of `prefixes` that withdraws them."""
    updates = []
    for version, networks in _by_version(prefixes):
        if version == IPV4:
            updates.append(make_update(withdrawn=networks))
        else:
            unreach = make_attribute(AttributeType.MP_UNREACH_NLRI, _family(IPV6_UNICAST) + networks)
            updates.append(make_update([unreach]))
    return [pdu_octets(update) for update in updates]


def malformed_announcement(prefix: str, asns: Sequence[int], next_hop: str, *, as_octets: int = WIDE_AS) -> bytes:
    """Return an UPDATE that announces an IPv4 prefix with a COMMUNITIES of three octets."""
    attributes = [
        make_attribute(AttributeType.ORIGIN, ORIGIN_IGP),
        make_attribute(AttributeType.AS_PATH, _as_path(asns, as_octets)),
        make_attribute(AttributeType.NEXT_HOP, ip_address(next_hop).packed),
        MALFORMED_COMMUNITIES,
    ]
    return pdu_octets(make_update(attributes, nlri=_network(ip_network(prefix))))


def _by_version(prefixes: Iterable[str]) -> list[tuple[int, bytes]]:
    """Return the prefixes of each IP version, as they stand in an UPDATE; versions without any are left out."""
    networks = [ip_network(prefix) for prefix in prefixes]
    versions = sorted({network.version for network in networks})
    return [(v, b"".join(_network(network) for network in networks if network.version == v)) for v in versions]


def _network(network: Network) -> bytes:
    """Return a prefix as RFC 4271 section 4.3 has it: its length in bits, and as many octets as these need."""
    return bytes([network.prefixlen]) + network.network_address.packed[: (network.prefixlen + 7) // 8]


def _family(family: Family) -> bytes:
    return family[0].to_bytes(2) + family[1].to_bytes(1)


def _as_path(asns: Sequence[int], as_octets: int) -> bytes:
    return bytes([AS_SEQUENCE, len(asns)]) + b"".join(asn.to_bytes(as_octets) for asn in asns)


def _packed(next_hops: Sequence[str], version: int) -> bytes:
    """Return the next hop of an IP version. Raises ValueError where there is none."""
    addresses: list[IPv4Address | IPv6Address] = [ip_address(hop) for hop in next_hops]
    return next(address.packed for address in addresses if address.version == version)
