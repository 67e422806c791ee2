"""What the two OPENs of a Peer Up say about the routes that follow: families, path identifiers, AS numbers.

Why here: Route Monitoring does not describe itself, so several clauses hold its octets against the OPENs.
"""

from typing import Literal

from bmpconform.wire.bgp import FourOctetAs, Multiprotocol, Open, Pdu
from bmpconform.wire.codes import AddPathDirection, PeerFlag
from bmpconform.wire.messages import Peer, PeerUp
from bmpconform.wire.routes import Family
from bmpconform.wire.value import Value

View = Literal["adj-rib-in", "adj-rib-out", "loc-rib"]


def view_of(peer: Peer) -> View:
    """Return which RIB the header is about; what is neither Loc-RIB nor marked as Adj-RIB-Out is Adj-RIB-In."""
    if peer.is_loc_rib:
        return "loc-rib"
    return "adj-rib-out" if peer.has(PeerFlag.O) else "adj-rib-in"


class Negotiated(Value, frozen=True):
    """What one Peer Up says. Families are (AFI, SAFI).

    `families` are in both OPENs, `named` in either; `path_ids` are the families with path identifiers, by view.
    """

    families: frozenset[Family]
    named: frozenset[Family]
    path_ids: dict[str, frozenset[Family]]
    four_octet_as: bool


def negotiated(message: PeerUp) -> Negotiated | None:
    """Return what the OPENs of a Peer Up say, None where one of them cannot be read."""
    sent, received = _open(message.sent_open), _open(message.received_open)
    if sent is None or received is None:
        return None
    return Negotiated(
        _families(sent) & _families(received),
        _families(sent) | _families(received),
        {
            "adj-rib-in": _path_ids(received, AddPathDirection.SEND) & _path_ids(sent, AddPathDirection.RECEIVE),
            "adj-rib-out": _path_ids(sent, AddPathDirection.SEND) & _path_ids(received, AddPathDirection.RECEIVE),
            # RFC 9069 section 5.2: both OPENs are the same, so whatever direction they name means path identifiers.
            "loc-rib": _path_ids(sent, ANY_DIRECTION) | _path_ids(received, ANY_DIRECTION),
        },
        _has_four_octet_as(sent) and _has_four_octet_as(received),
    )


ANY_DIRECTION = AddPathDirection.SEND | AddPathDirection.RECEIVE


def _open(pdu: Pdu | None) -> Open | None:
    return pdu.body if pdu is not None and isinstance(pdu.body, Open) else None


def _families(message: Open) -> frozenset[Family]:
    values = (capability.value for capability in message.capabilities())
    return frozenset((value.afi, value.safi) for value in values if isinstance(value, Multiprotocol))


def _path_ids(message: Open, direction: AddPathDirection) -> frozenset[Family]:
    return frozenset(
        (family.afi, family.safi)
        for capability in message.capabilities()
        if isinstance(capability.value, tuple)
        for family in capability.value
        if family.direction & direction
    )


def _has_four_octet_as(message: Open) -> bool:
    return any(isinstance(capability.value, FourOctetAs) for capability in message.capabilities())
