"""Our BGP speaker: neighbours of a device under test, on addresses of their own, that do what a test says.

Why our own, having looked at exabgp and os-ken: both build OPEN and UPDATE themselves and tell neither their octets nor
how a session ended, and that is what a test of BMP must choose and know.

The neighbours live in an event loop on a thread of its own; the methods may be called from any other thread, and come
back when what they ask for has happened on our side of BGP. Each has a deadline.
"""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Sequence
from typing import TypeVar

from bmpconform.lab.session import Session, SessionError, Tell
from bmpconform.live.device import Endpoint
from bmpconform.live.facts import Fact, PeerId
from bmpconform.wire.value import Value

Result = TypeVar("Result")
# How soon a neighbour dials again that was turned away: devices wait before they take a neighbour back.
REDIAL_SECONDS = 0.05
SECONDS = 30.0


class Part(Value, frozen=True):
    """A neighbour that we play: its address, the OPEN that it sends, and where it dials or is dialled.

    With `device` it dials that; else it waits for the device on `port`.
    """

    peer: PeerId
    opening: bytes
    device: Endpoint | None = None
    port: int = 0


class _Neighbour:
    """A part as it is played: the session that it has now, if any. Of the loop's thread."""

    def __init__(self, part: Part, tell: Tell) -> None:
        self.part = part
        self._tell = tell
        self.session: Session | None = None
        self._came = asyncio.Event()
        self._playing: asyncio.Task[None] | None = None

    async def up(self) -> Session:
        """Return the session, once it is established."""
        if self._playing is None or self._playing.done():
            self._came.clear()
            self._playing = asyncio.create_task(self._dial() if self.part.device else self._wait())
        came = asyncio.create_task(self._came.wait())
        try:
            await asyncio.wait({came, self._playing}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            await self.rest()
            raise
        finally:
            came.cancel()
        if self._playing.done():
            self._playing.result()
        return self.now()

    def now(self) -> Session:
        """Return the session. Raises SessionError where none is established."""
        if self.session is None or not self.session.established.is_set() or self.session.ended.is_set():
            raise SessionError(f"{self.part.peer.address} has no session")
        return self.session

    async def rest(self) -> None:
        """Neither dial nor accept any more; a session that is there ends."""
        if self._playing:
            self._playing.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await self._playing
            self._playing = None

    async def _dial(self) -> None:
        """Dial until a session comes up, and stay until it ends."""
        device, local = self.part.device, self.part.peer.address
        while device and not self._came.is_set():
            try:
                streams = await asyncio.open_connection(device.host, device.port, local_addr=(local, 0))
            except OSError:
                await asyncio.sleep(REDIAL_SECONDS)
                continue
            await self._converse(streams, dialled=True)
            if not self._came.is_set():
                await asyncio.sleep(REDIAL_SECONDS)

    async def _wait(self) -> None:
        """Accept connections until a session comes up, and stay until it ends; nobody listens behind that."""
        over = asyncio.Event()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if self.session and not self.session.ended.is_set():
                writer.close()
                return
            await self._converse((reader, writer), dialled=False)
            if self._came.is_set():
                over.set()

        server = await asyncio.start_server(accept, self.part.peer.address, self.part.port)
        try:
            await over.wait()
        finally:
            server.close()
            if self.session:
                await self.session.hang_up()

    async def _converse(self, streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], *, dialled: bool) -> None:
        self.session = Session(self.part.peer, self.part.opening, streams, self._tell, dialled=dialled)
        came = asyncio.create_task(self.session.established.wait())
        came.add_done_callback(lambda done: None if done.cancelled() else self._came.set())
        try:
            await self.session.converse()
        finally:
            came.cancel()


class Speaker:
    """Several neighbours at once. `facts` are in the order in which they were told."""

    def __init__(self) -> None:
        self._facts: list[Fact] = []
        self._neighbours: dict[str, _Neighbour] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bgp-speaker", daemon=True)
        self._thread.start()

    def facts(self) -> Sequence[Fact]:
        """Return what happened so far."""
        return tuple(self._facts)

    def add(self, name: str, part: Part) -> None:
        """Take on a neighbour, or play one otherwise from its next session on."""

        async def adding() -> None:
            known = self._neighbours.setdefault(name, _Neighbour(part, self._facts.append))
            known.part = part

        self._do(adding(), SECONDS)

    def part(self, name: str) -> Part:
        """Return what a neighbour plays."""
        return self._neighbours[name].part

    def up(self, name: str, seconds: float = SECONDS) -> None:
        """Bring a session up. Raises SessionError where it is not within `seconds`."""
        self._do(self._neighbours[name].up(), seconds, f"{name} did not come up")

    def send(self, name: str, *pdus: bytes) -> None:
        """Send PDUs to the device. Raises SessionError where there is no session."""

        async def sending() -> None:
            session = self._neighbours[name].now()
            session.send(*pdus)
            await session.flush()

        self._do(sending(), SECONDS)

    def notify(self, name: str, notification: bytes) -> None:
        """End a session by a NOTIFICATION."""

        async def notifying() -> None:
            await self._neighbours[name].now().notify(notification)
            await self._neighbours[name].rest()

        self._do(notifying(), SECONDS)

    def hang_up(self, name: str, *, abort: bool = False) -> None:
        """End a session by closing its connection, with a RST where `abort`."""

        async def closing() -> None:
            await self._neighbours[name].now().hang_up(abort=abort)
            await self._neighbours[name].rest()

        self._do(closing(), SECONDS)

    def down(self, name: str, seconds: float = SECONDS) -> None:
        """Wait for the device to end a session. Raises SessionError where it does not within `seconds`."""

        async def waiting() -> None:
            if session := self._neighbours[name].session:
                await session.ended.wait()
            await self._neighbours[name].rest()

        self._do(waiting(), seconds, f"the device did not end the session with {name}")

    def close(self) -> None:
        """End all sessions and the thread."""
        if not self._thread.is_alive():
            return
        self._do(self._rest(), SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _rest(self) -> None:
        for neighbour in self._neighbours.values():
            await neighbour.rest()

    def _do(self, act: Coroutine[object, object, Result], seconds: float, late: str = "BGP did not answer") -> Result:
        """Run `act` in the loop."""
        running = asyncio.run_coroutine_threadsafe(act, self._loop)
        try:
            return running.result(seconds)
        except TimeoutError:
            running.cancel()
            raise SessionError(f"{late} within {seconds:g} s") from None
