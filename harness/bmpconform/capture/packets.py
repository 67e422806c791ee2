"""The packets of a capture file, whichever of the two formats it has.

Why told by its first octets: names of files prove nothing.
"""

from collections.abc import Iterator

from bmpconform.capture.pcap import BYTE_ORDERS, Packet, Packets, read_pcap
from bmpconform.capture.pcapng import SECTION_MAGIC, read_pcapng
from bmpconform.capture.pieces import Trouble, TroubleKind
from bmpconform.capture.source import Readable, Source

MAGIC_OCTETS = 4
MAGICS = frozenset({*BYTE_ORDERS, SECTION_MAGIC})


class Capture:
    """The packets of an open capture file.

    Shape: iterate over it once; then `trouble` is what ended it before its end, None if nothing did. Never raises for
    what the file holds.
    """

    def __init__(self, file: Readable, first: bytes = b"") -> None:
        """`first` are the first octets of the file, where some were read already."""
        self.trouble: Trouble | None = None
        self._source = Source(file, len(first))
        self._first = first

    def __iter__(self) -> Iterator[Packet]:
        octets = self._source.extend(self._first, MAGIC_OCTETS)
        self.trouble = yield from self._packets(octets)

    def _packets(self, octets: bytes) -> Packets:
        magic = octets[:MAGIC_OCTETS]
        if magic == SECTION_MAGIC:
            return read_pcapng(self._source, octets)
        if magic in BYTE_ORDERS:
            return read_pcap(self._source, octets)
        return _no_capture()


def _no_capture() -> Packets:
    yield from ()
    return Trouble("is neither pcap nor pcapng.", None, TroubleKind.DAMAGED)
