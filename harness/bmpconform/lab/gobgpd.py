"""GoBGP's daemon as a router under test.

Why its command-line client for what changes: it speaks the daemon's gRPC, which nothing else here has to know.
"""

from bmpconform.lab.daemon import Command, Daemon
from bmpconform.lab.lease import Lease
from bmpconform.lab.manifest import Kit
from bmpconform.lab.octets import IPV6_UNICAST
from bmpconform.lab.scene import BGP_PORT, CONTROL_PORT, ROUTER_HOST, Scene
from bmpconform.lab.wait import is_listening
from bmpconform.live.device import CannotError, Endpoint
from bmpconform.live.facts import Configured, PeerId, View, ViewKind
from bmpconform.targets.errors import TargetError
from bmpconform.wire.routes import IPV4_UNICAST
from bmpconform.wire.value import replace

CONFIGURATION = "gobgpd.toml"
SYS_DESCR = "GoBGP in a lab"
STATISTICS_SECONDS = 15
# GoBGP's BMP client waits a second, then twice as long each time, up to 32 s.
RETRY_SECONDS = (1.0, 32.0)
SECONDS = 20.0
FAMILIES = {IPV4_UNICAST: "ipv4", IPV6_UNICAST: "ipv6"}
VIEWS = (ViewKind.PRE_IN, ViewKind.POST_IN, ViewKind.LOC_RIB)


class Gobgpd:
    """GoBGP in one place."""

    def __init__(self, kit: Kit, lease: Lease) -> None:
        self._kit, self._lease = kit, lease
        self._address = lease.address(ROUTER_HOST)
        self._station: Endpoint | None = None

    @property
    def _here(self) -> dict[str, str]:
        return {"folder": str(self._lease.folder), "address": self._address, "control_port": str(CONTROL_PORT)}

    def command(self, scene: Scene, station: Endpoint) -> Command:
        """Write its configuration, and return how it is started."""
        self._station = station
        configuration = self._kit.render(
            CONFIGURATION,
            scene=scene,
            station=station,
            families=FAMILIES,
            bgp_port=BGP_PORT,
            mirrors=True,
            statistics_seconds=STATISTICS_SECONDS,
            sys_descr=SYS_DESCR,
        )
        (self._lease.folder / CONFIGURATION).write_text(configuration, encoding="utf-8")
        for port in (BGP_PORT, CONTROL_PORT):
            self._lease.port(ROUTER_HOST, port)
        return self._kit.command(self._here)

    def is_ready(self) -> bool:
        """Whether it listens for neighbours and for commands."""
        return all(is_listening(self._address, port) for port in (BGP_PORT, CONTROL_PORT))

    def configured(self, scene: Scene) -> Configured:
        """Return how it is configured for a scene. It has no description for a neighbour that it would tell."""
        return Configured(
            router_id=scene.router_id,
            asn=scene.asn,
            sys_name=scene.sys_name,
            sys_descr=SYS_DESCR,
            neighbours=tuple(replace(actor.neighbour, description=None) for actor in scene.actors),
            views=tuple(View(kind, *family) for family in FAMILIES for kind in VIEWS),
            policies=scene.policies,
            mirrors=True,
            statistics_seconds=STATISTICS_SECONDS,
            retry_seconds=RETRY_SECONDS,
        )

    def drop(self, neighbour: PeerId) -> None:
        """Reset a session: GoBGP sends a Cease."""
        self._tell("neighbor", neighbour.address, "reset")

    def forget(self, neighbour: PeerId) -> None:
        """Take a neighbour out of the configuration."""
        self._tell("neighbor", "del", neighbour.address)

    def reconfigure(self, what: str) -> None:
        """Change what is monitored: GoBGP cannot, other than by forgetting the station."""
        raise CannotError(f"GoBGP cannot change its {what} at run time")

    def stop_bmp(self) -> None:
        """Take the station out of the configuration."""
        if self._station:
            self._tell("bmp", "del", str(self._station))

    def _tell(self, *words: str) -> None:
        """Run the client. Raises TargetError with what it said where it fails."""
        command = self._kit.command(self._here)
        client = (command.words[0].removesuffix("d"), "-u", self._address, "-p", str(CONTROL_PORT), *words)
        running = Daemon("gobgp", replace(command, words=client), self._lease.folder)
        try:
            how = running.ended(SECONDS)
        finally:
            running.close()
        if how != "exit-0":
            raise TargetError(f"gobgp {' '.join(words)}: {how or 'no end'}", running.said)
