"""One finding of a campaign: what distinguishes it from others, and its line in findings.jsonl.

Why indices of lists are left out of the path: the same fault in the third TLV is not another one.
"""

import hashlib
import re
from typing import Any

from bmpconform.corpus.vector import Observation, Op
from bmpconform.fuzz.oracle import LENIENT, Expectation
from bmpconform.judge.expected import FuzzEntry
from bmpconform.judge.observed import Observed
from bmpconform.judge.words import Verdict
from bmpconform.neutral import Message, request
from bmpconform.run.target import DEFECT, NotJudged, Outcome
from bmpconform.wire.value import UNSET, Value, from_json, to_json

FAIL, INFO = "fail", "info"
_INDEX = re.compile(r"\[\d+\]")
_KEY_DIGITS = 16


class Fault(Value, frozen=True):
    """What makes findings the same: a target does the same wrong thing, by the clause or by its own error's name."""

    target: str
    op: str
    clause_or_error: str
    path: str
    observation: str

    @property
    def key(self) -> str:
        """Return a short name that is the same in every campaign."""
        return hashlib.sha256(to_json(self)).hexdigest()[:_KEY_DIGITS]

    @property
    def words(self) -> str:
        """Return what was done and what that is called, where it is called something else."""
        is_one = self.clause_or_error == self.observation
        return self.observation if is_one else f"{self.observation}, {self.clause_or_error}"

    def fits(self, entry: FuzzEntry) -> bool:
        """Whether an entry of expected.toml names this."""
        return entry.names(self.op, self.clause_or_error, self.path, self.observation)


class FoundLine(Value, frozen=True):
    """One line of findings.jsonl.

    `input` is hex, for encode what was asked; `clause` and `code` are None where there is none.
    """

    key: str
    target: str
    op: str
    observation: str
    clause: str | None
    code: str | None
    path: str
    level: str
    input: str | dict[str, Any]
    executions: int
    seconds: float


class StoredFinding(Value, frozen=True):
    """finding.json: the line of findings.jsonl, and what is needed to ask and judge again; `octets` in hex.

    `place` is the path with the indices of lists, which the line leaves out; `is_small` says that there is nothing left
    to be done about the size of the octets.
    """

    line: FoundLine
    octets: str
    clause_or_error: str
    profile: str
    expected: str
    seen: str
    place: str = ""
    is_small: bool = False

    @property
    def fault(self) -> Fault:
        """Return what makes it the same as another."""
        line = self.line
        return Fault(line.target, line.op, self.clause_or_error, line.path, line.observation)


class Found(Value, frozen=True):
    """A finding as it was met: `asked` is what an encoder was asked for in place of the octets.

    `expected` and `seen` are for people, `known` says that expected.toml has it, `place` is where with all indices.
    """

    fault: Fault
    clause: str | None
    code: str | None
    level: str
    octets: bytes
    asked: Message | None = None
    expected: str = ""
    seen: str = ""
    known: bool = False
    place: str = ""

    @property
    def input(self) -> bytes | Message:
        """Return what has to be put to the target to meet it again: the message asked for where it has no octets."""
        return self.asked if self.asked is not None and not self.octets else self.octets

    def line(self, executions: int, seconds: float) -> FoundLine:
        """Return the line of this finding, found after so many executions and seconds."""
        fault = self.fault
        return FoundLine(
            fault.key,
            fault.target,
            fault.op,
            fault.observation,
            self.clause,
            self.code,
            fault.path,
            self.level,
            self.octets.hex() if self.asked is None else from_json(to_json(self.asked), dict),
            executions,
            round(seconds, 3),
        )

    def stored(self, line: FoundLine, profile: str) -> StoredFinding:
        """Return this finding as it is written, met under a profile."""
        what = self.fault.clause_or_error
        return StoredFinding(line, self.octets.hex(), what, profile, self.expected, self.seen, self.place)


def values_of(found: "Found | StoredFinding", longest: int | None = None) -> str:
    """Return what was expected and seen, each cut behind so many characters, "" where there is neither.

    Only a value can be nothing: of what is none, such as a crash, what is empty is left out.
    """
    is_value = found.fault.observation == Observation.WRONG_VALUE.value
    values = {"expected": found.expected, "seen": found.seen}
    told = {name: text or "nothing" for name, text in values.items() if text or (is_value and any(values.values()))}
    return ", ".join(f"{name} {shortened(text, longest)}" for name, text in told.items())


def shortened(text: str, longest: int | None) -> str:
    """Return text, or its first characters and an ellipsis."""
    return text if longest is None or len(text) <= longest else f"{text[:longest]}..."


def found_in(target: str, expectation: Expectation, outcome: Outcome, octets: bytes) -> Found | None:
    """Return what is wrong with what a target made of octets, None where nothing is worth to be told."""
    observed, judgement = outcome.observed, outcome.judgement
    message = expectation.vector.message
    asked = request(message) if expectation.op is Op.ENCODE and message is not UNSET else None
    if isinstance(observed, NotJudged):
        if observed.code != DEFECT:
            return None
        fault = Fault(target, expectation.op.value, observed.code, "", Verdict.HARNESS_BUG.value)
        return Found(fault, None, observed.code, FAIL, octets, asked, seen=observed.text)
    level = FAIL if judgement.verdict is Verdict.FAIL else INFO
    if level == INFO and judgement.code != LENIENT:
        return None
    is_lenient = level == INFO
    clause = expectation.clause if is_lenient else observed.clause
    what = (clause or LENIENT) if is_lenient else _what(observed)
    path = "" if is_lenient else _INDEX.sub("[]", observed.path)
    fault = Fault(target, expectation.op.value, what, path, observed.observation.value)
    place = "" if is_lenient else observed.path
    return Found(fault, clause, judgement.code, level, octets, asked, observed.expected, observed.seen, place=place)


def _what(observed: Observed) -> str:
    """Return the target's name for what it did, else the clause that it breaks, else the word of the judge for it."""
    if observed.observation in {Observation.REJECTED, Observation.CRASHED} and observed.error:
        return observed.error
    return observed.clause or observed.code or observed.observation.value
