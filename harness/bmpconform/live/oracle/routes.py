"""The routes in an UPDATE, whether BMP copied it or the BGP side sent it: read in one way for both."""

from collections.abc import Collection, Iterator
from ipaddress import ip_address
from typing import cast

from bmpconform.wire.bgp import PDU, Attribute, Pdu, Update
from bmpconform.wire.codec import reader
from bmpconform.wire.codes import AttributeType
from bmpconform.wire.routes import (
    IPV4_UNICAST,
    Family,
    MpUnreach,
    PathPrefix,
    is_end_of_rib,
    is_read,
    read_mp_unreach,
    read_prefixes,
    route_fields,
)
from bmpconform.wire.value import Value

Attributes = tuple[Attribute, ...]
_MULTIPROTOCOL = frozenset({AttributeType.MP_REACH_NLRI, AttributeType.MP_UNREACH_NLRI})
_READ = reader(PDU)
_OCTET_BITS = 8


class Route(Value, frozen=True):
    """What a route is of: its family, its bits, its octets with host bits masked, and its path identifier."""

    family: Family
    bits: int
    prefix: bytes
    path_id: int | None = None


def shown(route: Route) -> str:
    """Return a route as people write it."""
    octets = 4 if route.family[0] == 1 else 16
    if len(route.prefix) > octets or route.family[1] > 2:  # noqa: PLR2004 - SAFIs without labels
        return f"{route.prefix.hex()}/{route.bits}"
    padding = bytes(octets - len(route.prefix))
    return f"{ip_address(route.prefix + padding)}/{route.bits}"


def pdu_of(octets: str) -> Pdu | None:
    """Return a PDU given in hex, None where it is not framed as one."""
    return cast("Pdu | None", _READ(bytes.fromhex(octets)))


def update_of(octets: str) -> Update | None:
    """Return the UPDATE in a PDU given in hex, None where it is none."""
    pdu = pdu_of(octets)
    return pdu.body if pdu is not None and isinstance(pdu.body, Update) else None


def routes_of(update: Update, with_path_ids: Collection[Family]) -> Iterator[tuple[Route, Attributes | None]]:
    """Yield each route with its attributes, None for a withdraw; MP_REACH and MP_UNREACH are left out of those."""
    attributes = tuple(one for one in update.attributes.items if one.type not in _MULTIPROTOCOL)
    for field in route_fields(update):
        if is_read(field.family):
            prefixes = read_prefixes(field.octets, path_ids=field.family in with_path_ids)
            for prefix in prefixes.items:
                path_id = prefix.path_id if isinstance(prefix, PathPrefix) else None
                route = Route(field.family, prefix.bits, _masked(prefix.prefix, prefix.bits), path_id)
                yield route, None if field.withdrawn else attributes


def end_of_rib(update: Update) -> Family | None:
    """Return the family whose End-of-RIB an UPDATE is, None where it is none."""
    if not is_end_of_rib(update):
        return None
    for attribute in update.attributes.items:
        unreach = read_mp_unreach(attribute.value)
        if isinstance(unreach, MpUnreach):
            return unreach.afi, unreach.safi
    return IPV4_UNICAST


def _masked(prefix: bytes, bits: int) -> bytes:
    spare = max(0, _OCTET_BITS * len(prefix) - bits)
    return ((int.from_bytes(prefix) >> spare) << spare).to_bytes(len(prefix))
