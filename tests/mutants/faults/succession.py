"""Faults in what a station makes of the order of messages: what it refuses, holds back or mends because of others."""

from collections.abc import Callable, Iterator

from bmpconform.neutral.form import AsSegment, Attribute, Message, Tlv, Update
from bmpconform.targets.module import Item
from bmpconform.wire.codes import AttributeType, MessageType, PeerFlag
from bmpconform.wire.framer import Frame
from bmpconform.wire.value import UNSET, replace
from faults.mutant import connects
from faults.streams import Closing, Faulty, Refusing
from faults.tools import flags_of, is_loc_rib, octets_of, tlvs_of, with_update

AS4_PATH = 17


class Following(Refusing):
    """Refuses messages by what came before them."""

    def __init__(self) -> None:
        super().__init__()
        self.types: list[int] = []
        self.up: dict[object, bool] = {}

    def _item(self, frame: Frame) -> Item:
        item = super()._item(frame)
        message = item.message
        if isinstance(message, Message) and message.type is not UNSET:
            self._note(message)
        return item

    def _note(self, message: Message) -> None:
        self.types.append(message.type or 0)
        if message.type in {MessageType.PEER_UP, MessageType.PEER_DOWN}:
            self.up[_peer(message)] = message.type == MessageType.PEER_UP


def _peer(message: Message) -> object:
    held = message.peer
    return (held.type, held.distinguisher, held.address) if held else None


@connects("RFC7854-4.3-1", "RFC7854-3.3-7")
class OneInitiation(Following):
    """A second Initiation is refused."""

    def _is_refused(self, message: Message) -> bool:
        return message.type == MessageType.INITIATION and MessageType.INITIATION in self.types


@connects("RFC7854-3.3-2")
class InitiationIsNotTold(Faulty):
    """An Initiation is used up and not told."""

    def _items(self, octets: bytes, *, more: bool) -> Iterator[Item]:
        for item in super()._items(octets, more=more):
            is_one = isinstance(item.message, Message) and item.message.type == MessageType.INITIATION
            if not is_one:
                yield item


@connects("RFC7854-3.3-7")
class NoStatisticsInBetween(Following):
    """A Statistics Report is refused once there were routes."""

    def _is_refused(self, message: Message) -> bool:
        return message.type == MessageType.STATISTICS_REPORT and MessageType.ROUTE_MONITORING in self.types


@connects("RFC7854-3.3-8", "RFC7854-4.9-8", link="https://github.com/bio-routing/bio-rd/pull/128")
class PeerComesUpOnce(Following):
    """A second Peer Up of a peer is refused, also after its Peer Down."""

    def _is_refused(self, message: Message) -> bool:
        return message.type == MessageType.PEER_UP and _peer(message) in self.up


@connects("RFC7854-4.9-9", "RFC7854-4.9-8")
class PeerDownNeedsWithdraws(Following):
    """A Peer Down of a peer whose routes were not withdrawn is refused."""

    def _is_refused(self, message: Message) -> bool:
        return message.type == MessageType.PEER_DOWN and MessageType.ROUTE_MONITORING in self.types


@connects("RFC7854-9-1", "RFC7854-9-2")
class WithdrawMustBeOfWhatIsThere(Following):
    """A withdraw of a route that was not announced is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.routes: set[object] = set()

    def _is_refused(self, message: Message) -> bool:
        held = message.pdu.update if message.pdu else None
        if not held:
            return False
        unknown = {(one.afi, one.bits, one.prefix) for one in held.unreach or ()} - self.routes
        self.routes |= {(one.afi, one.bits, one.prefix) for one in held.reach or ()}
        return bool(unknown)


@connects("RFC7854-5-10", "RFC7854-5-6")
class OneViewOfAPeer(Following):
    """Routes of a second view of a peer are refused."""

    def __init__(self) -> None:
        super().__init__()
        self.views: dict[object, int] = {}

    def _is_refused(self, message: Message) -> bool:
        if message.type != MessageType.ROUTE_MONITORING or is_loc_rib(message):
            return False
        view = flags_of(message) & (PeerFlag.L | PeerFlag.O)
        return self.views.setdefault(_peer(message), view) != view


@connects("RFC7854-5-2")
class OneDumpAtATime(Following):
    """Routes of a peer are refused while those of another are dumped."""

    def __init__(self) -> None:
        super().__init__()
        self.dumped: object = None

    def _is_refused(self, message: Message) -> bool:
        if message.type != MessageType.ROUTE_MONITORING:
            return False
        before, self.dumped = self.dumped, _peer(message)
        held = message.pdu.update if message.pdu else None
        if held and not (held.reach or held.unreach):
            self.dumped = None
        return before not in {None, _peer(message)}


@connects("RFC9069-6.1-1", "RFC9069-6.1.1-5")
class LocRibIsNotKnown(Refusing):
    """Messages of peer type 3 are refused."""

    def _is_refused(self, message: Message) -> bool:
        return is_loc_rib(message)


@connects("RFC9069-5.5-1")
class ClosesAtMirroringOfALocRib(Closing):
    """Route Mirroring of a Loc-RIB ends the connection, though it is only to be ignored."""

    def _is_disliked(self, item: Item) -> bool:
        message = item.message
        return isinstance(message, Message) and message.type == MessageType.ROUTE_MIRRORING and is_loc_rib(message)


@connects("RFC7854-4.7-9")
class MirroringBeforeRoutesAlone(Following):
    """Route Mirroring is refused once there were routes."""

    def _is_refused(self, message: Message) -> bool:
        return message.type == MessageType.ROUTE_MIRRORING and MessageType.ROUTE_MONITORING in self.types


@connects("RFC7854-3.3-9")
class PeerDownIsNotTold(Faulty):
    """A Peer Down is used up and not told."""

    def _items(self, octets: bytes, *, more: bool) -> Iterator[Item]:
        for item in super()._items(octets, more=more):
            is_one = isinstance(item.message, Message) and item.message.type == MessageType.PEER_DOWN
            if not is_one:
                yield item


@connects("RFC7854-3.3-4", "RFC9069-5.1-1")
class RoutesWithoutAPeerAreLost(Faulty):
    """Routes of a peer that is not up are not told."""

    def _items(self, octets: bytes, *, more: bool) -> Iterator[Item]:
        up: set[object] = set()
        for item in super()._items(octets, more=more):
            message = item.message
            if not isinstance(message, Message):
                yield item
                continue
            change: Callable[[object], None] = {3: up.add, 2: up.discard}.get(message.type or 0, lambda _: None)
            change(_peer(message))
            if message.type != MessageType.ROUTE_MONITORING or _peer(message) in up:
                yield item


@connects("RFC7854-3.3-5", "RFC7854-3.3-6")
class RoutesWaitForTheEndOfRib(Faulty):
    """Routes are told once the End-of-RIB of their peer has come."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[Item] = []

    def _items(self, octets: bytes, *, more: bool) -> Iterator[Item]:
        for item in super()._items(octets, more=more):
            message = item.message
            if not isinstance(message, Message) or message.type != MessageType.ROUTE_MONITORING:
                yield item
                continue
            self._held.append(item)
            held = message.pdu.update if message.pdu else None
            if held and not (held.reach or held.unreach):
                yield from self._held
                self._held.clear()


class Changing(Faulty):
    """Changes what is told by what came before."""

    def _item(self, frame: Frame) -> Item:
        item = super()._item(frame)
        return replace(item, message=self._changed(item.message)) if isinstance(item.message, Message) else item

    def _changed(self, message: Message) -> Message:
        raise NotImplementedError


@connects("RFC9069-5.2.1-6", "RFC9069-5.3-4")
class PeerDownRepeatsTheName(Changing):
    """A Loc-RIB's Peer Down is shown with the name that its Peer Up gave."""

    def __init__(self) -> None:
        super().__init__()
        self._names: dict[object, tuple[Tlv, ...]] = {}

    def _changed(self, message: Message) -> Message:
        if is_loc_rib(message) and message.type == MessageType.PEER_UP:
            self._names[_peer(message)] = tlvs_of(message)
        is_one = message.type == MessageType.PEER_DOWN and message.reason == 6
        return replace(message, tlvs=self._names.get(_peer(message), ())) if is_one else message


@connects("RFC7854-4.2-10")
class As4PathCounts(Changing):
    """AS4_PATH is shown in the place of AS_PATH, though AS numbers have four octets there."""

    def _changed(self, message: Message) -> Message:
        def changed(held: Update) -> dict[str, object]:
            new = next((octets_of(one.value) for one in held.attributes or () if one.type == AS4_PATH), b"")
            asns = tuple(int.from_bytes(new[at : at + 4]) for at in range(2, len(new) - 3, 4))
            return {"as_path": (AsSegment(new[0], (*asns, 0)),)} if new else {}

        return with_update(message, changed)


@connects("RFC7854-4.6-1", "RFC7854-5-1")
class UnknownAttributesPileUp(Changing):
    """Path attributes that are not known are kept in a list that is never emptied, and shown with what comes later."""

    def __init__(self) -> None:
        super().__init__()
        self._held: tuple[Attribute, ...] = ()

    def _changed(self, message: Message) -> Message:
        def changed(held: Update) -> dict[str, object]:
            new = tuple(one for one in held.attributes or () if one.type not in frozenset(AttributeType))
            before, self._held = self._held, self._held + new
            return {"attributes": (*(held.attributes or ()), *before)}

        return with_update(message, changed)


@connects("RFC7854-4.8-8")
class CountersMustGrow(Following):
    """A counter that is lower than before costs the report."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[object, int] = {}

    def _is_refused(self, message: Message) -> bool:
        refused = False
        for held in message.statistics or ():
            key, value = (_peer(message), held.type), int(held.value or 0)
            refused = refused or value < self._last.get(key, 0)
            self._last[key] = value
        return refused


@connects("RFC9069-6.1.1-1", "RFC9069-6.1.1-3", "RFC9069-6.1.1-4")
class OneEmulatedPeer(Following):
    """A second Peer Up of a Loc-RIB is refused."""

    def _is_refused(self, message: Message) -> bool:
        return is_loc_rib(message) and message.type == MessageType.PEER_UP and self.up.get(_peer(message), False)


@connects("RFC9069-6.1.1-2", "RFC9069-6.1.1-5")
class OneLocRib(Following):
    """A Peer Up of a second Loc-RIB is refused."""

    def _is_refused(self, message: Message) -> bool:
        return is_loc_rib(message) and message.type == MessageType.PEER_UP and any(self.up.values())


@connects("RFC9972-3.1-9")
class StatisticsAreOfIpv4(Following):
    """A report about another family than IPv4 is refused."""

    def _is_refused(self, message: Message) -> bool:
        return any(held.afi not in {1, UNSET} for held in message.statistics or ())
