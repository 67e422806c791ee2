"""The rules of a Loc-RIB over a stream: its table names and its emulated peers, RFC 9069 sections 5.2.1, 5.3, 6.1.1."""

from bmpconform.rules.negotiated import negotiated
from bmpconform.rules.rule import Breach, rule
from bmpconform.rules.session import Step, peer_key, table_names
from bmpconform.spec.catalogue import Level
from bmpconform.wire.codes import PeerDownReason, PeerUpTlvType
from bmpconform.wire.messages import PeerDown, PeerUp


def _down_of_named(step: Step) -> tuple[PeerDown, frozenset[bytes]] | None:
    """Return a Peer Down of a Loc-RIB, whose reason has room for names, with the names that its Peer Ups gave.

    Of several emulated peers any may be the one that goes down: None where one of them is not known to have a name.
    """
    message, session = step.message, step.session
    if not isinstance(message, PeerDown) or not message.peer.is_loc_rib or not session.knows_peers():
        return None
    if message.reason != PeerDownReason.LOCAL_TLVS:
        return None
    ups = session.ups(message.peer)
    names = [up.names for up in ups if up.names]
    return (message, frozenset[bytes]().union(*names)) if ups and len(names) == len(ups) else None


@rule(Step, "RFC9069-5.3-4", "RFC9069-5.2.1-6", code="peer-down-name-missing")
def peer_down_repeats_the_name(step: Step, breaches: list[Breach]) -> None:
    """Judge RFC 9069 sections 5.2.1 and 5.3: a name in Peer Up is in the Peer Down too."""
    named = _down_of_named(step)
    if named is not None and not table_names(named[0]) and not named[0].rest:
        text = "The Peer Up gave a VRF/Table Name, and the Peer Down has none."
        breaches.append(Breach("tlvs", text, missing=True))


@rule(Step, "RFC9069-5.3-3", code="peer-down-name-differs")
def peer_down_has_the_names_of_peer_up(step: Step, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 5.3: the name is that of the table, hence that of the Peer Up."""
    named = _down_of_named(step)
    if named is None:
        return
    message, names = named
    for index, tlv in enumerate(message.tlvs):
        if tlv.type == PeerUpTlvType.VRF_TABLE_NAME and tlv.value not in names:
            text = "The Peer Down has a VRF/Table Name that its Peer Up did not give."
            breaches.append(Breach(f"tlvs[{index}].value", text))


@rule(Step, "RFC9069-6.1.1-2", code="loc-rib-name-of-other-peer", level=Level.INFO)
def emulated_peers_of_one_name_share_their_identity(step: Step, breaches: list[Breach]) -> None:
    """Note RFC 9069 section 6.1.1: peers of one Loc-RIB share distinguisher and BGP ID."""
    message, session = step.message, step.session
    if not isinstance(message, PeerUp) or not message.peer.is_loc_rib or session.terminated:
        return
    key = peer_key(message.peer)
    for index, tlv in enumerate(message.tlvs):
        if tlv.type != PeerUpTlvType.VRF_TABLE_NAME:
            continue
        other = session.names.get(tlv.value)
        if other is not None and other != key and session.gives_name(other, tlv.value):
            text = "Another Loc-RIB peer, of another distinguisher or BGP ID, has this VRF/Table Name."
            breaches.append(Breach(f"tlvs[{index}].value", text))


@rule(Step, "RFC9069-6.1.1-3", code="emulated-peer-without-family", level=Level.WARN)
def emulated_peers_name_their_families(step: Step, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 6.1.1: of several emulated peers under one header, each names its families."""
    message, session = step.message, step.session
    if not isinstance(message, PeerUp) or not message.peer.is_loc_rib or session.terminated:
        return
    before = [up.negotiated for up in session.ups(message.peer)]
    mine = negotiated(message)
    if before and mine is not None and (not mine.named or any(up is not None and not up.named for up in before)):
        text = "Two Peer Ups of a Loc-RIB are up under one header, and the OPEN of one names no family."
        breaches.append(Breach("sent_open", text))
