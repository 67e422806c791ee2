"""A program under a supervisor: with limits, and with all that it starts killed when it ends or when we do.

Why for builds too: a compiler that is left behind is as much a nuisance as a target.
"""

import os
import selectors
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, TypeAlias

from bmpconform.targets.launch import Limits
from bmpconform.targets.nursery import begin_supervisor

# How long the supervisor may take to kill what it watches.
KILL_SECONDS = 10
# What a report must say of this system, None where all limits hold.
UNCONFINED = (
    None
    if sys.platform == "linux"
    else "not Linux: memory and processes of targets are not watched, and what leaves its process group is not killed"
)
Pipe: TypeAlias = int | IO[bytes]
PIPES = (subprocess.PIPE, subprocess.PIPE, subprocess.PIPE)


class Supervised:
    """A running program. `stdin`, `stdout` and `stderr` are our ends of those of its pipes that are one."""

    def __init__(
        self,
        command: tuple[str, ...],
        environment: dict[str, str],
        limits: Limits,
        streams: tuple[Pipe, Pipe, Pipe],
        folder: Path | None = None,
    ) -> None:
        """Start a program with `streams`, as for subprocess, as its first files, in `folder` or the current one."""
        settings = {
            "command": command,
            "folder": str(folder or Path.cwd()),
            "environment": {**os.environ, **environment},
            "address_space": limits.memory if limits.memory_kind == "address-space" else None,
            "memory": limits.memory,
            "processes": limits.processes,
            "cpu_seconds": limits.cpu_seconds,
            "file_octets": limits.file_octets,
        }
        self._control, theirs = socket.socketpair()
        with ExitStack() as given:
            given.enter_context(theirs)
            self.stdin, first = _stream(given, streams[0], writing=True)
            self.stdout, second = _stream(given, streams[1])
            self.stderr, third = (None, second) if streams[2] == subprocess.STDOUT else _stream(given, streams[2])
            self._supervisor = begin_supervisor(settings, (theirs.fileno(), first, second, third))

    def end(self, seconds: float) -> str | None:
        """Return how the program ended, once nothing of it is left; None where it still runs after `seconds`."""
        if not self._is_over(seconds):
            return None
        how = self._last_words()
        self.kill()
        return how or "supervisor-lost"

    def signal(self, number: int) -> None:
        """Send the program a signal, if it still runs."""
        with suppress(OSError):
            self._control.send(bytes([number]))

    def stop(self) -> None:
        """Have the program killed, without waiting for it: `end` tells when. May be called from another thread."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """Kill the program with all that it started."""
        if self._control.fileno() < 0:
            return
        self.stop()
        if not self._is_over(KILL_SECONDS):
            # It still holds its end, so that the number is still its own. Its program dies with it.
            os.kill(self._supervisor, signal.SIGKILL)
        self._last_words()
        self._control.close()

    def _is_over(self, seconds: float) -> bool:
        """Whether the supervisor has said its last, within `seconds`."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            return bool(selector.select(seconds))

    def _last_words(self) -> str:
        """Return what the supervisor says up to its end."""
        with suppress(ConnectionResetError):
            return b"".join(iter(lambda: self._control.recv(4096), b"")).decode(errors="replace")
        return ""


def _stream(given: ExitStack, stream: Pipe, *, writing: bool = False) -> tuple[IO[bytes] | None, int]:
    """Return our end of a stream, if there is one, and the file that the program gets; `given` closes the latter."""
    if not isinstance(stream, int):
        return None, stream.fileno()
    if stream == subprocess.DEVNULL:
        null = os.open(os.devnull, os.O_RDWR)
        given.callback(os.close, null)
        return None, null
    if stream != subprocess.PIPE:
        return None, stream
    reading, other = os.pipe()
    ours, theirs = (other, reading) if writing else (reading, other)
    given.callback(os.close, theirs)
    return os.fdopen(ours, "wb" if writing else "rb", buffering=0), theirs
