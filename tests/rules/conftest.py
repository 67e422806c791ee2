"""Holds octets to the findings that the documents ask for, under every profile.

Why the clauses of each profile are written down here again: they are what the design says of the profiles, not
what the product makes of it.
"""

from collections import Counter
from collections.abc import Callable

import pytest

import raw
from bmpconform.check import Options, check
from bmpconform.events import FindingLine, Found
from bmpconform.rules.selection import Policy
from bmpconform.spec.profiles import PROFILES

_DOCUMENTS = {
    "rfc7854": {"HOUSE", "RFC7854"},
    "draft-peer-up": {"HOUSE", "RFC7854", "RFC8671", "RFC9069", "RFC9736"},
    "rfc9736": {"HOUSE", "RFC7854", "RFC8671", "RFC9069", "RFC9736", "RFC9515"},
    "bmp-2026": {"HOUSE", "RFC7854", "RFC8671", "RFC9069", "RFC9736", "RFC9515", "RFC9972"},
}
# The draft has neither types 3 and 4 in section 3.3 nor the reservations of section 4, and renames no registry.
_NOT_IN_DRAFT = {f"RFC9736-{place}" for place in ("3.1-1", "3.3-3", "3.3-4", "3.3-5", "3.3-6", "4-1", "4-2", "4-4")}

# Nearly every stream here has a route or two and ends: it has no End-of-RIB, and rightly a note that says so. Only
# the cases that are about this note look at it.
_END_OF_RIB_MISSING = "end-of-rib-missing"

Seen = tuple[str, str, str | None, tuple[str, ...], str, str, int | None, int, int, int]
Findings = Callable[..., list[FindingLine]]


def _findings_of(
    *messages: bytes, profile: str = "bmp-2026", policy: str | None = None, end_of_rib: bool = False
) -> list[FindingLine]:
    settings = {} if policy is None else {"trailing-nul": policy}
    options = Options(profile=PROFILES[profile], policy=Policy.of(settings))
    found = [event.finding for event in check([("octets", [b"".join(messages)])], options) if isinstance(event, Found)]
    for finding in found:
        assert (finding.source, finding.stream, finding.packet) == ("octets", 0, None)
        assert finding.text.endswith("."), finding.text
    return [finding for finding in found if end_of_rib or finding.code != _END_OF_RIB_MISSING]


def _seen(finding: FindingLine) -> Seen:
    return (
        finding.code,
        finding.level,
        finding.clause,
        finding.also,
        finding.authority,
        finding.path,
        finding.message,
        finding.offset,
        finding.length,
        finding.count,
    )


def _holds(profile: str, clause: str) -> bool:
    if profile == "draft-peer-up" and clause in _NOT_IN_DRAFT:
        return False
    return clause.partition("-")[0] in _DOCUMENTS[profile]


def _expected(case: raw.Broken, fault: raw.Fault, profile: str) -> Seen | None:
    """Return the finding of `fault` under `profile`, None where no clause of it is in force."""
    held = [clause for clause in fault.clauses if _holds(profile, clause)]
    if fault.clauses and not held:
        return None
    at = case.at % len(case.messages)
    return (
        fault.code,
        fault.level,
        held[0] if held else None,
        tuple(held[1:]),
        fault.authority,
        fault.path,
        at if fault.framed else None,
        sum(map(len, case.messages[:at])) + fault.offset,
        fault.length,
        fault.times,
    )


def _hold_broken(case: raw.Broken) -> None:
    for profile in case.profiles:
        faults = case.instead.get(profile, (case.fault,))
        expected = [seen for fault in faults if (seen := _expected(case, fault, profile)) is not None]
        end_of_rib = case.fault.code == _END_OF_RIB_MISSING
        found = _findings_of(*case.messages, profile=profile, end_of_rib=end_of_rib)
        beside = Counter(case.beside.get(profile, ()))
        judged = [_seen(finding) for finding in found if finding.code not in beside]
        assert judged == expected, profile
        assert Counter(finding.code for finding in found if finding.code in beside) == beside, profile


def _hold_valid(case: raw.Valid) -> None:
    for profile in case.profiles:
        end_of_rib = _END_OF_RIB_MISSING in case.near
        found = Counter(
            finding.code for finding in _findings_of(*case.messages, profile=profile, end_of_rib=end_of_rib)
        )
        assert found == Counter(case.beside.get(profile, ())), profile
        assert not found.keys() & set(case.near) or profile in case.beside


@pytest.fixture
def findings() -> Findings:
    """Return what finds in messages: `findings(*messages, profile=..., policy=..., end_of_rib=...)`."""
    return _findings_of


@pytest.fixture
def hold(request: pytest.FixtureRequest) -> Callable[[raw.Broken | raw.Valid], None]:
    """Return what holds a case to its findings under every profile; a case that a rule does not meet must fail."""
    case = request.node.callspec.params["case"]
    if case.unmet:
        request.applymarker(pytest.mark.xfail(strict=True, reason=case.unmet))

    def hold(case: raw.Broken | raw.Valid) -> None:
        if isinstance(case, raw.Broken):
            _hold_broken(case)
        else:
            _hold_valid(case)

    return hold
