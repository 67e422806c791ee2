"""One running tshark, fed with packets and read packet by packet.

Why one: it takes most of a second to start and a fraction of a millisecond for a packet. Each frame is a TCP
connection of its own, so that nothing of one is taken for a part of another.
"""

import struct
import subprocess
from collections.abc import Iterator
from xml.etree.ElementTree import Element, fromstring

PORT = 11019
COMMAND = ("tshark", "-n", "-l", "-r", "-", "-d", f"tcp.port=={PORT},bmp", "-T", "pdml", "-J", "bmp bgp")
# tshark remembers every connection.
CONNECTIONS = 20_000
SEGMENT_OCTETS = 60_000
PACKET_END = b"</packet>"

_PCAP_HEADER = struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 0x40000, 101)  # link type 101: raw IP
_RECORD = struct.Struct("=IIII")
_IPV4 = struct.Struct("!BBHHHBBHII")
_TCP = struct.Struct("!HHIIBBHHH")
IP_TCP_OCTETS = _IPV4.size + _TCP.size
_FIRST_ADDRESS, _STATION_ADDRESS = 0x0A000001, 0x7F000001
_PSH_ACK = 0x18


class ProgramEndedError(Exception):
    """tshark ended before it had shown a packet."""


class Tshark:
    """Dissects frames one by one; started at the first, and again where it ended or knows too many connections."""

    def __init__(self) -> None:
        self._program: subprocess.Popen[bytes] | None = None
        self._connections = 0

    def dissect(self, frame: bytes) -> Element:
        """Return the packet in which the frame ends. Raises ProgramEndedError."""
        if self._program is None or self._connections >= CONNECTIONS:
            self._restart()
        self._connections += 1
        packets = list(_packets(frame, self._connections))
        try:
            self._write(b"".join(packets))
            shown = [self._read() for _ in packets]
        except (OSError, ProgramEndedError) as error:
            self._program = None
            raise ProgramEndedError(str(error)) from error
        return fromstring(shown[-1])

    def _restart(self) -> None:
        if self._program is not None and self._program.stdin is not None:
            self._program.stdin.close()
            self._program.kill()
            self._program.wait()
        self._program = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._connections = 0
        self._write(_PCAP_HEADER)

    def _write(self, octets: bytes) -> None:
        if self._program is None or self._program.stdin is None:
            raise ProgramEndedError("tshark is not running")
        self._program.stdin.write(octets)
        self._program.stdin.flush()

    def _read(self) -> bytes:
        """Return the XML of one packet."""
        if self._program is None or self._program.stdout is None:
            raise ProgramEndedError("tshark is not running")
        lines: list[bytes] = []
        for line in self._program.stdout:
            if lines or line.strip() == b"<packet>":
                lines.append(line)
            if line.strip() == PACKET_END:
                return b"".join(lines)
        raise ProgramEndedError(f"tshark ended with {self._program.wait()}")


def _packets(frame: bytes, connection: int) -> Iterator[bytes]:
    """Yield the packets of a connection that carries one frame, as records of a pcap file."""
    sequence = 1
    for start in range(0, len(frame) or 1, SEGMENT_OCTETS):
        piece = frame[start : start + SEGMENT_OCTETS]
        length = IP_TCP_OCTETS + len(piece)
        source = _FIRST_ADDRESS + connection
        ip = _IPV4.pack(0x45, 0, length, 0, 0, 64, 6, 0, source, _STATION_ADDRESS)
        tcp = _TCP.pack(PORT + 1, PORT, sequence + start, 1, 0x50, _PSH_ACK, 0xFFFF, 0, 0)
        yield _RECORD.pack(0, 0, length, length) + ip + tcp + piece
