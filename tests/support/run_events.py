"""Events of a run that tests make up, with texts that no report may take for markup."""

from bmpconform.run.events import (
    Evidence,
    Judged,
    RunEvent,
    RunHeader,
    RunSummary,
    TargetSkipped,
    TargetStart,
    TargetUnusable,
    VerdictLine,
)
from vectors import vector

HOSTILE = "a\0b\x1b[31m</failure><script>\u202e\uffff]]>"
VECTOR = vector(b"\3\0\0\0\6\4", name="rfc7854/one")


def line(**changes: object) -> VerdictLine:
    given: dict[str, object] = {
        "target": "jsonl:./mine",
        "vector": "rfc7854/one",
        "op": "decode",
        "clauses": ("RFC7854-4.4-1",),
        "observation": "wrong-value",
        "verdict": "fail",
        "level": "fail",
        "code": "cut-at-nul",
        "path": "tlvs[0].value",
        "expected": "unexpected",
        "error": None,
        "replay": "bmpconform replay rfc7854/one",
    }
    return VerdictLine(**(given | changes))  # type: ignore[arg-type]


def judged(**changes: object) -> Judged:
    return Judged(line(**changes), VECTOR, Evidence(HOSTILE, HOSTILE, HOSTILE))


HEADER = RunHeader(1, "0.1", "bmp-2026", "0" * 64)
SUMMARY = RunSummary({"fail": 1}, {"unexpected": 1}, {"jsonl:./mine": {"fail": 1}})
EVENTS: list[RunEvent] = [
    HEADER,
    TargetStart("jsonl:./mine", HOSTILE, HOSTILE, "C", 1, {"4": 3}, "none"),
    judged(),
    judged(op="encode", verdict="pass", level=None, code=None, observation="accepted", expected="as-expected"),
    judged(op="stream", verdict="not-testable", level=None, code="gave-up", observation=None, expected="as-expected"),
    judged(vector="rfc7854/two", verdict="fail", expected="as-expected", error=HOSTILE),
    judged(vector="rfc7854/bug", verdict="harness-bug", observation=None, code="harness-bug"),
    TargetUnusable("gone", HOSTILE),
    TargetSkipped("gobgp", "not installed: go"),
    SUMMARY,
]
