"""Several workers in processes of their own, which share nothing but the folders of inputs and of findings.

Why so little: workers run for hours, never wait for each other, and one that is lost must cost its current inputs only.
Why they are killed with us: nothing may be left behind, whatever ends this process. Ctrl-C is for us alone, and workers
are told to end; one that is lost is begun again, with other random numbers.
"""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from bmpconform.fuzz.events import CampaignEnd, CampaignEvent, CampaignStart, NewDisagreement, NewFinding, WorkerLost
from bmpconform.fuzz.loop import Loop
from bmpconform.fuzz.options import CampaignOptions, Watch
from bmpconform.fuzz.progress import STATS_SECONDS
from bmpconform.fuzz.store import StatsLine, Store
from bmpconform.run.events import TargetSkipped, TargetUnusable
from bmpconform.run.runner import Contender
from bmpconform.targets.supervisor import end_with_parent
from bmpconform.wire.value import replace

WAIT_SECONDS = 0.2
# What a worker may take to end of itself: the batch in hand, with its findings.
END_SECONDS = 60.0
# How often a worker is begun again.
MOST_STARTS = 10
_STOP = b"stop"


class Fleet:
    """The workers of one campaign. Shape: `run`, and then `close`, whatever came of it."""

    def __init__(
        self, contenders: Sequence[Contender], seeds: Sequence[bytes], store: Store, options: CampaignOptions
    ) -> None:
        self._recipe = (contenders, seeds, store)
        self._options = options
        self._workers: dict[Connection, _Worker] = {}
        self._ended: list[StatsLine] = []
        self._told: set[object] = set()
        self._findings = self._disagreements = 0
        self._stopped: float | None = None
        self._began = self._drawn = time.monotonic()
        self._executions = 0

    def run(self, watch: Watch) -> Iterator[CampaignEvent]:
        """Begin all workers, and yield what they say, each finding once; a line of all of them now and then."""
        for number in range(self._options.workers):
            self._begin(number, 0, self._options.of_worker(number))
        while self._workers:
            for ready in connection.wait(list(self._workers), WAIT_SECONDS):
                assert isinstance(ready, Connection)  # noqa: S101 - there is nothing else to wait for
                yield from self._hear(self._workers[ready])
            if time.monotonic() - self._drawn >= STATS_SECONDS:
                yield self._line()
            if self._stopped is None and not watch(self._sum()):
                self._stop()
            elif self._stopped is not None and time.monotonic() - self._stopped > END_SECONDS:
                self._kill()
        yield CampaignEnd(replace(end := self._sum(), rate=round(end.executions / max(end.seconds, 1e-3), 1)))

    def close(self) -> None:
        """Kill what still runs."""
        self._kill()
        for worker in self._workers.values():
            worker.process.join()
        self._workers.clear()

    def _begin(self, number: int, start: int, options: CampaignOptions) -> None:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        arguments = (theirs, os.getpid(), *self._recipe, options, number)
        process = context.Process(target=_work, args=arguments, name=f"bmpconform-fuzz-{number}")
        process.start()
        theirs.close()
        self._workers[ours] = _Worker(number, start, options, process, ours)

    def _kill(self) -> None:
        for worker in self._workers.values():
            worker.process.kill()

    def _stop(self) -> None:
        self._stopped = time.monotonic()
        for worker in self._workers.values():
            worker.tell_to_stop()

    def _hear(self, worker: "_Worker") -> Iterator[CampaignEvent]:
        """Yield what a worker says that no other has said."""
        try:
            event = worker.connection.recv()
        except (EOFError, OSError):
            yield from self._lost(worker)
            return
        match event:
            case StatsLine():
                worker.stats = event
            case CampaignEnd():
                self._settle(worker, event.stats)
            case NewFinding() | NewDisagreement():
                if self._is_first(event.line.key):
                    self._findings += isinstance(event, NewFinding)
                    self._disagreements += isinstance(event, NewDisagreement)
                    yield event
            case CampaignStart() if worker.start or not self._is_first("start"):
                pass
            case CampaignStart():
                yield replace(event, seed=self._options.seed)
            case TargetSkipped() | TargetUnusable():
                if self._is_first(event):
                    yield event
            case _:
                yield event

    def _is_first(self, what: object) -> bool:
        is_first = what not in self._told
        self._told.add(what)
        return is_first

    def _settle(self, worker: "_Worker", stats: StatsLine) -> None:
        del self._workers[worker.connection]
        worker.connection.close()
        worker.process.join(END_SECONDS)
        worker.process.kill()
        self._ended.append(replace(stats, rate=0.0))

    def _lost(self, worker: "_Worker") -> Iterator[CampaignEvent]:
        """Begin a worker again that ended without a word, with what is left of its budget."""
        self._settle(worker, worker.stats)
        runs, seconds = worker.options.runs, self._options.seconds
        left = None if runs is None else max(runs - worker.stats.executions, 0)
        time_left = None if seconds is None else max(seconds - (time.monotonic() - self._began), 0.0)
        again = worker.start + 1 < MOST_STARTS and left != 0 and time_left != 0 and not worker.is_stopped
        yield WorkerLost(worker.number, worker.process.exitcode or 0, again)
        if again:
            options = self._options.of_worker(worker.number, worker.start + 1)
            self._begin(worker.number, worker.start + 1, replace(options, runs=left, seconds=time_left))

    def _line(self) -> StatsLine:
        """Return where all workers are, as told every so often."""
        now, line = time.monotonic(), self._sum()
        line = replace(line, rate=round((line.executions - self._executions) / max(now - self._drawn, 1e-3), 1))
        self._drawn, self._executions = now, line.executions
        return line

    def _sum(self) -> StatsLine:
        """Return where all workers are; what they share is as the one that has most of it sees it."""
        at_work = [worker.stats for worker in self._workers.values()]
        lines = [*self._ended, *at_work]
        targets = dict.fromkeys(name for line in lines for name in line.latency)
        return StatsLine(
            round(time.monotonic() - self._began, 3),
            sum(line.executions for line in lines),
            round(sum(line.rate for line in at_work), 1),
            max((line.corpus for line in lines), default=0),
            max((line.signatures for line in lines), default=0),
            self._findings,
            min((line.idle for line in at_work or lines), default=0.0),
            max((line.edges for line in lines), default=0),
            self._disagreements,
            {name: _mean([line.latency[name] for line in lines if line.latency.get(name)]) for name in targets},
        )


class _Worker:
    """A worker as we see it: its process, the line to it, and where it was when it last said so."""

    def __init__(
        self, number: int, start: int, options: CampaignOptions, process: SpawnProcess, connection: Connection
    ) -> None:
        self.number = number
        self.start = start
        self.options = options
        self.process = process
        self.connection = connection
        self.is_stopped = False
        self.stats = StatsLine(0, 0, 0, 0, 0, 0, 0)

    def tell_to_stop(self) -> None:
        """Have it end after the inputs in hand."""
        self.is_stopped = True
        try:
            self.connection.send(_STOP)
        except OSError:
            # It has ended, and is heard of as lost.
            return


def _work(  # noqa: PLR0913, PLR0917 - the recipe of a worker
    connection: Connection,
    parent: int,
    contenders: Sequence[Contender],
    seeds: Sequence[bytes],
    store: Store,
    options: CampaignOptions,
    number: int,
) -> None:
    """Be a worker: run a loop, and send what it says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent(parent)

    def watch(stats: StatsLine) -> bool:
        connection.send(stats)
        return not connection.poll()

    loop = Loop(store, options, number)
    try:
        for event in loop.open(contenders):
            connection.send(event)
        if loop.players:
            for event in loop.run(seeds, watch):
                connection.send(event)
        else:
            connection.send(CampaignEnd(StatsLine(0, 0, 0, 0, 0, 0, 0)))
    finally:
        loop.close()


def _mean(numbers: Sequence[float]) -> float:
    return round(sum(numbers) / len(numbers), 1) if numbers else 0.0
