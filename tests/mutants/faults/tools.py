"""What faults are made of: the TLVs of a message changed one by one, and the TLVs of a frame walked in another way."""

from collections.abc import Callable, Iterable

from bmpconform.neutral.form import Capability, Message, Open, Parameter, Pdu, Peer, Statistic, Tlv, Update
from bmpconform.targets.module import Reject
from bmpconform.wire.codes import MessageType, PeerType
from bmpconform.wire.value import replace

COMMON, BOTH = 6, 48
TYPE = COMMON - 1
OPENS = BOTH + 20
_TEXTS: dict[int, frozenset[int]] = {
    MessageType.INITIATION: frozenset({0, 1, 2}),
    MessageType.PEER_UP: frozenset({0, 3, 4}),
    MessageType.PEER_DOWN: frozenset({0, 3, 4}),
    MessageType.TERMINATION: frozenset({0}),
}
TLV_HEADER = 4
MOST = 0xFFFF


def tlvs_of(message: Message) -> tuple[Tlv, ...]:
    """Return the TLVs of a message, none where it has none."""
    return message.tlvs or ()


def with_tlvs(message: Message, change: Callable[[tuple[Tlv, ...]], Iterable[Tlv]]) -> Message:
    """Return a message with other TLVs, as it is where it has none."""
    return replace(message, tlvs=tuple(change(message.tlvs))) if message.tlvs else message


def each_tlv(message: Message, change: Callable[[Tlv], Tlv]) -> Message:
    """Return a message with each of its TLVs changed."""
    return with_tlvs(message, lambda tlvs: map(change, tlvs))


def octets_of(value: object) -> bytes:
    """Return octets that the neutral form shows in hex."""
    return bytes.fromhex(value) if isinstance(value, str) else b""


def is_text(message: Message, tlv: Tlv) -> bool:
    """Whether a TLV of this message holds text, by its type."""
    return tlv.type in _TEXTS.get(message.type or 0, ())


def each_text(message: Message, change: Callable[[bytes], bytes]) -> Message:
    """Return a message with the value of each TLV changed that holds text."""

    def changed(tlv: Tlv) -> Tlv:
        return replace(tlv, value=change(octets_of(tlv.value)).hex()) if is_text(message, tlv) else tlv

    return each_tlv(message, changed)


def texts_of(message: Message) -> list[bytes]:
    """Return the values of the TLVs that hold text."""
    return [octets_of(tlv.value) for tlv in tlvs_of(message) if is_text(message, tlv)]


def with_peer(message: Message, change: Callable[[Peer], dict[str, object]]) -> Message:
    """Return a message with other fields in its per-peer header, as it is where it has none."""
    return replace(message, peer=replace(message.peer, **change(message.peer))) if message.peer else message


def with_flags(message: Message, change: Callable[[int], int]) -> Message:
    """Return a message with other flags in its per-peer header."""
    return with_peer(message, lambda peer: {"flags": change(peer.flags or 0)})


def flags_of(message: Message) -> int:
    """Return the flags of the per-peer header, 0 where there is none."""
    return (message.peer.flags or 0) if message.peer else 0


def peer_type_of(message: Message) -> int | None:
    """Return the peer type of a message, None where it has no per-peer header."""
    held = message.peer.type if isinstance(message.peer, Peer) else None
    return held if isinstance(held, int) else None


def is_loc_rib(message: Message) -> bool:
    """Whether a message is about a Loc-RIB."""
    return peer_type_of(message) == PeerType.LOC_RIB_INSTANCE


def with_statistics(message: Message, change: Callable[[Statistic], Statistic]) -> Message:
    """Return a message with each of its statistics changed."""
    return replace(message, statistics=tuple(map(change, message.statistics))) if message.statistics else message


def with_pdus(message: Message, change: Callable[[Pdu], Pdu]) -> Message:
    """Return a message with each of its BGP messages changed, but for those that are mirrored."""
    held = {key: getattr(message, key) for key in ("pdu", "sent_open", "received_open")}
    return replace(message, **{key: change(pdu) for key, pdu in held.items() if isinstance(pdu, Pdu)})


def with_update(message: Message, change: Callable[[Update], dict[str, object]]) -> Message:
    """Return a message with other parts in its UPDATE, as it is where it has none that parses."""

    def changed(pdu: Pdu) -> Pdu:
        return replace(pdu, update=replace(pdu.update, **change(pdu.update))) if pdu.update else pdu

    return with_pdus(message, changed)


def with_opens(message: Message, change: Callable[[Open], dict[str, object]]) -> Message:
    """Return a message with other parts in its OPENs."""
    return with_pdus(message, lambda pdu: replace(pdu, open=replace(pdu.open, **change(pdu.open))) if pdu.open else pdu)


def with_capabilities(message: Message, change: Callable[[tuple[Capability, ...]], Iterable[Capability]]) -> Message:
    """Return a message whose OPENs have other capabilities, parameter by parameter."""

    def changed(parameter: Parameter) -> Parameter:
        held = parameter.capabilities
        return replace(parameter, capabilities=tuple(change(held))) if held else parameter

    return with_opens(message, lambda held: {"parameters": tuple(map(changed, held.parameters or ()))})


def has_peer(frame: bytes) -> bool:
    """Whether a frame has a per-peer header."""
    return frame[TYPE] not in {MessageType.INITIATION, MessageType.TERMINATION} and len(frame) >= BOTH


def overwritten(frame: bytes, at: int, octets: bytes) -> bytes:
    """Return a frame with other octets at a place."""
    return frame[:at] + octets + frame[at + len(octets) :]


def little_endian(number: object, octets: int) -> int:
    """Return a number as it is read from its octets in the wrong order."""
    return int.from_bytes((number if isinstance(number, int) else 0).to_bytes(octets), "little")


def tlv_area(frame: bytes) -> int | None:
    """Return where the TLVs of a frame begin, None where it has none."""
    match frame[TYPE]:
        case MessageType.INITIATION | MessageType.TERMINATION:
            return COMMON
        case MessageType.ROUTE_MIRRORING:
            return BOTH
        case MessageType.STATISTICS_REPORT:
            return BOTH + 4
        case MessageType.PEER_DOWN if frame[BOTH : BOTH + 1] == b"\6":
            return BOTH + 1
        case MessageType.PEER_UP:
            sent = int.from_bytes(frame[OPENS + 16 : OPENS + 18])
            received = OPENS + sent
            return received + int.from_bytes(frame[received + 16 : received + 18])
        case _:
            return None


def framed(head: bytes, body: bytes) -> bytes:
    """Return a frame: `head` is its common header and what stands before `body`, the length is made anew."""
    return head[:1] + (len(head) + len(body)).to_bytes(4) + head[TYPE:] + body


def tlv(code: int, value: bytes) -> bytes:
    """Return the octets of a TLV."""
    return code.to_bytes(2) + len(value).to_bytes(2) + value


def retiled(frame: bytes, size: Callable[[int], int], beyond: bytes = b"") -> bytes:
    """Return a frame whose TLVs are those that a reader finds who takes a length for `size` of it.

    A value that is not all there is filled up from `beyond`; without that it is refused.
    """
    start = tlv_area(frame) if len(frame) > TYPE else None
    if start is None:
        return frame
    tiles, at = b"", start
    while at + TLV_HEADER <= len(frame):
        octets = size(int.from_bytes(frame[at + 2 : at + TLV_HEADER]))
        value = frame[at + TLV_HEADER : at + TLV_HEADER + octets]
        if octets < 0 or not (len(value) == octets or beyond):
            raise Reject("tlv-cut")
        value += beyond * (octets - len(value))
        if len(value) > MOST:
            raise Reject("tlv-too-long")
        tiles += frame[at : at + 2] + len(value).to_bytes(2) + value
        at += TLV_HEADER + octets
    return framed(frame[:start], tiles + frame[at:])


def rewritten(frame: bytes, tile: Callable[[int, bytes], bytes]) -> bytes:
    """Return a frame whose TLVs are those octets that `tile` makes of their type and value."""
    start = tlv_area(frame)
    at, tiles = len(frame) if start is None else start, b""
    while at + TLV_HEADER <= len(frame):
        end = at + TLV_HEADER + int.from_bytes(frame[at + 2 : at + TLV_HEADER])
        tiles += tile(int.from_bytes(frame[at : at + 2]), frame[at + TLV_HEADER : end])
        at = end
    return frame if start is None else framed(frame[:start], tiles)


def retyped(frame: bytes, change: Callable[[int], int]) -> bytes:
    """Return a frame with each of its TLV types changed; as it is where its TLVs do not fit."""
    start = tlv_area(frame) if len(frame) > TYPE else None
    octets, at = bytearray(frame), start
    while at is not None and at + TLV_HEADER <= len(frame):
        octets[at : at + 2] = change(int.from_bytes(frame[at : at + 2])).to_bytes(2)
        at += TLV_HEADER + int.from_bytes(frame[at + 2 : at + TLV_HEADER])
    return bytes(octets)
