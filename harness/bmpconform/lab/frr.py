"""FRRouting's bgpd as a router under test.

Why its terminal for what changes: FRR reads its configuration once, and what it is told later takes effect at once.
"""

from pathlib import Path

from bmpconform.lab.daemon import Command
from bmpconform.lab.lease import Lease
from bmpconform.lab.manifest import Kit
from bmpconform.lab.octets import IPV6_UNICAST
from bmpconform.lab.scene import BGP_PORT, BMP_PORT, NEXT_HOPS, ROUTER_HOST, Actor, Scene
from bmpconform.lab.vty import tell
from bmpconform.lab.wait import is_listening
from bmpconform.live.device import CannotError, Endpoint
from bmpconform.live.facts import Configured, PeerId, Policy, View, ViewKind
from bmpconform.wire.routes import IPV4_UNICAST
from bmpconform.wire.value import Value

CONFIGURATION, TERMINAL = "bgpd.conf", "bgpd.vty"
FAMILIES = ((IPV4_UNICAST, "ipv4"), (IPV6_UNICAST, "ipv6"))


class Monitoring(Value, frozen=True):
    """What FRR is told of BMP: whether it dials, what it copies, how often it counts and redials."""

    dials: bool = True
    mirrors: bool = True
    statistics_milliseconds: int = 2000
    retry_milliseconds: tuple[int, int] = (500, 1000)


class Frr:
    """FRR in one place."""

    def __init__(self, kit: Kit, monitoring: Monitoring, lease: Lease) -> None:
        self._kit, self._monitoring, self._lease = kit, monitoring, lease

    @property
    def _terminal(self) -> Path:
        return self._lease.folder / TERMINAL

    def command(self, scene: Scene, station: Endpoint) -> Command:
        """Write its configuration, and return how it is started."""

        def policies_of(actor: Actor) -> list[Policy]:
            return [policy for policy in scene.policies if policy.peer == actor.neighbour.peer]

        configuration = self._kit.render(
            CONFIGURATION,
            scene=scene,
            station=station,
            families=FAMILIES,
            originated={family: _of(name, scene.originated) for family, name in FAMILIES},
            policies_of=policies_of,
            number_of=lambda policy: scene.policies.index(policy) + 1,
            bmp_port=BMP_PORT,
            next_hop=NEXT_HOPS[0],
            **{name: getattr(self._monitoring, name) for name in Monitoring.__struct_fields__},
        )
        (self._lease.folder / CONFIGURATION).write_text(configuration, encoding="utf-8")
        for port in (BGP_PORT, BMP_PORT):
            self._lease.port(ROUTER_HOST, port)
        here = {"folder": str(self._lease.folder), "address": scene.address, "bgp_port": str(BGP_PORT)}
        return self._kit.command(here)

    def is_ready(self) -> bool:
        """Whether its terminal is there, which it makes when it has read its configuration, and what it listens on."""
        address = self._lease.address(ROUTER_HOST)
        ports = (BGP_PORT,) if self._monitoring.dials else (BGP_PORT, BMP_PORT)
        return self._terminal.exists() and all(is_listening(address, port) for port in ports)

    def configured(self, scene: Scene) -> Configured:
        """Return how it is configured for a scene."""
        monitoring = self._monitoring
        least, most = monitoring.retry_milliseconds
        return Configured(
            router_id=scene.router_id,
            asn=scene.asn,
            sys_name=scene.sys_name,
            neighbours=tuple(actor.neighbour for actor in scene.actors),
            views=tuple(View(kind, *family) for family, _ in FAMILIES for kind in (ViewKind.PRE_IN, ViewKind.POST_IN)),
            policies=scene.policies,
            originated=scene.originated,
            mirrors=monitoring.mirrors,
            statistics_seconds=monitoring.statistics_milliseconds / 1000,
            retry_seconds=(least / 1000, most / 1000) if monitoring.dials else None,
        )

    def drop(self, neighbour: PeerId) -> None:
        """Reset a session: FRR sends a Cease."""
        tell(self._terminal, f"clear bgp {neighbour.address}")

    def forget(self, neighbour: PeerId) -> None:
        """Take a neighbour out of the configuration."""
        self._configure(f"no neighbor {neighbour.address}")

    def reconfigure(self, what: str) -> None:
        """Stop monitoring IPv4 after policy. FRR of this version has no VRF that it could be told without zebra."""
        if what != "views":
            raise CannotError(f"FRR without zebra cannot change its {what}")
        self._configure("bmp targets LAB", "no bmp monitor ipv4 unicast post-policy")

    def stop_bmp(self) -> None:
        """Take BMP out of the configuration."""
        self._configure("no bmp targets LAB")

    def _configure(self, *commands: str) -> None:
        tell(self._terminal, "configure terminal", "router bgp", *commands)


def _of(name: str, prefixes: tuple[str, ...]) -> list[str]:
    """Return the prefixes of an address family."""
    return [prefix for prefix in prefixes if (":" in prefix) == (name == "ipv6")]
