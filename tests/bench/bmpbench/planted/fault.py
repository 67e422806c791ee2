"""What a planted fault is, and the decorators that make one of a small function.

Why functions from what is right to what is wrong: whether a fault was triggered is then not for its author to say. It
was where the two differ, or where it raised.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, TypeAlias

from bmpconform.targets.module import Reject
from bmpconform.wire.codes import MessageType


class HangError(Exception):
    """The codec would not come back. Told at once: a bench that waits for time-outs measures their length."""


class Kind(StrEnum):
    """What a fault does to whoever has it."""

    ACCEPT_INVALID = "accept-invalid"
    REJECT_VALID = "reject-valid"
    WRONG_VALUE = "wrong-value"
    LOST_TLV = "lost-tlv"
    RE_ENCODE = "re-encode-differs"
    CRASH = "crash"
    HANG = "hang"
    MEMORY = "memory"


class Difficulty(StrEnum):
    """How much of an input has to be just so."""

    D1 = "D1"  # a message as it comes
    D2 = "D2"  # the value of one field
    D3 = "D3"  # fields that agree: a length, a count, an order
    D4 = "D4"  # a relation across layers
    D5 = "D5"  # a sequence of messages


class Stage(Enum):
    """Where in the codec a fault sits, and what its change makes of what."""

    READ = "octets of a frame to others, before they are decoded"
    SHOWN = "a message that was decoded to another"
    TAKEN = "the octets of a frame that is refused, and why, to a message, None to leave it at that"
    ASKED = "a message that is to be encoded to another"
    WRITTEN = "a frame that was encoded to another"
    FOLLOWED = "made for each connection; an item of it to another, None to lose it"
    AGREED = "made for each connection; a message and how its PDUs are read to how they are read"


# Between the words of a class's name.
_CAPITALS = re.compile("(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z0-9])(?=[A-Z][a-z])")

Change: TypeAlias = Callable[..., Any]


@dataclass(frozen=True)
class Fault:
    """One planted fault; `types` are the messages that it is in, all where there are none; `link` the real bug."""

    name: str
    text: str
    difficulty: Difficulty
    kind: Kind
    stage: Stage
    types: frozenset[int]
    link: str
    change: Change

    @property
    def op(self) -> str:
        """Return the op that has the fault."""
        match self.stage:
            case Stage.ASKED | Stage.WRITTEN:
                return "encode"
            case Stage.FOLLOWED | Stage.AGREED:
                return "stream"
            case _:
                return "decode"


Planter: TypeAlias = Callable[[Change], Fault]


class Planting:
    """Makes the faults of one class of difficulty: a method for each stage, used as a decorator."""

    def __init__(self, difficulty: Difficulty) -> None:
        """Make faults of `difficulty`."""
        self._difficulty = difficulty

    def plant(self, stage: Stage, kind: Kind, *types: MessageType, link: str = "") -> Planter:
        """Make a fault of its change."""

        def planted(change: Change) -> Fault:
            name = _CAPITALS.sub("-", change.__name__).replace("_", "-").lower()
            text, whole = (change.__doc__ or "").strip(), f"https://github.com/{link}" if link else ""
            return Fault(name, text, self._difficulty, kind, stage, frozenset(map(int, types)), whole, change)

        return planted

    def shown(self, kind: Kind, *types: MessageType, link: str = "") -> Planter:
        """Make a fault of what becomes of a message that was decoded."""
        return self.plant(Stage.SHOWN, kind, *types, link=link)

    def read(self, kind: Kind, *types: MessageType, link: str = "") -> Planter:
        """Make a fault of what octets are taken for."""
        return self.plant(Stage.READ, kind, *types, link=link)

    def refuses(self, *types: MessageType, link: str = "") -> Planter:
        """Make a fault of a reason to refuse a message, under a name of its own, that is none."""

        def planted(is_refused: Change) -> Fault:
            def change(message: object) -> object:
                if is_refused(message):
                    raise Reject(change.__name__)
                return message

            change.__name__, change.__doc__ = is_refused.__name__, is_refused.__doc__
            return self.shown(Kind.REJECT_VALID, *types, link=link)(change)

        return planted

    def follows(self, kind: Kind, link: str = "") -> Planter:
        """Make a fault of a class with a method `item`, which is made anew for each connection."""

        def planted(follower: Change) -> Fault:
            return self.plant(Stage.FOLLOWED, kind, link=link)(follower)

        return planted
