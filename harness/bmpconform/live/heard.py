"""What one connection has said so far, as far as a player waits for it.

Why not the oracle: a player only has to know when to go on; what that is worth is judged when all is over.
"""

from collections import Counter

from bmpconform.rules.session import PeerKey, peer_key
from bmpconform.wire.bgp import Update
from bmpconform.wire.codec import decode
from bmpconform.wire.framer import Frame, Framer
from bmpconform.wire.messages import Message, PeerDown, PeerUp, RouteMonitoring
from bmpconform.wire.routes import is_end_of_rib


class Heard:
    """Counts messages by type, and knows whose dump has not ended. `octets` is how many came in all."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.octets = 0
        self.counts: Counter[int] = Counter()
        self._framer = Framer()
        self._dumping: set[PeerKey] = set()
        self._ups = 0

    @property
    def dumped(self) -> bool:
        """Whether a peer came up, and every one that did has ended its dump or is down again."""
        return bool(self._ups) and not self._dumping

    def feed(self, octets: bytes) -> None:
        """Take in what came."""
        self.octets += len(octets)
        for chunk in self._framer.feed(octets):
            if isinstance(chunk, Frame):
                self.counts[chunk.octets[5]] += 1
                self._note(decode(chunk.octets))

    def _note(self, message: Message) -> None:
        match message:
            case PeerUp(peer=peer):
                self._ups += 1
                self._dumping.add(peer_key(peer))
            case PeerDown(peer=peer):
                self._dumping.discard(peer_key(peer))
            case RouteMonitoring(peer=peer, pdu=pdu):
                if pdu is not None and isinstance(pdu.body, Update) and is_end_of_rib(pdu.body):
                    self._dumping.discard(peer_key(peer))
            case _:
                pass
