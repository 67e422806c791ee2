"""Several workers in processes of their own, which share nothing but the folders of inputs and of findings.

Why so little: workers run for hours, never wait for each other, and one that is lost must cost its current inputs only.
Why they are killed with us: nothing may be left behind, whatever ends this process. Ctrl-C is for us alone, and workers
are told to end. One that a signal ended is begun again, with other random numbers; one that ended by itself has shown a
defect of ours, which is told and costs no other worker.
"""

import os
import signal
import time
import traceback
from collections.abc import Iterator, Sequence
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from bmpconform.fuzz.events import (
    CampaignEnd,
    CampaignEvent,
    CampaignStart,
    Coarsened,
    NewDisagreement,
    NewFinding,
    WorkerFailed,
    WorkerLost,
)
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
        """Yield what a worker says, once where several say it."""
        try:
            event = worker.connection.recv()
        except (EOFError, OSError):
            yield self._lost(worker)
            return
        match event:
            case StatsLine():
                worker.stats = event
            case CampaignEnd():
                self._settle(worker, event.stats)
            case WorkerFailed():
                self._settle(worker, worker.stats)
                yield replace(event, left=worker.left)
            case _:
                if self._is_first(event):
                    self._findings += isinstance(event, NewFinding)
                    self._disagreements += isinstance(event, NewDisagreement)
                    yield replace(event, seed=self._options.seed) if isinstance(event, CampaignStart) else event

    def _is_first(self, event: CampaignEvent) -> bool:
        """Whether no worker has said that, or nobody else can; it is said now."""
        match event:
            case NewFinding() | NewDisagreement():
                told: object = event.line.key
            case CampaignStart():
                told = CampaignStart
            case TargetSkipped() | TargetUnusable() | Coarsened():
                told = event
            case _:
                return True
        is_first = told not in self._told
        self._told.add(told)
        return is_first

    def _settle(self, worker: "_Worker", stats: StatsLine) -> None:
        del self._workers[worker.connection]
        worker.connection.close()
        worker.process.join(END_SECONDS)
        worker.process.kill()
        worker.process.join()
        self._ended.append(replace(stats, rate=0.0))

    def _lost(self, worker: "_Worker") -> CampaignEvent:
        """Return what became of a worker that ended without a word; begin it again if that was not of itself."""
        self._settle(worker, worker.stats)
        code = worker.process.exitcode or 0
        if code >= 0:
            return WorkerFailed(worker.number, f"exit code {code}, without a word", "", worker.left)
        return WorkerLost(worker.number, code, self._begin_again(worker), worker.left)

    def _begin_again(self, worker: "_Worker") -> bool:
        """Begin a worker again with what is left of its budget; return whether there is need and hope."""
        seconds = self._options.seconds
        time_left = None if seconds is None else max(seconds - (time.monotonic() - self._began), 0.0)
        again = worker.start + 1 < MOST_STARTS and worker.left != 0 and time_left != 0 and not worker.is_stopped
        if again:
            options = self._options.of_worker(worker.number, worker.start + 1)
            self._begin(worker.number, worker.start + 1, replace(options, runs=worker.left, seconds=time_left))
        return again

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
            max((line.level for line in lines), default=0),
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

    @property
    def left(self) -> int | None:
        """How many of its inputs it has not told to be done."""
        return None if self.options.runs is None else max(self.options.runs - self.stats.executions, 0)

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
    """Be a worker: run a loop, and send what it says; its end, or what it failed of, once all is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent(parent)

    def watch(stats: StatsLine) -> bool:
        connection.send(stats)
        return not connection.poll()

    end: CampaignEvent = CampaignEnd(StatsLine(0, 0, 0, 0, 0, 0, 0))
    try:
        for event in Loop(store, options, number).campaign(contenders, seeds, watch):
            if isinstance(event, CampaignEnd):
                end = event
            else:
                connection.send(event)
    except Exception as error:  # noqa: BLE001 - the process boundary: a defect is told, not thrown
        trace = "".join(traceback.format_exception(error))
        end = WorkerFailed(number, f"{type(error).__name__}: {error}", trace)
    connection.send(end)


def _mean(numbers: Sequence[float]) -> float:
    return round(sum(numbers) / len(numbers), 1) if numbers else 0.0
