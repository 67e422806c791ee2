"""The BGP side of our own router: neighbours, their sessions and routes, made up, with the facts that they leave.

Why made up octet by octet: what the facts hold is what a BGP speaker would have had on the wire, so the oracle is asked
the same as about a real device.
"""

import time
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from bmpconform.live.facts import (
    Announced,
    Configured,
    Direction,
    Established,
    Fact,
    Leaving,
    Left,
    Neighbour,
    PeerId,
    Policy,
    Received,
    Sent,
    Table,
    View,
    ViewKind,
    Withdrew,
)
from bmpconform.wire.bgp import Attribute, Pdu
from bmpconform.wire.codec import encode
from bmpconform.wire.codes import AttributeType, MirroringTlvType
from bmpconform.wire.make import make_attribute, make_notification, make_open, make_peer, make_update
from bmpconform.wire.messages import MirroringTlv, RouteMirroring

ASN, ROUTER_ID = 65001, "192.0.2.1"
LOCAL = {4: "192.0.2.1", 6: "2001:db8::1"}
RED = Table("red", "0000fde900000001", "192.0.2.129")
IPV4, IPV6 = FAMILIES = (1, 1), (2, 1)
NEXT_HOP_OCTETS = 16
# Behind the common header, the per-peer header and the header of a TLV.
_PDU_OFFSET = 52
_NOBODY = make_peer(bytes(4), 0, bytes(4))
# The names of the neighbours are those that scripts use; the one in a VRF is up from the start.
ONE, TWO, THREE = PeerId("192.0.2.2"), PeerId("2001:db8::3"), PeerId("192.0.2.4")
IN_VRF = PeerId("192.0.2.130", RED.name)
DENIED, CHANGED, SENT_CHANGED = "198.51.100.0/25", "198.51.100.128/25", "203.0.113.0/25"
CONFIGURED = Configured(
    router_id=ROUTER_ID,
    asn=ASN,
    sys_name="reference",
    sys_descr="bmpconform reference router",
    neighbours=(
        Neighbour("one", ONE, 65002, "Zürich ⇄ Genève, peer № 1"),
        Neighbour("two", TWO, 4_200_000_003, ("two " + "x" * 900)[:900]),
        Neighbour("three", THREE, 65004),
        Neighbour("in-vrf", IN_VRF, 65005, "in a VRF"),
    ),
    tables=(Table(), RED),
    views=tuple(View(kind, *family) for kind in ViewKind for family in (IPV4, IPV6)),
    policies=(
        Policy(Direction.IN, ONE, DENIED, rejects=True),
        Policy(Direction.IN, ONE, CHANGED, attribute=AttributeType.MULTI_EXIT_DISC, value="00000032"),
        Policy(Direction.OUT, THREE, SENT_CHANGED, attribute=AttributeType.MULTI_EXIT_DISC, value="000000c8"),
    ),
    originated=("198.18.0.0/24",),
    mirrors=True,
    retry_seconds=(0.3, 2.0),
)
Routes = dict[str, tuple[Attribute, ...]]


def pdu_octets(pdu: Pdu) -> bytes:
    """Return a PDU as it is on the wire."""
    return encode(RouteMirroring(_NOBODY, (MirroringTlv(MirroringTlvType.BGP_MESSAGE, pdu),)))[_PDU_OFFSET:]


def nlri(prefix: str) -> bytes:
    """Return a prefix as it stands in an UPDATE."""
    network = ip_network(prefix)
    octets = network.network_address.packed[: (network.prefixlen + 7) // 8]
    return bytes([network.prefixlen]) + octets


def family_of(prefix: str) -> tuple[int, int]:
    """Return the family of a unicast prefix."""
    return IPV6 if ":" in prefix else IPV4


def announcement(prefix: str, attributes: Iterable[Attribute]) -> Pdu:
    """Return an UPDATE that announces one prefix."""
    if family_of(prefix) == IPV4:
        return make_update(attributes, nlri=nlri(prefix))
    next_hop = ip_address("2001:db8::3").packed
    value = b"\0\2\1" + bytes([NEXT_HOP_OCTETS]) + next_hop + b"\0" + nlri(prefix)
    kept = (one for one in attributes if one.type != AttributeType.NEXT_HOP)
    return make_update((*kept, make_attribute(AttributeType.MP_REACH_NLRI, value)))


def withdrawal(prefix: str) -> Pdu:
    """Return an UPDATE that withdraws one prefix."""
    if family_of(prefix) == IPV4:
        return make_update(withdrawn=nlri(prefix))
    return make_update([make_attribute(AttributeType.MP_UNREACH_NLRI, b"\0\2\1" + nlri(prefix))])


def attributes_of(asn: int, med: int | None) -> tuple[Attribute, ...]:
    """Return the attributes of a route that a neighbour announces."""
    path = b"\x02\x01" + asn.to_bytes(4)
    listed = [
        make_attribute(AttributeType.ORIGIN, b"\0"),
        make_attribute(AttributeType.AS_PATH, path),
        make_attribute(AttributeType.NEXT_HOP, ip_address("192.0.2.2").packed),
    ]
    if med is not None:
        listed.append(make_attribute(AttributeType.MULTI_EXIT_DISC, med.to_bytes(4)))
    return tuple(listed)


class World:
    """Neighbours, sessions and routes. `up` are the sessions, `routes` what each neighbour announced."""

    def __init__(self) -> None:
        """Begin with the neighbour in the VRF alone, and its one route."""
        self.configured = CONFIGURED
        self.facts: list[Fact] = []
        self.up: dict[PeerId, Established] = {}
        self.routes: dict[PeerId, Routes] = {}
        self.establish(self.neighbour("in-vrf"))
        self.announce(IN_VRF, "192.0.2.192/26", None)

    def neighbour(self, name: str) -> Neighbour:
        """Return a neighbour by its name."""
        return next(one for one in CONFIGURED.neighbours if one.name == name)

    def establish(self, neighbour: Neighbour) -> Established:
        """Bring the session with a neighbour up, each time on another port."""
        version = ip_address(neighbour.peer.address).version
        identity = f"192.0.2.{200 + CONFIGURED.neighbours.index(neighbour)}"
        session = Established(
            time.monotonic(),
            neighbour.peer,
            LOCAL[version],
            179,
            40000 + len(self.facts),
            neighbour.asn,
            identity,
            pdu_octets(make_open(ASN, ip_address(ROUTER_ID).packed, FAMILIES)).hex(),
            pdu_octets(make_open(neighbour.asn, ip_address(identity).packed, FAMILIES, hold_time=180)).hex(),
        )
        self.facts.append(session)
        self.up[neighbour.peer] = session
        self.routes[neighbour.peer] = {}
        self.facts.append(Sent(session.at, neighbour.peer, session.received_open))
        if neighbour.peer == THREE:
            for route, attributes in self.sent_to(THREE).items():
                self._received(THREE, announcement(route, attributes))
        return session

    def leave(self, peer: PeerId, how: Leaving) -> Left:
        """End a session in one way."""
        notification = pdu_octets(make_notification(6, 2, b"\x04over")).hex()
        says = how in {Leaving.LOCAL_NOTIFICATION, Leaving.REMOTE_NOTIFICATION}
        event = 8 if how is Leaving.LOCAL_NO_NOTIFICATION else None
        left = Left(time.monotonic(), peer, how, notification if says else None, event)
        if peer == ONE and THREE in self.up:
            for prefix in self.sent_to(THREE):
                self._received(THREE, withdrawal(prefix))
        self.facts.append(left)
        del self.up[peer]
        self.routes[peer] = {}
        return left

    def announce(self, peer: PeerId, prefix: str, med: int | None) -> Pdu:
        """Have a neighbour announce a route; what that changes for another is sent there."""
        attributes = attributes_of(self.up[peer].asn, med)
        pdu = announcement(prefix, attributes)
        self._said(peer, pdu, Announced)
        self.routes[peer][prefix] = attributes
        if peer == ONE and THREE in self.up and prefix in self.sent_to(THREE):
            self._received(THREE, announcement(prefix, self.sent_to(THREE)[prefix]))
        return pdu

    def withdraw(self, peer: PeerId, prefix: str) -> Pdu:
        """Have a neighbour withdraw a route."""
        pdu = withdrawal(prefix)
        was_sent = peer == ONE and THREE in self.up and prefix in self.sent_to(THREE)
        self._said(peer, pdu, Withdrew)
        self.routes[peer].pop(prefix, None)
        if was_sent:
            self._received(THREE, pdu)
        return pdu

    def malformed(self, peer: PeerId) -> bytes:
        """Have a neighbour send an UPDATE whose ORIGIN has two octets, which RFC 7606 treats as a withdraw."""
        octets = pdu_octets(make_update([make_attribute(AttributeType.ORIGIN, b"\0\0")], nlri=nlri("192.88.99.0/24")))
        self.facts.append(Sent(time.monotonic(), peer, octets.hex()))
        return octets

    def let_in(self, peer: PeerId) -> Routes:
        """Return the routes of a neighbour behind its import policy."""
        return self._behind(Direction.IN, peer, self.routes[peer])

    def sent_to(self, peer: PeerId) -> Routes:
        """Return the routes that a neighbour is told: those of one, to three."""
        return self._behind(Direction.OUT, peer, self.before_sent(peer))

    def before_sent(self, peer: PeerId) -> Routes:
        """Return the routes for a neighbour before its export policy."""
        return self.let_in(ONE) if peer == THREE and ONE in self.up else {}

    def selected(self, table: str) -> Routes:
        """Return the Loc-RIB of a table."""
        found = {prefix: attributes_of(ASN, None) for prefix in CONFIGURED.originated} if not table else {}
        for peer in self.up:
            if peer.table == table:
                found |= self.let_in(peer)
        return found

    def _behind(self, direction: Direction, peer: PeerId, routes: Routes) -> Routes:
        behind = dict(routes)
        for policy in CONFIGURED.policies:
            if policy.direction is direction and policy.peer == peer and policy.prefix in behind:
                if policy.rejects:
                    del behind[policy.prefix]
                else:
                    kept = tuple(one for one in behind[policy.prefix] if one.type != policy.attribute)
                    made = make_attribute(AttributeType.MULTI_EXIT_DISC, bytes.fromhex(policy.value))
                    behind[policy.prefix] = (*kept, made)
        return behind

    def _said(self, peer: PeerId, pdu: Pdu, fact: type[Announced] | type[Withdrew]) -> None:
        octets, now = pdu_octets(pdu).hex(), time.monotonic()
        self.facts += [fact(now, peer, octets), Sent(now, peer, octets)]

    def _received(self, peer: PeerId, pdu: Pdu) -> None:
        self.facts.append(Received(time.monotonic(), peer, pdu_octets(pdu).hex()))
