"""Faults in writing Peer Up, Peer Down and Route Monitoring, behind their headers."""

from bmpconform.adapters.reference import target as reference
from bmpconform.neutral.form import Message, Session
from bmpconform.wire.codes import MessageType
from faults.mutant import encodes, writes
from faults.tools import (
    BOTH,
    COMMON,
    OPENS,
    TYPE,
    framed,
    overwritten,
    rewritten,
    tlv,
    tlv_area,
)

OPEN = ("RFC7854-4.10-4", "RFC7854-4.10-5")
FIELDS = ("RFC7854-4.10-1",)
UPDATE = ("RFC7854-4.6-1",)
REASON = BOTH
HEADER, MARKER, LEAST_OPEN = 19, 16, 29


def _is(frame: bytes, message_type: MessageType) -> bool:
    return frame[TYPE] == message_type


def _second_open(frame: bytes) -> int:
    return OPENS + int.from_bytes(frame[OPENS + MARKER : OPENS + MARKER + 2])


def _opens(frame: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the two OPENs of a Peer Up, and what stands behind them."""
    second, end = _second_open(frame), tlv_area(frame)
    return frame[OPENS:second], frame[second:end], frame[end:]


@writes(*FIELDS, "RFC7854-4.10-3", link="https://github.com/FRRouting/frr/pull/13198")
def ports_of_little_endian(frame: bytes) -> bytes:
    """The ports are written in the order of the machine."""
    if not _is(frame, MessageType.PEER_UP):
        return frame
    ports = frame[OPENS - 4 : OPENS]
    return overwritten(frame, OPENS - 4, bytes([ports[1], ports[0], ports[3], ports[2]]))


@writes(*FIELDS, "RFC7854-4.10-3")
def ports_swapped(frame: bytes) -> bytes:
    """The remote port is written in front of the local one."""
    if not _is(frame, MessageType.PEER_UP):
        return frame
    return overwritten(frame, OPENS - 4, frame[OPENS - 2 : OPENS] + frame[OPENS - 4 : OPENS - 2])


@writes("RFC7854-4.10-2")
def local_ipv4_in_the_first_octets(frame: bytes) -> bytes:
    """A local IPv4 address is written into the first four of the sixteen octets."""
    is_ipv4 = _is(frame, MessageType.PEER_UP) and not frame[7] & 0x80
    return overwritten(frame, BOTH, frame[BOTH + 12 : BOTH + 16] + bytes(12)) if is_ipv4 else frame


@writes("RFC7854-4.10-1", "RFC7854-4.10-2")
def local_address_of_four_octets(frame: bytes) -> bytes:
    """A local IPv4 address is written as four octets, as its section says."""
    is_ipv4 = _is(frame, MessageType.PEER_UP) and not frame[7] & 0x80
    return framed(frame[:BOTH], frame[BOTH + 12 :]) if is_ipv4 else frame


@writes(*OPEN)
def opens_swapped(frame: bytes) -> bytes:
    """The received OPEN is written in front of the sent one."""
    if not _is(frame, MessageType.PEER_UP):
        return frame
    sent, received, rest = _opens(frame)
    return framed(frame[:OPENS], received + sent + rest)


@writes("RFC7854-4.10-5")
def received_open_is_left_out(frame: bytes) -> bytes:
    """The received OPEN is not written."""
    if not _is(frame, MessageType.PEER_UP):
        return frame
    sent, _, rest = _opens(frame)
    return framed(frame[:OPENS], sent + rest)


@writes("RFC7854-4.10-5", link="https://github.com/FRRouting/frr/pull/23398")
def received_open_is_a_header(frame: bytes) -> bytes:
    """Of a received OPEN that is not there yet only a header is written."""
    if not _is(frame, MessageType.PEER_UP):
        return frame
    sent, received, rest = _opens(frame)
    header = received[:MARKER] + HEADER.to_bytes(2) + received[MARKER + 2 : HEADER]
    return framed(frame[:OPENS], sent + header + rest)


@writes("RFC7854-4.10-4", "RFC7854-4.10-5")
def opens_without_header(frame: bytes) -> bytes:
    """The OPENs are written without their marker, length and type."""
    if not _is(frame, MessageType.PEER_UP):
        return frame
    sent, received, rest = _opens(frame)
    return framed(frame[:OPENS], sent[HEADER:] + received[HEADER:] + rest)


@writes("RFC7854-4.10-4")
def marker_of_zeros(frame: bytes) -> bytes:
    """The marker of an OPEN is left at zero."""
    return overwritten(frame, OPENS, bytes(MARKER)) if _is(frame, MessageType.PEER_UP) else frame


@writes("RFC9069-5.2-4", "RFC9069-5.2-5", "RFC9069-4.1-1", link="https://github.com/osrg/gobgp/pull/3500")
def loc_rib_opens_have_no_capabilities(frame: bytes) -> bytes:
    """The OPENs of a Loc-RIB are made up without capabilities."""
    if not _is(frame, MessageType.PEER_UP) or frame[COMMON] != 3:
        return frame
    sent, received, rest = _opens(frame)
    bare = [held[:MARKER] + LEAST_OPEN.to_bytes(2) + held[MARKER + 2 : 28] + b"\0" for held in (sent, received)]
    return framed(frame[:OPENS], bare[0] + bare[1] + rest)


@writes("RFC9069-5.2-1", "RFC9069-4.1-1")
def loc_rib_has_a_local_address(frame: bytes) -> bytes:
    """The local address of a Loc-RIB is the router's own."""
    is_one = _is(frame, MessageType.PEER_UP) and frame[COMMON] == 3
    return overwritten(frame, BOTH, bytes(12) + frame[36:40]) if is_one else frame


@writes("RFC9069-5.2-2", "RFC9069-5.2-3")
def loc_rib_has_ports(frame: bytes) -> bytes:
    """The ports of a Loc-RIB are those of BGP."""
    is_one = _is(frame, MessageType.PEER_UP) and frame[COMMON] == 3
    return overwritten(frame, OPENS - 4, (179).to_bytes(2) * 2) if is_one else frame


@writes("RFC9069-5.2-6", "RFC9069-5.2-5")
def loc_rib_names_a_family_more(frame: bytes) -> bytes:
    """The OPENs of a Loc-RIB name VPLS too, of which it has no routes."""
    if not _is(frame, MessageType.PEER_UP) or frame[COMMON] != 3:
        return frame
    sent, received, rest = _opens(frame)
    return framed(frame[:OPENS], _with_family(sent) + _with_family(received) + rest)


def _with_family(pdu: bytes) -> bytes:
    """Return an OPEN with one capability more, in a parameter of its own."""
    behind = b"\2\6\1\4\0\x19\0\x41"
    counted = overwritten(pdu, MARKER, (len(pdu) + len(behind)).to_bytes(2))
    return overwritten(counted, 28, bytes([pdu[28] + len(behind)])) + behind


@writes("RFC9069-5.2-7")
def received_open_of_a_loc_rib_is_bare(frame: bytes) -> bytes:
    """The received OPEN of a Loc-RIB is made up without capabilities."""
    if not _is(frame, MessageType.PEER_UP) or frame[COMMON] != 3:
        return frame
    sent, received, rest = _opens(frame)
    bare = received[:MARKER] + LEAST_OPEN.to_bytes(2) + received[MARKER + 2 : 28] + b"\0"
    return framed(frame[:OPENS], sent + bare + rest)


@writes("RFC9069-5.2-8")
def loc_rib_names_both_directions(frame: bytes) -> bytes:
    """ADD-PATH in the OPENs of a Loc-RIB is written with both directions."""
    if not _is(frame, MessageType.PEER_UP) or frame[COMMON] != 3:
        return frame
    octets, at = bytearray(frame), frame.find(b"\x45", OPENS)
    while 0 <= at < len(frame) - 1:
        for direction in range(at + 5, at + 2 + frame[at + 1], 4) if frame[at + 1] in {4, 8, 12} else ():
            octets[direction] = 3
        at = frame.find(b"\x45", at + 1)
    return bytes(octets)


@writes("RFC7854-4.9-2", "RFC7854-4.9-1", link="https://github.com/FRRouting/frr/pull/8067")
def local_close_without_notification(frame: bytes) -> bytes:
    """Reason 1 is written without a NOTIFICATION, where there was none to send."""
    is_one = _is(frame, MessageType.PEER_DOWN) and frame[REASON] == 1
    return framed(frame[: REASON + 1], b"") if is_one else frame


@writes("RFC7854-4.9-1", "RFC7854-4.9-4", link="https://github.com/osrg/gobgp/pull/1700")
def peer_down_ends_behind_its_reason(frame: bytes) -> bytes:
    """A Peer Down is written without data, whatever its reason."""
    return framed(frame[: REASON + 1], b"") if _is(frame, MessageType.PEER_DOWN) else frame


@writes("RFC7854-4.9-5", link="https://github.com/osrg/gobgp/pull/1937")
def lost_connection_is_a_notification(frame: bytes) -> bytes:
    """A connection that was lost is written as reason 3."""
    is_one = _is(frame, MessageType.PEER_DOWN) and frame[REASON] == 4
    return overwritten(frame, REASON, b"\3") if is_one else frame


@writes("RFC7854-4.9-2", link="https://github.com/osrg/rustybgp/pull/520")
def notification_is_an_event(frame: bytes) -> bytes:
    """A close with a NOTIFICATION is written as reason 2 with event 0."""
    is_one = _is(frame, MessageType.PEER_DOWN) and frame[REASON] == 1
    return framed(frame[:REASON], b"\2\0\0") if is_one else frame


@writes("RFC7854-4.9-2", "RFC7854-4.9-4")
def notification_without_header(frame: bytes) -> bytes:
    """A NOTIFICATION is written without its marker, length and type."""
    is_one = _is(frame, MessageType.PEER_DOWN) and frame[REASON] in {1, 3}
    return framed(frame[: REASON + 1], frame[REASON + 1 + HEADER :]) if is_one else frame


@writes("RFC7854-4.9-3")
def event_of_one_octet(frame: bytes) -> bytes:
    """The code of an event is written as one octet."""
    is_one = _is(frame, MessageType.PEER_DOWN) and frame[REASON] == 2
    return framed(frame[: REASON + 1], frame[REASON + 2 :]) if is_one else frame


@writes("RFC7854-4.9-6")
def no_longer_monitored_is_closed(frame: bytes) -> bytes:
    """Reason 5 is written as reason 4."""
    is_one = _is(frame, MessageType.PEER_DOWN) and frame[REASON] == 5
    return overwritten(frame, REASON, b"\4") if is_one else frame


@writes("RFC7854-4.9-7")
def reason_0_is_written_as_5(frame: bytes) -> bytes:
    """A reason that is not known is written as 5."""
    is_one = _is(frame, MessageType.PEER_DOWN) and frame[REASON] not in range(1, 7)
    return overwritten(frame, REASON, b"\5") if is_one else frame


@writes("RFC9069-5.3-1", "RFC9069-5.3-2")
def loc_rib_goes_down_by_reason_5(frame: bytes) -> bytes:
    """A Loc-RIB's Peer Down is written with reason 5 and no TLVs."""
    is_one = _is(frame, MessageType.PEER_DOWN) and frame[COMMON] == 3
    return framed(frame[:REASON], b"\5") if is_one else frame


@writes("RFC7854-4.6-2", *UPDATE, link="https://github.com/CAIDA/libparsebgp/pull/71")
def two_updates_in_one_message(frame: bytes) -> bytes:
    """A second UPDATE is written behind the first."""
    is_one = _is(frame, MessageType.ROUTE_MONITORING)
    return framed(frame[:BOTH], frame[BOTH:] + frame[BOTH:]) if is_one else frame


@writes(*UPDATE)
def update_without_header(frame: bytes) -> bytes:
    """The UPDATE is written without its marker, length and type."""
    is_one = _is(frame, MessageType.ROUTE_MONITORING)
    return framed(frame[:BOTH], frame[BOTH + HEADER :]) if is_one else frame


@writes("RFC7854-5-3", link="https://github.com/osrg/gobgp/pull/1220")
def end_of_rib_names_no_family(frame: bytes) -> bytes:
    """Each End-of-RIB is written as that of IPv4 unicast."""
    is_one = _is(frame, MessageType.ROUTE_MONITORING) and frame[-3:-2] == b"\0" and len(frame) in {BOTH + 29, BOTH + 30}
    pdu = frame[BOTH : BOTH + MARKER] + (23).to_bytes(2) + b"\2" + bytes(4)
    return framed(frame[:BOTH], pdu) if is_one else frame


@writes("RFC7854-5-1", *UPDATE)
def update_type_is_open(frame: bytes) -> bytes:
    """The type of the BGP message is left at 1."""
    is_one = _is(frame, MessageType.ROUTE_MONITORING)
    return overwritten(frame, BOTH + HEADER - 1, b"\1") if is_one else frame


@encodes("RFC9069-5.4.1-1", "RFC9069-5.4-1", "RFC7854-4.2-7")
def attributes_are_left_out(message: Message, session: Session | None) -> bytes:
    """Routes are written without their attributes, as those are large."""
    frame = reference.encode(message, session)
    at = BOTH + HEADER
    if not _is(frame, MessageType.ROUTE_MONITORING):
        return frame
    behind = at + 2 + int.from_bytes(frame[at : at + 2])
    end = behind + 2 + int.from_bytes(frame[behind : behind + 2])
    body = frame[at:behind] + bytes(2) + frame[end:]
    pdu = frame[BOTH : BOTH + MARKER] + (HEADER + len(body)).to_bytes(2) + b"\2" + body
    return framed(frame[:BOTH], pdu)


@writes("RFC9515-2-1", "RFC7854-4.1-8")
def reason_of_termination_is_zero(frame: bytes) -> bytes:
    """The reason of a Termination is never filled in."""

    def tile(code: int, value: bytes) -> bytes:
        return tlv(code, bytes(2) if code == 1 else value)

    return rewritten(frame, tile) if _is(frame, MessageType.TERMINATION) else frame
