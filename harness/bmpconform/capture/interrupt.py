"""Ctrl-C as the end of an input, so that what was read before it is judged and told.

Why a handler and not an exception wherever it strikes: judging must not be torn apart in the middle of a message.
"""

import signal
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Self


class Interrupt:
    """Ctrl-C as the end of the input: what was seen so far is judged and told. A second one ends at once."""

    def __init__(self) -> None:
        self.requested = False
        self._waiting = False
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

    def octets(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Yield pieces until Ctrl-C, which also ends the wait for the next one."""
        while not self.requested:
            try:
                self._waiting = True
                piece = next(pieces, None)
            except KeyboardInterrupt:
                return
            finally:
                self._waiting = False
            if piece is None:
                return
            yield piece
