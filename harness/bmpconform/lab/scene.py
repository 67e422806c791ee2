"""What a router is set up with to be judged: its neighbours, what they are called, its policies, its own routes.

Why one scene for all routers: what each has to report is then the same, and a difference is the router's.

The neighbours are of three kinds. `one` speaks both address families, dials the router and has a name beyond ASCII;
`two` has an AS number of four octets, is dialled and has a description of 900 octets; `three` knows AS numbers of two
octets only.
"""

from bmpconform.lab.lease import Lease
from bmpconform.lab.octets import IPV6_UNICAST, open_octets
from bmpconform.lab.speaker import Part
from bmpconform.live.device import Endpoint
from bmpconform.live.facts import Direction, Neighbour, PeerId, Policy
from bmpconform.wire.routes import IPV4_UNICAST, SHORT_AS, WIDE_AS, Family
from bmpconform.wire.value import Value

ROUTER_HOST, CONTROL_PORT, BGP_PORT, BMP_PORT = 1, 2605, 1790, 11019
ASN, ROUTER_ID, SYS_NAME = 65001, "10.0.0.1", "lab-router"
ORIGINATED = ("192.0.2.0/24",)
DENIED, CHANGED = "198.51.100.0/25", "198.51.100.128/25"
CHANGED_MED = 50
NEXT_HOPS = ("203.0.113.1", "2001:db8::1")
NAMED = "Zürich ⇄ Genève, peer № 1"
LONG_OCTETS = 900


class Actor(Value, frozen=True):
    """A neighbour as the router is told of it, and as our speaker plays it."""

    neighbour: Neighbour
    part: Part
    families: tuple[Family, ...] = (IPV4_UNICAST,)
    as_octets: int = WIDE_AS

    @property
    def address(self) -> str:
        """Return the neighbour's address."""
        return self.neighbour.peer.address


class Scene(Value, frozen=True):
    """A router at `address` with its neighbours; `folder` is where its files go."""

    address: str
    actors: tuple[Actor, ...]
    policies: tuple[Policy, ...]
    asn: int = ASN
    router_id: str = ROUTER_ID
    sys_name: str = SYS_NAME
    originated: tuple[str, ...] = ORIGINATED

    def actor(self, name: str) -> Actor:
        """Return a neighbour by its name. Raises KeyError where there is none."""
        return {actor.neighbour.name: actor for actor in self.actors}[name]


def usual_scene(lease: Lease) -> Scene:
    """Return the scene in which routers are judged, in the place that `lease` is."""
    router = Endpoint(lease.address(ROUTER_HOST), BGP_PORT)
    peers = [PeerId(lease.address(host)) for host in (2, 3, 4)]
    long = ("two " + "x" * LONG_OCTETS)[:LONG_OCTETS]
    both = (IPV4_UNICAST, IPV6_UNICAST)
    opens = (
        open_octets(65002, "10.0.0.2", both),
        open_octets(4_200_000_003, "10.0.0.3"),
        open_octets(65004, "10.0.0.4", four_octet_as=False),
    )
    actors = (
        Actor(Neighbour("one", peers[0], 65002, NAMED), Part(peers[0], opens[0], router), both),
        Actor(Neighbour("two", peers[1], 4_200_000_003, long), Part(peers[1], opens[1], port=BGP_PORT)),
        Actor(Neighbour("three", peers[2], 65004), Part(peers[2], opens[2], router), as_octets=SHORT_AS),
    )
    return Scene(router.host, actors, usual_policies(peers[0]))


def usual_policies(peer: PeerId) -> tuple[Policy, ...]:
    """Return what the router does to two prefixes of a neighbour: it takes the one for nothing, and rates the other."""
    med = CHANGED_MED.to_bytes(4).hex()
    return (
        Policy(Direction.IN, peer, DENIED, rejects=True),
        Policy(Direction.IN, peer, CHANGED, attribute=4, value=med),
    )


def empty_scene(lease: Lease) -> Scene:
    """Return the scene of a router that has no neighbours of ours."""
    return Scene(lease.address(ROUTER_HOST), (), (), originated=())
