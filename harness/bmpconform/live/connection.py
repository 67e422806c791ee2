"""One TCP connection of a script, every event of it noted, and the notes that a player waits on.

Why the socket's own events: FIN, RST and what was in between are what many clauses are about, and a stream reader
hides which of them it was.
"""

import asyncio
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress

from bmpconform.live.heard import Heard
from bmpconform.live.transcript import Event, Kind, Transcript

# What one connection may bring: a target that sends without end is ended.
MOST_OCTETS = 64 * 1024 * 1024
_NO_LINGER = struct.pack("ii", 1, 0)


class Notes:
    """The events of all connections of a script, in order."""

    def __init__(self) -> None:
        """Begin now."""
        self.began = time.monotonic()
        self.epoch = time.time() - self.began
        self.events: list[Event] = []
        self._news = asyncio.Event()

    def add(self, connection: int, kind: Kind, octets: bytes = b"", text: str = "") -> None:
        """Note that something happened."""
        self.events.append(Event(time.monotonic(), connection, kind, octets, text))
        self._news.set()

    def wake(self) -> None:
        """Ask again what is waited for, though there is nothing to note."""
        self._news.set()

    async def until(self, holds: Callable[[], bool], within: float) -> bool:
        """Wait until something holds, which is asked again at each event; return whether it does in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not holds():
                    self._news.clear()
                    await self._news.wait()
        return holds()

    def taken(self, connection: int) -> list[Event]:
        """Return the events of one connection, and keep them no longer."""
        taken = [event for event in self.events if event.connection == connection]
        self.events[:] = [event for event in self.events if event.connection != connection]
        return taken

    def transcript(self) -> Transcript:
        """Return all that was noted."""
        return Transcript(self.began, time.monotonic(), tuple(self.events), self.epoch)


class Connection(asyncio.Protocol):
    """One connection: `ended` once either end has finished with it."""

    def __init__(self, number: int, notes: Notes) -> None:
        """Take the number that the notes have for it."""
        self.number = number
        self.heard = Heard()
        self.ended = False
        self.lost = False
        self._notes = notes
        self._transport: asyncio.Transport | None = None
        self._by_us = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note that it is established."""
        self.adopt(transport)
        with suppress(OSError):
            self._socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._notes.add(self.number, Kind.CONNECTED)

    def adopt(self, transport: asyncio.BaseTransport) -> None:
        """Take over a connection that somebody else accepted."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what asyncio promises for TCP
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Note what came; one that brings too much is ended."""
        self._notes.add(self.number, Kind.OCTETS, data)
        self.heard.feed(data)
        if self.heard.octets > MOST_OCTETS:
            self._notes.add(self.number, Kind.FLOODED)
            self._abort()

    def eof_received(self) -> bool:
        """Note the FIN; our side stays as it is, as the script has it."""
        self.ended = True
        self._notes.add(self.number, Kind.FIN)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Note a reset, unless we made the end."""
        was_open, self.ended = not self.ended, True
        self.lost = True
        if not self._by_us and (was_open or exc is not None):
            self._notes.add(self.number, Kind.RST)
        self._notes.wake()

    async def send(self, octets: bytes, at_a_time: int = 0) -> None:
        """Send octets, in pieces of so many where that is not 0. What the far end does not take any more is lost."""
        size = at_a_time or len(octets) or 1
        for start in range(0, len(octets), size):
            if self._transport is None or self._transport.is_closing():
                return
            self._transport.write(octets[start : start + size])
            # Each piece a segment of its own: the loop has to come round.
            await asyncio.sleep(0)
        self._notes.add(self.number, Kind.SENT, octets)

    def half_close(self) -> None:
        """Send a FIN, and read on."""
        if self._transport is not None and not self._transport.is_closing():
            self._notes.add(self.number, Kind.HALF_CLOSED)
            self._transport.write_eof()

    def close(self) -> None:
        """Close it, once what was sent is out."""
        if self._transport is not None and not self._transport.is_closing():
            self._by_us = self.ended = True
            self._notes.add(self.number, Kind.CLOSED_BY_US)
            self._transport.close()

    def reset(self, kind: Kind = Kind.RESET_BY_US) -> None:
        """End it with an RST."""
        if self._transport is not None and not self._transport.is_closing():
            self._notes.add(self.number, kind)
            self._abort()

    def _abort(self) -> None:
        assert self._transport is not None  # noqa: S101 - it was made
        self._by_us = self.ended = True
        with suppress(OSError):
            self._socket().setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._transport.abort()

    def _socket(self) -> socket.socket:
        assert self._transport is not None  # noqa: S101 - it was made
        found: socket.socket = self._transport.get_extra_info("socket")
        return found
