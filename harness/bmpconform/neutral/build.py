"""The octets that an encode request means.

Why so strict: lengths, counts and markers are derived, so a request can only ask for what is well formed. Everything
else is a frame.
"""

from collections.abc import Iterable
from functools import lru_cache
from types import MappingProxyType
from typing import cast

from bmpconform.neutral import form
from bmpconform.neutral.keys import PART_KEYS, keys_of
from bmpconform.neutral.malformed import malformed
from bmpconform.neutral.pdu import Reading, show_pdu
from bmpconform.neutral.request import asked_part
from bmpconform.wire import bgp, messages
from bmpconform.wire.bgp import PDU
from bmpconform.wire.codec import encode, reader
from bmpconform.wire.codes import VERSION, MessageType
from bmpconform.wire.errors import BmpconformError, WireError
from bmpconform.wire.routes import IPV4_UNICAST
from bmpconform.wire.value import UNSET, UnsetType, Value, ValueType

_WHOLE_DEPTH = 3


class NeutralError(BmpconformError):
    """What is asked for cannot be built: `path` of the key at fault, `reason` in words."""

    def __init__(self, path: str, reason: str) -> None:
        """Keep the place and the reason as data."""
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        """Say both in one sentence."""
        return f"{self.path} cannot be asked for: {self.reason}"


# It is wanted to see whether a message can be asked for, and to judge the answer.
@lru_cache(maxsize=256)
def build(message: form.Message) -> bytes:
    """Return the frame that an encode request asks for. Raises NeutralError where it cannot be.

    Of a PDU `hex` is what counts; parts that stand beside it must say the same.
    """
    fault = malformed(message)
    if fault is not None:
        raise NeutralError(fault, "is not in the form that its key has")
    _demand(message.version == VERSION, "version", f"{VERSION} is the only one")
    message_type = _number(message.type, "type")
    builder = _BUILDERS.get(message_type)
    if builder is None:
        raise NeutralError("type", f"{message_type} has no layout")
    _refuse_strangers(message)
    try:
        return encode(builder(message))
    except WireError as error:
        raise NeutralError(error.path, error.reason) from error


def _refuse_strangers(message: form.Message) -> None:
    """Refuse keys that a message of this type, or a Peer Down of this reason, does not have."""
    has = keys_of(message, _WHOLE_DEPTH, "parsed")
    for key in message.__struct_fields__:
        _demand(key in has or getattr(message, key) is UNSET, key, "a message of this kind has none")


def _route_monitoring(asked: form.Message) -> messages.Message:
    return messages.RouteMonitoring(_peer(asked), _pdu(asked.pdu, "pdu"))


def _statistics_report(asked: form.Message) -> messages.Message:
    peer = _peer(asked)
    statistics = tuple(
        messages.Statistic(_number(item.type, f"{path}.type"), _octets(item.data, f"{path}.data"))
        for path, item in _items(asked.statistics, "statistics")
    )
    return messages.StatisticsReport(peer, len(statistics), statistics)


def _peer_down(asked: form.Message) -> messages.Message:
    has = keys_of(asked, _WHOLE_DEPTH, "parsed")
    return messages.PeerDown(
        _peer(asked),
        _number(asked.reason, "reason"),
        _pdu(asked.pdu, "pdu") if "pdu" in has else None,
        _number(asked.fsm_event, "fsm_event") if "fsm_event" in has else None,
        tuple(messages.PeerDownTlv(*tlv) for tlv in _tlvs(asked)) if "tlvs" in has else (),
    )


def _peer_up(asked: form.Message) -> messages.Message:
    return messages.PeerUp(
        _peer(asked),
        _octets(asked.local_address, "local_address"),
        _number(asked.local_port, "local_port"),
        _number(asked.remote_port, "remote_port"),
        _pdu(asked.sent_open, "sent_open"),
        _pdu(asked.received_open, "received_open"),
        tuple(messages.PeerUpTlv(*tlv) for tlv in _tlvs(asked)),
    )


def _initiation(asked: form.Message) -> messages.Message:
    return messages.Initiation(tuple(messages.InitiationTlv(*tlv) for tlv in _tlvs(asked)))


def _termination(asked: form.Message) -> messages.Message:
    return messages.Termination(tuple(messages.TerminationTlv(*tlv) for tlv in _tlvs(asked)))


def _route_mirroring(asked: form.Message) -> messages.Message:
    return messages.RouteMirroring(_peer(asked), tuple(messages.MirroringTlv(*tlv) for tlv in _tlvs(asked)))


_BUILDERS = MappingProxyType(
    {
        int(MessageType.ROUTE_MONITORING): _route_monitoring,
        int(MessageType.STATISTICS_REPORT): _statistics_report,
        int(MessageType.PEER_DOWN): _peer_down,
        int(MessageType.PEER_UP): _peer_up,
        int(MessageType.INITIATION): _initiation,
        int(MessageType.TERMINATION): _termination,
        int(MessageType.ROUTE_MIRRORING): _route_mirroring,
    }
)


def _demand(holds: bool, path: str, reason: str) -> None:  # noqa: FBT001 - what is demanded
    if not holds:
        raise NeutralError(path, reason)


def _number(value: object, path: str) -> int:
    if not isinstance(value, int):
        raise NeutralError(path, "a number is missing")
    return value


def _octets(value: object, path: str) -> bytes:
    if not isinstance(value, str):
        raise NeutralError(path, "octets are missing")
    return bytes.fromhex(value)


def _items(value: tuple[ValueType, ...] | UnsetType | None, path: str) -> Iterable[tuple[str, ValueType]]:
    if not isinstance(value, tuple):
        raise NeutralError(path, "a list is missing")
    return ((f"{path}[{index}]", item) for index, item in enumerate(value))


def _tlvs(asked: form.Message) -> Iterable[tuple[int, bytes]]:
    return (
        (_number(item.type, f"{path}.type"), _octets(item.value, f"{path}.value"))
        for path, item in _items(asked.tlvs, "tlvs")
    )


def _peer(asked: form.Message) -> messages.Peer:
    peer = asked.peer
    if not isinstance(peer, form.Peer):
        raise NeutralError("peer", "the per-peer header is missing")
    return messages.Peer(
        _number(peer.type, "peer.type"),
        _number(peer.flags, "peer.flags"),
        _octets(peer.distinguisher, "peer.distinguisher"),
        _octets(peer.address, "peer.address"),
        _number(peer.asn, "peer.asn"),
        _octets(peer.bgp_id, "peer.bgp_id"),
        _number(peer.seconds, "peer.seconds"),
        _number(peer.microseconds, "peer.microseconds"),
    )


_read_pdu = reader(PDU)


def _pdu(asked: form.Pdu | UnsetType | None, path: str) -> bgp.Pdu:
    if not isinstance(asked, form.Pdu):
        raise NeutralError(path, "a PDU is missing")
    pdu = cast("bgp.Pdu | None", _read_pdu(_octets(asked.hex, f"{path}.hex")))
    if pdu is None:
        raise NeutralError(f"{path}.hex", "it is not one whole BGP message")
    _demand(asked.type == pdu.type, f"{path}.type", f"the octets have type {pdu.type}")
    said = asked_part(show_pdu(pdu, _reading(asked.update)))
    for key in PART_KEYS.values():
        _demand(_agrees(getattr(asked, key), getattr(said, key)), f"{path}.{key}", "it is not what the octets say")
    return pdu


def _agrees(part: object, said: object) -> bool:
    """Whether the part of a PDU that stands beside its octets, if it does, says nothing else than they do."""
    if not isinstance(part, Value):
        return True
    held = ((getattr(part, key), getattr(said, key, UNSET)) for key in part.__struct_fields__)
    return all(value is UNSET or value == other for value, other in held)


def _reading(update: form.Update | UnsetType | None) -> Reading:
    """Return the reading in which the parts of an UPDATE were made: routes with path identifiers show them."""
    if not isinstance(update, form.Update):
        return Reading(frozenset(), None)
    routes = (*(update.withdrawn or ()), *(update.nlri or ()))
    path_ids = {IPV4_UNICAST} if any(isinstance(route.path_id, int) for route in routes) else ()
    return Reading(frozenset(path_ids), update.as_width if isinstance(update.as_width, int) else None)
