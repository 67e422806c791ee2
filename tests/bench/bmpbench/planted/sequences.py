"""D5: faults that a message shows because of others before it."""

from bmpbench.planted.fault import Difficulty, Kind, Planting, Stage
from bmpconform.neutral.form import Message, Session
from bmpconform.rules.negotiated import view_of
from bmpconform.rules.session import Session as Told
from bmpconform.targets.module import Item
from bmpconform.wire.codes import MessageType, PeerFlag
from bmpconform.wire.messages import Message as WireMessage
from bmpconform.wire.messages import PeerUp, RouteMonitoring
from bmpconform.wire.routes import Family
from bmpconform.wire.value import replace
from faults.sessions import RECEIVE, SEND, Directions, directions_of
from faults.tools import flags_of, is_loc_rib

D5 = Planting(Difficulty.D5)


def peer_of(message: Message) -> object:
    """Return what tells a peer from others."""
    held = message.peer
    return (held.type, held.distinguisher, held.address) if held else None


def refused(item: Item, error: str) -> Item:
    """Return an item as it is told where its message is refused."""
    return Item(item.offset, "reject", error=error)


class Following:
    """Remembers the peers that are up, and the types of the messages so far."""

    def __init__(self) -> None:
        """Begin a connection."""
        self.up: dict[object, bool] = {}
        self.types: set[int] = set()

    def item(self, item: Item) -> Item | None:
        """Return what becomes of an item, then remember it."""
        message = item.message
        if not isinstance(message, Message) or not isinstance(message.type, int):
            return item
        changed = self.changed(item, message)
        self.types.add(message.type)
        if message.type in {MessageType.PEER_UP, MessageType.PEER_DOWN}:
            self.up[peer_of(message)] = message.type == MessageType.PEER_UP
        return changed

    def changed(self, item: Item, message: Message) -> Item | None:
        """Return what becomes of an item with a message."""
        raise NotImplementedError


@D5.follows(Kind.REJECT_VALID, link="bio-routing/bio-rd/pull/128")
class PeerComesUpOnce(Following):
    """A second Peer Up of a peer is refused, after its Peer Down."""

    def changed(self, item: Item, message: Message) -> Item:
        is_again = message.type == MessageType.PEER_UP and self.up.get(peer_of(message)) is False
        return refused(item, "peer-known") if is_again else item


@D5.follows(Kind.REJECT_VALID)
class NoStatisticsBehindRoutes(Following):
    """A Statistics Report is refused once there were routes."""

    def changed(self, item: Item, message: Message) -> Item:
        is_late = message.type == MessageType.STATISTICS_REPORT and MessageType.ROUTE_MONITORING in self.types
        return refused(item, "statistics-late") if is_late else item


@D5.follows(Kind.CRASH)
class PeerDownNeedsAPeer(Following):
    """The state of a peer that was never up is looked for."""

    def changed(self, item: Item, message: Message) -> Item:
        if message.type == MessageType.PEER_DOWN:
            _ = self.up[peer_of(message)]
        return item


@D5.follows(Kind.CRASH)
class PeerUpTwice(Following):
    """That a peer which is up comes up again cannot be."""

    def changed(self, item: Item, message: Message) -> Item:
        if message.type == MessageType.PEER_UP and self.up.get(peer_of(message)):
            raise AssertionError("peer is up")
        return item


@D5.follows(Kind.REJECT_VALID, link="pmacct/pmacct/pull/814")
class PeersWithoutDistinguisher(Following):
    """Peers are told apart by their address, so that one of two instances cannot come up."""

    def changed(self, item: Item, message: Message) -> Item:
        if message.type != MessageType.PEER_UP or is_loc_rib(message) or not message.peer:
            return item
        others = {key for key, is_up in self.up.items() if is_up and key != peer_of(message)}
        is_known = any(isinstance(key, tuple) and key[2] == message.peer.address for key in others)
        return refused(item, "peer-known") if is_known else item


@D5.follows(Kind.REJECT_VALID)
class OneViewOfAPeer(Following):
    """Routes of a second view of a peer are refused."""

    def __init__(self) -> None:
        super().__init__()
        self.views: dict[object, int] = {}

    def changed(self, item: Item, message: Message) -> Item:
        if message.type != MessageType.ROUTE_MONITORING or is_loc_rib(message):
            return item
        view = flags_of(message) & (PeerFlag.L | PeerFlag.O)
        return item if self.views.setdefault(peer_of(message), view) == view else refused(item, "other-view")


@D5.follows(Kind.LOST_TLV)
class InitiationIsToldOnce(Following):
    """What a second Initiation says is lost."""

    def changed(self, item: Item, message: Message) -> Item:
        is_again = message.type == MessageType.INITIATION and MessageType.INITIATION in self.types
        return replace(item, message=replace(message, tlvs=())) if is_again else item


@D5.follows(Kind.REJECT_VALID)
class OnePeerDownEndsAll(Following):
    """With one peer all go down, and the routes of those that are still up are refused."""

    def changed(self, item: Item, message: Message) -> Item:
        if message.type == MessageType.PEER_DOWN:
            self.up = dict.fromkeys(self.up, False)
        is_one = message.type == MessageType.ROUTE_MONITORING and self.up.get(peer_of(message)) is False
        return refused(item, "peer-down") if is_one else item


class Negotiating:
    """Works out from the OPENs of a Peer Up, in a way of its own, which families of an Adj-RIB-In have path ids."""

    def __init__(self) -> None:
        """Begin a connection."""
        self._families: dict[object, tuple[Family, ...]] = {}

    def reading(self, message: WireMessage, held: Session | None, told: Told) -> Session | None:
        """Return how the PDUs of a message are read, where `held` is right."""
        if isinstance(message, PeerUp):
            sent, received = directions_of(message.sent_open), directions_of(message.received_open)
            self._families[_key(message)] = tuple(sorted(self.families(sent, received)))
        if held is None or not isinstance(message, RouteMonitoring) or view_of(message.peer) != "adj-rib-in":
            return held
        if told.is_up(message.peer) is not True:
            return held
        return replace(held, add_path=self._families.get(_key(message), ()))

    def families(self, sent: Directions, received: Directions) -> set[Family]:
        """Return the families with path identifiers."""
        raise NotImplementedError


def _key(message: PeerUp | RouteMonitoring) -> object:
    return message.peer.type, message.peer.distinguisher, message.peer.address


@D5.plant(Stage.AGREED, Kind.WRONG_VALUE, link="pmacct/pmacct/pull/491")
class OneSideIsEnough(Negotiating):
    """ADD-PATH in the received OPEN alone means path identifiers."""

    def families(self, sent: Directions, received: Directions) -> set[Family]:  # noqa: ARG002 - that is the fault
        return {family for family, direction in received.items() if direction & SEND}


@D5.plant(Stage.AGREED, Kind.WRONG_VALUE, link="sbezverk/gobmp/issues/429")
class BothMustSayBoth(Negotiating):
    """ADD-PATH means path identifiers where both OPENs name both directions."""

    def families(self, sent: Directions, received: Directions) -> set[Family]:
        both = RECEIVE | SEND
        return {family for family, direction in received.items() if direction == both == sent.get(family)}


@D5.plant(Stage.AGREED, Kind.WRONG_VALUE, link="NetGauze/NetGauze/pull/561")
class DirectionsMustBeTheSame(Negotiating):
    """ADD-PATH means path identifiers where both OPENs have a direction in common."""

    def families(self, sent: Directions, received: Directions) -> set[Family]:
        return {family for family, direction in received.items() if direction & sent.get(family, 0)}
