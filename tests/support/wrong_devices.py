"""Routers and collectors of our own that do one thing wrong each; a live session has to tell by the right clause."""

import itertools
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

import raw
from bmpconform.live.device import Act
from bmpconform.live.facts import Established, Left, PeerId, Stopped, ViewKind
from bmpconform.live.oracle.routes import end_of_rib
from bmpconform.live.own.collector import OwnCollector
from bmpconform.live.own.hub import Link, now
from bmpconform.live.own.router import OwnRouter
from bmpconform.live.own.voice import Views, Voice
from bmpconform.live.own.world import Routes, World
from bmpconform.targets.module import Item
from bmpconform.wire.bgp import Pdu, Update
from bmpconform.wire.codec import encode
from bmpconform.wire.codes import MirroringTlvType
from bmpconform.wire.make import make_initiation
from bmpconform.wire.messages import (
    Message,
    MirroringTlv,
    Peer,
    PeerDown,
    PeerUp,
    PeerUpTlv,
    RouteMirroring,
    RouteMonitoring,
)
from bmpconform.wire.value import replace


class BeginsWithAPeerUp(Voice):
    """Forgets the Initiation."""

    def opening(self) -> Iterator[Message]:
        yield from itertools.islice(super().opening(), 1, None)


class LeavesAPeerOut(Voice):
    """Forgets one peer when a station comes."""

    def opening(self) -> Iterator[Message]:
        return (one for one in super().opening() if not isinstance(one, PeerUp) or one.peer.asn != 65002)


class EndsNoDump(Voice):
    """Sends no End-of-RIB."""

    def dump(self, peer: PeerId) -> Iterator[Message]:
        return (one for one in super().dump(peer) if not _is_end(one))


class DumpsHalf(Voice):
    """Leaves the last route of each view out."""

    def view(self, peer: PeerId, view: ViewKind) -> Routes:
        return dict(list(super().view(peer, view).items())[:-1])


class RoutesFirst(Voice):
    """Sends the routes of a peer before its Peer Up."""

    def came_up(self, session: Established) -> Iterator[Message]:
        yield from self.dump(session.peer)
        yield self.peer_up(session)


class OtherName(Voice):
    """Calls itself something else."""

    def initiation(self) -> Message:
        return make_initiation("a router", "another")


class ChangesPeerUp(Voice):
    """Changes what a Peer Up says."""

    def changed(self, up: PeerUp) -> PeerUp:
        """Return another Peer Up."""
        raise NotImplementedError

    def peer_up(self, session: Established) -> Message:
        up = super().peer_up(session)
        assert isinstance(up, PeerUp)
        return self.changed(up)


class CString(ChangesPeerUp):
    """Ends the description with a NUL."""

    def changed(self, up: PeerUp) -> PeerUp:
        return replace(up, tlvs=tuple(PeerUpTlv(one.type, one.value + b"\0") for one in up.tlvs))


class SwapsOpens(ChangesPeerUp):
    """Takes sent for received."""

    def changed(self, up: PeerUp) -> PeerUp:
        return replace(up, sent_open=up.received_open, received_open=up.sent_open)


class SwapsPorts(ChangesPeerUp):
    """Takes local for remote."""

    def changed(self, up: PeerUp) -> PeerUp:
        return replace(up, local_port=up.remote_port, remote_port=up.local_port)


class OwnAddress(ChangesPeerUp):
    """Gives the peer's address for its own."""

    def changed(self, up: PeerUp) -> PeerUp:
        return replace(up, local_address=up.peer.address)


class OwnIdentity(ChangesPeerUp):
    """Gives its own AS number for that of its peers."""

    def changed(self, up: PeerUp) -> PeerUp:
        return replace(up, peer=replace(up.peer, asn=65001))


class NextAddress(Voice):
    """Gives another address for that of its peers."""

    def header(self, peer: PeerId, view: ViewKind) -> Peer:
        header = super().header(peer, view)
        return replace(header, address=header.address[:-1] + b"\xfe")


class Uptime(Voice):
    """Takes its uptime for the time."""

    def seconds(self) -> int:
        return 4711


class ConfusesPolicy(Voice):
    """Sends the routes before policy as those behind it."""

    def view(self, peer: PeerId, view: ViewKind) -> Routes:
        return super().view(
            peer, {ViewKind.POST_IN: ViewKind.PRE_IN, ViewKind.POST_OUT: ViewKind.PRE_OUT}.get(view, view)
        )


class ConfusesFlags(Voice):
    """Sets the L flag before policy and clears it behind."""

    def header(self, peer: PeerId, view: ViewKind) -> Peer:
        header = super().header(peer, view)
        return replace(header, flags=header.flags ^ raw.L)


class ForgetsTheOFlag(Voice):
    """Sends Adj-RIB-Out as Adj-RIB-In."""

    def header(self, peer: PeerId, view: ViewKind) -> Peer:
        header = super().header(peer, view)
        return replace(header, flags=header.flags & ~raw.O)


class TellsNoChange(Voice):
    """Tells of no route that changes."""

    def differences(self, before: Views) -> Iterator[Message]:
        return iter(())


class WithdrawsOnce(Voice):
    """Withdraws a route of two views in one of them."""

    def differences(self, before: Views) -> Iterator[Message]:
        for one in super().differences(before):
            is_post = isinstance(one, RouteMonitoring) and one.peer.flags & raw.L and one.peer.type == 0
            if not (is_post and _withdraws(one)):
                yield one


class TellsOfNoPeer(Voice):
    """Tells of no peer that comes up later."""

    def came_up(self, session: Established) -> Iterator[Message]:
        return iter(()) if session.peer.address.endswith(".2") else super().came_up(session)


class TellsNoDown(Voice):
    """Tells of no peer that leaves."""

    def went_down(self, left: Left, header: Peer) -> Iterator[Message]:
        return iter(())


class OneReason(Voice):
    """Gives one reason for all that peers do."""

    reason = 4

    def went_down(self, left: Left, header: Peer) -> Iterator[Message]:
        yield PeerDown(header, self.reason)


class AnotherReason(OneReason):
    """Gives another one."""

    reason = 5


class SeesRoutesBetter(Voice):
    """Mirrors what it would have liked to receive."""

    def mirror(self, peer: PeerId, pdu: Pdu | bytes) -> Iterator[Message]:
        tlv = MirroringTlv(MirroringTlvType.BGP_MESSAGE, raw.ROUTE)
        yield RouteMirroring(self.header(peer, ViewKind.PRE_IN), (tlv,))


class NoLocRib(Voice):
    """Reports no Loc-RIB."""

    def loc_rib(self, table: str) -> Iterator[Message]:
        return iter(())


class LocRibOf(Voice):
    """Changes the header of a Loc-RIB."""

    changes: dict[str, object]

    def loc_rib_header(self, table: str) -> Peer:
        return replace(super().loc_rib_header(table), **self.changes)


class LocRibOfNobody(LocRibOf):
    """Leaves the AS number out."""

    changes = {"asn": 0}  # noqa: RUF012 - of a test


class LocRibOfZero(LocRibOf):
    """Leaves the BGP ID out."""

    changes = {"bgp_id": bytes(4)}  # noqa: RUF012 - of a test


class LocRibElsewhere(LocRibOf):
    """Has a distinguisher that no table has."""

    changes = {"distinguisher": b"\x07" * 8}  # noqa: RUF012 - of a test


class Unnamed(Voice):
    """Leaves the name of a table out."""

    def loc_rib(self, table: str) -> Iterator[Message]:
        return (replace(one, tlvs=()) if isinstance(one, PeerUp) else one for one in super().loc_rib(table))


class Misnamed(Voice):
    """Calls all tables the same."""

    def loc_rib(self, table: str) -> Iterator[Message]:
        name = (PeerUpTlv(3, b"default"),)
        return (replace(one, tlvs=name) if isinstance(one, PeerUp) else one for one in super().loc_rib(table))


class LocRibWithoutLocal(Voice):
    """Leaves its own routes out of the Loc-RIB."""

    def loc_rib(self, table: str) -> Iterator[Message]:
        found = list(super().loc_rib(table))
        return (one for number, one in enumerate(found) if table or number != 1)


class LocalUnderAPeer(Voice):
    """Sends its own routes as those of a peer."""

    def view(self, peer: PeerId, view: ViewKind) -> Routes:
        local = self.world.selected("") if view is ViewKind.POST_IN else {}
        return super().view(peer, view) | {name: local[name] for name in local if name.startswith("198.18.")}


class ChangesSilently(Voice):
    """Changes what it monitors, and says nothing of that."""

    def behaves_otherwise(self, session: Established) -> Iterator[Message]:
        return iter(())


def _is_end(message: Message) -> bool:
    pdu = message.pdu if isinstance(message, RouteMonitoring) else None
    return pdu is not None and isinstance(pdu.body, Update) and end_of_rib(pdu.body) is not None


def _withdraws(message: Message) -> bool:
    return isinstance(message, RouteMonitoring) and encode(message)[67:69] != b"\0\0"


class StaysOpen(OwnRouter):
    """Says that it ends, and does not."""

    def terminate(self, link: Link) -> None:
        link.send(b"".join(map(encode, self.voice.termination())))

    def _stop(self, *, killed: bool) -> None:
        self.world.facts.append(Stopped(now(), killed))
        self.say(self.voice.termination())


class GoesOn(OwnRouter):
    """Says that it ends, and goes on."""

    def terminate(self, link: Link) -> None:
        link.send(b"".join(map(encode, (*self.voice.termination(), self.voice.initiation()))))
        link.close()


class JustCloses(OwnRouter):
    """Closes without a word."""

    def terminate(self, link: Link) -> None:
        link.close()


class GoesOnWithTheOld(OwnRouter):
    """Takes a new connection for the old one."""

    greeted = False

    def _greet(self, link: Link) -> None:
        if self.greeted:
            link.send(b"".join(map(encode, self.voice.dump(PeerId("192.0.2.2")))))
        else:
            super()._greet(link)
        self.greeted = True


class SaysHello(OwnRouter):
    """Negotiates first."""

    def _greet(self, link: Link) -> None:
        link.send(b"HELLO v3\n")
        super()._greet(link)


class WaitsToBeAsked(OwnRouter):
    """Says nothing until it is spoken to."""

    def _greet(self, link: Link) -> None:
        pass

    def say(self, messages: Iterable[Message]) -> None:
        pass


class FallsOver(OwnRouter):
    """Ends when it is spoken to, and does nothing before it was."""

    def __init__(self) -> None:
        super().__init__()
        self._spoken_to = threading.Event()

    def _heard(self, link: Link, octets: bytes) -> None:
        self._alive = False
        self._spoken_to.set()

    def perform(self, act: Act) -> None:
        assert self._spoken_to.wait(10)
        super().perform(act)


class NeverWaits(OwnRouter):
    """Dials again at once."""

    def waits(self) -> Iterable[float]:
        return itertools.repeat(0.0)


class AlwaysWaitsAlike(OwnRouter):
    """Dials again at one pace."""

    def waits(self) -> Iterable[float]:
        return itertools.repeat(0.3)


class GivesUp(OwnRouter):
    """Dials twice."""

    def waits(self) -> Iterable[float]:
        return (0.01, 0.01)


class TakesAny(OwnRouter):
    """Takes any number of connections at any rate."""

    def is_too_fast(self) -> bool:
        return False

    def turn_away(self, link: Link) -> None:
        link.send(b"".join(map(encode, self.voice.opening())))


class Answers(OwnCollector):
    """Greets routers with an Initiation of its own."""

    def greet(self, connected: socket.socket) -> None:
        connected.sendall(raw.initiation(raw.SYS_DESCR, raw.SYS_NAME))


class Prompts(OwnCollector):
    """Greets routers with a prompt."""

    def greet(self, connected: socket.socket) -> None:
        connected.sendall(b"bmp> ")


class SaysGoodbye(OwnCollector):
    """Says that it stops."""

    def farewell(self, connected: socket.socket) -> None:
        connected.sendall(raw.termination(raw.tlv(1, b"\0\0")))


class KeepsOpen(OwnCollector):
    """Never closes."""

    def close_one(self, connected: socket.socket) -> None:
        self._kept = [*getattr(self, "_kept", []), connected]

    def close(self) -> None:
        super().close()
        for connected in getattr(self, "_kept", []):
            connected.close()


class LateOnce(KeepsOpen):
    """Does not close its first connection, as if it had been too busy for that."""

    def close_one(self, connected: socket.socket) -> None:
        if hasattr(self, "_kept"):
            OwnCollector.close_one(self, connected)
        else:
            super().close_one(connected)


class TakesOne(OwnCollector):
    """Listens no more when a connection is over, and then closes it."""

    def close_one(self, connected: socket.socket) -> None:
        assert self._listener is not None
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        super().close_one(connected)


class TakesOneAndKeepsIt(TakesOne, KeepsOpen):
    """Listens no more when a connection is over, and does not close it, as if it were slow to end."""


class FallsOverACut(OwnCollector):
    """Listens no more after a connection that ended without a Termination."""

    def close_one(self, connected: socket.socket) -> None:
        super().close_one(connected)
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
                self._listener.close()


class DropsTheFuture(OwnCollector):
    """Resets the connection for a message that it does not know."""

    def took(self, item: Item) -> None:
        if item.status == "skipped":
            (connected,) = self._open
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connected.shutdown(socket.SHUT_RDWR)


class Wrong(NamedTuple):
    """Who is wrong, in which script, against which clause, and what the verdict is."""

    make: Callable[[], OwnRouter | OwnCollector]
    script: str
    clause: str
    verdict: str = "fail"

    @property
    def name(self) -> str:
        """Name it by who does what."""
        return f"{getattr(self.make, 'fault', self.make).__name__} {self.clause}"


class Speaking:
    """Makes routers with another voice."""

    def __init__(self, voice: Callable[[World], Voice]) -> None:
        self.fault = voice

    def __call__(self) -> OwnRouter:
        return OwnRouter(voice=self.fault)


class Listening:
    """Makes routers that are dialled."""

    def __init__(self, router: type[OwnRouter]) -> None:
        self.fault = router

    def __call__(self) -> OwnRouter:
        return self.fault(dials=False)


ROUTERS = [
    *(
        Wrong(Speaking(voice), f"live-router/{script}", clause)
        for voice, script, clause in (
            (BeginsWithAPeerUp, "opening", "RFC7854-3.3-2"),
            (LeavesAPeerOut, "opening", "RFC7854-3.3-3"),
            (RoutesFirst, "opening", "RFC7854-3.3-4"),
            (EndsNoDump, "opening", "RFC7854-3.3-5"),
            (DumpsHalf, "opening", "RFC7854-5-16"),
            (OtherName, "opening", "RFC9736-3.1-3"),
            (OtherName, "opening", "RFC9736-3.1-4"),
            (CString, "opening", "RFC9736-2-2"),
            (SwapsOpens, "opening", "RFC7854-4.10-4"),
            (SwapsOpens, "opening", "RFC7854-4.10-5"),
            (SwapsPorts, "opening", "RFC7854-4.10-3"),
            (OwnAddress, "opening", "RFC7854-4.10-2"),
            (OwnIdentity, "opening", "RFC7854-4.2-21"),
            (NextAddress, "opening", "RFC7854-4.2-23"),
            (Uptime, "opening", "RFC7854-4.2-22"),
            (ConfusesPolicy, "opening", "RFC7854-5-5"),
            (ConfusesFlags, "opening", "RFC7854-5-4"),
            (ConfusesFlags, "opening", "RFC7854-4.2-5"),
            (TellsNoChange, "changes", "RFC7854-5-14"),
            (WithdrawsOnce, "changes", "RFC7854-5-10"),
            (WithdrawsOnce, "changes", "RFC7854-5-11"),
            (WithdrawsOnce, "changes", "RFC7854-5-15"),
            (TellsOfNoPeer, "changes", "RFC7854-3.3-8"),
            (TellsNoDown, "peer-downs", "RFC7854-3.3-9"),
            (OneReason, "peer-downs", "RFC7854-4.9-2"),
            (OneReason, "peer-downs", "RFC7854-4.9-3"),
            (OneReason, "peer-downs", "RFC7854-4.9-4"),
            (SeesRoutesBetter, "mirroring", "RFC7854-4.7-10"),
            (ForgetsTheOFlag, "adj-rib-out", "RFC8671-5.1-1"),
            (ForgetsTheOFlag, "adj-rib-out", "RFC8671-6.1-1"),
            (ConfusesPolicy, "adj-rib-out", "RFC8671-5.1-2"),
            (ConfusesFlags, "adj-rib-out", "RFC8671-5.2-1"),
            (NoLocRib, "loc-rib", "RFC9069-6.1.1-1"),
            (LocRibOfNobody, "loc-rib", "RFC9069-5.1-4"),
            (LocRibOfZero, "loc-rib", "RFC9069-5.1-5"),
            (LocRibElsewhere, "loc-rib", "RFC9069-5.1-2"),
            (Unnamed, "loc-rib", "RFC9069-5.2.1-4"),
            (Misnamed, "loc-rib", "RFC9736-3.3-3"),
            (LocRibWithoutLocal, "loc-rib", "RFC9069-5-2"),
            (LocalUnderAPeer, "loc-rib", "RFC9069-4.2-1"),
            (TellsNoChange, "loc-rib", "RFC9069-5.4-2"),
            (Uptime, "loc-rib", "RFC9069-5.1-6"),
            (ChangesSilently, "changed-monitoring", "RFC9069-6.1.3-1"),
        )
    ),
    Wrong(Speaking(OneReason), "live-router/deconfigured-peer", "RFC7854-4.9-6", "tolerated"),
    Wrong(Speaking(AnotherReason), "live-router/peer-downs", "RFC7854-4.9-5", "tolerated"),
    Wrong(StaysOpen, "live-router/shutdown", "RFC7854-4.5-3"),
    Wrong(GoesOn, "live-router/shutdown", "RFC7854-4.5-3"),
    Wrong(JustCloses, "live-router/shutdown", "RFC7854-4.5-1", "tolerated"),
    Wrong(GoesOnWithTheOld, "live-router/opening", "RFC7854-3.3-10"),
    Wrong(SaysHello, "live-router/opening", "RFC7854-3.2-1"),
    Wrong(WaitsToBeAsked, "live-router/opening", "RFC7854-3.2-17"),
    Wrong(FallsOver, "live-router/unwanted-octets", "RFC7854-3.2-4"),
    Wrong(NeverWaits, "live-router/back-off", "RFC7854-3.2-7"),
    Wrong(AlwaysWaitsAlike, "live-router/back-off", "RFC7854-3.2-7", "tolerated"),
    Wrong(GivesUp, "live-router/back-off", "RFC7854-3.2-19", "tolerated"),
    Wrong(Listening(TakesAny), "live-router/second-connection", "RFC7854-3.2-10", "tolerated"),
    Wrong(Listening(TakesAny), "live-router/second-connection", "RFC7854-3.2-11", "tolerated"),
    Wrong(Listening(TakesAny), "live-router/rate", "RFC7854-3.2-13"),
]
COLLECTORS = [
    Wrong(Answers, "live-collector/session", "RFC7854-3.2-2"),
    Wrong(Prompts, "live-collector/session", "RFC7854-3.2-2", "tolerated"),
    Wrong(SaysGoodbye, "live-collector/stopped-station", "RFC7854-3.2-18"),
    Wrong(KeepsOpen, "live-collector/session", "RFC7854-4.5-4"),
    Wrong(FallsOverACut, "live-collector/cut-in-open", "RFC7854-4.5-2"),
    Wrong(DropsTheFuture, "live-collector/type-of-the-future", "RFC7854-4.1-7"),
]
