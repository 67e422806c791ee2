"""A transcript as BMP: for each connection its messages with their times, and the routes that they tell of.

Why once for all checks: what a peer is, which views there are and how routes are read hangs on the session, and two
checks that read it in two ways would accuse each other.
"""

from collections.abc import Iterator
from typing import TypeVar

from bmpconform.live.facts import ViewKind
from bmpconform.live.oracle.routes import Attributes, Route, end_of_rib, routes_of
from bmpconform.live.transcript import Event, Kind
from bmpconform.rules.negotiated import view_of
from bmpconform.rules.session import Session
from bmpconform.wire.bgp import Update
from bmpconform.wire.codec import decode
from bmpconform.wire.codes import PeerFlag
from bmpconform.wire.framer import Chunk, Frame, Framer
from bmpconform.wire.messages import Message, Peer, RouteMonitoring
from bmpconform.wire.routes import Family
from bmpconform.wire.value import Value

ENDS_BY_THEM = frozenset({Kind.FIN, Kind.RST})
ENDS = ENDS_BY_THEM | {Kind.CLOSED_BY_US, Kind.RESET_BY_US, Kind.FLOODED}
Shape = TypeVar("Shape")


class Arrived(Value, frozen=True):
    """One message: when its last octet came, its number in its connection and its offset there."""

    at: float
    number: int
    offset: int
    message: Message


class Told(Value, frozen=True):
    """One route in one Route Monitoring, the message of that `number`; `attributes` are None in a withdraw."""

    at: float
    number: int
    peer: Peer
    view: ViewKind
    route: Route
    attributes: Attributes | None


class Ended(Value, frozen=True):
    """One End-of-RIB."""

    at: float
    number: int
    peer: Peer
    view: ViewKind
    family: Family


class Heard:
    """What came over one connection, in its order.

    `at` is when it was established, `ended` what ended it, None where it was open to the end; `loose` counts octets
    that are no message. `told` are the routes, `ends` the End-of-RIBs.
    """

    def __init__(self, number: int, events: tuple[Event, ...]) -> None:
        """Read the octets among the events of one connection."""
        self.number = number
        self.events = events
        self.at = next((event.at for event in events if event.kind is Kind.CONNECTED), 0.0)
        self.ended = next((event for event in events if event.kind in ENDS), None)
        self.loose = 0
        self.messages = tuple(self._read())
        self.told: list[Told] = []
        self.ends: list[Ended] = []
        self._follow()

    def of(self, kind: type[Shape]) -> Iterator[tuple[Arrived, Shape]]:
        """Yield the messages of one class."""
        return ((one, one.message) for one in self.messages if isinstance(one.message, kind))

    def final(self, view: ViewKind, until: float = float("inf")) -> dict[tuple[bytes, bytes, Route], Attributes]:
        """Return the routes that one view has in the end, by distinguisher, address and route."""
        state: dict[tuple[bytes, bytes, Route], Attributes] = {}
        for told in self.told:
            if told.view is view and told.at <= until:
                key = told.peer.distinguisher, told.peer.address, told.route
                if told.attributes is None:
                    state.pop(key, None)
                else:
                    state[key] = told.attributes
        return state

    def _read(self) -> Iterator[Arrived]:
        number = 0
        for at, chunk in self._chunks():
            if isinstance(chunk, Frame):
                yield Arrived(at, number, chunk.offset, decode(chunk.octets))
                number += 1
            else:
                self.loose += len(chunk.octets)

    def _chunks(self) -> Iterator[tuple[float, Chunk]]:
        """Yield what the octets amount to, each with the time of those that completed it."""
        framer, at = Framer(), self.at
        for event in self.events:
            if event.kind is Kind.OCTETS:
                at = event.at
                yield from ((at, chunk) for chunk in framer.feed(event.octets))
        yield from ((at, chunk) for chunk in framer.finish())

    def _follow(self) -> None:
        """Read the routes as the Peer Ups before them say."""
        session = Session()
        for arrived in self.messages:
            match arrived.message:
                case RouteMonitoring(peer=peer, pdu=pdu) if pdu is not None and isinstance(pdu.body, Update):
                    self._route_monitoring(arrived, peer, pdu.body, session)
                case _:
                    pass
            session.advance(arrived.message)

    def _route_monitoring(self, arrived: Arrived, peer: Peer, update: Update, session: Session) -> None:
        view, agreed = view_kind(peer), session.agreed(peer)
        family = end_of_rib(update)
        if family is not None:
            self.ends.append(Ended(arrived.at, arrived.number, peer, view, family))
        for route, attributes in routes_of(update, () if agreed is None else agreed[0]):
            self.told.append(Told(arrived.at, arrived.number, peer, view, route, attributes))


def view_kind(peer: Peer) -> ViewKind:
    """Return which RIB a header is about, RFC 7854 section 4.2, RFC 8671 section 4 and RFC 9069 section 4."""
    is_post = peer.has(PeerFlag.L)
    match view_of(peer):
        case "loc-rib":
            return ViewKind.LOC_RIB
        case "adj-rib-out":
            return ViewKind.POST_OUT if is_post else ViewKind.PRE_OUT
        case _:
            return ViewKind.POST_IN if is_post else ViewKind.PRE_IN
