"""Whether a station that is known by its address alone is there: it takes a new session, and keeps it open.

Why an Initiation and a moment more than a connection: the system accepts for a program that is about to close, and one
that takes nobody any more shows only in that it closes at once.
"""

import socket
import time
from contextlib import suppress

from bmpconform.live.device import Endpoint
from bmpconform.wire.codec import encode
from bmpconform.wire.make import make_initiation

# A session that is open so long is kept; a station may first have to forget the sessions of before.
KEPT_SECONDS, WITHIN_SECONDS, AGAIN_SECONDS = 0.05, 2.0, 0.05
_INITIATION = encode(make_initiation("bmpconform", "probe"))


def takes_sessions(station: Endpoint, within: float = WITHIN_SECONDS) -> bool:
    """Return whether a station takes a session and keeps it, asked again until it does or so many seconds are over."""
    deadline = time.monotonic() + within
    while not _keeps_one(station, within):
        if time.monotonic() >= deadline:
            return False
        time.sleep(AGAIN_SECONDS)
    return True


def _keeps_one(station: Endpoint, within: float) -> bool:
    with suppress(OSError), socket.create_connection((station.host, station.port), within) as session:
        session.sendall(_INITIATION)
        session.settimeout(KEPT_SECONDS)
        try:
            return bool(session.recv(1))
        except TimeoutError:
            return True
    return False
