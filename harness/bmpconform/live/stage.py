"""A target made ready for one script after the other: where connections come from, what can be done, what is known.

Why one shape for all: a device by address and one that we start differ only in what can be asked of them.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from bmpconform.live.connection import Notes
from bmpconform.live.device import Act, CannotError, Collector, Device, Endpoint, Kill, Stop
from bmpconform.live.facts import Configured, Fact, Stopped, Truth
from bmpconform.live.line import Dialler, Line, Listener
from bmpconform.live.play import Performer, play
from bmpconform.live.probe import takes_sessions
from bmpconform.live.script import Role, Script
from bmpconform.live.transcript import Kind, Transcript

_ANYWHERE = Endpoint("127.0.0.1", 0)


class Stage(Protocol):
    """One target. Shape: `open` before each script, `close` after it.

    `role` is the end that we play, `us` says that we dial.
    """

    role: Role
    us: bool

    async def open(self, notes: Notes) -> Line:
        """Make it ready, and return where connections come from. Raises TargetError."""

    @property
    def perform(self) -> Performer | None:
        """What acts on it, None where nothing does."""

    def truth(self) -> Truth:
        """Return what is known of it so far."""

    def alive(self) -> bool:
        """Whether it is there; True where nobody can tell."""

    def close(self) -> None:
        """End what was started for it."""


class Address:
    """A target that is known by its address alone: we dial it, or listen there for it."""

    def __init__(self, role: Role, end: Endpoint, *, us: bool) -> None:
        """Dial `end` (`us`), or listen there."""
        self.role = role
        self.us = us
        self._end = end

    perform: Performer | None = None

    async def open(self, notes: Notes) -> Line:
        """Dial, or listen."""
        return Dialler(self._end, notes) if self.us else await _listener(self._end, notes)

    def truth(self) -> Truth:
        """Nothing is known."""
        return Truth()

    def alive(self) -> bool:
        """Probe a station that we dial; of any other nobody can tell."""
        return self.role is Role.STATION or not self.us or takes_sessions(self._end)

    def close(self) -> None:
        """Nothing was started."""


class Managed:
    """A router that somebody starts for us."""

    role = Role.STATION

    def __init__(self, device: Device) -> None:
        """Take a router that is not open."""
        self.us = not device.dials
        self._device = device
        self._stopped = False
        self._truth = Truth()

    async def open(self, notes: Notes) -> Line:
        """Start it, told where we listen, or dial it."""
        self._stopped = False
        if not self.us:
            listener = await _listener(_ANYWHERE, notes)
            await asyncio.to_thread(self._device.open, listener.near)
            return listener
        await asyncio.to_thread(self._device.open, _ANYWHERE)
        assert self._device.address is not None  # noqa: S101 - a device that does not dial has one
        return Dialler(self._device.address, notes)

    def perform(self, act: Act) -> None:
        """Have it do something."""
        self._stopped = self._stopped or isinstance(act, Stop | Kill)
        self._device.perform(act)

    def truth(self) -> Truth:
        """Return how it is configured and what happened."""
        return Truth(self._device.configured, tuple(self._device.facts()))

    def alive(self) -> bool:
        """Whether it runs, or was told to end."""
        return self._stopped or self._device.alive()

    def close(self) -> None:
        """End it."""
        self._device.close()


class Station:
    """A collector that somebody starts for us."""

    role = Role.ROUTER
    us = True

    def __init__(self, collector: Collector) -> None:
        """Take a collector that is not open."""
        self.collector = collector
        self._facts: list[Fact] = []

    async def open(self, notes: Notes) -> Line:
        """Start it, and dial it."""
        self._facts.clear()
        return Dialler(await asyncio.to_thread(self.collector.open), notes)

    def perform(self, act: Act) -> None:
        """Stop it: nothing else can be asked of a collector."""
        if not isinstance(act, Stop):
            raise CannotError("a collector can only be stopped")
        self._facts.append(Stopped(time.monotonic()))
        self.collector.close()

    def truth(self) -> Truth:
        """Return when it was stopped."""
        return Truth(Configured("0.0.0.0", 0), tuple(self._facts))  # noqa: S104 - no address but an identifier

    def alive(self) -> bool:
        """Whether it runs, or was told to end."""
        return bool(self._facts) or self.collector.alive()

    def close(self) -> None:
        """End it."""
        if not self._facts:
            self.collector.close()


async def _listener(near: Endpoint, notes: Notes) -> Listener:
    listener = Listener(notes)
    await listener.listen(near)
    return listener


# How often a script looks whether it has to end.
_LOOK_SECONDS = 0.25


def perform_script(stage: Stage, script: Script, goes_on: Callable[[], bool]) -> tuple[Transcript, Truth] | None:
    """Play a script on a stage; None where `goes_on` said no meanwhile. Raises TargetError."""
    return asyncio.run(_perform(stage, script, goes_on))


async def _perform(stage: Stage, script: Script, goes_on: Callable[[], bool]) -> tuple[Transcript, Truth] | None:
    notes = Notes()
    try:
        line = await stage.open(notes)
        playing = asyncio.create_task(play(script, line, notes, stage.perform))
        while not (await asyncio.wait({playing}, timeout=_LOOK_SECONDS))[0]:
            if not goes_on():
                playing.cancel()
                await asyncio.wait({playing})
                return None
        playing.result()
        if not await asyncio.to_thread(stage.alive):
            notes.add(-1, Kind.GONE)
        return notes.transcript(), stage.truth()
    finally:
        await asyncio.to_thread(stage.close)
