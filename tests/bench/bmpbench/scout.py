"""Which planted faults a finding is about, by the clean codec's difference.

Why each alone: what was found with many faults on may be the doing of one, of several, or of none. A fault is detected
if the finding's input is still a finding with that fault alone, and none with no fault at all.
"""

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TypeAlias

from bmpbench.codec import PROFILE, TYPE
from bmpbench.planted import FAULTS
from bmpbench.target import Build, Switch, contender_of, python_build
from bmpconform.corpus.vector import Op
from bmpconform.fuzz.again import Prober
from bmpconform.fuzz.mutate import frames_of

# From a file of canaries, a worker and faults, a target that has them, and what switches them.
Maker: TypeAlias = Callable[[Path, int, Collection[int]], tuple[Build, Switch]]

# What distinguishes a finding: op, clause or error, path, observation.
Shown: TypeAlias = tuple[str, str, str, str]


class Scout:
    """Asks a codec of its own, of which no fuzzer sees anything."""

    def __init__(self, canaries: Path, maker: Maker = python_build) -> None:
        """Count what it triggers in a file of its own."""
        build, self._switch = maker(canaries, 0, range(len(FAULTS)))
        self._prober = Prober(contender_of(build), PROFILE)

    def close(self) -> None:
        """End the target."""
        self._prober.__exit__()

    def is_found(self, octets: bytes, op: str, on: Iterable[int]) -> bool:
        """Whether octets under an op are a finding where these faults are on."""
        return self._found(octets, op, on) is not None

    def explain(self, octets: bytes, op: str, among: Iterable[int]) -> frozenset[int]:
        """Return those faults that a finding is about; none where the clean codec shows the same."""
        clean = self._found(octets, op, ())
        types = {frame[TYPE] for frame in frames_of(octets) if len(frame) > TYPE}
        return frozenset(
            number
            for number in among
            if _may_show(number, op, types) and self._found(octets, op, (number,)) not in {None, clean}
        )

    def _found(self, octets: bytes, op: str, on: Iterable[int]) -> Shown | None:
        """Return what is found where these faults are on, whatever the build is called."""
        self._switch(frozenset(on))
        found = self._prober.ask(octets, Op(op))
        if found is None:
            return None
        fault = found.fault
        return fault.op, fault.clause_or_error, fault.path, fault.observation


def _may_show(number: int, op: str, types: Collection[int]) -> bool:
    """Whether a fault can show under an op, in messages of these types; in a stream all is decoded alike."""
    fault = FAULTS[number]
    is_done = fault.op == op or (fault.op, op) == (Op.DECODE.value, Op.STREAM.value)
    return is_done and (not fault.types or not fault.types.isdisjoint(types))
