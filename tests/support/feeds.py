"""Inputs of `check` as they come at their worst: captures of several routers that talk at once, and what is none.

Why drawn and not listed: what is to hold of them is that something makes no difference, whatever they hold.
"""

from collections.abc import Sequence
from random import Random

from bmpconform.fuzz.generate import Generator
from bmpconform.wire.codec import encode
from mutate import Mutator
from packets import FIN, SYN, Tcp, pcap, pcapng

START = 1000
MOST_FLOWS = 5
# Of so many messages.
SPOILED = 0.1


class Feeds:
    """Draws inputs from what `random` gives."""

    def __init__(self, random: Random) -> None:
        """Draw from `random`."""
        self._random = random
        self._generator = Generator(random)
        self._mutator = Mutator(random)

    def some(self) -> list[tuple[str, bytes]]:
        """Return one to four inputs, each a name and its octets; one name may come twice."""
        count = self._random.choice((1, 1, 2, 4))
        return [(f"feed-{self._random.randrange(6)}", self.one()) for _ in range(count)]

    def one(self) -> bytes:
        """Return a capture mostly, else a stream, hex in lines, or nothing at all."""
        kind = self._random.randrange(12)
        if kind > 3:
            return self.capture()
        return (b"", self._stream(), self._stream().hex().encode(), pcap([]))[kind]

    def capture(self, flows: int | None = None) -> bytes:
        """Return a capture, whole, cut or damaged, of that many flows, or of up to five."""
        count = self._random.randint(1, MOST_FLOWS) if flows is None else flows
        segments = [self._segments(f"192.0.2.{number + 10}") for number in range(count)]
        octets = self._random.choice((pcap, pcapng))(self._in_turns(segments))
        match self._random.randrange(6):
            case 0:
                return octets[: self._random.randrange(len(octets))]
            case 1:
                return octets + b"\xff" * 16
            case _:
                return octets

    def _stream(self) -> bytes:
        """Return a session in which some messages are spoiled, left out, or sent several times."""
        parts: list[bytes] = []
        for message in self._generator.session():
            is_spoiled = self._random.random() < SPOILED
            frame = self._random.choice(list(self._mutator.frames(message))) if is_spoiled else encode(message)
            parts += [frame] * self._random.choice((1,) * 20 + (0, 3))
        return b"".join(parts)

    def _segments(self, source: str) -> list[bytes]:
        """Return the frames that carry what a router sends: some lost, some behind a FIN that came too early."""
        octets = self._random.choice((self._stream(), self._stream(), b"SSH-2.0-OpenSSH_9.6\r\n" * 9))
        size = self._random.choice((40, 200, 1448))
        frames = [Tcp(START - 1, flags=SYN, source=source).frame()]
        for place in range(0, len(octets), size):
            flags = FIN if self._random.random() < 0.01 else 0x18
            frames.append(Tcp(START + place, octets[place : place + size], flags, source).frame())
        if self._random.random() < 0.3:
            del frames[self._random.randrange(len(frames))]
        return frames

    def _in_turns(self, flows: Sequence[list[bytes]]) -> list[bytes]:
        """Return the frames of all flows, those of each in their order."""
        turns = [number for number, frames in enumerate(flows) for _ in frames]
        self._random.shuffle(turns)
        left = [iter(frames) for frames in flows]
        return [next(left[number]) for number in turns]
