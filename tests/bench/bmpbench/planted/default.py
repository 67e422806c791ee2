"""D1: faults that a message shows as it comes, without a field that is out of the ordinary."""

from bmpbench.planted.fault import Difficulty, Kind, Planting, Stage
from bmpconform.neutral.form import Message
from bmpconform.wire.codes import MessageType, PeerFlag
from bmpconform.wire.value import replace
from faults.tools import (
    BOTH,
    OPENS,
    framed,
    overwritten,
    tlv_area,
    with_flags,
    with_peer,
    with_statistics,
    with_tlvs,
)

D1 = Planting(Difficulty.D1)
ADMIN_LABEL = 4
MARKER, LEAST_END_OF_RIB = 16, 23
# As many names as there were events when the table was written.
FSM_EVENTS = tuple(f"event {number}" for number in range(20))


@D1.shown(Kind.WRONG_VALUE, MessageType.PEER_UP, MessageType.STATISTICS_REPORT, link="sbezverk/gobmp/issues/363")
def microseconds_are_lost(message: Message) -> Message:
    """The time is kept in seconds."""
    return with_peer(message, lambda _: {"microseconds": 0})


@D1.shown(Kind.WRONG_VALUE, MessageType.PEER_DOWN, MessageType.PEER_UP, link="pmacct/pmacct/pull/362")
def v_flag_is_compared_with_one(message: Message) -> Message:
    """The masked V flag is compared with 1, so that no peer is ever IPv6."""
    is_one = message.peer and message.peer.type != 3
    return with_flags(message, lambda flags: flags & ~PeerFlag.V) if is_one else message


@D1.shown(Kind.LOST_TLV, MessageType.INITIATION)
def last_tlv_is_lost(message: Message) -> Message:
    """The loop over the TLVs of an Initiation ends one too early."""
    return with_tlvs(message, lambda tlvs: tlvs[:-1])


@D1.shown(Kind.LOST_TLV, MessageType.PEER_UP)
def admin_label_is_lost(message: Message) -> Message:
    """The type of RFC 8671 is not known in Peer Up, and its TLV is passed over."""
    return with_tlvs(message, lambda tlvs: (held for held in tlvs if held.type != ADMIN_LABEL))


@D1.shown(Kind.WRONG_VALUE, MessageType.STATISTICS_REPORT, link="osrg/gobgp/pull/2393")
def counters_of_eight_octets(message: Message) -> Message:
    """A counter is read from eight octets, of which four are of the next statistic."""
    return with_statistics(
        message, lambda held: replace(held, value=str(int(held.value or 0) << 32)) if held.type == 0 else held
    )


@D1.shown(Kind.CRASH, MessageType.PEER_DOWN)
def event_has_no_name(message: Message) -> Message:
    """The names of FSM events are looked up in a table that ends before the last."""
    if isinstance(message.fsm_event, int) and FSM_EVENTS[message.fsm_event]:
        return message
    return message


@D1.read(Kind.REJECT_VALID, MessageType.TERMINATION, link="NetGauze/NetGauze/issues/46")
def termination_has_a_peer(frame: bytes) -> bytes:
    """A Termination is taken to have a per-peer header."""
    return framed(frame[:6], frame[BOTH:] or b"\0")


@D1.shown(Kind.WRONG_VALUE, MessageType.PEER_UP, MessageType.PEER_DOWN, link="pmacct/pmacct/pull/814")
def distinguisher_is_not_kept(message: Message) -> Message:
    """The distinguisher is skipped, and peers of two instances are one."""
    return with_peer(message, lambda _: {"distinguisher": 16 * "0"})


@D1.shown(Kind.WRONG_VALUE, MessageType.ROUTE_MIRRORING)
def mirrored_in_reverse(message: Message) -> Message:
    """TLVs are put in front of the list in which they are kept."""
    return with_tlvs(message, lambda tlvs: tlvs[::-1])


@D1.plant(Stage.WRITTEN, Kind.RE_ENCODE, MessageType.PEER_UP, link="FRRouting/frr/pull/13198")
def ports_of_little_endian(frame: bytes) -> bytes:
    """The ports are written in the order of the machine."""
    ports = frame[OPENS - 4 : OPENS]
    return overwritten(frame, OPENS - 4, bytes((ports[1], ports[0], ports[3], ports[2])))


@D1.plant(Stage.WRITTEN, Kind.RE_ENCODE, MessageType.ROUTE_MONITORING, link="osrg/gobgp/pull/1220")
def end_of_rib_names_no_family(frame: bytes) -> bytes:
    """Each End-of-RIB is written as that of IPv4 unicast."""
    is_one = frame[-3:-2] == b"\0" and len(frame) in {BOTH + 29, BOTH + 30}
    pdu = frame[BOTH : BOTH + MARKER] + LEAST_END_OF_RIB.to_bytes(2) + b"\2" + bytes(4)
    return framed(frame[:BOTH], pdu) if is_one else frame


@D1.plant(Stage.WRITTEN, Kind.RE_ENCODE, MessageType.PEER_UP)
def opens_swapped(frame: bytes) -> bytes:
    """The received OPEN is written in front of the sent one."""
    second, end = OPENS + int.from_bytes(frame[OPENS + MARKER : OPENS + MARKER + 2]), tlv_area(frame)
    return frame[:OPENS] + frame[second:end] + frame[OPENS:second] + frame[end:]
