"""Judges the inputs of fuzzers that have no oracle of their own, as a campaign judges its own.

Why the same oracle for all: fuzzers are compared by the inputs that they make. What a campaign does beside that, to
confirm a finding and to make it small, is asked of no other.
"""

from collections.abc import Iterator

from bmpbench.codec import PROFILE
from bmpbench.hunt import Hunt
from bmpbench.target import contender_of
from bmpconform.corpus.vector import Op
from bmpconform.fuzz.finding import found_in
from bmpconform.fuzz.oracle import Expectation, Oracle
from bmpconform.rules.selection import Policy
from bmpconform.run.plan import Task
from bmpconform.run.target import TargetRun

TICK = 64


class Sieve:
    """Puts inputs to the target of a hunt, and tells the hunt of each finding once for each build."""

    def __init__(self, hunt: Hunt) -> None:
        """Judge for `hunt`."""
        self._hunt = hunt
        self._oracle = Oracle(PROFILE)
        self._run = TargetRun(contender_of(hunt.build).open, PROFILE, Policy())
        self._seen: set[str] = set()
        self._inputs = 0

    def take(self, octets: bytes) -> bool:
        """Judge one input. Returns whether there is time for another."""
        for expectation in self._expectations(octets):
            (outcome,) = self._run.each([Task(expectation.vector, expectation.op)])
            found = found_in(self._hunt.build.name, expectation, outcome, octets)
            if found is not None and found.fault.key not in self._seen:
                self._seen.add(found.fault.key)
                self._hunt.found(octets, found.fault.op)
        self._inputs += 1
        if self._inputs % TICK == 0:
            self._hunt.tick(self._inputs)
            return not self._hunt.is_over
        return True

    def _expectations(self, octets: bytes) -> Iterator[Expectation]:
        read = self._oracle.expect(octets)
        yield read
        written = self._oracle.expect_written(read) if read.op is Op.DECODE else None
        if written is not None:
            yield written
