"""What the facts say of a moment: who was Established, and which routes were where.

Why replayed from PDUs: facts are what was on the wire of BGP, and a summary made by those who sent it would share
their mistakes.
"""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from bmpconform.live.facts import Announced, Established, Left, PeerId, Received, Stopped, Truth, Withdrew
from bmpconform.live.oracle.routes import Attributes, Route, pdu_of, routes_of, update_of
from bmpconform.rules.negotiated import negotiated
from bmpconform.wire.messages import Peer, PeerUp
from bmpconform.wire.routes import Family

_EMPTY = Peer(0, 0, bytes(8), bytes(16), 0, bytes(4), 0, 0)
FOREVER = float("inf")
Rib = dict[Route, Attributes]


def octets_of(address: str) -> bytes:
    """Return an address in the 16 octets of its field, RFC 7854 section 4.2."""
    return ip_address(address).packed.rjust(16, b"\0")


def route_to(prefix: str) -> Route:
    """Return the unicast route to a prefix such as 192.0.2.0/24."""
    network = ip_network(prefix)
    octets = network.network_address.packed[: (network.prefixlen + 7) // 8]
    return Route((1 if network.version == 4 else 2, 1), network.prefixlen, octets)  # noqa: PLR2004 - the version of IP


class Facts:
    """The facts of one script, asked about a moment."""

    def __init__(self, truth: Truth) -> None:
        """Take what is known."""
        self.truth = truth
        self.established = truth.of(Established)
        self.left = truth.of(Left)
        self.stopped = truth.of(Stopped)
        said: list[Announced | Withdrew] = [*truth.of(Announced), *truth.of(Withdrew)]
        self.updates = tuple(sorted(said, key=lambda fact: fact.at))

    def session(self, peer: PeerId, at: float) -> Established | None:
        """Return the session that was up with a peer at a time, None where none was."""
        came = [one for one in self.established if one.peer == peer and one.at <= at]
        if not came or any(one.peer == peer and came[-1].at <= one.at <= at for one in self.left):
            return None
        return came[-1]

    def up(self, at: float) -> list[Established]:
        """Return the sessions that were up at a time."""
        sessions = (self.session(peer, at) for peer in dict.fromkeys(one.peer for one in self.established))
        return [session for session in sessions if session is not None]

    def end_of(self, session: Established) -> float:
        """Return when a session left Established, FOREVER where it did not."""
        return min((one.at for one in self.left if one.peer == session.peer and one.at >= session.at), default=FOREVER)

    def stays(self, peer: PeerId, at: float) -> bool:
        """Whether a peer was up at a time, and did not leave afterwards."""
        session = self.session(peer, at)
        return session is not None and self.end_of(session) == FOREVER

    def routes_of(self, fact: Announced | Withdrew | Received) -> list[tuple[Route, Attributes | None]]:
        """Return the routes in an UPDATE, as the session that was up then writes them."""
        update, session = update_of(fact.update), self.session(fact.peer, fact.at)
        if update is None:
            return []
        view = "adj-rib-out" if isinstance(fact, Received) else "adj-rib-in"
        return list(routes_of(update, frozenset() if session is None else path_id_families(session, view)))

    def routes_in(self, peer: PeerId, at: float = FOREVER) -> Rib:
        """Return what a peer had announced, and not withdrawn, at a time."""
        return self._replay(peer, at, self.updates)

    def routes_out(self, peer: PeerId, at: float = FOREVER) -> Rib:
        """Return what a peer had been told, at a time."""
        return self._replay(peer, at, self.truth.of(Received))

    def _replay(self, peer: PeerId, at: float, said: Iterable[Announced | Withdrew | Received]) -> Rib:
        session = self.session(peer, at)
        rib: Rib = {}
        if session is None:
            return rib
        for fact in sorted(said, key=lambda fact: fact.at):
            mine = fact.peer == peer and session.at <= fact.at <= at
            for route, attributes in self.routes_of(fact) if mine else ():
                if attributes is None:
                    rib.pop(route, None)
                else:
                    rib[route] = attributes
        return rib


def path_id_families(session: Established, view: str) -> frozenset[Family]:
    """Return the families whose routes have path identifiers in a view of a session, RFC 7911."""
    up = PeerUp(_EMPTY, bytes(16), 0, 0, pdu_of(session.sent_open), pdu_of(session.received_open))
    agreed = negotiated(up)
    if agreed is None:
        return frozenset()
    return frozenset(family for seen, family in agreed.path_ids if seen == view)
