"""`check` by several processes: how they are started, heard, and ended.

Why new processes and not copies of this one: a copy takes threads, locks and handlers along. Each ends when its
connection does, so that nothing is left behind, whatever ends this process. Ctrl-C is for this process alone, which
tells the others.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, Pipe, wait
from typing import Self

from bmpconform.capture.interrupt import Interrupt
from bmpconform.capture.reading import Reading
from bmpconform.check.flow import InputEnd, Options, Watch
from bmpconform.check.shares import Item, Progress, Said, Share, ShareEnd, end_of, merged
from bmpconform.events import Counts, Event

WORKER = "bmpconform.check.worker"
_STOP = b"stop"


def check_shared(
    shared: Sequence[Sequence[Share]], options: Options, reading: Reading, watch: Watch | None = None
) -> Iterator[Event]:
    """Judge files by one process for each list of shares, which are in the order of their places.

    Yields what `check` does, and a Problem where a process is lost before its work is done. Raises what one of them
    raises. Once `reading.interrupt` is requested, each ends its input where it is.
    """
    sources = {share.place: share.source for shares in shared for share in shares}
    with _Workers(shared, reading.interrupt) as workers:
        yield from merged(workers.said(options, reading.port), sources, options, watch)


class _Workers:
    """All processes of one check. Shape: a context, at whose end none of them is left."""

    def __init__(self, shared: Sequence[Sequence[Share]], interrupt: Interrupt) -> None:
        self._workers = [_Worker(shares) for shares in shared]
        self._interrupt = interrupt
        self._stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.close()

    def said(self, options: Options, port: int | None) -> list[Iterator[Item]]:
        """Let all of them begin; return what each says."""
        for worker in self._workers:
            worker.begin(options, port)
        return [self._said(worker) for worker in self._workers]

    def _said(self, worker: "_Worker") -> Iterator[Item]:
        while (batch := self._receive(worker)) is not None:
            for item in batch:
                worker.note(item[1])
                yield item
        yield from worker.left_undone()

    def _receive(self, worker: "_Worker") -> list[Item] | None:
        """Return what a process says next, None where that is all; let all processes end once Ctrl-C has come."""
        if self._interrupt.wait(lambda: wait([worker.connection])) is None and not self._stopped:
            self._stopped = True
            for each in self._workers:
                each.stop()
        return worker.receive()


class _Worker:
    """One process. Shape: `begin`, `receive` until there is no more, `close`; `note` what was received."""

    def __init__(self, shares: Sequence[Share]) -> None:
        self._left = list(shares)
        self._counts = Counts()
        self._is_done = False
        self._process: subprocess.Popen[bytes] | OSError
        self.connection, theirs = Pipe()
        with theirs:
            try:
                self._process = _started(theirs)
            except OSError as error:
                self._process = error

    def begin(self, options: Options, port: int | None) -> None:
        """Tell it what to do."""
        with suppress(OSError):
            self.connection.send((self._left, options, port))

    def stop(self) -> None:
        """Tell it to end its input where it is."""
        with suppress(OSError):
            self.connection.send(_STOP)

    def close(self) -> None:
        """Leave nothing of it."""
        self.connection.close()
        if isinstance(self._process, subprocess.Popen):
            self._process.kill()
            self._process.wait()

    def receive(self) -> list[Item] | None:
        """Return what it says next, None where that is all; raise what it raised."""
        try:
            said: list[Item] | Exception | None = self.connection.recv()
        except (EOFError, OSError):
            return None
        if isinstance(said, Exception):
            raise said
        self._is_done = said is None
        return said

    def note(self, said: Said) -> None:
        """Take note of what it has done."""
        if isinstance(said, Progress):
            self._counts = said.counts
        elif isinstance(said, ShareEnd):
            del self._left[0]
            self._counts = Counts()

    def left_undone(self) -> Iterator[Item]:
        """Yield the ends of the shares that were lost with it."""
        if self._is_done:
            return
        reason = f"is not judged as a whole: a process for it was lost ({self._fate()}); --jobs 1 does without."
        for share in self._left:
            yield end_of(share, ShareEnd(InputEnd(self._counts, reason), 0))
            self._counts = Counts()

    def _fate(self) -> str:
        if isinstance(self._process, OSError):
            return f"it cannot be started: {self._process.strerror}"
        code = self._process.wait()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _started(connection: Connection) -> subprocess.Popen[bytes]:
    """Return a process that works for who holds the other end of a connection."""
    descriptor = connection.fileno()
    command = [sys.executable, "-P", "-m", WORKER, str(descriptor)]
    with _ctrl_c_unheard():
        return subprocess.Popen(  # noqa: S603 - it is ourselves
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[descriptor]
        )


@contextmanager
def _ctrl_c_unheard() -> Iterator[None]:
    """Let what is started here never hear of Ctrl-C, which a terminal sends to all."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
