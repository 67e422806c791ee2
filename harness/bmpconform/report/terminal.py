"""Where reports go: standard output that may go away, and progress on a terminal.

Why here and nowhere else: reports are folds, and this alone prints.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, cast

from bmpconform.wire.errors import BmpconformError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

PLAIN_WIDTH = 100
PATIENCE = 1.0
REFRESH = 0.1


class OutputError(BmpconformError):
    """The report cannot be written: the reason in words."""

    def __init__(self, reason: str) -> None:
        """Keep the reason as data."""
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        """Say it in one sentence."""
        return f"the report cannot be written: {self.reason}."


class Output:
    """Standard output, as text lines and as octets. Once its reader is gone (`| head`) it swallows the rest.

    Judging goes on then, so that the exit code is that of all the input. Raises OutputError for all else.
    """

    def __init__(self) -> None:
        if sys.stdout is None:
            raise OutputError("standard output is closed")
        self.gone = False
        self.encoding = "utf-8"
        self._octets = sys.stdout.buffer

    @cached_property
    def _console(self) -> "Console":
        """What knows terminals, asked where there is text to print."""
        terminal = self.isatty()
        # Colour is for terminals alone; rich honours NO_COLOR and TERM.
        return _console(file=cast("IO[str]", self), force_terminal=terminal, width=None if terminal else PLAIN_WIDTH)

    @property
    def width(self) -> int:
        """The columns at which text is wrapped."""
        return self._console.width

    def print_lines(self, lines: "Iterable[Text]") -> None:
        """Print lines that are wrapped already; without a terminal there is nothing to colour, which is much faster."""
        for line in lines:
            if self._console.is_terminal:
                self._console.print(line, soft_wrap=True)
            else:
                self.write_octets(f"{line.plain}\n".encode("utf-8", "backslashreplace"))

    def write(self, text: str) -> None:
        """Write text as UTF-8."""
        self.write_octets(text.encode("utf-8", "backslashreplace"))

    def write_lines(self, lines: Iterable[bytes]) -> None:
        """Write lines that lack their end."""
        for line in lines:
            self.write_octets(line + b"\n")

    def write_octets(self, octets: bytes) -> None:
        """Write octets as they are, and hand them over: who reads them may wait for them."""
        if not self.gone:
            self._attempt(lambda: self._octets.write(octets))
            self.flush()

    def flush(self) -> None:
        """Hand over what was written."""
        self._attempt(self._octets.flush)

    def isatty(self) -> bool:
        """Whether this is a terminal."""
        return sys.stdout.isatty()

    def fileno(self) -> int:
        """Return the file descriptor, from which the width of a terminal is asked."""
        return sys.stdout.fileno()

    def _attempt(self, action: Callable[[], object]) -> None:
        try:
            action()
        except BrokenPipeError:
            self._swallow()
        except OSError as error:
            self._swallow()
            raise OutputError(error.strerror or str(error)) from error

    def _swallow(self) -> None:
        """Let the interpreter flush into nothing at its end."""
        self.gone = True
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


class Progress:
    """A line on standard error that tells how far long work is; none where that is no terminal."""

    def __init__(self) -> None:
        console = _console(stderr=True) if sys.stderr.isatty() else None
        self._status = console.status("") if console is not None and console.is_terminal else None
        self._since = time.monotonic()
        self._shown = False

    def tell(self, text: Callable[[], str], *, runs_on: bool = False) -> None:
        """Show what `text` returns once the work has taken a while; it is asked only for what is shown.

        One that `runs_on` is asked again each time the line is drawn, in another thread, also while nothing is told.
        """
        if self._status is None or time.monotonic() - self._since < (REFRESH if self._shown else PATIENCE):
            return
        self._since = time.monotonic()
        self._status.update(_Running(text) if runs_on else _plain(text()))
        if not self._shown:
            self._status.start()
            self._shown = True

    def clear(self) -> None:
        """Take the line away, so that something else can be printed."""
        if self._status is not None and self._shown:
            self._status.stop()
            self._shown = False
            self._since = time.monotonic()


class _Running:
    """A line whose text is asked for each time that it is drawn."""

    def __init__(self, text: Callable[[], str]) -> None:
        self._text = text

    def __rich__(self) -> "Text":
        return _plain(self._text())


def _console(**settings: Any) -> "Console":  # noqa: ANN401 - as rich has them
    """Return what prints texts as they are. Importing it takes as long as judging ten thousand messages."""
    from rich.console import Console  # noqa: PLC0415

    return Console(highlight=False, markup=False, emoji=False, **settings)


def _plain(text: str) -> "Text":
    from rich.text import Text  # noqa: PLC0415

    return Text(text)
