"""Vectors about the adapter: octets that are no message, which no honest decoder takes.

Why: an adapter that answers ok to everything passes every positive vector and half of the others.
"""

from bmpconform.corpus.vector import Observation, Op, Origin, Outcome, OutcomeLevel, Provenance, Vector
from bmpconform.spec.profiles import PROFILES

_OLDEST = next(iter(PROFILES))
_OUTCOMES = (
    Outcome(Observation.REJECTED, "rejected", OutcomeLevel.PASS),
    Outcome(Observation.UNSUPPORTED, "unsupported", OutcomeLevel.PASS),
)


def _vector(name: str, title: str, clause: str, octets: str) -> Vector:
    return Vector(
        id=f"honesty/{name}",
        title=title,
        ops=(Op.DECODE,),
        profile=_OLDEST,
        clauses=(clause,),
        flags=(),
        provenance=Provenance(Origin.HAND),
        fields=(("frame", octets),) if octets else (),
        outcomes=_OUTCOMES,
    )


# By the word with which a target declares that it is lenient there.
HONESTY = {
    "empty": _vector("empty", "No octets are no message.", "RFC7854-4.1-6", ""),
    "short-header": _vector("short-header", "Five octets are no common header.", "RFC7854-4.1-6", "0300000006"),
    "other-version": _vector("other-version", "Version 238 is not version 3.", "RFC7854-4.1-2", "ee0000000604"),
}
