"""Faults in writing the common header and the per-peer header."""

from bmpconform.neutral.form import Message, Peer
from bmpconform.wire.codes import MessageType, PeerType
from faults.mutant import asks, writes
from faults.tools import (
    BOTH,
    COMMON,
    TYPE,
    framed,
    has_peer,
    is_loc_rib,
    little_endian,
    overwritten,
    with_flags,
    with_peer,
)

HEADER = ("RFC7854-4.1-1", "RFC7854-4.1-5")
FIELDS = ("RFC7854-4.2-1",)
ADDRESS = ("RFC7854-4.2-19",)
TIME = ("RFC7854-4.2-22",)
V, L, A, O, F = 0x80, 0x40, 0x20, 0x10, 0x80  # noqa: E741 - the letters of the documents
FLAGS = 7
ZEROS = 24 * "0"


@writes(*HEADER)
def length_without_the_header(frame: bytes) -> bytes:
    """The length of the message does not count the common header."""
    return overwritten(frame, 1, (len(frame) - COMMON).to_bytes(4))


@writes(*HEADER)
def length_of_little_endian(frame: bytes) -> bytes:
    """The octets of the message's length are written in the wrong order."""
    return overwritten(frame, 1, len(frame).to_bytes(4, "little"))


@writes(*HEADER)
def length_is_left_at_zero(frame: bytes) -> bytes:
    """The length of the message is never filled in."""
    return overwritten(frame, 1, bytes(4))


@writes("RFC7854-4.1-8", link="https://github.com/osrg/rustybgp/pull/540")
def last_types_are_one_too_high(frame: bytes) -> bytes:
    """Termination and Route Mirroring are written as types 6 and 7."""
    is_one = frame[TYPE] in {MessageType.TERMINATION, MessageType.ROUTE_MIRRORING}
    return overwritten(frame, TYPE, bytes([frame[TYPE] + 1])) if is_one else frame


@writes("RFC7854-4.1-8")
def peer_up_and_peer_down_swapped(frame: bytes) -> bytes:
    """Peer Up and Peer Down are written with each other's type."""
    swap = {MessageType.PEER_UP: 2, MessageType.PEER_DOWN: 3}
    return overwritten(frame, TYPE, bytes([dict(swap).get(MessageType(frame[TYPE]), frame[TYPE])]))


@writes("RFC7854-4.1-1", "RFC7854-4.1-8")
def version_1(frame: bytes) -> bytes:
    """The version of the drafts is written."""
    return b"\1" + frame[1:]


@writes("RFC7854-4.2-2", "RFC7854-4.5-5", link="https://github.com/NetGauze/NetGauze/issues/46")
def termination_has_a_peer(frame: bytes) -> bytes:
    """A per-peer header is written into a Termination."""
    is_one = frame[TYPE] == MessageType.TERMINATION
    return framed(frame[:COMMON], bytes(BOTH - COMMON) + frame[COMMON:]) if is_one else frame


@writes("RFC7854-4.9-1")
def peer_down_has_no_peer(frame: bytes) -> bytes:
    """A Peer Down is written without per-peer header, which its section does not mention."""
    return framed(frame[:COMMON], frame[BOTH:]) if frame[TYPE] == MessageType.PEER_DOWN else frame


@asks("RFC7854-4.2-7", link="https://github.com/osrg/gobgp/pull/1528")
def a_flag_is_never_set(message: Message) -> Message:
    """The A flag is always clear."""
    return message if is_loc_rib(message) else with_flags(message, lambda flags: flags & ~A)


@asks("RFC7854-4.2-5", "RFC7854-5-6", "RFC8671-5.2-1", link="https://github.com/FRRouting/frr/pull/11180")
def all_routes_are_post_policy(message: Message) -> Message:
    """The L flag is always set in Route Monitoring."""
    is_one = message.type == MessageType.ROUTE_MONITORING and not is_loc_rib(message)
    return with_flags(message, lambda flags: flags | L) if is_one else message


@asks("RFC7854-4.2-4")
def v_flag_is_never_set(message: Message) -> Message:
    """The V flag is always clear."""
    return message if is_loc_rib(message) else with_flags(message, lambda flags: flags & ~V)


@asks("RFC8671-4-1", "RFC8671-6.1-1")
def o_flag_is_never_set(message: Message) -> Message:
    """The O flag is always clear."""
    return message if is_loc_rib(message) else with_flags(message, lambda flags: flags & ~O)


@writes("RFC8671-6-1", "RFC7854-4.2-13", "RFC8671-4-2", "RFC7854-4.2-1")
def reserved_flags_are_written(frame: bytes) -> bytes:
    """The flags of the program's own state are written with those of the document."""
    classic = has_peer(frame) and frame[COMMON] < PeerType.LOC_RIB_INSTANCE
    return overwritten(frame, FLAGS, bytes([frame[FLAGS] | 1])) if classic else frame


@writes("RFC9069-4.2-4", "RFC9069-4.2-2", "RFC9069-5.4-1")
def loc_rib_has_an_l_flag(frame: bytes) -> bytes:
    """The L flag is set for a Loc-RIB, as its routes have passed the policy."""
    is_one = has_peer(frame) and frame[COMMON] == PeerType.LOC_RIB_INSTANCE
    return overwritten(frame, FLAGS, bytes([frame[FLAGS] | L])) if is_one else frame


@asks("RFC9069-4.2-2")
def f_flag_is_never_set(message: Message) -> Message:
    """The F flag is always clear."""
    return with_flags(message, lambda flags: flags & ~F) if is_loc_rib(message) else message


@asks("RFC9069-4.1-1", link="https://github.com/FRRouting/frr/pull/17545")
def loc_rib_is_a_global_peer(message: Message) -> Message:
    """A Loc-RIB is written as the global peer 0.0.0.0."""
    is_one = is_loc_rib(message) and message.type == MessageType.PEER_UP
    return with_peer(message, lambda _: {"type": 0}) if is_one else message


@asks("RFC7854-4.2-3", link="https://github.com/FRRouting/frr/pull/17555")
def all_peers_are_global(message: Message) -> Message:
    """Peers of a VRF are written as global ones."""
    return message if is_loc_rib(message) else with_peer(message, lambda _: {"type": 0, "distinguisher": 16 * "0"})


@asks("RFC7854-4.2-16", "RFC7854-4.2-18", link="https://github.com/FRRouting/frr/pull/17555")
def distinguisher_is_never_written(message: Message) -> Message:
    """The distinguisher is always zero."""
    return with_peer(message, lambda _: {"distinguisher": 16 * "0"})


@asks("RFC7854-4.2-17")
def local_distinguisher_is_never_written(message: Message) -> Message:
    """The distinguisher of a local instance is always zero."""
    is_local = message.peer and message.peer.type == PeerType.LOCAL_INSTANCE
    return with_peer(message, lambda _: {"distinguisher": 16 * "0"}) if is_local else message


@asks("RFC7854-4.2-15", "RFC7854-4.2-3")
def global_peers_have_a_distinguisher(message: Message) -> Message:
    """The distinguisher of a global peer is that of the default table."""
    return with_peer(message, lambda peer: {} if peer.type else {"distinguisher": "00000000000000fe"})


@asks("RFC7854-4.2-15")
def global_distinguisher_is_mended(message: Message) -> Message:
    """The distinguisher of a global peer is zero, whatever is asked for."""
    return with_peer(message, lambda peer: {} if peer.type else {"distinguisher": 16 * "0"})


@asks(*ADDRESS)
def ipv4_in_the_first_octets(message: Message) -> Message:
    """An IPv4 address is written into the first four of the sixteen octets."""

    def changed(peer: Peer) -> dict[str, object]:
        is_ipv6 = (peer.flags or 0) & V or peer.type == PeerType.LOC_RIB_INSTANCE
        return {} if is_ipv6 else {"address": (peer.address or "")[24:] + ZEROS}

    return with_peer(message, changed)


@asks(*ADDRESS)
def ipv4_is_mapped(message: Message) -> Message:
    """An IPv4 address is written as ::ffff:a.b.c.d."""

    def changed(peer: Peer) -> dict[str, object]:
        is_ipv6 = (peer.flags or 0) & V or peer.type == PeerType.LOC_RIB_INSTANCE
        return {} if is_ipv6 else {"address": 20 * "0" + "ffff" + (peer.address or "")[24:]}

    return with_peer(message, changed)


@asks(*FIELDS)
def as_trans_for_four_octets(message: Message) -> Message:
    """An AS number of more than 16 bits is written as AS_TRANS."""
    return with_peer(message, lambda peer: {"asn": 23456} if (peer.asn or 0) > 0xFFFF else {})


@asks("RFC7854-4.2-20", *FIELDS)
def as_in_the_upper_half(message: Message) -> Message:
    """An AS number of 16 bits is written into the upper half of its field."""
    return with_peer(message, lambda peer: {"asn": (peer.asn or 0) << 16} if (peer.asn or 0) < 1 << 16 else {})


@asks(*FIELDS)
def as_of_little_endian(message: Message) -> Message:
    """The octets of the AS number are written in the wrong order."""
    return with_peer(message, lambda peer: {"asn": little_endian(peer.asn, 4)})


@asks(*FIELDS)
def bgp_id_of_little_endian(message: Message) -> Message:
    """The octets of the BGP identifier are written in the wrong order."""
    return with_peer(message, lambda peer: {"bgp_id": bytes.fromhex(peer.bgp_id or "")[::-1].hex()})


@asks("RFC9069-5.1-4", "RFC9069-5.1-5", "RFC9069-6.1.1-5", link="https://github.com/osrg/gobgp/pull/3500")
def loc_rib_does_not_say_whose(message: Message) -> Message:
    """AS number and BGP identifier of a Loc-RIB are zero in its Peer Up."""
    is_one = is_loc_rib(message) and message.type == MessageType.PEER_UP
    return with_peer(message, lambda _: {"asn": 0, "bgp_id": "00000000"}) if is_one else message


@asks("RFC9069-5.1-3")
def loc_rib_address_is_mended(message: Message) -> Message:
    """The peer address of a Loc-RIB is zero, whatever is asked for."""
    return with_peer(message, lambda _: {"address": 32 * "0"}) if is_loc_rib(message) else message


@asks("RFC9069-5.1-3", "RFC9069-4.1-1")
def loc_rib_has_the_routers_address(message: Message) -> Message:
    """The peer address of a Loc-RIB is the router's own."""
    return with_peer(message, lambda peer: {"address": ZEROS + (peer.bgp_id or "")}) if is_loc_rib(message) else message


@asks(*TIME)
def milliseconds_for_microseconds(message: Message) -> Message:
    """Milliseconds are written where microseconds belong."""
    return with_peer(message, lambda peer: {"microseconds": (peer.microseconds or 0) // 1000})


@asks(*TIME, "RFC7854-5-7", link="https://github.com/FRRouting/frr/issues/6549")
def time_since_start(message: Message) -> Message:
    """The time is that since the machine started."""
    return with_peer(message, lambda peer: {"seconds": (peer.seconds or 0) % 1_000_000})


@asks("RFC7854-4.2-22", "RFC7854-5-8", link="https://github.com/FRRouting/frr/pull/22925")
def no_time_is_the_start(message: Message) -> Message:
    """A time that is not known is written as that of the start."""
    return with_peer(message, lambda peer: {} if peer.seconds else {"seconds": 1_700_000_000})


@asks("RFC9069-5.1-6")
def loc_rib_has_no_time(message: Message) -> Message:
    """The time of a route in a Loc-RIB is not written."""
    return with_peer(message, lambda _: {"seconds": 0, "microseconds": 0}) if is_loc_rib(message) else message


@asks("RFC7854-4.10-10")
def as_of_the_router(message: Message) -> Message:
    """The AS number of a Peer Up is the router's own, not the peer's."""
    held = message.sent_open.open if message.sent_open else None
    return with_peer(message, lambda _: {"asn": held.my_as} if held else {})
