"""What tshark shows of a BMP message, in the neutral form.

Why PDML: it gives the place of each field beside its text, in wire order. Meanings are tshark's own names of TLV types;
a PDU is the octets that it took for one.
"""

import re
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any
from xml.etree.ElementTree import Element

from bmpconform.wire.codes import MessageType, PeerDownReason

Fields = dict[str, Any]

# The names in wireshark/epan/dissectors/packet-bmp.c; any other name is a type that it does not know.
MEANINGS = {
    "String": "string",
    "sysDescr": "sys_descr",
    "sysName": "sys_name",
    "VRF/Table Name": "vrf_table_name",
    "Admin Label": "admin_label",
    "Reason": "reason",
}
_UNUSED_DIGITS = 2 * 12
_TYPE_NAME = re.compile(r"Type: (.*) \(\w+\)")
_NOTIFICATION_REASONS = frozenset({PeerDownReason.LOCAL_NOTIFICATION, PeerDownReason.REMOTE_NOTIFICATION})
_ENDED = re.compile(r"\[(Malformed Packet: [^:\]]*)")
_BGP_TYPE = re.compile(r"Type: (.*) Message")
_MARK, _MALFORMED_PDU = "_ws.malformed", "Malformed Packet: BGP"


def malformed(packet: Element) -> tuple[str, str] | None:
    """Return a stable name and the text for what tshark calls malformed in a packet, None where nothing is."""
    kind = packet.find(".//field[@name='bmp.type']")
    is_mirroring = kind is not None and kind.get("show") == str(MessageType.ROUTE_MIRRORING.value)
    for text, fault in _marks(packet, is_mirroring=is_mirroring):
        return fault or _place(packet, text), text
    return None


def _marks(element: Element, *, is_mirroring: bool) -> Iterator[tuple[str, str]]:
    """Yield what tshark marks as malformed: its text, and its name for the fault, empty where dissecting ended.

    A mirrored PDU may be malformed, so that its mark is no fault of the message.
    """
    fault = ""
    for child in element:
        name, text = child.get("name"), child.get("showname", "")
        if is_mirroring and (name == "bgp" or (name == _MARK and _MALFORMED_PDU in text)):
            continue
        if name == "_ws.expert":
            fault = next((field.get("name", "") for field in child), "")
        if name == _MARK:
            yield text, "" if _ENDED.match(text) else fault
        yield from _marks(child, is_mirroring=is_mirroring)


def _place(packet: Element, text: str) -> str:
    """Return where dissecting ended: the layer, and of BGP the type of the last message that was begun."""
    ended = _ENDED.match(text)
    layer = ended[1] if ended else "Malformed Packet"
    types = [field.get("showname", "") for field in packet.iter("field") if field.get("name") == "bgp.type"]
    begun = _BGP_TYPE.match(types[-1]) if types and layer == _MALFORMED_PDU else None
    return f"{layer} in {begun[1]}" if begun else layer


def neutral_message(layer: Element, octets: bytes) -> Fields:
    """Return the message in the layer `bmp`; `octets` are the frame, which begins where the layer does."""
    message = _Part(layer, octets, int(layer.get("pos", "0")))
    shown: Fields = {
        "version": message.number("bmp.version"),
        "type": message.number("bmp.type"),
        "length": message.number("bmp.length"),
        "rest": None,
    }
    if headers := message.parts("bmp.peer.header"):
        shown["peer"] = _peer(headers[0])
    body = _BODIES.get(shown["type"])
    return shown | (body(message) if body else {})


class _Part:
    """A layer or a field, and the fields in it by their names. `begin` is where the frame is in the packet."""

    def __init__(self, element: Element, octets: bytes, begin: int) -> None:
        self.element = element
        self._octets = octets
        self._begin = begin

    def parts(self, name: str) -> list["_Part"]:
        """Return the fields of that name, in wire order."""
        return [_Part(field, self._octets, self._begin) for field in self.element.iter("field") if _has(field, name)]

    def octets(self) -> str:
        """Return the octets that this is made of, in hex."""
        return self._octets[self.start() - self._begin : self.end() - self._begin].hex()

    def hex(self, name: str) -> str | None:
        """Return the octets of the first field of that name."""
        found = self.parts(name)
        return found[0].octets() if found else None

    def number(self, name: str) -> int | None:
        """Return the octets of a field as a number."""
        octets = self.hex(name)
        return int(octets, 16) if octets else None

    def address(self, ipv4: str, ipv6: str) -> str | None:
        """Return the 16 octets of an address that is shown as one or the other, IPv4 behind unused octets."""
        short = next(iter(self.parts(ipv4)), None)
        if short is None:
            return self.hex(ipv6)
        unused = [part.octets() for part in self.parts("bmp.unused") if part.end() == short.start()]
        return "".join(unused).rjust(_UNUSED_DIGITS, "0") + short.octets()

    def start(self) -> int:
        """Return where this begins in the packet."""
        return int(self.element.get("pos", "0"))

    def end(self) -> int:
        """Return where this ends in the packet."""
        return self.start() + int(self.element.get("size", "0"))

    def pdus(self) -> list[Fields]:
        """Return what is shown as BGP messages."""
        layers = [_Part(layer, self._octets, self._begin) for layer in self.element.findall("proto[@name='bgp']")]
        return [{"type": layer.number("bgp.type"), "hex": layer.octets()} for layer in layers]


def _has(field: Element, name: str) -> bool:
    return field.get("name") == name


def _peer(header: _Part) -> Fields:
    return {
        "type": header.number("bmp.peer.type"),
        "flags": header.number("bmp.peer.flags"),
        "distinguisher": header.hex("bmp.peer.distinguisher"),
        "address": header.address("bmp.peer.ip.addr", "bmp.peer.ipv6.addr"),
        "asn": header.number("bmp.peer.asn"),
        "bgp_id": header.hex("bmp.peer.id"),
        "seconds": header.number("bmp.peer.timestamp.sec"),
        "microseconds": header.number("bmp.peer.timestamp.msec"),
    }


def _route_monitoring(message: _Part) -> Fields:
    return {"pdu": _only(message.pdus())}


def _statistics_report(message: _Part) -> Fields:
    statistics = [_statistic(part) for part in message.parts("bmp.stats.type")]
    return {"count": message.number("bmp.stats.count"), "statistics": statistics}


def _initiation(message: _Part) -> Fields:
    return {"tlvs": [_tlv(part, part.hex("bmp.init.info")) for part in message.parts("bmp.init.type")]}


def _only(pdus: list[Fields]) -> Fields | None:
    return pdus[0] if pdus else None


def _peer_down(message: _Part) -> Fields:
    reason = message.number("bmp.peer.down.reason")
    shown: Fields = {"reason": reason}
    if reason in _NOTIFICATION_REASONS:
        shown["pdu"] = _only(message.pdus())
    if reason == PeerDownReason.LOCAL_FSM_EVENT:
        shown["fsm_event"] = message.number("bmp.peer.down.data")
    return shown


def _peer_up(message: _Part) -> Fields:
    sent, received, *_ = [*message.pdus(), None, None]
    return {
        "local_address": message.address("bmp.peer.up.ip.addr", "bmp.peer.up.ipv6.addr"),
        "local_port": message.number("bmp.peer.up.port.local"),
        "remote_port": message.number("bmp.peer.up.port.remote"),
        "sent_open": sent,
        "received_open": received,
    }


def _statistic(statistic: _Part) -> Fields:
    shown: Fields = {"type": int(statistic.octets(), 16), "data": statistic.hex("bmp.stats.data")}
    shown |= {"value": None, "afi": None, "safi": None}
    for field in statistic.element.findall("field"):
        name = field.get("name", "")
        if name.startswith("bmp.stats.data.") and name != "bmp.stats.data.unknown":
            key = name.rpartition(".")[2]
            text = field.get("show", "")
            shown |= {key: int(text)} if key in {"afi", "safi"} else {"value": text}
    return shown


def _termination(message: _Part) -> Fields:
    """Return the TLVs of a Termination, whose types and values stand side by side."""
    values = sorted([*message.parts("bmp.term.info"), *message.parts("bmp.term.reason")], key=_Part.start)
    pairs = zip_longest(message.parts("bmp.term.type"), values)
    return {"tlvs": [_tlv(code, None if value is None else value.octets()) for code, value in pairs]}


def _tlv(code: _Part, value: str | None) -> Fields:
    named = _TYPE_NAME.match(code.element.get("showname", ""))
    name = named[1] if named else None
    return {
        "type": int(code.octets(), 16),
        "value": value or "",
        "meaning": MEANINGS.get(name or "", "unknown"),
        "name": name,
    }


_BODIES: dict[int, Callable[[_Part], Fields]] = {
    MessageType.ROUTE_MONITORING: _route_monitoring,
    MessageType.STATISTICS_REPORT: _statistics_report,
    MessageType.PEER_DOWN: _peer_down,
    MessageType.PEER_UP: _peer_up,
    MessageType.INITIATION: _initiation,
    MessageType.TERMINATION: _termination,
}
