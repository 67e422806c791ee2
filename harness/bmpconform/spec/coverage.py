"""The clauses that no rule over octets names, each with its reason.

Why: a clause without a rule is either a gap or a decision, and a gap must not be able to pass for a decision. A reason
speaks of what was sent; a clause that binds decoders as well has vectors all the same.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from bmpconform.spec.data import read_data
from bmpconform.wire.value import Value, from_json


class Kind(Enum):
    """Why a clause has no rule of its own.

    PERMISSION: every choice is valid. SHOWN_BY: a breach shows under the clauses in `by`. OUTSIDE: nothing in the
    octets tells (documentation, policy, the inside of a router). PROFILE: about profiles or the rule set as a whole.
    LEGACY: replaced, and not to be recognised on the wire.
    """

    PERMISSION = "permission"
    SHOWN_BY = "shown-by"
    OUTSIDE = "outside"
    PROFILE = "profile"
    LEGACY = "legacy"


class Reason(Value, frozen=True, forbid_unknown_fields=True):
    """Why the clause `id` has no rule, in one sentence; `by` is empty but for SHOWN_BY."""

    id: str
    kind: Kind
    why: str
    by: tuple[str, ...] = ()


def load_reasons() -> tuple[Reason, ...]:
    """Return the reasons of the packaged file, in the catalogue's order."""
    return from_json(read_data("coverage.json"), tuple[Reason, ...])


REASONS: Mapping[str, Reason] = MappingProxyType({reason.id: reason for reason in load_reasons()})


def why(clause_id: str) -> Reason | None:
    """Return why no rule names the clause; None where one can."""
    return REASONS.get(clause_id)


class CheckedBy(Enum):
    """What checks a clause: rules over octets by the shape that they judge, vectors alone, or why there is nothing."""

    MESSAGE_RULE = "message rule"
    STREAM_RULE = "stream rule"
    FRAMER = "framer"
    VECTORS = "vectors for decoders"
    LIVE = "live only"
    UNTESTABLE = "not testable from outside"
    NOTHING = "nothing"


class Coverage(Value, frozen=True):
    """One clause and what checks it; `codes` are those of its rules, `reason` the one for having none."""

    clause: str
    checked_by: CheckedBy
    codes: tuple[str, ...] = ()
    reason: Reason | None = None
