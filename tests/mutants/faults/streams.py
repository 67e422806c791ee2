"""Faults in cutting a connection into messages, and in when to close it."""

from collections.abc import Iterator

from bmpconform.adapters.reference.connection import Connection
from bmpconform.neutral.form import Message
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.module import Item, Pieces
from bmpconform.wire.codes import STATISTIC_TYPES, VERSION, MessageType
from bmpconform.wire.framer import Chunk, Frame, Framer, Lost
from bmpconform.wire.value import replace
from faults.mutant import connects
from faults.tools import COMMON, TYPE, tlvs_of

FRAMES = ("RFC7854-4.1-1", "RFC7854-4.1-5")


class Faulty(Connection):
    """The reference's side of a connection, for faults to change."""

    def __init__(self) -> None:
        super().__init__(PROFILES[DEFAULT_PROFILE])


class Cutting(Faulty):
    """Cuts frames in the simplest way there is, for faults to change."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = b""
        self._at = 0

    def _chunks(self, octets: bytes, *, more: bool) -> Iterator[Chunk]:  # noqa: ARG002 - the end changes nothing here
        self._waiting += octets
        while len(self._waiting) >= COMMON:
            length = self._length()
            if length > len(self._waiting):
                return
            yield Frame(self._at, self._waiting[:length])
            self._skip(max(length, 1))

    def _length(self) -> int:
        """Return how many octets the frame takes that begins what is waiting."""
        return int.from_bytes(self._waiting[1:TYPE])

    def _skip(self, octets: int) -> None:
        self._waiting = self._waiting[octets:]
        self._at += octets


class Refusing(Faulty):
    """Refuses messages that are right."""

    def _item(self, frame: Frame) -> Item:
        item = super()._item(frame)
        is_refused = isinstance(item.message, Message) and self._is_refused(item.message)
        return Item(frame.offset, "reject", error="refused") if is_refused else item

    def _is_refused(self, message: Message) -> bool:
        raise NotImplementedError


class Closing(Faulty):
    """Closes the connection over what it does not like."""

    def _item(self, frame: Frame) -> Item:
        item = super()._item(frame)
        self._closed = self._closed or self._is_disliked(item)
        return item

    def _is_disliked(self, item: Item) -> bool:
        raise NotImplementedError


@connects(*FRAMES)
class ForgetsWhatIsLeft(Cutting):
    """Octets behind the last whole message of a piece are thrown away."""

    def receive(self, octets: bytes, *, more: bool) -> Pieces:
        self._skip(len(self._waiting))
        return super().receive(octets, more=more)


@connects(*FRAMES)
class TakesAPieceForAMessage(Cutting):
    """Each read from the connection is taken for one message."""

    def _length(self) -> int:
        return len(self._waiting)


@connects(*FRAMES)
class LengthWithoutTheHeader(Cutting):
    """The length of a message is taken not to count its common header."""

    def _length(self) -> int:
        return super()._length() + COMMON


@connects(*FRAMES)
class LengthOfLittleEndian(Cutting):
    """The octets of the message's length are read in the wrong order."""

    def _length(self) -> int:
        return int.from_bytes(self._waiting[1:TYPE], "little")


@connects(*FRAMES)
class LengthOfSixteenBits(Cutting):
    """The first two octets of the message's length are not read."""

    def _length(self) -> int:
        return int.from_bytes(self._waiting[3:TYPE])


@connects(*FRAMES, link="https://github.com/CAIDA/libbgpstream/pull/169")
class NextMessageOneOctetOff(Cutting):
    """Behind the first message the next is looked for one octet too far."""

    def _skip(self, octets: int) -> None:
        super()._skip(min(octets + 1, len(self._waiting)))


@connects(*FRAMES)
class BufferOf4096Octets(Cutting):
    """A message that does not fit in a buffer of 4096 octets is cut, and its end read as the next."""

    def _length(self) -> int:
        return min(super()._length(), 4096)


@connects(*FRAMES)
class LastMessageWaits(Faulty):
    """A message is only told when octets of the next one come."""

    def __init__(self) -> None:
        super().__init__()
        self._held: tuple[Item, ...] = ()

    def receive(self, octets: bytes, *, more: bool) -> Pieces:
        pieces = super().receive(octets, more=more)
        told = (*self._held, *pieces.items)
        self._held = told[-1:]  # type: ignore[assignment]
        return replace(pieces, items=told[:-1])


@connects(*FRAMES)
class OffsetsWithinThePiece(Faulty):
    """Where a message begins is counted from the last read, not from the connection's first octet."""

    def receive(self, octets: bytes, *, more: bool) -> Pieces:
        before = self._received
        pieces = super().receive(octets, more=more)
        items = tuple(
            replace(item, offset=max(item.offset - before, 0)) for item in pieces.items if isinstance(item, Item)
        )
        return replace(pieces, items=items)


@connects("RFC7854-4.1-6", link="https://github.com/nxthdr/risotto/pull/31")
class SkipsAHeaderWithoutLength(Cutting):
    """A header with a length of 0 is taken off, and what follows is read as the next message."""

    def _length(self) -> int:
        return max(super()._length(), COMMON)


@connects("RFC7854-4.1-6", "RFC7854-4.1-2")
class NeverCloses(Faulty):
    """What is no header is skipped until one is found, and the connection kept."""

    def _items(self, octets: bytes, *, more: bool) -> Iterator[Item]:
        for chunk in self._chunks(octets, more=more):
            match chunk:
                case Frame():
                    self._read = chunk.offset + len(chunk.octets)
                    yield self._item(chunk)
                case Lost():
                    yield Item(chunk.offset, "reject", error=chunk.reason.value)
                case _:
                    pass


@connects("RFC7854-4.1-2", "RFC7854-4.1-3", "RFC7854-4.1-4")
class TakesAnyVersion(Cutting):
    """The version of a message is not looked at."""

    def _item(self, frame: Frame) -> Item:
        return super()._item(Frame(frame.offset, bytes([VERSION]) + frame.octets[1:]))


@connects("RFC7854-4.1-3", "RFC7854-4.1-4")
class TakesOlderVersions(Cutting):
    """Versions before 3 are read as 3."""

    def _item(self, frame: Frame) -> Item:
        return super()._item(Frame(frame.offset, bytes([max(VERSION, frame.octets[0])]) + frame.octets[1:]))


@connects("RFC7854-4.5-3")
class ReadsOnBehindATermination(Faulty):
    """What comes behind a Termination is read as if the connection went on, and closed only at its end."""

    def __init__(self) -> None:
        super().__init__()
        self._terminated = False

    def receive(self, octets: bytes, *, more: bool) -> Pieces:
        pieces = super().receive(octets, more=more)
        return replace(pieces, closed=pieces.closed or self._terminated)

    def _item(self, frame: Frame) -> Item:
        item = super()._item(frame)
        self._terminated = self._terminated or self._closed
        self._closed = False
        return item


@connects("RFC7854-4.1-7")
class ClosesAtAnUnknownType(Closing):
    """A message of a type that is not known ends the connection."""

    def _is_disliked(self, item: Item) -> bool:
        return item.status == "skipped"


@connects("RFC7854-4.1-7")
class UnknownTypeHasNoBody(Cutting):
    """Of a message of a type that is not known only the header is skipped."""

    def _length(self) -> int:
        return super()._length() if self._waiting[TYPE] in frozenset(MessageType) else COMMON


@connects("RFC7854-4.4-9")
class ClosesAtAnUnknownTlv(Closing):
    """A TLV of a type that is not known ends the connection."""

    def _is_disliked(self, item: Item) -> bool:
        message = item.message
        return isinstance(message, Message) and any(tlv.meaning == "unknown" for tlv in tlvs_of(message))


@connects("RFC9736-4-4", "RFC7854-4.4-9")
class ClosesAtAReservedTlv(Closing):
    """A TLV of a reserved type ends the connection."""

    def _is_disliked(self, item: Item) -> bool:
        message = item.message
        return isinstance(message, Message) and any(tlv.meaning == "reserved" for tlv in tlvs_of(message))


@connects("RFC7854-4.4-8", "RFC7854-4.8-13", "RFC7854-4.9-1", "RFC7854-4.7-1", "RFC7854-4.6-1", "RFC7854-4.10-6")
class LosesWhatFollowsABrokenMessage(Faulty):
    """A message whose inside does not add up takes the next one with it, and the connection goes on."""

    def _items(self, octets: bytes, *, more: bool) -> Iterator[Item]:
        broken = False
        for item in super()._items(octets, more=more):
            if not broken:
                yield item
            broken = item.status == "reject" and not broken


@connects("RFC7854-4.8-4")
class ClosesAtAnOddStatistic(Closing):
    """A statistic of a length that its type does not have ends the connection."""

    def _is_disliked(self, item: Item) -> bool:
        held = item.message.statistics if isinstance(item.message, Message) else ()
        return any(one.value is None and one.type in STATISTIC_TYPES.assigned for one in held or ())


@connects("RFC7854-4.4-8", "RFC9736-3.3-1")
class TlvMayLeaveItsMessage(Cutting):
    """A TLV that claims more than its message has takes it from the next one."""

    def _length(self) -> int:
        length = super()._length()
        if self._waiting[TYPE] != MessageType.INITIATION:
            return length
        at = COMMON
        while at + 4 <= length:
            at += 4 + int.from_bytes(self._waiting[at + 2 : at + 4])
        return min(max(at, length), len(self._waiting))


@connects("RFC7854-4.5-4")
class StaysAfterTermination(Faulty):
    """The connection is kept open behind a Termination."""

    def _items(self, octets: bytes, *, more: bool) -> Iterator[Item]:
        for item in super()._items(octets, more=more):
            yield item
            self._closed = False


@connects("RFC7854-4.5-4", "RFC7854-4.5-11")
class ClosesForKnownReasonsAlone(Faulty):
    """The connection is kept open behind a Termination whose reason is not known."""

    def _item(self, frame: Frame) -> Item:
        item = super()._item(frame)
        known = {f"{code:04x}" for code in range(5)}
        is_known = isinstance(item.message, Message) and any(tlv.value in known for tlv in tlvs_of(item.message))
        self._closed = self._closed and is_known
        return item


@connects("RFC7854-4.5-2", "RFC7854-3.3-10")
class NeedsATermination(Faulty):
    """A connection that ends without Termination counts as one that the station closed."""

    def receive(self, octets: bytes, *, more: bool) -> Pieces:
        pieces = super().receive(octets, more=more)
        return pieces if more else replace(pieces, closed=True)


@connects(*FRAMES, "RFC7854-4.5-2")
class CutMessageIsTold(Faulty):
    """A message of which the end is missing is told as one that is broken."""

    def receive(self, octets: bytes, *, more: bool) -> Pieces:
        pieces = super().receive(octets, more=more)
        if more or not pieces.left or pieces.closed:
            return pieces
        return replace(pieces, items=(*pieces.items, Item(self._read, "reject", error="cut")), left=0)


@connects(*FRAMES)
class BeginsAnewWithEachPiece(Faulty):
    """The framer is made anew for each read."""

    def receive(self, octets: bytes, *, more: bool) -> Pieces:
        self._framer = Framer()
        return super().receive(octets, more=more)
