"""The adapter protocol, version 1: one JSON object a line, requests to a target and its answers.

Why typed: what does not fit these types is told from what a target rightly says, in one place. Both sides ignore keys
that they do not know. An answer's `id` is that of its request; the driver numbers requests, so they are built without.
"""

from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

from bmpconform.neutral import Bgp, Message, Session
from bmpconform.wire.value import UNSET, UnsetType, Value, between, field, in_schema, matching

PROTOCOL = 1
# What may be unanswered at a time: more fills the pipes of a child that reads and writes in turn.
WINDOW_REQUESTS = 64
WINDOW_OCTETS = 256 * 1024
FRAME_OCTETS = 4 * 1024 * 1024
ANSWER_OCTETS = 16 * 1024 * 1024

Hex: TypeAlias = Annotated[str, in_schema(pattern="^([0-9a-f]{2})*$")]
CheckedHex: TypeAlias = Annotated[str, matching("^([0-9a-f]{2})*$")]
Count: TypeAlias = Annotated[int, between(0)]
Depth: TypeAlias = Annotated[int, between(0, 3)]


class Hello(Value, frozen=True, omit_defaults=True, tag_field="op", tag="hello"):
    """The first request: who is there?"""

    protocol: int
    id: int = 0


class Decode(Value, frozen=True, omit_defaults=True, tag_field="op", tag="decode"):
    """What is this frame? `hex` is lower case."""

    hex: Hex
    session: Session | UnsetType = UNSET
    id: int = 0


class Encode(Value, frozen=True, omit_defaults=True, tag_field="op", tag="encode"):
    """Which octets are this message?"""

    message: Message
    session: Session | UnsetType = UNSET
    id: int = 0


class Stream(Value, frozen=True, omit_defaults=True, tag_field="op", tag="stream"):
    """The next octets of a connection; `more` says that others follow, else the connection ended with them."""

    hex: Hex
    more: bool
    id: int = 0


class Reset(Value, frozen=True, omit_defaults=True, tag_field="op", tag="reset"):
    """Forget the connection's state."""

    id: int = 0


class Bye(Value, frozen=True, omit_defaults=True, tag_field="op", tag="bye"):
    """End after the answer."""

    id: int = 0


Request: TypeAlias = Hello | Decode | Encode | Stream | Reset | Bye


class Probe(Value, frozen=True, omit_defaults=True, tag_field="op", tag="no-such-op"):
    """An op that no version has: an honest adapter answers that it is unsupported."""

    id: int = 0


Asked: TypeAlias = Request | Probe


class Coverage(Value, frozen=True):
    """How many counters the target's coverage map has."""

    counters: Count


class Capabilities(Value, frozen=True):
    """What a target says that it can do.

    `depth` is by message type, as a decimal string; a type that is absent is 0. `station` targets close a connection
    after a Termination. `lenient` names what the target takes though no frame can be so.
    """

    ops: tuple[str, ...]
    depth: dict[str, Depth] = field(default_factory=dict)
    bgp: Bgp = "none"
    station: bool = False
    lenient: tuple[str, ...] = ()
    coverage: Coverage | None = None

    def depth_of(self, message_type: int) -> int:
        """Return how deep the target shows messages of a type, 0 to 3."""
        return self.depth.get(str(message_type), 0)


class Greeted(Value, frozen=True, tag_field="status", tag="ok"):
    """The answer to `hello`."""

    id: int
    protocol: int
    name: str
    version: str
    capabilities: Capabilities
    language: str = ""
    url: str = ""


class Decoded(Value, frozen=True, tag_field="status", tag="ok"):
    """A frame was read: how many octets of it, None where the library does not tell; and what it holds.

    Both keys are owed from depth 1 on.
    """

    id: int
    consumed: Count | UnsetType | None = UNSET
    message: Message | UnsetType = UNSET


class Encoded(Value, frozen=True, tag_field="status", tag="ok"):
    """A message was written."""

    id: int
    hex: CheckedHex


class Item(Value, frozen=True):
    """One piece of a stream, `offset` octets behind the last `reset`; `skipped` was framed and ignored."""

    offset: Count
    status: Literal["ok", "reject", "skipped", "panic"]
    message: Message | UnsetType = UNSET
    error: str | UnsetType = UNSET


class Streamed(Value, frozen=True, tag_field="status", tag="ok"):
    """What the octets brought; `left` of them wait for more, `closed` says that a station would now close."""

    id: int
    items: tuple[Item, ...]
    left: Count
    closed: bool


class Done(Value, frozen=True, tag_field="status", tag="ok"):
    """The answer to `reset` and `bye`."""

    id: int


class Rejected(Value, frozen=True, omit_defaults=True, tag_field="status", tag="reject"):
    """Refused: a stable name for the error, text for people, where known the offset in the frame."""

    id: int
    error: str
    reason: str = ""
    offset: Count | None = None


class Unsupported(Value, frozen=True, tag_field="status", tag="unsupported"):
    """The library has nothing for this."""

    id: int
    reason: str = ""


class Panicked(Value, frozen=True, tag_field="status", tag="panic"):
    """The library aborted, and the adapter caught what the library itself does not make an error."""

    id: int
    error: str
    reason: str = ""


Refusal: TypeAlias = Rejected | Unsupported | Panicked
Answer: TypeAlias = Greeted | Decoded | Encoded | Streamed | Done | Refusal

# Which answers a request may get.
ANSWERS = MappingProxyType(
    {
        Hello: Greeted | Refusal,
        Decode: Decoded | Refusal,
        Encode: Encoded | Refusal,
        Stream: Streamed | Refusal,
        Reset: Done | Refusal,
        Bye: Done | Refusal,
        Probe: Done | Refusal,
    }
)
