"""Campaigns of tests: targets in this process, among them our own codec, and a campaign run to its end."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from multiprocessing import current_process
from pathlib import Path

from bmpconform.adapters.reference import target as reference
from bmpconform.adapters.reference.connection import Connection
from bmpconform.fuzz import feedback as guide
from bmpconform.fuzz.campaign import CampaignOptions, fuzz
from bmpconform.fuzz.events import CampaignEvent, NewFinding
from bmpconform.fuzz.finding import Found
from bmpconform.fuzz.options import Guide
from bmpconform.fuzz.seeds import seeds
from bmpconform.fuzz.store import Store
from bmpconform.judge.expected import Expected
from bmpconform.neutral import Message, request
from bmpconform.run.runner import Contender
from bmpconform.targets.module import Item, Reject
from bmpconform.targets.protocol import (
    Decode,
    Decoded,
    Done,
    Encode,
    Encoded,
    Rejected,
    Reset,
    Stream,
    Streamed,
    Unsupported,
)
from bmpconform.targets.replies import Answered, Case, Reply
from bmpconform.wire.value import replace
from vectors import ABLE, PROFILE, FakeTarget, shown

SEEDS = seeds()
NOTHING = Expected()
Replies = Callable[[Case], Reply]


def right(case: Case) -> Reply:
    """Reply as our own codec does, without a child."""
    match case.requests:
        case (Decode(octets),):
            try:
                message, consumed = reference.decode(bytes.fromhex(octets), None)
            except Reject as error:
                return Answered((Rejected(1, error.error),))
            return Answered((Decoded(1, consumed, message),))
        case (Reset(), Stream(octets)):
            # Not that of the target's module, which is one for all threads.
            pieces = Connection(PROFILE).receive(bytes.fromhex(octets), more=False)
            items = tuple(item for item in pieces.items if isinstance(item, Item))
            return Answered((Done(1), Streamed(2, items, pieces.left, pieces.closed)))
        case (Encode(message),):
            try:
                return Answered((Encoded(1, reference.encode(message, None).hex()),))
            except Reject as error:
                return Answered((Rejected(1, error.error),))
        case _:
            return Answered((Unsupported(1),))


def octets_of(case: Case) -> bytes:
    """Return the octets of a case."""
    request = case.requests[-1]
    return bytes.fromhex(request.hex) if isinstance(request, Decode | Stream) else b""


def contender(reply: Replies = right, name: str = "fake", expected: Expected = NOTHING) -> Contender:
    """Return a target whose replies a function gives."""
    return Contender(name, lambda: FakeTarget(reply, ABLE), expected)


class DefectiveStore(Store):
    """A store with a defect that shows in the worker of number 1, once it begins."""

    def inputs(self, known: Collection[str] = ()) -> Iterator[bytes]:
        """Return what was kept, or fail."""
        if _is_worker_1():
            raise RuntimeError("the store is broken")
        return super().inputs(known)


class DeadlyStore(Store):
    """A store under which a worker of number 1 is gone at once, and nothing more is heard of it."""

    def inputs(self, known: Collection[str] = ()) -> Iterator[bytes]:
        """Return what was kept, or end."""
        if _is_worker_1():
            os._exit(3)
        return super().inputs(known)


class FloodedStore(Store):
    """A store under which a worker takes each hundred inputs for a flood, in its own process."""

    def inputs(self, known: Collection[str] = ()) -> Iterator[bytes]:
        """Return what was kept."""
        guide.WINDOW = 100 - guide.WARM_UP
        return super().inputs(known)


def _is_worker_1() -> bool:
    return current_process().name.endswith("-1")


def campaign(
    folder: Path,
    *contenders: Contender,
    runs: int,
    seed: int = 1,
    of: Sequence[bytes] = SEEDS,
    feedback: Guide = "full",
) -> list[CampaignEvent]:
    """Run a campaign over so many inputs, and return all that it says."""
    options = CampaignOptions(runs=runs, seed=seed, feedback=feedback)
    return list(fuzz(contenders, of, Store(folder), options, lambda _: True))


def findings(events: Sequence[CampaignEvent], level: str = "fail") -> list[Found]:
    """Return the findings of one level."""
    return [event.found for event in events if isinstance(event, NewFinding) and event.found.level == level]


def too_long(frame: bytes) -> Message:
    """Return what a frame says, with a text in it that cannot be framed."""
    message = request(shown(frame))
    *others, last = message.tlvs or ()
    return replace(message, tlvs=(*others, replace(last, value="78" * 65_536)))
