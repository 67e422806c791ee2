"""A target's process with its three pipes, none of which can ever block us.

Why non-blocking: a child that does not read, or that floods, would hold up whoever writes to it or reads from it in
turn.
"""

import contextlib
import json
import os
import selectors
import socket
import subprocess
import sys
from types import TracebackType
from typing import IO, Self

from bmpconform.targets import supervisor
from bmpconform.targets.launch import Launch

STDERR_OCTETS = 64 * 1024
READ_OCTETS = 256 * 1024
# How long the supervisor may take to kill what it watches.
KILL_SECONDS = 10


def _settings(launch: Launch, control: int) -> str:
    limits = launch.limits
    return json.dumps(
        {
            "control": control,
            "address_space": limits.memory if limits.memory_kind == "address-space" else None,
            "memory": limits.memory,
            "processes": limits.processes,
            "cpu_seconds": limits.cpu_seconds,
            "environment": launch.environment,
        }
    )


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("a child was started without its pipes")
    os.set_blocking(pipe.fileno(), False)
    return pipe


class Child:
    """A running target. `stderr` is the end of what it wrote there."""

    def __init__(self, launch: Launch) -> None:
        self._control, theirs = socket.socketpair()
        command = [sys.executable, "-I", "-S", supervisor.__file__, _settings(launch, theirs.fileno())]
        with theirs:
            self._supervisor = subprocess.Popen(  # noqa: S603 - the command is what the caller wants tested
                [*command, *launch.command],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                # Ctrl-C is for the harness, which then ends its children in order.
                start_new_session=True,
            )
        self._stdin = _pipe(self._supervisor.stdin)
        self._stdout = _pipe(self._supervisor.stdout)
        self._stderr = _pipe(self._supervisor.stderr)
        self._written = bytearray()
        self._reading = selectors.DefaultSelector()
        self._both = selectors.DefaultSelector()
        self._both.register(self._stdin, selectors.EVENT_WRITE)
        for selector in (self._reading, self._both):
            selector.register(self._stdout, selectors.EVENT_READ)
            selector.register(self._stderr, selectors.EVENT_READ)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    @property
    def stderr(self) -> str:
        """Return the end of what the child wrote to stderr so far."""
        return self._written.decode(errors="replace")

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
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            if not selector.select(seconds):
                return None
        how = b"".join(iter(lambda: self._control.recv(4096), b""))
        self.kill()
        return how.decode() or "supervisor-lost"

    def kill(self) -> None:
        """Kill the child with all that it started, and close its pipes."""
        if self._stdin.closed:
            return
        self._control.close()
        try:
            self._supervisor.wait(KILL_SECONDS)
        except subprocess.TimeoutExpired:
            self._supervisor.kill()
            self._supervisor.wait()
        while self._read_stderr():
            pass
        for closed in (self._reading, self._both, self._stdin, self._stdout, self._stderr):
            with contextlib.suppress(OSError):
                closed.close()

    def _read_stderr(self) -> bool:
        """Keep the end of what is there of stderr; tell whether there may be more."""
        try:
            octets = os.read(self._stderr.fileno(), READ_OCTETS)
        except BlockingIOError:
            return False
        if not octets:
            self._both.unregister(self._stderr)
            self._reading.unregister(self._stderr)
        self._written += octets
        del self._written[:-STDERR_OCTETS]
        return bool(octets)
