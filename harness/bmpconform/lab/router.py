"""A router under test that we start: its daemon, our neighbours for it, and what is known of both.

Why the daemon apart, as `Software`: what a test may ask for is the same for all, and what differs is a configuration
and how the daemon is told to do something.

After `open` no session is up: a script brings up those that it wants.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Protocol, assert_never

from bmpconform.lab.daemon import Command, Daemon
from bmpconform.lab.lease import Lease
from bmpconform.lab.octets import CEASE, RESET, announcements, malformed_announcement, notification_octets, withdrawals
from bmpconform.lab.scene import BMP_PORT, NEXT_HOPS, Scene, usual_scene
from bmpconform.lab.session import SessionError
from bmpconform.lab.speaker import Speaker
from bmpconform.lab.wait import until
from bmpconform.live import device
from bmpconform.live.device import Act, CannotError, Endpoint
from bmpconform.live.facts import Changed, Configured, Fact, Leaving, Left, PeerId, Stopped
from bmpconform.targets.errors import TargetError
from bmpconform.wire.value import replace

START_SECONDS = 30.0
MALFORMED_PREFIX = "203.0.113.128/25"


class Software(Protocol):
    """A kind of router: how it is started for a scene, and how it is told to do what a test asks for."""

    def command(self, scene: Scene, station: Endpoint) -> Command:
        """Write its configuration, and return how it is started."""

    def is_ready(self) -> bool:
        """Whether it takes commands and neighbours; it may say False while it starts."""

    def configured(self, scene: Scene) -> Configured | None:
        """Return how it is configured for a scene, None where nobody knows."""

    def drop(self, neighbour: PeerId) -> None:
        """Have it end a session with a NOTIFICATION. Raises CannotError where it has no means for that."""

    def forget(self, neighbour: PeerId) -> None:
        """Take a neighbour out of its configuration. Raises CannotError."""

    def reconfigure(self, what: str) -> None:
        """Change at run time what is monitored. Raises CannotError."""

    def stop_bmp(self) -> None:
        """Shut BMP down. Raises CannotError."""


Make = Callable[[Lease], Software]


class Router:
    """A device with the software that `make` gives for a lease; `scene_of` says how it is set up there.

    Where it does not dial, it listens for stations on its own address, on BMP_PORT.
    """

    def __init__(self, name: str, make: Make, *, dials: bool, scene_of: Callable[[Lease], Scene] = usual_scene) -> None:
        self.name = name
        self.dials = dials
        self._make, self._scene_of = make, scene_of
        self._running: _Running | None = None
        self._configured: Configured | None = None
        self._facts: Sequence[Fact] = ()

    @property
    def configured(self) -> Configured | None:
        """How it is configured, or was when it was last open; None where nobody knows."""
        return self._configured

    @property
    def address(self) -> Endpoint | None:
        """Where it listens for stations, None where it dials."""
        return None if self.dials else Endpoint(self._now().scene.address, BMP_PORT)

    def open(self, station: Endpoint) -> None:
        """Start it, told where the station is. Raises TargetError where it cannot be started."""
        if self._running is None:
            self._facts = ()
            self._running = _Running(self.name, self._make, self._scene_of, station)
            self._configured = self._running.software.configured(self._running.scene)

    def perform(self, act: Act) -> None:
        """Do something on the BGP side. Raises CannotError, and TargetError where the device is gone."""
        try:
            self._now().perform(act)
        except SessionError as error:
            raise TargetError(f"{self.name}: {error}", self.said) from error

    def facts(self) -> Sequence[Fact]:
        """Return what happened so far; after `close`, what happened until then."""
        running = self._running
        return self._facts if running is None else running.facts()

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._running is not None and self._running.daemon.alive()

    @property
    def said(self) -> str:
        """Return the end of what it wrote to stdout and stderr."""
        return "" if self._running is None else self._running.daemon.said

    def close(self) -> None:
        """End it, and all that was started for it."""
        if self._running is not None:
            self._facts = self._running.facts()
            self._running.close()
            self._running = None

    def _now(self) -> "_Running":
        if self._running is None:
            raise TargetError(f"{self.name} does not run")
        return self._running


class _Running:
    """A router from its start to its end."""

    def __init__(self, name: str, make: Make, scene_of: Callable[[Lease], Scene], station: Endpoint) -> None:
        self._own: list[Fact] = []
        self._forgotten: set[PeerId] = set()
        with ExitStack() as stack:
            lease = stack.enter_context(Lease())
            self.scene = scene_of(lease)
            self.software = make(lease)
            self._speaker = Speaker()
            stack.callback(self._speaker.close)
            self.daemon = Daemon(name, self.software.command(self.scene, station), lease.folder)
            stack.callback(self.daemon.close)
            until(self._is_ready, START_SECONDS, f"{name} to be ready")
            for actor in self.scene.actors:
                self._speaker.add(actor.neighbour.name, actor.part)
            self._stack = stack.pop_all()

    def _is_ready(self) -> bool:
        self.daemon.demand_alive()
        return self.software.is_ready()

    def close(self) -> None:
        self._stack.close()

    def facts(self) -> Sequence[Fact]:
        """Return all facts; how a neighbour left that was taken out of the configuration, only we know."""
        told = sorted([*self._own, *self._speaker.facts()], key=lambda fact: fact.at)
        return tuple(
            replace(fact, how=Leaving.DECONFIGURED) if isinstance(fact, Left) and fact.peer in self._forgotten else fact
            for fact in told
        )

    def perform(self, act: Act) -> None:
        self._demand_actor(act)
        match act:
            case device.PeerUp(peer=name):
                self._speaker.up(name)
            case device.PeerDown(peer=name, how=how):
                self._down(name, how)
            case device.DeconfigurePeer(peer=name):
                self._down(name, Leaving.DECONFIGURED)
            case device.RestartPeer(peer=name):
                self._speaker.notify(name, notification_octets(CEASE, RESET))
                self._speaker.up(name)
            case device.Stop():
                began = time.monotonic()
                self.software.stop_bmp()
                self._own.append(Stopped(began))
            case device.Kill():
                self._own.append(Stopped(time.monotonic(), killed=True))
                self.daemon.close()
            case device.Reconfigure(what=what):
                began = time.monotonic()
                self.software.reconfigure(what)
                self._own.append(Changed(began, what))
            case _:
                self._send(act)

    def _demand_actor(self, act: Act) -> None:
        name = getattr(act, "peer", None)
        if name is not None and all(actor.neighbour.name != name for actor in self.scene.actors):
            raise CannotError(f"it has no neighbour {name!r}")

    def _send(self, act: device.Announce | device.Withdraw | device.ChangeAttribute | device.SendMalformed) -> None:
        actor = self.scene.actor(act.peer)
        path, wide = [actor.neighbour.asn], actor.as_octets
        match act:
            case device.Announce(prefixes=prefixes, med=med) | device.ChangeAttribute(prefixes=prefixes, med=med):
                updates = announcements(prefixes, path, NEXT_HOPS, med=med, as_octets=wide)
            case device.Withdraw(prefixes=prefixes):
                updates = withdrawals(prefixes)
            case device.SendMalformed():
                updates = [malformed_announcement(MALFORMED_PREFIX, path, NEXT_HOPS[0], as_octets=wide)]
            case _:
                assert_never(act)
        self._speaker.send(act.peer, *updates)

    def _down(self, name: str, how: Leaving) -> None:
        peer = self.scene.actor(name).neighbour.peer
        match how:
            case Leaving.REMOTE_NOTIFICATION:
                self._speaker.notify(name, notification_octets())
            case Leaving.REMOTE_NO_NOTIFICATION:
                self._speaker.hang_up(name)
            case Leaving.LOCAL_NOTIFICATION:
                self.software.drop(peer)
                self._speaker.down(name)
            case Leaving.DECONFIGURED:
                self._forgotten.add(peer)
                self.software.forget(peer)
                self._speaker.down(name)
            case Leaving.LOCAL_NO_NOTIFICATION:
                raise CannotError("it ends no session without a NOTIFICATION")
            case _:
                assert_never(how)
