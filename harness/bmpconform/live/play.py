"""Plays a script: the one loop that turns steps into what is done on connections, and leaves a transcript.

Why nothing is judged here: a script that is answered wrong is played to its end all the same, and the oracle says what
that was worth. Every wait has its deadline, so a far end that does nothing costs its time and no more.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import assert_never

from bmpconform.live.connection import Connection, Notes
from bmpconform.live.device import Act, CannotError
from bmpconform.live.line import Line
from bmpconform.live.script import (
    Await,
    Close,
    Connect,
    HalfClose,
    Perform,
    Quiet,
    Refuse,
    Reset,
    Rush,
    Script,
    Send,
    Step,
)
from bmpconform.live.transcript import Kind, Transcript

# What an act may take on the BGP side, restarts of daemons included.
ACT_SECONDS = 60
# What we close is closed at once, unless the far end does not take what was sent before.
CLOSE_SECONDS = 1
_NOBODY = -1

Performer = Callable[[Act], None]


async def play(script: Script, line: Line, notes: Notes, perform: Performer | None = None) -> Transcript:
    """Play every step of a script, and end what is open. Raises TargetError where the device cannot be acted on."""
    player = _Player(line, notes, perform)
    try:
        for step in script.steps:
            await player.take(step)
    finally:
        await line.close()
    return notes.transcript()


class _Player:
    def __init__(self, line: Line, notes: Notes, perform: Performer | None) -> None:
        self._line = line
        self._notes = notes
        self._perform = perform
        self._taken: list[Connection | None] = []
        # What each connection had said when the last act began.
        self._before: Mapping[int, Counter[int]] = {}
        # What an act would have brought is not waited for where it could not be done.
        self._undone = False

    async def take(self, step: Step) -> None:
        match step:
            case Connect():
                await self._connect(step.within)
            case Perform():
                await self._act(step.act)
            case Refuse():
                if not await self._line.refuse(step.times, step.within):
                    self._missed(_NOBODY, f"{step.times} connections to refuse")
            case Rush():
                await self._rush(step)
            case _:
                connection = self._on(step.on)
                if connection is not None:
                    await self._take_on(connection, step)

    def _on(self, number: int) -> Connection | None:
        """Return the connection of that number, None where it never came to be."""
        return self._taken[number] if number < len(self._taken) else None

    async def _take_on(self, connection: Connection, step: Send | HalfClose | Close | Reset | Await | Quiet) -> None:
        match step:
            case Send():
                await connection.send(step.octets, step.at_a_time)
            case HalfClose():
                connection.half_close()
            case Close():
                connection.close()
                await self._notes.until(partial(_is_lost, connection), CLOSE_SECONDS)
            case Reset():
                connection.reset()
                await self._notes.until(partial(_is_lost, connection), CLOSE_SECONDS)
            case Await():
                if not await self._notes.until(lambda: self._holds(connection, step), step.within):
                    self._missed(connection.number, _words(step))
            case Quiet():
                if not await self._quiet(connection, step):
                    self._missed(connection.number, f"{step.seconds} s of silence")
            case _:
                assert_never(step)

    def _missed(self, connection: int, text: str) -> None:
        self._notes.add(connection, Kind.TIMED_OUT, text=text)

    async def _connect(self, within: float) -> None:
        connection = await self._line.connect(within)
        if connection is None:
            self._missed(_NOBODY, "a connection")
        self._taken.append(connection)

    async def _act(self, act: Act) -> None:
        self._before = {one.number: Counter(one.heard.counts) for one in self._line.connections}
        name = _called(act)
        self._undone = True
        if self._perform is None:
            self._notes.add(_NOBODY, Kind.CANNOT, text=f"{name}: nothing but the address is known")
            return
        try:
            # In a thread: the far end must be heard while it does what it is told.
            await asyncio.wait_for(asyncio.to_thread(self._perform, act), ACT_SECONDS)
        except CannotError as error:
            self._notes.add(_NOBODY, Kind.CANNOT, text=f"{name}: {error}")
        except TimeoutError:
            self._notes.add(_NOBODY, Kind.CANNOT, text=f"{name}: not done in {ACT_SECONDS} s")
        else:
            self._undone = False
            self._notes.add(_NOBODY, Kind.ACTED, text=name)

    def _holds(self, connection: Connection, step: Await) -> bool:
        if connection.ended or (self._undone and step.what == "message"):
            return True
        match step.what:
            case "closed":
                return False
            case "dumped":
                return connection.heard.dumped
            case "message":
                before = self._before.get(connection.number, Counter[int]())
                return connection.heard.counts[step.type] - before[step.type] >= step.count
            case _:
                assert_never(step.what)

    async def _quiet(self, connection: Connection, step: Quiet) -> bool:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + step.within
        while not connection.ended:
            came = connection.heard.octets
            left = min(step.seconds, deadline - loop.time())
            if not await self._notes.until(partial(_said_more, connection, came), left):
                return left >= step.seconds
        return True

    async def _rush(self, step: Rush) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + step.within
        for _ in range(step.times):
            connection = await self._line.connect(max(0.0, deadline - loop.time()))
            if connection is None:
                self._missed(_NOBODY, "a connection")
                return
            left = max(0.0, deadline - loop.time())
            await self._notes.until(partial(_said_more, connection, 0), left)
            connection.close()
            await self._notes.until(partial(_is_lost, connection), CLOSE_SECONDS)


def _is_lost(connection: Connection) -> bool:
    return connection.lost


def _said_more(connection: Connection, than: int) -> bool:
    """Whether more octets came, or none can come any more."""
    return connection.heard.octets > than or connection.ended


def _called(act: Act) -> str:
    """Return an act in words: its name, and what it is told."""
    told = [getattr(act, name) for name in act.__struct_fields__]
    words = (" ".join(value) if isinstance(value, tuple) else str(value) for value in told if value is not None)
    return " ".join([type(act).__name__, *words])


def _words(step: Await) -> str:
    return f"{step.count} of type {step.type}" if step.what == "message" else step.what
