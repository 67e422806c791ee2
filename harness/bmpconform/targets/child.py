"""A target's process with its three pipes, none of which can ever block us.

Why non-blocking: a child that does not read, or that floods, would hold up whoever writes to it or reads from it in
turn.
"""

import os
import selectors
from typing import IO

from bmpconform.targets.launch import Launch
from bmpconform.targets.supervised import PIPES, Supervised

STDERR_OCTETS = 64 * 1024
READ_OCTETS = 65536


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("a child was started without its pipes")
    os.set_blocking(pipe.fileno(), False)
    return pipe


class Child:
    """A running target."""

    def __init__(self, launch: Launch) -> None:
        self._program = Supervised(launch.command, launch.environment, launch.limits, PIPES)
        self._stdin = _pipe(self._program.stdin)
        self._stdout = _pipe(self._program.stdout)
        self._stderr = _pipe(self._program.stderr)
        self._stderr_end = bytearray()
        self._reading = selectors.DefaultSelector()
        self._both = selectors.DefaultSelector()
        self._both.register(self._stdin, selectors.EVENT_WRITE)
        for selector in (self._reading, self._both):
            selector.register(self._stdout, selectors.EVENT_READ)
            selector.register(self._stderr, selectors.EVENT_READ)

    @property
    def stderr(self) -> str:
        """Return the end of what the child wrote to stderr so far."""
        return self._stderr_end.decode(errors="replace")

    def write(self, octets: memoryview) -> int:
        """Write what the pipe takes; return how many octets. A child that reads no more is told by its silence."""
        try:
            return os.write(self._stdin.fileno(), octets)
        except BlockingIOError:
            return 0
        except BrokenPipeError:
            return len(octets)

    def read(self) -> bytes | None:
        """Return what is there of the child's output, None where nothing is, no octets where it is closed."""
        try:
            return os.read(self._stdout.fileno(), READ_OCTETS)
        except BlockingIOError:
            return None

    def wait(self, seconds: float, *, writing: bool) -> None:
        """Wait until there is something to read or, if `writing`, room to write, at most `seconds`."""
        selector = self._both if writing else self._reading
        if any(key.fileobj is self._stderr for key, _ in selector.select(seconds)):
            self._read_stderr()

    def end(self, seconds: float) -> str | None:
        """Return how the child ended, once nothing of it is left; None where it still runs after `seconds`."""
        return self._program.end(seconds)

    def kill(self) -> None:
        """Kill the child with all that it started, and close its pipes."""
        if self._stdin.closed:
            return
        self._program.kill()
        while self._read_stderr():
            pass
        for closed in (self._reading, self._both, self._stdin, self._stdout, self._stderr):
            closed.close()

    def _read_stderr(self) -> bool:
        """Keep the end of what is there of stderr; tell whether there may be more."""
        try:
            octets = os.read(self._stderr.fileno(), READ_OCTETS)
        except BlockingIOError:
            return False
        if not octets and self._stderr in self._both.get_map():
            self._both.unregister(self._stderr)
            self._reading.unregister(self._stderr)
        self._stderr_end += octets
        del self._stderr_end[:-STDERR_OCTETS]
        return bool(octets)
