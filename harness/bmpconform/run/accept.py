"""What a run found, taken as expected from now on: expected.toml written again.

Why a person says the kind: an entry without a reason hides a bug instead of naming it.
"""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any

import tomlkit

from bmpconform.judge.expected import ExpectedError, Kind, parse_expected
from bmpconform.judge.words import Standing, Verdict
from bmpconform.run.events import NO_SUCH_VECTOR, VerdictLine
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.value import Value

_NONE_KNOWN: Mapping[str, str] = MappingProxyType({})
UNEXPECTED, STALE = Standing.UNEXPECTED.value, Standing.STALE.value


class Reason(Value, frozen=True):
    """Why new entries are expected: a kind, a sentence, and where there is one the link of the report upstream."""

    kind: Kind
    analysis: str
    link: str = ""


def fits(line: VerdictLine, pattern: str, code: str | None) -> bool:
    """Whether a verdict is on a vector that a shell pattern names, and has this code, where one is given."""
    return fnmatchcase(line.vector, pattern) and code in {None, line.code}


def new_failures(lines: Iterable[VerdictLine]) -> list[VerdictLine]:
    """Return the failures that no entry names."""
    return [line for line in lines if line.expected == UNEXPECTED and line.verdict == Verdict.FAIL.value]


def accept(
    text: str,
    lines: Iterable[VerdictLine],
    profile: str,
    reason: Reason | None,
    scored_from: Mapping[str, str] = _NONE_KNOWN,
) -> str:
    """Return an expected.toml with an entry for each new failure, and without those that are stale.

    What is stale under this profile may hold under another that scores the vector: there the entry stays.
    `scored_from` has the first profile that scores each vector; a vector without one is gone. What else stands in
    `text`, comments too, stays. Raises ExpectedError where there is something new and no reason.
    """
    parse_expected(text)
    lines = list(lines)
    new = new_failures(lines)
    document = tomlkit.parse(text)
    replaced = {(line.vector, line.op) for line in (*new, *lines) if line in new or line.expected == STALE}
    gone = {(line.vector, line.op) for line in lines if line.code == NO_SUCH_VECTOR}
    entries = document.setdefault("expect", tomlkit.aot())
    for place in reversed(range(len(entries))):
        entry = entries[place]
        if (entry["vector"], entry["op"]) in replaced and _is_about(entry, profile):
            elsewhere = _elsewhere(entry, profile, scored_from)
            if elsewhere and (entry["vector"], entry["op"]) not in gone:
                entry["profiles"] = elsewhere
            else:
                del entries[place]
    for line in new:
        if reason is None:
            what = f"{line.vector} ({line.op}, {line.code})"
            raise ExpectedError(f"{what} is new: say with --kind and --analysis why it is expected")
        entries.append(_entry(line, reason))
    if not entries:
        del document["expect"]
    return tomlkit.dumps(document)


def _is_about(entry: Mapping[str, Any], profile: str) -> bool:
    profiles = entry.get("profiles")
    return not profiles or profile in profiles


def _elsewhere(entry: Mapping[str, Any], profile: str, scored_from: Mapping[str, str]) -> list[str]:
    """Return the profiles, beside this one, in which an entry may hold: those that score its vector."""
    first = PROFILES.get(scored_from.get(entry["vector"], ""))
    if first is None:
        return []
    others = (PROFILES[name] for name in entry.get("profiles") or PROFILES if name != profile and name in PROFILES)
    return [other.name for other in others if other.order >= first.order]


def _entry(line: VerdictLine, reason: Reason) -> tomlkit.items.Table:
    table = tomlkit.table()
    table.update({"vector": line.vector, "op": line.op, "code": line.code or ""})
    table.update({"kind": reason.kind, "analysis": reason.analysis})
    if reason.link:
        table["link"] = reason.link
    return table
