"""What faults are made of: the TLVs of a message changed one by one, and the TLVs of a frame walked in another way."""

from collections.abc import Callable, Iterable

from bmpconform.neutral.form import Message, Pdu, Peer, Statistic, Tlv
from bmpconform.targets.module import Reject
from bmpconform.wire.codes import MessageType
from bmpconform.wire.value import replace

COMMON, BOTH = 6, 48
TYPE = COMMON - 1
OPENS = BOTH + 20
TEXTS = frozenset({"string", "sys_descr", "sys_name", "vrf_table_name", "admin_label"})
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


def is_text(tlv: Tlv) -> bool:
    """Whether a TLV holds text, by its meaning, or in a request by its type."""
    return tlv.meaning in TEXTS if isinstance(tlv.meaning, str) else tlv.type in range(5)


def each_text(message: Message, change: Callable[[bytes], bytes]) -> Message:
    """Return a message with the value of each TLV changed that holds text; a Termination's Strings too."""
    return each_tlv(
        message, lambda tlv: replace(tlv, value=change(octets_of(tlv.value)).hex()) if is_text(tlv) else tlv
    )


def texts_of(message: Message) -> list[bytes]:
    """Return the values of the TLVs that hold text."""
    return [octets_of(tlv.value) for tlv in tlvs_of(message) if is_text(tlv)]


def with_peer(message: Message, change: Callable[[Peer], dict[str, object]]) -> Message:
    """Return a message with other fields in its per-peer header, as it is where it has none."""
    return replace(message, peer=replace(message.peer, **change(message.peer))) if message.peer else message


def with_statistics(message: Message, change: Callable[[Statistic], Statistic]) -> Message:
    """Return a message with each of its statistics changed."""
    return replace(message, statistics=tuple(map(change, message.statistics))) if message.statistics else message


def with_pdus(message: Message, change: Callable[[Pdu], Pdu]) -> Message:
    """Return a message with each of its BGP messages changed, but for those that are mirrored."""
    held = {key: getattr(message, key) for key in ("pdu", "sent_open", "received_open")}
    return replace(message, **{key: change(pdu) for key, pdu in held.items() if isinstance(pdu, Pdu)})


def tlv_area(frame: bytes) -> int | None:
    """Return where the TLVs of a frame begin, None where it has none."""
    match frame[TYPE]:
        case MessageType.INITIATION | MessageType.TERMINATION:
            return COMMON
        case MessageType.ROUTE_MIRRORING:
            return BOTH
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


def retyped(frame: bytes, change: Callable[[int], int]) -> bytes:
    """Return a frame with each of its TLV types changed; as it is where its TLVs do not fit."""
    start = tlv_area(frame) if len(frame) > TYPE else None
    octets, at = bytearray(frame), start
    while at is not None and at + TLV_HEADER <= len(frame):
        octets[at : at + 2] = change(int.from_bytes(frame[at : at + 2])).to_bytes(2)
        at += TLV_HEADER + int.from_bytes(frame[at + 2 : at + TLV_HEADER])
    return bytes(octets)
