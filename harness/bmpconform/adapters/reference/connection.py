"""A station's side of one connection: octets to messages, read as the Peer Ups before them say.

Why with the state of the rules: which routes have path identifiers follows from the OPENs, and that is worked out once.
"""

from collections.abc import Iterator

from bmpconform.adapters.reference.refusal import refusal
from bmpconform.neutral import Session, show
from bmpconform.rules import session as told
from bmpconform.spec.profiles import Profile
from bmpconform.targets.module import Item, Pieces
from bmpconform.wire.codec import decode
from bmpconform.wire.framer import Chunk, Cut, Frame, Framer, Hole, Lost
from bmpconform.wire.messages import Message, RouteMirroring, RouteMonitoring, Termination, Unknown


class Connection:
    """Reads one connection; closes it behind a Termination and where no header follows (RFC 7854 sections 4.5, 4.1)."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._framer = Framer()
        self._session = told.Session()
        self._received = 0
        self._read = 0
        self._closed = False

    def receive(self, octets: bytes, *, more: bool) -> Pieces:
        """Return the items that `octets` complete, and how many of them wait for others."""
        self._received += len(octets)
        items = tuple(self._items(octets, more=more))
        return Pieces(items, self._received - self._read, self._closed)

    def _items(self, octets: bytes, *, more: bool) -> Iterator[Item]:
        chunks = self._chunks(octets, more=more)
        while not self._closed and (chunk := next(chunks, None)) is not None:
            match chunk:
                case Frame():
                    self._read = chunk.offset + len(chunk.octets)
                    yield self._item(chunk)
                case Lost():
                    self._closed = True
                    yield Item(chunk.offset, "reject", error=chunk.reason.value)
                case Cut() | Hole():
                    pass

    def _chunks(self, octets: bytes, *, more: bool) -> Iterator[Chunk]:
        yield from self._framer.feed(octets)
        if not more:
            yield from self._framer.finish()

    def _item(self, frame: Frame) -> Item:
        message = decode(frame.octets)
        if isinstance(message, Unknown):
            return Item(frame.offset, "skipped")
        shown = show(message, len(frame.octets), self._profile, self._reading(message))
        self._session.advance(message)
        self._closed = isinstance(message, Termination)
        error = "no-frame" if shown is None else refusal(shown)
        if shown is None or error is not None:
            return Item(frame.offset, "reject", error=error or "")
        return Item(frame.offset, "ok", shown)

    def _reading(self, message: Message) -> Session | None:
        """Return how the PDUs of a message are read, as far as the Peer Ups of its peer say."""
        if not isinstance(message, RouteMonitoring | RouteMirroring):
            return None
        said = self._session.agreed(message.peer)
        return None if said is None else Session(*said)
