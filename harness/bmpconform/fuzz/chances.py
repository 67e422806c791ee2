"""What is random in a valid message and is no message yet: octets, texts, numbers, times, addresses.

Why a plain `random.Random`: a property is tried on hundreds of thousands of inputs, and a Hypothesis example costs
about a thousand times what one costs here. Where a failure has to shrink, Hypothesis stands behind the `Random`.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from bmpconform.wire.codes import PeerType
from bmpconform.wire.make import IPV4_OCTETS

# One character for each number of octets that UTF-8 has, and the one that ends a C string.
ALPHABET = ("a", "Z", " ", "\0", "\u00e9", "\u20ac", "\U0001f427")
ASCII = "abcXYZ\0 0-9./"
TEXT_OCTETS = (0, 1, 2, 7, 30, 255, 900)
NAME_OCTETS = (1, 2, 7, 30, 255)
TIMES = ((0, 0), (946_684_800, 0), (1_700_000_000, 1), (1_763_769_600, 500_000), (0xFFFFFFFF, 999_999))
SHORT_ASNS = (1, 64512, 65535)
LONG_ASNS = (*SHORT_ASNS, 65536, 4_200_000_000, 0xFFFFFFFF)

Item = TypeVar("Item")


def seeded(seed: int | str) -> Random:
    """Return the source of all that is random."""
    return Random(seed)  # noqa: S311 - inputs, no secrets


class Chances:
    """Draws from what `random` gives."""

    def __init__(self, random: Random) -> None:
        """Draw from `random`."""
        self.random = random

    def chance(self, share: float) -> bool:
        """Return True in this share of the calls."""
        return self.random.random() < share

    def octets(self, count: int) -> bytes:
        """Return that many octets."""
        return self.random.randbytes(count)

    def ascii(self, lengths: Sequence[int] = TEXT_OCTETS) -> str:
        """Return ASCII text of one of these lengths that does not end in U+0000."""
        return _without_terminator("".join(self.random.choices(ASCII, k=self.random.choice(lengths))))

    def text(self, lengths: Sequence[int] = TEXT_OCTETS) -> str:
        """Return text of one of these numbers of octets, or up to three fewer, that does not end in U+0000."""
        octets, parts = self.random.choice(lengths), [""]
        while octets:
            part = self.random.choice(ALPHABET)
            if len(part.encode()) <= octets:
                parts.append(part * self.random.randint(1, octets // len(part.encode())))
                octets -= len(parts[-1].encode())
        return _without_terminator("".join(parts))

    def texts(self) -> list[str]:
        """Return texts for string TLVs: mostly none or one."""
        return [self.text() for _ in range(self.random.choice((0, 0, 0, 1, 1, 2, 3)))]

    def asn(self, *, long: bool) -> int:
        """Return an AS number, over 16 bits in most cases where it may be `long`."""
        return self.random.choice(LONG_ASNS if long else SHORT_ASNS)

    def some(self, items: Sequence[Item], counts: Sequence[int]) -> list[Item]:
        """Return as many of the items as one of `counts` says, or all."""
        return self.random.sample(items, min(len(items), self.random.choice(counts)))

    def time(self) -> tuple[int, int]:
        """Return seconds and microseconds: not known, or plausible."""
        return self.random.choice(TIMES)

    def address(self, octets: int) -> bytes:
        """Return an address that cannot be taken for one of the other family."""
        if octets == IPV4_OCTETS:
            return bytes([self.random.randint(1, 223)]) + self.octets(3)
        return b"\x20\x01\x0d\xb8" + self.octets(12)

    def distinguisher(self, peer_type: PeerType) -> bytes:
        """Return what tells instances of this peer type apart."""
        if peer_type == PeerType.GLOBAL_INSTANCE:
            return bytes(8)
        if peer_type == PeerType.LOC_RIB_INSTANCE and self.chance(0.5):
            return bytes(8)
        return self.route_distinguisher()

    def route_distinguisher(self) -> bytes:
        """Return a route distinguisher of a type that RFC 4364 section 4.2 defines, not zero."""
        return bytes([0, self.random.randrange(3)]) + self.octets(5) + b"\x01"


def _without_terminator(text: str) -> str:
    return f"{text[:-1]}." if text.endswith("\0") else text
