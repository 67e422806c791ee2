"""A target that speaks the protocol and misbehaves in one named way: `hostile.py NAME`. Imports nothing of the product.

Most ways show on the foul frame only; every other frame is rejected with its own octets as the error, so that a test
sees that each answer came to its own case.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

FOUL = "f0"
HELLO = {
    "status": "ok",
    "protocol": 1,
    "name": "hostile",
    "version": "1",
    "language": "Python",
    "url": "",
    "capabilities": {"ops": ["decode"]},
}
Request = dict[str, Any]


def write(octets: bytes) -> None:
    """Write to stdout, whole."""
    while octets:
        octets = octets[os.write(1, octets) :]


def say(answer: object) -> None:
    """Write one answer."""
    write(json.dumps(answer).encode() + b"\n")


def rejection(request: Request, number: int = 0) -> Request:
    """Return the usual answer to a decode, with another id if need be."""
    return {"id": number or request["id"], "status": "reject", "error": request["hex"], "reason": ""}


def pause() -> NoReturn:
    """Do nothing for ever."""
    while True:
        signal.pause()


def fork(then: Callable[[], None]) -> None:
    """Do something in a child process that never comes back."""
    if os.fork() == 0:
        try:
            then()
            pause()
        finally:
            os._exit(0)


def daemon() -> None:
    """Leave the session and the parent, as a daemon does, and live on."""
    os.setsid()
    fork(lambda: None)
    os._exit(0)


def eat() -> None:
    """Take memory and use it, without end."""
    eaten = []
    while True:
        eaten.append(b"x" * (1 << 20))


def flood(number: int, octets: bytes) -> None:
    """Write without end."""
    while True:
        os.write(number, octets)


def ignore_signals() -> None:
    """Hang, and be deaf to all that can be ignored."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        with suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    while True:
        pass


def answer_to_nonsense(request: Request) -> None:
    """Take any op for a reset."""
    say({"id": request["id"], "status": "ok"})


def after_answer(request: Request, then: Callable[[], object]) -> None:
    """Answer as usual and then misbehave."""
    say(rejection(request))
    then()


def after_stderr(request: Request, octets: int) -> None:
    """Write much to stderr and then answer as usual."""
    os.write(2, b"x" * octets)
    say(rejection(request))


def in_turn(*deeds: Callable[[], object]) -> Callable[[Request], None]:
    """Return what does one thing after the other, and does not look at the request."""

    def do(_: Request) -> None:
        for deed in deeds:
            deed()

    return do


def instead(octets: bytes) -> Callable[[Request], None]:
    """Return what writes octets in place of an answer."""
    return lambda _: write(octets)


# What is done with the foul frame.
FOUL_DEEDS: dict[str, Callable[[Request], object]] = {
    "hang": lambda _: pause(),
    "hang-after-answer": lambda request: after_answer(request, pause),
    "ignore-signals": lambda _: ignore_signals(),
    "stop": lambda _: os.kill(os.getpid(), signal.SIGSTOP),
    "exit": lambda _: os._exit(3),
    "exit-0": lambda _: os._exit(0),
    "exit-after-answer": lambda request: after_answer(request, lambda: os._exit(3)),
    "abort": lambda _: os.abort(),
    "garbage": instead(b"Traceback (most recent call last):\n"),
    "empty-line": instead(b"\n"),
    "half-line-and-exit": in_turn(lambda: write(b'{"id":'), lambda: os._exit(3)),
    "half-line-and-hang": in_turn(lambda: write(b'{"id":'), pause),
    "other-id": lambda request: say(rejection(request, request["id"] + 1)),
    "earlier-id": lambda request: say(rejection(request, request["id"] - 1)),
    "twice": lambda request: after_answer(request, lambda: say(rejection(request))),
    "flood-stdout": lambda _: flood(1, b'{"id":1,"status":"ok"}\n' * 1000),
    "flood-line": lambda _: flood(1, b"x" * 65536),
    "long-line": lambda request: write(b'{"id":%d,"x":"' % request["id"] + b"x" * 100_000_000 + b'"}\n'),
    "flood-stderr": lambda _: flood(2, b"x" * 65536),
    "much-stderr": lambda request: after_stderr(request, 4_000_000),
    "close-stdout": in_turn(lambda: os.close(1), pause),
    "close-stdin": in_turn(lambda: os.close(0), pause),
    "close-all": in_turn(lambda: os.closerange(0, 3), pause),
    "leave-child": lambda request: after_answer(request, lambda: fork(lambda: None)),
    "leave-daemon": lambda request: after_answer(request, lambda: fork(daemon)),
    "daemon-and-exit": in_turn(lambda: fork(daemon), lambda: os._exit(3)),
    "daemon-and-hang": in_turn(lambda: fork(daemon), pause),
    "eat": lambda _: eat(),
    "eat-in-child": in_turn(lambda: fork(eat), pause),
    "fork-many": in_turn(*[lambda: fork(lambda: None)] * 40, pause),
    "wrong-type": lambda request: say({"id": request["id"], "status": "reject", "error": 6}),
    "wrong-status": lambda request: say({"id": request["id"], "status": "fine"}),
    "negative": lambda request: say({"id": request["id"], "status": "reject", "error": "cut", "offset": -1}),
    "no-id": lambda _: say({"status": "ok", "consumed": 1}),
    "list": lambda _: say([]),
    "not-utf-8": lambda request: write(b'{"id":%d,"status":"reject","error":"\xff"}\n' % request["id"]),
    "not-utf-8-unread": lambda request: write(b'{"id":%d,"status":"ok","extra":"\xff"}\n' % request["id"]),
    "deep": instead(b'{"x":' + b"[" * 1_000_000 + b"\n"),
    "panic": lambda request: say({"id": request["id"], "status": "panic", "error": "boom", "reason": "caught"}),
}


class Ordered:
    """Answers in another order: the first of each two waits for the second."""

    def __init__(self) -> None:
        self.waiting: Request | None = None

    def __call__(self, request: Request) -> None:
        """Answer two requests, the later one first."""
        if self.waiting is None:
            self.waiting = request
            return
        say(rejection(request))
        say(rejection(self.waiting))
        self.waiting = None


def serve(name: str) -> None:
    """Answer what comes, as `name` says."""
    decodes = 0
    swap = Ordered()
    lines = sys.stdin.buffer.readlines() if name == "answer-at-end" else sys.stdin.buffer
    for line in lines:
        request = json.loads(line)
        number, op = request["id"], request["op"]
        decodes += op == "decode"
        if op == "hello":
            say({"id": number, **HELLO} | ({"protocol": 2} if name == "protocol-2" else {}))
        elif name == "answer-nonsense" or op in {"reset", "bye"}:
            answer_to_nonsense(request)
            if op == "bye":
                return
        elif op != "decode":
            say({"id": number, "status": "unsupported", "reason": op})
        elif name == "hang-at-second" and decodes == 2:
            pause()
        elif name == "exit-at-tenth" and decodes == 10:
            os._exit(3)
        elif name == "swap":
            swap(request)
        elif request["hex"] == FOUL and name in FOUL_DEEDS:
            FOUL_DEEDS[name](request)
        else:
            say(rejection(request))


def main(name: str) -> None:
    """Misbehave at the start, or serve."""
    if name == "exit-at-start":
        sys.exit("no such thing")
    if name == "hang-at-start":
        pause()
    if name == "noise-at-start":
        write(b"starting...\n")
    serve(name)


if __name__ == "__main__":
    main(sys.argv[1])
