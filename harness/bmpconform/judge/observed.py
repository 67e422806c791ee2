"""What an answer amounts to: an observation, with the place and the values that show it."""

from bmpconform.corpus.vector import Observation, OutcomeLevel
from bmpconform.wire.value import Value

KEY_MISSING = "key-missing"
KEY_MALFORMED = "key-malformed"
OCTETS_LEFT = "octets-left"
OVER_READ = "over-read"


class Observed(Value, frozen=True):
    """One observation.

    `code` is a stable word for what is wrong, `path` the field; `expected` and `seen` are for people; `error` is the
    target's own name for its rejection; `hidden` counts the keys that the target did not show. `allowances` are the
    labels and levels of what was accepted although it is not the first choice; `clause` is what an encoder breaks.
    """

    observation: Observation
    code: str | None = None
    path: str = ""
    expected: str = ""
    seen: str = ""
    error: str | None = None
    hidden: int = 0
    allowances: tuple[tuple[str, OutcomeLevel], ...] = ()
    clause: str | None = None


# Most answers are this one.
UNDERSTOOD = Observed(Observation.ACCEPTED)


def wrong(code: str, path: str, expected: str, seen: str) -> Observed:
    """Return that a value is not what the octets say."""
    return Observed(Observation.WRONG_VALUE, code, path, expected, seen)


def broken(code: str, path: str, seen: str = "") -> Observed:
    """Return that an answer is not in the protocol's form."""
    return Observed(Observation.PROTOCOL_BROKEN, code, path, "", seen)
