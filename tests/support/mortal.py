"""Campaigns that kill themselves at one of their writes: a program that is told of each on a line, and says what came.

Why in forks of a program of its own: a campaign begins in milliseconds so, and what is forked has one thread.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import raw
from bmpconform.adapters.reference.target import encode
from bmpconform.fuzz.asked import Input
from bmpconform.targets.module import Reject
from bmpconform.targets.protocol import Encode
from bmpconform.targets.replies import Case, Crashed, Reply
from bmpconform.wire.value import to_json
from campaigns import campaign, contender, octets_of, right

OUT, ASKED = "out", "asked.jsonl"
# What the target dies of: octets, and a message that has none.
FOUL = raw.termination(raw.tlv(1, b"\0\1"), raw.tlv(0, b"boom"))
# As many as the campaign before had under way.
RUNS = 9


def line_of(one: Input) -> bytes:
    """Return an input as it is noted."""
    return to_json(one.hex() if isinstance(one, bytes) else one)


class Mortals:
    """The program, seen from outside. Shape: `run` as often as wanted."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child

    def run(self, folder: Path, write: int) -> int:
        """Run a campaign that kills itself before the write of this number, unless it is 0; return its exit code."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        print(json.dumps([str(folder), write]), file=self._child.stdin, flush=True)
        return int(self._child.stdout.readline())


@contextmanager
def mortals() -> Iterator[Mortals]:
    """Hold the program."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "mortal"]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="ascii"
    ) as child:
        yield Mortals(child)


class _Death:
    """Kills this process before the write of a number: files that are opened to write, moved, removed, folders made."""

    def __init__(self, write: int) -> None:
        self._left = write

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in _WRITES or (event == "open" and _is_to_write(arguments[2])):
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)


_WRITES = frozenset({"os.mkdir", "os.remove", "os.rename", "os.rmdir"})


def _is_to_write(flags: object) -> bool:
    return isinstance(flags, int) and flags & os.O_ACCMODE != os.O_RDONLY


def _dying(log: int, case: Case) -> Reply:
    """Reply rightly, but for what is foul; note what is asked."""
    asked_for = case.requests[-1]
    if not isinstance(asked_for, Encode):
        octets = octets_of(case)
        os.write(log, line_of(octets) + b"\n")
        return Crashed("SIGSEGV", "") if b"boom" in octets else right(case)
    try:
        encode(asked_for.message, None)
    except Reject:
        os.write(log, line_of(asked_for.message) + b"\n")
        return Crashed("SIGABRT", "")
    return right(case)


def _die(folder: Path, write: int) -> None:
    log = os.open(folder / ASKED, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    sys.addaudithook(_Death(write))
    target = contender(lambda case: _dying(log, case))
    campaign(folder / OUT, target, runs=RUNS, of=(), feedback="none")


def _forked(folder: Path, write: int) -> int:
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        _die(folder, write)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    # Once unharmed, so that what Python does the first time is done before the forks.
    with TemporaryDirectory() as unharmed:
        campaign(Path(unharmed), contender(), runs=RUNS, of=[FOUL])
    for line in sys.stdin:
        place, number = json.loads(line)
        sys.stdout.write(f"{_forked(Path(place), number)}\n")
        sys.stdout.flush()
