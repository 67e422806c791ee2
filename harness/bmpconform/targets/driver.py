"""Asks a target many cases, and says of each what came of it, whatever the target does.

Why replays: with many cases under way it is not plain which of them a child died of, or is stuck in. All that are not
settled then go one by one to a fresh child. Only what fails alone on a fresh child is that case's doing; what does not
is answered, and the run goes on.
"""

import contextlib
import itertools
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from types import TracebackType
from typing import Self, TypeAlias

from bmpconform.targets.child import Child
from bmpconform.targets.errors import TargetError
from bmpconform.targets.exchange import Answers, DiedError, Exchange, ExchangeError, LateError
from bmpconform.targets.launch import Launch
from bmpconform.targets.protocol import (
    FRAME_OCTETS,
    PROTOCOL,
    Answer,
    Bye,
    Greeted,
    Hello,
    Panicked,
    Probe,
    Request,
    Reset,
)
from bmpconform.targets.replies import Answered, Broken, Case, Crashed, GaveUp, NotSent, Reply, TimedOut
from bmpconform.targets.smoke import greeting, judge_honesty, smoke_requests
from bmpconform.wire.value import Value

GIVE_UP_AFTER = 20
STARTS = 3
BYE_SECONDS = 1.0

Told: TypeAlias = tuple[Case, Reply]
# Behind a case it shows that the child lives on and says no more than it was asked for.
FENCE = (Reset(),)
TOO_LONG = NotSent(f"a frame of more than {FRAME_OCTETS} octets")


class _Skipped(Value, frozen=True):
    """A case whose place a fence takes, with what is told of it."""

    case: Case
    reply: Reply


class Driver:
    """One target, started anew as often as its cases need. Not for several threads at once.

    Shape: `hello`, then `ask` as often as you like, `close` at the end, or use it as a context manager. Past
    `give_up_after` time-outs nothing more is asked (None: never). `restarts` counts the starts after the first.
    """

    def __init__(self, launch: Launch, *, give_up_after: int | None = GIVE_UP_AFTER) -> None:
        self.launch = launch
        self.restarts = -1
        self._give_up_after = give_up_after
        self._time_outs = 0
        self._given_up: str | None = None
        self._exchange: Exchange | None = None
        self._greeted: Greeted | None = None
        self._is_fresh = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self._stop()

    def hello(self) -> Greeted:
        """Return who the target says it is, after a smoke test the first time. Raises TargetError if it is unusable."""
        if self._greeted is None:
            _, greeted = self._start()
            for request in smoke_requests(greeted):
                judge_honesty(request, self._ask_once(request))
            self._greeted = greeted
        return self._greeted

    def ask(self, cases: Iterable[Case]) -> Generator[Told, None, None]:
        """Yield each case with what came of it, in order. Raises TargetError where the target was unusable at once.

        Cases are taken ahead of what is told, as many as can be under way.
        """
        self.hello()
        finished = False
        try:
            yield from self._asked(deque(), iter(cases))
            finished = True
        finally:
            if not finished:
                self._stop()

    def close(self) -> None:
        """Say good-bye, and leave no process behind."""
        if self._exchange is not None and self._exchange.is_idle:
            self._exchange.seconds = BYE_SECONDS
            with contextlib.suppress(ExchangeError):
                self._exchange.alone((Bye(),))
                self._exchange.child.end(BYE_SECONDS)
        self._stop()

    def _asked(self, again: deque[Case], cases: Iterator[Case]) -> Iterator[Told]:
        """Yield what came of all cases, those first that are to be asked `again`."""
        while (exchange := self._running()) is not None:
            self._offer(exchange, again, cases)
            if exchange.is_idle:
                return
            try:
                settled = exchange.advance()
            except ExchangeError as error:
                yield from self._one_by_one(exchange, error)
                continue
            for key, answers in settled:
                if key is not None:
                    yield self._told(key, answers)
            if exchange.spent:
                again.extendleft(reversed([_case(key) for key in exchange.unsettled() if key is not None]))
                self._stop()
        for case in itertools.chain(again, cases):
            yield case, self._not_asked()

    def _offer(self, exchange: Exchange, again: deque[Case], cases: Iterator[Case]) -> None:
        """Fill the window; behind the last case goes a fence."""
        while exchange.has_room:
            case = again.popleft() if again else next(cases, None)
            if case is None:
                if (exchange.unsettled() or [None])[-1] is not None:
                    exchange.offer(None, FENCE)
                return
            self._is_fresh = False
            if not exchange.offer(case, case.requests):
                exchange.offer(_Skipped(case, TOO_LONG), FENCE)

    def _one_by_one(self, exchange: Exchange, error: ExchangeError) -> Iterator[Told]:
        """Yield what comes of each case that was not settled when an exchange failed."""
        late = exchange.oldest() if isinstance(error, LateError) else None
        keys = exchange.unsettled()
        self._stop()
        for key in keys:
            if isinstance(key, Case):
                yield key, self._alone(key, times=int(key is late))
            elif isinstance(key, _Skipped):
                yield key.case, key.reply

    def _alone(self, case: Case, times: int) -> Reply:
        """Return what comes of a case while no other is under way; if it fails, on a child that has seen no other."""
        while (exchange := self._running()) is not None:
            was_fresh, self._is_fresh = self._is_fresh, False
            try:
                answers = exchange.alone((*case.requests, *FENCE))
            except ExchangeError as error:
                times = times + 1 if isinstance(error, LateError) else 0
                stderr = self._stop()
                if was_fresh:
                    return self._blame(error, times, stderr)
                continue
            reply = self._reply(answers[: len(case.requests)])
            if exchange.spent:
                self._stop()
            return reply
        return self._not_asked()

    def _not_asked(self) -> GaveUp:
        return GaveUp(self._given_up or "")

    def _told(self, key: Case | _Skipped, answers: Answers) -> Told:
        return (key.case, key.reply) if isinstance(key, _Skipped) else (key, self._reply(answers))

    def _reply(self, answers: Answers) -> Reply:
        """Return what answers amount to: a panic is a crash that was caught."""
        for answer in answers:
            if type(answer) is Panicked:
                stderr = self._exchange.child.stderr if self._exchange is not None else ""
                return Crashed(answer.error, answer.reason, stderr)
        return Answered(answers)

    def _blame(self, error: ExchangeError, times: int, stderr: str) -> Reply:
        """Return what a failure amounts to that is the doing of one case."""
        if isinstance(error, DiedError):
            return Crashed(error.how, str(error), stderr)
        if not isinstance(error, LateError):
            return Broken(str(error), stderr)
        self._time_outs += 1
        if self._time_outs == self._give_up_after:
            self._given_up = f"timed out {self._time_outs} times"
        return TimedOut(times, stderr)

    def _running(self) -> Exchange | None:
        """Return what is under way with a child, started if need be; None once the target is given up."""
        for left in reversed(range(STARTS)):
            if self._given_up is not None or self._exchange is not None:
                break
            try:
                self._start()
            except TargetError as error:
                self._given_up = None if left else f"no longer starts: {error}"
        return None if self._given_up is not None else self._exchange

    def _ask_once(self, request: Request | Probe) -> Answer:
        """Return the answer to a request of the smoke test. Raises TargetError where there is none."""
        exchange = self._exchange or self._start()[0]
        self._is_fresh = False
        try:
            answer = exchange.alone((request, *FENCE))[0]
        except ExchangeError as error:
            raise TargetError(f"it fails the smoke test: {error}", self._stop()) from error
        if exchange.spent:
            self._stop()
        return answer

    def _start(self) -> tuple[Exchange, Greeted]:
        """Start a child and greet it. Raises TargetError."""
        limits = self.launch.limits
        self.restarts += 1
        exchange = Exchange(Child(self.launch), limits.start_seconds, fresh_after_panic=self.launch.fresh_after_panic)
        self._exchange, self._is_fresh = exchange, True
        try:
            greeted = greeting(exchange.alone((Hello(PROTOCOL),))[0])
        except (ExchangeError, TargetError) as error:
            raise TargetError(f"it does not start: {error}", self._stop()) from error
        exchange.seconds = limits.case_seconds
        return exchange, greeted

    def _stop(self) -> str:
        """Kill the child; return the end of what it wrote to stderr."""
        exchange, self._exchange = self._exchange, None
        if exchange is None:
            return ""
        exchange.child.kill()
        return exchange.child.stderr


def _case(key: Case | _Skipped) -> Case:
    return key.case if isinstance(key, _Skipped) else key
