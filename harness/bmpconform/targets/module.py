"""What a Python module under test uses to say what its library said.

Why exceptions for what is no success: the functions of such a module then return just what the library gave. The module
has any of

    def decode(octets: bytes, session: Session | None) -> tuple[MESSAGE, int | None]     the message, octets consumed
    def encode(message: Message, session: Session | None) -> bytes
    def stream(octets: bytes, more: bool) -> Pieces
    def reset() -> None                                                                 forget the stream

and, if it likes, NAME, VERSION, LANGUAGE, URL and CAPABILITIES, a dict as in the answer to `hello`, whose `ops` are the
functions that are there. MESSAGE is a `Message` or a dict in the neutral form. Any other exception is a panic too,
named by its class.
"""

from typing import Any

from bmpconform.neutral.form import Message, Session
from bmpconform.targets.protocol import Item
from bmpconform.wire.value import Value

__all__ = ["Item", "Message", "Panic", "Pieces", "Reject", "Session", "Unsupported"]


class Reject(Exception):  # noqa: N818 - no error of the module: the library's answer
    """The library refused: a stable name for its error, text for people, the offset in the frame where it is known."""

    def __init__(self, error: str, reason: str = "", offset: int | None = None) -> None:
        super().__init__(reason or error)
        self.error = error
        self.reason = reason
        self.offset = offset


class Panic(Exception):  # noqa: N818 - no error of the module: the library's failure
    """The library gave up in a way that is no refusal: a stable name for it, and text for people."""

    def __init__(self, error: str, reason: str = "") -> None:
        super().__init__(reason or error)
        self.error = error


class Unsupported(Exception):  # noqa: N818 - no error of the module: the library's answer
    """The library has nothing for this."""


class Pieces(Value, frozen=True):
    """What octets of a stream brought: items (or dicts in their form), how many octets wait, and whether to close."""

    items: tuple[Item | dict[str, Any], ...]
    left: int = 0
    closed: bool = False
