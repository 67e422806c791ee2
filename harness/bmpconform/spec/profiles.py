"""The profiles: which clauses and which documents' code points hold at one point in BMP's history.

Why frozen sets: a verdict must not change because a document came out. A new document is a new profile.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bmpconform.spec.catalogue import CLAUSES, RESTATEMENTS
from bmpconform.wire.value import Value


class Profile(Value, frozen=True):
    """The ids of the clauses in force, and the documents whose code points are assigned; older has lower `order`."""

    name: str
    title: str
    order: int
    clauses: frozenset[str]
    documents: frozenset[str]

    def restatements(self, clause_id: str) -> tuple[str, ...]:
        """Return the clauses of this profile that state the same as `clause_id`, in the catalogue's order."""
        return tuple(other for other in RESTATEMENTS.get(clause_id, ()) if other in self.clauses)


def _clauses_of(*documents: str) -> frozenset[str]:
    return frozenset(clause.id for clause in CLAUSES.values() if clause.document in documents)


# The pseudo-peer for local routes, which RFC 9069 replaces by peer type 3.
_PSEUDO_PEER = frozenset({"RFC7854-8.2-1", "RFC7854-8.2-2", "RFC7854-8.2-3"})

# What RFC 9736 says and its draft does not yet: types 3 and 4 are still in the registry that Initiation and Peer Up
# share (so the draft's documents below lack RFC9736), no number is reserved for the other message's sake, and the
# Initiation registry is not renamed, so that nothing says its types are used by Initiation only (3.1-1).
_NOT_IN_DRAFT = frozenset(
    {
        "RFC9736-3.1-1",
        "RFC9736-3.3-3",
        "RFC9736-3.3-4",
        "RFC9736-3.3-5",
        "RFC9736-3.3-6",
        "RFC9736-4-1",
        "RFC9736-4-2",
        "RFC9736-4-4",
    }
)

_RFC7854 = _clauses_of("HOUSE", "RFC7854")
_DRAFT_PEER_UP = (
    (_RFC7854 - _PSEUDO_PEER) | _clauses_of("RFC8671", "RFC9069") | (_clauses_of("RFC9736") - _NOT_IN_DRAFT)
)
_RFC9736 = _DRAFT_PEER_UP | _clauses_of("RFC9515", "RFC9736")
_BMP_2026 = _RFC9736 | _clauses_of("RFC9972")

_DRAFT_DOCUMENTS = frozenset({"RFC7854", "RFC8671", "RFC9069"})
_RFC9736_DOCUMENTS = _DRAFT_DOCUMENTS | {"RFC9515", "RFC9736"}

# Oldest first.
PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            Profile("rfc7854", "RFC 7854 alone", 0, _RFC7854, frozenset({"RFC7854"})),
            Profile("draft-peer-up", "before RFC 9736 was published", 1, _DRAFT_PEER_UP, _DRAFT_DOCUMENTS),
            Profile("rfc9736", "RFC 9736 and what it updates", 2, _RFC9736, _RFC9736_DOCUMENTS),
            Profile("bmp-2026", "every document up to RFC 9972", 3, _BMP_2026, _RFC9736_DOCUMENTS | {"RFC9972"}),
        )
    }
)

DEFAULT_PROFILE = "bmp-2026"
