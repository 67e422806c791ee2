"""BGP messages in the neutral form: what our codec reads of them, as the session says that it is written.

Why apart from the BMP messages: a PDU stands in four of them, and its routes and AS paths are read by what they or the
session say.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import cast

from bmpconform.neutral.form import (
    AsSegment,
    Attribute,
    Capability,
    Notification,
    Open,
    Parameter,
    Pdu,
    Prefix,
    Route,
    RouteRefresh,
    Update,
)
from bmpconform.wire import bgp
from bmpconform.wire.bgp import CAPABILITY_VALUE, PDU, ROUTE_REFRESH
from bmpconform.wire.codec import reader
from bmpconform.wire.codes import AttributeType, BgpType
from bmpconform.wire.interpret import encode_content, encode_part
from bmpconform.wire.routes import (
    Family,
    PathPrefix,
    RouteField,
    is_read,
    nlri_fault,
    read_as_path,
    read_mp_reach,
    read_mp_unreach,
    read_prefixes,
    route_fields,
)
from bmpconform.wire.value import UNSET, Value

read_route_refresh = reader(ROUTE_REFRESH)


class Reading(Value, frozen=True):
    """How a PDU is read: the families with path identifiers, and the octets of an AS number, None if nothing tells."""

    path_ids: frozenset[Family]
    as_width: int | None


def show_pdu(pdu: bgp.Pdu, reading: Reading) -> Pdu:
    """Return a PDU with its parts; parts that do not parse are None."""
    if isinstance(pdu.body, bgp.Open):
        return _show_open(pdu)
    octets = encode_part(PDU, pdu).hex()
    match pdu.body:
        case bgp.Update() as body:
            return Pdu(pdu.type, octets, update=_update(body, reading))
        case bgp.Notification() as body:
            return Pdu(pdu.type, octets, notification=Notification(body.code, body.subcode, body.data.hex()))
        case bytes() as body:
            return _unread(pdu.type, octets, body)


def _unread(pdu_type: int, octets: str, body: bytes) -> Pdu:
    """Return a PDU whose body the layout leaves as octets."""
    match pdu_type:
        case BgpType.OPEN:
            return Pdu(pdu_type, octets, open=None)
        case BgpType.UPDATE:
            return Pdu(pdu_type, octets, update=None)
        case BgpType.NOTIFICATION:
            return Pdu(pdu_type, octets, notification=None)
        case BgpType.ROUTE_REFRESH:
            return Pdu(pdu_type, octets, route_refresh=_route_refresh(body))
        case _:
            return Pdu(pdu_type, octets)


def _route_refresh(octets: bytes) -> RouteRefresh | None:
    body = cast("bgp.RouteRefresh | None", read_route_refresh(octets))
    return None if body is None else RouteRefresh(body.afi, body.subtype, body.safi, body.data.hex())


# The same few OPENs stand in every Peer Up of a corpus or a campaign, and each has a dozen capabilities to write.
@lru_cache(maxsize=64)
def _show_open(pdu: bgp.Pdu) -> Pdu:
    return Pdu(pdu.type, encode_part(PDU, pdu).hex(), open=_open(cast("bgp.Open", pdu.body)))


def _open(body: bgp.Open) -> Open:
    """Return the parts of an OPEN; its parameters are None where they do not fill their place."""
    held = body.parameters
    fixed = (body.version, body.my_as, body.hold_time, body.bgp_id.hex())
    if held is None:
        return Open(*fixed, None, None)
    extended = int(isinstance(held, bgp.ExtendedParameters))
    if held.rest or body.rest:
        return Open(*fixed, extended, None)
    return Open(*fixed, extended, tuple(_parameter(parameter) for parameter in held.items))


def _parameter(parameter: bgp.Parameter) -> Parameter:
    if isinstance(parameter.value, bytes):
        return Parameter(parameter.type, UNSET, parameter.value.hex())
    return Parameter(parameter.type, tuple(_capability(capability) for capability in parameter.value))


def _capability(capability: bgp.Capability) -> Capability:
    return Capability(capability.code, encode_content(CAPABILITY_VALUE, capability.value).hex())


Prefixes = tuple[Prefix, ...]
Routes = tuple[Route, ...]


def _update(body: bgp.Update, reading: Reading) -> Update:
    """Return the parts of an UPDATE; what a field holds is None where it does not parse."""
    fields = [(field, _prefixes(field, reading)) for field in route_fields(body) if is_read(field.family)]
    classic = {field.path: prefixes for field, prefixes in fields}
    lost = body.attributes.rest != b""
    as_width, as_path = (None, None) if lost else _as_path(body, reading.as_width)
    return Update(
        as_width,
        classic.get("withdrawn", ()),
        None if lost else _attributes(body),
        classic.get("nlri", ()),
        None if _is_lost(body, AttributeType.MP_REACH_NLRI) else _routes(fields, withdrawn=False),
        None if _is_lost(body, AttributeType.MP_UNREACH_NLRI) else _routes(fields, withdrawn=True),
        as_path,
    )


def _attributes(body: bgp.Update) -> tuple[Attribute, ...]:
    return tuple(Attribute(held.flags, held.type, held.value.hex()) for held in body.attributes.items)


_MP_READERS = {
    int(AttributeType.MP_REACH_NLRI): read_mp_reach,
    int(AttributeType.MP_UNREACH_NLRI): read_mp_unreach,
}


def _is_lost(body: bgp.Update, mp_type: int) -> bool:
    """Whether routes may stand where nobody can read them: in attributes that do not add up, or in one that is cut."""
    if body.attributes.rest:
        return True
    read = _MP_READERS[mp_type]
    return any(held.type == mp_type and read(held.value) is None for held in body.attributes.items)


def _prefixes(field: RouteField, reading: Reading) -> Prefixes | None:
    path_ids = field.family in reading.path_ids
    if nlri_fault(field, path_ids=path_ids) is not None:
        return None
    return tuple(
        Prefix(held.bits, held.prefix.hex(), held.path_id if isinstance(held, PathPrefix) else UNSET)
        for held in read_prefixes(field.octets, path_ids=path_ids).items
    )


def _routes(fields: Iterable[tuple[RouteField, Prefixes | None]], *, withdrawn: bool) -> Routes | None:
    """Return the routes of all fields that announce, or withdraw; None where one of them does not parse."""
    routes: list[Route] = []
    for field, prefixes in fields:
        if field.withdrawn is withdrawn:
            if prefixes is None:
                return None
            routes += [Route(held.bits, held.prefix, held.path_id, *field.family) for held in prefixes]
    return tuple(routes)


def _as_path(body: bgp.Update, as_width: int | None) -> tuple[int | None, tuple[AsSegment, ...] | None]:
    """Return the width of AS numbers and the path, both None where the path does not add up or nothing tells."""
    if as_width is None:
        return None, None
    octets = next((held.value for held in body.attributes.items if held.type == AttributeType.AS_PATH), b"")
    path = read_as_path(octets, as_width)
    if path.rest:
        return None, None
    return as_width, tuple(AsSegment(held.type, held.asns) for held in path.items)
