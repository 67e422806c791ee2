"""What `run` says, as typed events: the lines of results.jsonl, and what a report needs besides.

Why the free text of a target is not in a verdict: two runs must give the same octets, so it goes to evidence files.
"""

import shlex
from collections.abc import Mapping

from bmpconform.corpus.vector import Vector
from bmpconform.judge.expected import Entry
from bmpconform.wire.value import Value

SCHEMA = 1
# The code of an entry of expected.toml whose vector or op does not exist.
NO_SUCH_VECTOR = "no-such-vector"


def command_line(*words: str) -> str:
    """Return a command of ours as it is typed into a shell."""
    return shlex.join(["bmpconform", *words])


class RunHeader(Value, frozen=True, tag_field="event", tag="header"):
    """The first line: what judges. `corpus` is the SHA-256 of all vectors."""

    schema: int
    version: str
    profile: str
    corpus: str


class VerdictLine(Value, frozen=True, tag_field="event", tag="verdict"):
    """One verdict, keys in the order of the contract.

    `observation` is None where nothing was asked; `level` and `code` are None where nothing is wrong; `path` is the
    field at fault, "" for the whole; `error` is the target's own stable name for its rejection.
    """

    target: str
    vector: str
    op: str
    clauses: tuple[str, ...]
    observation: str | None
    verdict: str
    level: str | None
    code: str | None
    path: str
    expected: str
    error: str | None
    replay: str


class Evidence(Value, frozen=True):
    """What shows a verdict: the expected and the seen value or free text, and the end of the target's stderr.

    `hidden` counts the values that the target did not show; `account` tells what happened in a live session.
    """

    expected: str = ""
    seen: str = ""
    stderr: str = ""
    hidden: int = 0
    account: str = ""


class Judged(Value, frozen=True):
    """One verdict, with the vector, None where that does not exist, and what shows it.

    `entry` is the entry of expected.toml that a failure fits.
    """

    line: VerdictLine
    vector: Vector | None
    evidence: Evidence
    entry: Entry | None = None


class Shown(Value, frozen=True, tag_field="event", tag="shown"):
    """What a verdict has beside its line in results.jsonl, kept so that a report can be written again."""

    target: str
    vector: str
    op: str
    expected: str
    seen: str
    hidden: int
    entry: Entry | None
    account: str


class TargetStart(Value, frozen=True, tag_field="event", tag="target"):
    """A target answered hello: its own name and version, how many cases it gets, and its depth by message type."""

    target: str
    name: str
    version: str
    language: str
    cases: int
    depth: Mapping[str, int]
    bgp: str


class TargetUnusable(Value, frozen=True, tag_field="event", tag="unusable"):
    """A target that cannot be used, or not to the end: one sentence that says why and what to do."""

    target: str
    text: str


class TargetSkipped(Value, frozen=True, tag_field="event", tag="skipped"):
    """A target that this machine has no means for: what is missing."""

    target: str
    text: str


class RunSummary(Value, frozen=True, tag_field="event", tag="summary"):
    """The last line: how many verdicts of each kind, in all and by target."""

    by_verdict: Mapping[str, int]
    by_expectation: Mapping[str, int]
    by_target: Mapping[str, Mapping[str, int]]


class Replied(Value, frozen=True):
    """What was asked and what came back, each a line of JSON."""

    requests: tuple[bytes, ...]
    answers: tuple[bytes, ...]


RunEvent = RunHeader | TargetStart | TargetUnusable | TargetSkipped | Judged | Replied | RunSummary
