"""Which keys a message has, by its type and the depth that a target declared; what is missing and what is hidden.

Why one table: asking, comparing and counting must agree on what a target owes.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal, TypeAlias

from bmpconform.neutral.form import Message, Parameter, Pdu, Prefix, Route, Statistic, Tlv
from bmpconform.wire.codes import BgpType, MessageType, MirroringTlvType, ParameterType, PeerDownReason
from bmpconform.wire.value import UNSET, Value

Bgp: TypeAlias = Literal["none", "raw", "parsed"]

PDU_KEYS = frozenset({"pdu", "sent_open", "received_open"})
# The key that holds the parts of a PDU, by its type.
PART_KEYS: Mapping[int, str] = MappingProxyType(
    {
        BgpType.OPEN: "open",
        BgpType.UPDATE: "update",
        BgpType.NOTIFICATION: "notification",
        BgpType.ROUTE_REFRESH: "route_refresh",
    }
)

_HEADER = ("version", "type", "length")
_DEPTHS = MappingProxyType({**dict.fromkeys(_HEADER, 1), **dict.fromkeys(("statistics", "tlvs", "rest"), 3)})
_OTHER_DEPTH = 2

_BODIES: Mapping[int, tuple[str, ...]] = MappingProxyType(
    {
        MessageType.ROUTE_MONITORING: ("peer", "pdu"),
        MessageType.STATISTICS_REPORT: ("peer", "count", "statistics"),
        MessageType.PEER_DOWN: ("peer", "reason"),
        MessageType.PEER_UP: (
            "peer",
            "local_address",
            "local_port",
            "remote_port",
            "sent_open",
            "received_open",
            "tlvs",
        ),
        MessageType.INITIATION: ("tlvs",),
        MessageType.TERMINATION: ("tlvs",),
        MessageType.ROUTE_MIRRORING: ("peer", "tlvs"),
    }
)
_REASONS: Mapping[int, tuple[str, ...]] = MappingProxyType(
    {
        PeerDownReason.LOCAL_NOTIFICATION: ("pdu",),
        PeerDownReason.LOCAL_FSM_EVENT: ("fsm_event",),
        PeerDownReason.REMOTE_NOTIFICATION: ("pdu",),
        PeerDownReason.LOCAL_TLVS: ("tlvs",),
    }
)


def keys_of(message: Message, depth: int, bgp: Bgp) -> tuple[str, ...]:
    """Return the keys that a message of this type has at `depth`, in their order.

    Where the message does not show its type, or a Peer Down its reason, what hangs on it is left out. PDUs come with
    depth 2 where `bgp` is not none.
    """
    reason = message.reason if isinstance(message.reason, int) else None
    return _keys(message.type if isinstance(message.type, int) else None, reason, depth, bgp)


@cache
def _keys(message_type: int | None, reason: int | None, depth: int, bgp: Bgp) -> tuple[str, ...]:
    if message_type is None:
        return _HEADER if depth else ()
    reasoned = _REASONS.get(reason or 0, ()) if message_type == MessageType.PEER_DOWN else ()
    wanted = {*_HEADER, *_BODIES.get(message_type, ()), *reasoned, "rest"}
    return tuple(key for key in Message.__struct_fields__ if key in wanted and not is_above(key, depth, bgp))


def is_above(key: str, depth: int, bgp: Bgp) -> bool:
    """Whether a key of a message is above `depth`, or holds a PDU that nobody declared to show."""
    return _DEPTHS.get(key, _OTHER_DEPTH) > depth or (bgp == "none" and key in PDU_KEYS)


def missing(message: Message, depth: int, bgp: Bgp) -> str | None:
    """Return the path of the first key that is owed at `depth` and is not there; None where all are."""
    return next((path for path, value in _owed(message, depth, bgp) if value is UNSET), None)


def hidden(message: Message, depth: int, bgp: Bgp) -> int:
    """Return how many keys are owed at `depth` and null: the library does not show them.

    The name of a TLV's variant does not count: it is evidence, and nobody compares it.
    """
    return sum(value is None and not path.endswith("].name") for path, value in _owed(message, depth, bgp))


def _owed(message: Message, depth: int, bgp: Bgp) -> Iterator[tuple[str, object]]:
    """Yield path and value of all keys that a message owes, those inside its parts too."""
    for key in keys_of(message, depth, bgp):
        yield from _inside(key, getattr(message, key), bgp)
    if bgp != "none" and message.type == MessageType.ROUTE_MIRRORING and depth >= _DEPTHS["tlvs"]:
        for index, tlv in enumerate(message.tlvs or ()):
            if tlv.type == MirroringTlvType.BGP_MESSAGE:
                yield from _inside(f"tlvs[{index}].pdu", tlv.pdu, bgp)


def _inside(path: str, value: object, bgp: Bgp) -> Iterator[tuple[str, object]]:
    yield path, value
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            if isinstance(item, Value):
                yield from _fields(f"{path}[{index}].", item, bgp)
    elif isinstance(value, Value):
        yield from _fields(f"{path}.", value, bgp)


def _fields(prefix: str, value: Value, bgp: Bgp) -> Iterator[tuple[str, object]]:
    for key in _keys_inside(value, bgp):
        yield from _inside(prefix + key, getattr(value, key), bgp)


_INSIDE: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        Statistic: ("type", "data", "value"),
        Tlv: ("type", "value", "meaning", "name"),
        Prefix: ("bits", "prefix"),
        Route: ("bits", "prefix", "afi", "safi"),
    }
)


def _keys_inside(value: Value, bgp: Bgp) -> tuple[str, ...]:
    """Return the keys that a part of a message owes: not those that are there only at times."""
    match value:
        case Pdu():
            part = PART_KEYS.get(value.type) if isinstance(value.type, int) and bgp == "parsed" else None
            return ("type", "hex") if part is None else ("type", "hex", part)
        case Parameter():
            opaque = value.type != ParameterType.CAPABILITIES or isinstance(value.value, str)
            return ("type", "value" if opaque else "capabilities")
        case _:
            return _INSIDE.get(type(value), value.__struct_fields__)
