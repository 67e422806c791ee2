"""Speaks the adapter protocol for a Python module: `python -m bmpconform.targets.host MODULE`.

Why a child like any other: a module under test may hang, crash its interpreter or eat memory as well as any program.
What such a module has is in `bmpconform.targets.module`.
"""

import importlib
import os
import sys
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from bmpconform.targets.lines import lines_of
from bmpconform.targets.module import Pieces, Session, Unsupported
from bmpconform.targets.protocol import PROTOCOL, Bye, Decode, Encode, Hello, Request, Reset, Stream
from bmpconform.targets.serve import OK, Body, serve
from bmpconform.wire.value import UnsetType

OPS = ("decode", "encode", "stream")


def answer(module: ModuleType, request: Request, counters: int = 0) -> Body:
    """Return what the module says to a request, and that so many counters are kept. Raises what the module raises."""
    match request:
        case Hello():
            return _hello(module, counters)
        case Reset():
            getattr(module, "reset", _nothing)()
            return OK
        case Bye():
            return OK
        case Decode(octets, session):
            message, consumed = _function(module, "decode")(bytes.fromhex(octets), _session(session))
            return {**OK, "consumed": consumed, "message": message}
        case Encode(message, session):
            return {**OK, "hex": bytes(_function(module, "encode")(message, _session(session))).hex()}
        case Stream(octets, more):
            pieces: Pieces = _function(module, "stream")(bytes.fromhex(octets), more)
            return {**OK, "items": pieces.items, "left": pieces.left, "closed": pieces.closed}


def _function(module: ModuleType, name: str) -> Callable[..., Any]:
    function: Callable[..., Any] | None = getattr(module, name, None)
    if function is None:
        raise Unsupported(f"{module.__name__} has no {name}")
    return function


def _nothing() -> None:
    """Forget the state of a module that has none."""


def _hello(module: ModuleType, counters: int) -> Body:
    ops = [op for op in OPS if hasattr(module, op)]
    coverage = {"coverage": {"counters": counters}} if counters else {}
    return {
        **OK,
        "protocol": PROTOCOL,
        "name": getattr(module, "NAME", module.__name__),
        "version": getattr(module, "VERSION", "unknown"),
        "language": getattr(module, "LANGUAGE", "Python"),
        "url": getattr(module, "URL", ""),
        "capabilities": {"ops": ops, "depth": {}, "bgp": "none", **getattr(module, "CAPABILITIES", {}), **coverage},
    }


def _session(session: Session | UnsetType) -> Session | None:
    return None if isinstance(session, UnsetType) else session


def main() -> None:
    """Serve the module that is named on the command line."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the command and its one argument
        sys.exit("usage: python -m bmpconform.targets.host MODULE")
    module, lines = importlib.import_module(sys.argv[1]), lines_of(os.environ)
    serve(partial(answer, module, counters=0 if lines is None else lines.counters), lines)


if __name__ == "__main__":
    main()
