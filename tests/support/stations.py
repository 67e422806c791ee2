"""A station of the plainest kind, for tests of routers that we start: it takes what comes and keeps it.

Why not the product's: what a router sent must not depend on what is being judged.
"""

import socket
import threading
from collections.abc import Callable
from typing import Self, TypeVar

from bmpconform.lab.wait import until
from bmpconform.live.device import Endpoint
from bmpconform.wire.codec import decode
from bmpconform.wire.value import Value

HOST, SECONDS = "127.0.0.1", 20
HEADER_OCTETS = 6
Kind = TypeVar("Kind", bound=Value)


def frames(octets: bytes) -> list[bytes]:
    """Return the whole frames that octets begin with."""
    found = []
    while len(octets) >= HEADER_OCTETS and len(octets) >= (length := max(int.from_bytes(octets[1:5]), HEADER_OCTETS)):
        found.append(octets[:length])
        octets = octets[length:]
    return found


class Station:
    """Listens on a free port, or dials; `streams` holds the octets of each connection, in order."""

    def __init__(self, host: str = HOST) -> None:
        self._listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.endpoint = Endpoint(host, self._listener.getsockname()[1])
        self.streams: list[bytearray] = []
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def dial(self, router: Endpoint) -> None:
        """Connect to a router that listens."""
        self._take(socket.create_connection((router.host, router.port), SECONDS))

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Return the messages of a kind so far, of all connections."""
        messages: list[Value] = [decode(frame) for stream in self.streams for frame in frames(bytes(stream))]
        return [message for message in messages if isinstance(message, kind)]

    def wait_for(self, kind: type[Kind], fits: Callable[[Kind], bool] = lambda _: True) -> Kind:
        """Return the first message of a kind that fits, once it is there."""
        return until(lambda: next(filter(fits, self.of(kind)), None), SECONDS, f"a {kind.__name__}")

    def hang_up(self) -> None:
        """Close the connections."""
        for connected in self._open:
            connected.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.hang_up()

    def _accept(self) -> None:
        while True:
            try:
                connected, _ = self._listener.accept()
            except OSError:
                return
            self._take(connected)

    def _take(self, connected: socket.socket) -> None:
        stream = bytearray()
        self.streams.append(stream)
        self._open.append(connected)
        threading.Thread(target=_read, args=(connected, stream), daemon=True).start()


def _read(connected: socket.socket, stream: bytearray) -> None:
    try:
        while octets := connected.recv(65536):
            stream += octets
    except OSError:
        return
