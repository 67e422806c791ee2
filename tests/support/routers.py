"""Routers on the loopback: sockets that send what they are told to, each act of them a function for another thread.

Why plain sockets: the tests of a station must not take its word for what came over TCP.
"""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

HOST, HOST_6 = "127.0.0.1", "::1"
# Nothing here takes as long; a test that fails must not hang.
SECONDS = 30


@contextmanager
def dialled(port: int, host: str = HOST) -> Iterator[socket.socket]:
    """Connect to a station, and close the connection at the end."""
    with socket.create_connection((host, port), SECONDS) as connected:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connected


@contextmanager
def waiting(host: str = HOST) -> Iterator[socket.socket]:
    """Listen for a station on a port that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listener:
        listener.settimeout(SECONDS)
        yield listener


def accepted(listener: socket.socket) -> socket.socket:
    """Return the connection of a station that dials."""
    connected, _ = listener.accept()
    connected.settimeout(SECONDS)
    return connected


def port_of(listener: socket.socket) -> int:
    """Return the port that a socket listens on."""
    port: int = listener.getsockname()[1]
    return port


def send_slowly(connected: socket.socket, octets: bytes) -> None:
    """Send octets one by one."""
    for octet in octets:
        connected.sendall(bytes([octet]))


def reset(connected: socket.socket) -> None:
    """Close a connection with RST."""
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connected.close()


def has_ipv6() -> bool:
    """Whether this machine has the loopback address of IPv6."""
    try:
        with waiting(HOST_6):
            return True
    except OSError:
        return False


def free_port() -> int:
    """Return a port that nothing listens on."""
    with waiting() as listener:
        return port_of(listener)
