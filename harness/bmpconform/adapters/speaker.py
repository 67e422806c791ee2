"""The adapter protocol on stdin and stdout, for a target in Python that has an environment of its own.

Why the standard library alone: this file runs there by its path, `python speaker.py ADAPTER.py`, where nothing of the
harness is installed.

An adapter is a module, its neighbours importable, with `CAPABILITIES`, `hello()` and a function for each op that it
declares: `decode(octets, session)`, `encode(message, session)`, `stream(octets, more)` and, with stream, `reset()`.
Each returns the answer without its `id`. What it does not catch is told as a panic: a crash is no rejection.
"""

import json
import os
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

PROTOCOL = 1
Fields = dict[str, Any]


def main(adapter: str) -> None:
    """Answer each request on stdin until `bye` or the end of input."""
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    target = _load(Path(adapter))
    for line in sys.stdin.buffer:
        request = json.loads(line)
        answer = {"id": request["id"], **respond(target, request)}
        answers.write(json.dumps(answer, separators=(",", ":")).encode() + b"\n")
        answers.flush()
        if request["op"] == "bye":
            return


def respond(target: ModuleType, request: Fields) -> Fields:
    """Return the answer to one request, without its id."""
    op = request["op"]
    if op not in {"hello", "reset", "bye", *target.CAPABILITIES["ops"]}:
        return {"status": "unsupported", "reason": f"no op {op}"}
    try:
        return _OPS[op](target, request)
    except Exception as error:  # noqa: BLE001 - the boundary: whatever the library raises is told, not raised
        return {"status": "panic", "error": type(error).__name__, "reason": str(error)}


def _hello(target: ModuleType, _: Fields) -> Fields:
    return {"status": "ok", "protocol": PROTOCOL, **target.hello(), "capabilities": target.CAPABILITIES}


def _decode(target: ModuleType, request: Fields) -> Fields:
    answer: Fields = target.decode(bytes.fromhex(request["hex"]), request.get("session") or {})
    return answer


def _encode(target: ModuleType, request: Fields) -> Fields:
    answer: Fields = target.encode(request["message"], request.get("session") or {})
    return answer


def _stream(target: ModuleType, request: Fields) -> Fields:
    answer: Fields = target.stream(bytes.fromhex(request["hex"]), request["more"])
    return answer


def _reset(target: ModuleType, _: Fields) -> Fields:
    if "stream" in target.CAPABILITIES["ops"]:
        target.reset()
    return {"status": "ok"}


def _bye(_: ModuleType, __: Fields) -> Fields:
    return {"status": "ok"}


_OPS: dict[str, Callable[[ModuleType, Fields], Fields]] = {
    "hello": _hello,
    "decode": _decode,
    "encode": _encode,
    "stream": _stream,
    "reset": _reset,
    "bye": _bye,
}


def _load(path: Path) -> ModuleType:
    sys.path[0] = str(path.parent)
    spec = spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python module")
    module = module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main(*sys.argv[1:])
