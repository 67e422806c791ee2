"""The daemons that have a name: which there are, what is missing for them, and the code that drives each.

Why one table: a manifest says what a daemon is, and nothing else may know that FRR is driven otherwise than GoBGP.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from bmpconform.lab.frr import Frr, Monitoring
from bmpconform.lab.gobgpd import Gobgpd
from bmpconform.lab.manifest import Kit, load_kits
from bmpconform.lab.router import Router
from bmpconform.live.device import Device
from bmpconform.targets.errors import MissingError
from bmpconform.wire.value import Value


class Entry(Value, frozen=True):
    """A name, the kit behind it, and what makes a device of that."""

    kit: str
    make: Callable[[str, Kit], Device]


def _frr(name: str, kit: Kit, *, dials: bool) -> Router:
    return Router(name, partial(Frr, kit, Monitoring(dials=dials)), dials=dials)


def _gobgpd(name: str, kit: Kit) -> Router:
    return Router(name, partial(Gobgpd, kit), dials=True)


ROUTERS: Mapping[str, Entry] = MappingProxyType(
    {
        "frr": Entry("frr", partial(_frr, dials=True)),
        "frr-listener": Entry("frr", partial(_frr, dials=False)),
        "gobgpd": Entry("gobgpd", _gobgpd),
    }
)


def managed_router(name: str) -> Device:
    """Return a router that can be started. Raises ValueError for a name that there is not, MissingError by name."""
    if name not in ROUTERS:
        raise ValueError(f"there is no router named {name!r}; there is {', '.join(ROUTERS)}")
    entry = ROUTERS[name]
    return entry.make(name, _present(load_kits()[entry.kit]))


def _present(kit: Kit) -> Kit:
    if lack := kit.missing():
        raise MissingError(f"{lack.reason}; {kit.manifest.install}")
    return kit
