"""The sockets of our own router: it dials or it listens, sends to all stations, and hears when one is gone.

Why threads: the router lives beside the player in one process, and its acts come from another thread; each waits for
its socket and for nothing else, and closing the sockets ends them all.
"""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from bmpconform.live.device import Endpoint

CONNECT_SECONDS = 2.0
_SEND_SECONDS = 5.0
_RECEIVE_OCTETS = 4096
_NO_LINGER = struct.pack("ii", 1, 0)


class Link:
    """One connection to a station; `lock` keeps what is sent in one piece."""

    def __init__(self, connected: socket.socket) -> None:
        """Take over a connected socket."""
        self.socket = connected
        self.lock = threading.Lock()
        connected.settimeout(None)
        seconds = struct.pack("ll", int(_SEND_SECONDS), 0)
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, seconds)

    def send(self, octets: bytes) -> None:
        """Send octets; a station that is gone, or takes nothing for long, is closed."""
        with self.lock:
            try:
                self.socket.sendall(octets)
            except OSError:
                self.close()

    def is_gone(self) -> bool:
        """Whether the station has closed it."""
        try:
            return not self.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        """Close it, after what was sent."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """End it with an RST."""
        with suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.close()


def listener_at(host: str) -> socket.socket:
    """Return a socket that listens on a free port of an address, IPv4 or IPv6."""
    return socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


class Hub:
    """The connections of a router. `greet` is called with each new one, `heard` with what a station sent."""

    def __init__(self, greet: Callable[[Link], None], heard: Callable[[Link, bytes], None]) -> None:
        """Begin without a connection."""
        self.links: list[Link] = []
        self._greet = greet
        self._heard = heard
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._listener: socket.socket | None = None

    def listen(self, host: str) -> Endpoint:
        """Listen on a free port of an address, and return where."""
        self._listener = listener_at(host)
        self._start(self._accept, self._listener)
        return Endpoint(*self._listener.getsockname()[:2])

    def dial(self, station: Endpoint, waits: Iterable[float]) -> None:
        """Dial a station, and again after each end; `waits` are the seconds before each attempt but the first."""
        self._start(self._redial, station, waits)

    def say(self, octets: bytes) -> None:
        """Send octets to all."""
        with self._lock:
            links = list(self.links)
        for link in links:
            link.send(octets)

    def others(self, link: Link) -> bool:
        """Whether another connection is open beside this one; to be asked while it is greeted."""
        return any(one is not link and not one.is_gone() for one in self.links)

    def end(self, finish: Callable[[Link], None] = Link.close) -> None:
        """Finish with all connections, and make no more."""
        self._closing.set()
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        with self._lock:
            links = list(self.links)
        for link in links:
            finish(link)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while not self._closing.is_set():
            try:
                connected, _ = listener.accept()
            except OSError:
                return
            self._start(self._serve, connected)

    def _redial(self, station: Endpoint, waits: Iterable[float]) -> None:
        for wait in waits:
            with suppress(OSError):
                self._serve(socket.create_connection((station.host, station.port), CONNECT_SECONDS))
            if self._closing.wait(wait):
                return

    def _serve(self, connected: socket.socket) -> None:
        """Greet a station, and listen to it until it is gone."""
        link = Link(connected)
        with self._lock:
            self.links.append(link)
            self._greet(link)
        if self._closing.is_set():
            link.close()
        with suppress(OSError):
            while octets := connected.recv(_RECEIVE_OCTETS):
                self._heard(link, octets)
        with self._lock:
            self.links.remove(link)
        connected.close()


def growing(least: float, most: float) -> Iterable[float]:
    """Yield waits that double from the least to the most."""
    wait = least
    while True:
        yield wait
        wait = min(2 * wait, most)


def now() -> float:
    """Return seconds on the clock of the facts."""
    return time.monotonic()
