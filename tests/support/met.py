"""What a stream holds, read off its octets, and what valid streams of some documents have to hold between them.

Why: a property over generated sessions says nothing about what was never generated.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product

from bmpconform.fuzz.generate_bgp import FAMILIES
from bmpconform.rules.negotiated import view_of
from bmpconform.rules.session import Session
from bmpconform.rules.update import MAY_BE_UNKNOWN
from bmpconform.wire.bgp import ExtendedParameters, FourOctetAs, Open, Pdu, Update
from bmpconform.wire.codec import decode
from bmpconform.wire.codes import (
    REGISTRIES,
    STATISTIC_SHAPES,
    STATISTIC_TYPES,
    AttributeType,
    BgpType,
    CapabilityCode,
    LocRibFlag,
    PeerDownTlvType,
    PeerFlag,
    PeerType,
    StatisticShape,
    Status,
)
from bmpconform.wire.interpret import spans
from bmpconform.wire.messages import (
    Counter32,
    FamilyGauge64,
    Gauge64,
    Message,
    Peer,
    PeerDown,
    PeerUp,
    RouteMirroring,
    RouteMonitoring,
    StatisticsReport,
)
from bmpconform.wire.routes import is_end_of_rib, route_fields
from invariants import codes_in_tlvs

END_OF_IPV4 = bytes.fromhex("000101")
CLASSIC_TYPES = tuple(PeerType)[:3]
WAYS = ("announced", "withdrawn", "with path identifiers")
OPENS = ("with parameters classic", "with parameters extended", "without AS numbers of 4 octets")
STRINGS = ("of no octets", "that is not ASCII", "with 0x00 in it", "that ends in 0x00")
SHAPE_NAMES = {
    StatisticShape.COUNTER32: Counter32.__name__,
    StatisticShape.GAUGE64: Gauge64.__name__,
    StatisticShape.FAMILY_GAUGE64: FamilyGauge64.__name__,
}


def met(frames: Iterable[bytes]) -> Iterator[str]:
    """Yield a line for each thing that the messages of one stream bring, again and again."""
    session = Session()
    for frame in frames:
        message = decode(frame)
        yield from _in_frame(message, frame)
        match message:
            case PeerUp():
                yield from _in_peer_up(message, session)
            case PeerDown(tlvs=tlvs):
                yield from (f"Peer Down TLV {tlv.type}" for tlv in tlvs)
            case RouteMonitoring(pdu=Pdu(body=Update() as update)):
                yield from _in_update(message.peer, update, session)
            case StatisticsReport(statistics=statistics):
                yield from (f"statistic {item.type} as {type(item.data).__name__}" for item in statistics)
            case RouteMirroring(tlvs=mirrored):
                values = (tlv.value for tlv in mirrored if not tlv.type)
                yield from (f"mirrored PDU {_kind(value)}" for value in values)
            case _:
                pass
        session.advance(message)


def _kind(value: Pdu | bytes) -> str:
    return str(value.type) if isinstance(value, Pdu) else "malformed"


def _in_frame(message: Message, frame: bytes) -> Iterator[str]:
    """Yield code points and flags, and what strings may be."""
    for span in spans(frame):
        registry = getattr(span.field, "registry", None)
        if registry is not None:
            yield f"{registry.name} {int.from_bytes(frame[span.offset : span.offset + span.length])}"
    for name, code in codes_in_tlvs(message):
        yield f"{name} {code}"
    peer = getattr(message, "peer", None)
    if peer is not None:
        yield from (_flag_line(peer.type, flag, is_set=bool(peer.flags & flag)) for flag in _flags(peer.type))
    for tlv in getattr(message, "tlvs", ()):
        if isinstance(tlv.value, bytes):
            yield from _in_string(tlv.value)


def _in_string(value: bytes) -> Iterator[str]:
    if not value:
        yield "a string of no octets"
    if not value.isascii():
        yield "a string that is not ASCII"
    if b"\0" in value[:-1]:
        yield "a string with 0x00 in it"
    if value.endswith(b"\0"):
        yield "a string that ends in 0x00"


def _flags(peer_type: int) -> type[PeerFlag | LocRibFlag]:
    return LocRibFlag if peer_type == PeerType.LOC_RIB_INSTANCE else PeerFlag


def _flag_line(peer_type: int, flag: PeerFlag | LocRibFlag, *, is_set: bool) -> str:
    return f"peer type {peer_type} with {flag.name} {'set' if is_set else 'clear'}"


def _in_peer_up(message: PeerUp, session: Session) -> Iterator[str]:
    yield _coming_up(message.peer, session)
    for pdu in (message.sent_open, message.received_open):
        assert pdu is not None
        assert isinstance(pdu.body, Open)
        opened = pdu.body
        extended = isinstance(opened.parameters, ExtendedParameters)
        yield "an OPEN with parameters " + ("extended" if extended else "classic")
        yield from (f"capability {capability.code}" for capability in opened.capabilities())
        if not any(isinstance(capability.value, FourOctetAs) for capability in opened.capabilities()):
            yield "an OPEN without AS numbers of 4 octets"


def _coming_up(peer: Peer, session: Session) -> str:
    """Return how a peer comes: as the first of its session, beside others, once more, or in parts."""
    kind = "Loc-RIB" if peer.is_loc_rib else "peer"
    up = session.is_up(peer)
    if up is None:
        return f"a {kind} beside others" if session.peers else f"a {kind} first"
    return f"a {kind} in parts" if up else f"a {kind} again"


def _in_update(peer: Peer, update: Update, session: Session) -> Iterator[str]:
    if is_end_of_rib(update):
        value = update.attributes.items[0].value if update.attributes.items else END_OF_IPV4
        yield f"End-of-RIB of {_named((int.from_bytes(value[:2]), value[2]))}"
        return
    agreed = session.agreed(peer)
    with_paths = () if agreed is None else agreed[0]
    for field in route_fields(update):
        yield f"routes of {view_of(peer)}"
        yield f"{_named(field.family)} " + ("withdrawn" if field.withdrawn else "announced")
        if field.family in with_paths:
            yield f"{_named(field.family)} with path identifiers"
    yield from _in_attributes(peer, update)


def _in_attributes(peer: Peer, update: Update) -> Iterator[str]:
    width = 2 if peer.has(PeerFlag.A) else 4
    for attribute in update.attributes.items:
        yield f"attribute {attribute.type}"
        if attribute.type == AttributeType.AS_PATH and attribute.value:
            yield f"AS path of {width} octets"
        if attribute.type in MAY_BE_UNKNOWN and not attribute.value:
            yield "a mandatory attribute that is empty"


def _named(family: tuple[int, int]) -> str:
    return f"AFI {family[0]} SAFI {family[1]}"


@cache
def owed(documents: frozenset[str]) -> frozenset[str]:
    """Return a line for each thing that valid streams of these documents can hold."""
    lines = {
        f"{registry.name} {code}"
        for registry in REGISTRIES
        for code in registry.assigned
        if registry.status(code, documents) is Status.ASSIGNED
    }
    lines |= {
        f"statistic {code} as {SHAPE_NAMES[STATISTIC_SHAPES[code]]}"
        for code, source in STATISTIC_TYPES.assigned.items()
        if source in documents
    }
    flags: list[PeerFlag | LocRibFlag] = [flag for flag in PeerFlag if flag != PeerFlag.O or "RFC8671" in documents]
    lines |= {_flag_line(peer_type, flag, is_set=True) for peer_type, flag in product(CLASSIC_TYPES, flags)}
    lines |= {_flag_line(peer_type, flag, is_set=False) for peer_type, flag in product(CLASSIC_TYPES, PeerFlag)}
    if "RFC8671" in documents:
        lines |= {"routes of adj-rib-out", "a mandatory attribute that is empty"}
    if "RFC9069" in documents:
        lines |= _owed_of_loc_rib()
    return frozenset(lines | _owed_by_all())


def _owed_of_loc_rib() -> set[str]:
    lines = {_flag_line(PeerType.LOC_RIB_INSTANCE, LocRibFlag.F, is_set=is_set) for is_set in (False, True)}
    lines |= {f"a Loc-RIB {way}" for way in ("first", "beside others", "again", "in parts")}
    return lines | {f"Peer Down TLV {PeerDownTlvType.VRF_TABLE_NAME}", "routes of loc-rib"}


def _owed_by_all() -> set[str]:
    lines = {f"capability {code}" for code in CapabilityCode} | {f"attribute {code}" for code in AttributeType}
    lines |= {f"mirrored PDU {kind}" for kind in (*BgpType, "malformed")}
    lines |= {f"{_named(family)} {way}" for family in FAMILIES for way in WAYS}
    lines |= {f"End-of-RIB of {_named(family)}" for family in FAMILIES}
    lines |= {f"an OPEN {form}" for form in OPENS} | {f"a string {form}" for form in STRINGS}
    lines |= {f"a peer {way}" for way in ("first", "beside others", "again")}
    return lines | {"routes of adj-rib-in", "AS path of 2 octets", "AS path of 4 octets"}
