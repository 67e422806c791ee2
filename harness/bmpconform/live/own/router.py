"""Our own router as a device: its world, what it says of it, and its sockets.

It keeps the limits that RFC 7854 section 3.2 asks of a router that is dialled: one connection from an address, and so
many new ones in a while.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from bmpconform.live.device import (
    Act,
    Announce,
    ChangeAttribute,
    DeconfigurePeer,
    Endpoint,
    Kill,
    PeerDown,
    PeerUp,
    Reconfigure,
    RestartPeer,
    SendMalformed,
    Stop,
    Withdraw,
)
from bmpconform.live.facts import Changed, Configured, Fact, Leaving, PeerId, Stopped, ViewKind
from bmpconform.live.own.hub import Hub, Link, growing, now
from bmpconform.live.own.voice import Voice
from bmpconform.live.own.world import CONFIGURED, World
from bmpconform.wire.bgp import Pdu
from bmpconform.wire.codec import encode
from bmpconform.wire.codes import TerminationReason
from bmpconform.wire.messages import Message

NAME = "reference"
# So many new connections in so many seconds; what comes faster is turned away.
RATE, RATE_SECONDS = 30, 60.0


class OwnRouter:
    """A router that conforms; `voice` makes what it says of its world."""

    name = NAME

    def __init__(self, *, dials: bool = True, voice: Callable[[World], Voice] = Voice) -> None:
        """Make one that dials our station, or listens for it."""
        self.dials = dials
        self.address: Endpoint | None = None
        self._voice_of = voice
        self.world = World()
        self.voice = voice(self.world)
        self._hub = Hub(self._greet, self._heard)
        self._came: deque[float] = deque()
        self._alive = False

    @property
    def configured(self) -> Configured:
        """How it is configured."""
        return CONFIGURED

    def open(self, station: Endpoint) -> None:
        """Begin anew, and dial the station, or listen on the address that is given for it."""
        self.world = World()
        self.voice = self._voice_of(self.world)
        self._hub = Hub(self._greet, self._heard)
        self._came.clear()
        self._alive = True
        if self.dials:
            self._hub.dial(station, self.waits())
        else:
            self.address = self._hub.listen(station.host)

    def waits(self) -> Iterable[float]:
        """Return the back-off: seconds before each attempt but the first."""
        return growing(*(CONFIGURED.retry_seconds or (1, 1)))

    def facts(self) -> Sequence[Fact]:
        """Return what happened so far."""
        return sorted(self.world.facts, key=lambda fact: fact.at)

    def alive(self) -> bool:
        """Whether it was opened and not ended."""
        return self._alive

    def close(self) -> None:
        """End it without a word."""
        self._alive = False
        self._hub.end(Link.reset)

    def perform(self, act: Act) -> None:
        """Do something in its world, and say so."""
        match act:
            case PeerUp(peer=name):
                self._up(name)
            case PeerDown(peer=name, how=how):
                self._down(name, how)
            case RestartPeer(peer=name):
                self._down(name, Leaving.REMOTE_NO_NOTIFICATION)
                self._up(name)
            case DeconfigurePeer(peer=name):
                self._down(name, Leaving.DECONFIGURED)
            case Reconfigure(what=what):
                self._reconfigure(what)
            case Stop() | Kill():
                self._stop(killed=isinstance(act, Kill))
            case _:
                self._say_of_routes(act)

    def _say_of_routes(self, act: Announce | ChangeAttribute | Withdraw | SendMalformed) -> None:
        match act:
            case Announce(peer=name, prefixes=prefixes, med=med):
                self._change_each(name, prefixes, partial(self.world.announce, med=med))
            case ChangeAttribute(peer=name, prefixes=prefixes, med=changed):
                self._change_each(name, prefixes, partial(self.world.announce, med=changed))
            case Withdraw(peer=name, prefixes=prefixes):
                self._change_each(name, prefixes, self.world.withdraw)
            case SendMalformed(peer=name):
                peer = self.world.neighbour(name).peer
                self.say(self.voice.mirror(peer, self.world.malformed(peer)))

    def say(self, messages: Iterable[Message]) -> None:
        """Send messages to every station."""
        self._hub.say(b"".join(map(encode, messages)))

    def _up(self, name: str) -> None:
        neighbour, before = self.world.neighbour(name), self.voice.views()
        session = self.world.establish(neighbour)
        self.say((*self.voice.came_up(session), *self.voice.differences(before)))

    def _down(self, name: str, how: Leaving) -> None:
        peer, before = self.world.neighbour(name).peer, self.voice.views()
        header = self.voice.header(peer, ViewKind.PRE_IN)
        left = self.world.leave(peer, how)
        self.say((*self.voice.went_down(left, header), *self.voice.differences(before)))

    def _change_each(self, name: str, prefixes: Iterable[str], change: Callable[[PeerId, str], Pdu]) -> None:
        peer = self.world.neighbour(name).peer
        for prefix in prefixes:
            before = self.voice.views()
            pdu = change(peer, prefix)
            self.say((*self.voice.mirror(peer, pdu), *self.voice.differences(before), self.voice.report(peer)))

    def _reconfigure(self, what: str) -> None:
        self.world.facts.append(Changed(now(), what))
        for session in list(self.world.up.values()):
            self.say(self.voice.behaves_otherwise(session))

    def _stop(self, *, killed: bool) -> None:
        self.world.facts.append(Stopped(now(), killed))
        self._hub.end(Link.reset if killed else self.terminate)

    def terminate(self, link: Link) -> None:
        """End the session with one station in an orderly way."""
        link.send(b"".join(map(encode, self.voice.termination())))
        link.close()

    def _greet(self, link: Link) -> None:
        if not self.dials and self.is_too_fast():
            link.reset()
        elif not self.dials and self._hub.others(link):
            self.turn_away(link)
        else:
            link.send(b"".join(map(encode, self.voice.opening())))

    def is_too_fast(self) -> bool:
        """Whether more connections came than the rate allows, this one counted in."""
        self._came.append(now())
        while self._came[0] < now() - RATE_SECONDS:
            self._came.popleft()
        return len(self._came) > RATE

    def turn_away(self, link: Link) -> None:
        """End a connection that is made beside another one from the same address."""
        last = self.voice.termination(TerminationReason.REDUNDANT_CONNECTION)
        link.send(b"".join(map(encode, (self.voice.initiation(), *last))))
        link.close()

    def _heard(self, link: Link, octets: bytes) -> None:
        """Throw away what a station sends, RFC 7854 section 3.2."""
