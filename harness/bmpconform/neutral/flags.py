"""The flags of the per-peer header that mean something, by message type, peer type and profile.

Why: bits without a meaning are ignored on receipt, so what a target shows of them is no claim.
"""

from functools import cache

from bmpconform.wire.codes import LocRibFlag, MessageType, PeerFlag, PeerType

_CLASSIC = frozenset({PeerType.GLOBAL_INSTANCE, PeerType.RD_INSTANCE, PeerType.LOCAL_INSTANCE})


@cache
def assigned_flags(message_type: int, peer_type: int, documents: frozenset[str]) -> int:
    """Return the bits that mean something: RFC 7854 section 4.2 with erratum 7703, RFC 8671 section 6, RFC 9069."""
    if peer_type in _CLASSIC:
        return _classic_flags(message_type, documents)
    is_loc_rib = peer_type == PeerType.LOC_RIB_INSTANCE and "RFC9069" in documents
    return int(LocRibFlag.F) if is_loc_rib else 0


def _classic_flags(message_type: int, documents: frozenset[str]) -> int:
    """Return V; A but in Route Mirroring; L in Route Monitoring; O there and in Route Mirroring."""
    flags = PeerFlag.V
    if message_type != MessageType.ROUTE_MIRRORING:
        flags |= PeerFlag.A
    if message_type == MessageType.ROUTE_MONITORING:
        flags |= PeerFlag.L
    if "RFC8671" in documents and message_type in {MessageType.ROUTE_MONITORING, MessageType.ROUTE_MIRRORING}:
        flags |= PeerFlag.O
    return int(flags)
