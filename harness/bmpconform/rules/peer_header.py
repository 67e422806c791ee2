"""The rules of the per-peer header, RFC 7854 section 4.2, RFC 8671 section 4 and RFC 9069 section 4.2.

Why on the header alone: the same header repeats on most messages of a peer. The flags of peer types 0 to 2 mean
nothing for type 3, and those of a type that a profile does not know are not judged.
"""

from collections.abc import Hashable

from bmpconform.rules.negotiated import View, view_of
from bmpconform.rules.rule import Breach, rule
from bmpconform.rules.tlvs import registry_rules
from bmpconform.spec.catalogue import Level
from bmpconform.wire.codes import PEER_TYPES, LocRibFlag, PeerFlag, PeerType
from bmpconform.wire.messages import Malformed, Peer

IPV4_PREFIX = bytes(12)
IPV4_MAPPED_PREFIX = bytes(10) + b"\xff\xff"
ZERO_ADDRESS = bytes(16)
MICROSECONDS = 1_000_000
RD_TYPES = range(3)

_UNASSIGNED_FLAGS = 0xFF & ~(PeerFlag.V | PeerFlag.L | PeerFlag.A | PeerFlag.O)
_UNASSIGNED_FLAGS_OF_RFC7854 = _UNASSIGNED_FLAGS | PeerFlag.O
_DEPRECATED_F_FLAG = 0x08
_UNASSIGNED_LOC_RIB_FLAGS = 0xFF & ~LocRibFlag.F


def is_classic(peer: Peer) -> bool:
    """Whether the peer has the flags and the address that RFC 7854 gives it: types 0 to 2."""
    return peer.type < PeerType.LOC_RIB_INSTANCE


def fingerprint(peer: Peer) -> Hashable:
    """Return all that the rules of the header can tell apart, beside its time."""
    return peer.type, peer.flags, peer.distinguisher, peer.address


@rule(Malformed, "RFC7854-4.2-2", code="per-peer-header-missing")
def peer_header_is_present(message: Malformed, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.2 with erratum 4830: types 0, 1, 2, 3 and 6 have the header."""
    if message.peer is None and not message.rest:
        breaches.append(Breach("rest", "The message ends behind the common header.", missing=True))


@rule(Malformed, "RFC7854-4.2-1", code="per-peer-header-cut")
def peer_header_is_whole(message: Malformed, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.2."""
    if message.peer is None and message.rest:
        text = f"The message ends {len(message.rest)} octets into the per-peer header, which has 42."
        breaches.append(Breach("rest", text))


def _address_kind(address: bytes) -> str:
    if address.startswith(IPV4_PREFIX):
        return "ipv4"
    if address.startswith(IPV4_MAPPED_PREFIX):
        return "mapped"
    return "left-aligned" if address[4:] == IPV4_PREFIX else "ipv6"


@rule(Peer, "RFC7854-4.2-4", code="peer-address-not-ipv4")
def ipv4_address_where_v_is_clear(peer: Peer, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.2: V clear means an IPv4 address."""
    if is_classic(peer) and not peer.has(PeerFlag.V) and _address_kind(peer.address) == "ipv6":
        text = "The V flag is clear, yet the 12 octets before an IPv4 address are not zero."
        breaches.append(Breach("peer.address", text))


@rule(Peer, "RFC7854-4.2-4", code="peer-address-not-ipv6", level=Level.WARN)
def ipv6_address_where_v_is_set(peer: Peer, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.2: V set means an IPv6 address; ::/96 is legal, so a warning."""
    if peer.has(PeerFlag.V) and _address_kind(peer.address) == "ipv4":
        text = "The V flag is set, yet the first 12 octets are zero, as before an IPv4 address."
        breaches.append(Breach("peer.address", text))


@rule(Peer, "RFC7854-4.2-19", code="peer-address-left-aligned")
def ipv4_address_is_in_the_last_octets(peer: Peer, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.2: IPv4 sits in the last 4 octets."""
    if is_classic(peer) and not peer.has(PeerFlag.V) and _address_kind(peer.address) == "left-aligned":
        breaches.append(Breach("peer.address", "The IPv4 address is in the first 4 octets of 16, not in the last."))


@rule(Peer, "RFC7854-4.2-19", code="peer-address-mapped")
def ipv4_address_is_not_mapped(peer: Peer, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.2; with V set it is an IPv6 address by form, so a warning."""
    if is_classic(peer) and _address_kind(peer.address) == "mapped":
        level = Level.WARN if peer.has(PeerFlag.V) else None
        text = "The IPv4 address is written as ::ffff:a.b.c.d; 12 zero octets go before it."
        breaches.append(Breach("peer.address", text, level))


@rule(Peer, "RFC7854-4.2-13", code="peer-flags-reserved-7854", unless="RFC8671-4-2")
def unassigned_flags_of_rfc_7854_are_zero(peer: Peer, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.2 before RFC 8671 took bit 3."""
    if is_classic(peer) and peer.flags & _UNASSIGNED_FLAGS_OF_RFC7854:
        breaches.append(_reserved_flags(peer.flags & _UNASSIGNED_FLAGS_OF_RFC7854))


@rule(Peer, "RFC8671-4-2", "RFC7854-4.2-13", code="peer-flags-reserved", needs="RFC8671-4-2")
def unassigned_flags_are_zero(peer: Peer, breaches: list[Breach]) -> None:
    """Judge RFC 8671 section 4: bits 4 to 7 are sent as 0."""
    if is_classic(peer) and (flags := peer.flags & _UNASSIGNED_FLAGS) and not flags & _DEPRECATED_F_FLAG:
        breaches.append(_reserved_flags(flags))


@rule(Peer, "RFC8671-4-2", "RFC9069-8.5-1", "RFC7854-4.2-13", code="peer-flag-f-deprecated", needs="RFC8671-4-2")
def deprecated_f_flag_is_zero(peer: Peer, breaches: list[Breach]) -> None:
    """Judge RFC 8671 section 4 where the F entry is among the bits set, which RFC 9069 section 8.5 deprecates."""
    if is_classic(peer) and peer.flags & _DEPRECATED_F_FLAG:
        breaches.append(_reserved_flags(peer.flags & _UNASSIGNED_FLAGS))


@rule(Peer, "RFC9069-4.2-4", code="loc-rib-flags-reserved")
def unassigned_loc_rib_flags_are_zero(peer: Peer, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 4.2."""
    if peer.is_loc_rib and peer.flags & _UNASSIGNED_LOC_RIB_FLAGS:
        breaches.append(_reserved_flags(peer.flags & _UNASSIGNED_LOC_RIB_FLAGS))


def _reserved_flags(flags: int) -> Breach:
    return Breach("peer.flags", f"Reserved flags 0x{flags:02x} are set; they are sent as 0.", number=flags)


@rule(Peer, "RFC7854-4.2-15", code="global-distinguisher-not-zero")
def global_distinguisher_is_zero(peer: Peer, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.2: type 0 has no distinguisher."""
    if peer.type == PeerType.GLOBAL_INSTANCE and any(peer.distinguisher):
        breaches.append(Breach("peer.distinguisher", "A Global Instance Peer has a distinguisher of zero."))


@rule(Peer, "RFC7854-4.2-16", code="rd-distinguisher-no-rd")
def rd_distinguisher_is_an_rd(peer: Peer, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.2: type 1 has a route distinguisher, whose types are 0 to 2 (RFC 4364)."""
    if peer.type == PeerType.RD_INSTANCE:
        rd_type = int.from_bytes(peer.distinguisher[:2])
        if not any(peer.distinguisher):
            breaches.append(Breach("peer.distinguisher", "An RD Instance Peer has no route distinguisher: all zero."))
        elif rd_type not in RD_TYPES:
            breaches.append(Breach("peer.distinguisher", f"No route distinguisher has type {rd_type}."))


@rule(Peer, "RFC7854-4.2-17", code="local-distinguisher-zero")
def local_distinguisher_is_not_zero(peer: Peer, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.2: type 2 has a unique value; zero tells no two instances apart."""
    if peer.type == PeerType.LOCAL_INSTANCE and not any(peer.distinguisher):
        text = "A Local Instance Peer has a distinguisher of zero, which tells no two of them apart."
        breaches.append(Breach("peer.distinguisher", text))


def _timestamp_rules(view: View, *clauses: str) -> None:
    """Register the plausibility of the timestamps of one view."""

    @rule(Peer, *clauses, code=f"microseconds-too-large-{view}")
    def microseconds_are_below_a_second(peer: Peer, breaches: list[Breach]) -> None:
        if peer.microseconds >= MICROSECONDS and view_of(peer) == view:
            text = f"{peer.microseconds} microseconds are a second or more."
            breaches.append(Breach("peer.microseconds", text))

    @rule(Peer, *clauses, code=f"microseconds-without-seconds-{view}")
    def no_microseconds_where_time_is_unavailable(peer: Peer, breaches: list[Breach]) -> None:
        if not peer.seconds and 0 < peer.microseconds < MICROSECONDS and view_of(peer) == view:
            text = "Seconds of zero say that the time is not available, yet there are microseconds."
            breaches.append(Breach("peer.microseconds", text))


_timestamp_rules("adj-rib-in", "RFC7854-4.2-22")
_timestamp_rules("adj-rib-out", "RFC8671-4-5", "RFC7854-4.2-22")
_timestamp_rules("loc-rib", "RFC9069-5.1-6", "RFC7854-4.2-22")


@rule(Peer, "RFC9069-5.1-3", code="loc-rib-address-not-zero")
def loc_rib_address_is_zero(peer: Peer, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.1."""
    if peer.is_loc_rib and peer.address != ZERO_ADDRESS:
        breaches.append(Breach("peer.address", "The peer address of a Loc-RIB is zero."))


def _peer_type(peer: Peer) -> tuple[tuple[str, int]]:
    return (("peer.type", peer.type),)


registry_rules(Peer, PEER_TYPES, "peer-type", _peer_type)
