"""Peers that come and go, held against the BGP sessions themselves: Peer Up, Peer Down and the per-peer header."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

from bmpconform.live.facts import Changed, Established, Leaving, Left, PeerId
from bmpconform.live.oracle.case import Case
from bmpconform.live.oracle.check import HELD, Need, Ruling, broken, live_check, place_of, worst
from bmpconform.live.oracle.routes import pdu_of
from bmpconform.live.oracle.session import Arrived, Heard
from bmpconform.live.oracle.truth import octets_of
from bmpconform.spec.catalogue import Level
from bmpconform.wire.bgp import Open, Pdu
from bmpconform.wire.codes import PeerDownReason, PeerFlag, PeerType
from bmpconform.wire.messages import Peer, PeerDown, PeerUp

_KNOWN = (Need.SESSION, Need.FACTS)
# The BGP side notes what it did a little before or after the device does.
_SLACK_SECONDS = 1.0
AnyPeer = TypeVar("AnyPeer", PeerUp, PeerDown)


class _Up(NamedTuple):
    """A Peer Up with the BGP sessions that it may be about: the last before it, and one that came up just then."""

    place: str
    message: PeerUp
    sessions: list[Established]


def _ups(case: Case) -> Iterator[_Up]:
    """Yield each Peer Up of a peer that is known."""
    for heard in case.sessions:
        for arrived, message in heard.of(PeerUp):
            came = [one for one in case.facts.established if case.is_of(message.peer, one.peer)]
            before = [one for one in came if one.at <= arrived.at][-1:]
            about = before + [one for one in came if arrived.at < one.at <= arrived.at + _SLACK_SECONDS]
            if about:
                yield _Up(place_of(heard, arrived.number), message, about)


def _compared(
    case: Case, seen: Callable[[PeerUp], object], known: Callable[[Established], object], path: str = ""
) -> Ruling:
    """Judge that each Peer Up has in it what the BGP session has."""
    rulings = []
    for up in _ups(case):
        found, right = seen(up.message), [known(session) for session in up.sessions]
        place = f"{up.place}.{path}" if path else up.place
        rulings.append(HELD if found in right else broken(_shown(found), _shown(right[-1]), place))
    return worst(rulings, "no Peer Up of a known peer came")


def _shown(value: object) -> str:
    match value:
        case bytes():
            return value.hex()
        case Pdu(body=Open() as body):
            return f"an OPEN of AS {body.asn()} with {len(body.capabilities())} capabilities, {body}"
        case _:
            return str(value)


def _open_at(case: Case, at: float) -> list[Heard]:
    """Return the sessions that were open at a time and a while longer."""
    return [
        one
        for one in case.sessions
        if one.at <= at and (one.ended is None or one.ended.at > at) and case.transcript.ended > at
    ]


@live_check("RFC7854-3.3-8", code="no-peer-up", needs=_KNOWN)
def a_new_peer_comes_up(case: Case) -> Ruling:
    """Judge that a peer that becomes Established during a session has its Peer Up."""
    return worst(_new_peers(case), case.cannot() or "no peer became Established during a session")


def _new_peers(case: Case) -> Iterator[Ruling]:
    for heard in case.sessions:
        ups = list(heard.of(PeerUp))
        for session in case.facts.established:
            if heard in _open_at(case, session.at):
                came = _taken(case, ups, session.peer, session.at)
                seen = f"no Peer Up of {session.peer.address}"
                yield HELD if came else broken(seen, "one when it became Established", place_of(heard))


def _taken(
    case: Case, messages: list[tuple[Arrived, AnyPeer]], peer: PeerId, at: float
) -> tuple[Arrived, AnyPeer] | None:
    """Take out the first message about a peer that came from a time on: each tells of one thing that happened."""
    for index, (arrived, message) in enumerate(messages):
        if arrived.at >= at - _SLACK_SECONDS and case.is_of(message.peer, peer):
            return messages.pop(index)
    return None


def _behind_peer_ups(heard: Heard) -> list[tuple[Arrived, PeerDown]]:
    """Return the Peer Downs of peers that had a Peer Up before: the others end nothing."""
    ups = [(arrived.number, message.peer.distinguisher, message.peer.address) for arrived, message in heard.of(PeerUp)]
    return [
        (arrived, message)
        for arrived, message in heard.of(PeerDown)
        if any(
            number < arrived.number and (rd, address) == (message.peer.distinguisher, message.peer.address)
            for number, rd, address in ups
        )
    ]


def _downs(case: Case) -> Iterator[tuple[Left, Heard, Arrived | None, PeerDown | None]]:
    """Yield each end of a session that BMP had told of, with the Peer Down that followed."""
    for heard in case.sessions:
        downs = _behind_peer_ups(heard)
        for left in case.facts.left:
            told = any(
                case.is_of(message.peer, left.peer) and arrived.at <= left.at + _SLACK_SECONDS
                for arrived, message in heard.of(PeerUp)
            )
            if told and heard in _open_at(case, left.at):
                arrived, message = _taken(case, downs, left.peer, left.at) or (None, None)
                yield left, heard, arrived, message


@live_check("RFC7854-3.3-9", code="no-peer-down", needs=_KNOWN)
def a_peer_that_leaves_goes_down(case: Case) -> Ruling:
    """Judge that a peer that leaves Established has its Peer Down."""
    rulings = (
        HELD if down is not None else broken(f"no Peer Down of {left.peer.address}", "one", place_of(heard))
        for left, heard, _, down in _downs(case)
    )
    return worst(rulings, case.cannot() or "no peer left Established during a session")


def _reason(case: Case, how: Leaving, reason: PeerDownReason, level: Level = Level.FAIL) -> Ruling:
    """Judge the reason, and the data that goes with it, of each Peer Down of a session that ended in one way."""
    rulings = [
        _data(left, down, reason, place_of(heard, arrived.number), level)
        for left, heard, arrived, down in _downs(case)
        if left.how is how and arrived is not None and down is not None
    ]
    return worst(rulings, case.cannot() or f"no session ended by {how}")


def _data(left: Left, down: PeerDown, reason: PeerDownReason, place: str, level: Level) -> Ruling:
    if down.reason != reason:
        return broken(f"reason {down.reason}", f"reason {int(reason)}", place, level)
    if left.pdu is not None and down.pdu != pdu_of(left.pdu):
        return broken("another NOTIFICATION", left.pdu, place)
    if left.fsm_event is not None and down.fsm_event not in {left.fsm_event, 0}:
        return broken(f"FSM event {down.fsm_event}", f"FSM event {left.fsm_event}", place)
    return HELD


@live_check("RFC7854-4.9-2", code="wrong-down-reason", needs=_KNOWN)
def reason_1_is_a_local_notification(case: Case) -> Ruling:
    """Judge the Peer Down of a session that the device ended with a NOTIFICATION."""
    return _reason(case, Leaving.LOCAL_NOTIFICATION, PeerDownReason.LOCAL_NOTIFICATION)


@live_check("RFC7854-4.9-3", code="wrong-down-reason", needs=_KNOWN)
def reason_2_is_a_local_close(case: Case) -> Ruling:
    """Judge the Peer Down of a session that the device ended without a NOTIFICATION."""
    return _reason(case, Leaving.LOCAL_NO_NOTIFICATION, PeerDownReason.LOCAL_FSM_EVENT)


@live_check("RFC7854-4.9-4", code="wrong-down-reason", needs=_KNOWN)
def reason_3_is_a_remote_notification(case: Case) -> Ruling:
    """Judge the Peer Down of a session that the peer ended with a NOTIFICATION, octet for octet."""
    return _reason(case, Leaving.REMOTE_NOTIFICATION, PeerDownReason.REMOTE_NOTIFICATION)


@live_check("RFC7854-4.9-5", code="wrong-down-reason", needs=_KNOWN)
def reason_4_is_a_remote_close(case: Case) -> Ruling:
    """Judge the Peer Down of a session that the peer ended without a NOTIFICATION."""
    return _reason(case, Leaving.REMOTE_NO_NOTIFICATION, PeerDownReason.REMOTE_NO_DATA, Level.WARN)


@live_check("RFC7854-4.9-6", code="wrong-down-reason", needs=_KNOWN)
def reason_5_is_no_longer_monitored(case: Case) -> Ruling:
    """Judge the Peer Down of a peer that the configuration took away."""
    return _reason(case, Leaving.DECONFIGURED, PeerDownReason.PEER_DE_CONFIGURED, Level.WARN)


@live_check("RFC7854-4.10-2", code="local-address-differs", needs=_KNOWN)
def the_local_address_is_the_sessions(case: Case) -> Ruling:
    """Judge the local address of a Peer Up against the TCP connection of BGP."""
    return _compared(case, lambda up: up.local_address, lambda one: octets_of(one.local_address), "local_address")


@live_check("RFC7854-4.10-3", code="ports-differ", needs=_KNOWN)
def the_ports_are_the_sessions(case: Case) -> Ruling:
    """Judge the ports of a Peer Up against the TCP connection of BGP."""
    return _compared(case, lambda up: (up.local_port, up.remote_port), lambda one: (one.local_port, one.remote_port))


@live_check("RFC7854-4.10-4", code="sent-open-differs", needs=_KNOWN)
def the_sent_open_is_whole(case: Case) -> Ruling:
    """Judge the sent OPEN octet for octet against what the peer received."""
    return _compared(case, lambda up: up.sent_open, lambda one: pdu_of(one.sent_open), "sent_open")


@live_check("RFC7854-4.10-5", code="received-open-differs", needs=_KNOWN)
def the_received_open_is_whole(case: Case) -> Ruling:
    """Judge the received OPEN octet for octet against what the peer sent."""
    return _compared(case, lambda up: up.received_open, lambda one: pdu_of(one.received_open), "received_open")


@live_check("RFC7854-4.2-21", code="peer-identity-differs", needs=_KNOWN)
def a_header_has_the_peers_as_and_id(case: Case) -> Ruling:
    """Judge AS number and BGP ID of each header against the session with that peer."""
    return worst(_identities(case, adj_rib_out=False), "no message of a known peer came")


@live_check("RFC8671-4-4", code="peer-identity-differs", needs=_KNOWN)
def an_adj_rib_out_header_is_of_the_receiver(case: Case) -> Ruling:
    """Judge AS number and BGP ID of each header with the O flag against the peer that was told."""
    return worst(_identities(case, adj_rib_out=True), "no Adj-RIB-Out came")


def _identities(case: Case, *, adj_rib_out: bool) -> Iterator[Ruling]:
    for heard in case.sessions:
        for arrived in heard.messages:
            header = getattr(arrived.message, "peer", None)
            if isinstance(header, Peer) and header.has(PeerFlag.O) is adj_rib_out:
                sessions = [one for one in case.facts.established if case.is_of(header, one.peer)]
                if sessions:
                    yield _identity(header, sessions, place_of(heard, arrived.number))


def _identity(header: Peer, sessions: list[Established], place: str) -> Ruling:
    known = {(one.asn, octets_of(one.bgp_id)[12:]) for one in sessions}
    if (header.asn, header.bgp_id) in known:
        return HELD
    return broken(f"AS {header.asn}, {header.bgp_id.hex()}", f"AS {sessions[0].asn}, {sessions[0].bgp_id}", place)


@live_check("RFC7854-4.2-23", code="peer-address-differs", needs=_KNOWN)
def the_peer_address_is_the_far_ends(case: Case) -> Ruling:
    """Judge that the addresses of Peer Ups are those of the peers."""
    known = {octets_of(one.peer.address) for one in case.facts.established}
    rulings = (
        HELD
        if message.peer.address in known
        else broken(message.peer.address.hex(), "the address of a peer", place_of(heard, arrived.number))
        for heard in case.sessions
        for arrived, message in heard.of(PeerUp)
        if not message.peer.is_loc_rib
    )
    return worst(rulings if known else (), "no Peer Up of a known peer came")


@live_check("RFC7854-4.2-16", code="distinguisher-differs", needs=_KNOWN)
def a_vrf_has_its_route_distinguisher(case: Case) -> Ruling:
    """Judge the distinguisher of peers in a VRF against the configured one."""
    tables = [] if case.configured is None else [one for one in case.configured.tables if one.name]
    known = {table.distinguisher for table in tables}
    rulings = (
        HELD
        if message.peer.distinguisher.hex() in known
        else broken(message.peer.distinguisher.hex(), " or ".join(sorted(known)), place_of(heard, arrived.number))
        for heard in case.sessions
        for arrived, message in heard.of(PeerUp)
        if message.peer.type == PeerType.RD_INSTANCE
    )
    return worst(rulings if known else (), "no peer in a VRF came up")


@live_check("RFC9069-6.1.3-1", "RFC8671-7.2-1", code="change-without-peer-down", needs=_KNOWN)
def a_change_shows_as_down_and_up(case: Case) -> Ruling:
    """Judge that a change of what is monitored is told by Peer Down and then Peer Up."""
    return worst(_changes(case), case.cannot() or "the configuration did not change during a session")


def _changes(case: Case) -> Iterator[Ruling]:
    for change in case.truth.of(Changed):
        for heard in _open_at(case, change.at):
            downs = [one.number for one, _ in heard.of(PeerDown) if one.at >= change.at - _SLACK_SECONDS]
            ups = [one.number for one, _ in heard.of(PeerUp) if downs and one.number > downs[0]]
            expected = "a Peer Down, then a Peer Up"
            yield HELD if ups else broken(f"none after the change of {change.what}", expected, place_of(heard))
