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
from typing import Self

from bmpconform.targets.child import Child
from bmpconform.targets.errors import TargetError
from bmpconform.targets.exchange import DiedError, Exchange, ExchangeError, LateError
from bmpconform.targets.launch import Launch
from bmpconform.targets.protocol import (
    PROTOCOL,
    Asked,
    Bye,
    Greeted,
    Hello,
)
from bmpconform.targets.replies import Broken, Case, Crashed, GaveUp, Reply, TimedOut, Told
from bmpconform.targets.smoke import greeting, judge_honesty, smoke_requests

GIVE_UP_AFTER = 20
STARTS = 3
BYE_SECONDS = 1.0
# Of the last line that a child wrote, in a sentence.
_LONGEST_WORDS = 200


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
        if self._exchange is not None:
            self._exchange.seconds = BYE_SECONDS
            with contextlib.suppress(ExchangeError):
                self._exchange.alone(Case(None, (Bye(),)), fenced=False)
                self._exchange.child.end(BYE_SECONDS)
        self._stop()

    def _asked(self, again: deque[Case], cases: Iterator[Case]) -> Iterator[Told]:
        """Yield what came of all cases, those first that are to be asked `again`."""
        while self._is_left(again, cases) and (exchange := self._running()) is not None:
            was_fresh, self._is_fresh = self._is_fresh, False
            exchange.feed(again, cases)
            try:
                told = exchange.advance()
            except ExchangeError as error:
                yield from self._one_by_one(exchange, error, was_fresh=was_fresh)
                continue
            yield from told
            if exchange.spent:
                again.extendleft(reversed(exchange.untold()))
                self._stop()
            elif exchange.is_over:
                return
        for case in itertools.chain(again, cases):
            yield case, self._not_asked()

    def _is_left(self, again: deque[Case], cases: Iterator[Case]) -> bool:
        """Whether there is anything to do, so that no child is started for nothing."""
        if self._exchange is None and not again:
            again.extend(itertools.islice(cases, 1))
        return self._exchange is not None or bool(again)

    def _one_by_one(self, exchange: Exchange, error: ExchangeError, *, was_fresh: bool) -> Iterator[Told]:
        """Yield what comes of each case that was not told when an exchange failed; `was_fresh` as they were fed."""
        late = exchange.oldest() if isinstance(error, LateError) else None
        cases = exchange.untold()
        stderr = self._stop()
        if was_fresh and len(cases) == 1:
            # It was alone on a fresh child already.
            yield cases[0], self._blame(error, 1, stderr)
            return
        for case in cases:
            yield case, self._alone(case, times=int(case is late))

    def _alone(self, case: Case, times: int) -> Reply:
        """Return what comes of a case while no other is under way; if it fails, on a child that has seen no other."""
        while (exchange := self._running()) is not None:
            was_fresh, self._is_fresh = self._is_fresh, False
            try:
                reply = exchange.alone(case)
            except ExchangeError as error:
                times = times + 1 if isinstance(error, LateError) else 0
                stderr = self._stop()
                if was_fresh:
                    return self._blame(error, times, stderr)
                continue
            if exchange.spent:
                self._stop()
            # No case is to blame for these, yet without an end they cost as much as those that one is to blame for.
            self._count_time_outs(times)
            return reply
        return self._not_asked()

    def _not_asked(self) -> GaveUp:
        return GaveUp(self._given_up or "")

    def _blame(self, error: ExchangeError, times: int, stderr: str) -> Reply:
        """Return what a failure amounts to that is the doing of one case."""
        if isinstance(error, DiedError):
            return Crashed(error.how, str(error), stderr)
        if not isinstance(error, LateError):
            return Broken(str(error), stderr)
        self._count_time_outs(1)
        return TimedOut(times, stderr, str(error))

    def _count_time_outs(self, number: int) -> None:
        """Give the target up where it has timed out too often."""
        self._time_outs += number
        if number and self._give_up_after is not None and self._time_outs >= self._give_up_after:
            self._given_up = f"timed out {self._time_outs} times"

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

    def _ask_once(self, request: Asked) -> Reply:
        """Return what comes of a request of the smoke test. Raises TargetError where that fails."""
        exchange = self._exchange or self._start()[0]
        self._is_fresh = False
        try:
            reply = exchange.alone(Case(None, (request,)))
        except ExchangeError as error:
            raise TargetError(f"it fails the smoke test: {error}", self._stop()) from error
        if exchange.spent:
            self._stop()
        return reply

    def _start(self) -> tuple[Exchange, Greeted]:
        """Start a child and greet it. Raises TargetError."""
        limits = self.launch.limits
        self.restarts += 1
        exchange = Exchange(Child(self.launch), limits.start_seconds, fresh_after_panic=self.launch.fresh_after_panic)
        self._exchange, self._is_fresh = exchange, True
        try:
            greeted = greeting(exchange.alone(Case(None, (Hello(PROTOCOL),))))
        except (ExchangeError, TargetError) as error:
            stderr = self._stop()
            raise TargetError(f"it does not start: {error}{_last_words(stderr)}", stderr) from error
        exchange.seconds, exchange.able = limits.case_seconds, greeted.capabilities
        return exchange, greeted

    def _stop(self) -> str:
        """Kill the child; return the end of what it wrote to stderr."""
        exchange, self._exchange = self._exchange, None
        if exchange is None:
            return ""
        exchange.child.kill()
        return exchange.child.stderr


def _last_words(stderr: str) -> str:
    """Return the last line of what a child wrote to stderr, behind a colon; nothing where there is none."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    return f": {lines[-1].strip()[:_LONGEST_WORDS]}" if lines else ""
