"""The vectors in which each code point occurs, for those that must occur in one.

Why the boundaries: a range that a target cuts one number short shows at its first or last number, and nowhere else.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from bmpconform.corpus.evidence import Gap
from bmpconform.corpus.found import chunks_of, document_findings
from bmpconform.corpus.vector import Vector
from bmpconform.rules.selection import Policy, Selection
from bmpconform.spec.profiles import Profile
from bmpconform.wire.codes import REGISTRIES, Registry, Status
from bmpconform.wire.framer import TYPE_OFFSET, Frame
from bmpconform.wire.interpret import decode_with_spans
from bmpconform.wire.layout import Fixed, Uint
from bmpconform.wire.messages import CODE_TLVS
from bmpconform.wire.value import Value


class CodePoint(Value, frozen=True):
    """One code point and the ids of the vectors in which it occurs, `positive` those that break no document."""

    registry: str
    code: int
    status: Status
    positive: tuple[str, ...]
    negative: tuple[str, ...]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Return what it lacks: a positive vector where it is assigned, else any."""
        if self.status is Status.ASSIGNED:
            return () if self.positive else (Gap.POSITIVE,)
        return () if self.positive or self.negative else (Gap.VECTOR,)


def code_points(profile: Profile, vectors: Iterable[Vector]) -> tuple[CodePoint, ...]:
    """Return what is assigned or reserved, and the first and the last of each range of the rest, by registry."""
    positive, negative = defaultdict[tuple[str, int], list[str]](list), defaultdict[tuple[str, int], list[str]](list)
    selection = Selection(profile, Policy())
    for vector in vectors:
        ids = negative if document_findings(vector, selection) else positive
        for place in set(_places(vector)):
            ids[place].append(vector.id)
    return tuple(
        CodePoint(registry.name, code, status, tuple(positive[place]), tuple(negative[place]))
        for registry in REGISTRIES
        for code, status in registry.landmarks(profile.documents)
        for place in [(registry.name, code)]
    )


def _places(vector: Vector) -> Iterator[tuple[str, int]]:
    """Yield the registry and the number of each code point in the octets of a vector."""
    for chunk in chunks_of(vector.octets):
        if isinstance(chunk, Frame):
            yield from ((registry.name, code) for registry, code in _codes(chunk.octets))


def _codes(frame: bytes) -> Iterator[tuple[Registry, int]]:
    message, spans = decode_with_spans(frame)
    for span in spans:
        if isinstance(span.field, Uint | Fixed) and span.field.registry is not None:
            yield span.field.registry, int.from_bytes(frame[span.offset :][: span.length])
    for tlv in getattr(message, "tlvs", ()):
        held = CODE_TLVS.get((frame[TYPE_OFFSET], tlv.type))
        if held is not None and len(tlv.value) == held.octets:
            yield held, int.from_bytes(tlv.value)
