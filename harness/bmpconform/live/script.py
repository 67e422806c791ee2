"""What a script is: a live session as data, step by step, and the clauses that it shows.

Why data: a session that does something wrong on purpose is a stored case like a vector, and people who have a player
of their own can read it.
"""

from enum import StrEnum
from typing import Annotated, Literal

from bmpconform.corpus.vector import Octets, Outcome, VectorId
from bmpconform.live.device import Act
from bmpconform.wire.value import Value, between

Seconds = Annotated[float, between(0)]


class Role(StrEnum):
    """Which end we play: a station judges routers, a router judges collectors."""

    STATION = "station"
    ROUTER = "router"


class Connect(Value, frozen=True, tag_field="do", tag="connect", forbid_unknown_fields=True, omit_defaults=True):
    """Dial, or wait for the far end to dial: connections are numbered from 0 in this order."""

    within: Seconds = 15


class Send(Value, frozen=True, tag_field="do", tag="send", forbid_unknown_fields=True, omit_defaults=True):
    """Send octets, `fields` like those of a vector: all at once, or so many `at_a_time`; only the `first`, if given."""

    fields: tuple[tuple[str, Octets], ...]
    on: int = 0
    at_a_time: int = 0
    first: int | None = None

    @property
    def octets(self) -> bytes:
        """Return what is sent."""
        whole = bytes.fromhex("".join([octets for _, octets in self.fields]))
        return whole if self.first is None else whole[: self.first]


class HalfClose(Value, frozen=True, tag_field="do", tag="half-close", forbid_unknown_fields=True, omit_defaults=True):
    """Send a FIN, and read on."""

    on: int = 0


class Close(Value, frozen=True, tag_field="do", tag="close", forbid_unknown_fields=True, omit_defaults=True):
    """Close the connection."""

    on: int = 0


class Reset(Value, frozen=True, tag_field="do", tag="reset", forbid_unknown_fields=True, omit_defaults=True):
    """Reset the connection: an RST in place of a FIN."""

    on: int = 0


class Await(Value, frozen=True, tag_field="do", tag="await", forbid_unknown_fields=True, omit_defaults=True):
    """Wait for something on a connection, no longer than `within`; what does not come is noted, and the script goes on.

    `message` is so many messages of a type since the last act, `dumped` an End-of-RIB or a Peer Down behind each Peer
    Up, `closed` the end that the far side makes.
    """

    what: Literal["closed", "dumped", "message"]
    on: int = 0
    type: int = 0
    count: int = 1
    within: Seconds = 10


class Quiet(Value, frozen=True, tag_field="do", tag="quiet", forbid_unknown_fields=True, omit_defaults=True):
    """Wait until nothing came on a connection for so many `seconds`, no longer than `within`."""

    on: int = 0
    seconds: Seconds = 0.5
    within: Seconds = 10


class Perform(Value, frozen=True, tag_field="do", tag="act", forbid_unknown_fields=True, omit_defaults=True):
    """Have the device do something."""

    act: Act


class Refuse(Value, frozen=True, tag_field="do", tag="refuse", forbid_unknown_fields=True, omit_defaults=True):
    """Reset the next `times` connections as soon as the far end makes them."""

    times: int
    within: Seconds


class Rush(Value, frozen=True, tag_field="do", tag="rush", forbid_unknown_fields=True, omit_defaults=True):
    """Dial, hear something and close, `times` times as fast as the far end lets us, for `within` at most."""

    times: int
    within: Seconds


Step = Connect | Send | HalfClose | Close | Reset | Await | Quiet | Perform | Refuse | Rush


class Script(Value, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One stored session.

    `role` is the end that we play. `profile` is the first that scores it, `clauses` are those that it shows, and each
    of them gets a verdict. `dials` says for which end that dials it makes sense. A `slow` one spends
    that many seconds waiting, and is played where the user asks for it.
    """

    id: VectorId
    title: str
    role: Role
    profile: str
    clauses: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    steps: tuple[Step, ...]
    dials: tuple[Literal["us", "them"], ...] = ("us", "them")
    slow: Seconds = 0


class Scripts(Value, frozen=True, forbid_unknown_fields=True):
    """One file of scripts: what they are about, in one sentence, and the scripts, whose ids begin with its name."""

    title: str
    scripts: tuple[Script, ...]
