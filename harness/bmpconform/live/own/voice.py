"""What our own router says in BMP of its world: messages for each thing that happens, and nothing of sockets.

Why apart: a fault on purpose is one method of another voice.
"""

import time
from collections.abc import Iterator
from ipaddress import ip_address

from bmpconform.live.facts import Established, Leaving, Left, PeerId, ViewKind
from bmpconform.live.oracle.routes import pdu_of
from bmpconform.live.own.world import ASN, FAMILIES, RED, Routes, World, announcement, withdrawal
from bmpconform.wire.bgp import Pdu
from bmpconform.wire.codes import MirroringCode, PeerDownReason, PeerType, StatisticType, TerminationReason
from bmpconform.wire.make import (
    make_end_of_rib,
    make_initiation,
    make_loc_rib_peer,
    make_loc_rib_peer_up,
    make_open,
    make_peer,
    make_peer_down,
    make_peer_up,
    make_route_mirroring,
    make_route_monitoring,
    make_statistic,
    make_statistics_report,
    make_termination,
)
from bmpconform.wire.messages import Message, Peer

REASONS = {
    Leaving.LOCAL_NOTIFICATION: PeerDownReason.LOCAL_NOTIFICATION,
    Leaving.LOCAL_NO_NOTIFICATION: PeerDownReason.LOCAL_FSM_EVENT,
    Leaving.REMOTE_NOTIFICATION: PeerDownReason.REMOTE_NOTIFICATION,
    Leaving.REMOTE_NO_NOTIFICATION: PeerDownReason.REMOTE_NO_DATA,
    Leaving.DECONFIGURED: PeerDownReason.PEER_DE_CONFIGURED,
}
_OF_PEERS = (ViewKind.PRE_IN, ViewKind.POST_IN, ViewKind.PRE_OUT, ViewKind.POST_OUT)
_TABLES = ("", RED.name)
Views = dict[tuple[PeerId, ViewKind], Routes]


class Voice:
    """Says what a conforming router says. Each method returns messages in the order in which they are sent."""

    def __init__(self, world: World) -> None:
        """Speak of one world."""
        self.world = world

    def initiation(self) -> Message:
        """Begin a session."""
        configured = self.world.configured
        return make_initiation(configured.sys_descr or "", configured.sys_name or "")

    def opening(self) -> Iterator[Message]:
        """Say all that there is to a station that has just come."""
        yield self.initiation()
        for session in list(self.world.up.values()):
            yield from self.came_up(session)
        for table in _TABLES:
            yield from self.loc_rib(table)

    def came_up(self, session: Established) -> Iterator[Message]:
        """Say that a peer is Established, and its routes."""
        yield self.peer_up(session)
        yield from self.dump(session.peer)

    def peer_up(self, session: Established) -> Message:
        """Say that a peer is Established."""
        sent, received = pdu_of(session.sent_open), pdu_of(session.received_open)
        assert sent is not None  # noqa: S101 - made by our world
        assert received is not None  # noqa: S101 - made by our world
        return make_peer_up(
            self.header(session.peer, ViewKind.PRE_IN),
            ip_address(session.local_address).packed,
            sent,
            received,
            local_port=session.local_port,
            remote_port=session.remote_port,
            strings=self._descriptions(session.peer),
            vrf_name=session.peer.table or None,
        )

    def _descriptions(self, peer: PeerId) -> list[str]:
        neighbours = self.world.configured.neighbours
        return [one.description for one in neighbours if one.peer == peer and one.description is not None]

    def header(self, peer: PeerId, view: ViewKind) -> Peer:
        """Return the per-peer header of a peer in one view."""
        session = self.world.up.get(peer) or self._last(peer)
        return make_peer(
            ip_address(peer.address).packed,
            session.asn,
            ip_address(session.bgp_id).packed,
            peer_type=PeerType.RD_INSTANCE if peer.table else PeerType.GLOBAL_INSTANCE,
            distinguisher=bytes.fromhex(RED.distinguisher) if peer.table else bytes(8),
            post_policy=view in {ViewKind.POST_IN, ViewKind.POST_OUT},
            adj_rib_out=view in {ViewKind.PRE_OUT, ViewKind.POST_OUT},
            seconds=self.seconds(),
        )

    def _last(self, peer: PeerId) -> Established:
        return next(fact for fact in reversed(self.world.facts) if isinstance(fact, Established) and fact.peer == peer)

    def seconds(self) -> int:
        """Return the time of a message."""
        return int(time.time())

    def loc_rib_header(self, table: str) -> Peer:
        """Return the per-peer header of a Loc-RIB."""
        identity = RED.router_id if table else self.world.configured.router_id
        distinguisher = bytes.fromhex(RED.distinguisher) if table else bytes(8)
        packed = ip_address(identity or "").packed
        return make_loc_rib_peer(ASN, packed, distinguisher=distinguisher, seconds=self.seconds())

    def view(self, peer: PeerId, view: ViewKind) -> Routes:
        """Return the routes of a peer in one view."""
        world = self.world
        match view:
            case ViewKind.PRE_IN:
                return world.routes[peer]
            case ViewKind.POST_IN:
                return world.let_in(peer)
            case ViewKind.PRE_OUT:
                return world.before_sent(peer)
            case ViewKind.POST_OUT:
                return world.sent_to(peer)
            case ViewKind.LOC_RIB:
                return world.selected(peer.table)

    def dump(self, peer: PeerId) -> Iterator[Message]:
        """Say the routes of a peer, each view with its End-of-RIB."""
        for view in _OF_PEERS:
            header = self.header(peer, view)
            for prefix, attributes in self.view(peer, view).items():
                yield make_route_monitoring(header, announcement(prefix, attributes))
            for family in FAMILIES:
                yield make_end_of_rib(header, family)

    def loc_rib(self, table: str) -> Iterator[Message]:
        """Say a Loc-RIB."""
        header = self.loc_rib_header(table)
        opened = make_open(ASN, header.bgp_id, FAMILIES)
        yield make_loc_rib_peer_up(header, opened, vrf_name=table or "global")
        for prefix, attributes in self.world.selected(table).items():
            yield make_route_monitoring(header, announcement(prefix, attributes))
        for family in FAMILIES:
            yield make_end_of_rib(header, family)

    def differences(self, before: Views) -> Iterator[Message]:
        """Say what differs between views before and now; a peer that is down has none to speak of."""
        for (peer, view), routes in before.items():
            if view is not ViewKind.LOC_RIB and peer not in self.world.up:
                continue
            now = self.view(peer, view)
            header = self.loc_rib_header(peer.table) if view is ViewKind.LOC_RIB else self.header(peer, view)
            for prefix in sorted(routes.keys() - now.keys()):
                yield make_route_monitoring(header, withdrawal(prefix))
            for prefix, attributes in now.items():
                if routes.get(prefix) != attributes:
                    yield make_route_monitoring(header, announcement(prefix, attributes))

    def behaves_otherwise(self, session: Established) -> Iterator[Message]:
        """Say that a peer is from now on reported in another way: RFC 8671 section 7.2."""
        yield make_peer_down(self.header(session.peer, ViewKind.PRE_IN), PeerDownReason.PEER_DE_CONFIGURED)
        yield from self.came_up(session)

    def mirror(self, peer: PeerId, pdu: Pdu | bytes) -> Iterator[Message]:
        """Mirror a PDU, as errored where it is octets."""
        codes = [MirroringCode.ERRORED_PDU] if isinstance(pdu, bytes) else []
        yield make_route_mirroring(self.header(peer, ViewKind.PRE_IN), pdu, codes)

    def views(self) -> Views:
        """Return all views as they are now."""
        found = {(peer, view): dict(self.view(peer, view)) for peer in self.world.up for view in _OF_PEERS}
        return found | {(PeerId("", table), ViewKind.LOC_RIB): self.world.selected(table) for table in _TABLES}

    def went_down(self, left: Left, header: Peer) -> Iterator[Message]:
        """Say that a peer left."""
        reason = REASONS[left.how]
        notification = None if left.pdu is None else pdu_of(left.pdu)
        yield make_peer_down(header, reason, notification=notification, fsm_event=left.fsm_event)

    def report(self, peer: PeerId) -> Message:
        """Report statistics."""
        count = make_statistic(StatisticType.ADJ_RIB_IN_ROUTES, len(self.world.routes[peer]))
        return make_statistics_report(self.header(peer, ViewKind.PRE_IN), [count])

    def termination(self, reason: int = TerminationReason.ADMINISTRATIVELY_CLOSED) -> Iterator[Message]:
        """End a session."""
        yield make_termination(reason)
