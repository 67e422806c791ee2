"""One vector, or octets of any origin, asked again alone, with what the target answered in full."""

from collections.abc import Iterator

from bmpconform.corpus.vector import Observation, Op, Origin, Outcome, OutcomeLevel, Provenance, Vector
from bmpconform.judge.expected import Ledger
from bmpconform.run.events import Replied, RunEvent, TargetSkipped, TargetUnusable
from bmpconform.run.plan import requests_of
from bmpconform.run.runner import Contender, RunOptions, judged
from bmpconform.run.target import TargetRun
from bmpconform.spec.profiles import PROFILES
from bmpconform.targets.errors import MissingError, TargetError
from bmpconform.targets.replies import Answered
from bmpconform.wire.framer import is_one_message
from bmpconform.wire.messages import HEADER_OCTETS
from bmpconform.wire.value import to_json


def vector_of(octets: bytes) -> Vector:
    """Return octets of any origin as a vector that expects nothing of them: one frame, or else a stream."""
    is_frame = len(octets) < HEADER_OCTETS or is_one_message(octets)
    allowed = (Observation.ACCEPTED, Observation.REJECTED, Observation.UNSUPPORTED)
    return Vector(
        id="octets/given",
        title="Octets of which nothing is expected.",
        ops=(Op.DECODE if is_frame else Op.STREAM,),
        profile=next(iter(PROFILES)),
        clauses=(),
        flags=(),
        provenance=Provenance(Origin.HAND),
        fields=(("octets", octets.hex()),),
        outcomes=tuple(Outcome(observation, observation.value, OutcomeLevel.PASS) for observation in allowed),
    )


def replay_vector(contender: Contender, vector: Vector, options: RunOptions) -> Iterator[RunEvent]:
    """Ask a target one vector under each op that it declares. Yields each answer in full and its verdict."""
    ledger = Ledger(contender.expected.expect, options.profile.name)
    try:
        run = TargetRun(contender.open, options.profile, options.policy)
        try:
            for op in vector.ops:
                if op.value in run.greeted.capabilities.ops:
                    outcome, reply = run.replay(vector, op)
                    said = reply.answers if isinstance(reply, Answered) else (reply,)
                    yield Replied(tuple(map(to_json, requests_of(vector, op))), tuple(map(to_json, said)))
                    yield judged(contender.name, outcome, ledger)
        finally:
            run.close()
    except MissingError as error:
        yield TargetSkipped(contender.name, str(error))
    except TargetError as error:
        yield TargetUnusable(contender.name, str(error))
