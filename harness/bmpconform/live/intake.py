"""A station for many routers at once: several processes listen on one port, and each judges what comes to it.

Why processes: judging is what takes time, and one process can use one core. The system shares new connections out among
them, so nothing has to be handed over.

Each judges octets as they come and keeps nothing of them, so a router that is faster is slowed down by TCP. A process
whose parent is gone ends by itself.
"""

import asyncio
import multiprocessing
import signal
import socket
import time
from multiprocessing.connection import Connection
from typing import Self

from bmpconform.check import StreamJudge
from bmpconform.events import Counts
from bmpconform.live.device import Endpoint
from bmpconform.rules.memory import Memory
from bmpconform.rules.selection import Policy, Selection
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.errors import TargetError
from bmpconform.wire.value import Value

START_SECONDS = 30.0
_READY = "ready"


class Done(Value, frozen=True):
    """What came of one connection: what was read and found, and how many findings were told while it was read."""

    counts: Counts
    told: int


class _Judging(asyncio.Protocol):
    """One connection, judged as its octets come."""

    def __init__(self, number: int, memory: Memory, parent: Connection) -> None:
        self._judge = StreamJudge("intake", number, memory)
        self._parent = parent
        self._told = 0

    def data_received(self, data: bytes) -> None:
        self._told += sum(1 for _ in self._judge.feed(data))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - how it ended is no finding here
        self._told += sum(1 for _ in self._judge.finish())
        self._parent.send(Done(self._judge.counts, self._told))


class Intake:
    """The station. Shape: a context; `near` is where it listens, `take` waits for routers that are done."""

    def __init__(self, near: Endpoint, workers: int, profile: str = DEFAULT_PROFILE) -> None:
        """Listen on `near`, port 0 being one that is free, with so many processes."""
        self._reserved = _bound(near)
        self.near = Endpoint(near.host, self._reserved.getsockname()[1])
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes = []
        for _ in range(workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(self.near, profile, theirs), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    @property
    def pids(self) -> list[int]:
        """Return the processes that judge."""
        return [process.pid for process in self._processes if process.pid is not None]

    def __enter__(self) -> Self:
        """Wait until all listen. Raises TargetError where one does not."""
        for pipe in self._pipes:
            if not pipe.poll(START_SECONDS) or pipe.recv() != _READY:
                self.__exit__()
                raise TargetError(f"{self.near} is not listened on after {START_SECONDS:.0f} s")
        return self

    def __exit__(self, *_: object) -> None:
        """End all."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(START_SECONDS)
            process.kill()
        self._reserved.close()

    def take(self, routers: int, within: float) -> list[Done]:
        """Return what came of so many connections, of fewer where not all ended in time."""
        deadline, done = time.monotonic() + within, list[Done]()
        while len(done) < routers and (left := deadline - time.monotonic()) > 0:
            for pipe in multiprocessing.connection.wait(self._pipes, left):
                assert isinstance(pipe, Connection)  # noqa: S101 - we put in nothing else
                done.append(pipe.recv())
        return done


def _bound(near: Endpoint) -> socket.socket:
    """Return a socket that holds a port for all processes, and listens not."""
    family = socket.AF_INET6 if ":" in near.host else socket.AF_INET
    holder = socket.socket(family)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    holder.bind((near.host, near.port))
    return holder


def _work(near: Endpoint, profile: str, parent: Connection) -> None:
    # Ctrl-C is the parent's: it closes the pipe when it is done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_serve(near, profile, parent))


async def _serve(near: Endpoint, profile: str, parent: Connection) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    memory, streams = Memory(Selection(PROFILES[profile], Policy())), iter(range(1 << 62))
    loop.add_reader(parent.fileno(), ended.set)
    server = await loop.create_server(
        lambda: _Judging(next(streams), memory, parent), near.host, near.port, reuse_port=True, backlog=1024
    )
    parent.send(_READY)
    await ended.wait()
    server.close()
