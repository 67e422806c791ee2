"""What the two OPENs of a Peer Up say about the routes that follow: families, path identifiers, AS numbers.

Why here: Route Monitoring does not describe itself, so several clauses hold its octets against the OPENs.
"""

from typing import Literal

from bmpconform.wire.bgp import FourOctetAs, Multiprotocol, Open, Pdu
from bmpconform.wire.codes import AddPathDirection, CapabilityCode, ParameterType, PeerFlag
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

    `families` are in both OPENs, `named` in either; `path_ids` are the families with path identifiers in a view.
    """

    families: frozenset[Family]
    named: frozenset[Family]
    path_ids: frozenset[tuple[View, Family]]
    four_octet_as: bool

    def with_path_ids(self, view: View) -> frozenset[Family]:
        """Return the families with path identifiers in `view`."""
        return frozenset(family for seen, family in self.path_ids if seen == view)


def negotiated(message: PeerUp) -> Negotiated | None:
    """Return what the OPENs of a Peer Up say, None where one of them cannot be read."""
    sent, received = _open(message.sent_open), _open(message.received_open)
    if sent is None or received is None:
        return None
    path_ids: dict[View, frozenset[Family]] = {
        "adj-rib-in": _path_ids(received, AddPathDirection.SEND) & _path_ids(sent, AddPathDirection.RECEIVE),
        "adj-rib-out": _path_ids(sent, AddPathDirection.SEND) & _path_ids(received, AddPathDirection.RECEIVE),
        # RFC 9069 section 5.2: both OPENs are the same, so whatever direction they name means path identifiers.
        "loc-rib": _path_ids(sent, ANY_DIRECTION) | _path_ids(received, ANY_DIRECTION),
    }
    return Negotiated(
        _families(sent) & _families(received),
        _families(sent) | _families(received),
        frozenset((view, family) for view, families in path_ids.items() for family in families),
        _has_four_octet_as(sent) and _has_four_octet_as(received),
    )


ANY_DIRECTION = AddPathDirection.SEND | AddPathDirection.RECEIVE
THAT_COUNT = frozenset({CapabilityCode.MULTIPROTOCOL, CapabilityCode.FOUR_OCTET_AS, CapabilityCode.ADD_PATH})


def _open(pdu: Pdu | None) -> Open | None:
    """Return the OPEN in a PDU, None where it or a capability that counts here cannot be read to its end."""
    message = pdu.body if pdu is not None else None
    if not isinstance(message, Open) or message.parameters is None or message.parameters.rest or message.rest:
        return None
    capabilities_are_read = all(
        parameter.type != ParameterType.CAPABILITIES or isinstance(parameter.value, tuple)
        for parameter in message.parameters.items
    )
    values_are_read = all(
        capability.code not in THAT_COUNT or not isinstance(capability.value, bytes)
        for capability in message.capabilities()
    )
    return message if capabilities_are_read and values_are_read else None


def _families(message: Open) -> frozenset[Family]:
    values = (capability.value for capability in message.capabilities())
    return frozenset((value.afi, value.safi) for value in values if isinstance(value, Multiprotocol))


def _path_ids(message: Open, direction: AddPathDirection) -> frozenset[Family]:
    return frozenset(
        (family.afi, family.safi)
        for capability in message.capabilities()
        if isinstance(capability.value, tuple)
        for family in capability.value
        # RFC 7911 section 4: other values than these three are not understood.
        if family.direction & direction and family.direction <= ANY_DIRECTION
    )


def _has_four_octet_as(message: Open) -> bool:
    return any(isinstance(capability.value, FourOctetAs) for capability in message.capabilities())
