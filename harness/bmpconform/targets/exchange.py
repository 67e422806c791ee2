"""Requests to one child and its answers, many under way at once.

Why in groups: a case is done when all its requests are answered, and is repeated whole. A group is settled one group
late, with the next answer in hand: an answer that nobody asked for is then charged to the group before it or the one
after it, and never comes too late for a group that was settled. A group's clock starts when it is the oldest
unanswered, and stands still while nobody waits for it.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from bmpconform.targets.child import Child
from bmpconform.targets.protocol import (
    ANSWER_OCTETS,
    ANSWERS,
    FRAME_OCTETS,
    WINDOW_OCTETS,
    WINDOW_REQUESTS,
    Answer,
    Panicked,
    Probe,
    Request,
    Streamed,
)
from bmpconform.wire.value import json_reader, to_json

READERS = {kind: json_reader(shape) for kind, shape in ANSWERS.items()}
# A child that closed its output gets at least so long to end of itself, so that a crash is told from a breach.
END_SECONDS = 1.0

Answers: TypeAlias = tuple[Answer, ...]
Settled: TypeAlias = tuple[Any, Answers]
Line: TypeAlias = tuple[bytes, Callable[[bytes], Any]]


class ExchangeError(Exception):
    """An exchange came to its end before its answers did."""


class DiedError(ExchangeError):
    """The child ended: `how` as its supervisor tells it."""

    def __init__(self, how: str, text: str) -> None:
        super().__init__(text)
        self.how = how


class LateError(ExchangeError):
    """The oldest unanswered group had its time."""


class WrongError(ExchangeError):
    """What came is no answer to what was asked."""


class Exchange:
    """What is under way with one child.

    Shape: `offer` groups while there `has_room`, `advance` for those that are settled; `alone` for a group of its own.
    When one raises ExchangeError the child is of no more use, and `unsettled` groups have to be asked again. So they
    have once it is `spent`: it has told of a panic.
    """

    def __init__(self, child: Child, seconds: float, *, fresh_after_panic: bool = True) -> None:
        self.child = child
        self.seconds = seconds
        self.spent = False
        self._fresh_after_panic = fresh_after_panic
        self._number = 0
        self._answered = 0
        self._unsent: deque[Line] = deque()
        self._unanswered: deque[Line] = deque()
        self._under_way = 0
        self._full = False
        self._outgoing = bytearray()
        self._rest = bytearray()
        self._groups: deque[tuple[Any, int]] = deque()
        self._answers: list[Answer] = []
        self._done: list[Settled] = []
        self._failure: ExchangeError | None = None
        self._deadline = 0.0
        self._paused = 0.0

    @property
    def has_room(self) -> bool:
        """Whether another group can be sent; once the window was full, not before it is half empty."""
        if self._unsent:
            self._full = True
        elif len(self._unanswered) <= WINDOW_REQUESTS // 2:
            self._full = False
        return not self._full

    @property
    def is_idle(self) -> bool:
        """Whether every group is answered."""
        return not self._groups

    def offer(self, key: object, requests: Sequence[Request | Probe]) -> bool:
        """Take a group on, to be told as `key`; False where a frame in it is too long to be sent."""
        lines = []
        for number, request in enumerate(requests, self._number + 1):
            line = b'{"id":%d,%b\n' % (number, to_json(request)[1:])
            if len(line) > 2 * FRAME_OCTETS and len(getattr(request, "hex", "")) > 2 * FRAME_OCTETS:
                return False
            lines.append((line, READERS[type(request)]))
        self._number += len(lines)
        self._unsent.extend(lines)
        self._groups.append((key, len(lines)))
        self._fill()
        return True

    def advance(self) -> list[Settled]:
        """Return the groups, at least one, that are settled now. Raises ExchangeError where there will be none."""
        self._resume()
        while True:
            settled = self._settled()
            if settled:
                self._paused = time.monotonic()
                return settled
            if self._failure is not None:
                raise self._failure
            self._step()

    def alone(self, requests: Sequence[Request | Probe]) -> Answers:
        """Return the answers to a group that is sent while nothing else is under way. Raises ExchangeError."""
        self._done.clear()
        if not self.offer(None, requests):
            raise ValueError("a frame is too long to be sent")
        self._resume()
        while not self._done and self._failure is None:
            self._step()
        if self._failure is not None:
            raise self._failure
        return self._done.pop()[1]

    def unsettled(self) -> list[Any]:
        """Return the keys of the groups that were not told yet, in order."""
        return [key for key, _ in (*self._done, *self._groups)]

    def oldest(self) -> Any:  # noqa: ANN401 - the key is the caller's
        """Return the key of the oldest unanswered group, None where all are answered."""
        return self._groups[0][0] if self._groups else None

    def _settled(self) -> list[Settled]:
        """Return the groups that nothing can change any more: all but the last, and that too after a panic."""
        last = len(self._done) if self.spent else len(self._done) - 1
        settled = self._done[: max(last, 0)]
        del self._done[: max(last, 0)]
        return settled

    def _resume(self) -> None:
        """Do not count the time that the caller took."""
        if self._paused:
            self._deadline += time.monotonic() - self._paused
            self._paused = 0.0

    def _fill(self) -> None:
        """Send what the window takes: so many requests and octets, or one request that is larger."""
        if self._unsent and not self._unanswered:
            self._deadline = time.monotonic() + self.seconds
            self._paused = 0.0
        while self._unsent:
            octets = self._under_way + len(self._unsent[0][0])
            if self._unanswered and (len(self._unanswered) >= WINDOW_REQUESTS or octets > WINDOW_OCTETS):
                return
            self._unanswered.append(self._unsent.popleft())
            self._outgoing += self._unanswered[-1][0]
            self._under_way = octets

    def _step(self) -> None:
        """Write and read what can be written and read, or wait for it."""
        self._fill()
        if self._outgoing:
            with memoryview(self._outgoing) as octets:
                written = self.child.write(octets)
            del self._outgoing[:written]
        came = self.child.read()
        if came is None:
            self._wait()
        elif came:
            self._take(came)
            self._keep_time()
        else:
            self._failure = self._closed()

    def _wait(self) -> None:
        """Wait for the child, as long as the oldest group has time."""
        self._keep_time()
        if self._failure is None:
            self.child.wait(self._deadline - time.monotonic(), writing=bool(self._outgoing))

    def _keep_time(self) -> None:
        if self._failure is None and self._groups and time.monotonic() >= self._deadline:
            self._failure = LateError(f"no answer within {self.seconds:g} s")

    def _closed(self) -> ExchangeError:
        """Return what it means that the child's output has ended."""
        half = f", {len(self._rest)} octets into a line" if self._rest else ""
        how = self.child.end(max(self._deadline - time.monotonic(), END_SECONDS))
        if how is None:
            return WrongError(f"closed its output{half}, and ran on")
        return DiedError(how, f"ended{half}: {how}")

    def _take(self, octets: bytes) -> None:
        """Read the lines that `octets` complete, and keep what is behind the last of them."""
        lines = octets.split(b"\n")
        self._rest += lines[0]
        if len(self._rest) > ANSWER_OCTETS:
            self._failure = WrongError(f"a line of more than {ANSWER_OCTETS} octets")
        elif len(lines) > 1:
            lines[0] = bytes(self._rest)
            self._rest = bytearray(lines.pop())
            self._read_lines(lines)

    def _read_lines(self, lines: list[bytes]) -> None:
        try:
            for line in lines:
                self._read(line)
                if self.spent:
                    return
        except WrongError as error:
            self._failure = error

    def _read(self, line: bytes) -> None:
        """Read one answer, which is to be that of the oldest unanswered request."""
        if not self._unanswered:
            raise WrongError("an answer to no request")
        sent, read = self._unanswered.popleft()
        self._under_way -= len(sent)
        self._answered += 1
        try:
            if not line.isascii():
                line.decode()
            answer = read(line)
        except (ValueError, RecursionError) as error:
            raise WrongError(f"no answer of the protocol: {error}") from error
        if answer.id != self._answered:
            raise WrongError(f"an answer with id {answer.id} in place of {self._answered}")
        self._answers.append(answer)
        panicked = _tells_of_panic(answer) and self._fresh_after_panic
        if len(self._answers) == self._groups[0][1] or panicked:
            self._done.append((self._groups.popleft()[0], tuple(self._answers)))
            self._answers.clear()
            self._deadline = time.monotonic() + self.seconds
            self.spent = panicked


def _tells_of_panic(answer: Answer) -> bool:
    kind = type(answer)
    return kind is Panicked or (isinstance(answer, Streamed) and any(item.status == "panic" for item in answer.items))
