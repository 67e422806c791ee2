"""The codec with the planted faults: the reference, and those faults that are switched on, each at its stage.

Why a chain: faults are switched off once they are found, so that what a loud one hides shows next. Each change is put
to what the one before made; a fault was *reached* where its change was asked, *triggered* where that said otherwise.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from bmpbench.canaries import Canaries
from bmpbench.planted import FAULTS
from bmpbench.planted.fault import Fault, Stage
from bmpconform.adapters.reference import target as reference
from bmpconform.adapters.reference.connection import Connection
from bmpconform.neutral.form import Message, Session
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.module import Item, Pieces, Reject
from bmpconform.wire import messages as wire
from bmpconform.wire.codes import MessageType
from bmpconform.wire.framer import Frame
from bmpconform.wire.value import UNSET, replace

PROFILE = PROFILES[DEFAULT_PROFILE]
TYPE = 5
_OF_ALL = frozenset(MessageType)
_Numbered = tuple[int, Fault]


class Codec:
    """Decodes, encodes and follows streams with the faults that are on."""

    def __init__(self, canaries: Canaries, on: Collection[int] = ()) -> None:
        """Tell `canaries` what was reached and triggered; begin with the faults of these numbers."""
        self.canaries = canaries
        self._at: dict[tuple[Stage, int], list[_Numbered]] = {}
        self.switch(on)

    def switch(self, on: Collection[int]) -> None:
        """Have the faults of these numbers, and no other."""
        self._at = defaultdict(list)
        for number, fault in enumerate(FAULTS):
            for code in (fault.types or _OF_ALL) if number in on else ():
                self._at[fault.stage, code].append((number, fault))

    def faults(self, stage: Stage, code: int) -> list[_Numbered]:
        """Return the faults that a message of a type may show at a stage."""
        return self._at.get((stage, code), [])

    def decode(self, octets: bytes, session: Session | None = None) -> Message:
        """Return what a frame says. Raises Reject, and what a fault raises."""
        code = octets[TYPE] if len(octets) > TYPE else -1
        read = self._changed(Stage.READ, code, octets)
        try:
            message, _ = reference.decode(read, session)
        except Reject as reject:
            taken = self._taken(code, read, reject.error)
            if taken is None:
                raise
            message = taken
        if read is not octets:
            message = replace(message, length=len(octets))
        shown: Message = self._changed(Stage.SHOWN, code, message)
        return shown

    def encode(self, message: Message) -> bytes:
        """Return the frame that is asked for. Raises Reject, and what a fault raises."""
        code = message.type if isinstance(message.type, int) else -1
        frame = reference.encode(self._changed(Stage.ASKED, code, message), None)
        written: bytes = self._changed(Stage.WRITTEN, code, frame)
        return written

    def stream(self, octets: bytes) -> Pieces:
        """Return what a whole connection brings. Raises what a fault raises."""
        return _Following(self).receive(octets, more=False)

    def asked(self, number: int, change: Any, right: Any, *context: Any) -> Any:  # noqa: ANN401 - each stage's own
        """Return what the change of one fault makes of what is right, and let its canary know."""
        self.canaries.reach(number)
        try:
            said = change(right, *context)
        except Exception:
            self.canaries.trigger(number)
            raise
        if said is not right and said != right:
            self.canaries.trigger(number)
            return said
        return right

    def _changed(self, stage: Stage, code: int, right: Any) -> Any:  # noqa: ANN401 - each stage's own
        for number, fault in self.faults(stage, code):
            right = self.asked(number, fault.change, right)
        return right

    def _taken(self, code: int, octets: bytes, error: str) -> Message | None:
        """Return a message that is taken though it is to be refused."""
        for number, fault in self.faults(Stage.TAKEN, code):
            taken: Message | None = self.asked(number, lambda _, held=fault: held.change(octets, error), None)
            if taken is not None:
                return taken
        return None


class _Following(Connection):
    """One connection, with a state of its own for each fault that needs one."""

    def __init__(self, codec: Codec) -> None:
        super().__init__(PROFILE)
        self._codec = codec
        faults = codec.faults(Stage.FOLLOWED, 0)
        self._followers = [(number, fault.change()) for number, fault in faults]
        self._readers = [(number, fault.change()) for number, fault in codec.faults(Stage.AGREED, 0)]

    def _items(self, octets: bytes, *, more: bool) -> Iterator[Item]:
        for item in super()._items(octets, more=more):
            followed: Item | None = item
            for number, follower in self._followers:
                if followed is not None:
                    followed = self._codec.asked(number, follower.item, followed)
            if followed is not None:
                yield followed

    def _item(self, frame: Frame) -> Item:
        item = super()._item(frame)
        if item.status == "skipped" or not self._has_faults(frame.octets[TYPE]):
            return item
        try:
            message = self._codec.decode(frame.octets, self._agreed)
        except Reject as reject:
            return Item(frame.offset, "reject", UNSET, reject.error)
        return Item(frame.offset, "ok", message)

    def _has_faults(self, code: int) -> bool:
        return any(self._codec.faults(stage, code) for stage in (Stage.READ, Stage.SHOWN, Stage.TAKEN))

    def _reading(self, message: wire.Message) -> Session | None:
        held = super()._reading(message)
        for number, reader in self._readers:
            held = self._codec.asked(number, lambda right, one=reader: one.reading(message, right, self._session), held)
        self._agreed = held
        return held
