"""Faults in what a station keeps of the messages before: which peers there are, and what their OPENs say."""

from collections.abc import Iterable

from bmpconform.neutral.form import Session
from bmpconform.rules import session as told
from bmpconform.rules.negotiated import Negotiated, View, negotiated, view_of
from bmpconform.targets.module import Item
from bmpconform.wire import messages as wire
from bmpconform.wire.bgp import Open, Pdu
from bmpconform.wire.codec import decode
from bmpconform.wire.codes import MessageType, PeerFlag
from bmpconform.wire.framer import Frame
from bmpconform.wire.messages import Peer, PeerDown, PeerUp, RouteMirroring, RouteMonitoring
from bmpconform.wire.routes import IPV4_UNICAST, Family
from bmpconform.wire.value import UNSET, replace
from faults.mutant import connects
from faults.streams import Faulty
from faults.tools import TYPE, overwritten, with_flags

ADD_PATH = ("RFC7854-5-1",)
LOC_RIB_ADD_PATH = ("RFC9069-5.2-8", "RFC9069-5.2-5")
RECEIVE, SEND = 1, 2
FLAGS, TWO_OCTETS = 7, 2
Directions = dict[Family, int]


class Keying(Faulty):
    """Tells peers apart by something else than type, distinguisher and address."""

    def __init__(self) -> None:
        super().__init__()
        # One mutant is one process, so nothing else uses it.
        vars(told)["peer_key"] = self._key

    def _key(self, peer: Peer) -> object:
        raise NotImplementedError


class Remembering(Faulty):
    """Keeps other state than the reference."""

    session: type[told.Session]

    def __init__(self) -> None:
        super().__init__()
        self._session = self.session()


class Reading(Faulty):
    """Reads PDUs otherwise than the OPENs say."""

    def _reading(self, message: wire.Message) -> Session | None:
        held = super()._reading(message)
        return held if held is None else self._read_as(message, held)

    def _read_as(self, message: wire.Message, held: Session) -> Session | None:
        raise NotImplementedError


class Negotiating(Faulty):
    """Works out from the OPENs of a Peer Up which families have path identifiers, in a way of its own."""

    def __init__(self) -> None:
        super().__init__()
        vars(told)["negotiated"] = self._negotiated

    def _negotiated(self, message: PeerUp) -> Negotiated | None:
        held = negotiated(message)
        if held is None:
            return None
        families = self._families(directions_of(message.sent_open), directions_of(message.received_open))
        others = {(view, family) for view, family in held.path_ids if view != "adj-rib-in"}
        return replace(held, path_ids=frozenset(others | {("adj-rib-in", family) for family in families}))

    def _families(self, sent: Directions, received: Directions) -> Iterable[Family]:
        raise NotImplementedError


def directions_of(pdu: Pdu | None) -> Directions:
    """Return the direction of ADD-PATH for each family that an OPEN names."""
    held = pdu.body if pdu is not None else None
    if not isinstance(held, Open):
        return {}
    values = (one.value for one in held.capabilities() if isinstance(one.value, tuple))
    return {(one.afi, one.safi): one.direction for value in values for one in value}


@connects("RFC7854-4.2-18", "RFC7854-5-2")
class PeersByAddress(Keying):
    """Peers are told apart by their address."""

    def _key(self, peer: Peer) -> object:
        return 0, b"", peer.address


@connects("RFC7854-4.2-18")
class PeersWithoutType(Keying):
    """Peers are told apart by distinguisher and address."""

    def _key(self, peer: Peer) -> object:
        return 0, peer.distinguisher, peer.address


@connects("RFC7854-4.2-18", link="https://github.com/pmacct/pmacct/pull/814")
class PeersWithoutDistinguisher(Keying):
    """Peers are told apart by type and address."""

    def _key(self, peer: Peer) -> object:
        return peer.type, b"", peer.address


@connects("RFC7854-4.2-11", "RFC8671-6.3-2", "RFC7854-5-6")
class PeersByFlags(Keying):
    """All flags count in telling peers apart, so that each view of a peer needs a Peer Up."""

    def _key(self, peer: Peer) -> object:
        return peer.type, peer.distinguisher, peer.address + bytes([peer.flags])


@connects("RFC8671-6.3-2", "RFC8671-6.3-1", "RFC8671-4-1")
class PeersByDirection(Keying):
    """The O flag counts in telling peers apart, so that an Adj-RIB-Out needs a Peer Up of its own."""

    def _key(self, peer: Peer) -> object:
        out = not peer.is_loc_rib and peer.has(PeerFlag.O)
        return peer.type, peer.distinguisher, peer.address + bytes([out])


@connects("RFC7854-5-2", "RFC7854-4.2-18", *ADD_PATH)
class OnePeerAtATime(Keying):
    """What the last Peer Up said counts for all peers."""

    def _key(self, peer: Peer) -> object:  # noqa: ARG002 - that is the fault
        return 0, b"", b""


@connects("RFC9069-6.1.1-5", *LOC_RIB_ADD_PATH, link="https://github.com/pmacct/pmacct/pull/814")
class LocRibsByAddress(Keying):
    """Loc-RIBs are told apart as other peers are, by an address that is always zero."""

    def _key(self, peer: Peer) -> object:
        return 0, b"" if peer.is_loc_rib else peer.distinguisher, peer.address


@connects("RFC9069-4.2-5", *LOC_RIB_ADD_PATH)
class LocRibsByFlags(Keying):
    """All flags count in telling Loc-RIBs apart, those that mean nothing there too."""

    def _key(self, peer: Peer) -> object:
        own = bytes([peer.flags]) if peer.is_loc_rib else b""
        return peer.type, peer.distinguisher, (peer.bgp_id if peer.is_loc_rib else peer.address) + own


class _KeepsThePeer(told.Session):
    def advance(self, message: wire.Message) -> None:
        if not isinstance(message, PeerDown):
            super().advance(message)


class _FirstPeerUp(told.Session):
    def advance(self, message: wire.Message) -> None:
        known = isinstance(message, PeerUp) and bool(self.peers.get(told.peer_key(message.peer)))
        if not known and not isinstance(message, PeerDown):
            super().advance(message)


class _LastOfALocRib(told.Session):
    def ups(self, peer: Peer) -> list[told.Up]:
        return super().ups(peer)[-1:]


class _FirstOfALocRib(told.Session):
    def ups(self, peer: Peer) -> list[told.Up]:
        return super().ups(peer)[:1]


@connects("RFC7854-4.9-8", *ADD_PATH)
class FirstPeerUpCounts(Remembering):
    """What the first Peer Up of a peer said stays true after its Peer Down."""

    session = _FirstPeerUp


@connects("RFC9069-6.1.1-4")
class LastEmulatedPeerCounts(Remembering):
    """Of several Peer Ups of a Loc-RIB the last replaces those before."""

    session = _LastOfALocRib


@connects("RFC9069-6.1.1-4")
class FirstEmulatedPeerCounts(Remembering):
    """Of several Peer Ups of a Loc-RIB only the first is kept."""

    session = _FirstOfALocRib


@connects(*ADD_PATH, *LOC_RIB_ADD_PATH, link="https://github.com/bgpkit/bgpkit-parser/issues/202")
class OpensAreNotKept(Reading):
    """Route Monitoring is read without knowing the OPENs."""

    def _read_as(self, message: wire.Message, held: Session) -> Session | None:  # noqa: ARG002 - that is the fault
        return None


@connects(*ADD_PATH)
class PathIdentifiersInIpv4Alone(Reading):
    """Path identifiers are looked for in IPv4 unicast, whatever families the OPENs name."""

    def _read_as(self, message: wire.Message, held: Session) -> Session | None:  # noqa: ARG002 - for all messages
        return replace(held, add_path=(IPV4_UNICAST,) if held.add_path else ())


@connects("RFC8671-4-1", *ADD_PATH)
class AdjRibOutIsReadAsIn(Faulty):
    """The direction of ADD-PATH is that of an Adj-RIB-In, whatever the O flag says."""

    def _reading(self, message: wire.Message) -> Session | None:
        return _seen_as(self, message, "adj-rib-in", {"adj-rib-out"})


@connects(*LOC_RIB_ADD_PATH)
class LocRibHasADirection(Faulty):
    """The direction of ADD-PATH counts in a Loc-RIB as in an Adj-RIB-In."""

    def _reading(self, message: wire.Message) -> Session | None:
        return _seen_as(self, message, "adj-rib-in", {"loc-rib"})


@connects(*LOC_RIB_ADD_PATH)
class LocRibHasNoPathIdentifiers(Faulty):
    """A Loc-RIB is taken to have one path for each route."""

    def _reading(self, message: wire.Message) -> Session | None:
        held = super()._reading(message)
        loc_rib = isinstance(message, RouteMonitoring) and message.peer.is_loc_rib
        return replace(held, add_path=()) if held and loc_rib else held


def _seen_as(station: Faulty, message: wire.Message, view: View, views: set[View]) -> Session | None:
    """Return how a message is read that is seen as another RIB's than its own."""
    held = super(type(station), station)._reading(message)
    if held is None or not isinstance(message, RouteMonitoring | RouteMirroring) or view_of(message.peer) not in views:
        return held
    opens = [up.negotiated for up in station._session.ups(message.peer) if up.negotiated]  # noqa: SLF001 - as above
    path_ids = frozenset[Family]().union(*(one.with_path_ids(view) for one in opens))
    return replace(held, add_path=tuple(sorted(path_ids)))


@connects(*ADD_PATH, link="https://github.com/pmacct/pmacct/pull/491")
class OneSideIsEnough(Negotiating):
    """ADD-PATH in the received OPEN alone means path identifiers."""

    def _families(self, sent: Directions, received: Directions) -> Iterable[Family]:  # noqa: ARG002 - that is the fault
        return received


@connects(*ADD_PATH, link="https://github.com/NetGauze/NetGauze/pull/561")
class DirectionsMustBeTheSame(Negotiating):
    """ADD-PATH means path identifiers where both OPENs have a direction in common."""

    def _families(self, sent: Directions, received: Directions) -> Iterable[Family]:
        return (family for family, direction in received.items() if direction & sent.get(family, 0))


@connects(*ADD_PATH, link="https://github.com/sbezverk/gobmp/issues/429")
class BothMustSayBoth(Negotiating):
    """ADD-PATH means path identifiers where both OPENs name both directions."""

    def _families(self, sent: Directions, received: Directions) -> Iterable[Family]:
        return (family for family, direction in received.items() if direction & sent.get(family, 0) == RECEIVE | SEND)


@connects(*ADD_PATH)
class DirectionIsTheOther(Negotiating):
    """The direction of ADD-PATH is that of the router, not of its peer."""

    def _families(self, sent: Directions, received: Directions) -> Iterable[Family]:
        return (family for family, held in sent.items() if held & SEND and received.get(family, 0) & RECEIVE)


@connects(*ADD_PATH)
class FirstFamilyAlone(Negotiating):
    """Of the families in a capability only the first is read."""

    def _families(self, sent: Directions, received: Directions) -> Iterable[Family]:
        first = list(received.items())[:1]
        return (family for family, held in first if held & SEND and sent.get(family, 0) & RECEIVE)


@connects("RFC7854-4.3-1")
class InitiationForgetsTheOpens(Faulty):
    """A second Initiation begins the session anew: what the OPENs before it said is gone."""

    def _item(self, frame: Frame) -> Item:
        if frame.octets[TYPE] == MessageType.INITIATION:
            self._session = told.Session()
        return super()._item(frame)


@connects("RFC7854-4.2-7")
class AsWidthByCapability(Faulty):
    """Capability 65 of the OPENs gives the width of AS numbers in Route Monitoring, not the A flag."""

    def _item(self, frame: Frame) -> Item:
        message = decode(frame.octets)
        said = self._session.agreed(message.peer) if isinstance(message, RouteMonitoring) else None
        if said is None or not isinstance(message, RouteMonitoring):
            return super()._item(frame)
        told_two = Session(*said).as_width == TWO_OCTETS
        flags = message.peer.flags & ~PeerFlag.A | (PeerFlag.A if told_two else 0)
        item = super()._item(Frame(frame.offset, overwritten(frame.octets, FLAGS, bytes([flags]))))
        shown = item.message
        return replace(item, message=with_flags(shown, lambda _: frame.octets[FLAGS])) if shown else item


@connects("RFC7854-4.2-12")
class AFlagCountsInMirroring(Faulty):
    """The A flag gives the width of AS numbers in Route Mirroring too."""

    def _reading(self, message: wire.Message) -> Session | None:
        held = super()._reading(message)
        if not isinstance(message, RouteMirroring):
            return held
        return Session((held.add_path if held else UNSET) or (), 2 if message.peer.has(PeerFlag.A) else 4)


@connects("RFC7854-4.2-12")
class MirroredAsNumbersHaveFourOctets(Reading):
    """AS numbers in Route Mirroring have four octets, whatever the OPENs say."""

    def _read_as(self, message: wire.Message, held: Session) -> Session | None:
        return replace(held, as_width=4) if isinstance(message, RouteMirroring) else held
