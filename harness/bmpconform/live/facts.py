"""What truly happened on the BGP side of a device under test, as data.

Why facts and not expectations: whoever plays the BGP neighbours only tells what was done, and the oracle alone decides
what BMP had to say about it.

- `at` is seconds on the monotonic clock of this machine, the clock of the transcript too.
- PDUs are whole, with marker, in hex, as they were on the wire.
- sent, received and local are as the device under test sees them.
"""

from enum import StrEnum
from typing import TypeVar

from bmpconform.wire.value import Value

AnyFact = TypeVar("AnyFact", bound=Value)


class PeerId(Value, frozen=True):
    """A BGP neighbour of the device: its address as text, and the name of the table that it is in, "" the default."""

    address: str
    table: str = ""


class Leaving(StrEnum):
    """How a session ended: which side ended it, with a NOTIFICATION or without, or that it was deconfigured."""

    LOCAL_NOTIFICATION = "local-notification"
    LOCAL_NO_NOTIFICATION = "local-no-notification"
    REMOTE_NOTIFICATION = "remote-notification"
    REMOTE_NO_NOTIFICATION = "remote-no-notification"
    DECONFIGURED = "deconfigured"


class Established(Value, frozen=True, tag_field="fact", tag="established"):
    """A session came up. Addresses and ports are those of its TCP connection."""

    at: float
    peer: PeerId
    local_address: str
    local_port: int
    remote_port: int
    asn: int
    bgp_id: str
    sent_open: str
    received_open: str


class Left(Value, frozen=True, tag_field="fact", tag="left"):
    """A session left Established. `pdu` is the NOTIFICATION if there was one, `fsm_event` the event if it is known."""

    at: float
    peer: PeerId
    how: Leaving
    pdu: str | None = None
    fsm_event: int | None = None


class Announced(Value, frozen=True, tag_field="fact", tag="announced"):
    """Our speaker sent the device an UPDATE that brings routes."""

    at: float
    peer: PeerId
    update: str


class Withdrew(Value, frozen=True, tag_field="fact", tag="withdrew"):
    """Our speaker sent the device an UPDATE that withdraws routes."""

    at: float
    peer: PeerId
    update: str


class Received(Value, frozen=True, tag_field="fact", tag="received"):
    """The device sent our speaker an UPDATE."""

    at: float
    peer: PeerId
    update: str


class Sent(Value, frozen=True, tag_field="fact", tag="sent"):
    """Our speaker sent the device a PDU of any type, well-formed or not; those of Announced and Withdrew too."""

    at: float
    peer: PeerId
    pdu: str


class Stopped(Value, frozen=True, tag_field="fact", tag="stopped"):
    """BMP, or the whole device, was told to stop; `killed` says that it could say nothing more."""

    at: float
    killed: bool = False


class Changed(Value, frozen=True, tag_field="fact", tag="changed"):
    """The configuration of what is monitored changed at run time; `what` says how."""

    at: float
    what: str


Fact = Established | Left | Announced | Withdrew | Received | Sent | Stopped | Changed


class ViewKind(StrEnum):
    """What RIB a device is configured to report."""

    PRE_IN = "pre-in"
    POST_IN = "post-in"
    PRE_OUT = "pre-out"
    POST_OUT = "post-out"
    LOC_RIB = "loc-rib"


class View(Value, frozen=True):
    """One RIB that is reported, of one family."""

    kind: ViewKind
    afi: int
    safi: int


class Table(Value, frozen=True):
    """One routing table: the default one has the name "" and eight zero octets. `router_id` is an IPv4 address."""

    name: str = ""
    distinguisher: str = "0000000000000000"
    router_id: str | None = None


class Neighbour(Value, frozen=True):
    """A peer that the device is configured with; `name` is what acts call it."""

    name: str
    peer: PeerId
    asn: int
    description: str | None = None


class Direction(StrEnum):
    """Which way a policy works, as the device sees it."""

    IN = "in"
    OUT = "out"


class Policy(Value, frozen=True):
    """What a configured policy does to a prefix of one peer: rejects it, or sets an attribute to a value."""

    direction: Direction
    peer: PeerId
    prefix: str
    rejects: bool = False
    attribute: int | None = None
    value: str = ""


class Configured(Value, frozen=True):
    """How the device was configured; None is what nobody knows, () what there is not.

    `originated` are the prefixes that the device has of its own, `retry_seconds` the least and the most that it waits
    before it dials again.
    """

    router_id: str
    asn: int
    sys_name: str | None = None
    sys_descr: str | None = None
    neighbours: tuple[Neighbour, ...] = ()
    tables: tuple[Table, ...] = (Table(),)
    views: tuple[View, ...] = ()
    policies: tuple[Policy, ...] = ()
    originated: tuple[str, ...] = ()
    mirrors: bool = False
    statistics_seconds: float | None = None
    retry_seconds: tuple[float, float] | None = None


class Truth(Value, frozen=True):
    """All that is known beside the transcript: the configuration, and the facts in the order of their time."""

    configured: Configured | None = None
    facts: tuple[Fact, ...] = ()

    def of(self, kind: type[AnyFact]) -> tuple[AnyFact, ...]:
        """Return the facts of one kind."""
        return tuple(fact for fact in self.facts if isinstance(fact, kind))


UNKNOWN = Truth()
