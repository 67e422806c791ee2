"""One one-way TCP flow, from its first segment: its octets in order, and whether they are BMP.

Why apart from the table of flows: what a flow holds back until it is recognised is its own business.
"""

from ipaddress import ip_address

from bmpconform.capture.reassembly import SEGMENT_COST, Data, Limits, Part, Reassembly
from bmpconform.capture.recognise import Recogniser
from bmpconform.capture.segment import PORTS, SYN, Segment

NO_STREAM = -1
PORT = PORTS // 2


class Flow:
    """One flow.

    Shape: `recognise` holds the parts that the reassembly gives until they are known to be BMP; `is_other` says that
    they are not, `has_octets` that there were any. `stream` is the number of the stream once there is one, `is_over`
    whether it was ended, `used` the number of the last packet, `kept` what the flow cost when last counted.
    """

    __slots__ = (
        "_cost",
        "_held_back",
        "_recogniser",
        "assembly",
        "begins",
        "has_octets",
        "is_other",
        "is_over",
        "kept",
        "key",
        "stream",
        "used",
    )

    def __init__(self, first: Segment, limits: Limits, *, is_bmp: bool) -> None:
        """Begin with the first segment, still to be taken; `is_bmp` says that nothing needs recognising."""
        self.key = first.key
        self.assembly = Reassembly(first, limits)
        self.begins = bool(first.flags & SYN)
        self.stream = NO_STREAM
        self.has_octets = self.is_other = self.is_over = False
        self.used = self.kept = 0
        self._recogniser = None if is_bmp else Recogniser(begins=self.begins)
        self._held_back: list[Part] = []
        self._cost = 0

    def cost(self) -> int:
        """Return what keeping the octets of this flow costs."""
        return self.assembly.kept + self._cost

    def recognise(self, parts: list[Part]) -> list[Part]:
        """Return the parts that are known to be BMP by now."""
        if self._recogniser is None:
            return [] if self.is_other else parts
        self._held_back += parts
        verdict = None
        for part in parts:
            self._cost += SEGMENT_COST
            if isinstance(part, Data):
                self.has_octets = True
                self._cost += len(part.octets)
                verdict = self._recogniser.add(part.octets) if verdict is None else verdict
            else:
                self._recogniser.missed()
        return [] if verdict is None else self._decide(is_bmp=verdict)

    def decide(self) -> list[Part]:
        """Return the parts held back if they are BMP as far as they go; no more will be waited for."""
        return [] if self._recogniser is None else self._decide(is_bmp=self._recogniser.end())

    def _decide(self, *, is_bmp: bool) -> list[Part]:
        parts, self._held_back, self._recogniser, self._cost = self._held_back, [], None, 0
        self.is_other = not is_bmp
        return parts if is_bmp else []

    def reverse_key(self) -> bytes:
        """Return the key of the flow in the other direction."""
        addresses = len(self.key) - PORTS
        source, destination = self.key[: addresses // 2], self.key[addresses // 2 : addresses]
        return destination + source + self.key[-PORT:] + self.key[-PORTS:-PORT]

    def name(self) -> str:
        """Return its two ends, `192.0.2.1:20 > 192.0.2.2:1790` for example."""
        addresses = len(self.key) - PORTS
        source = _end(self.key[: addresses // 2], self.key[-PORTS:-PORT])
        return f"{source} > {_end(self.key[addresses // 2 : addresses], self.key[-PORT:])}"


def _end(address: bytes, port: bytes) -> str:
    host = ip_address(address)
    return f"{host if host.version == 4 else f'[{host}]'}:{int.from_bytes(port)}"  # noqa: PLR2004 - IPv4


def has_port(key: bytes, port: bytes) -> bool:
    """Whether either end of the flow with this key has a port, given as on the wire."""
    return port in {key[-PORTS:-PORT], key[-PORT:]}
