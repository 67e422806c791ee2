"""TARGET as it is typed on the command line: a manifest's name, or a kind and what is started.

Why apart from starting it: a word that is no target is the caller's mistake, and is told before anything runs.
"""

import shlex
from enum import StrEnum

from bmpconform.wire.value import Value


class Kind(StrEnum):
    """How a target is talked to."""

    NAME = "name"
    JSONL = "jsonl"
    EXEC = "exec"
    PY = "py"
    STATION = "station"
    ROUTER = "router"


class TargetSpec(Value, frozen=True):
    """A target as typed: `value` is what stands behind the kind, or the whole text of a name."""

    text: str
    kind: Kind
    value: str

    @property
    def has_name(self) -> bool:
        """Whether it is typed as a name, with which come the failures that are expected of it."""
        is_device = self.kind in {Kind.STATION, Kind.ROUTER}
        return self.kind is Kind.NAME or (is_device and ":" not in self.value)


def parse_target(text: str) -> TargetSpec:
    """Read TARGET. Raises ValueError where it is none."""
    kind, colon, value = text.partition(":")
    if not colon:
        kind, value = Kind.NAME, text
    elif kind == Kind.NAME or kind not in list(Kind):
        raise ValueError(f"{text!r} is no target: it begins with none of jsonl: exec: py: station: router:")
    spec = TargetSpec(text, Kind(kind), value)
    if not command_of(spec):
        raise ValueError(f"{text!r} is no target: nothing stands behind {kind}:")
    return spec


def command_of(spec: TargetSpec) -> tuple[str, ...]:
    """Return the words of a target's command, split as a shell would. Raises ValueError where a quote is left open."""
    if spec.kind not in {Kind.JSONL, Kind.EXEC}:
        return (spec.value,) if spec.value else ()
    try:
        return tuple(shlex.split(spec.value))
    except ValueError as error:
        reason = str(error).lower()
        raise ValueError(f"{spec.text!r} cannot be split into words as a shell would: {reason}") from error
