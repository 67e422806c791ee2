"""Our own collector as a station: it takes what routers send, closes after a Termination, and sends nothing."""

import socket
import threading
from collections.abc import Sequence
from contextlib import suppress

from bmpconform.adapters.reference.connection import Connection
from bmpconform.live.device import Endpoint
from bmpconform.live.own.hub import listener_at
from bmpconform.neutral import Message
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.module import Item
from bmpconform.targets.protocol import Capabilities

NAME = "reference"
_RECEIVE_OCTETS = 65536
# All that there is to a message.
_DEPTH = {str(message_type): 3 for message_type in range(7)}


class OwnCollector:
    """A collector that conforms; a wrong one overrides `greet`, `took`, `farewell` or `close_one`."""

    name = NAME
    able = Capabilities(ops=("stream",), depth=_DEPTH, bgp="parsed", station=True)

    def __init__(self, host: str = "127.0.0.1") -> None:
        """Make one that is not open yet, and will listen on an address of this machine."""
        self._host = host
        self._read: list[Message] = []
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def open(self) -> Endpoint:
        """Listen on a free port."""
        self._read.clear()
        self._listener = listener_at(self._host)
        self._start(self._accept, self._listener)
        return Endpoint(*self._listener.getsockname()[:2])

    def alive(self) -> bool:
        """Whether it listens."""
        return self._listener is not None and self._listener.fileno() >= 0

    def understood(self) -> Sequence[Message]:
        """Return the messages that it read."""
        with self._lock:
            return tuple(self._read)

    def close(self) -> None:
        """Close all, without a word."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        with self._lock:
            connections = list(self._open)
        for connected in connections:
            self.farewell(connected)
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()
        self._threads.clear()

    def farewell(self, connected: socket.socket) -> None:
        """Say nothing: RFC 7854 section 3.2."""

    def greet(self, connected: socket.socket) -> None:
        """Say nothing: RFC 7854 section 3.2."""

    def took(self, item: Item) -> None:
        """Keep what a message says."""
        if isinstance(item.message, Message):
            with self._lock:
                self._read.append(item.message)

    def _start(self, target: object, *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connected, _ = listener.accept()
            except OSError:
                return
            self._start(self._serve, connected)

    def _serve(self, connected: socket.socket) -> None:
        with self._lock:
            self._open.add(connected)
        reading = Connection(PROFILES[DEFAULT_PROFILE])
        with suppress(OSError):
            self.greet(connected)
            while octets := connected.recv(_RECEIVE_OCTETS):
                pieces = reading.receive(octets, more=True)
                for item in pieces.items:
                    if isinstance(item, Item):
                        self.took(item)
                if pieces.closed:
                    break
        with self._lock:
            self._open.discard(connected)
        self.close_one(connected)

    def close_one(self, connected: socket.socket) -> None:
        """Close a connection that is read to its end."""
        connected.close()
