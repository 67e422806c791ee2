"""What a stored case is: the octets field by field, what a target is asked to do with them, and what may come of it.

Why all of it in the data: an expectation that the program worked out could not catch the program, and people who do
not use it read the same file.
"""

from enum import Enum
from itertools import pairwise
from typing import Annotated, TypeAlias

from bmpconform.neutral.form import Message, Session
from bmpconform.wire.value import UNSET, UnsetType, Value, in_schema

HEX_PATTERN = "^([0-9a-f]{2})*$"
Octets: TypeAlias = Annotated[str, in_schema(pattern=HEX_PATTERN)]
SLUG_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
Slug: TypeAlias = Annotated[str, in_schema(pattern=SLUG_PATTERN)]
VectorId: TypeAlias = Annotated[str, in_schema(pattern="^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$")]


class Op(Enum):
    """What a target is asked to do: take one frame apart, put one together, or follow a stream."""

    DECODE = "decode"
    ENCODE = "encode"
    STREAM = "stream"


class Observation(Enum):
    """What an answer amounts to. They are never merged: a rejection is declared, a crash is no rejection."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WRONG_VALUE = "wrong-value"
    UNSUPPORTED = "unsupported"
    CRASHED = "crashed"
    TIMED_OUT = "timed-out"
    PROTOCOL_BROKEN = "protocol-broken"
    FLAKY = "flaky"


# No vector allows these: whatever the octets, they are never right.
NEVER_ALLOWED = frozenset({Observation.CRASHED, Observation.TIMED_OUT, Observation.PROTOCOL_BROKEN, Observation.FLAKY})


class OutcomeLevel(Enum):
    """What an allowed outcome is worth: `pass` is a pass, the others are tolerated."""

    PASS = "pass"  # noqa: S105 - no password
    INFO = "info"
    WARN = "warn"


class Outcome(Value, frozen=True, forbid_unknown_fields=True):
    """An observation that the vector allows; `label` is one word for what the target does, in kebab case."""

    observation: Observation
    label: Slug
    level: OutcomeLevel


class ItemStatus(Enum):
    """What a target says of one message of a stream.

    Nothing at all is only ever an alternative: `absent`, or `closed` where the target has to say that it closed.
    """

    OK = "ok"
    REJECT = "reject"
    SKIPPED = "skipped"
    ABSENT = "absent"
    CLOSED = "closed"


# Of these a target says nothing.
UNSAID = frozenset({ItemStatus.ABSENT, ItemStatus.CLOSED})


class Alternative(Value, frozen=True, forbid_unknown_fields=True):
    """Another status that an item of a stream may have, and what that is worth."""

    status: ItemStatus
    label: Slug
    level: OutcomeLevel


class Item(Value, frozen=True, forbid_unknown_fields=True, omit_defaults=True, rename={"alternatives": "or"}):
    """What is to be said of the message that begins at `offset` of the stream, octets from its start.

    `message` is compared where a target says `ok`; without one, any is right.
    """

    offset: int
    status: ItemStatus
    message: Message | UnsetType = UNSET
    alternatives: tuple[Alternative, ...] = ()


class Origin(Enum):
    """Where a vector comes from: a document, a hand, a recorded stream, a fuzzer, or the bug of an implementation."""

    SPEC = "spec"
    HAND = "hand"
    CAPTURE = "capture"
    FUZZ = "fuzz"
    UPSTREAM = "upstream"


class Provenance(Value, frozen=True, forbid_unknown_fields=True):
    """Where a vector comes from; `link` leads to the bug or the stream, `note` is one sentence."""

    kind: Origin
    link: str | UnsetType = UNSET
    note: str | UnsetType = UNSET


class Finding(Value, frozen=True, forbid_unknown_fields=True):
    """The one breach of a document in the octets: clause and code of the rule that finds it.

    `clause` is null where no document is at issue: octets that end inside of a message, a length over the limit.
    """

    clause: str | None
    code: str


class Vector(Value, frozen=True, forbid_unknown_fields=True):
    """One stored case.

    - `fields` are [name, octets]; all octets together are the frame or the stream. They are empty where an encoder is
      asked for what cannot be framed.
    - `profile` is the first that scores the vector, which every later one does as well.
    - `message` is what a decoder understands; an encoder is asked for it without what is derived.
    - `items`, `left` (octets behind the last whole message), `closed` (a station would close the connection; what a
      target says behind the last item is then not compared) and `cuts` (offsets at which the stream is handed over in
      pieces) are those of a stream. What is absent of these is not compared.
    - `finding` is what the rules find; none where the octets break no document.
    - `outcomes` are the observations that are allowed, the first that matches counts.
    """

    id: VectorId
    title: str
    ops: tuple[Op, ...]
    profile: str
    clauses: tuple[str, ...]
    flags: tuple[str, ...]
    provenance: Provenance
    fields: tuple[tuple[str, Octets], ...]
    outcomes: tuple[Outcome, ...]
    session: Session | UnsetType = UNSET
    message: Message | UnsetType = UNSET
    items: tuple[Item, ...] | UnsetType = UNSET
    left: int | UnsetType = UNSET
    closed: bool | UnsetType = UNSET
    cuts: tuple[int, ...] | UnsetType = UNSET
    finding: Finding | UnsetType = UNSET

    @property
    def hex(self) -> str:
        """Return the frame or the stream in hex."""
        return "".join([octets for _, octets in self.fields])

    @property
    def octets(self) -> bytes:
        """Return the frame or the stream."""
        return bytes.fromhex(self.hex)

    @property
    def pieces(self) -> tuple[bytes, ...]:
        """Return the stream in the pieces in which it is handed over."""
        octets = self.octets
        edges = (0, *(self.cuts or ()), len(octets))
        return tuple(octets[start:end] for start, end in pairwise(edges))


class Topic(Value, frozen=True, forbid_unknown_fields=True):
    """One file of vectors: what it is about, in one sentence, and the vectors, whose ids begin with its name."""

    title: str
    vectors: tuple[Vector, ...]
