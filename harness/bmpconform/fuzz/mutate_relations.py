"""Changes of what belongs together, all of it or all but a part: an AS number in header and OPEN, a flag and a width.

Why on messages: what is related stands in several fields, which no edit of one of them would change alike.
"""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any, TypeAlias

from bmpconform.fuzz import dictionary
from bmpconform.fuzz.mutate_routes import ROUTE_CHANGES
from bmpconform.fuzz.related import (
    OPENS,
    is_kept,
    with_add_path,
    with_attributes,
    with_capabilities,
    with_items,
    with_open,
    with_update,
)
from bmpconform.wire.bgp import (
    AS_TRANS,
    AddPathFamily,
    Attribute,
    Capability,
    FourOctetAs,
    Notification,
    Open,
    Pdu,
    Update,
)
from bmpconform.wire.codec import encode
from bmpconform.wire.codes import (
    STATISTIC_SHAPES,
    AttributeType,
    CapabilityCode,
    PeerDownReason,
    PeerFlag,
    PeerType,
    StatisticShape,
)
from bmpconform.wire.errors import WireError
from bmpconform.wire.messages import (
    Counter32,
    FamilyGauge64,
    Gauge64,
    Message,
    MirroringTlv,
    PeerDown,
    PeerDownTlv,
    PeerMessage,
    PeerUp,
    RouteMirroring,
    RouteMonitoring,
    Statistic,
    StatisticsReport,
)
from bmpconform.wire.value import Value, replace

FAMILIES = ((1, 1), (2, 1), (1, 4), (1, 128), (25, 70))
IDS = (b"\0\0\0\0", b"\xc0\0\2\1", b"\xc0\0\2\2", b"\xff\xff\xff\xff")
VALUES = (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 63, (1 << 64) - 1)
_SHORT, _LONG = 2, 4

_Change: TypeAlias = Callable[[Random, Any], Message]
_CHANGES: dict[type[Value], list[_Change]] = {RouteMonitoring: list(ROUTE_CHANGES)}


def _relation(*shapes: type[Value]) -> Callable[[_Change], _Change]:
    """Note a change of messages of these classes."""

    def noted(change: _Change) -> _Change:
        for shape in shapes:
            _CHANGES.setdefault(shape, []).append(change)
        return change

    return noted


def relation_changed(random: Random, message: Message) -> bytes | None:
    """Return the frame of a message with a relation between its fields changed; None where it has none."""
    changes = _CHANGES.get(type(message), ())
    if not changes:
        return None
    try:
        return encode(changes[int(random.random() * len(changes))](random, message))
    except (WireError, OverflowError):
        return None


@_relation(PeerUp)
def _as_number(random: Random, message: PeerUp) -> PeerUp:
    """Change the AS number of the peer in its header and in its OPEN, where it may stand twice."""
    asn = random.choice(dictionary.ASNS)
    short = asn if asn < 1 << 16 else AS_TRANS
    peer = replace(message.peer, asn=asn) if is_kept(random) else message.peer

    def changed(held: Open) -> Open:
        held = replace(held, my_as=short) if is_kept(random) else held
        return with_capabilities(held, lambda one: _with_asn(one, asn)) if is_kept(random) else held

    name = random.choice(OPENS)
    return replace(message, peer=peer, **{name: with_open(getattr(message, name), changed)})


def _with_asn(capabilities: list[Capability], asn: int) -> list[Capability]:
    return [
        replace(one, value=FourOctetAs(asn)) if one.code == CapabilityCode.FOUR_OCTET_AS else one
        for one in capabilities
    ]


@_relation(PeerUp)
def _bgp_id(random: Random, message: PeerUp) -> PeerUp:
    number = random.choice(IDS)
    peer = replace(message.peer, bgp_id=number) if is_kept(random) else message.peer
    received = with_open(message.received_open, lambda held: replace(held, bgp_id=number))
    return replace(message, peer=peer, received_open=received if is_kept(random) else message.received_open)


@_relation(PeerUp)
def _address(random: Random, message: PeerUp) -> PeerUp:
    """Change the family of the peer: the V flag, its address, and the local one."""
    is_ipv6 = not message.peer.flags & PeerFlag.V
    of_family = _IPV6 if is_ipv6 else _IPV4
    flags = message.peer.flags ^ PeerFlag.V if is_kept(random) else message.peer.flags
    peer = replace(message.peer, flags=flags, address=random.choice(of_family))
    local = random.choice(of_family) if is_kept(random) else message.local_address
    return replace(message, peer=peer, local_address=local)


_IPV4 = tuple(one for one in dictionary.ADDRESSES if not any(one[:12]) and any(one))
_IPV6 = tuple(one for one in dictionary.ADDRESSES if any(one[:10]))


@_relation(PeerUp)
def _same_opens(_random: Random, message: PeerUp) -> PeerUp:
    return replace(message, sent_open=message.received_open)


@_relation(PeerUp)
def _swap_opens(_random: Random, message: PeerUp) -> PeerUp:
    return replace(message, sent_open=message.received_open, received_open=message.sent_open)


@_relation(PeerUp)
def _add_path(random: Random, message: PeerUp) -> PeerUp:
    """Let both OPENs announce path identifiers for a family, or one of them, in one direction or both."""
    afi, safi = random.choice(FAMILIES[:2])
    changed = {}
    for name in OPENS:
        value = (AddPathFamily(afi, safi, random.choice((1, 2, 3, 3, 0, 4))),)
        new = [Capability(CapabilityCode.ADD_PATH, value)] if is_kept(random) else []
        changed[name] = with_open(getattr(message, name), partial(with_add_path, new=new))
    return replace(message, **changed)


@_relation(PeerUp, PeerDown, RouteMonitoring, StatisticsReport, RouteMirroring)
def _instance(random: Random, message: PeerMessage) -> PeerMessage:
    """Make the peer one of another type, with the distinguisher and address that such a one has."""
    peer = message.peer
    kind = random.choice(tuple(PeerType))
    distinguisher = random.choice(dictionary.DISTINGUISHERS[1:]) if kind else bytes(8)
    other = replace(peer, type=int(kind), distinguisher=distinguisher if is_kept(random) else peer.distinguisher)
    if kind == PeerType.LOC_RIB_INSTANCE:
        flags = random.choice((0, 0, 0x80, 0x20)) if is_kept(random) else peer.flags
        other = replace(other, flags=flags, address=bytes(16) if is_kept(random) else peer.address)
    return replace(message, peer=other)


@_relation(RouteMonitoring)
def _as_width(random: Random, message: RouteMonitoring) -> RouteMonitoring:
    """Change the width of AS numbers: the A flag, and the path that is written so."""
    is_short = bool(message.peer.flags & PeerFlag.A)
    width, wanted = (_SHORT, _LONG) if is_short else (_LONG, _SHORT)
    flags = message.peer.flags ^ PeerFlag.A if is_kept(random) else message.peer.flags
    changed = replace(message, peer=replace(message.peer, flags=flags))
    return with_attributes(changed, lambda one: _rewritten(one, width, wanted)) if is_kept(random) else changed


def _rewritten(attribute: Attribute, width: int, wanted: int) -> Attribute:
    if attribute.type != AttributeType.AS_PATH:
        return attribute
    path, held, at = b"", attribute.value, 0
    while at + 2 <= len(held):
        end = at + 2 + width * held[at + 1]
        numbers = [held[place : place + width] for place in range(at + 2, min(end, len(held)), width)]
        path += held[at : at + 2] + b"".join(number.rjust(wanted, b"\0")[-wanted:] for number in numbers)
        at = end
    return replace(attribute, value=path)


@_relation(RouteMonitoring)
def _two_segments(random: Random, message: RouteMonitoring) -> RouteMonitoring:
    """Let the AS path have a segment more, of the width that the path has."""
    width = _SHORT if message.peer.flags & PeerFlag.A else _LONG
    count = random.choice((0, 1, 2))
    segment = bytes((random.choice((1, 2, 3, 4)), count)) + random.randbytes(width * count)

    def changed(one: Attribute) -> Attribute:
        return replace(one, value=one.value + segment) if one.type == AttributeType.AS_PATH else one

    return with_attributes(message, changed)


@_relation(RouteMonitoring)
def _extended_length(random: Random, message: RouteMonitoring) -> RouteMonitoring:
    """Write the length of an attribute in two octets, or in one."""

    def changed(held: Update) -> Update:
        items = list(held.attributes.items)
        if items:
            place = random.randrange(len(items))
            items[place] = replace(items[place], flags=items[place].flags ^ 0x10)
        return with_items(held, items)

    return with_update(message, changed)


@_relation(RouteMonitoring)
def _mirrored(random: Random, message: RouteMonitoring) -> Message:
    """Say in Route Mirroring what Route Monitoring says."""
    if message.pdu is None:
        return message
    codes = tuple(MirroringTlv(1, bytes((0, random.randrange(3)))) for _ in range(random.randrange(2)))
    return RouteMirroring(message.peer, (MirroringTlv(0, message.pdu), *codes))


@_relation(PeerUp)
def _mirrored_open(random: Random, message: PeerUp) -> Message:
    """Mirror one of the OPENs."""
    pdu: Pdu | None = getattr(message, random.choice(OPENS))
    return message if pdu is None else RouteMirroring(message.peer, (MirroringTlv(0, pdu),))


@_relation(RouteMirroring)
def _monitored(_random: Random, message: RouteMirroring) -> Message:
    """Say in Route Monitoring what is mirrored."""
    pdu = next((one.value for one in message.tlvs if isinstance(one.value, Pdu)), None)
    return RouteMonitoring(message.peer, pdu) if pdu is not None else message


@_relation(PeerDown)
def _reason(random: Random, message: PeerDown) -> PeerDown:
    """Give another reason, with what belongs to it."""
    reason = random.choice(tuple(PeerDownReason))
    pdu = message.pdu or Pdu(b"\xff" * 16, 3, Notification(random.randrange(8), random.randrange(12), b""))
    match reason:
        case PeerDownReason.LOCAL_NOTIFICATION | PeerDownReason.REMOTE_NOTIFICATION:
            return PeerDown(message.peer, int(reason), pdu=pdu)
        case PeerDownReason.LOCAL_FSM_EVENT:
            return PeerDown(message.peer, int(reason), fsm_event=random.choice((0, 1, 18, 24, 28, 29, 65535)))
        case PeerDownReason.LOCAL_TLVS:
            texts = random.choices(dictionary.TEXTS, k=random.choice((0, 1, 2)))
            tlvs = tuple(PeerDownTlv(random.choice((3, 3, 0, 4)), text) for text in texts)
            return PeerDown(message.peer, int(reason), tlvs=tlvs)
        case _:
            return PeerDown(message.peer, int(reason))


@_relation(StatisticsReport)
def _statistic(random: Random, message: StatisticsReport) -> StatisticsReport:
    """Put in a statistic, or another in place of one, with data of the shape that its type has."""
    code = random.choice(_STATISTIC_TYPES)
    number, (afi, safi) = random.choice(VALUES), random.choice(FAMILIES)
    data: Counter32 | FamilyGauge64 | Gauge64
    match STATISTIC_SHAPES[code]:
        case StatisticShape.COUNTER32:
            data = Counter32(number & 0xFFFFFFFF)
        case StatisticShape.FAMILY_GAUGE64:
            data = FamilyGauge64(afi, safi, number)
        case _:
            data = Gauge64(number)
    held = list(message.statistics)
    place = random.randrange(len(held) + 1)
    held[place : place + random.randrange(2)] = [Statistic(code, data)]
    return replace(message, statistics=tuple(held), count=len(held) if is_kept(random) else message.count)


_STATISTIC_TYPES = tuple(STATISTIC_SHAPES)
