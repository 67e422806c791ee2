"""The adapter's side of the protocol: reads requests, writes answers, as long as there are any.

Why each answer is written at once: one slow case must not hold up the answers to those before it.
"""

import os
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol, TypeAlias

from bmpconform.targets.module import Panic, Reject, Unsupported
from bmpconform.targets.protocol import Bye, Request
from bmpconform.wire.value import Value, json_reader, to_json

Body: TypeAlias = dict[str, Any]

READ_REQUEST = json_reader(Request)
OK: Body = {"status": "ok"}


class _Numbered(Value, frozen=True):
    """What every request has."""

    id: int
    op: str


READ_NUMBER = json_reader(_Numbered)


class Counted(Protocol):
    """What counts how a request is answered, from before it is to before the answer is sent."""

    def begin(self, request: int) -> None:
        """Count for another request from now on."""

    def end(self) -> None:
        """Count no more."""


def serve(answer: Callable[[Request], Body], counted: Counted | None = None) -> None:
    """Answer the requests on stdin by `answer` until `bye` or the end; what it raises becomes an answer too."""
    requests, answers = _take_pipes()
    for line in requests:
        try:
            request = READ_REQUEST(line)
        except ValueError as error:
            octets = to_json({"id": READ_NUMBER(line).id, "status": "unsupported", "reason": str(error)})
        else:
            if counted is not None:
                counted.begin(request.id)
            octets = answered(request, answer)
            if counted is not None:
                counted.end()
        answers.write(octets + b"\n")
        answers.flush()
        if isinstance(request, Bye):
            return


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep stdin and stdout to ourselves: what the library prints goes to stderr, and it reads nothing."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - its descriptor is what is wanted
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return requests, answers


def answered(request: Request, answer: Callable[[Request], Body]) -> bytes:
    """Return the answer to one request as JSON."""
    try:
        return to_json({"id": request.id, **answer(request)})
    except Reject as reject:
        body: Body = {"status": "reject", "error": reject.error, "reason": str(reject)}
        if reject.offset is not None:
            body["offset"] = reject.offset
    except Unsupported as unsupported:
        body = {"status": "unsupported", "reason": str(unsupported)}
    except Panic as panic:
        body = {"status": "panic", "error": panic.error, "reason": str(panic)}
    except Exception as error:  # noqa: BLE001 - what the library under test raises beyond its own errors
        body = {"status": "panic", "error": type(error).__name__, "reason": str(error)}
    return to_json({"id": request.id, **body})
