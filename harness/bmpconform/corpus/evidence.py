"""The vectors that speak for each clause, and what a clause lacks.

Why joined from what the rules find: a vector that only claims to break a clause would hide that none does.

- A vector that names a clause is positive where its octets break no document and not this clause, negative where they
  break this clause. Where no rule judges the clause, any breach in the octets makes it negative: then it asks decoders.
- A clause with rules needs both; one that binds decoders needs a vector, whatever its octets; a permission that shows
  in octets needs a positive one. What is only seen live or from no octet needs none, and its reason is data.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import Enum

from bmpconform.corpus.found import findings
from bmpconform.corpus.vector import Vector
from bmpconform.rules.coverage import coverage
from bmpconform.rules.selection import Policy, Selection
from bmpconform.spec.catalogue import CLAUSES, Authority, Means
from bmpconform.spec.coverage import CheckedBy, Coverage, Kind
from bmpconform.spec.profiles import Profile
from bmpconform.wire.value import Value

_IN_OCTETS = frozenset({Means.ENCODED, Means.STREAM})
# Reasons that say that nothing on the wire can speak of the clause.
_NOT_ON_THE_WIRE = frozenset({Kind.OUTSIDE, Kind.PROFILE, Kind.LEGACY})


class Gap(Enum):
    """What a clause or a code point lacks, or has too much of."""

    CHECK = "rule-or-reason"
    VECTOR = "vector"
    POSITIVE = "positive-vector"
    NEGATIVE = "negative-vector"
    STALE = "reason-is-stale"


class Evidence(Value, frozen=True):
    """A clause with what checks it, the ids of its vectors, and its gaps."""

    coverage: Coverage
    positive: tuple[str, ...]
    negative: tuple[str, ...]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Return what the clause lacks, and whether its reason excuses what is there."""
        return tuple(_gaps(self))


def _gaps(evidence: Evidence) -> Iterator[Gap]:
    if evidence.coverage.checked_by is CheckedBy.LIVE:
        # It shows in sessions, and has no vectors to lack.
        return
    clause, reason = CLAUSES[evidence.coverage.clause], evidence.coverage.reason
    decoded, vectors = Means.DECODED in clause.how, evidence.positive + evidence.negative
    ruled = bool(evidence.coverage.codes)
    permitted = reason is not None and reason.kind is Kind.PERMISSION and not _IN_OCTETS.isdisjoint(clause.how)
    if evidence.coverage.checked_by is CheckedBy.NOTHING:
        yield Gap.CHECK
    if (ruled or permitted) and not evidence.positive:
        yield Gap.POSITIVE
    if ruled and not evidence.negative:
        yield Gap.NEGATIVE
    if decoded and not vectors:
        yield Gap.VECTOR
    if reason is not None and (ruled or (vectors and not decoded and reason.kind in _NOT_ON_THE_WIRE)):
        yield Gap.STALE


def evidence(profile: Profile, vectors: Iterable[Vector]) -> tuple[Evidence, ...]:
    """Return what checks each clause of the profile and which of the vectors speak for it, in the catalogue's order."""
    coverages = {item.clause: item for item in coverage(profile)}
    positive, negative = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    selection = Selection(profile, Policy())
    for vector in vectors:
        found = tuple(findings(vector, selection))
        broken = {named for finding in found for named in (finding.clause, *finding.also)}
        whole = all(finding.authority is Authority.HOUSE for finding in found)
        for clause in coverages.keys() & set(vector.clauses):
            if clause in broken or not (whole or coverages[clause].codes):
                negative[clause].append(vector.id)
            elif whole:
                positive[clause].append(vector.id)
    return tuple(Evidence(item, tuple(positive[clause]), tuple(negative[clause])) for clause, item in coverages.items())


def unknown_clauses(vectors: Iterable[Vector]) -> Iterator[tuple[str, str]]:
    """Yield the id of each vector that names a clause which no document has, with that clause."""
    for vector in vectors:
        yield from ((vector.id, clause) for clause in vector.clauses if clause not in CLAUSES)
