"""From what the checks and the rules say of a script to the verdicts of a run.

Why through the same judgement as vectors: an observation is worth what the script allows, the first outcome that
matches, and expected.toml pins what is known to fail.

- `SCRIPT#CLAUSE` under op `live` is what a check of that clause says, one for each clause of the script.
- `SCRIPT#CLAUSE` under op `check` is what the rules find in the octets that came, one for each clause that is broken;
  where none is, `SCRIPT` alone says so.
"""

import shlex
from collections.abc import Iterable, Iterator

from bmpconform.check import StreamJudge
from bmpconform.corpus.vector import Observation, OutcomeLevel, Vector
from bmpconform.events import FindingLine, Found
from bmpconform.judge.expected import Ledger
from bmpconform.judge.observed import Observed
from bmpconform.judge.verdict import PASS, Judgement, judge
from bmpconform.judge.words import Verdict
from bmpconform.live.account import account_of
from bmpconform.live.oracle import Case, LiveCheck, Ruling, Standing, by_clause, rule_on
from bmpconform.live.script import Role, Script
from bmpconform.rules.memory import Memory
from bmpconform.rules.selection import Policy, Selection
from bmpconform.run.events import Evidence, Judged, VerdictLine
from bmpconform.spec.catalogue import Authority, Level
from bmpconform.spec.profiles import DEFAULT_PROFILE, Profile
from bmpconform.wire.value import Value

LIVE, CHECK = "live", "check"
_NOT_SHOWN = "not-shown"
_LEVELS = {Level.WARN: OutcomeLevel.WARN, Level.INFO: OutcomeLevel.INFO, Level.NONE: OutcomeLevel.INFO}


class Said(Value, frozen=True):
    """What one script says of one clause, or what came of the vector `pushed`, before expected.toml has its say."""

    vector: str
    op: str
    clauses: tuple[str, ...]
    observed: Observed | None
    judgement: Judgement
    evidence: Evidence
    pushed: Vector | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether it is worth a second look."""
        return self.judgement.verdict is Verdict.FAIL


def checks_of(script: Script, profile: Profile) -> Iterator[tuple[str, tuple[str, ...], LiveCheck]]:
    """Yield for each clause that the script shows the newest that the profile holds, all of those, and the check."""
    checks = by_clause(script.role)
    for clause in script.clauses:
        held = tuple(one for one in checks[clause].clauses if one in profile.clauses)
        if held:
            yield held[0], held, checks[clause]


def not_played(script: Script, profile: Profile, code: str, why: str) -> list[Said]:
    """Return that nothing is known of the clauses of a script, and why."""
    judgement, evidence = Judgement(Verdict.NOT_TESTABLE, None, code), Evidence(seen=why)
    found = {name: held for name, held, _ in checks_of(script, profile)}
    return [Said(f"{script.id}#{name}", LIVE, held, None, judgement, evidence) for name, held in found.items()]


def said_of(script: Script, case: Case, policy: Policy) -> list[Said]:
    """Return what a script that was played shows."""
    named = {name: (held, check) for name, held, check in checks_of(script, case.profile)}
    rulings = [_said(script, case, name, held, check) for name, (held, check) in named.items()]
    return rulings + (_found(script, case, policy) if script.role is Role.STATION and case.sessions else [])


def _said(script: Script, case: Case, name: str, clauses: tuple[str, ...], check: LiveCheck) -> Said:
    ruling = rule_on(check, case)
    seen = f"{ruling.seen} at {ruling.place}" if ruling.place else ruling.seen
    observed = _observed(check, ruling)
    if observed is None:
        judgement = Judgement(Verdict.NOT_TESTABLE, None, _NOT_SHOWN)
    else:
        judgement = judge(observed, script.outcomes, declared=True)
    evidence = Evidence(ruling.expected, seen, account=_account(case, ruling.place, judgement))
    return Said(f"{script.id}#{name}", LIVE, clauses, observed, judgement, evidence)


def _account(case: Case, place: str, judgement: Judgement) -> str:
    """Return what happened, for whoever reads of a failure."""
    return account_of(case, place) if judgement.verdict is Verdict.FAIL else ""


def _observed(check: LiveCheck, ruling: Ruling) -> Observed | None:
    """Return what a ruling amounts to: where it shows differs from run to run, and stands in the evidence alone."""
    match ruling.standing:
        case Standing.HELD:
            return Observed(Observation.ACCEPTED)
        case Standing.CHOSEN:
            return Observed(Observation.ACCEPTED, allowances=((ruling.label, OutcomeLevel.INFO),))
        case Standing.BROKEN if ruling.level is Level.FAIL:
            return Observed(Observation.WRONG_VALUE, check.code)
        case Standing.BROKEN:
            return Observed(Observation.ACCEPTED, allowances=((check.code, _LEVELS[ruling.level]),))
        case Standing.UNTESTED:
            return None


def _found(script: Script, case: Case, policy: Policy) -> list[Said]:
    """Return what the rules over octets find in all that came; `info` is for those who run `check` themselves."""
    first: dict[str, FindingLine] = {}
    for line in _findings(script, case, policy):
        key = line.clause or line.code
        if line.level != Level.INFO.value and line.authority == Authority.DOCUMENT.value:
            known = first.get(key)
            if known is None or Level(line.level) > Level(known.level):
                first[key] = line
    if not first:
        return [Said(script.id, CHECK, (), Observed(Observation.ACCEPTED), PASS, Evidence())]
    return [_said_by_rule(script, case, key, first[key]) for key in sorted(first)]


def _findings(script: Script, case: Case, policy: Policy) -> Iterator[FindingLine]:
    memory = Memory(Selection(case.profile, policy))
    for heard in case.sessions:
        judging = StreamJudge(script.id, heard.number, memory)
        for told in (*judging.feed(case.transcript.octets(heard.number)), *judging.finish()):
            if isinstance(told, Found):
                yield told.finding


def _said_by_rule(script: Script, case: Case, key: str, line: FindingLine) -> Said:
    clauses = (line.clause, *line.also) if line.clause else ()
    where = f"stream {line.stream}, message {line.message}, offset {line.offset}, {line.path}"
    if line.level == Level.FAIL.value:
        judgement, observation = Judgement(Verdict.FAIL, line.level, line.code), Observation.WRONG_VALUE
    else:
        judgement, observation = Judgement(Verdict.TOLERATED, line.level, line.code), Observation.ACCEPTED
    account = _account(case, f"connections[{line.stream}].messages[{line.message}]", judgement)
    evidence = Evidence(seen=f"{line.text} ({where}, {line.count} times)", account=account)
    return Said(f"{script.id}#{key}", CHECK, clauses, Observed(observation, line.code), judgement, evidence)


def judged(target: str, said: Iterable[Said], ledger: Ledger, *, slow: bool) -> Iterator[Judged]:
    """Yield what was said as verdicts, with how each compares with what is expected, in the order of their names."""
    for one in sorted(said, key=lambda said: (said.vector, said.op)):
        verdict, code = one.judgement.verdict, one.judgement.code
        standing = ledger.standing(one.vector, one.op, verdict, code)
        entry = ledger.entry(one.vector, one.op, code) if verdict is Verdict.FAIL else None
        line = VerdictLine(
            target=target,
            vector=one.vector,
            op=one.op,
            clauses=one.clauses,
            observation=None if one.observed is None else one.observed.observation.value,
            verdict=verdict.value,
            level=one.judgement.level,
            code=code,
            path="" if one.observed is None else one.observed.path,
            expected=standing.value,
            error=None if one.observed is None else one.observed.error,
            replay=_replay(target, one.vector.partition("#")[0], ledger.profile, slow=slow),
        )
        yield Judged(line, one.pushed, one.evidence, entry)


def _replay(target: str, script: str, profile: str, *, slow: bool) -> str:
    under = [] if profile == DEFAULT_PROFILE else ["--profile", profile]
    return shlex.join(["bmpconform", "run", target, "--vectors", script, *under, *(["--slow"] if slow else [])])
