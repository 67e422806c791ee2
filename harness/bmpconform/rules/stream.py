"""The rules over the messages of one stream together, RFC 7854 sections 3.3 and 4.5, RFC 9069 section 6.1.

Why a session state: these clauses speak of what came before. Order is judged only where the stream holds the
opening to measure by, an Initiation; state is bounded, and what it has dropped makes a clause untested, not wrong.
"""

from typing import get_args

from bmpconform.rules.rule import Breach, rule, stream_rule
from bmpconform.rules.session import Session, StreamEnd, StreamOpening
from bmpconform.spec.catalogue import Level
from bmpconform.wire.messages import (
    Initiation,
    Malformed,
    Message,
    PeerDown,
    PeerUp,
    RouteMirroring,
    RouteMonitoring,
)

ALL_BUT_INITIATION: tuple[type[Message], ...] = tuple(shape for shape in get_args(Message) if shape is not Initiation)
UP_OR_DOWN: tuple[type[Message], ...] = (PeerUp, PeerDown, Malformed)


def _lacks_initiation(opening: StreamOpening) -> bool:
    """Whether the first message is known, and is not an Initiation."""
    return not isinstance(opening.message, Initiation) and not opening.session.lost_opening


@rule(StreamOpening, "RFC7854-3.3-2", code="first-message-not-initiation")
def stream_begins_with_an_initiation(opening: StreamOpening, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 3.3 where an Initiation comes later: the opening is there, and in another order."""
    if _lacks_initiation(opening) and opening.session.begins and opening.session.initiations:
        breaches.append(Breach("type", "The first message is not an Initiation; one comes later in its session."))


@rule(StreamOpening, "RFC7854-3.3-2", code="initiation-missing", level=Level.WARN)
def stream_holds_an_initiation(opening: StreamOpening, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 3.3 where no Initiation is in the stream, which as likely was filtered."""
    if _lacks_initiation(opening) and opening.session.begins and not opening.session.initiations:
        breaches.append(Breach("type", "The first message is not an Initiation, and none is in its session."))


@rule(StreamOpening, "RFC7854-3.3-2", code="opening-not-captured", level=Level.INFO)
def stream_holds_its_opening(opening: StreamOpening, breaches: list[Breach]) -> None:
    """Note a capture that begins in the middle of a connection, so that its opening cannot be judged."""
    if _lacks_initiation(opening) and not opening.session.begins:
        breaches.append(Breach("type", "The capture begins in mid-session: what the first message was is not known."))


@stream_rule(ALL_BUT_INITIATION, "RFC7854-4.5-3", code="message-after-termination")
def nothing_follows_a_termination(_message: Message, session: Session, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 4.5."""
    if session.terminated:
        breaches.append(Breach("", "The router sends on after its Termination."))


@stream_rule(Initiation, "RFC7854-4.5-3", code="initiation-after-termination", level=Level.INFO)
def another_session_follows_a_termination(_message: Initiation, session: Session, breaches: list[Breach]) -> None:
    """Note that the stream holds another session behind a Termination."""
    if session.terminated:
        breaches.append(Breach("", "Another session begins behind the Termination of the last one."))


def _is_routes_of(message: RouteMonitoring, session: Session, *, loc_rib: bool, up: bool | None) -> bool:
    """Whether the routes are of such a peer that is in this state, in an order that can be judged."""
    return session.knows_peers() and message.peer.is_loc_rib == loc_rib and session.is_up(message.peer) is up


@stream_rule(RouteMonitoring, "RFC7854-3.3-4", code="routes-before-peer-up")
def peer_up_comes_before_routes(message: RouteMonitoring, session: Session, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 3.3."""
    if _is_routes_of(message, session, loc_rib=False, up=None):
        breaches.append(Breach("peer", "Route Monitoring for a peer that had no Peer Up."))


@stream_rule(RouteMonitoring, "RFC7854-3.3-4", code="routes-after-peer-down", level=Level.WARN)
def no_routes_after_peer_down(message: RouteMonitoring, session: Session, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 3.3; explicit withdraws have no place of their own, so a warning."""
    if _is_routes_of(message, session, loc_rib=False, up=False):
        breaches.append(Breach("peer", "Route Monitoring for a peer that is down."))


@stream_rule(RouteMonitoring, "RFC9069-6.1-1", "RFC7854-3.3-4", code="loc-rib-routes-before-peer-up")
def loc_rib_peer_up_comes_before_routes(message: RouteMonitoring, session: Session, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 6.1: the Loc-RIB has a Peer Up of its own."""
    if _is_routes_of(message, session, loc_rib=True, up=None):
        text = "Route Monitoring for a Loc-RIB of a distinguisher and BGP ID that had no Peer Up."
        breaches.append(Breach("peer", text))


@stream_rule(RouteMonitoring, "RFC9069-6.1-1", "RFC7854-3.3-4", code="loc-rib-routes-after-peer-down", level=Level.WARN)
def no_loc_rib_routes_after_peer_down(message: RouteMonitoring, session: Session, breaches: list[Breach]) -> None:
    """Judge RFC 9069 section 6.1 as RFC 7854 section 3.3."""
    if _is_routes_of(message, session, loc_rib=True, up=False):
        breaches.append(Breach("peer", "Route Monitoring for a Loc-RIB that is down."))


@stream_rule(RouteMirroring, "RFC7854-4.7-9", code="mirroring-outside-peer-up", level=Level.WARN)
def mirroring_keeps_between_peer_up_and_peer_down(
    message: RouteMirroring, session: Session, breaches: list[Breach]
) -> None:
    """Judge RFC 7854 section 4.7; drawn from two sentences, and who mirrors every PDU mirrors the OPENs before it."""
    if session.knows_peers() and not session.is_up(message.peer):
        breaches.append(Breach("peer", "Route Mirroring for a peer that is not up."))


@rule(StreamEnd, "RFC7854-3.3-5", code="end-of-rib-missing", level=Level.INFO)
def dumps_end_with_an_end_of_rib(end: StreamEnd, breaches: list[Breach]) -> None:
    """Note peers without End-of-RIB (RFC 7854 section 3.3); a stored stream may end inside the dump."""
    waiting = end.session.waiting_for_end_of_rib()
    if waiting:
        breaches.append(Breach("", f"No End-of-RIB came for the dump of {waiting} of the peers that are up."))


@stream_rule(PeerDown, "RFC7854-3.3-9", code="peer-down-without-peer-up", level=Level.WARN)
def peer_up_comes_before_peer_down(message: PeerDown, session: Session, breaches: list[Breach]) -> None:
    """Judge RFC 7854 section 3.3."""
    if session.knows_peers() and not session.is_up(message.peer):
        breaches.append(Breach("peer", "Peer Down for a peer that is not up."))


@stream_rule(PeerUp, "RFC7854-3.3-9", code="peer-up-repeated", level=Level.INFO)
def peer_up_is_not_repeated(message: PeerUp, session: Session, breaches: list[Breach]) -> None:
    """Note a second Peer Up; real routers send one for each RIB view, and a Loc-RIB may have one for each family."""
    if session.knows_peers() and not message.peer.is_loc_rib and session.is_up(message.peer):
        breaches.append(Breach("peer", "A second Peer Up for a peer that is up."))


@stream_rule(UP_OR_DOWN, code="capture-state-dropped", level=Level.INFO)
def state_is_whole(message: Message, session: Session, breaches: list[Breach]) -> None:
    """Note that more peers came than are kept: order is not judged from here on."""
    if session.drops(message):
        text = f"More than {session.max_peers} peers: the order of messages goes untested from here on."
        breaches.append(Breach("peer", text))
