"""What our side of a live session saw and did, in order: the one input of the oracle that we measure ourselves.

Why each event and not a summary: the oracle has to be able to ask what came before what, and how long after.
"""

from collections.abc import Iterator
from enum import StrEnum

from bmpconform.wire.value import Value


class Kind(StrEnum):
    """What happened on a connection.

    CONNECTED: it was established, by either side. OCTETS: these came. SENT: these were sent by us. FIN, RST: the far
    end closed, or reset. HALF_CLOSED: we sent our FIN and read on. CLOSED_BY_US, RESET_BY_US: we ended it. REFUSED: we
    refused the far end, or it refused us. FLOODED: we ended it because more came than is kept. TIMED_OUT: what the
    script waited for did not come in time. ACTED: the device did what it was told. CANNOT: it has no means for that.
    GONE: it ended, and not because it was told to.
    """

    CONNECTED = "connected"
    OCTETS = "octets"
    SENT = "sent"
    FIN = "fin"
    RST = "rst"
    HALF_CLOSED = "half-closed"
    CLOSED_BY_US = "closed-by-us"
    RESET_BY_US = "reset-by-us"
    REFUSED = "refused"
    FLOODED = "flooded"
    TIMED_OUT = "timed-out"
    ACTED = "acted"
    CANNOT = "cannot"
    GONE = "gone"


class Event(Value, frozen=True):
    """One event: seconds on the monotonic clock, the number of the connection from 0 (-1: of none), octets if any.

    `text` says for people what was waited for.
    """

    at: float
    connection: int
    kind: Kind
    octets: bytes = b""
    text: str = ""


class Transcript(Value, frozen=True):
    """The events of one script, in order. `began` and `ended` are seconds on the same clock.

    Seconds since 1970 are `epoch` more than those.
    """

    began: float
    ended: float
    events: tuple[Event, ...] = ()
    epoch: float = 0.0

    def connections(self) -> tuple[int, ...]:
        """Return the numbers of the connections that were established, in order."""
        return tuple(event.connection for event in self.events if event.kind is Kind.CONNECTED)

    def of(self, connection: int) -> Iterator[Event]:
        """Yield the events of one connection."""
        return (event for event in self.events if event.connection == connection)

    def octets(self, connection: int) -> bytes:
        """Return all that came over one connection."""
        return b"".join(event.octets for event in self.of(connection) if event.kind is Kind.OCTETS)
