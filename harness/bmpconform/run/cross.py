"""What one target encodes, every other decodes.

Why beside the vectors: the same message can be written in more than one way (capabilities grouped otherwise, other
attribute flags), and each decoder has to read them all. Only what the rules and our codec accept of an encoder goes
on, so a decoder that fails here is at odds with the documents, not with the encoder.
"""

from collections.abc import Collection, Sequence
from itertools import permutations

from bmpconform.corpus.vector import Op, Vector
from bmpconform.judge.honesty import HONESTY
from bmpconform.neutral import show_octets
from bmpconform.run.target import Outcome, Progress, TargetRun
from bmpconform.spec.profiles import Profile
from bmpconform.wire.value import UNSET, replace


def pair_name(encoder: str, decoder: str) -> str:
    """Return what stands in the place of a target where one decodes what the other encoded."""
    return f"{encoder} -> {decoder}"


def pairs_of(names: Collection[str]) -> set[str]:
    """Return those of the targets in a run's results that are pairs of the others."""
    return {pair_name(*pair) for pair in permutations(names, 2)}.intersection(names)


def encoded_vectors(run: TargetRun, vectors: Sequence[Vector], profile: Profile, progress: Progress) -> list[Vector]:
    """Return the vectors as a target encodes them, those that it encodes right, each with what its octets say."""
    asked = [vector for vector in vectors if Op.ENCODE in vector.ops]
    written = run.encodings(asked, progress)
    return [_as_written(vector, written[vector.id], profile) for vector in asked if vector.id in written]


def _as_written(vector: Vector, octets: str, profile: Profile) -> Vector:
    session = None if vector.session is UNSET else vector.session
    message = show_octets(bytes.fromhex(octets), profile, session)
    return replace(
        vector,
        ops=(Op.DECODE,),
        fields=(("encoded", octets),),
        message=vector.message if message is None else message,
    )


def decoded_by(run: TargetRun, vectors: Sequence[Vector], progress: Progress, *, rerun: bool) -> list[Outcome]:
    """Return what another target makes of these vectors."""
    return [
        outcome
        for outcome in run.outcomes(vectors, progress, rerun=rerun)
        if outcome.task.vector.id not in _HONESTY_IDS
    ]


_HONESTY_IDS = frozenset(vector.id for vector in HONESTY.values())
