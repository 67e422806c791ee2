"""Messages in the neutral form, as our codec reads them: what a target that reads them right says.

Why from the decoded message and not from the octets: the layout is written once, in `wire`.
"""

from collections.abc import Mapping
from functools import lru_cache

from bmpconform.neutral.form import Message, Pdu, Peer, Session, Statistic, Tlv
from bmpconform.neutral.meanings import UNKNOWN, Words, meanings
from bmpconform.neutral.pdu import Reading, show_pdu
from bmpconform.spec.profiles import Profile
from bmpconform.wire import bgp
from bmpconform.wire import messages as wire
from bmpconform.wire.codec import decode
from bmpconform.wire.codes import (
    STATISTIC_TYPES,
    VERSION,
    MessageType,
    MirroringTlvType,
    PeerDownReason,
    PeerFlag,
    PeerType,
    Status,
)
from bmpconform.wire.interpret import encode_content
from bmpconform.wire.messages import STATISTIC_DATA
from bmpconform.wire.routes import SHORT_AS, WIDE_AS, Family
from bmpconform.wire.value import UNSET, Value

NOTIFICATION_REASONS = frozenset({PeerDownReason.LOCAL_NOTIFICATION, PeerDownReason.REMOTE_NOTIFICATION})
AnyTlv = wire.InitiationTlv | wire.PeerUpTlv | wire.PeerDownTlv | wire.TerminationTlv


class _Context(Value, frozen=True):
    """What the octets alone do not tell: the profile's code points and what the session says."""

    meanings: Mapping[int, Words]
    statistics: frozenset[int]
    path_ids: frozenset[Family]
    as_width: int | None

    def reading(self, peer: wire.Peer, *, mirrored: bool = False) -> Reading:
        """Return how PDUs of this peer are read: the A flag decides, the session where it means nothing.

        Loc-RIBs have AS numbers of 4 octets, RFC 9069 section 4.2; the A flag means nothing in Route Mirroring, RFC
        7854 section 4.2.
        """
        if mirrored or peer.type > PeerType.LOC_RIB_INSTANCE:
            return Reading(self.path_ids, self.as_width)
        return Reading(self.path_ids, SHORT_AS if peer.has(PeerFlag.A) else WIDE_AS)


@lru_cache(maxsize=256)
def _context(documents: frozenset[str], session: Session | None) -> _Context:
    known = (code for code in STATISTIC_TYPES.assigned if STATISTIC_TYPES.status(code, documents) is Status.ASSIGNED)
    families = (session.add_path or ()) if session else ()
    width = session.as_width if session else UNSET
    return _Context(meanings(documents), frozenset(known), frozenset(families), None if width is UNSET else width)


def show_octets(frame: bytes, profile: Profile, session: Session | None = None) -> Message | None:
    """Return what a frame says, None where it is no frame or its fixed fields do not fit."""
    return show(decode(frame), len(frame), profile, session)


def show(message: wire.Message, length: int, profile: Profile, session: Session | None = None) -> Message | None:
    """Return a message of `length` octets in the neutral form, at depth 3 and with its PDUs parsed.

    None where it is no frame or its fixed fields do not fit. Parts of a PDU that do not parse are null, and so is a PDU
    that is not there.
    """
    if isinstance(message, wire.Unframed | wire.Malformed):
        return None
    return _show(message, length, _context(profile.documents, session))


_ROUTE_MONITORING = int(MessageType.ROUTE_MONITORING)
_STATISTICS_REPORT = int(MessageType.STATISTICS_REPORT)
_PEER_DOWN = int(MessageType.PEER_DOWN)
_PEER_UP = int(MessageType.PEER_UP)
_INITIATION = int(MessageType.INITIATION)
_TERMINATION = int(MessageType.TERMINATION)
_ROUTE_MIRRORING = int(MessageType.ROUTE_MIRRORING)


Shown = wire.PeerMessage | wire.Initiation | wire.Termination | wire.Unknown


def _show(message: Shown, length: int, context: _Context) -> Message:
    rest = message.rest.hex()
    match message:
        case wire.RouteMonitoring():
            pdu = _pdu(message.pdu, context.reading(message.peer))
            shown = Message(VERSION, _ROUTE_MONITORING, length, _peer(message.peer), pdu=pdu, rest=rest)
        case wire.StatisticsReport():
            statistics = tuple(_statistic(held, context) for held in message.statistics)
            peer = _peer(message.peer)
            shown = Message(VERSION, _STATISTICS_REPORT, length, peer, message.count, statistics, rest=rest)
        case wire.PeerDown():
            shown = _peer_down(message, length, context)
        case wire.PeerUp():
            shown = _peer_up(message, length, context)
        case wire.Initiation():
            tlvs = _tlvs(message.tlvs, context.meanings[_INITIATION])
            shown = Message(VERSION, _INITIATION, length, tlvs=tlvs, rest=rest)
        case wire.Termination():
            tlvs = _tlvs(message.tlvs, context.meanings[_TERMINATION])
            shown = Message(VERSION, _TERMINATION, length, tlvs=tlvs, rest=rest)
        case wire.RouteMirroring():
            reading, words = context.reading(message.peer, mirrored=True), context.meanings[_ROUTE_MIRRORING]
            tlvs = tuple(_mirroring_tlv(tlv, words, reading) for tlv in message.tlvs)
            shown = Message(VERSION, _ROUTE_MIRRORING, length, _peer(message.peer), tlvs=tlvs, rest=rest)
        case wire.Unknown():
            shown = Message(VERSION, message.type, length, rest=rest)
    return shown


def _peer(peer: wire.Peer) -> Peer:
    return Peer(
        peer.type,
        peer.flags,
        peer.distinguisher.hex(),
        peer.address.hex(),
        peer.asn,
        peer.bgp_id.hex(),
        peer.seconds,
        peer.microseconds,
    )


def _peer_up(message: wire.PeerUp, length: int, context: _Context) -> Message:
    reading = context.reading(message.peer)
    return Message(
        VERSION,
        _PEER_UP,
        length,
        _peer(message.peer),
        local_address=message.local_address.hex(),
        local_port=message.local_port,
        remote_port=message.remote_port,
        sent_open=_pdu(message.sent_open, reading),
        received_open=_pdu(message.received_open, reading),
        tlvs=_tlvs(message.tlvs, context.meanings[_PEER_UP]),
        rest=message.rest.hex(),
    )


def _peer_down(message: wire.PeerDown, length: int, context: _Context) -> Message:
    """Return a Peer Down with the one key that its reason has."""
    reason = message.reason
    return Message(
        VERSION,
        _PEER_DOWN,
        length,
        _peer(message.peer),
        reason=reason,
        fsm_event=message.fsm_event if reason == PeerDownReason.LOCAL_FSM_EVENT else UNSET,
        pdu=_pdu(message.pdu, context.reading(message.peer)) if reason in NOTIFICATION_REASONS else UNSET,
        tlvs=_tlvs(message.tlvs, context.meanings[_PEER_DOWN]) if reason == PeerDownReason.LOCAL_TLVS else UNSET,
        rest=message.rest.hex(),
    )


def _pdu(pdu: bgp.Pdu | None, reading: Reading) -> Pdu | None:
    return None if pdu is None else show_pdu(pdu, reading)


def _tlvs(tlvs: tuple[AnyTlv, ...], words: Words) -> tuple[Tlv, ...]:
    return tuple(Tlv(tlv.type, tlv.value.hex(), words.get(tlv.type, UNKNOWN), None) for tlv in tlvs)


def _mirroring_tlv(tlv: wire.MirroringTlv, words: Words, reading: Reading) -> Tlv:
    """Return a TLV of Route Mirroring; its PDU is null where the octets of a BGP message are framed as none."""
    meaning = words.get(tlv.type, UNKNOWN)
    if isinstance(tlv.value, bytes):
        pdu = None if tlv.type == MirroringTlvType.BGP_MESSAGE else UNSET
        return Tlv(tlv.type, tlv.value.hex(), meaning, None, pdu)
    shown = show_pdu(tlv.value, reading)
    return Tlv(tlv.type, shown.hex, meaning, None, shown)


def _statistic(statistic: wire.Statistic, context: _Context) -> Statistic:
    held = statistic.data
    if isinstance(held, bytes):
        return Statistic(statistic.type, held.hex(), None)
    octets = encode_content(STATISTIC_DATA, held).hex()
    if statistic.type not in context.statistics:
        return Statistic(statistic.type, octets, None)
    if isinstance(held, wire.FamilyGauge64):
        return Statistic(statistic.type, octets, str(held.value), held.afi, held.safi)
    return Statistic(statistic.type, octets, str(held.value))
