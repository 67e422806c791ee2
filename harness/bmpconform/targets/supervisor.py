"""Starts programs with limits, watches all their descendants, and leaves none of them behind.

Why a process of its own, between harness and target: processes that lose their parent become its children, so none
gets away by forking twice, and it still stands when the harness is killed. Why one that forks for each program: a
Python costs forty times as much to start as to fork, and a target that crashes is started thousands of times. It is run
as a file with `python -I -S` and imports the standard library only.

Its argument is the number of a socket, over which it is asked for one program after the other: four octets that say how
long a JSON object is (`command`, `folder`, `environment`, `address_space`, `memory`, `processes`, `cpu_seconds`,
`file_octets`), that object, and with the first octets four files: a socket `control`, and stdin, stdout and stderr of
the program. It answers with the process id, in four octets, of the supervisor that it forked for it, and ends when the
socket is closed.

Over `control` each octet that comes is a signal for the program, and when its other end closes, all is killed. How the
program ended is written to it when nothing of it is left: `exit-N`, a signal's name, `memory-limit`, `process-limit`,
or `cannot-start: REASON`. It is closed when the supervisor ends.

Where there is no Linux, it kills the program's process group only, and neither memory nor processes are watched.
"""

import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
WATCH_SECONDS = 0.05
KILL_SECONDS = 0.001
PAGE_OCTETS = resource.getpagesize()
PROC = Path("/proc")
# What a request begins with and its answer is, and how many files come with it.
LENGTH_OCTETS, FILES = 4, 4
# What Python ignores for itself, and what a program expects to find as the system has it.
RESTORED_SIGNALS = (signal.SIGPIPE, signal.SIGXFSZ)


def _control_process(option: int, value: int) -> None:
    """Set an option of prctl(2), which Python does not offer."""
    if LINUX and ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl failed")


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _control_process(PR_SET_CHILD_SUBREAPER, 1)


def end_with_parent(parent: int) -> None:
    """Be killed when the process `parent`, whose child this is, ends; at once if that has been."""
    _control_process(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _limit(kind: int, value: int) -> None:
    """Lower a limit of this process, as far as it is not lower already; not every system has every limit."""
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    with contextlib.nullcontext() if LINUX else contextlib.suppress(OSError, ValueError):
        resource.setrlimit(kind, (value, value))


def _become(command: Sequence[str], settings: dict[str, Any], parent: int) -> NoReturn:
    """Turn this process, just forked, into the program. Raises OSError where it cannot be started."""
    os.setsid()
    end_with_parent(parent)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, settings["cpu_seconds"])
    if settings["address_space"] is not None:
        _limit(resource.RLIMIT_AS, settings["address_space"])
    if settings["file_octets"] is not None:
        _limit(resource.RLIMIT_FSIZE, settings["file_octets"])
    for number in RESTORED_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    os.execvpe(command[0], list(command), settings["environment"])  # noqa: S606


def start(command: Sequence[str], settings: dict[str, Any]) -> int:
    """Start the program in a session of its own; return its process id. Raises OSError where it cannot be started."""
    parent = os.getpid()
    failure, report = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            _become(command, settings, parent)
        except BaseException as error:  # noqa: BLE001 - nothing may get out of a forked process
            os.write(report, (os.strerror(error.errno or 0) if isinstance(error, OSError) else repr(error)).encode())
        finally:
            os._exit(1)
    os.close(report)
    with os.fdopen(failure, "rb") as reasons:
        if reason := reasons.read():
            raise OSError(reason.decode())
    return process


def _children(process: int) -> Iterator[int]:
    with contextlib.suppress(OSError):
        for task in (PROC / str(process) / "task").iterdir():
            yield from map(int, (task / "children").read_text().split())


def descendants(ancestor: int) -> list[int]:
    """Return the process id of each process below `ancestor`, as far as they can be seen; ended ones too."""
    found = [ancestor]
    for process in found:
        found.extend(_children(process))
    return found[1:]


def resident(process: int) -> int:
    """Return the octets of memory that a process takes up, 0 where it has ended."""
    try:
        return int((PROC / str(process) / "statm").read_text().split()[1]) * PAGE_OCTETS
    except (OSError, IndexError):
        return 0


def _exceeded(settings: dict[str, Any]) -> str | None:
    """Return which limit the descendants exceed together."""
    processes = descendants(os.getpid())
    if len(processes) > settings["processes"]:
        return "process-limit"
    if sum(map(resident, processes)) > settings["memory"]:
        return "memory-limit"
    return None


def ended(code: int) -> str:
    """Return how a process ended, from its exit code (negative: its signal): `exit-N` or a signal's name."""
    if code >= 0:
        return f"exit-{code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal-{-code}"


def reap() -> Iterator[tuple[int, int]]:
    """Yield process id and wait status of each child that has ended. Raises ChildProcessError when none is left."""
    while True:
        process, status = os.waitpid(-1, os.WNOHANG)
        if process == 0:
            return
        yield process, status


def kill_descendants(group: int | None = None) -> None:
    """Kill all below this process; return when nothing of it is left. `group` is all that is found without Linux."""
    with contextlib.suppress(ChildProcessError):
        while True:
            for process in descendants(os.getpid()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            if group is not None and not LINUX:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(group, signal.SIGKILL)
            for _ in reap():
                pass
            select.select([], [], [], KILL_SECONDS)


def _pass_on(control: socket.socket, program: int) -> bool:
    """Send the program, which is not reaped yet, the signals that were asked for; tell whether `control` is open."""
    asked = control.recv(4096)
    for number in asked:
        os.kill(program, number)
    return bool(asked)


def _watch(program: int, control: socket.socket, settings: dict[str, Any]) -> str:
    """Return how the program ended, or what it must be killed for."""
    wake, waker = socket.socketpair()
    for end in (wake, waker):
        os.set_blocking(end.fileno(), False)
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    watched = time.monotonic()
    while True:
        for process, status in reap():
            if process == program:
                return ended(os.waitstatus_to_exitcode(status))
        readable, _, _ = select.select([control, wake], [], [], WATCH_SECONDS)
        if control in readable and not _pass_on(control, program):
            return "ended"
        if wake in readable:
            wake.recv(4096)
        if time.monotonic() >= watched + WATCH_SECONDS:
            watched = time.monotonic()
            if exceeded := _exceeded(settings):
                return exceeded


def supervise(settings: dict[str, Any], control: socket.socket, streams: Sequence[int]) -> None:
    """Run one program as the module says, in a process that does nothing else, with `streams` as its first files."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    control.set_inheritable(False)
    adopt_orphans()
    try:
        os.chdir(settings["folder"])
        program = start(settings["command"], settings)
    except OSError as error:
        control.sendall(f"cannot-start: {error}".encode())
        return
    # The pipes are the program's alone: who reads them must see when it closes them.
    os.closerange(0, 3)
    how = _watch(program, control, settings)
    kill_descendants(program)
    with contextlib.suppress(OSError):
        control.sendall(how.encode())


def _asked(requests: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """Return the next program that is asked for, with its four files; None when nothing more is asked for."""
    length, files, _, _ = socket.recv_fds(requests, LENGTH_OCTETS, FILES)
    if not length:
        return None
    left, octets = int.from_bytes(length, "big"), b""
    while left > len(octets):
        came = requests.recv(left - len(octets))
        if not came:
            return None
        octets += came
    return json.loads(octets), files


def main(arguments: Sequence[str]) -> None:
    """Fork a supervisor for each program that is asked for."""
    # Supervisors are waited for by nobody.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=int(arguments[0])) as requests:
        requests.set_inheritable(False)
        while (asked := _asked(requests)) is not None:
            settings, files = asked
            supervisor = os.fork()
            if supervisor == 0:
                requests.close()
                with socket.socket(fileno=files[0]) as control:
                    supervise(settings, control, files[1:])
                return
            for file in files:
                os.close(file)
            requests.sendall(supervisor.to_bytes(LENGTH_OCTETS, "big"))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    finally:
        # At once: what Python would tidy up first is closed already, or is not this process's.
        os._exit(0)
