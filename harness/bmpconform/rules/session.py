"""What the messages of one BMP session have said so far, as far as later ones are held against it.

Why bounded: a stream may go on for months. Peers and what is kept of each have limits; what is dropped makes the
clauses that need it untested, not wrong.
"""

from bmpconform.rules.negotiated import Negotiated, negotiated, view_of
from bmpconform.wire.bgp import Update
from bmpconform.wire.codes import MessageType, PeerType, PeerUpTlvType
from bmpconform.wire.messages import (
    Counter32,
    Initiation,
    Malformed,
    Message,
    Peer,
    PeerDown,
    PeerUp,
    RouteMirroring,
    RouteMonitoring,
    StatisticsReport,
    Termination,
)
from bmpconform.wire.routes import SHORT_AS, WIDE_AS, Family, is_end_of_rib
from bmpconform.wire.value import Value, keep

MAX_PEERS = 65_536
# A Loc-RIB may be told by several emulated peers under one header (RFC 9069 section 6.1.1).
MAX_UPS = 64
MAX_COUNTERS = 256
# Peers of a session as their headers have them, time included: what the session says of them is looked up once.
MAX_HEADERS = 4096

PeerKey = tuple[int, bytes, bytes]
CounterKey = tuple[int, int]


def peer_key(peer: Peer) -> PeerKey:
    """Return what tells peers apart: type, distinguisher and address; for a Loc-RIB its BGP ID (RFC 9069 6.1.1)."""
    return peer.type, peer.distinguisher, peer.bgp_id if peer.is_loc_rib else peer.address


class Up(Value, frozen=True):
    """What is kept of a Peer Up: what its OPENs say and its table names, each None where it cannot be read."""

    negotiated: Negotiated | None
    names: frozenset[bytes] | None


UNREAD = Up(None, None)


class PeerState:
    """What is kept of one peer: how many Peer Ups are not down yet, what they said, and its counters.

    A peer may come up more than once, for each RIB view (real routers do) or each family of a Loc-RIB; it is down
    when it went down as often. `dumping` is None before its first route, False once an End-of-RIB came.
    """

    __slots__ = ("counters", "dumping", "emulated", "up", "ups")

    def __init__(self) -> None:
        """Begin as a peer that has not come up."""
        self.up = 0
        self.emulated = False
        self.ups: list[Up] = []
        self.counters: dict[CounterKey, int] = {}
        self.dumping: bool | None = None


class Session:
    """The state of one session; at most `max_peers` peers are kept.

    `changes` counts what may have changed what it says of a peer: anything but Route Monitoring and reports.
    """

    def __init__(self, max_peers: int = MAX_PEERS, *, begins: bool = True) -> None:
        """Begin before the first message, at the beginning of the connection or (not `begins`) in the middle of it."""
        self.begins = begins
        self.opened = False
        self.terminated = False
        self.peers: dict[PeerKey, PeerState] = {}
        self.names: dict[bytes, PeerKey] = {}
        self.dropped_peers = False
        self.lost = False
        self.lost_opening = False
        self.first_message = True
        self.ended_before = False
        self.initiations = 0
        self.max_peers = max_peers
        self.changes = 0
        self._states: dict[Peer, PeerState | None] = {}

    def is_up(self, peer: Peer) -> bool | None:
        """Whether the peer is up, False after its Peer Down, None where it never came up."""
        state = self._state(peer)
        return None if state is None else state.up > 0

    def ups(self, peer: Peer) -> list[Up]:
        """Return what the Peer Ups of a peer that is up said; none where it is not up, or where one may be unknown.

        Each Peer Up of a Loc-RIB counts, so without the opening of the session some of them may be missing.
        """
        state = self._state(peer)
        if state is None or not state.up or self.lost or (peer.is_loc_rib and not self.opened):
            return []
        return state.ups

    def agreed(self, peer: Peer) -> tuple[tuple[Family, ...], int] | None:
        """Return which families of a peer have path identifiers, and the octets of an AS number; None if unknown.

        Several Peer Ups of a Loc-RIB may speak of a family each.
        """
        said = [up.negotiated for up in self.ups(peer) if up.negotiated is not None]
        if not said:
            return None
        view = view_of(peer)
        path_ids = frozenset[Family]().union(*(opens.with_path_ids(view) for opens in said))
        return tuple(sorted(path_ids)), WIDE_AS if all(opens.four_octet_as for opens in said) else SHORT_AS

    def gives_name(self, key: PeerKey, name: bytes) -> bool:
        """Whether a peer that is up came up with this table name."""
        state = self.peers[key]
        return state.up > 0 and not self.lost and any(name in (up.names or ()) for up in state.ups)

    def is_emulated(self, key: PeerKey) -> bool:
        """Whether several Peer Ups of this peer were up at once."""
        return key in self.peers and self.peers[key].emulated

    def counters(self, peer: Peer) -> dict[CounterKey, int]:
        """Return the last value of each counter of a peer, by flags and type; none where a Peer Down may be lost."""
        state = self._state(peer)
        return {} if state is None or self.lost else state.counters

    def knows_peers(self) -> bool:
        """Whether the order of messages of a peer can be judged now: from an opening on, with nothing lost since."""
        return self.opened and not self.terminated and not self.dropped_peers and not self.lost

    def drops(self, message: Message) -> bool:
        """Whether this message is the first whose peer there is no room for."""
        peer_state = None if self.dropped_peers else _peer_state(message)
        return peer_state is not None and not self._has_room(peer_key(peer_state[0]))

    def waiting_for_end_of_rib(self) -> int:
        """Return how many peers have begun and not ended their dump, where the order can be judged."""
        return sum(state.dumping is True for state in self.peers.values()) if self.knows_peers() else 0

    def lose(self) -> None:
        """Take note that octets were lost, with them perhaps a Peer Up or Peer Down."""
        self._change()
        self.lost = True
        self.lost_opening = self.lost_opening or self.first_message

    def advance(self, message: Message) -> None:
        """Take one message into account, after the rules have seen it."""
        match message:
            case RouteMonitoring():
                self._keep_end_of_rib(message)
            case StatisticsReport():
                self._keep_counters(message)
            case RouteMirroring():
                pass
            case _:
                self._change()
                self._advance(message)
        self.first_message = False

    def _advance(self, message: Message) -> None:
        match message:
            case Malformed(type=MessageType.PEER_UP | MessageType.PEER_DOWN, peer=None):
                self.lose()
            case Initiation():
                self._open()
            case Termination():
                self.terminated = self.ended_before = True
            case _:
                if (peer_state := _peer_state(message)) is not None:
                    self._keep(*peer_state, message)

    def _change(self) -> None:
        self.changes += 1
        self._states.clear()

    def _state(self, peer: Peer) -> PeerState | None:
        """Return what is kept of a peer, looked up once as long as nothing changes."""
        try:
            return self._states[peer]
        except KeyError:
            return keep(self._states, peer, self.peers.get(peer_key(peer)), MAX_HEADERS)

    def _open(self) -> None:
        if self.terminated:
            self.peers.clear()
            self.names.clear()
            self.terminated = self.dropped_peers = self.lost = False
            self.opened = True
        else:
            self.opened = self.opened or self.first_message
            self.initiations += not self.ended_before

    def _has_room(self, key: PeerKey) -> bool:
        return key in self.peers or len(self.peers) < self.max_peers

    def _keep(self, peer: Peer, up: bool, message: Message) -> None:  # noqa: FBT001 - the state itself
        key = peer_key(peer)
        if not self._has_room(key):
            self.dropped_peers = True
            return
        state = self.peers.setdefault(key, PeerState())
        if up:
            self._keep_up(key, state, message)
        else:
            state.up = max(0, state.up - 1)
            state.dumping = None
        # A Peer Up without Peer Down tells of a new BGP session as well.
        state.counters.clear()
        if not state.up:
            state.ups.clear()

    def _keep_up(self, key: PeerKey, state: PeerState, message: Message) -> None:
        up = _up(message) if len(state.ups) < MAX_UPS else UNREAD
        state.up += 1
        state.emulated = state.emulated or state.up > 1
        if key[0] != PeerType.LOC_RIB_INSTANCE:
            state.ups.clear()
        if up not in state.ups:
            state.ups.append(up)
        for name in (up.names or ()) if key[0] == PeerType.LOC_RIB_INSTANCE else ():
            if name in self.names or len(self.names) < self.max_peers:
                self.names[name] = key

    def _keep_end_of_rib(self, message: RouteMonitoring) -> None:
        state = self._state(message.peer)
        if state is not None and state.dumping is not False and state.up:
            body = message.pdu.body if message.pdu is not None else None
            state.dumping = not isinstance(body, Update) or bool(body.nlri) or not is_end_of_rib(body)

    def _keep_counters(self, message: StatisticsReport) -> None:
        state = self._state(message.peer)
        if state is None:
            return
        for statistic in message.statistics:
            key = message.peer.flags, statistic.type
            if isinstance(statistic.data, Counter32) and (key in state.counters or len(state.counters) < MAX_COUNTERS):
                state.counters[key] = statistic.data.value


def _up(message: Message) -> Up:
    if not isinstance(message, PeerUp):
        return UNREAD
    return Up(negotiated(message), None if message.rest else table_names(message))


def table_names(message: PeerUp | PeerDown) -> frozenset[bytes]:
    """Return the values of the VRF/Table Name TLVs."""
    return frozenset(tlv.value for tlv in message.tlvs if tlv.type == PeerUpTlvType.VRF_TABLE_NAME)


def _peer_state(message: Message) -> tuple[Peer, bool] | None:
    """Return the peer that a message brings up (True) or down; a malformed one counts as what it means to be."""
    match message:
        case PeerUp(peer=peer) | Malformed(type=MessageType.PEER_UP, peer=Peer() as peer):
            return peer, True
        case PeerDown(peer=peer) | Malformed(type=MessageType.PEER_DOWN, peer=Peer() as peer):
            return peer, False
        case _:
            return None


class StreamOpening(Value, frozen=True):
    """The first message of a stream, with the state at the end of the stream."""

    session: Session
    message: Message


class StreamEnd(Value, frozen=True):
    """The end of a stream, with the state there."""

    session: Session
