"""A daemon under the supervisor of targets: with limits, its output capped, nothing of it left when it or we end.

Why its output goes through us: a daemon that floods its log would fill the disk, and one whose pipe nobody empties
would stand still.
"""

import os
import signal
import threading
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT

from bmpconform.targets.errors import TargetError
from bmpconform.targets.launch import MEBIBYTE, Limits
from bmpconform.targets.supervised import Supervised
from bmpconform.wire.value import Value, field

READ_OCTETS = 65536
KEPT_OCTETS = 64 * 1024
LOG_LIMIT = "log-limit"
STOP_SECONDS = 10.0


class Command(Value, frozen=True):
    """What to start. `log_octets` is the most that it may write to stdout and stderr in all."""

    words: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    limits: Limits = Limits(memory_kind="resident")
    log_octets: int = 16 * MEBIBYTE


class Daemon:
    """A running daemon, in `folder`."""

    def __init__(self, name: str, command: Command, folder: Path) -> None:
        self.name = name
        self._most = command.log_octets
        self._said = bytearray()
        self._flooded = False
        self._how: str | None = None
        self._asking = threading.Lock()
        streams = (DEVNULL, PIPE, STDOUT)
        self._program = Supervised(command.words, command.environment, command.limits, streams, folder)
        self._reading = threading.Thread(target=self._read, name=f"log of {name}", daemon=True)
        self._reading.start()

    @property
    def said(self) -> str:
        """Return the end of what it wrote to stdout and stderr."""
        return bytes(self._said[-KEPT_OCTETS:]).decode(errors="replace")

    def ended(self, seconds: float = 0) -> str | None:
        """Return how it ended: `exit-N`, a signal, a limit; None where it still runs after `seconds`."""
        with self._asking:
            if self._how is None and (how := self._program.end(seconds)):
                self._how = LOG_LIMIT if self._flooded else how
            return self._how

    def alive(self) -> bool:
        """Whether it still runs."""
        return self.ended() is None

    def demand_alive(self) -> None:
        """Raise TargetError with the end of its log where it has ended."""
        if how := self.ended():
            raise TargetError(f"{self.name} ended: {how}", self.said)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._program.signal(number)

    def close(self) -> None:
        """Kill it with all that it started."""
        if self.ended() is None:
            self._program.stop()
            self.ended(STOP_SECONDS)
        self._program.kill()
        self._reading.join()

    def _read(self) -> None:
        """Empty the pipe until it is closed, and keep the end of what came."""
        pipe = self._program.stdout
        if pipe is None:
            raise RuntimeError("a daemon was started without its pipe")
        with pipe:
            left = self._most
            while octets := os.read(pipe.fileno(), READ_OCTETS):
                self._said += octets
                del self._said[: -2 * KEPT_OCTETS]
                left -= len(octets)
                if left < 0 and not self._flooded:
                    self._flooded = True
                    self._program.stop()
