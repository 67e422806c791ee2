"""Events of a run that tests make up, with texts that no report may take for markup."""

from bmpconform.corpus.load import load
from bmpconform.judge.expected import Entry
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

# What becomes the title of a page whose script element or handler a browser runs.
TAKEN = "taken"
SCRIPT = f"</script></b>`|*<img src=x onerror=\"document.title='{TAKEN}'\"><script>document.title='{TAKEN}'</script>"
CORPUS = load()
(NAMED,) = (one for one in CORPUS.vectors if one.id == "initiation-strings/sys-name-script-element")
ENTRY = Entry(
    vector=NAMED.id, op="decode", code="value-differs", kind="bug", analysis=f"It reads {SCRIPT}", link=SCRIPT
)


def named(**changes: object) -> Judged:
    """Return a verdict on the vector whose sysName is a script element, of a target whose name is one."""
    given: dict[str, object] = {
        "target": SCRIPT,
        "vector": NAMED.id,
        "clauses": NAMED.clauses,
        "code": "value-differs",
        "path": "tlvs[1].value",
        "expected": "as-expected",
        "error": SCRIPT,
    }
    return Judged(line(**(given | changes)), NAMED, Evidence(SCRIPT, SCRIPT, SCRIPT, 2, SCRIPT), ENTRY)


SCRIPTED: list[RunEvent] = [
    RunHeader(1, SCRIPT, "bmp-2026", CORPUS.sha256),
    TargetStart(SCRIPT, SCRIPT, SCRIPT, SCRIPT, 4, {"4": 3}, "none"),
    named(),
    named(op="encode", observation="rejected", code="rejected", path="", expected="unexpected"),
    named(op="stream", verdict="tolerated", level="warn", code="lenient"),
    TargetStart("other", "other", "1", "C", 1, {str(number): 3 for number in range(7)}, "parsed"),
    named(target="other", verdict="pass", level=None, code=None, path="", observation="accepted", error=None),
    TargetUnusable("gone", SCRIPT),
    SUMMARY,
]
