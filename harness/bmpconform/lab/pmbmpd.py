"""What pmbmpd writes of a message, one JSON object a line, in the neutral form.

Why so little: its log shows texts and numbers, and neither octets nor lengths; routes and statistics are lines of their
own that no message can be made of. What it does not show is null.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from bmpconform.neutral import Message
from bmpconform.neutral.form import Meaning, Peer, Tlv
from bmpconform.targets.protocol import Capabilities
from bmpconform.wire.codes import MessageType, PeerDownReason

Line = dict[str, object]
TYPES = {
    "init": MessageType.INITIATION,
    "term": MessageType.TERMINATION,
    "peer_up": MessageType.PEER_UP,
    "peer_down": MessageType.PEER_DOWN,
}
ABLE = Capabilities(
    ops=("stream",),
    depth={
        str(int(MessageType.INITIATION)): 3,
        str(int(MessageType.TERMINATION)): 3,
        str(int(MessageType.PEER_UP)): 3,
        str(int(MessageType.PEER_DOWN)): 2,
    },
    bgp="none",
    station=True,
)
# Its word for a TLV, what the number is, and what it takes it for; a TLV without a word has its number and its octets.
_WORDS: dict[str, tuple[int, Meaning]] = {
    "string": (0, "string"),
    "sysdescr": (1, "sys_descr"),
    "sysname": (2, "sys_name"),
}
_TLV = re.compile(r"bmp_(?:init|term|peer_up)_info_(?P<word>\w+)")
_REASONS = (
    "Session administratively closed",
    "Unspecified reason",
    "Out of resources",
    "Redundant connection",
    "Session permanently administratively closed",
)
_NO_TIME = "0000-00-00 00:00:00.000000"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def understood_of(line: Line) -> Message | None:
    """Return the message that a line is about, None where it shows none. Raises ValueError where it cannot be read."""
    message_type = TYPES.get(str(line.get("bmp_msg_type")))
    match message_type:
        case None:
            return None
        case MessageType.INITIATION | MessageType.TERMINATION:
            return Message(None, message_type, None, tlvs=tuple(_tlvs(line)), rest=None)
        case MessageType.PEER_UP:
            return _peer_up(line)
        case _:
            return _peer_down(line)


def _peer_up(line: Line) -> Message:
    return Message(
        None,
        MessageType.PEER_UP,
        None,
        peer=_peer(line),
        local_address=_address(line["local_ip"]),
        local_port=_number(line["local_port"]),
        remote_port=_number(line["remote_port"]),
        tlvs=tuple(_tlvs(line)),
        rest=None,
    )


def _peer_down(line: Line) -> Message:
    reason = _number(line["reason_type"])
    down = Message(None, MessageType.PEER_DOWN, None, peer=_peer(line), reason=reason)
    if reason != PeerDownReason.LOCAL_FSM_EVENT:
        return down
    return Message(
        None, MessageType.PEER_DOWN, None, down.peer, reason=reason, fsm_event=_number(line["reason_loc_code"])
    )


def _peer(line: Line) -> Peer:
    seconds, microseconds = _time(str(line["timestamp"]))
    return Peer(
        type=_number(line["peer_type"]),
        flags=None,
        distinguisher=None,
        address=_address(line["peer_ip"]),
        asn=_number(line["peer_asn"]),
        bgp_id=ip_address(str(line["bgp_id"])).packed.hex() if "bgp_id" in line else None,
        seconds=seconds,
        microseconds=microseconds,
    )


def _tlvs(line: Line) -> Iterator[Tlv]:
    """Yield the TLVs in the order in which they are written; of a repeated one JSON keeps the last."""
    for key, value in line.items():
        if found := _TLV.fullmatch(key):
            text = None if value is None else str(value)
            yield _tlv(found["word"], text, is_termination=line["bmp_msg_type"] == "term")


def _tlv(word: str, text: str | None, *, is_termination: bool) -> Tlv:
    """Return a TLV; it shows nothing of an empty value, and what it takes for an enterprise's has no type of ours."""
    if word == "reason":
        code = _REASONS.index(text).to_bytes(2).hex() if text in _REASONS else None
        return Tlv(1, code, "reason", word)
    if word in _WORDS and not (is_termination and word != "string"):
        number, meaning = _WORDS[word]
        return Tlv(number, None if text is None else text.encode().hex(), meaning, word)
    octets = None if text is None else text.replace("-", "").lower()
    return Tlv(None if "_" in word else int(word), octets, "unknown", word)


def _address(text: object) -> str:
    return ip_address(str(text)).packed.rjust(16, b"\0").hex()


def _number(value: object) -> int:
    return int(str(value))


def _time(text: str) -> tuple[int, int | None]:
    """Return seconds and microseconds, which may be a million and more; with 0 seconds it shows no time at all."""
    if text == _NO_TIME:
        return 0, None
    date, _, microseconds = text.partition(".")
    since = datetime.strptime(date, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) - _EPOCH
    return since // timedelta(seconds=1), int(microseconds)
