"""Faults in reading the per-peer header."""

from bmpconform.neutral.form import Message, Peer
from bmpconform.wire.codes import MessageType, PeerType
from faults.mutant import reads, refuses, shows
from faults.tools import (
    BOTH,
    COMMON,
    TYPE,
    flags_of,
    framed,
    is_loc_rib,
    little_endian,
    peer_type_of,
    with_flags,
    with_peer,
)

V, L, A, O = 0x80, 0x40, 0x20, 0x10  # noqa: E741 - the letters of the documents
RESERVED = 0x0F
FIELDS = ("RFC7854-4.2-1",)
TIME = ("RFC7854-4.2-22",)
ADDRESS = ("RFC7854-4.2-19",)
ZEROS = 24 * "0"


@shows("RFC7854-4.2-4", link="https://github.com/pmacct/pmacct/pull/362")
def v_flag_is_compared_with_one(message: Message) -> Message:
    """The masked V flag is compared with 1, so that no peer is ever IPv6."""
    return with_flags(message, lambda flags: flags & ~V)


@shows("RFC7854-4.2-4", link="https://github.com/smartbgp/yabmp/issues/7")
def all_addresses_are_ipv6(message: Message) -> Message:
    """Sixteen octets are taken for an IPv6 address whatever the V flag says."""
    return with_flags(message, lambda flags: flags | V)


@shows("RFC7854-4.2-4")
def v_flag_of_global_peers_alone(message: Message) -> Message:
    """The V flag is looked at for Global Instance Peers alone."""
    elsewhere = peer_type_of(message) in {PeerType.RD_INSTANCE, PeerType.LOCAL_INSTANCE}
    return with_flags(message, lambda flags: flags & ~V) if elsewhere else message


@shows("RFC7854-4.2-4", "RFC7854-4.10-2", "RFC7854-4.2-14")
def v_flag_stands_alone(message: Message) -> Message:
    """The octet of flags is compared with 0x80, so that V counts only where no other flag is set."""
    return with_flags(message, lambda flags: flags if flags == V or is_loc_rib(message) else flags & ~V)


@shows("RFC7854-4.2-7", "RFC7854-4.2-9")
def a_flag_is_inverted(message: Message) -> Message:
    """A set A flag is taken for four octets to an AS number."""
    return with_flags(message, lambda flags: flags ^ A)


@shows("RFC7854-5-6", "RFC7854-4.2-5")
def l_flag_is_inverted(message: Message) -> Message:
    """A set L flag is taken for pre-policy."""
    return with_flags(message, lambda flags: flags ^ L)


@shows("RFC8671-4-1")
def o_flag_is_not_known(message: Message) -> Message:
    """The O flag is masked away with the reserved bits, as RFC 7854 had it."""
    return with_flags(message, lambda flags: flags & ~O)


@shows("RFC8671-5.1-2", link="https://github.com/sbezverk/gobmp/pull/273")
def l_flag_belongs_to_adj_rib_in(message: Message) -> Message:
    """Adj-RIB-Out and post-policy are taken to exclude each other."""
    return with_flags(message, lambda flags: flags & ~L if flags & O else flags)


@shows("RFC8671-5.2-1")
def adj_rib_out_is_post_policy(message: Message) -> Message:
    """Routes of an Adj-RIB-Out are always taken for post-policy."""
    return with_flags(message, lambda flags: flags | L if flags & O else flags)


@shows("RFC8671-6.1-1", "RFC8671-4-1")
def mirrored_messages_have_no_o_flag(message: Message) -> Message:
    """The O flag is read in Route Monitoring alone."""
    mirrored = message.type == MessageType.ROUTE_MIRRORING
    return with_flags(message, lambda flags: flags & ~O) if mirrored else message


@refuses("RFC7854-4.2-14", "RFC8671-4-3", "RFC9069-8.5-1")
def refuses_reserved_flags(message: Message) -> bool:
    """Flags that must be ignored cost the message."""
    return bool(flags_of(message) & RESERVED) and not is_loc_rib(message)


@refuses("RFC7854-4.2-11")
def refuses_l_flag_elsewhere(message: Message) -> bool:
    """An L flag outside of Route Monitoring costs the message."""
    return bool(flags_of(message) & L) and message.type != MessageType.ROUTE_MONITORING


@refuses("RFC7854-4.2-12")
def refuses_a_flag_in_mirroring(message: Message) -> bool:
    """An A flag in Route Mirroring costs the message."""
    return bool(flags_of(message) & A) and message.type == MessageType.ROUTE_MIRRORING


@shows(*ADDRESS)
def ipv4_in_the_first_octets(message: Message) -> Message:
    """An IPv4 address is read from the first four of the sixteen octets."""

    def changed(peer: Peer) -> dict[str, object]:
        is_ipv6 = (peer.flags or 0) & V
        return {} if is_ipv6 else {"address": ZEROS + (peer.address or "")[:8]}

    return with_peer(message, changed)


@shows(*FIELDS, "RFC7854-4.2-4")
def address_in_little_endian(message: Message) -> Message:
    """The words of an address are read in the wrong order."""
    return with_peer(message, lambda peer: {"address": bytes.fromhex(peer.address or "")[::-1].hex()})


@shows(*FIELDS)
def as_of_sixteen_bits(message: Message) -> Message:
    """The upper half of the AS number is not read."""
    return with_peer(message, lambda peer: {"asn": (peer.asn or 0) & 0xFFFF})


@shows("RFC7854-4.2-20")
def as_is_moved_right(message: Message) -> Message:
    """An AS number with a lower half of zero is taken for one of 16 bits in the wrong place."""
    return with_peer(message, lambda peer: {} if (peer.asn or 0) & 0xFFFF else {"asn": (peer.asn or 0) >> 16})


@shows(*FIELDS, "RFC7854-4.1-9")
def as_of_little_endian(message: Message) -> Message:
    """The octets of the AS number are read in the wrong order."""
    return with_peer(message, lambda peer: {"asn": little_endian(peer.asn, 4)})


@shows(*FIELDS, "RFC7854-4.1-9")
def bgp_id_of_little_endian(message: Message) -> Message:
    """The octets of the BGP identifier are read in the wrong order."""
    return with_peer(message, lambda peer: {"bgp_id": bytes.fromhex(peer.bgp_id or "")[::-1].hex()})


@reads(*FIELDS)
def as_and_bgp_id_swapped(frame: bytes) -> bytes:
    """The BGP identifier is looked for in front of the AS number."""
    has_header = len(frame) >= BOTH and frame[TYPE] not in {4, 5}
    return frame[:32] + frame[36:40] + frame[32:36] + frame[40:] if has_header else frame


@reads("RFC7854-4.2-2", "RFC7854-4.5-5", link="https://github.com/NetGauze/NetGauze/issues/46")
def termination_has_a_peer(frame: bytes) -> bytes:
    """A Termination is taken to have a per-peer header."""
    return framed(frame[:COMMON], frame[BOTH:]) if frame[TYPE : TYPE + 1] == b"\5" and len(frame) < BOTH else frame


@reads("RFC7854-4.2-2", "RFC7854-4.3-2")
def initiation_has_a_peer(frame: bytes) -> bytes:
    """An Initiation is taken to have a per-peer header."""
    return framed(frame[:COMMON], frame[BOTH:]) if frame[TYPE : TYPE + 1] == b"\4" else frame


@shows("RFC7854-4.2-3")
def peer_types_of_two_bits(message: Message) -> Message:
    """Only the last two bits of the peer type are read."""
    return with_peer(message, lambda peer: {"type": (peer.type or 0) & 3})


@refuses("RFC7854-4.2-3")
def knows_global_peers_alone(message: Message) -> bool:
    """Peers of an RD or of a local instance are refused."""
    return peer_type_of(message) in {PeerType.RD_INSTANCE, PeerType.LOCAL_INSTANCE}


@shows("RFC7854-4.2-18", link="https://github.com/pmacct/pmacct/pull/814")
def distinguisher_is_not_kept(message: Message) -> Message:
    """The distinguisher is skipped, and peers of two instances are one."""
    return with_peer(message, lambda _: {"distinguisher": 16 * "0"})


@shows("RFC7854-4.2-16")
def all_distinguishers_are_of_type_0(message: Message) -> Message:
    """The type of a route distinguisher is not looked at."""
    return with_peer(message, lambda peer: {"distinguisher": "0000" + (peer.distinguisher or "")[4:]})


@shows("RFC7854-4.2-17")
def local_distinguisher_of_four_octets(message: Message) -> Message:
    """Of the distinguisher of a local instance the lower half is kept, as an interface's number."""

    def changed(peer: Peer) -> dict[str, object]:
        is_local = peer.type == PeerType.LOCAL_INSTANCE
        return {"distinguisher": 8 * "0" + (peer.distinguisher or "")[8:]} if is_local else {}

    return with_peer(message, changed)


@shows("RFC7854-4.2-15")
def global_distinguisher_is_made_zero(message: Message) -> Message:
    """The distinguisher of a global peer is shown as zero, whatever stands there."""
    return with_peer(message, lambda peer: {} if peer.type else {"distinguisher": 16 * "0"})


@shows(*TIME, link="https://github.com/sbezverk/gobmp/issues/363")
def microseconds_are_lost(message: Message) -> Message:
    """The time is kept in seconds."""
    return with_peer(message, lambda _: {"microseconds": 0})


@shows(*TIME)
def microseconds_are_rounded(message: Message) -> Message:
    """The time is kept in milliseconds."""
    return with_peer(message, lambda peer: {"microseconds": (peer.microseconds or 0) // 1000 * 1000})


@shows(*TIME, "RFC7854-4.1-9")
def microseconds_of_little_endian(message: Message) -> Message:
    """The octets of the microseconds are read in the wrong order."""
    return with_peer(message, lambda peer: {"microseconds": little_endian(peer.microseconds, 4)})


@refuses(*TIME)
def seconds_are_signed(message: Message) -> bool:
    """A time from 2038 on is negative, and refused."""
    return isinstance(message.peer, Peer) and (message.peer.seconds or 0) >= 1 << 31


@shows(*TIME, "RFC8671-4-5")
def no_time_is_now(message: Message) -> Message:
    """A time of zero is replaced by that of arrival."""
    return with_peer(message, lambda peer: {} if peer.seconds else {"seconds": 1_800_000_000})


@shows("RFC7854-5-8", *TIME)
def early_time_is_none(message: Message) -> Message:
    """A time from before the protocol is taken for none."""
    return with_peer(message, lambda peer: {"seconds": 0} if (peer.seconds or 0) < 1_000_000_000 else {})


@shows("RFC7854-4.10-9")
def remote_address_is_the_local_one(message: Message) -> Message:
    """The remote address of a Peer Up is taken from where the local one stands."""
    return with_peer(message, lambda _: {"address": message.local_address} if message.local_address else {})


@shows("RFC7854-4.10-10")
def bgp_id_of_the_open(message: Message) -> Message:
    """The BGP identifier of a Peer Up is taken from the received OPEN."""
    held = message.received_open.open if message.received_open else None
    return with_peer(message, lambda _: {"bgp_id": held.bgp_id} if held else {})


@shows("RFC7854-4.10-10")
def as_of_the_open(message: Message) -> Message:
    """The AS number of a Peer Up is taken from the first field of the received OPEN."""
    held = message.received_open.open if message.received_open else None
    return with_peer(message, lambda _: {"asn": held.my_as} if held else {})
