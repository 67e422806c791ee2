"""OpenDaylight's bgp-bmp-mock as a router under test: a program that makes BMP up, with no BGP behind it.

Why it can be told nothing: its peers and routes come from its command line, so nobody knows what truly happened.
"""

from bmpconform.lab.daemon import Command
from bmpconform.lab.lease import Lease
from bmpconform.lab.manifest import Kit
from bmpconform.lab.scene import ROUTER_HOST, Scene
from bmpconform.live.device import CannotError, Endpoint
from bmpconform.live.facts import PeerId


class OpenDaylightMock:
    """The mock in one place."""

    def __init__(self, kit: Kit, lease: Lease) -> None:
        self._kit, self._address = kit, lease.address(ROUTER_HOST)

    def command(self, scene: Scene, station: Endpoint) -> Command:
        """Return how it is started; the scene tells it nothing."""
        return self._kit.command({"station": str(station), "address": scene.address})

    def is_ready(self) -> bool:
        """Always: it listens on nothing."""
        return True

    def configured(self, scene: Scene) -> None:
        """Nobody knows: what it makes up is its own."""

    def drop(self, neighbour: PeerId) -> None:
        """There is no session."""
        raise CannotError(f"the mock has no session with {neighbour.address}")

    def forget(self, neighbour: PeerId) -> None:
        """There is no neighbour."""
        raise CannotError(f"the mock has no neighbour {neighbour.address}")

    def reconfigure(self, what: str) -> None:
        """It takes no commands."""
        raise CannotError(f"the mock cannot change its {what}")

    def stop_bmp(self) -> None:
        """It takes no commands."""
        raise CannotError("the mock can only be killed")
