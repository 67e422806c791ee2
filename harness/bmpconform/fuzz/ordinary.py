"""Whether the BGP inside of a message is ordinary: such that no document of BGP has a speaker refuse it.

Why: BMP's documents ask for BGP as it is on the wire, and say little of what is in it. An ORIGIN of 7 breaks none of
them, and a decoder that refuses it only does what RFC 4271 section 6.3 has a speaker do. So what is listed here has to
be taken, and of anything else nobody says that it must: a code point that is not read here has contents of its own.
"""

from collections.abc import Callable, Collection, Mapping
from ipaddress import IPv4Address

from bmpconform.neutral.form import AsSegment, Attribute, Capability, Notification, Open, Parameter, Pdu, Route, Update
from bmpconform.rules.update import AGGREGATOR_OCTETS, length_fault
from bmpconform.wire import bgp as wire
from bmpconform.wire.codes import Afi, AttributeFlag, AttributeType, CapabilityCode, ParameterType, Safi
from bmpconform.wire.make import IPV4_OCTETS, are_flags_of
from bmpconform.wire.routes import (
    ADDRESS_BITS,
    LABEL_OCTETS,
    MpReach,
    MpUnreach,
    is_read,
    read_as_path,
    read_mp_reach,
    read_mp_unreach,
)

_VERSION = 4
_SHORTEST_HOLD_TIME = 3
_KNOWN_NOTIFICATIONS = range(1, 9)
# Code points that IANA has given nobody, or keeps for experiments: their contents have no form.
_FREE_CAPABILITIES = frozenset({*range(10, 64), *range(80, 128), *range(186, 255)})
_FREE_ATTRIBUTES = frozenset({*range(50, 128), *range(130, 241), *range(244, 256)})
_PASSED_ON = AttributeFlag.OPTIONAL | AttributeFlag.TRANSITIVE
_KINDS = _PASSED_ON | AttributeFlag.PARTIAL
# AS_SEQUENCE and AS_CONFED_SEQUENCE; routes with one of the two sets may be withdrawn (RFC 9774).
_SEGMENTS, _SEGMENTS_PASSED_ON = (2, 3), (2,)
_ORIGINS = range(3)
# The octets that a next hop may have: an address, for IPv6 two of them, with a route distinguisher for each in a VPN.
_NEXT_HOPS: Mapping[tuple[int, bool], frozenset[int]] = {
    (Afi.IPV4, False): frozenset({4, 16, 32}),
    (Afi.IPV6, False): frozenset({16, 32}),
    (Afi.IPV4, True): frozenset({12, 24, 48}),
    (Afi.IPV6, True): frozenset({24, 48}),
}
_MULTICAST = {Afi.IPV4: 0xE0, Afi.IPV6: 0xFF}
_BOTTOM = 1
# RFC 8277 section 2.4 with the documents before it.
_WITHDRAWN_LABELS = frozenset({bytes.fromhex("800000"), bytes.fromhex("000000")})
_DISTINGUISHER_OCTETS, _DISTINGUISHERS = 8, range(3)


def is_ordinary(pdu: Pdu, *, is_out: bool = False) -> bool:
    """Return whether every document of BGP lets the PDU be.

    `is_out` is for one of a pre-policy Adj-RIB-Out, where attributes may be empty (RFC 8671 section 5.2).
    """
    match pdu:
        case Pdu(open=Open() as parts):
            return _is_ordinary_open(parts)
        case Pdu(update=Update() as parts):
            return _is_ordinary_update(parts, is_out=is_out)
        case Pdu(notification=Notification() as parts):
            return _is_ordinary_notification(parts)
        case _:
            return True


def _is_ordinary_notification(parts: Notification) -> bool:
    """RFC 4271 section 6 with RFC 5492 section 5, RFC 4486 and RFC 9003: data that has a form has that form."""
    if parts.code not in _KNOWN_NOTIFICATIONS or not isinstance(parts.data, str):
        return False
    data = bytes.fromhex(parts.data)
    form = _NOTIFICATION_FORMS.get((parts.code, parts.subcode))
    return form is None or not data or form(data)


def _is_communication(data: bytes) -> bool:
    """Whether all behind the first octet, which says how much that is, is UTF-8."""
    try:
        return data[0] == len(data[1:].decode().encode())
    except UnicodeDecodeError:
        return False


def _are_capabilities(data: bytes) -> bool:
    """Whether code, length and value, again and again, fill the data."""
    at = 0
    while at + 1 < len(data):
        at += 2 + data[at + 1]
    return at == len(data)


# The data of Unsupported Capability, Maximum Number of Prefixes Reached, Administrative Shutdown and Reset.
_NOTIFICATION_FORMS: Mapping[tuple[object, object], Callable[[bytes], bool]] = {
    (2, 7): _are_capabilities,
    (6, 1): lambda data: len(data) == 7,  # noqa: PLR2004 - AFI, SAFI, a number of 4 octets
    (6, 2): _is_communication,
    (6, 4): _is_communication,
}


def _is_ordinary_open(parts: Open) -> bool:
    """RFC 4271 section 6.2, with RFC 6286 and RFC 7607; of parameters those of RFC 5492."""
    return (
        parts.version == _VERSION
        and bool(parts.my_as)
        and (not parts.hold_time or parts.hold_time >= _SHORTEST_HOLD_TIME)
        and bool(_number(parts.bgp_id))
        and parts.parameters is not None
        and all(map(_is_ordinary_parameter, parts.parameters or ()))
    )


def _is_ordinary_parameter(parameter: Parameter) -> bool:
    capabilities = parameter.capabilities or ()
    return (
        parameter.type == ParameterType.CAPABILITIES
        and bool(capabilities)
        and all(map(_is_ordinary_capability, capabilities))
    )


def _is_ordinary_capability(capability: Capability) -> bool:
    if not isinstance(capability.code, int) or not isinstance(capability.value, str):
        return False
    form = _CAPABILITY_FORMS.get(capability.code)
    if form is None:
        return capability.code in _FREE_CAPABILITIES
    return form(bytes.fromhex(capability.value))


def _each(octets: int) -> Callable[[bytes], bool]:
    return lambda value: bool(value) and not len(value) % octets


def _of(octets: int) -> Callable[[bytes], bool]:
    return lambda value: len(value) == octets


def _is_name(value: bytes) -> bool:
    """draft-walton-bgp-hostname-capability: two texts of UTF-8, each behind its length."""
    host = value[1 : 1 + value[0]] if value else b""
    domain = value[1 + len(host) :]
    if not domain or len(host) != value[0] or len(domain) != 1 + domain[0]:
        return False
    try:
        return bool((host + domain[1:]).decode())
    except UnicodeDecodeError:
        return False


_CAPABILITY_FORMS: Mapping[int, Callable[[bytes], bool]] = {
    # What is reserved in it should be ignored, and need not, RFC 4760 section 8.
    CapabilityCode.MULTIPROTOCOL: lambda value: len(value) == 4 and not value[2],  # noqa: PLR2004 - AFI, reserved, SAFI
    CapabilityCode.ROUTE_REFRESH: _of(0),
    CapabilityCode.EXTENDED_NEXT_HOP: _each(6),
    CapabilityCode.EXTENDED_MESSAGE: _of(0),
    CapabilityCode.MULTIPLE_LABELS: lambda value: _each(4)(value) and all(count > 1 for count in value[3::4]),
    CapabilityCode.ROLE: lambda value: len(value) == 1 and value[0] in range(5),
    CapabilityCode.GRACEFUL_RESTART: lambda value: len(value) % 4 == 2,  # noqa: PLR2004 - two octets, four a family
    CapabilityCode.FOUR_OCTET_AS: _of(4),
    CapabilityCode.ADD_PATH: lambda value: _each(4)(value) and all(way in range(1, 4) for way in value[3::4]),
    CapabilityCode.ENHANCED_ROUTE_REFRESH: _of(0),
    CapabilityCode.LONG_LIVED_GRACEFUL_RESTART: lambda value: not len(value) % 7,
    CapabilityCode.FQDN: _is_name,
}


def _is_ordinary_update(parts: Update, *, is_out: bool) -> bool:
    """RFC 4271 section 6.3 and RFC 7606, which the rules do not look at in what is mirrored."""
    attributes = {one.type: one for one in parts.attributes or ()}
    return (
        None not in (parts.attributes, parts.reach, parts.unreach)
        and len(attributes) == len(parts.attributes or ())
        and _has_what_routes_need(attributes, parts)
        and all(_is_ordinary_attribute(one, is_out=is_out) for one in attributes.values())
        and all(map(_is_ordinary_segment, parts.as_path or ()))
        and (parts.as_path is not None or AttributeType.AS_PATH not in attributes)
        and all(_is_ordinary_route(route, is_withdrawn=False) for route in parts.reach or ())
        and all(_is_ordinary_route(route, is_withdrawn=True) for route in parts.unreach or ())
    )


def _has_what_routes_need(attributes: Collection[object], parts: Update) -> bool:
    """RFC 4271 section 5, and RFC 4760 section 3, which asks for them beside MP_REACH_NLRI whatever is in it."""
    if not parts.reach and AttributeType.MP_REACH_NLRI not in attributes:
        return True
    needed = {AttributeType.ORIGIN, AttributeType.AS_PATH}
    return needed.issubset(attributes) and (not parts.nlri or AttributeType.NEXT_HOP in attributes)


def _is_ordinary_attribute(attribute: Attribute, *, is_out: bool) -> bool:
    code, flags, value = attribute.type, attribute.flags, attribute.value
    if not isinstance(code, int) or not isinstance(flags, int) or not isinstance(value, str):
        return False
    if code in _FREE_ATTRIBUTES:
        return flags & _KINDS in {AttributeFlag.OPTIONAL, _PASSED_ON, _KINDS}
    form, octets = _ATTRIBUTE_FORMS.get(code), bytes.fromhex(value)
    return (
        form is not None
        and are_flags_of(code, flags)
        and form(octets)
        and length_fault(wire.Attribute(flags, code, octets), unknown_is_empty=is_out) is None
        and (is_out or code != AttributeType.MP_REACH_NLRI or _has_next_hop(octets))
    )


def _has_next_hop(value: bytes) -> bool:
    reach = read_mp_reach(value)
    return isinstance(reach, MpReach) and bool(reach.next_hop)


def _any(_value: bytes) -> bool:
    return True


def _is_host(address: bytes) -> bool:
    """Whether NEXT_HOP is a host, or empty where it is not known yet (RFC 8671 section 5.2)."""
    if len(address) != IPV4_OCTETS:
        return not address
    known = IPv4Address(address)
    return not (known.is_unspecified or known.is_multicast or known.is_reserved or known.is_loopback)


def _is_aggregator(value: bytes) -> bool:
    return len(value) in AGGREGATOR_OCTETS.values() and any(value[:-IPV4_OCTETS])


def _is_path_passed_on(value: bytes) -> bool:
    """Whether AS4_PATH, in whose segments no confederation is, has a segment at all and in each one an AS."""
    path = read_as_path(value, 4)
    are_right = all(one.type in _SEGMENTS_PASSED_ON and one.asns and all(one.asns) for one in path.items)
    return bool(path.items) and not path.rest and are_right


def _has_ordinary_next_hop(value: bytes) -> bool:
    """RFC 4760 section 3 with RFC 2545, RFC 4364, RFC 4659 and RFC 8950; none where it is not known yet (RFC 8671).

    The reserved octet behind it should be ignored, and need not.
    """
    reach = read_mp_reach(value)
    if not isinstance(reach, MpReach) or not is_read((reach.afi, reach.safi)) or reach.reserved:
        return False
    return not reach.next_hop or len(reach.next_hop) in _NEXT_HOPS[reach.afi, reach.safi == Safi.VPN]


def _withdraws_of_read_family(value: bytes) -> bool:
    unreach = read_mp_unreach(value)
    return isinstance(unreach, MpUnreach) and is_read((unreach.afi, unreach.safi))


# What the value of an attribute has to be beside the length that the rules ask for.
_ATTRIBUTE_FORMS: Mapping[int, Callable[[bytes], bool]] = {
    AttributeType.ORIGIN: lambda value: not value or value[0] in _ORIGINS,
    AttributeType.AS_PATH: _any,
    AttributeType.NEXT_HOP: _is_host,
    AttributeType.MULTI_EXIT_DISC: _any,
    AttributeType.LOCAL_PREF: _any,
    AttributeType.ATOMIC_AGGREGATE: _any,
    AttributeType.AGGREGATOR: _is_aggregator,
    AttributeType.COMMUNITIES: bool,
    AttributeType.ORIGINATOR_ID: _any,
    AttributeType.CLUSTER_LIST: bool,
    AttributeType.MP_REACH_NLRI: _has_ordinary_next_hop,
    AttributeType.MP_UNREACH_NLRI: _withdraws_of_read_family,
    AttributeType.EXTENDED_COMMUNITIES: bool,
    AttributeType.AS4_PATH: _is_path_passed_on,
    AttributeType.AS4_AGGREGATOR: _is_aggregator,
    AttributeType.LARGE_COMMUNITIES: bool,
}


def _is_ordinary_segment(segment: AsSegment) -> bool:
    """RFC 4271 section 4.3, RFC 5065, RFC 7606 section 7.2, RFC 7607."""
    return segment.segment in _SEGMENTS and bool(segment.asns) and all(segment.asns or ())


def _is_ordinary_route(route: Route, *, is_withdrawn: bool) -> bool:
    """Whether a prefix is of no multicast address (RFC 4271 section 6.3), with one label where its family has any."""
    if not isinstance(route.bits, int) or not isinstance(route.prefix, str) or route.afi not in ADDRESS_BITS:
        return False
    bits, octets = route.bits, bytes.fromhex(route.prefix)
    if route.safi in {Safi.LABELLED, Safi.VPN}:
        label, octets, bits = octets[:LABEL_OCTETS], octets[LABEL_OCTETS:], bits - 8 * LABEL_OCTETS
        is_last = bool(label) and bool(label[-1] & _BOTTOM)
        if not is_last and not (is_withdrawn and label in _WITHDRAWN_LABELS):
            return False
    if route.safi == Safi.VPN:
        kind, octets, bits = octets[:2], octets[_DISTINGUISHER_OCTETS:], bits - 8 * _DISTINGUISHER_OCTETS
        if int.from_bytes(kind) not in _DISTINGUISHERS:
            return False
    afi = Afi(route.afi)
    return 0 <= bits <= ADDRESS_BITS[afi] and (not octets or octets[0] < _MULTICAST[afi])


def _number(hex_digits: object) -> int:
    return int(hex_digits, 16) if isinstance(hex_digits, str) else 0
