"""Whether what a target shows lies in the frame that it was given.

Why: a decoder that takes a malformed frame may do so, but what it reports must not come from behind its end. Looked at
is what is copied as it is; PDUs, capabilities, attributes and prefixes are not, which some libraries write anew.
"""

from collections.abc import Iterator

from bmpconform.neutral.form import Message, Pdu
from bmpconform.wire.value import Value

# An IPv4 address has these before its 4 octets, whatever stood there.
_PADDING = "00" * 12
_ADDRESSES = frozenset({"address", "local_address"})
_OF_PEER = ("distinguisher", "address", "bgp_id")
_OF_PARTS = (("open", "bgp_id"), ("notification", "data"), ("route_refresh", "data"))


def over_read(message: Message, frame: bytes) -> str | None:
    """Return the path of the first value that is no piece of `frame`; None where all are."""
    octets = frame.hex()
    return next((path for path, value in _values(message) if not _is_inside(value, octets)), None)


def _values(message: Message) -> Iterator[tuple[str, str]]:
    if isinstance(message.peer, Value):
        yield from _texts("peer.", message.peer, _OF_PEER)
    yield from _texts("", message, ("local_address",))
    for key in ("sent_open", "received_open", "pdu"):
        yield from _of_pdu(key, getattr(message, key))
    for index, tlv in enumerate(message.tlvs or ()):
        yield from _texts(f"tlvs[{index}].", tlv, ("value",))
        yield from _of_pdu(f"tlvs[{index}].pdu", tlv.pdu)
    for index, statistic in enumerate(message.statistics or ()):
        yield from _texts(f"statistics[{index}].", statistic, ("data",))
    yield from _texts("", message, ("rest",))


def _of_pdu(path: str, pdu: object) -> Iterator[tuple[str, str]]:
    if isinstance(pdu, Pdu):
        for part, key in _OF_PARTS:
            if isinstance(held := getattr(pdu, part), Value):
                yield from _texts(f"{path}.{part}.", held, (key,))


def _texts(prefix: str, value: Value, keys: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for key in keys:
        if isinstance(held := getattr(value, key), str):
            yield prefix + key, held.removeprefix(_PADDING) if key in _ADDRESSES else held


def _is_inside(value: str, octets: str) -> bool:
    """Whether `value` stands in `octets` at a whole octet, both in hex."""
    place = octets.find(value)
    while place % 2 == 1 and place >= 0:
        place = octets.find(value, place + 1)
    return place >= 0
