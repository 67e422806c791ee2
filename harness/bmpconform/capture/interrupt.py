"""Ctrl-C as the end of an input, so that what was read before it is judged and told.

Why a handler and not an exception wherever it strikes: judging must not be torn apart in the middle of a message. Only
what waits, for octets or for time to pass, is broken off.
"""

import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Self, TypeVar

from bmpconform.capture.source import Readable

Result = TypeVar("Result")


class Interrupt:
    """Ctrl-C as the end of the input: what was seen so far is judged and told. A second one ends at once.

    Shape: a context in which Ctrl-C is `requested`, not raised. All that waits does so through `wait`, `sleep` or a
    `file`. Without the context nothing is ever requested. `sleep` stands in for the clock in tests.
    """

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self.requested = False
        self._waiting = False
        self._sleep = sleep
        self._before: signal.Handlers | Callable[[int, FrameType | None], object] | int | None = None

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        if self.requested or self._waiting:
            self.requested = True
            raise KeyboardInterrupt
        self.requested = True

    def wait(self, action: Callable[[], Result]) -> Result | None:
        """Return what `action` waits for, None where Ctrl-C has come or comes meanwhile."""
        try:
            try:
                self._waiting = True
                return None if self.requested else action()
            finally:
                self._waiting = False
        except KeyboardInterrupt:
            return None

    def sleep(self, seconds: float) -> None:
        """Let time pass, until Ctrl-C."""
        self.wait(lambda: self._sleep(seconds))

    def file(self, file: Readable) -> Readable:
        """Return a file that ends where Ctrl-C came."""
        return _EndingFile(file, self)


class _EndingFile:
    def __init__(self, file: Readable, interrupt: Interrupt) -> None:
        self._file = file
        self._interrupt = interrupt

    def read1(self, octets: int, /) -> bytes:
        return self._interrupt.wait(lambda: self._file.read1(octets)) or b""
