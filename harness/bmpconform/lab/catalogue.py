"""The daemons that have a name: which there are, what is missing for them, and the code that drives each.

Why one table: a manifest says what a daemon is, and nothing else may know that FRR is driven otherwise than GoBGP.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from bmpconform.lab.collectors import GOBGP, PMBMPD, ManagedCollector
from bmpconform.lab.frr import Frr, Monitoring
from bmpconform.lab.gobgpd import Gobgpd
from bmpconform.lab.manifest import Kit, load_kits
from bmpconform.lab.opendaylight import OpenDaylightMock
from bmpconform.lab.router import Router
from bmpconform.lab.scene import empty_scene
from bmpconform.live.device import Collector, Device
from bmpconform.live.judging import About
from bmpconform.live.targets import OWN, Names
from bmpconform.targets.errors import MissingError


def _frr(name: str, kit: Kit, *, dials: bool) -> Device:
    return Router(name, partial(Frr, kit, Monitoring(dials=dials)), dials=dials)


def _gobgpd(name: str, kit: Kit) -> Device:
    return Router(name, partial(Gobgpd, kit), dials=True)


def _opendaylight_mock(name: str, kit: Kit) -> Device:
    return Router(name, partial(OpenDaylightMock, kit), dials=True, scene_of=empty_scene)


# Each name with the kit behind it, and what makes a device or a collector of that.
ROUTERS: Mapping[str, tuple[str, Callable[[str, Kit], Device]]] = MappingProxyType(
    {
        "frr": ("frr", partial(_frr, dials=True)),
        "frr-listener": ("frr", partial(_frr, dials=False)),
        "gobgpd": ("gobgpd", _gobgpd),
        "opendaylight-mock": ("opendaylight-mock", _opendaylight_mock),
    }
)
COLLECTORS: Mapping[str, tuple[str, Callable[[str, Kit], Collector]]] = MappingProxyType(
    {
        "gobgp-collector": ("gobgp-collector", lambda name, kit: ManagedCollector(name, kit, GOBGP)),
        "pmbmpd": ("pmbmpd", lambda name, kit: ManagedCollector(name, kit, PMBMPD)),
    }
)


def managed_router(name: str) -> Device:
    """Return a router that is not started yet. Raises MissingError where something lacks here."""
    kit, make = ROUTERS[name]
    return make(name, _present(kit))


def managed_collector(name: str) -> Collector:
    """Return a station that is not started yet. Raises MissingError where something lacks here."""
    kit, make = COLLECTORS[name]
    return make(name, _present(kit))


def lacking(name: str) -> str:
    """Return what has to be done before a daemon can be started at once, "" where nothing has, as for our own pair."""
    kit, _ = {**ROUTERS, **COLLECTORS}.get(name, ("", None))
    return load_kits()[kit].lacking() if kit else ""


def about(name: str) -> About | None:
    """Return what stands behind a name, None for our own pair."""
    kit, _ = {**ROUTERS, **COLLECTORS}.get(name, ("", None))
    manifest = load_kits()[kit].manifest if kit else None
    return None if manifest is None else About(manifest.title, manifest.version, manifest.language)


def _present(name: str) -> Kit:
    kit = load_kits()[name]
    if lack := kit.missing():
        raise MissingError(f"{lack.reason}; to get it: {kit.manifest.install}")
    return kit


# All live targets that have a name: our own pair, and those that can be started.
NAMES = Names(
    {**OWN.routers, **{name: partial(managed_router, name) for name in ROUTERS}},
    {**OWN.collectors, **{name: partial(managed_collector, name) for name in COLLECTORS}},
    about,
)
