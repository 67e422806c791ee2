"""How each recorded stream came about: which router, what its neighbour did, and when the recording ends.

Why as code: a recipe waits for what the router says and not for a time, so it takes as long as it needs and no longer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bmpconform.lab.catalogue import managed_router
from bmpconform.lab.frr import Frr, Monitoring
from bmpconform.lab.lease import Lease
from bmpconform.lab.manifest import load_kits
from bmpconform.lab.octets import IPV6_UNICAST, open_octets
from bmpconform.lab.router import Router
from bmpconform.lab.scene import BGP_PORT, LONG_OCTETS, ROUTER_HOST, Actor, Scene
from bmpconform.lab.speaker import Part
from bmpconform.lab.wait import until
from bmpconform.live import device
from bmpconform.live.device import Device, Endpoint
from bmpconform.live.facts import Leaving, Neighbour, PeerId
from bmpconform.wire.messages import Initiation, PeerDown, PeerUp, RouteMonitoring, StatisticsReport
from bmpconform.wire.routes import IPV4_UNICAST
from stations import Station

FLAPS = 10
SECONDS = 30
PREFIXES = ("198.51.100.0/24", "203.0.113.0/24", "2001:db8:1::/48")
IPV4_ALONE = ("198.51.100.0/24",)
Act = Callable[[Device, Station], None]


@dataclass(frozen=True)
class Recipe:
    """One stream: its file, what makes its router, and what is done with it."""

    file: str
    make: Callable[[], Device]
    act: Act


def one_peer(lease: Lease, description: str | None = None, *, dialled: bool = True) -> Scene:
    """Return a router with one neighbour, for both address families; `dialled` says that the router dials it."""
    router, peer = lease.address(ROUTER_HOST), PeerId(lease.address(2))
    families = (IPV4_UNICAST, IPV6_UNICAST)
    opening = open_octets(65002, "10.0.0.2", families, hold_time=9)
    part = Part(peer, opening, port=BGP_PORT) if dialled else Part(peer, opening, Endpoint(router, BGP_PORT))
    return Scene(router, (Actor(Neighbour("one", peer, 65002, description), part, families),), (), sys_name="rtrA")


def frr(*, dials: bool = True, description: str | None = None) -> Device:
    """Return FRR with one neighbour."""
    make = partial(Frr, load_kits()["frr"], Monitoring(dials=dials))
    return Router("frr", make, dials=dials, scene_of=partial(one_peer, description=description))


def whole_life(router: Device, station: Station) -> None:
    """Routes come, change and go; the session ends by either side and comes back."""
    station.wait_for(Initiation)
    router.perform(device.PeerUp("one"))
    station.wait_for(PeerUp)
    router.perform(device.Announce("one", PREFIXES, 77))
    until_routes(station, 6)
    # One after the other: what changes twice before FRR writes is told once.
    for act in (device.ChangeAttribute("one", IPV4_ALONE, 5), device.Withdraw("one", IPV4_ALONE)):
        routes = len(station.of(RouteMonitoring))
        router.perform(act)
        until_routes(station, routes + 2)
    station.wait_for(StatisticsReport)
    for how in (Leaving.LOCAL_NOTIFICATION, Leaving.REMOTE_NO_NOTIFICATION):
        downs = len(ended(station))
        router.perform(device.PeerDown("one", how))
        until(lambda downs=downs: len(ended(station)) > downs, SECONDS, "a Peer Down")  # type: ignore[misc]
        router.perform(device.PeerUp("one"))


def flapping(router: Device, station: Station) -> None:
    """The neighbour comes and goes."""
    station.wait_for(Initiation)
    router.perform(device.PeerUp("one"))
    station.wait_for(StatisticsReport)
    router.perform(device.PeerDown("one", Leaving.REMOTE_NOTIFICATION))
    until(lambda: ended(station), SECONDS, "a Peer Down")
    for turn in range(1, FLAPS):
        router.perform(device.PeerUp("one"))
        router.perform(device.Announce("one", IPV4_ALONE))
        until(lambda turn=turn: len(station.of(PeerUp)) > turn, SECONDS, "a Peer Up")  # type: ignore[misc]
        downs = len(ended(station))
        router.perform(device.PeerDown("one", Leaving.REMOTE_NOTIFICATION))
        until(lambda downs=downs: len(ended(station)) > downs, SECONDS, "a Peer Down")  # type: ignore[misc]


def snapshot(router: Device, station: Station) -> None:
    """A station dials a router that has routes already."""
    router.perform(device.PeerUp("one"))
    router.perform(device.Announce("one", PREFIXES, 77))
    if router.address is None:
        raise ValueError(f"{router.name} does not listen")
    station.dial(router.address)
    # Three routes and the End-of-RIB of two families, before and after policy; and the route of its own.
    until_routes(station, 11)


def come_and_gone(router: Device, station: Station) -> None:
    """One route comes and goes, and the router ends the session."""
    station.wait_for(Initiation)
    router.perform(device.PeerUp("one"))
    router.perform(device.Announce("one", IPV4_ALONE))
    until_routes(station, 3)
    station.wait_for(StatisticsReport)
    router.perform(device.Withdraw("one", IPV4_ALONE))
    until_routes(station, 5)
    router.perform(device.PeerDown("one", Leaving.LOCAL_NOTIFICATION))
    station.wait_for(PeerDown)


def made_up(_: Device, station: Station) -> None:
    """The mock says all that it has."""
    until(lambda: len(station.of(RouteMonitoring)) >= 12, SECONDS, "twelve routes")


def until_routes(station: Station, count: int) -> None:
    """Wait for so many Route Monitoring messages."""
    until(lambda: len(station.of(RouteMonitoring)) >= count, SECONDS, f"{count} Route Monitoring messages")


def ended(station: Station) -> list[PeerDown]:
    """Return the Peer Downs of sessions that were up: FRR also tells of peers that never were."""
    return [down for down in station.of(PeerDown) if any(down.peer.bgp_id)]


RECIPES = (
    Recipe("frr.bmp", frr, whole_life),
    Recipe("frr-flap.bmp", frr, flapping),
    Recipe("frr-listener.bmp", partial(frr, dials=False), snapshot),
    Recipe("frr-peerup-string900.bmp", partial(frr, dials=False, description="d" * LONG_OCTETS), snapshot),
    Recipe("gobgpd-4.8.0.bmp", partial(managed_router, "gobgpd"), come_and_gone),
    Recipe("opendaylight-mock-0.18.0.bmp", partial(managed_router, "opendaylight-mock"), made_up),
)
