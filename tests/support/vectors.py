"""Vectors and targets that tests make up: built from raw octets, answered by plain functions."""

from collections.abc import Callable, Iterable, Iterator

from bmpconform import neutral
from bmpconform.corpus.vector import (
    Observation,
    Op,
    Origin,
    Outcome,
    OutcomeLevel,
    Provenance,
    Vector,
)
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.protocol import Capabilities, Greeted
from bmpconform.targets.replies import Case, Reply
from bmpconform.wire.value import UNSET, UnsetType

PROFILE = PROFILES[DEFAULT_PROFILE]
ABLE = Capabilities(
    ops=("decode", "encode", "stream"), depth={str(number): 3 for number in range(7)}, bgp="parsed", station=True
)
ACCEPTED = Outcome(Observation.ACCEPTED, "accepted", OutcomeLevel.PASS)
REJECTED = Outcome(Observation.REJECTED, "rejected", OutcomeLevel.PASS)
LENIENT = Outcome(Observation.ACCEPTED, "lenient", OutcomeLevel.WARN)


def shown(frame: bytes) -> neutral.Message:
    """Return the neutral form of a well-formed frame."""
    message = neutral.show_octets(frame, PROFILE, None)
    assert message is not None
    return message


def vector(
    octets: bytes,
    *ops: Op,
    name: str = "test/one",
    message: neutral.Message | UnsetType = UNSET,
    outcomes: tuple[Outcome, ...] = (ACCEPTED,),
) -> Vector:
    """Return a vector of these octets."""
    return Vector(
        id=name,
        title="A vector of a test.",
        ops=ops or (Op.DECODE,),
        profile="rfc7854",
        clauses=("RFC7854-4.4-1",),
        flags=(),
        provenance=Provenance(Origin.HAND),
        fields=(("octets", octets.hex()),) if octets else (),
        outcomes=outcomes,
        message=message,
    )


class FakeTarget:
    """A target whose replies a function gives; `starts` counts how often one was opened."""

    starts = 0

    def __init__(self, reply: Callable[[Case], Reply], able: Capabilities = ABLE) -> None:
        type(self).starts += 1
        self._reply = reply
        self._able = able
        self.closed = False

    def hello(self) -> Greeted:
        """Say who this is."""
        return Greeted(id=0, protocol=1, name="fake", version="1", capabilities=self._able)

    def ask(self, cases: Iterable[Case]) -> Iterator[tuple[Case, Reply]]:
        """Reply to each case."""
        for case in cases:
            yield case, self._reply(case)

    def close(self) -> None:
        """Note that the target was closed."""
        self.closed = True
