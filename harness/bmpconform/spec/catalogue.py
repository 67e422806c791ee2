"""The clauses: what the documents demand of a BMP speaker, as data with a type.

Why data: rules, vectors, coverage and reports name a clause by its id, and here is the one place that says what the
id stands for. `clauses.json` is read once, at import; whatever does not fit the types is refused there.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from functools import total_ordering
from types import MappingProxyType

from bmpconform.spec.data import read_data
from bmpconform.wire.value import Value, from_json


@total_ordering
class Level(Enum):
    """What a breach is worth; the sterner level is the greater: `Level.FAIL > Level.WARN`."""

    FAIL = "fail"
    WARN = "warn"
    INFO = "info"
    NONE = "none"

    def __lt__(self, other: object) -> bool:
        """Whether this level is milder than `other`."""
        if not isinstance(other, Level):
            return NotImplemented
        return _SEVERITY[self] < _SEVERITY[other]

    @staticmethod
    def sternest(levels: Iterable["Level"]) -> "Level":
        """Return the greatest of `levels`, NONE where there are none."""
        return max(levels, default=Level.NONE)


_SEVERITY = {Level.NONE: 0, Level.INFO: 1, Level.WARN: 2, Level.FAIL: 3}


class Authority(Enum):
    """Who demands: a document, or this project itself."""

    DOCUMENT = "document"
    HOUSE = "house"


class Keyword(Enum):
    """The word of the document. STRUCT is a format stated as plain fact, ADV lower-case advice, GAP silence."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"
    STRUCT = "STRUCT"
    ADV = "ADV"
    GAP = "gap"
    HOUSE = "HOUSE"


class Party(Enum):
    """Whom a clause binds."""

    ENCODER = "E"
    DECODER = "D"
    SESSION = "S"


class Means(Enum):
    """How a breach can be seen: in octets, in what a decoder answers, in a stream, live, or not from outside."""

    ENCODED = "ENC"
    DECODED = "DEC"
    STREAM = "stream"
    LIVE = "LIVE"
    DOCUMENTATION = "doc"
    METAMORPHIC = "metamorphic"
    SAME = "same"
    LEGACY = "legacy"
    NONE = "none"


class Clause(Value, frozen=True, forbid_unknown_fields=True):
    """One demand: `id` is the document, a dash and a place in it; `level` is what a breach is worth by default.

    `same_as` names the older clauses that it restates; `derived` marks what follows from a document but is not
    stated there.
    """

    id: str
    document: str
    section: str
    keyword: Keyword
    level: Level
    who: tuple[Party, ...]
    derived: bool
    same_as: tuple[str, ...]
    rule: str
    test: str
    how: tuple[Means, ...]
    authority: Authority = Authority.DOCUMENT


def load_clauses() -> tuple[Clause, ...]:
    """Return the clauses of the packaged file, in its order: by document, the oldest first."""
    return from_json(read_data("clauses.json"), tuple[Clause, ...])


def _restatements(clauses: Iterable[Clause]) -> Mapping[str, tuple[str, ...]]:
    """Return for each clause the others that state the same: those it names and those that name it.

    One step and no further: RFC9736-3.1-2 (Initiation) and RFC9736-3.3-2 (Peer Up) both restate RFC7854-4.4-4, yet
    not each other.
    """
    pairs = [(clause.id, older) for clause in clauses for older in clause.same_as]
    both: dict[str, tuple[str, ...]] = {}
    for one, other in [*pairs, *((older, newer) for newer, older in pairs)]:
        both[one] = (*both.get(one, ()), other)
    return MappingProxyType(both)


CLAUSES: Mapping[str, Clause] = MappingProxyType({clause.id: clause for clause in load_clauses()})

RESTATEMENTS: Mapping[str, tuple[str, ...]] = _restatements(CLAUSES.values())
