"""A program under a supervisor: with limits, and with all that it starts killed when it ends or when we do.

Why for builds too: a compiler that is left behind is as much a nuisance as a target.
"""

import json
import selectors
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, TypeAlias

from bmpconform.targets.launch import Limits

SUPERVISOR = Path(__file__).with_name("supervisor.py")
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
    """A running program. `process` is its supervisor, which holds its pipes as long as the program starts."""

    def __init__(
        self,
        command: tuple[str, ...],
        environment: dict[str, str],
        limits: Limits,
        streams: tuple[Pipe, Pipe, Pipe],
        folder: Path | None = None,
    ) -> None:
        """Start a program with `streams` as stdin, stdout and stderr, in `folder` or the current one."""
        stdin, stdout, stderr = streams
        self._control, theirs = socket.socketpair()
        settings = {
            "control": theirs.fileno(),
            "address_space": limits.memory if limits.memory_kind == "address-space" else None,
            "memory": limits.memory,
            "processes": limits.processes,
            "cpu_seconds": limits.cpu_seconds,
            "file_octets": limits.file_octets,
            "environment": environment,
        }
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - the command is what the caller wants run
                [sys.executable, "-I", "-S", str(SUPERVISOR), json.dumps(settings), *command],
                bufsize=0,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                cwd=folder,
                pass_fds=[theirs.fileno()],
                # Ctrl-C is for the harness, which then ends its children in order.
                start_new_session=True,
            )

    def end(self, seconds: float) -> str | None:
        """Return how the program ended, once nothing of it is left; None where it still runs after `seconds`."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            if not selector.select(seconds):
                return None
        how = b"".join(iter(lambda: self._control.recv(4096), b""))
        self.kill()
        return how.decode(errors="replace") or "supervisor-lost"

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
        self._control.close()
        try:
            self.process.wait(KILL_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
