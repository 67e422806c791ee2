"""The rules of a Loc-RIB over a stream: its table names and its emulated peers, RFC 9069 sections 5.2.1, 5.3, 6.1.1."""

from bmpconform.rules.negotiated import negotiated
from bmpconform.rules.rule import Breach, stream_rule
from bmpconform.rules.session import Session, peer_key, table_names
from bmpconform.spec.catalogue import Level
from bmpconform.wire.codes import PeerDownReason, PeerUpTlvType
from bmpconform.wire.messages import PeerDown, PeerUp


def _names_of_up(message: PeerDown, session: Session) -> frozenset[bytes] | None:
    """Return the names that the Peer Ups of a Loc-RIB gave, which goes down for a reason that has room for names.

    Of several emulated peers any may be the one that goes down: None where one of them is not known to have a name.
    """
    if not message.peer.is_loc_rib or not session.knows_peers():
        return None
    if message.reason != PeerDownReason.LOCAL_TLVS:
        return None
    ups = session.ups(message.peer)
    names = [up.names for up in ups if up.names]
    return frozenset[bytes]().union(*names) if ups and len(names) == len(ups) else None


@stream_rule(PeerDown, "RFC9069-5.3-4", "RFC9069-5.2.1-6", code="peer-down-name-missing")
def peer_down_repeats_the_name(message: PeerDown, session: Session, breaches: list[Breach]) -> None:
    """Judge RFC 9069 sections 5.2.1 and 5.3: a name in Peer Up is in the Peer Down too."""
    if _names_of_up(message, session) is not None and not table_names(message) and not message.rest:
        text = "The Peer Up gave a VRF/Table Name, and the Peer Down has none."
        breaches.append(Breach("tlvs", text, missing=True))


@stream_rule(PeerDown, "RFC9069-5.3-3", code="peer-down-name-differs")
def peer_down_has_the_names_of_peer_up(message: PeerDown, session: Session, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.3: the name is that of the table, hence that of the Peer Up."""
    names = _names_of_up(message, session)
    if names is None:
        return
    for index, tlv in enumerate(message.tlvs):
        if tlv.type == PeerUpTlvType.VRF_TABLE_NAME and tlv.value not in names:
            text = "The Peer Down has a VRF/Table Name that its Peer Up did not give."
            breaches.append(Breach(f"tlvs[{index}].value", text))


@stream_rule(PeerUp, "RFC9069-6.1.1-2", code="loc-rib-name-of-other-peer", level=Level.INFO)
def emulated_peers_of_one_name_share_their_identity(message: PeerUp, session: Session, breaches: list[Breach]) -> None:
    """Note RFC 9069 section 6.1.1: peers of one Loc-RIB share distinguisher and BGP ID."""
    if not message.peer.is_loc_rib or session.terminated:
        return
    key = peer_key(message.peer)
    for index, tlv in enumerate(message.tlvs):
        if tlv.type != PeerUpTlvType.VRF_TABLE_NAME:
            continue
        other = session.names.get(tlv.value)
        if other is not None and other != key and session.gives_name(other, tlv.value):
            text = "Another Loc-RIB peer, of another distinguisher or BGP ID, has this VRF/Table Name."
            breaches.append(Breach(f"tlvs[{index}].value", text))


@stream_rule(PeerUp, "RFC9069-6.1.1-3", code="emulated-peer-without-family", level=Level.WARN)
def emulated_peers_name_their_families(message: PeerUp, session: Session, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 6.1.1: of several emulated peers under one header, each names its families."""
    if not message.peer.is_loc_rib or session.terminated:
        return
    before = [up.negotiated for up in session.ups(message.peer)]
    mine = negotiated(message)
    if before and mine is not None and (not mine.named or any(up is not None and not up.named for up in before)):
        text = "Two Peer Ups of a Loc-RIB are up under one header, and the OPEN of one names no family."
        breaches.append(Breach("sent_open", text))
