"""Reads the packets of a pcapng file, draft-ietf-opsawg-pcapng: its three kinds of packet block, in any sections.

Why so little: of all that the format can say, a stream needs the link type of each interface and the packets' octets.
Blocks of other kinds are passed over. Frames are numbered as Wireshark does it.
"""

from collections.abc import Iterator
from struct import Struct

from bmpconform.capture.pcap import MAX_PACKET, Packet, Packets, cut, oversize
from bmpconform.capture.pieces import Trouble, TroubleKind
from bmpconform.capture.source import Source

# The type of the block that begins a section is the same in both byte orders.
SECTION_MAGIC = bytes.fromhex("0a0d0d0a")
# In place of the link type of a packet whose interface was not described.
NO_INTERFACE = -1

_SECTION, _INTERFACE, _OBSOLETE, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 2, 3, 6
_PACKETS = frozenset({_OBSOLETE, _SIMPLE, _ENHANCED})
# No packets, yet Wireshark gives them a frame number: journal entries, custom blocks, system calls.
_NUMBERED = frozenset({9, 0xBAD, 0x4000_0BAD, 0x204, 0x216, 0x221})
_BYTE_ORDERS = {bytes.fromhex("4d3c2b1a"): "<", bytes.fromhex("1a2b3c4d"): ">"}
# Type and length; the length stands again behind the body.
_HEADER = 8
_LENGTH = 4
_LEAST_BLOCK = _HEADER + _LENGTH
# Up to the packet's octets.
_ENHANCED_HEADER = _HEADER + 20
_LEAST_ENHANCED = _ENHANCED_HEADER + _LENGTH
# Wireshark's limit. What is larger is passed over in pieces, if it is of a kind that can be.
_MAX_BLOCK = 16 * 1024 * 1024
_MAX_INTERFACES = 65_536


class _Section:
    """The byte order of a section, and the interfaces described so far."""

    def __init__(self, byte_order: str) -> None:
        self.header = Struct(f"{byte_order}II").unpack_from
        # A block from its type on: type, length, interface, octets kept and sent.
        self.whole_enhanced = Struct(f"{byte_order}III8xII").unpack_from
        self._enhanced = Struct(f"{byte_order}I8xII")
        self._obsolete = Struct(f"{byte_order}H10xII")
        self._simple = Struct(f"{byte_order}I")
        # Link type and snap length.
        self._interface = Struct(f"{byte_order}H2xI")
        self.interfaces: list[tuple[int, int]] = []

    def describe(self, octets: bytes, body: int, end: int) -> None:
        """Add the interface that a block describes."""
        if body + self._interface.size <= end and len(self.interfaces) < _MAX_INTERFACES:
            self.interfaces.append(self._interface.unpack_from(octets, body))

    def packet(self, kind: int, octets: bytes, body: int, end: int) -> tuple[int, int, int, int] | None:
        """Return the packet in a block: link type, offset, octets kept and sent; None if the block is too short."""
        if kind == _SIMPLE:
            return self._simple_packet(octets, body, end)
        shape = self._enhanced if kind == _ENHANCED else self._obsolete
        start = body + shape.size
        if start > end:
            return None
        interface, kept, sent = shape.unpack_from(octets, body)
        return (self._link_type(interface), start, kept, sent) if start + kept <= end else None

    def _simple_packet(self, octets: bytes, body: int, end: int) -> tuple[int, int, int, int] | None:
        start = body + self._simple.size
        if start > end:
            return None
        (sent,) = self._simple.unpack_from(octets, body)
        snap_length = self.interfaces[0][1] if self.interfaces else 0
        return self._link_type(0), start, min(sent, snap_length or sent, end - start), sent

    def _link_type(self, interface: int) -> int:
        return self.interfaces[interface][0] if interface < len(self.interfaces) else NO_INTERFACE


class _Blocks:
    """Goes from block to block.

    Shape: after each `next` that is true `octets[body:end]` is the body of a block of type `kind`; after one that is
    false `trouble` says what ended the file before its end.
    """

    def __init__(self, source: Source, octets: bytes) -> None:
        self.octets = octets
        self.kind = self.body = self.end = 0
        # Blocks that have a frame number, this one included.
        self.number = 0
        self.section = _Section("<")
        self.trouble: Trouble | None = None
        self._source = source
        self._after = 0

    def next(self) -> bool:
        """Go to the next block."""
        at = self._after
        if at + _LEAST_BLOCK > len(self.octets):
            at = self._extend(at, _LEAST_BLOCK)
            if len(self.octets) < _LEAST_BLOCK:
                return self._cut() if self.octets else False
        if self.octets.startswith(SECTION_MAGIC, at) and not self._begin_section(at):
            return self._damaged(at, "the mark of the byte order there is none")
        self.kind, length = self.section.header(self.octets, at)
        if length < _LEAST_BLOCK:
            return self._damaged(at, f"a block there claims {length} octets")
        # Not all writers count the octets that fill the body up.
        padded = -(-length // 4) * 4
        self.number += self.kind in _PACKETS or self.kind in _NUMBERED
        return self._pass_over(at, padded) if length > _MAX_BLOCK else self._hold(at, padded)

    def enhanced_run(self) -> Iterator[Packet]:
        """Yield the packets of the enhanced packet blocks next in the buffer, up to one that needs a second look."""
        octets, at, interfaces = self.octets, self._after, self.section.interfaces
        whole_enhanced, last = self.section.whole_enhanced, len(octets) - _LEAST_ENHANCED
        while at <= last:
            kind, length, interface, kept, sent = whole_enhanced(octets, at)
            after, start = at + length, at + _ENHANCED_HEADER
            if (
                kind != _ENHANCED
                or length % 4
                or after > len(octets)
                or kept > length - _LEAST_ENHANCED
                or kept > MAX_PACKET
                or interface >= len(interfaces)
                or not octets.startswith(octets[at + _LENGTH : at + _HEADER], after - _LENGTH)
            ):
                break
            self.number += 1
            yield self.number, interfaces[interface][0], octets[start : start + kept], kept < sent
            at = after
        self._after = at

    def _begin_section(self, at: int) -> bool:
        byte_order = _BYTE_ORDERS.get(self.octets[at + _HEADER : at + _LEAST_BLOCK])
        if byte_order is not None:
            self.section = _Section(byte_order)
        return byte_order is not None

    def _hold(self, at: int, length: int) -> bool:
        if at + length > len(self.octets):
            at = self._extend(at, length)
            if length > len(self.octets):
                return self._cut()
        self.body, self._after = at + _HEADER, at + length
        self.end = self._after - _LENGTH
        if self.octets[at + _LENGTH : self.body] != self.octets[self.end : self._after]:
            return self._damaged(at, "the two lengths of a block there differ")
        return True

    def _pass_over(self, at: int, length: int) -> bool:
        if self.kind in _PACKETS or self.kind in {_SECTION, _INTERFACE}:
            return self._damaged(at, f"a block there claims {length} octets")
        rest = length - (len(self.octets) - at)
        self.octets, self._after, self.body, self.end = self.octets[at + length :], 0, 0, 0
        return not (rest > 0 and self._source.skip(rest)) or self._cut()

    def _extend(self, at: int, octets: int) -> int:
        self.octets = self._source.extend(self.octets[at:], octets)
        return 0

    def _cut(self) -> bool:
        if self.kind in _PACKETS and len(self.octets) >= _LEAST_BLOCK:
            self.trouble = cut(self._source, self.octets, self.number)
        else:
            text = f"is cut inside of a block, at octet {self._source.offset}."
            self.trouble = Trouble(text, None, TroubleKind.CUT)
        return False

    def _damaged(self, at: int, reason: str) -> bool:
        text = f"is damaged at octet {self.offset(at)}: {reason}."
        self.trouble = Trouble(text, None, TroubleKind.DAMAGED)
        return False

    def offset(self, at: int) -> int:
        """Return the offset in the file of offset `at` in `octets`."""
        return self._source.offset - len(self.octets) + at


def read_pcapng(source: Source, octets: bytes) -> Packets:
    """Yield the packets of a file that begins with `octets`; return what ended it before its end."""
    blocks = _Blocks(source, octets)
    while True:
        yield from blocks.enhanced_run()
        if not blocks.next():
            return blocks.trouble
        kind = blocks.kind
        if kind in _PACKETS:
            packet = blocks.section.packet(kind, blocks.octets, blocks.body, blocks.end)
            if packet is None:
                return _overfull(blocks.number, blocks.offset(blocks.body))
            link_type, start, kept, sent = packet
            if kept > MAX_PACKET:
                return oversize(blocks.number, kept, blocks.offset(blocks.body))
            yield blocks.number, link_type, blocks.octets[start : start + kept], kept < sent
        elif kind == _INTERFACE:
            blocks.section.describe(blocks.octets, blocks.body, blocks.end)


def _overfull(number: int, offset: int) -> Trouble:
    text = f"is damaged at octet {offset}: packet {number} does not fit into its block."
    return Trouble(text, number, TroubleKind.DAMAGED)
