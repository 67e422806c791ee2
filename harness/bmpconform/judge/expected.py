"""What is expected to fail: entries of an expected.toml, each with its kind and its reason.

Why pinned by vector *and* code: a target that fails a vector in another way than it used to has changed, and someone
has to look. An entry that nothing matches is as wrong as a failure that no entry names.
"""

import tomllib
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase
from typing import Literal

from bmpconform.judge.words import Standing, Verdict
from bmpconform.wire.errors import BmpconformError
from bmpconform.wire.value import Value, from_data

Kind = Literal["bug", "by-design", "spec-unclear"]
Op = Literal["decode", "encode", "stream", "live", "check", "session"]


class ExpectedError(BmpconformError):
    """An expected.toml that cannot be read: one sentence on what is wrong where."""

    def __init__(self, text: str) -> None:
        """Keep the sentence."""
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        """Say what is wrong."""
        return self.text


class Entry(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One expected failure: `analysis` is a sentence, `link` its upstream report; no `profiles` means all."""

    vector: str
    op: Op
    code: str
    kind: Kind
    analysis: str
    link: str = ""
    profiles: tuple[str, ...] = ()

    def holds_in(self, profile: str) -> bool:
        """Whether the entry is about runs under `profile`."""
        return not self.profiles or profile in self.profiles


class FuzzEntry(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A known finding of a campaign; `clause_or_error` is the clause that is broken, or the target's name for it.

    It may be a pattern with `*` and `?`: a library that names an error by all that is around it has many for one cause.
    What has another cause among them has an entry of its own, which counts before the pattern.
    """

    op: Literal["decode", "encode", "stream", "diff"]
    clause_or_error: str
    path: str
    observation: str
    kind: Kind
    analysis: str
    link: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return what it is known by."""
        return self.op, self.clause_or_error, self.path, self.observation

    def names(self, op: str, clause_or_error: str, path: str, observation: str) -> bool:
        """Whether the entry is about such a finding."""
        ours = self.op, self.path, self.observation
        is_named = clause_or_error == self.clause_or_error or fnmatchcase(clause_or_error, self.clause_or_error)
        return is_named and (op, path, observation) == ours


class Expected(Value, frozen=True, forbid_unknown_fields=True):
    """A whole expected.toml: `[[expect]]` for vectors, `[[fuzz]]` for campaigns."""

    expect: tuple[Entry, ...] = ()
    fuzz: tuple[FuzzEntry, ...] = ()


def parse_expected(text: str) -> Expected:
    """Return the entries in `text`. Raises ExpectedError where it is no TOML, lacks a key or says a thing twice."""
    try:
        expected = from_data(tomllib.loads(text), Expected)
    except ValueError as error:
        raise ExpectedError(str(error)) from error
    seen: set[tuple[str, str, str, tuple[str, ...]]] = set()
    for entry in expected.expect:
        if not entry.analysis.strip():
            raise ExpectedError(f"{entry.vector} ({entry.op}, {entry.code}) has no analysis")
        key = entry.vector, entry.op, entry.code, entry.profiles
        if key in seen:
            raise ExpectedError(f"{entry.vector} ({entry.op}, {entry.code}) is there twice")
        seen.add(key)
    for known in expected.fuzz:
        about = f"{known.clause_or_error} ({known.op}, {known.observation}, {known.path or 'no path'})"
        if not known.analysis.strip():
            raise ExpectedError(f"{about} has no analysis")
        others = (other for other in expected.fuzz if other is not known and other.names(*known.key))
        if any(other.key == known.key or other.analysis == known.analysis for other in others):
            raise ExpectedError(f"{about} is there twice")
    return expected


class Ledger:
    """The entries of one target that hold in one run."""

    def __init__(self, entries: Iterable[Entry], profile: str) -> None:
        """Take the entries that are about `profile`."""
        self.profile = profile
        self._entries = [entry for entry in entries if entry.holds_in(profile)]
        self._codes: dict[tuple[str, str], set[str]] = {}
        for entry in self._entries:
            self._codes.setdefault((entry.vector, entry.op), set()).add(entry.code)

    def standing(self, vector: str, op: str, verdict: Verdict, code: str | None) -> Standing:
        """Return how a verdict compares; a verdict that an entry says should fail otherwise is stale."""
        pinned = self._codes.get((vector, op), set())
        if verdict is Verdict.HARNESS_BUG:
            return Standing.UNEXPECTED
        if verdict is Verdict.FAIL:
            return Standing.AS_EXPECTED if code in pinned else Standing.UNEXPECTED
        if pinned and verdict is not Verdict.NOT_TESTABLE:
            return Standing.STALE
        return Standing.AS_EXPECTED

    def entry(self, vector: str, op: str, code: str | None) -> Entry | None:
        """Return the entry that names this failure, None where none does."""
        key = vector, op, code
        return next((entry for entry in self._entries if (entry.vector, entry.op, entry.code) == key), None)

    def names(self, vector: str, op: str) -> bool:
        """Whether an entry, of whatever code, is about a vector and op."""
        return (vector, op) in self._codes

    def dead(self, exists: Collection[tuple[str, str]]) -> list[Entry]:
        """Return the entries whose vector and op are not among those that exist."""
        return [entry for entry in self._entries if (entry.vector, entry.op) not in exists]
