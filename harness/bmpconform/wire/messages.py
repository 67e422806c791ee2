"""The seven BMP messages and their parts: values and their layout, RFC 7854 section 4.

Why values and tables side by side: a message is its fields in wire order. Values hold anything that can be
encoded; whether it conforms is the rules' business, and `make` builds valid ones.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bmpconform.wire.bgp import PDU, Pdu
from bmpconform.wire.codes import (
    INITIATION_TLVS,
    MESSAGE_TYPES,
    MIRRORING_CODES,
    MIRRORING_TLVS,
    PEER_DOWN_REASONS,
    PEER_TYPES,
    PEER_UP_TLVS,
    STATISTIC_SHAPES,
    STATISTIC_TYPES,
    TERMINATION_REASONS,
    TERMINATION_TLVS,
    VERSION,
    InitiationTlvType,
    MessageType,
    MirroringTlvType,
    PeerDownReason,
    PeerDownTlvType,
    PeerFlag,
    PeerType,
    PeerUpTlvType,
    Registry,
    StatisticShape,
    TerminationTlvType,
)
from bmpconform.wire.layout import (
    Case,
    Field,
    Fixed,
    Many,
    Nested,
    Octets,
    Record,
    RecordLength,
    Rest,
    Sized,
    Uint,
    Variant,
    When,
    fixed_octets,
)
from bmpconform.wire.value import Value

HEADER_OCTETS = 6
_LOC_RIB = int(PeerType.LOC_RIB_INSTANCE)


class Peer(Value, frozen=True, cache_hash=True):
    """The per-peer header, RFC 7854 section 4.2.

    `distinguisher` 8 octets, `address` 16 (IPv4 in the last 4), `bgp_id` 4; time of reception in `seconds` and
    `microseconds` since 1970.
    """

    type: int
    flags: int
    distinguisher: bytes
    address: bytes
    asn: int
    bgp_id: bytes
    seconds: int
    microseconds: int

    @property
    def is_loc_rib(self) -> bool:
        """Whether this is a Loc-RIB Instance Peer, whose flags have a meaning of their own (RFC 9069)."""
        return self.type == _LOC_RIB

    def has(self, flag: PeerFlag) -> bool:
        """Whether `flag` is set and means something: peer types 0 to 2 alone have V, L, A and O."""
        # The operators of IntFlag cost ten times those of int.
        return self.type < _LOC_RIB and self.flags & int(flag) != 0


class InitiationTlv(Value, frozen=True):
    """An Initiation Information TLV, RFC 7854 section 4.4 as revised by RFC 9736 section 3.1."""

    type: int
    value: bytes


class PeerUpTlv(Value, frozen=True):
    """A Peer Up Information TLV, RFC 9736 section 3.3."""

    type: int
    value: bytes


class PeerDownTlv(Value, frozen=True):
    """A TLV of a Peer Down with reason 6, RFC 9069 section 5.3."""

    type: int
    value: bytes


class TerminationTlv(Value, frozen=True):
    """A Termination TLV, RFC 7854 section 4.5."""

    type: int
    value: bytes


class MirroringTlv(Value, frozen=True):
    """A Route Mirroring TLV, RFC 7854 section 4.7; type 0 holds a PDU where it is framed as one."""

    type: int
    value: bytes | Pdu


class Counter32(Value, frozen=True):
    """A 32-bit counter, RFC 7854 section 4.8."""

    value: int


class Gauge64(Value, frozen=True):
    """A 64-bit gauge, RFC 7854 section 4.8."""

    value: int


class FamilyGauge64(Value, frozen=True):
    """A 64-bit gauge for one AFI and SAFI, RFC 7854 section 4.8."""

    afi: int
    safi: int
    value: int


class Statistic(Value, frozen=True):
    """One statistic; its data is raw where its type is unknown or its length is not that of its type."""

    type: int
    data: bytes | Counter32 | Gauge64 | FamilyGauge64


class RouteMonitoring(Value, frozen=True):
    """Route Monitoring, RFC 7854 section 4.6. `pdu` is None where no PDU is framed in the message."""

    peer: Peer
    pdu: Pdu | None
    rest: bytes = b""


class StatisticsReport(Value, frozen=True):
    """Statistics Report, RFC 7854 section 4.8. `count` is what the message says, not what it holds."""

    peer: Peer
    count: int
    statistics: tuple[Statistic, ...]
    rest: bytes = b""


class PeerDown(Value, frozen=True):
    """Peer Down, RFC 7854 section 4.9: reasons 1 and 3 have `pdu`, 2 has `fsm_event`, 6 has `tlvs`."""

    peer: Peer
    reason: int
    pdu: Pdu | None = None
    fsm_event: int | None = None
    tlvs: tuple[PeerDownTlv, ...] = ()
    rest: bytes = b""


class PeerUp(Value, frozen=True):
    """Peer Up, RFC 7854 section 4.10. `local_address` 16 octets (IPv4 in the last 4).

    `sent_open` is None where no PDU is framed in its place; then all that follows is in `rest`.
    """

    peer: Peer
    local_address: bytes
    local_port: int
    remote_port: int
    sent_open: Pdu | None
    received_open: Pdu | None
    tlvs: tuple[PeerUpTlv, ...] = ()
    rest: bytes = b""


class Initiation(Value, frozen=True):
    """Initiation, RFC 7854 section 4.3."""

    tlvs: tuple[InitiationTlv, ...]
    rest: bytes = b""


class Termination(Value, frozen=True):
    """Termination, RFC 7854 section 4.5."""

    tlvs: tuple[TerminationTlv, ...]
    rest: bytes = b""


class RouteMirroring(Value, frozen=True):
    """Route Mirroring, RFC 7854 section 4.7."""

    peer: Peer
    tlvs: tuple[MirroringTlv, ...]
    rest: bytes = b""


class Unknown(Value, frozen=True):
    """A message of a type that has no layout, RFC 7854 section 4.1."""

    type: int
    rest: bytes = b""


class Malformed(Value, frozen=True):
    """A framed message of a known type whose fixed fields do not fit; `peer` is None where it is cut too."""

    type: int
    peer: Peer | None
    rest: bytes = b""


class Unframed(Value, frozen=True):
    """Octets that are no frame: no whole header, another version, or a length that is not theirs."""

    octets: bytes


Message = (
    RouteMonitoring
    | StatisticsReport
    | PeerDown
    | PeerUp
    | Initiation
    | Termination
    | RouteMirroring
    | Unknown
    | Malformed
    | Unframed
)
PeerMessage = RouteMonitoring | StatisticsReport | PeerDown | PeerUp | RouteMirroring


def _common_header(message_type: Field) -> tuple[Field, ...]:
    return (Fixed("version", bytes([VERSION])), RecordLength("length", 4), message_type)


def _message(shape: type[Value], message_type: MessageType, *body: Field) -> Record:
    return Record(shape, (*_common_header(Fixed("type", bytes([message_type]), MESSAGE_TYPES)), *body))


def _tlvs(shape: type[Value], registry: Registry | None = None) -> Many:
    return Many("tlvs", Record(shape, (Uint("type", 2, registry), Sized("length", 2, (Rest("value"),)))))


PEER = Record(
    Peer,
    (
        Uint("type", 1, PEER_TYPES),
        Uint("flags", 1),
        Octets("distinguisher", 8),
        Octets("address", 16),
        Uint("asn", 4),
        Octets("bgp_id", 4),
        Uint("seconds", 4),
        Uint("microseconds", 4),
    ),
)
PEER_OCTETS = fixed_octets(PEER)
_PEER = Nested("peer", (PEER,), repeats=True)
_PDU = Nested("pdu", (PDU,), optional=True)

_COUNTER32 = Record(Counter32, (Uint("value", 4),))
_GAUGE64 = Record(Gauge64, (Uint("value", 8),))
_FAMILY_GAUGE64 = Record(FamilyGauge64, (Uint("afi", 2), Uint("safi", 1), Uint("value", 8)))
_STATISTIC_CASES = {
    StatisticShape.COUNTER32: Case("data", _COUNTER32),
    StatisticShape.GAUGE64: Case("data", _GAUGE64),
    StatisticShape.FAMILY_GAUGE64: Case("data", _FAMILY_GAUGE64),
}
STATISTIC_DATA = Variant("data", "type", {code: _STATISTIC_CASES[shape] for code, shape in STATISTIC_SHAPES.items()})
STATISTIC = Record(Statistic, (Uint("type", 2, STATISTIC_TYPES), Sized("length", 2, (STATISTIC_DATA,))))
_MIRRORING_TLV = Record(
    MirroringTlv,
    (
        Uint("type", 2, MIRRORING_TLVS),
        Sized("length", 2, (Variant("value", "type", {MirroringTlvType.BGP_MESSAGE: Case("pdu", PDU)}),)),
    ),
)

LAYOUTS: dict[int, Record] = {
    MessageType.ROUTE_MONITORING: _message(RouteMonitoring, MessageType.ROUTE_MONITORING, _PEER, _PDU, Rest()),
    MessageType.STATISTICS_REPORT: _message(
        StatisticsReport,
        MessageType.STATISTICS_REPORT,
        _PEER,
        Uint("count", 4),
        Many("statistics", STATISTIC, count="count"),
        Rest(),
    ),
    MessageType.PEER_DOWN: _message(
        PeerDown,
        MessageType.PEER_DOWN,
        _PEER,
        Uint("reason", 1, PEER_DOWN_REASONS),
        When("reason", (PeerDownReason.LOCAL_NOTIFICATION, PeerDownReason.REMOTE_NOTIFICATION), _PDU),
        When("reason", (PeerDownReason.LOCAL_FSM_EVENT,), Uint("fsm_event", 2)),
        When("reason", (PeerDownReason.LOCAL_TLVS,), _tlvs(PeerDownTlv)),
        Rest(),
    ),
    MessageType.PEER_UP: _message(
        PeerUp,
        MessageType.PEER_UP,
        _PEER,
        Octets("local_address", 16),
        Uint("local_port", 2),
        Uint("remote_port", 2),
        Nested("sent_open", (PDU,), optional=True),
        Nested("received_open", (PDU,), optional=True),
        _tlvs(PeerUpTlv, PEER_UP_TLVS),
        Rest(),
    ),
    MessageType.INITIATION: _message(Initiation, MessageType.INITIATION, _tlvs(InitiationTlv, INITIATION_TLVS), Rest()),
    MessageType.TERMINATION: _message(
        Termination, MessageType.TERMINATION, _tlvs(TerminationTlv, TERMINATION_TLVS), Rest()
    ),
    MessageType.ROUTE_MIRRORING: _message(
        RouteMirroring, MessageType.ROUTE_MIRRORING, _PEER, Many("tlvs", _MIRRORING_TLV), Rest()
    ),
}

# The TLVs whose value is a code point, by the type of the message and of the TLV, RFC 7854 sections 4.5 and 4.7.
CODE_TLVS: Mapping[tuple[int, int], Registry] = MappingProxyType(
    {
        (MessageType.TERMINATION, TerminationTlvType.REASON): TERMINATION_REASONS,
        (MessageType.ROUTE_MIRRORING, MirroringTlvType.INFORMATION): MIRRORING_CODES,
    }
)

_ANY_TYPE = Uint("type", 1, MESSAGE_TYPES)
UNKNOWN = Record(Unknown, (*_common_header(_ANY_TYPE), Rest()))
MALFORMED = Record(Malformed, (*_common_header(_ANY_TYPE), Nested("peer", (PEER,), optional=True), Rest()))
UNFRAMED = Record(Unframed, (Rest("octets"),))

# The TLVs whose value is a text, by the type of the message.
TEXT_TLVS: Mapping[int, frozenset[int]] = MappingProxyType(
    {
        MessageType.INITIATION: frozenset(InitiationTlvType),
        MessageType.PEER_UP: frozenset(PeerUpTlvType),
        MessageType.PEER_DOWN: frozenset(PeerDownTlvType),
        MessageType.TERMINATION: frozenset({TerminationTlvType.STRING}),
    }
)

# What encodes each class; the type octet of the seven messages is fixed in their layout.
LAYOUT_OF: dict[type[Value], Record] = {
    record.shape: record for record in (*LAYOUTS.values(), UNKNOWN, MALFORMED, UNFRAMED)
}
