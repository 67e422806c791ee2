"""Messages with one thing wrong, each a thing that a rule looks for.

Why on values: what is wrong is said in the words of the message, and lengths follow by themselves. A spoiler returns
the message as it was where the thing cannot be wrong in it.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar, cast

from bmpconform.wire.bgp import Attribute, Attributes, Notification, Open, Parameters, Pdu, Update
from bmpconform.wire.codes import (
    MIRRORING_CODES,
    TERMINATION_REASONS,
    AttributeType,
    MessageType,
    PeerFlag,
    Registry,
    StatisticType,
)
from bmpconform.wire.messages import (
    Counter32,
    FamilyGauge64,
    Gauge64,
    Initiation,
    InitiationTlv,
    Malformed,
    Message,
    MirroringTlv,
    Peer,
    PeerDown,
    PeerDownTlv,
    PeerUp,
    PeerUpTlv,
    RouteMirroring,
    RouteMonitoring,
    Statistic,
    StatisticsReport,
    Termination,
    TerminationTlv,
    Unknown,
)
from bmpconform.wire.value import Value, replace

Shape = TypeVar("Shape", bound=Value)
Spoiler = Callable[[Random, Any], Message]

IPV4 = b"\xc0\x00\x02\x01"
ADDRESSES = (
    bytes(16),
    bytes(12) + IPV4,
    IPV4 + bytes(12),
    bytes(10) + b"\xff\xff" + IPV4,
    b"\x20\x01\x0d\xb8" + bytes(11) + b"\x01",
)
DISTINGUISHERS = (bytes(8), b"\0\0" + IPV4 + b"\0\1", b"\0\3" + IPV4 + b"\0\1", b"\xff" * 8)
# Of each status: assigned, reserved, unassigned, open to registration, experimental.
ONE_OCTET_CODES = (0, 1, 2, 3, 4, 5, 6, 7, 127, 128, 250, 251, 254, 255)
TWO_OCTET_CODES = (0, 1, 2, 3, 4, 5, 32767, 32768, 65530, 65531, 65534, 65535)
TEXTS = (b"", b"a\0", b"global\0", b"\0\0", b"caf\xe9", b"\xc3\xa9", b"\xe2\x82", b"a\xffb", b"x" * 256, b"other")
MARKERS = (bytes(16), b"\xff" * 15 + b"\xfe")
PDU_TYPES = (0, 1, 2, 3, 4, 5, 255)
TIMES = ((0, 1), (0, 999_999), (0, 0), (1, 0), (946_684_799, 0), (1 << 31, 1_000_000), (1 << 31, 0xFFFFFFFF))
PORTS = (0, 1, 179, 65535)
UPDATE = Pdu(b"\xff" * 16, 2, Update())
# AS_PATH of one segment with one AS number of 2 octets, of 4, of neither; of no whole segment. AGGREGATOR likewise.
WIDTHS = (
    (AttributeType.AS_PATH, b"\2\1\0\1"),
    (AttributeType.AS_PATH, b"\2\1\0\0\0\1"),
    (AttributeType.AS_PATH, b"\2\1\0\0\1"),
    (AttributeType.AS_PATH, b"\2"),
    (AttributeType.AGGREGATOR, bytes(6)),
    (AttributeType.AGGREGATOR, bytes(8)),
)
CEASE = Pdu(b"\xff" * 16, 3, Notification(6, 0))
IPV4_END = Pdu(b"\xff" * 16, 2, Update(b"", Attributes((Attribute(0x80, 15, b"\0\1\1"),))))
BARE_ROUTE = Pdu(b"\xff" * 16, 2, Update(b"", Attributes(), b"\0"))


def spoil(random: Random, message: Message) -> Message:
    """Return the message with one thing wrong, or at least unusual."""
    peer = getattr(message, "peer", None)
    if peer is not None and random.random() < 0.35:
        return replace(message, peer=_spoil_peer(random, peer))
    return random.choice(_SPOILERS[type(message)])(random, message)


def _spoil_peer(random: Random, peer: Peer) -> Peer:
    return random.choice(_PEER_SPOILERS)(random, peer)


def _field(name: str, choices: Sequence[object]) -> Callable[[Random, Any], Any]:
    """Return a spoiler that puts one of `choices` in a field."""

    def put(random: Random, value: Value) -> Value:
        return replace(value, **{name: random.choice(choices)})

    return put


def _peer_time(random: Random, peer: Peer) -> Peer:
    seconds, microseconds = random.choice(TIMES)
    out = 0 if peer.is_loc_rib else random.choice((0, PeerFlag.O))
    return replace(peer, flags=peer.flags | out, seconds=seconds, microseconds=microseconds)


def _peer_flags(random: Random, peer: Peer) -> Peer:
    return replace(peer, flags=peer.flags ^ random.choice((*(1 << bit for bit in range(8)), 0x0F, 0xFF)))


def _peer_address(random: Random, peer: Peer) -> Peer:
    return replace(peer, address=random.choice(ADDRESSES), flags=peer.flags ^ random.choice((0, 0, PeerFlag.V)))


def _peer_asn(random: Random, peer: Peer) -> Peer:
    return replace(peer, asn=random.choice((peer.asn << 16 & 0xFFFFFFFF, peer.asn ^ 1, 0)))


_PEER_SPOILERS = (
    _peer_time,
    _peer_time,
    _peer_flags,
    _peer_address,
    _peer_asn,
    _field("distinguisher", DISTINGUISHERS),
    _field("bgp_id", (bytes(4), IPV4)),
    _field("type", ONE_OCTET_CODES),
)


def _tlvs(shape: type[Value], codes: Sequence[int]) -> tuple[Spoiler, ...]:
    """Return the spoilers of a list of TLVs of this class."""

    def one(random: Random, message: Message) -> Message:
        """Put another TLV somewhere, or in place of one."""
        tlvs = list(_tlvs_of(message))
        place = random.randint(0, len(tlvs))
        tlvs[place : place + random.randrange(2)] = [shape(random.choice(codes), random.choice(TEXTS))]
        return replace(message, tlvs=tuple(tlvs))

    def fewer(random: Random, message: Message) -> Message:
        """Leave some out."""
        return replace(message, tlvs=tuple(tlv for tlv in _tlvs_of(message) if random.random() < 0.5))

    def changed(random: Random, message: Message) -> Message:
        """Change the type or the value of one."""
        tlvs = list(_tlvs_of(message))
        if tlvs:
            place = random.randrange(len(tlvs))
            changes = random.choice(({"type": random.choice(codes)}, {"value": random.choice(TEXTS)}))
            tlvs[place] = replace(tlvs[place], **changes)
        return replace(message, tlvs=tuple(tlvs))

    def shuffled(random: Random, message: Message) -> Message:
        """Repeat some, and put all in another order."""
        tlvs = _tlvs_of(message)
        return replace(message, tlvs=tuple(random.choices(tlvs, k=random.randint(1, 5)) if tlvs else ()))

    return one, one, changed, changed, fewer, shuffled


def _tlvs_of(message: Message) -> tuple[Value, ...]:
    return cast("tuple[Value, ...]", getattr(message, "tlvs", ()))


def _leftover(random: Random, message: Message) -> Message:
    return replace(message, rest=random.choice((b"\0", b"\0\0\0", b"\0\1\0\xff", bytes(42), b"a" * 5)))


def _codes_of(registry: Registry) -> tuple[bytes, ...]:
    """Return what stands in a TLV that holds a code point of 2 octets: right, wrong, and of another length."""
    known = (*registry.assigned, *registry.reserved)
    return (*(code.to_bytes(2) for code in (*known, *TWO_OCTET_CODES)), b"", b"\0", b"\0\0\0")


def _coded(tlv_type: int, shape: type[Value], registry: Registry) -> Spoiler:
    values = _codes_of(registry)

    def put(random: Random, message: Message) -> Message:
        tlvs = tuple(tlv for tlv in _tlvs_of(message) if getattr(tlv, "type", None) != tlv_type)
        return replace(message, tlvs=(shape(tlv_type, random.choice(values)), *tlvs))

    return put


def _spoil_pdu(random: Random, pdu: Pdu) -> Pdu:
    return random.choice(_PDU_SPOILERS)(random, pdu)


def _pdu_cut(random: Random, pdu: Pdu) -> Pdu:
    """Leave a body of that many octets, which seldom parse."""
    return replace(pdu, body=bytes(random.choice((0, 1, 2, 3, 9, 10, 11))))


def _pdu_long(random: Random, pdu: Pdu) -> Pdu:
    """Put octets behind the end of the body, up to more than a PDU may have."""
    more = bytes(random.choice((1, 4, 4097, 4097)))
    match pdu.body:
        case Open():
            return replace(pdu, body=replace(pdu.body, rest=more))
        case Notification():
            return replace(pdu, body=replace(pdu.body, data=more))
        case Update():
            attributes = replace(pdu.body.attributes, rest=more[:1])
            return replace(pdu, body=replace(pdu.body, attributes=attributes))
        case bytes():
            return replace(pdu, body=more)


def _pdu_parameters(random: Random, pdu: Pdu) -> Pdu:
    if not isinstance(pdu.body, Open):
        return pdu
    parameters = random.choice((Parameters(), None, Parameters(rest=b"\2")))
    changed = replace(pdu.body, parameters=parameters, rest=b"" if parameters is not None else b"\5")
    return replace(pdu, body=random.choice((changed, replace(pdu.body, my_as=1, bgp_id=IPV4))))


_PDU_SPOILERS = (_field("marker", MARKERS), _field("type", PDU_TYPES), _pdu_cut, _pdu_long, _pdu_parameters)


def _pdu(name: str) -> Spoiler:
    """Return the spoiler of the PDU in the field `name`."""

    def changed(random: Random, message: Message) -> Message:
        pdu = getattr(message, name)
        return message if pdu is None else replace(message, **{name: _spoil_pdu(random, pdu)})

    return changed


def _no_pdu(random: Random, message: Message) -> Message:
    """Take the PDU of a Route Monitoring or a Peer Down away."""
    return replace(message, pdu=None, rest=random.choice((b"", b"", b"\xff" * 18, b"\xff" * 19)))


def _opens(random: Random, message: PeerUp) -> Message:
    """Take one OPEN or both away, exchange them, or make one of the other."""
    sent, received = message.sent_open, message.received_open
    changes = random.choice(
        (
            {"sent_open": None, "received_open": None, "tlvs": ()},
            {"received_open": None, "tlvs": (), "rest": random.choice((b"", b"\xff" * 19))},
            {"sent_open": None, "received_open": None, "tlvs": (), "rest": b"\xff" * 19},
            {"sent_open": received, "received_open": sent},
        )
    )
    return replace(message, **changes)


def _ports(random: Random, message: PeerUp) -> Message:
    return replace(message, local_port=random.choice(PORTS), remote_port=random.choice(PORTS))


def _short(random: Random, message: Message) -> Message:
    """End the message in its fixed fields: the per-peer header, or what comes behind it."""
    peer: Peer | None = getattr(message, "peer", None)
    message_type = _TYPES[type(message)]
    if random.random() < 0.5 and peer is not None:
        return Malformed(message_type, peer, bytes(random.randrange(20)))
    return Malformed(message_type, None, bytes(random.choice((0, 1, 41))))


def _second(random: Random, message: RouteMonitoring) -> Message:
    return replace(message, rest=random.choice((b"\xff" * 16 + b"\0\x17\2\0\0\0\0", b"\xff" * 19)))


def _attribute(random: Random, message: RouteMonitoring) -> Message:
    """Put an attribute in, or in place of, the first: of a type that has a length, with octets that may not be it."""
    if message.pdu is None or not isinstance(message.pdu.body, Update):
        return message
    update = message.pdu.body
    attribute_type, octets = random.choice(
        (*WIDTHS, (random.choice(tuple(AttributeType)), bytes(random.randrange(13))))
    )
    added = Attribute(0xC0, attribute_type, octets)
    items = (added, *update.attributes.items[random.randrange(2) :])
    peer = replace(message.peer, flags=message.peer.flags ^ random.choice((0, PeerFlag.A)))
    return replace(message, peer=peer, pdu=replace(message.pdu, body=replace(update, attributes=Attributes(items))))


def _other_update(random: Random, message: RouteMonitoring) -> Message:
    peer = message.peer
    if not peer.is_loc_rib and random.random() < 0.5:
        peer = replace(peer, flags=(peer.flags | PeerFlag.O) & ~PeerFlag.L)
    return replace(message, peer=peer, pdu=random.choice((IPV4_END, BARE_ROUTE)))


def _statistic(random: Random, message: StatisticsReport) -> Message:
    """Add or repeat a statistic of any type, with data of any length."""
    code = random.choice((*StatisticType, *TWO_OCTET_CODES, 24, 44))
    data = random.choice((Counter32(1), Gauge64(1), FamilyGauge64(1, 1, 1), b"", b"a" * 5, FamilyGauge64(2, 1, 0)))
    added = (Statistic(code, data),) * random.choice((1, 1, 2))
    kept = message.statistics if random.random() < 0.5 else ()
    return replace(message, statistics=kept + added, count=len(kept) + len(added))


def _count(random: Random, message: StatisticsReport) -> Message:
    return replace(message, count=random.choice((0, 1, message.count + 1, message.count - 1, 0xFFFFFFFF)))


def _no_statistics(random: Random, message: StatisticsReport) -> Message:
    return replace(message, count=random.randrange(2), statistics=())


def _down(random: Random, message: PeerDown) -> Message:
    """Give another reason, or what another reason has."""
    changes = random.choice(
        (
            {"reason": random.choice(ONE_OCTET_CODES)},
            {"reason": random.randrange(7), "rest": b"a"},
            {"reason": 2, "pdu": None, "tlvs": (), "fsm_event": random.choice((None, None, 29, 30, 65535))},
            {"reason": 6, "pdu": None, "fsm_event": None, "tlvs": (PeerDownTlv(3, random.choice(TEXTS)),)},
            {"reason": random.choice((1, 3)), "pdu": None, "fsm_event": None, "tlvs": ()},
        )
    )
    return replace(message, **changes)


def _cease(random: Random, message: PeerDown) -> Message:
    """Give a reason that has a NOTIFICATION, with one that is wrong."""
    pdu = replace(CEASE, body=bytes(random.randrange(2))) if random.random() < 0.2 else _spoil_pdu(random, CEASE)
    return replace(message, reason=random.choice((1, 3)), pdu=pdu, fsm_event=None, tlvs=())


def _renamed(random: Random, message: PeerUp) -> Message:
    """Give another VRF or table name and no other TLV."""
    return replace(message, tlvs=(PeerUpTlv(3, random.choice(TEXTS)),))


def _renumbered(random: Random, message: PeerUp) -> Message:
    """Put the AS number where 16 bits too many go behind it, or change it."""
    peer = message.peer
    return replace(message, peer=replace(peer, asn=random.choice((peer.asn << 16 & 0xFFFFFFFF, peer.asn ^ 1))))


def _mirrored(random: Random, message: RouteMirroring) -> Message:
    """Put a PDU before other TLVs, or take it away."""
    kept = tuple(tlv for tlv in message.tlvs if tlv.type)
    return replace(message, tlvs=random.choice(((MirroringTlv(0, UPDATE), *message.tlvs), kept, ())))


def _unknown(random: Random, _message: Message) -> Message:
    return Unknown(random.choice((7, 8, 127, 128, 250, 251, 254, 255)), bytes(random.randrange(4)))


_TYPES: dict[type[Value], int] = {
    RouteMonitoring: MessageType.ROUTE_MONITORING,
    StatisticsReport: MessageType.STATISTICS_REPORT,
    PeerDown: MessageType.PEER_DOWN,
    PeerUp: MessageType.PEER_UP,
    Initiation: MessageType.INITIATION,
    Termination: MessageType.TERMINATION,
    RouteMirroring: MessageType.ROUTE_MIRRORING,
}
_SPOILERS: dict[type[Value], tuple[Spoiler, ...]] = {
    RouteMonitoring: (_pdu("pdu"), _pdu("pdu"), _no_pdu, _second, _other_update, _attribute, _attribute, _short),
    StatisticsReport: (_statistic, _statistic, _statistic, _count, _no_statistics, _leftover, _short),
    PeerDown: (_down, _down, _cease, _cease, _no_pdu, _leftover, _short),
    PeerUp: (
        *_tlvs(PeerUpTlv, TWO_OCTET_CODES),
        *(_pdu("sent_open"), _pdu("received_open")) * 2,
        _opens,
        _opens,
        _ports,
        _renamed,
        _renumbered,
        _field("local_address", ADDRESSES),
        _leftover,
        _short,
    ),
    Initiation: (*_tlvs(InitiationTlv, TWO_OCTET_CODES), _leftover, _unknown),
    Termination: (
        *_tlvs(TerminationTlv, TWO_OCTET_CODES),
        *(_coded(1, TerminationTlv, TERMINATION_REASONS),) * 3,
        _leftover,
        _unknown,
    ),
    RouteMirroring: (
        *_tlvs(MirroringTlv, TWO_OCTET_CODES),
        *(_coded(1, MirroringTlv, MIRRORING_CODES),) * 3,
        _mirrored,
        _leftover,
        _short,
    ),
}
