"""What reading a capture gives: the octets of its BMP streams in their order, what is missing, what went wrong.

Why typed values: who judges the octets must tell those that a router did not send from those that the capture missed.
"""

from enum import Enum

from bmpconform.wire.value import Value


class StreamStart(Value, frozen=True):
    """A stream, by its number and its name, `192.0.2.1:20 > [2001:db8::1]:1790` for example.

    `begins` says whether the capture holds the beginning of its connection. Where it does not, the first octets may
    lie inside of a message.
    """

    stream: int
    name: str
    begins: bool


class Piece(Value, frozen=True):
    """The next octets of a stream, never none, and the number of the packet that brought them, from 1."""

    stream: int
    octets: bytes
    packet: int | None


class Gap(Value, frozen=True):
    """Octets that the stream had and the capture does not: how many, None if that is not known.

    What follows may lie inside of a message. `packet` is the first one behind the gap, None at the end of a stream.
    """

    stream: int
    octets: int | None
    packet: int | None


class StreamEnd(Value, frozen=True):
    """No more octets of this stream: its connection was closed, or the capture holds no more of it."""

    stream: int


class TroubleKind(Enum):
    """What went wrong. After CUT and DAMAGED nothing more of the file is read; the others are told at its end."""

    CUT = "cut"
    DAMAGED = "damaged"
    LINK_TYPE = "link-type"
    FRAGMENTS = "fragments"
    SHORT_PACKETS = "short-packets"
    ENDED_EARLY = "ended-early"
    NOT_BMP = "not-bmp"


class Trouble(Value, frozen=True):
    """What kept octets from being read: one sentence that goes on from the name of the capture, and at which packet."""

    text: str
    packet: int | None
    kind: TroubleKind


StreamEvent = StreamStart | Piece | Gap | StreamEnd | Trouble
