"""The process that forks supervisors for us, started once: asked for each program that is to be run.

Why one for all: the first costs a Python, the others a fork. Why it is no context of anybody: it holds nothing but its
own end of a socket, and is gone when we are.
"""

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

SUPERVISOR = Path(__file__).with_name("supervisor.py")
_LENGTH_OCTETS = 4
_TRIES = 2


class Nursery:
    """The running process. Not for several threads at once."""

    def __init__(self) -> None:
        self._requests, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own file
                [sys.executable, "-I", "-S", str(SUPERVISOR), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                # Ctrl-C is for the harness, which then ends its children in order.
                start_new_session=True,
            )

    def begin(self, settings: Mapping[str, object], files: Sequence[int]) -> int:
        """Return the process id of a supervisor that was begun. Raises OSError where the process is gone."""
        octets = json.dumps(settings).encode()
        socket.send_fds(self._requests, [len(octets).to_bytes(_LENGTH_OCTETS, "big")], files)
        self._requests.sendall(octets)
        answer = self._requests.recv(_LENGTH_OCTETS)
        if not answer:
            raise ConnectionResetError("the process that forks supervisors has ended")
        return int.from_bytes(answer, "big")

    def close(self) -> None:
        """End the process; the supervisors that it began stay."""
        self._requests.close()
        self._process.wait()


_LOCK = threading.Lock()
# By our own process: a fork of it must not speak over the same socket.
_NURSERIES: dict[int, Nursery] = {}


def begin_supervisor(settings: Mapping[str, object], files: Sequence[int]) -> int:
    """Return the process id of a new supervisor: `settings` and four `files` are what supervisor.py takes.

    Raises OSError where none can be begun.
    """
    with _LOCK:
        for left in reversed(range(_TRIES)):
            nursery = _NURSERIES.get(os.getpid()) or _NURSERIES.setdefault(os.getpid(), Nursery())
            try:
                return nursery.begin(settings, files)
            except OSError:
                _NURSERIES.pop(os.getpid()).close()
                if not left:
                    raise
    raise AssertionError(_TRIES)


@atexit.register
def _close() -> None:
    nursery = _NURSERIES.pop(os.getpid(), None)
    if nursery is not None:
        nursery.close()
