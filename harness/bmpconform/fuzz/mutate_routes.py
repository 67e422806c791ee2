"""Changes of routes and of what says how they are written: next hops, families, OPENs, classic fields beside MP_REACH.

Why on messages: the width of a next hop hangs on a family, and path identifiers on two OPENs of another message. What
is in a list of prefixes is changed in place (`mutate_items`, `mutate_fields`).
"""

from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import TypeAlias

from bmpconform.fuzz.generate_bgp import IPV4, NEXT_HOP_OCTETS, BgpGenerator
from bmpconform.fuzz.related import OPENS, is_kept, update_of, with_add_path, with_attributes, with_open, with_update
from bmpconform.rules.session import peer_key
from bmpconform.wire.bgp import AddPathFamily, Attribute, Capability, Open, Update
from bmpconform.wire.codec import encode
from bmpconform.wire.codes import Afi, AttributeFlag, AttributeType, CapabilityCode, Safi
from bmpconform.wire.errors import WireError
from bmpconform.wire.make import SHORT_OCTETS, make_attribute
from bmpconform.wire.messages import Message, PeerUp, RouteMonitoring
from bmpconform.wire.routes import (
    Family,
    MpReach,
    MpUnreach,
    PathPrefix,
    Prefix,
    encode_part,
    has_path_ids,
    is_read,
    read_mp_reach,
    read_mp_unreach,
    read_prefixes,
    route_fields,
)
from bmpconform.wire.value import replace

FAMILIES: tuple[Family, ...] = tuple((afi, safi) for afi in Afi for safi in Safi)
_PATH_IDS = (0, 1, 2, 1 << 31, 0xFFFFFFFF)
_DIRECTIONS = (3, 3, 3, 1, 2)
_SOME = (1, 1, 2, 3)

_RoutesChange: TypeAlias = Callable[[Family, bytes], bytes]


def _path_ids(random: Random, message: RouteMonitoring) -> RouteMonitoring:
    """Put path identifiers in front of all prefixes of a family, take them out, or do so with one of the prefixes."""
    fields = [one for one in _fields_of(message) if is_read(one[0])]
    if not fields:
        return message
    family, octets = random.choice(fields)
    wanted = not has_path_ids(family, octets)
    return _with_path_ids(random, message, family, wanted=wanted, is_whole=is_kept(random))


def _next_family(random: Random, message: RouteMonitoring) -> RouteMonitoring:
    """Announce for another family, with a next hop and routes of it, or with what was there."""
    generator, family = BgpGenerator(random), random.choice(FAMILIES)

    def changed(one: Attribute) -> Attribute:
        reach = _multiprotocol(one)
        if not isinstance(reach, MpReach):
            return one
        hop = generator.next_hop(family) if is_kept(random) else reach.next_hop
        nlri = generator.routes(family, random.choice(_SOME), with_paths=False) if is_kept(random) else reach.nlri
        return _with_value(one, encode_part(MpReach(*family, hop, reach.reserved, nlri)))

    return with_attributes(message, changed)


def _next_hop(random: Random, message: RouteMonitoring) -> RouteMonitoring:
    """Give a next hop of any family to what is announced, its length as the family has it, or any family's."""
    generator = BgpGenerator(random)

    def changed(one: Attribute) -> Attribute:
        reach = _multiprotocol(one)
        if not isinstance(reach, MpReach):
            return one
        family = (reach.afi, reach.safi) if is_kept(random) else random.choice(FAMILIES)
        hop = generator.next_hop(family) if family[0] in NEXT_HOP_OCTETS else reach.next_hop
        return _with_value(one, encode_part(replace(reach, next_hop=hop)))

    return with_attributes(message, changed)


def _moved(random: Random, message: RouteMonitoring) -> RouteMonitoring:
    """Put classic routes into MP_REACH and MP_UNREACH, or those into the classic fields, or leave them in both."""

    def changed(held: Update) -> Update:
        is_classic = bool(held.nlri or held.withdrawn)
        is_other = any(_multiprotocol(one) for one in held.attributes.items)
        if is_classic and (not is_other or is_kept(random)):
            return _into_multiprotocol(random, held)
        return _into_classic(random, held) if is_other else held

    return with_update(message, changed)


def _into_multiprotocol(random: Random, held: Update) -> Update:
    attributes = held.attributes.items
    hop = next((one.value for one in attributes if one.type == AttributeType.NEXT_HOP), b"")
    new = []
    if held.nlri:
        reach = encode_part(MpReach(*IPV4, hop, 0, held.nlri))
        new.append(make_attribute(AttributeType.MP_REACH_NLRI, reach))
    if held.withdrawn:
        new.append(make_attribute(AttributeType.MP_UNREACH_NLRI, encode_part(MpUnreach(*IPV4, held.withdrawn))))
    left = [one for one in attributes if one.type != AttributeType.NEXT_HOP] if is_kept(random) else attributes
    classic = (b"", b"") if is_kept(random) else (held.withdrawn, held.nlri)
    return Update(classic[0], replace(held.attributes, items=(*new, *left)), classic[1])


def _into_classic(random: Random, held: Update) -> Update:
    """Say in the classic fields what MP_REACH and MP_UNREACH say, whatever their family is."""
    parts = [_multiprotocol(one) for one in held.attributes.items]
    left = [one for one, part in zip(held.attributes.items, parts, strict=True) if part is None or not is_kept(random)]
    reaches = [part for part in parts if isinstance(part, MpReach)]
    if reaches and is_kept(random):
        left.append(make_attribute(AttributeType.NEXT_HOP, reaches[0].next_hop))
    withdrawn = b"".join(part.withdrawn for part in parts if isinstance(part, MpUnreach))
    nlri = b"".join(part.nlri for part in reaches)
    return Update(held.withdrawn + withdrawn, replace(held.attributes, items=tuple(left)), held.nlri + nlri)


def _also_withdrawn(_random: Random, message: RouteMonitoring) -> RouteMonitoring:
    """Withdraw what is announced, in the same UPDATE."""
    return with_update(message, lambda held: replace(held, withdrawn=held.withdrawn + held.nlri))


ROUTE_CHANGES = (_path_ids, _next_family, _next_hop, _moved, _also_withdrawn)


def session_related(random: Random, messages: Sequence[Message]) -> bytes | None:
    """Let a peer have path identifiers for a family, or have them no more: in its OPENs and its routes, or in a part.

    None where no Peer Up is there, or it cannot be written.
    """
    ups = [at for at, one in enumerate(messages) if isinstance(one, PeerUp)]
    if not ups:
        return None
    try:
        return b"".join(map(encode, _path_ids_agreed(random, list(messages), random.choice(ups))))
    except WireError:
        return None


def _path_ids_agreed(random: Random, messages: list[Message], place: int) -> list[Message]:
    up = messages[place]
    assert isinstance(up, PeerUp)  # noqa: S101 - that of this place
    behind = [
        (at, one)
        for at, one in enumerate(messages)
        if at > place and isinstance(one, RouteMonitoring) and peer_key(one.peer) == peer_key(up.peer)
    ]
    families = {family for _, one in behind for family, _ in _fields_of(one) if is_read(family)}
    family = random.choice(sorted(families) or [IPV4])
    wanted = family not in _announced(up)
    messages[place] = _with_announced(random, up, family, wanted=wanted)
    is_whole = is_kept(random)
    for at, one in behind if is_kept(random) else behind[: random.randrange(2)]:
        messages[at] = _with_path_ids(random, one, family, wanted=wanted, is_whole=is_whole)
    return messages


def _announced(up: PeerUp) -> set[Family]:
    """Return the families for which either OPEN of a Peer Up names path identifiers."""
    opens = [pdu.body for pdu in (up.sent_open, up.received_open) if pdu is not None and isinstance(pdu.body, Open)]
    return {(one.afi, one.safi) for held in opens for one in _add_path_of(held)}


def _add_path_of(held: Open) -> list[AddPathFamily]:
    values = [one.value for one in held.capabilities() if one.code == CapabilityCode.ADD_PATH]
    return [family for value in values if isinstance(value, tuple) for family in value]


def _with_announced(random: Random, up: PeerUp, family: Family, *, wanted: bool) -> PeerUp:
    """Return a Peer Up whose OPENs announce path identifiers for a family, or do not; either may stay as it was."""
    new = (AddPathFamily(*family, random.choice(_DIRECTIONS)),) if wanted else ()

    def changed(held: Open) -> Open:
        value = tuple(one for one in _add_path_of(held) if (one.afi, one.safi) != family) + new
        return with_add_path(held, [Capability(CapabilityCode.ADD_PATH, value)] if value else [])

    return replace(up, **{name: with_open(getattr(up, name), changed) for name in OPENS if is_kept(random)})


def _fields_of(message: RouteMonitoring) -> list[tuple[Family, bytes]]:
    held = update_of(message)
    return [(one.family, one.octets) for one in route_fields(held)] if held else []


def _with_path_ids(
    random: Random, message: RouteMonitoring, family: Family, *, wanted: bool, is_whole: bool
) -> RouteMonitoring:
    """Return a message whose prefixes of a family, or one in each place of them, have path identifiers or have none."""

    def changed(one: Family, routes: bytes) -> bytes:
        has_them = one == family and has_path_ids(family, routes)
        if one != family or has_them == wanted:
            return routes
        held = read_prefixes(routes, path_ids=has_them)
        chosen = range(len(held.items)) if is_whole or not held.items else (random.randrange(len(held.items)),)
        prefixes = [_other_prefix(random, item) if at in chosen else item for at, item in enumerate(held.items)]
        return b"".join(map(encode_part, prefixes)) + held.rest

    return with_update(message, partial(_with_routes, change=changed))


def _other_prefix(random: Random, held: Prefix | PathPrefix) -> Prefix | PathPrefix:
    """Return a prefix behind a path identifier, or one that has it without."""
    if isinstance(held, PathPrefix):
        return Prefix(held.bits, held.prefix)
    return PathPrefix(random.choice(_PATH_IDS), held.bits, held.prefix)


def _with_routes(held: Update, change: _RoutesChange) -> Update:
    """Return an UPDATE with the routes in each of its places changed."""
    attributes = tuple(_with_routes_of(one, change) for one in held.attributes.items)
    return Update(change(IPV4, held.withdrawn), replace(held.attributes, items=attributes), change(IPV4, held.nlri))


def _with_routes_of(one: Attribute, change: _RoutesChange) -> Attribute:
    match part := _multiprotocol(one):
        case MpReach():
            return _with_value(one, encode_part(replace(part, nlri=change((part.afi, part.safi), part.nlri))))
        case MpUnreach():
            return _with_value(one, encode_part(replace(part, withdrawn=change((part.afi, part.safi), part.withdrawn))))
        case None:
            return one


def _multiprotocol(one: Attribute) -> MpReach | MpUnreach | None:
    """Return what MP_REACH or MP_UNREACH says, None where it cannot be read, and of other attributes."""
    if one.type == AttributeType.MP_REACH_NLRI:
        reach = read_mp_reach(one.value)
        return reach if isinstance(reach, MpReach) else None
    unreach = read_mp_unreach(one.value) if one.type == AttributeType.MP_UNREACH_NLRI else None
    return unreach if isinstance(unreach, MpUnreach) else None


def _with_value(one: Attribute, value: bytes) -> Attribute:
    """Return an attribute with another value, its length as wide as that needs."""
    flags = one.flags | AttributeFlag.EXTENDED_LENGTH if len(value) > SHORT_OCTETS else one.flags
    return replace(one, flags=int(flags), value=value)
