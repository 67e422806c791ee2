"""Vectors pushed through a collector, each in a session of its own, and what the collector made of them.

Why each needs a close: a collector has no answer to give, so that it is still there shows in that it closes when we do.
Where its output can be read, an Initiation behind each vector marks how far it has read, and what came before the mark
is compared as in `run`.
"""

import asyncio
from collections.abc import Iterator, Sequence

from bmpconform.corpus.vector import Observation, Op, Vector
from bmpconform.judge.decode import observe_message
from bmpconform.judge.observed import UNDERSTOOD, Observed
from bmpconform.judge.verdict import PASS, Judgement, judge
from bmpconform.judge.words import Verdict
from bmpconform.live.connection import Connection, Notes
from bmpconform.live.device import Collector
from bmpconform.live.line import Dialler, Line
from bmpconform.live.oracle.session import Heard
from bmpconform.live.transcript import Event, Kind
from bmpconform.live.understood import observe_pushed
from bmpconform.live.verdicts import Said
from bmpconform.neutral import Message, Session
from bmpconform.run.events import Evidence
from bmpconform.spec.profiles import Profile
from bmpconform.targets.errors import TargetError
from bmpconform.wire.codec import decode, encode
from bmpconform.wire.codes import InitiationTlvType, MessageType, PeerFlag, PeerType
from bmpconform.wire.framer import TYPE_OFFSET
from bmpconform.wire.make import make_initiation, make_open
from bmpconform.wire.messages import Peer, PeerUp
from bmpconform.wire.routes import SHORT_AS
from bmpconform.wire.value import UNSET, Value

SESSION = "session"
# Of one target; after so many nothing more is pushed.
GIVE_UP_AFTER = 20
CLAUSES = ("RFC7854-3.2-2", "RFC7854-4.5-2")
# For a collector that dials us; between two attempts they wait for as long as they like.
DIAL_SECONDS = 30.0
_POLL_SECONDS = 0.002
_CONTEXT_OF_PEERS = frozenset(
    {MessageType.ROUTE_MONITORING, MessageType.STATISTICS_REPORT, MessageType.PEER_DOWN, MessageType.ROUTE_MIRRORING}
)
_FAMILIES = ((1, 1), (2, 1))


def octets_of(vector: Vector) -> bytes:
    """Return a session that holds a vector: what has to come before a frame, and the frame or the stream."""
    octets = vector.octets
    if Op.STREAM in vector.ops or len(octets) <= TYPE_OFFSET or octets[TYPE_OFFSET] == MessageType.INITIATION:
        return octets
    return b"".join((_initiation("pushed"), *_peer_up(vector, octets), octets))


def _initiation(name: str) -> bytes:
    return encode(make_initiation("bmpconform", name))


def _peer_up(vector: Vector, octets: bytes) -> Iterator[bytes]:
    """Yield the Peer Up of the peer that a frame is about, if it is about one."""
    peer = getattr(decode(octets), "peer", None)
    if octets[TYPE_OFFSET] in _CONTEXT_OF_PEERS and isinstance(peer, Peer) and peer.type <= PeerType.LOC_RIB_INSTANCE:
        said = Session() if vector.session is UNSET else vector.session
        is_short = said.as_width == SHORT_AS
        opened = make_open(peer.asn, peer.bgp_id, _FAMILIES, said.add_path or (), four_octet_as=not is_short)
        wide = peer.has(PeerFlag.V)
        local = bytes(16) if peer.is_loc_rib else bytes(15) + b"\1" if wide else bytes(12) + bytes((192, 0, 2, 1))
        ports = (0, 0) if peer.is_loc_rib else (179, 50000)
        yield encode(PeerUp(peer, local, *ports, opened, opened))


class Pushed(Value, frozen=True):
    """What came of one vector: None where the session ended as it should, else what went wrong instead."""

    wrong: Observed | None
    seen: tuple[Message, ...] | None = None


# It was gone before; it went.
REFUSED = Observed(Observation.CRASHED, "refused", seen="no connection is accepted any more")
ENDED = Observed(Observation.CRASHED, "crashed", seen="it ended, or takes no session any more")


class Pusher:
    """Pushes vectors through one collector that is open. `collector` is None where only its address is known."""

    def __init__(self, line: Line, notes: Notes, collector: Collector | None, profile: Profile, seconds: float) -> None:
        """Give each step of a vector so many seconds; connections come from `line`, which writes to `notes`."""
        self._line = line
        self._notes = notes
        self._dial_seconds = seconds if isinstance(line, Dialler) else max(seconds, DIAL_SECONDS)
        self._collector = collector
        self._profile = profile
        self._seconds = seconds
        self._marks = 0
        self._read = 0
        # Whether it took a session since the vector began.
        self._took = False

    async def close(self) -> None:
        """End all connections, and listen no more."""
        await self._line.close()

    async def push(self, vector: Vector) -> Pushed:
        """Push one vector, and read what was understood of it; a time-out has to come twice, as machines are busy."""
        self._took = False
        pushed = await self._once(vector)
        if pushed.wrong is None or pushed.wrong.observation is not Observation.TIMED_OUT:
            return pushed
        if self._is_read:
            # What is still read of the first time is none of the second.
            await self._marked()
        return await self._once(vector)

    async def _once(self, vector: Vector) -> Pushed:
        wrong = await self._session(octets_of(vector))
        return await self._marked() if wrong is None and self._is_read else Pushed(wrong)

    @property
    def _is_read(self) -> bool:
        return self._collector is not None and self._collector.understood() is not None

    async def _session(self, octets: bytes) -> Observed | None:
        """Send octets over a connection of their own and close it; return what goes wrong with that."""
        connection = await self._connected()
        if connection is None:
            # What came in a session of the vector has ended it.
            return ENDED if self._took else REFUSED
        self._took = True
        await self._sent(connection, octets)
        is_closed = connection.ended
        connection.reset(Kind.CLOSED_BY_US)
        await self._notes.until(lambda: connection.lost, self._seconds)
        if not is_closed:
            return Observed(Observation.TIMED_OUT, "timed-out", seen="it does not close when the router does")
        return _sent_back(self._notes.taken(connection.number))

    async def _connected(self) -> Connection | None:
        """Return the next connection, None where we are refused; of those that are over already nothing is known."""
        connection = await self._line.connect(self._dial_seconds)
        while connection is not None and connection.ended:
            connection = await self._line.connect(self._dial_seconds)
        if connection is None and not isinstance(self._line, Dialler):
            raise TargetError(f"no collector dialled within {self._dial_seconds:g} s")
        return connection

    async def _sent(self, connection: Connection, octets: bytes) -> None:
        await connection.send(octets)
        connection.half_close()
        await self._notes.until(lambda: connection.ended, self._seconds)

    async def _marked(self) -> Pushed:
        """Wait until a mark of ours is read; return what was read since the mark before."""
        self._marks += 1
        name = f"mark-{self._marks}"
        wrong = await self._session(_initiation(name))
        deadline = asyncio.get_running_loop().time() + self._seconds
        while wrong is None:
            read = self._collector.understood() if self._collector is not None else None
            for index, message in enumerate(read or ()):
                if index >= self._read and _is_mark(message, name):
                    seen, self._read = tuple(read or ())[self._read : index], index + 1
                    return Pushed(None, seen)
            if asyncio.get_running_loop().time() > deadline:
                wrong = Observed(Observation.TIMED_OUT, "timed-out", seen="it does not tell what it read")
            else:
                await asyncio.sleep(_POLL_SECONDS)
        return Pushed(wrong)


def _sent_back(events: Sequence[Event]) -> Observed | None:
    """Return that a collector said something, which none may (RFC 7854 section 3.2)."""
    heard = Heard(0, tuple(events))
    if not heard.messages and not heard.loose:
        return None
    what = "a BMP message" if heard.messages else f"{heard.loose} octets"
    return Observed(Observation.WRONG_VALUE, "sends-to-the-router", "", "nothing", what)


def _is_mark(message: Message, name: str) -> bool:
    tlvs = message.tlvs if isinstance(message.tlvs, Sequence) else ()
    return message.type == MessageType.INITIATION and any(
        tlv.type == InitiationTlvType.SYS_NAME and tlv.value == name.encode().hex() for tlv in tlvs
    )


def said_of(vector: Vector, pushed: Pushed, collector: Collector | None, profile: Profile) -> Said:
    """Return what came of a vector; without an output only that the collector lives on, and is silent."""
    if pushed.wrong is not None:
        judgement = Judgement(Verdict.FAIL, "fail", pushed.wrong.code)
        evidence = Evidence(pushed.wrong.expected, pushed.wrong.seen)
        return Said(vector.id, SESSION, CLAUSES, pushed.wrong, judgement, evidence, vector)
    observed = None
    if pushed.seen is not None and collector is not None:
        observed = _observed(vector, pushed.seen, collector, profile)
    if observed is None:
        return Said(vector.id, SESSION, CLAUSES, UNDERSTOOD, PASS, Evidence(), vector)
    judgement = judge(observed, vector.outcomes, declared=True)
    evidence = Evidence(observed.expected, observed.seen, hidden=observed.hidden)
    return Said(vector.id, SESSION, vector.clauses, observed, judgement, evidence, vector)


def _observed(vector: Vector, seen: Sequence[Message], collector: Collector, profile: Profile) -> Observed | None:
    """Return what was understood of a stream or a frame; None where the output does not show such messages."""
    octets = vector.octets
    if Op.STREAM in vector.ops:
        return observe_pushed(vector, seen, collector.able, profile)
    if len(octets) <= TYPE_OFFSET or not collector.able.depth_of(octets[TYPE_OFFSET]):
        return None
    found = [message for message in seen if message.type == octets[TYPE_OFFSET]]
    if not found:
        return Observed(Observation.REJECTED, seen="nothing was read of it")
    if vector.message is UNSET:
        return Observed(Observation.ACCEPTED)
    able = collector.able
    return observe_message(vector.message, found[0], able.depth_of(octets[TYPE_OFFSET]), able.bgp, profile)
