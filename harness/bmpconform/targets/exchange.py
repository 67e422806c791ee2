"""Cases put to one child and its answers, many under way at once.

Why cases are told late: what is known of one is told with the next answer in hand. An answer that nobody asked for is
then charged to the case before it or the one after it, and never comes too late for one that was told. Behind the last
case, and behind one that is alone, goes a `reset` to this end: the fence. A case's clock starts when it is the oldest
unanswered, and stands still while nobody waits for it.

The loops over cases and over answers are written out: they are run for each of them.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, Literal, TypeAlias

from bmpconform.targets.child import Child
from bmpconform.targets.deeper import without_deeper
from bmpconform.targets.protocol import (
    ANSWER_OCTETS,
    ANSWERS,
    FRAME_OCTETS,
    WINDOW_OCTETS,
    WINDOW_REQUESTS,
    Answer,
    Asked,
    Capabilities,
    Panicked,
    Reset,
    Streamed,
)
from bmpconform.targets.replies import Answered, Case, Crashed, NotSent, Reply, Told
from bmpconform.wire.value import json_reader, to_json

READERS = {kind: json_reader(shape) for kind, shape in ANSWERS.items()}
FENCE = Reset()
TOO_LONG = NotSent(f"a frame of more than {FRAME_OCTETS} octets")
# A child that closed its output gets at least so long to end of itself, so that a crash is told from a breach.
END_SECONDS = 1.0


class ExchangeError(Exception):
    """An exchange came to its end before its answers did."""


class DiedError(ExchangeError):
    """The child ended: `how` as its supervisor tells it."""

    def __init__(self, how: str, text: str) -> None:
        super().__init__(text)
        self.how = how


class LateError(ExchangeError):
    """The oldest unanswered case had its time."""


class WrongError(ExchangeError):
    """What came is no answer to what was asked."""


# A request that awaits its answer: the octets of its line, what reads its answer, its case (None for a fence), and
# whether it is the case's last: a reply in that place is told whatever the answer.
Awaited: TypeAlias = tuple[int, Callable[[bytes], Any], Case | None, bool | NotSent]


class Exchange:
    """What is under way with one child.

    Shape: `feed` it with cases and `advance` to those that can be told, until it `is_over`; or `alone` for one case.
    When one of them raises ExchangeError the child is of no more use, and the cases that are `untold` have to be asked
    again. So they have once it is `spent`: it has told of a panic.
    """

    def __init__(self, child: Child, seconds: float, *, fresh_after_panic: bool = True) -> None:
        self.child = child
        self.seconds = seconds
        # What the child said that it can do, once it has.
        self.able: Capabilities | None = None
        self.spent = False
        self._fresh_after_panic = fresh_after_panic
        self._number = 0
        self._answered = 0
        self._unsent: deque[tuple[bytes, Awaited]] = deque()
        self._awaited: deque[Awaited] = deque()
        self._under_way = 0
        self._outgoing = bytearray()
        self._rest = bytearray()
        self._answers: list[Answer] = []
        self._has_panicked = False
        self._panic: Panicked | None = None
        self._known: list[Told] = []
        self._is_fenced = True
        self._is_settled = True
        self._failure: ExchangeError | None = None
        self._deadline = 0.0
        self._paused = 0.0

    @property
    def is_over(self) -> bool:
        """Whether all is answered and told, and a fence stands behind it."""
        return self._is_fenced and not (self._is_waiting or self._known)

    def untold(self) -> list[Case]:
        """Return the cases that were taken on and not told yet, in order."""
        awaited = [*self._awaited, *(entry for _, entry in self._unsent)]
        return [case for case, _ in self._known] + [case for _, _, case, last in awaited if last and case is not None]

    def oldest(self) -> Case | None:
        """Return the oldest unanswered case."""
        return self._awaited[0][2] if self._awaited else None

    def feed(self, again: deque[Case], cases: Iterator[Case]) -> None:
        """Take on what the window has room for, of `again` first; behind the last case goes the fence.

        Once the window was full it is filled again when it is half empty, so that requests go out many at once.
        """
        awaited, number, under_way = self._awaited, self._number, self._under_way
        if self._unsent or len(awaited) > WINDOW_REQUESTS // 2:
            return
        if not awaited:
            self._start_clock()
        while len(awaited) < WINDOW_REQUESTS:
            case = again.popleft() if again else next(cases, None)
            if case is None:
                break
            self._is_fenced = False
            request = case.requests[0]
            line = b'{"id":%d,%b\n' % (number + 1, to_json(request)[1:])
            octets = len(line)
            if len(case.requests) > 1 or under_way + octets > WINDOW_OCTETS:
                self._number, self._under_way = number, under_way
                self._take_on(case)
                number, under_way = self._number, self._under_way
                if self._unsent:
                    return
                continue
            number += 1
            under_way += octets
            self._outgoing += line
            awaited.append((octets, READERS[type(request)], case, True))
        self._number, self._under_way = number, under_way
        if case is None and not self._is_fenced:
            self._enclose()

    def advance(self) -> list[Told]:
        """Return the cases that can be told, none where that hangs on what comes next. Raises ExchangeError."""
        self._resume()
        while not (told := self._told()) and self._is_waiting:
            self._proceed()
        self._paused = time.monotonic()
        return told

    def alone(self, case: Case, *, fenced: bool = True) -> Reply:
        """Return what comes of a case while no other is under way. Raises ExchangeError."""
        self._take_on(case)
        if fenced:
            self._enclose()
        self._resume()
        while self._is_waiting and not self.spent:
            self._proceed()
        return self._known.pop()[1]

    @property
    def _is_waiting(self) -> bool:
        """Whether an answer is awaited, or the last were followed by what is wrong."""
        return bool(self._awaited or self._unsent or self._failure is not None)

    def _proceed(self) -> None:
        if self._failure is not None:
            raise self._failure
        self._step()

    def _told(self) -> list[Told]:
        """Return what nothing can change any more: all that is known but the last, and that behind a fence."""
        known = self._known
        if self._is_settled or self.spent:
            self._known = []
            return known
        told = known[:-1]
        del known[:-1]
        return told

    def _take_on(self, case: Case) -> None:
        """Send a case as soon as there is room for it; a fence in place of one that is too long."""
        if any(len(getattr(request, "hex", "")) > 2 * FRAME_OCTETS for request in case.requests):
            self._queue((FENCE,), case, TOO_LONG)
        else:
            self._queue(case.requests, case, end=True)
        self._send()

    def _enclose(self) -> None:
        """Send a fence."""
        self._is_fenced = True
        self._queue((FENCE,), None, end=True)
        self._send()

    def _queue(self, requests: Sequence[Asked], case: Case | None, end: Literal[True] | NotSent) -> None:
        for place, request in enumerate(requests, 1):
            self._number += 1
            line = b'{"id":%d,%b\n' % (self._number, to_json(request)[1:])
            entry = (len(line), READERS[type(request)], case, end if place == len(requests) else False)
            self._unsent.append((line, entry))

    def _send(self) -> None:
        """Send what the window takes: so many requests and octets, or one request that is larger."""
        if self._unsent and not self._awaited:
            self._start_clock()
        while self._unsent:
            line, entry = self._unsent[0]
            octets = self._under_way + len(line)
            if self._awaited and (len(self._awaited) >= WINDOW_REQUESTS or octets > WINDOW_OCTETS):
                return
            self._unsent.popleft()
            self._awaited.append(entry)
            self._outgoing += line
            self._under_way = octets

    def _start_clock(self) -> None:
        self._deadline = time.monotonic() + self.seconds
        self._paused = 0.0

    def _resume(self) -> None:
        """Do not count the time that the caller took."""
        if self._paused:
            self._deadline += time.monotonic() - self._paused
            self._paused = 0.0

    def _step(self) -> None:
        """Write and read what can be written and read, or wait for it."""
        self._send()
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
        """Wait for the child, as long as the oldest case has time."""
        self._keep_time()
        if self._failure is None:
            self.child.wait(self._deadline - time.monotonic(), writing=bool(self._outgoing))

    def _keep_time(self) -> None:
        if self._failure is None and self._awaited and time.monotonic() >= self._deadline:
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
            try:
                self._read_text(lines)
            except WrongError as error:
                self._failure = error
            except (ValueError, RecursionError) as error:
                self._failure = WrongError(f"no answer of the protocol: {error}")

    def _read_text(self, lines: list[bytes]) -> None:
        """Read answers, which are to be UTF-8. Raises what is wrong with one."""
        if all(map(bytes.isascii, lines)):
            self._read(lines)
            return
        for line in lines:
            line.decode()
            if not self.spent:
                self._read([line])

    def _read(self, lines: list[bytes]) -> None:  # noqa: C901 - the loop that is run for each answer
        """Read answers, each of which is to be that of the oldest unanswered request. Raises what is wrong with one."""
        awaited, answers, known, number = self._awaited, self._answers, self._known, self._answered
        case, freed, before = None, 0, len(known)
        self._is_settled = False
        for line in lines:
            if not awaited:
                raise WrongError("an answer to no request")
            octets, read, case, end = awaited[0]
            try:
                answer = read(line)
            except ValueError:
                answer = read(self._without_deeper(line, case))
            number += 1
            if answer.id != number:
                raise WrongError(f"an answer with id {answer.id} in place of {number}")
            awaited.popleft()
            freed += octets
            kind = type(answer)
            if kind is Panicked or kind is Streamed:
                self._note_panic(answer)
            if not end and not (kind is Panicked and self._fresh_after_panic):
                answers.append(answer)
            elif case is not None:
                if answers:
                    known.append((case, Answered((*answers, answer))))
                    answers.clear()
                else:
                    known.append((case, Answered((answer,))))
                if end is not True or self._has_panicked:
                    self._amend(end)
                    if self.spent:
                        return
        self._answered = number
        self._under_way -= freed
        self._is_settled = case is None
        if len(known) > before or case is None:
            self._deadline = time.monotonic() + self.seconds

    def _without_deeper(self, line: bytes, case: Case | None) -> bytes:
        """Return what cannot be read as an answer without what its target need not have shown."""
        return line if case is None or self.able is None else without_deeper(line, case, self.able)

    def _note_panic(self, answer: Panicked | Streamed) -> None:
        if isinstance(answer, Panicked):
            self._has_panicked, self._panic = True, answer
        elif any(item.status == "panic" for item in answer.items):
            self._has_panicked = True

    def _amend(self, end: bool | NotSent) -> None:  # noqa: FBT001 - what an entry says of its end
        """Tell of the case that is known last what its answers do not: that it was not sent, or panicked."""
        case, reply = self._known.pop()
        if isinstance(end, NotSent):
            reply = end
        elif self._panic is not None:
            reply = Crashed(self._panic.error, self._panic.reason, self.child.stderr)
        self._known.append((case, reply))
        self.spent = self._has_panicked and self._fresh_after_panic
        self._has_panicked, self._panic = False, None
        if not end:
            self._drop_rest()

    def _drop_rest(self) -> None:
        """Await no more answers to the case that panicked midway."""
        rest = chain(self._awaited, (entry for _, entry in self._unsent))
        count = 1 + next(place for place, entry in enumerate(rest) if entry[3])
        for _ in range(count):
            if self._awaited:
                self._awaited.popleft()
            else:
                self._unsent.popleft()
