"""Routers that send over TCP: `tcp:HOST:PORT` dials one, `listen:HOST:PORT` is the station that routers dial.

Why one loop over all connections: octets are read only when those before them were judged, so a router that is faster
than that is slowed down by TCP, and nothing piles up here.

The rules:
- Not one octet is sent: BMP goes one way, RFC 7854 section 3.2.
- Each connection is a stream, numbered from 0 as they come.
- Who dials again backs off, as RFC 7854 section 3.2 demands; a router may limit how often a station comes. The waits
  that it suggests (30 s to 720 s) are for stations that run by themselves; here a person waits. Only a connection that
  brought octets makes the next wait short again.
"""

import errno
import os
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from selectors import EVENT_READ, DefaultSelector
from typing import Self

from bmpconform.capture.pieces import Piece, StreamEnd, StreamEvent, StreamStart
from bmpconform.capture.reading import InputError, Reading
from bmpconform.wire.value import Value

DIAL, LISTEN = "tcp", "listen"
RECEIVE_OCTETS = 64 * 1024
# Those that come while so many are open wait until one of them is closed.
MAX_CONNECTIONS = 256
CONNECT_SECONDS = 10
FIRST_BACK_OFF_SECONDS = 1
MAX_BACK_OFF_SECONDS = 30
# Some systems do not break off a wait for Ctrl-C, but look for it behind one.
_WAIT_SECONDS = 1

_NAME = re.compile(r"(?P<kind>tcp|listen):(?P<host>\[[^\[\]]+\]|[^:\[\]]+):(?P<port>[0-9]{1,5})")
_PORTS = range(0x10000)
_REASONS = {
    errno.ECONNREFUSED: "refuses the connection: nothing listens there, or not for this machine.",
    errno.ETIMEDOUT: "does not answer.",
    errno.EADDRINUSE: "is in use: another program listens there; end it or name another port.",
    errno.EADDRNOTAVAIL: "is no address of this machine; 0.0.0.0 and [::] are all that it has.",
    errno.EACCES: "is not allowed; ports under 1024 are for administrators.",
}
_NO_SUCH_ADDRESS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}

_Address = Sequence[str | int]
_Connected = tuple[socket.socket, _Address]


class Endpoint(Value, frozen=True):
    """One end of a connection, as typed: whether to `dial` it or to listen there."""

    name: str
    dial: bool
    host: str
    port: int


def is_live(name: str) -> bool:
    """Whether an input is a router and no file."""
    return name.startswith((f"{DIAL}:", f"{LISTEN}:"))


def endpoint(name: str) -> Endpoint:
    """Return what a name such as `listen:[::1]:1790` says. Raises InputError."""
    parts = _NAME.fullmatch(name)
    if parts is None or (port := int(parts["port"])) not in _PORTS or (port == 0 and parts["kind"] == DIAL):
        kind = name.partition(":")[0]
        form = f"{kind}:192.0.2.1:1790 or {kind}:[2001:db8::1]:1790"
        raise InputError(name, f"is not {kind}:HOST:PORT, such as {form}; a file of that name is ./{name}.")
    return Endpoint(name, parts["kind"] == DIAL, parts["host"].strip("[]"), port)


def read_live(name: str, reading: Reading) -> Iterator[StreamEvent]:
    """Yield the streams that a router sends, or those that routers send who dial. Raises InputError.

    What is waited for is told to `reading.say`.
    """
    end = endpoint(name)
    with _Connections(name, reading) as connections:
        yield from _dial(end, connections, reading) if end.dial else _listen(end, connections, reading)


def _dial(end: Endpoint, connections: "_Connections", reading: Reading) -> Iterator[StreamEvent]:
    """Yield the stream that a router sends; with `follow` those that follow it."""
    reading.say(end.name, "dialling; Ctrl-C ends.")
    connected = _connected(end, reading)
    back_off = FIRST_BACK_OFF_SECONDS
    while connected is not None:
        yield connections.add(*connected)
        before = connections.octets
        yield from connections.receive()
        if not reading.follow:
            return
        if connections.octets > before:
            back_off = FIRST_BACK_OFF_SECONDS
        connected, back_off = _dialled_again(end, reading, back_off)


def _dialled_again(end: Endpoint, reading: Reading, back_off: int) -> tuple[_Connected | None, int]:
    """Return a new connection, None where Ctrl-C came before, and for how long to wait before the next one."""
    connected: _Connected | None = None
    while connected is None and not reading.interrupt.requested:
        reading.say(end.name, f"dialling again in {back_off} s; Ctrl-C ends.")
        reading.interrupt.sleep(back_off)
        back_off = min(2 * back_off, MAX_BACK_OFF_SECONDS)
        try:
            connected = _connected(end, reading)
        except InputError as error:
            reading.say(end.name, error.reason)
    return connected, back_off


def _connected(end: Endpoint, reading: Reading) -> _Connected | None:
    """Return a connection and the router's address, None where Ctrl-C came before. Raises InputError."""
    address = end.host, end.port
    try:
        connected = reading.interrupt.wait(lambda: socket.create_connection(address, CONNECT_SECONDS))
        return None if connected is None else (connected, _router_of(connected))
    except (OSError, UnicodeError) as error:
        raise InputError(end.name, _reason(end, error)) from error


def _router_of(connected: socket.socket) -> _Address:
    """Return the address of the other end. Raises OSError where it has reset the connection at once."""
    try:
        address: _Address = connected.getpeername()
    except OSError:
        connected.close()
        raise
    return address


def _listen(end: Endpoint, connections: "_Connections", reading: Reading) -> Iterator[StreamEvent]:
    """Yield the streams of all who dial, until all who came are gone; with `follow` until Ctrl-C."""
    try:
        for listener in _listeners(end):
            connections.listen(listener)
            where = _address(listener.getsockname())
            reading.say(end.name, f"listening on {where}; point the router's BMP at it; Ctrl-C ends.")
    except (OSError, UnicodeError) as error:
        raise InputError(end.name, _reason(end, error)) from error
    yield from connections.receive()
    while reading.follow and not reading.interrupt.requested:
        yield from connections.receive()


def _listeners(end: Endpoint) -> Iterator[socket.socket]:
    """Yield a listening socket for each address of a host that this machine has; port 0 is one that is free."""
    port, missing, works = end.port, None, False
    found = socket.getaddrinfo(end.host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    for family, host in dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found):
        try:
            listener = _listener(family, host, port)
        except OSError as error:
            # A name may have addresses of both families on a machine that has one of them.
            if error.errno not in _NO_SUCH_ADDRESS:
                raise
            missing = error
        else:
            port, works = listener.getsockname()[1], True
            yield listener
    if missing is not None and not works:
        raise missing


def _listener(family: int, host: str, port: int) -> socket.socket:
    everywhere = family == socket.AF_INET6 and ip_address(host).is_unspecified
    both = everywhere and socket.has_dualstack_ipv6()
    return socket.create_server((host, port), family=family, dualstack_ipv6=both)


def _reason(end: Endpoint, error: OSError | UnicodeError) -> str:
    """Return why there is no connection, and what to do."""
    if isinstance(error, UnicodeError | socket.gaierror):
        return "has a host that is not known by this name; mend it, or give its address."
    if isinstance(error, TimeoutError):
        return _REASONS[errno.ETIMEDOUT]
    what = "reached" if end.dial else "listened on"
    return _REASONS.get(error.errno or 0) or f"cannot be {what}: {os.strerror(error.errno or 0)}."


def _address(address: _Address) -> str:
    """Return an address of the system, `192.0.2.1:1790` or `[2001:db8::1]:1790`, with IPv4 as such."""
    host = ip_address(address[0])
    if isinstance(host, IPv6Address):
        return f"{host.ipv4_mapped or f'[{host}]'}:{address[1]}"
    return f"{host}:{address[1]}"


class _Connection(Value, frozen=True):
    stream: int
    router: str
    socket: socket.socket


class _Connections:
    """The connections of one input.

    Shape: a context that closes them all; `add` one that was dialled or `listen` for more, then `receive` yields what
    comes until the last one is closed or Ctrl-C ends the wait. `octets` is how many came in all.
    """

    def __init__(self, name: str, reading: Reading) -> None:
        self.octets = 0
        self._name = name
        self._reading = reading
        self._streams = 0
        self._open: dict[int, _Connection] = {}
        self._listeners: list[socket.socket] = []
        self._selector = DefaultSelector()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()
        for open_socket in [*self._listeners, *(connection.socket for connection in self._open.values())]:
            open_socket.close()

    def listen(self, listener: socket.socket) -> None:
        """Take in who comes to a listening socket."""
        listener.settimeout(0)
        self._listeners.append(listener)
        self._selector.register(listener, EVENT_READ, listener)

    def add(self, connected: socket.socket, address: _Address) -> StreamStart:
        """Take in a connection to the router at `address`."""
        connected.settimeout(0)
        with suppress(OSError):
            # BMP has no sign of life of its own: this asks, after hours, whether a silent router is still there.
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection = _Connection(self._streams, _address(address), connected)
        self._streams += 1
        self._open[connection.stream] = connection
        self._selector.register(connected, EVENT_READ, connection)
        if len(self._open) == MAX_CONNECTIONS:
            for listener in self._listeners:
                self._selector.unregister(listener)
        self._say(connection, "has connected" if self._listeners else "has answered")
        return StreamStart(connection.stream, f"{connection.router} > {_address(connected.getsockname())}", begins=True)

    def receive(self) -> Iterator[StreamEvent]:
        """Yield what comes. Where nobody is connected yet the first one is waited for."""
        somebody_came = bool(self._open)
        while self._open or not somebody_came:
            ready = self._reading.interrupt.wait(lambda: self._selector.select(_WAIT_SECONDS))
            if ready is None:
                return
            for key, _ in ready:
                event = self._next(key.data) if isinstance(key.data, _Connection) else self._accept(key.data)
                if event is not None:
                    somebody_came = True
                    yield event

    def _accept(self, listener: socket.socket) -> StreamStart | None:
        if len(self._open) >= MAX_CONNECTIONS:
            return None
        try:
            connected, address = listener.accept()
        except (BlockingIOError, ConnectionError):
            # Who knocked is gone again.
            return None
        return self.add(connected, address)

    def _next(self, connection: _Connection) -> Piece | StreamEnd | None:
        """Return the next octets of a connection or its end."""
        try:
            octets = connection.socket.recv(RECEIVE_OCTETS)
        except BlockingIOError:
            return None
        except OSError as error:
            return self._end(connection, f"broke the connection: {error.strerror or error}")
        self.octets += len(octets)
        return Piece(connection.stream, octets, None) if octets else self._end(connection, "has closed the connection")

    def _end(self, connection: _Connection, how: str) -> StreamEnd:
        if len(self._open) == MAX_CONNECTIONS:
            for listener in self._listeners:
                self._selector.register(listener, EVENT_READ, listener)
        self._selector.unregister(connection.socket)
        connection.socket.close()
        del self._open[connection.stream]
        self._say(connection, how)
        return StreamEnd(connection.stream)

    def _say(self, connection: _Connection, what: str) -> None:
        self._reading.say(self._name, f"stream {connection.stream}: {connection.router} {what}.")
