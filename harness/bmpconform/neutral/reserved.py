"""Bits of BGP that are to be ignored on receipt, cleared.

Why: whoever ignores them need not show them, and who writes a PDU from its parts sends them as zero.
"""

from collections.abc import Callable, Mapping
from enum import Enum

from bmpconform.neutral.form import Attribute, Capability, Route
from bmpconform.wire.codes import AttributeFlag, AttributeType, CapabilityCode, Safi
from bmpconform.wire.routes import (
    LABEL_OCTETS,
    PATH_ID_OCTETS,
    Family,
    MpReach,
    MpUnreach,
    Prefix,
    has_path_ids,
    is_read,
    label_stacks,
    read_mp_reach,
    read_mp_unreach,
    read_prefixes,
)
from bmpconform.wire.value import replace

# All other flags of an attribute are unused, RFC 4271 section 4.3, but for that of its length, which does not count.
_FLAGS = AttributeFlag.OPTIONAL | AttributeFlag.TRANSITIVE | AttributeFlag.PARTIAL
_LABELLED = frozenset({Safi.LABELLED, Safi.VPN})
_RESERVED_OF_FAMILY_AT = 2
_RESTART_FLAGS, _RESTART_FAMILY_OCTETS, _STALE_FAMILY_OCTETS = 0x8F, 4, 7
_FORWARDING = 0x80
# Of the last octet of a label: its reserved bits alone, and with them the bottom of stack.
_ALL_BUT_RESERVED, _ALL_BUT_BOTTOM = 0xF1, 0xF0


class Labels(Enum):
    """How many labels stand before a prefix, which the octets alone do not tell: see `label_stacks`."""

    ONE = "one"
    STACK = "stack"


def cleared_attribute(attribute: Attribute, labels: Labels) -> Attribute:
    """Return an attribute without the unused bits of its flags, of MP_REACH_NLRI, and of the prefixes in it."""
    flags, value = attribute.flags, attribute.value
    if isinstance(flags, int):
        attribute = replace(attribute, flags=flags & _FLAGS)
    if isinstance(attribute.type, int) and attribute.type in _ATTRIBUTES and isinstance(value, str):
        octets = bytearray.fromhex(value)
        _ATTRIBUTES[attribute.type](octets, labels)
        attribute = replace(attribute, value=octets.hex())
    return attribute


def cleared_route(route: Route, labels: Labels, *, is_withdrawn: bool) -> Route:
    """Return a route without the bits behind its prefix and those of its labels that say nothing."""
    bits, prefix, safi = route.bits, route.prefix, route.safi
    if not (isinstance(bits, int) and isinstance(prefix, str)):
        return route
    octets = bytearray.fromhex(prefix).ljust((bits + 7) // 8, b"\0")[: (bits + 7) // 8]
    _clear_prefix(octets, 0, bits, labels if safi in _LABELLED else None, is_withdrawn=is_withdrawn)
    return replace(route, prefix=octets.hex())


def cleared_capability(capability: Capability) -> Capability:
    """Return a capability without its reserved bits."""
    code, value = capability.code, capability.value
    if not isinstance(code, int) or not isinstance(value, str) or code not in _CAPABILITIES:
        return capability
    octets = bytearray.fromhex(value)
    _CAPABILITIES[code](octets)
    return replace(capability, value=octets.hex())


def _clear(octets: bytearray, at: int, kept: int = 0) -> None:
    if at < len(octets):
        octets[at] &= kept


def _clear_reach(octets: bytearray, labels: Labels) -> None:
    """RFC 4760 section 3: the octet in front of the routes, which are the rest."""
    reach = read_mp_reach(bytes(octets))
    if isinstance(reach, MpReach):
        _clear(octets, len(octets) - len(reach.nlri) - 1)
        _clear_routes(octets, (reach.afi, reach.safi), reach.nlri, labels, is_withdrawn=False)


def _clear_unreach(octets: bytearray, labels: Labels) -> None:
    unreach = read_mp_unreach(bytes(octets))
    if isinstance(unreach, MpUnreach):
        _clear_routes(octets, (unreach.afi, unreach.safi), unreach.withdrawn, labels, is_withdrawn=True)


def _clear_routes(octets: bytearray, family: Family, routes: bytes, labels: Labels, *, is_withdrawn: bool) -> None:
    """Clear what says nothing in routes, which are the last of the octets."""
    if not is_read(family):
        return
    at = len(octets) - len(routes)
    for prefix in read_prefixes(routes, path_ids=has_path_ids(family, routes)).items:
        at += 1 if isinstance(prefix, Prefix) else 1 + PATH_ID_OCTETS
        _clear_prefix(octets, at, prefix.bits, labels if family[1] in _LABELLED else None, is_withdrawn=is_withdrawn)
        at += len(prefix.prefix)


def _clear_prefix(octets: bytearray, at: int, bits: int, labels: Labels | None, *, is_withdrawn: bool) -> None:
    """RFC 4271 section 4.3: the bits that fill the last octet of a prefix; RFC 8277 section 2: those of labels.

    Of the one label in front of a route the reserved bits and the bottom of stack are to be ignored on receipt (section
    2.2), of several the reserved bits (section 2.3), and in front of a route that is withdrawn all (section 2.4).
    """
    end = at + (bits + 7) // 8
    stacks = label_stacks(bytes(octets[at:end])) if labels else ()
    if bits % 8:
        _clear(octets, end - 1, 0xFF << 8 - bits % 8 & 0xFF)
    if not stacks:
        return
    labels_end = at + (stacks[-1] if labels is Labels.STACK else stacks[0])
    kept = _ALL_BUT_RESERVED if labels_end > at + LABEL_OCTETS else _ALL_BUT_BOTTOM
    for place in range(at, labels_end) if is_withdrawn else range(at + LABEL_OCTETS - 1, labels_end, LABEL_OCTETS):
        _clear(octets, place, 0 if is_withdrawn else kept)


def _clear_family(octets: bytearray) -> None:
    """RFC 4760 section 8: the third octet."""
    _clear(octets, _RESERVED_OF_FAMILY_AT)


def _clear_restart(octets: bytearray) -> None:
    """RFC 4724 section 3: one flag before the time, one behind each family; who knows that alone ignores RFC 8538."""
    _clear(octets, 0, _RESTART_FLAGS)
    for at in range(5, len(octets), _RESTART_FAMILY_OCTETS):
        _clear(octets, at, _FORWARDING)


def _clear_stale(octets: bytearray) -> None:
    """RFC 9494 section 3.1: one flag behind each family."""
    for at in range(3, len(octets), _STALE_FAMILY_OCTETS):
        _clear(octets, at, _FORWARDING)


_ATTRIBUTES: Mapping[int, Callable[[bytearray, Labels], None]] = {
    AttributeType.MP_REACH_NLRI: _clear_reach,
    AttributeType.MP_UNREACH_NLRI: _clear_unreach,
}
_CAPABILITIES: Mapping[int, Callable[[bytearray], None]] = {
    CapabilityCode.MULTIPROTOCOL: _clear_family,
    CapabilityCode.GRACEFUL_RESTART: _clear_restart,
    CapabilityCode.LONG_LIVED_GRACEFUL_RESTART: _clear_stale,
}
