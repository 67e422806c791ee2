"""Speaks the adapter protocol of bmpconform, version 1, for decoder.py. There is nothing to change here.

One JSON object a line: requests on standard input, answers on standard output, each with the id of its request.
"""

import json
import os
import sys
from typing import Any, BinaryIO, Dict, Tuple

import decoder
from decoder import Fields, Reject, Unsupported

PROTOCOL = 1
OK: Fields = {"status": "ok"}


def hello(_request: Fields) -> Fields:
    """Say who this is and what it can do."""
    return {
        **OK,
        "protocol": PROTOCOL,
        "name": decoder.NAME,
        "version": decoder.VERSION,
        "language": "Python",
        "url": decoder.URL,
        "capabilities": decoder.CAPABILITIES,
    }


def decode(request: Fields) -> Fields:
    """Take one frame apart."""
    message, consumed = decoder.decode(bytes.fromhex(request["hex"]), request.get("session"))
    return {**OK, "consumed": consumed, "message": message}


def encode(request: Fields) -> Fields:
    """Put one frame together."""
    return {**OK, "hex": decoder.encode(request["message"], request.get("session")).hex()}


def stream(request: Fields) -> Fields:
    """Take the next octets of a connection."""
    return {**OK, **decoder.stream(bytes.fromhex(request["hex"]), request["more"])}


def reset(_request: Fields) -> Fields:
    """Begin another connection."""
    decoder.reset()
    return OK


def bye(_request: Fields) -> Fields:
    """Agree to end."""
    return OK


OPS = {"hello": hello, "decode": decode, "encode": encode, "stream": stream, "reset": reset, "bye": bye}


def answer(request: Fields) -> Fields:
    """Return the answer to any request; what the library raises is an answer too."""
    op = OPS.get(request.get("op", ""))
    if op is None:
        return {"status": "unsupported", "reason": "no such op"}
    try:
        return op(request)
    except Reject as reject:
        return {"status": "reject", "error": reject.error, "reason": str(reject)}
    except Unsupported as unsupported:
        return {"status": "unsupported", "reason": str(unsupported)}
    except Exception as error:  # what the library raises beyond its own errors
        return {"status": "panic", "error": type(error).__name__, "reason": str(error)}


def take_pipes() -> Tuple[BinaryIO, BinaryIO]:
    """Keep standard output for answers: what the library prints goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sys.stdin.buffer, answers


def main() -> None:
    """Answer until `bye` or the end."""
    requests, answers = take_pipes()
    for line in requests:
        request: Dict[str, Any] = json.loads(line)
        answers.write(json.dumps({"id": request["id"], **answer(request)}).encode() + b"\n")
        answers.flush()
        if request.get("op") == "bye":
            return


if __name__ == "__main__":
    main()
