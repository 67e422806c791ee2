"""How connections come about: we dial, or the far end dials us.

Why one shape for both: a script says what is done on a connection, and nearly every script makes sense either way.
"""

import asyncio
from contextlib import suppress
from typing import Protocol

from bmpconform.live.connection import Connection, Notes
from bmpconform.live.device import Endpoint
from bmpconform.live.transcript import Kind
from bmpconform.targets.errors import TargetError

# Between two attempts to dial a far end that is not there yet.
_AGAIN_SECONDS = 0.1
_NOBODY = -1
# A reset is done at once.
_END_SECONDS = 1.0


class Line(Protocol):
    """Where the connections of a script come from. Shape: `connect` each, `close` at the end."""

    @property
    def connections(self) -> list[Connection]:
        """Those that were established, in order."""

    async def connect(self, within: float) -> Connection | None:
        """Return the next connection, None where there is none in time."""

    async def refuse(self, times: int, within: float) -> bool:
        """Reset the next connections that the far end makes; return whether it made so many in time."""

    async def close(self) -> None:
        """End all that is open."""


class Dialler:
    """We dial. A far end that refuses is dialled again as long as there is time."""

    def __init__(self, far: Endpoint, notes: Notes) -> None:
        """Dial `far`."""
        self.connections: list[Connection] = []
        self.far = far
        self._notes = notes

    async def connect(self, within: float) -> Connection | None:
        """Return a new connection."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        number = len(self.connections)
        while (left := deadline - loop.time()) > 0:
            with suppress(TimeoutError):
                try:
                    async with asyncio.timeout(left):
                        _, connection = await loop.create_connection(
                            lambda: Connection(number, self._notes), self.far.host, self.far.port
                        )
                except OSError as error:
                    self._notes.add(number, Kind.REFUSED, text=error.strerror or str(error))
                    await asyncio.sleep(min(_AGAIN_SECONDS, max(0.0, deadline - loop.time())))
                else:
                    self.connections.append(connection)
                    return connection
        return None

    async def refuse(self, times: int, within: float) -> bool:  # noqa: ARG002 - the shape of a line
        """Nobody dials us."""
        return False

    async def close(self) -> None:
        """End all that is open."""
        await _end(self.connections, self._notes)


class Listener:
    """The far end dials. Those that come before the script takes them are open meanwhile."""

    def __init__(self, notes: Notes) -> None:
        """Listen nowhere yet."""
        self.near = Endpoint("", 0)
        self.connections: list[Connection] = []
        self._notes = notes
        self._taken = 0
        self._refusing = 0
        self._refused = 0
        self._server: asyncio.Server | None = None

    async def listen(self, near: Endpoint) -> None:
        """Listen, port 0 being one that is free; `near` is then where. Raises TargetError."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._accept, near.host, near.port)
        except OSError as error:
            raise TargetError(f"{near} cannot be listened on: {error.strerror or error}") from error
        host, port = self._server.sockets[0].getsockname()[:2]
        self.near = Endpoint(host, port)

    def _accept(self) -> asyncio.Protocol:
        return _Accepted(self, self._notes)

    def take_in(self, connection: Connection) -> bool:
        """Number a connection that has just come, and keep it; False where it is to be refused."""
        if self._refused < self._refusing:
            self._refused += 1
            return False
        connection.number = len(self.connections)
        self.connections.append(connection)
        return True

    async def connect(self, within: float) -> Connection | None:
        """Return the next connection that the far end made."""
        if not await self._notes.until(lambda: len(self.connections) > self._taken, within):
            return None
        self._taken += 1
        return self.connections[self._taken - 1]

    async def refuse(self, times: int, within: float) -> bool:
        """Reset the next connections, those among them that came since the last one was taken."""
        self._refusing, self._refused = times, 0
        for connection in self.connections[self._taken :]:
            self._refused += 1
            self._notes.add(_NOBODY, Kind.REFUSED)
            connection.reset()
        self._taken = len(self.connections)
        done = await self._notes.until(lambda: self._refused >= times, within)
        self._refusing = 0
        return done

    async def close(self) -> None:
        """Listen no more, and end all that is open."""
        if self._server is not None:
            self._server.close()
        await _end(self.connections, self._notes)


class _Accepted(Connection):
    """A connection that the far end made: it counts from when it can be used, unless it is refused."""

    def __init__(self, listener: Listener, notes: Notes) -> None:
        super().__init__(_NOBODY, notes)
        self._listener = listener

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._listener.take_in(self):
            super().connection_made(transport)
        else:
            self.adopt(transport)
            self.reset(Kind.REFUSED)


async def _end(connections: list[Connection], notes: Notes) -> None:
    for connection in connections:
        connection.reset(Kind.CLOSED_BY_US)
    await notes.until(lambda: all(connection.lost for connection in connections), _END_SECONDS)
