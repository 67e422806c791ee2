"""Which planted faults a finding is about, by the clean codec's difference.

Why each alone: what was found with many faults on may be the doing of one, of several, or of none. A fault is detected
if the finding's input is still a finding with that fault alone, and none with no fault at all.
"""

from collections.abc import Collection, Iterable
from pathlib import Path

from bmpbench.canaries import Canaries
from bmpbench.codec import PROFILE, TYPE, Codec
from bmpbench.planted import FAULTS
from bmpbench.target import BenchTarget
from bmpconform.corpus.vector import Op
from bmpconform.fuzz.again import Prober
from bmpconform.fuzz.mutate import frames_of
from bmpconform.run.runner import Contender


class Scout:
    """Asks a codec of its own, of which no fuzzer sees anything."""

    def __init__(self, canaries: Path) -> None:
        """Count what it triggers in a file of its own."""
        self._codec = Codec(Canaries(canaries))
        self._canaries = self._codec.canaries
        self._prober = Prober(Contender("scout", lambda: BenchTarget(self._codec)), PROFILE)

    def is_found(self, octets: bytes, op: str, on: Iterable[int]) -> bool:
        """Whether octets under an op are a finding where these faults are on."""
        self._codec.switch(frozenset(on))
        return self._prober.ask(octets, Op(op)) is not None

    def explain(self, octets: bytes, op: str, among: Iterable[int]) -> frozenset[int]:
        """Return those faults that a finding is about; none where the clean codec shows the same."""
        if self.is_found(octets, op, ()):
            return frozenset()
        types = {frame[TYPE] for frame in frames_of(octets) if len(frame) > TYPE}
        may_show = [number for number in among if _may_show(number, op, types)]
        return frozenset(number for number in may_show if self.is_found(octets, op, (number,)))


def _may_show(number: int, op: str, types: Collection[int]) -> bool:
    """Whether a fault can show under an op, in messages of these types; in a stream all is decoded alike."""
    fault = FAULTS[number]
    is_done = fault.op == op or (fault.op, op) == (Op.DECODE.value, Op.STREAM.value)
    return is_done and (not fault.types or not fault.types.isdisjoint(types))
