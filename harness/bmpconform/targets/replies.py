"""What a target is asked, and what came of it.

Why no exceptions: that a target crashes or hangs is a result like any other, and belongs to one case.
"""

from typing import TypeAlias

from bmpconform.targets.protocol import Answer, Asked
from bmpconform.wire.value import Value


class Case(Value, frozen=True):
    """Requests that belong together and are repeated together; `key` is the caller's.

    A stream is a `Reset` and all its pieces; every other case is one request. There is at least one.
    """

    key: object
    requests: tuple[Asked, ...]


class Answered(Value, frozen=True):
    """An answer to each request, in order, all in the protocol's form and none a panic."""

    answers: tuple[Answer, ...]


class Crashed(Value, frozen=True):
    """The target died of this case, or said that it panicked.

    `error` is stable: `exit-N`, a signal's name, `memory-limit`, `process-limit`, or the panic's own; `reason` and
    `stderr` (the end of it) are for people.
    """

    error: str
    reason: str
    stderr: str = ""


class TimedOut(Value, frozen=True):
    """No answer in time; `times` says how often in a row the case has done so, `reason` is for people."""

    times: int
    stderr: str = ""
    reason: str = ""


class Broken(Value, frozen=True):
    """Something that the protocol does not allow came instead of an answer, or beside it."""

    reason: str
    stderr: str = ""


class GaveUp(Value, frozen=True):
    """Not asked: the target has timed out too often, or no longer starts."""

    reason: str


class NotSent(Value, frozen=True):
    """Not asked: a frame that is longer than the protocol carries."""

    reason: str


Reply: TypeAlias = Answered | Crashed | TimedOut | Broken | GaveUp | NotSent
Told: TypeAlias = tuple[Case, Reply]
