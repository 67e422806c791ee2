"""Builds captures octet by octet: segments, IP packets, frames of each link type, pcap and pcapng files.

Why by hand: the tests of a reader must not take its word for how a capture looks. Checksums are left 0.
"""

from collections.abc import Sequence
from io import BytesIO
from ipaddress import ip_address
from struct import pack

from bmpconform.wire.value import Value

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
ROUTER, STATION = "192.0.2.1", "192.0.2.2"
ROUTER_6, STATION_6 = "2001:db8::1", "2001:db8::2"
# Of packets in IPv6, in the order of their link types' numbers.
LINK_TYPES = (0, 1, 12, 14, 101, 108, 113, 228, 229, 276)


class Tcp(Value, frozen=True):
    """One segment and its way; `options` are those of TCP, padded by who gives them."""

    sequence: int
    octets: bytes = b""
    flags: int = ACK | PSH
    source: str = ROUTER
    source_port: int = 50000
    destination: str = STATION
    destination_port: int = 1790
    acknowledged: int = 0
    options: bytes = b""

    def segment(self) -> bytes:
        """Return header and data."""
        ports = pack(">HH", self.source_port, self.destination_port)
        numbers = pack(">II", self.sequence & 0xFFFFFFFF, self.acknowledged & 0xFFFFFFFF)
        offset = (20 + len(self.options)) // 4 << 4
        return ports + numbers + pack(">BBHHH", offset, self.flags, 65535, 0, 0) + self.options + self.octets

    def packet(self) -> bytes:
        """Return the IP packet, of the version of its addresses."""
        build = ipv4 if ip_address(self.source).version == 4 else ipv6
        return build(self.segment(), self.source, self.destination)

    def frame(self) -> bytes:
        """Return the Ethernet frame."""
        return ethernet(self.packet())


def ipv4(  # noqa: PLR0913 - the fields of the header
    payload: bytes,
    source: str = ROUTER,
    destination: str = STATION,
    *,
    options: bytes = b"",
    length: int | None = None,
    fragment: int = 0,
    protocol: int = 6,
) -> bytes:
    """Return an IPv4 packet; `length` in place of the true one, `fragment` the field of flags and offset."""
    header = 20 + len(options)
    start = pack(">BBH", 0x40 | header // 4, 0, header + len(payload) if length is None else length)
    middle = pack(">HHBBH", 1, fragment, 64, protocol, 0)
    return start + middle + ip_address(source).packed + ip_address(destination).packed + options + payload


def ipv6(  # noqa: PLR0913 - the fields of the header
    payload: bytes,
    source: str = ROUTER_6,
    destination: str = STATION_6,
    *,
    extensions: bytes = b"",
    length: int | None = None,
    protocol: int = 6,
) -> bytes:
    """Return an IPv6 packet; `protocol` names the first of the `extensions` if there are any."""
    behind = extensions + payload
    start = pack(">IHBB", 6 << 28, len(behind) if length is None else length, protocol, 64)
    return start + ip_address(source).packed + ip_address(destination).packed + behind


def ethernet(packet: bytes, *, tags: Sequence[int] = (), kind: int | None = None) -> bytes:
    """Return an Ethernet frame with VLAN tags, filled up to the 60 octets that a frame has at least."""
    tagged = b"".join(pack(">HH", tag, 100) for tag in tags)
    frame = b"\x02\0\0\0\0\1\x02\0\0\0\0\2" + tagged + pack(">H", kind or _kind(packet)) + packet
    return frame.ljust(60, b"\xee")


def _kind(packet: bytes) -> int:
    return 0x0800 if packet[0] >> 4 == 4 else 0x86DD


def frame(packet: bytes, link_type: int, family: int | None = None, byte_order: str = "<") -> bytes:
    """Return the frame of a link type around an IP packet; `family` and `byte_order` are those of loopback."""
    if link_type == 1:
        return ethernet(packet)
    if link_type in {0, 108}:
        return pack(f"{byte_order}I", family or (2 if packet[0] >> 4 == 4 else 30)) + packet
    if link_type == 113:
        return pack(">HHH8sH", 0, 1, 6, b"\x02\0\0\0\0\1", _kind(packet)) + packet
    if link_type == 276:
        return pack(">HHIHBB8s", _kind(packet), 0, 1, 1, 0, 6, b"\x02\0\0\0\0\1") + packet
    return packet


def pcap(
    frames: Sequence[bytes],
    link_type: int = 1,
    *,
    byte_order: str = "<",
    nanoseconds: bool = False,
    snap_length: int = 262144,
) -> bytes:
    """Return a pcap file; frames longer than the snap length are cut to it."""
    magic = 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
    records = [pack(f"{byte_order}IHHiIII", magic, 2, 4, 0, 0, snap_length, link_type)]
    for number, octets in enumerate(frames):
        kept = octets[:snap_length]
        records += [pack(f"{byte_order}IIII", number, 0, len(kept), len(octets)), kept]
    return b"".join(records)


def block(kind: int, body: bytes, byte_order: str = "<", length: int | None = None) -> bytes:
    """Return a pcapng block, its body filled up; `length` in place of the true one."""
    body += bytes(-len(body) % 4)
    octets = len(body) + 12 if length is None else length
    return pack(f"{byte_order}II", kind, octets) + body + pack(f"{byte_order}I", octets)


def section(byte_order: str = "<") -> bytes:
    """Return the block that begins a section."""
    return block(0x0A0D0D0A, pack(f"{byte_order}IHHq", 0x1A2B3C4D, 1, 0, -1), byte_order)


def interface(link_type: int = 1, snap_length: int = 0, byte_order: str = "<", options: bytes = b"") -> bytes:
    """Return the block that describes an interface."""
    return block(1, pack(f"{byte_order}HHI", link_type, 0, snap_length) + options, byte_order)


def enhanced(octets: bytes, number: int = 0, byte_order: str = "<", sent: int | None = None) -> bytes:
    """Return an enhanced packet block of interface `number`; `sent` is what the packet had."""
    header = pack(f"{byte_order}IIIII", number, 0, 0, len(octets), len(octets) if sent is None else sent)
    return block(6, header + octets, byte_order)


def simple(octets: bytes, byte_order: str = "<", sent: int | None = None) -> bytes:
    """Return a simple packet block."""
    return block(3, pack(f"{byte_order}I", len(octets) if sent is None else sent) + octets, byte_order)


def obsolete(octets: bytes, number: int = 0, byte_order: str = "<") -> bytes:
    """Return the packet block of old."""
    return block(2, pack(f"{byte_order}HHIIII", number, 0, 0, 0, len(octets), len(octets)) + octets, byte_order)


def pcapng(frames: Sequence[bytes], link_type: int = 1, byte_order: str = "<") -> bytes:
    """Return a pcapng file of one section and one interface."""
    blocks = [section(byte_order), interface(link_type, byte_order=byte_order)]
    return b"".join(blocks + [enhanced(octets, 0, byte_order) for octets in frames])


class Slow(BytesIO):
    """A file that gives only so many octets at a time, as a pipe does."""

    def __init__(self, octets: bytes, step: int) -> None:
        super().__init__(octets)
        self._step = step

    def read1(self, octets: int | None = -1, /) -> bytes:
        """Return the next octets: at most a step."""
        assert octets is not None
        return super().read1(min(octets, self._step))
