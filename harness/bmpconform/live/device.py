"""A device under test that we can act on: what a player asks of whoever started it.

Why a Protocol: the player knows no daemon. A router that is known by its address alone can be asked nothing, and the
clauses that need more are then not testable.
"""

from collections.abc import Sequence
from typing import Protocol

from bmpconform.live.facts import Configured, Fact, Leaving
from bmpconform.neutral import Message
from bmpconform.targets.protocol import Capabilities
from bmpconform.wire.errors import BmpconformError
from bmpconform.wire.value import Value


class Endpoint(Value, frozen=True):
    """Where a TCP socket is: an address or a name, IPv4 or IPv6, without brackets, and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        """Write it as a user types it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class PeerUp(Value, frozen=True, tag_field="act", tag="peer-up"):
    """Bring the session with a neighbour up."""

    peer: str


class PeerDown(Value, frozen=True, tag_field="act", tag="peer-down"):
    """End the session with a neighbour in one way."""

    peer: str
    how: Leaving


class Announce(Value, frozen=True, tag_field="act", tag="announce"):
    """A neighbour announces prefixes, such as "192.0.2.0/24"; `med` is a second form of the same route."""

    peer: str
    prefixes: tuple[str, ...]
    med: int | None = None


class Withdraw(Value, frozen=True, tag_field="act", tag="withdraw"):
    """A neighbour withdraws prefixes."""

    peer: str
    prefixes: tuple[str, ...]


class ChangeAttribute(Value, frozen=True, tag_field="act", tag="change-attribute"):
    """A neighbour announces again what it announced, with another MULTI_EXIT_DISC."""

    peer: str
    prefixes: tuple[str, ...]
    med: int


class SendMalformed(Value, frozen=True, tag_field="act", tag="send-malformed"):
    """A neighbour sends an UPDATE with a malformed attribute that costs no session (RFC 7606)."""

    peer: str


class RestartPeer(Value, frozen=True, tag_field="act", tag="restart-peer"):
    """A neighbour leaves and comes back."""

    peer: str


class DeconfigurePeer(Value, frozen=True, tag_field="act", tag="deconfigure-peer"):
    """The device is told to forget a neighbour, or no longer to monitor it."""

    peer: str


class Reconfigure(Value, frozen=True, tag_field="act", tag="reconfigure"):
    """The device is told at run time to monitor something else; `what` is `views` or `vrf`."""

    what: str


class Stop(Value, frozen=True, tag_field="act", tag="stop"):
    """BMP is shut down on the device in an orderly way."""


class Kill(Value, frozen=True, tag_field="act", tag="kill"):
    """The device is killed: it can say nothing more."""


Act = (
    PeerUp
    | PeerDown
    | Announce
    | Withdraw
    | ChangeAttribute
    | SendMalformed
    | RestartPeer
    | DeconfigurePeer
    | Reconfigure
    | Stop
    | Kill
)


class CannotError(BmpconformError):
    """What a device cannot be made to do, with the reason: no failure, but clauses that stay untested."""


class Device(Protocol):
    """A router that somebody started for us.

    `perform` comes back when the BGP side shows that the act is done, and raises CannotError where the device has no
    means for it; `facts` may be called from another thread at any time. A device may be opened again after `close`.
    """

    @property
    def name(self) -> str:
        """How the user names it."""

    @property
    def configured(self) -> Configured | None:
        """How it is configured, None where nobody knows."""

    @property
    def dials(self) -> bool:
        """Whether it dials our station; else we dial `address`."""

    @property
    def address(self) -> Endpoint | None:
        """Where it listens for stations, None where it dials."""

    def open(self, station: Endpoint) -> None:
        """Start it, told where the station is. Raises TargetError where it cannot be started."""

    def perform(self, act: Act) -> None:
        """Do something on the BGP side. Raises CannotError, and TargetError where the device is gone."""

    def facts(self) -> Sequence[Fact]:
        """Return what happened so far, in the order of time."""

    def alive(self) -> bool:
        """Whether the processes that belong to it still run."""

    def close(self) -> None:
        """End it, and all that was started for it."""


class Collector(Protocol):
    """A station that somebody started for us.

    `understood` is what it read of the routers' messages since it was opened, in the neutral form and in their order;
    None where it has no output to read. It is compared as deep as `able` says.
    """

    @property
    def name(self) -> str:
        """How the user names it."""

    @property
    def able(self) -> Capabilities:
        """How much of a message its output shows, in the words of the adapter protocol."""

    def open(self) -> Endpoint:
        """Start it, and return where it listens. Raises TargetError where it cannot be started."""

    def alive(self) -> bool:
        """Whether it still runs."""

    def understood(self) -> Sequence[Message] | None:
        """Return the messages that it read, None where it does not tell."""

    def close(self) -> None:
        """End it, in the orderly way that it has for its user."""
