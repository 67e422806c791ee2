"""The codec with the planted faults as a target of a campaign, in the fuzzer's own process.

Why no child: fuzzers are compared here, and not pipes. What would end a child is told as its end: an exception as a
crash, a loop without end as a time-out.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import TypeAlias, cast

from bmpbench.canaries import Canaries
from bmpbench.codec import Codec
from bmpbench.planted.fault import HangError
from bmpconform.judge.expected import Expected
from bmpconform.run.runner import Contender
from bmpconform.run.target import Target
from bmpconform.targets.module import Item, Reject
from bmpconform.targets.protocol import (
    Answer,
    Asked,
    Capabilities,
    Decode,
    Decoded,
    Done,
    Encode,
    Encoded,
    Greeted,
    Rejected,
    Reset,
    Stream,
    Streamed,
    Unsupported,
)
from bmpconform.targets.replies import Answered, Case, Crashed, Reply, TimedOut
from bmpconform.wire.codes import MessageType

# Told which faults are on.
Switch: TypeAlias = Callable[[Collection[int]], None]
ABLE = Capabilities(
    ops=("decode", "encode", "stream"), depth={str(int(code)): 3 for code in MessageType}, bgp="parsed", station=True
)


class BenchTarget:
    """Answers requests by a codec."""

    def __init__(self, codec: Codec) -> None:
        """Answer by `codec`."""
        self._codec = codec

    def hello(self) -> Greeted:
        """Say who this is."""
        return Greeted(id=0, protocol=1, name="bmpbench", version="1", capabilities=ABLE)

    def ask(self, cases: Iterable[Case]) -> Iterator[tuple[Case, Reply]]:
        """Reply to each case."""
        for case in cases:
            yield case, self._reply(case)

    def close(self) -> None:
        """Leave the codec as it is."""

    def _reply(self, case: Case) -> Reply:
        try:
            return Answered(tuple(self._answer(request) for request in case.requests))
        except HangError:
            return TimedOut(1)
        except Exception as error:  # noqa: BLE001 - whatever a fault raises is a crash
            return Crashed(type(error).__name__, str(error))

    def _answer(self, request: Asked) -> Answer:
        try:
            return self._said(request)
        except Reject as reject:
            return Rejected(1, reject.error)

    def _said(self, request: Asked) -> Answer:
        match request:
            case Decode(octets):
                frame = bytes.fromhex(octets)
                return Decoded(1, len(frame), self._codec.decode(frame))
            case Encode(message):
                return Encoded(1, self._codec.encode(message).hex())
            case Stream(octets):
                pieces = self._codec.stream(bytes.fromhex(octets))
                return Streamed(1, cast("tuple[Item, ...]", pieces.items), pieces.left, pieces.closed)
            case Reset():
                return Done(1)
            case _:
                return Unsupported(1)


class Build:
    """A target whose faults are mended as they are found: for a campaign a `Contender`, by its attributes.

    Why its name counts what is mended: two faults may show alike, and what was told of one build is not of the next.
    """

    expected = Expected()
    deterministic = True
    # It has no environment that words could be added to.
    open_in = None

    def __init__(self, canaries: Canaries, on: Collection[int], opener: Callable[[], Target], switch: Switch) -> None:
        """Begin with the faults of these numbers in what `opener` opens; `switch` is told which are left."""
        self._canaries = canaries
        self._on = frozenset(on)
        self._switch = switch
        self.open = opener
        self.name = "bmpbench@0"

    @property
    def on(self) -> frozenset[int]:
        """The faults that nobody has found yet."""
        return self._on - self._canaries.off

    def refresh(self) -> None:
        """Take over what any worker has found."""
        left = self.on
        name = f"bmpbench@{len(self._on) - len(left)}"
        if name != self.name:
            self.name = name
            self._switch(left)


def python_build(path: Path, worker: int, faults: Collection[int]) -> tuple[Build, Switch]:
    """Return the codec in this process with faults, counting in a file as one worker, and what switches them."""
    canaries = Canaries(path, worker)
    codec = Codec(canaries, faults)
    return Build(canaries, faults, lambda: BenchTarget(codec), codec.switch), codec.switch


def contender_of(build: Build) -> Contender:
    """Return a build as a campaign takes it."""
    return cast("Contender", build)
