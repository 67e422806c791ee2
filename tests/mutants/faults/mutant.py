"""What a mutant is, and the decorators that make one of a small function.

Why decorators: a fault is then one function and one sentence, and reads as what a programmer once wrote. The name of
the mutant is that of its module and function, its sentence the docstring, and `link` the real bug that it is like.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from bmpconform.adapters.reference import target as reference
from bmpconform.neutral.form import Message, Session
from bmpconform.targets.module import Pieces, Reject
from bmpconform.wire.value import replace

Decoder: TypeAlias = Callable[[bytes, Session | None], tuple[Message, int]]
Encoder: TypeAlias = Callable[[Message, Session | None], bytes]


class Station(Protocol):
    """One side of a connection."""

    def receive(self, octets: bytes, *, more: bool) -> Pieces:
        """Return what octets bring."""


@dataclass(frozen=True)
class Mutant:
    """One fault: the op that has it, the functions that take the place of the reference's, the clauses it breaks."""

    name: str
    fault: str
    op: str
    clauses: tuple[str, ...]
    link: str
    functions: dict[str, Callable[..., Any]]


# Between the words of a class's name.
_CAPITALS = re.compile("(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z0-9])(?=[A-Z][a-z])")

Maker: TypeAlias = Callable[[Callable[..., Any]], Mutant]


def _maker(op: str, clauses: tuple[str, ...], link: str, make: Callable[[Any, str], dict[str, Any]]) -> Maker:
    def made(function: Callable[..., Any]) -> Mutant:
        theme, fault = function.__module__.rpartition(".")[2], _CAPITALS.sub("_", function.__name__).lower()
        name = f"{theme}/{fault}".replace("_", "-")
        return Mutant(name, (function.__doc__ or "").strip(), op, clauses, link, make(function, name))

    return made


def decodes(*clauses: str, link: str = "") -> Maker:
    """Make a mutant of a whole decoder."""
    return _maker("decode", clauses, link, lambda decoder, _: {"decode": decoder})


def shows(*clauses: str, link: str = "") -> Maker:
    """Make a mutant of what becomes of a message that was read."""

    def make(change: Callable[[Message], Message], _: str) -> dict[str, Decoder]:
        def decode(octets: bytes, session: Session | None) -> tuple[Message, int]:
            message, consumed = reference.decode(octets, session)
            return change(message), consumed

        return {"decode": decode}

    return _maker("decode", clauses, link, make)


def reads(*clauses: str, link: str = "") -> Maker:
    """Make a mutant of the octets that it takes a frame for; the length that it tells stays that of the frame."""

    def make(change: Callable[[bytes], bytes], _: str) -> dict[str, Decoder]:
        def decode(octets: bytes, session: Session | None) -> tuple[Message, int]:
            message, _ = reference.decode(change(octets), session)
            return replace(message, length=len(octets)), len(octets)

        return {"decode": decode}

    return _maker("decode", clauses, link, make)


def refuses(*clauses: str, link: str = "") -> Maker:
    """Make a mutant of a reason to refuse what is no reason."""

    def make(is_refused: Callable[[Message], bool], name: str) -> dict[str, Decoder]:
        def decode(octets: bytes, session: Session | None) -> tuple[Message, int]:
            message, consumed = reference.decode(octets, session)
            if is_refused(message):
                raise Reject(name)
            return message, consumed

        return {"decode": decode}

    return _maker("decode", clauses, link, make)


def asks(*clauses: str, link: str = "") -> Maker:
    """Make a mutant of what an encoder takes a request for."""

    def make(change: Callable[[Message], Message], _: str) -> dict[str, Encoder]:
        return {"encode": lambda message, session: reference.encode(change(message), session)}

    return _maker("encode", clauses, link, make)


def writes(*clauses: str, link: str = "") -> Maker:
    """Make a mutant of the octets that an encoder makes of a frame that is right."""

    def make(change: Callable[[bytes], bytes], _: str) -> dict[str, Encoder]:
        return {"encode": lambda message, session: change(reference.encode(message, session))}

    return _maker("encode", clauses, link, make)


def encodes(*clauses: str, link: str = "") -> Maker:
    """Make a mutant of a whole encoder."""
    return _maker("encode", clauses, link, lambda encoder, _: {"encode": encoder})


def connects(*clauses: str, link: str = "") -> Callable[[type[Station]], Mutant]:
    """Make a mutant of a station's side of a connection, a class built without arguments."""

    def make(station: type[Station], _: str) -> dict[str, Callable[..., Any]]:
        current: list[Station] = []

        def stream(octets: bytes, more: bool) -> Pieces:  # noqa: FBT001 - the protocol's own key
            current[:] = current or [station()]
            return current[0].receive(octets, more=more)

        def reset() -> None:
            current.clear()

        return {"stream": stream, "reset": reset}

    return _maker("stream", clauses, link, make)
