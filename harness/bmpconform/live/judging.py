"""How a live target is judged: every script that fits it, and every vector where it is a collector.

Why a second look: a real device has its own clock and timers, and a verdict that the next run does not confirm is none.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence

from bmpconform.corpus.vector import Observation, Op, Vector
from bmpconform.judge.expected import Entry, Expected, Ledger
from bmpconform.judge.observed import Observed
from bmpconform.judge.verdict import Judgement
from bmpconform.judge.words import Verdict
from bmpconform.live.connection import Notes
from bmpconform.live.device import Collector
from bmpconform.live.oracle import Case
from bmpconform.live.push import CLAUSES, ENDED, GIVE_UP_AFTER, SESSION, Pushed, Pusher
from bmpconform.live.push import said_of as said_of_vector
from bmpconform.live.script import Role, Script
from bmpconform.live.scripts import load_scripts, select_scripts
from bmpconform.live.stage import Stage, Station, perform_script
from bmpconform.live.verdicts import CHECK, Said, checks_of, judged, not_played, said_of
from bmpconform.run.events import Evidence, RunEvent, TargetStart, TargetUnusable
from bmpconform.run.runner import RunOptions, dead
from bmpconform.run.target import LOOKS, Progress
from bmpconform.spec.profiles import Profile
from bmpconform.targets.errors import TargetError
from bmpconform.wire.value import Value

GAVE_UP = "gave-up"
SECONDS = 2.0
Tell = Callable[[str], None]


class About(Value, frozen=True):
    """What stands behind a target: what it is called, its version and its language, "" where nobody knows."""

    name: str
    version: str = ""
    language: str = ""


class Live(Value, frozen=True):
    """A live target: its name as typed, what it is, what opens it, what is expected to fail, the seconds of a vector.

    `tell` is told before a script that keeps the user waiting.
    """

    name: str
    about: About
    stage: Callable[[], Stage]
    expected: Expected
    seconds: float
    tell: Tell

    def judge(self, vectors: Sequence[Vector], options: RunOptions, progress: Progress) -> Iterator[RunEvent]:
        """Yield the start, the verdicts and what is stale. Raises TargetError where the target cannot be used."""
        stage = self.stage()
        scripts = [
            script
            for script in select_scripts(load_scripts(), options.pattern, options.profile)
            if script.role is stage.role and ("us" if stage.us else "them") in script.dials
        ]
        pushed = [one for one in vectors if Op.ENCODE not in one.ops or Op.DECODE in one.ops]
        pushed = pushed if stage.role is Role.ROUTER else []
        run = _Run(self, stage, options, progress, len(scripts) + len(pushed))
        said = [*run.scripts(scripts), *run.vectors(pushed)]
        ledger = Ledger(self.expected.expect, options.profile.name)
        about = self.about
        yield TargetStart(self.name, about.name, about.version, about.language or "live", len(said), {}, "none")
        yield from judged(self.name, said, ledger, slow=options.slow)
        known = _known(options.profile)
        yield from (dead(self.name, entry) for entry in self.expected.expect if not known(entry))
        if run.lost:
            yield TargetUnusable(self.name, run.lost)


def _known(profile: Profile) -> Callable[[Entry], bool]:
    """Return what tells whether an entry names something that there is: a clause of a script, or a pushed vector."""
    scripts = load_scripts()
    clauses = {f"{script.id}#{name}" for script in scripts for name, _, _ in checks_of(script, profile)}
    ids = {script.id for script in scripts}

    def is_known(entry: Entry) -> bool:
        if not entry.holds_in(profile.name) or entry.op == SESSION:
            return True
        # Which clauses the rules find broken is not known before.
        return entry.vector.partition("#")[0] in ids if entry.op == CHECK else entry.vector in clauses

    return is_known


class _Run:
    def __init__(self, live: Live, stage: Stage, options: RunOptions, progress: Progress, total: int) -> None:
        self.lost = ""
        self._live = live
        self._stage = stage
        self._options = options
        self._progress = progress
        self._total = total
        self._done = 0

    def _goes_on(self) -> bool:
        return self._progress(self._done, self._total)

    def scripts(self, scripts: Sequence[Script]) -> Iterator[Said]:
        for script in scripts:
            if not self._goes_on():
                return
            yield from self._script(script)
            self._done += 1

    def _script(self, script: Script) -> Sequence[Said]:
        profile = self._options.profile
        if script.slow and not self._options.slow:
            return not_played(script, profile, "slow", f"it takes up to {script.slow:.0f} s of waiting: run --slow")
        if script.slow:
            self._live.tell(f"{script.id} waits for up to {script.slow:.0f} s")
        first = self._played(script)
        if not self._options.rerun or not any(one.is_doubtful for one in first):
            return first
        for _ in range(LOOKS):
            again = {(one.vector, one.op): one for one in self._played(script)}
            first = [_compared(one, again.get((one.vector, one.op))) for one in first] if again else first
        return first

    def _played(self, script: Script) -> list[Said]:
        played = perform_script(self._stage, script, self._goes_on)
        if played is None:
            return []
        return said_of(script, Case(*played, self._options.profile), self._options.policy)

    def vectors(self, vectors: Sequence[Vector]) -> list[Said]:
        return asyncio.run(self._push(vectors)) if vectors and self._goes_on() else []

    async def _push(self, vectors: Sequence[Vector]) -> list[Said]:
        said: list[Said] = []
        failures, pusher = 0, await self._open()
        try:
            for vector in vectors:
                if not self._goes_on():
                    break
                if failures >= GIVE_UP_AFTER:
                    said.append(_given_up(vector))
                    continue
                pushed = await pusher.push(vector)
                if not _is_refused(pushed) and not await asyncio.to_thread(self._stage.alive):
                    pushed = Pushed(ENDED)
                said.append(said_of_vector(vector, pushed, self._collector, self._options.profile))
                self._done += 1
                if pushed.wrong is not None and pushed.wrong.observation is not Observation.WRONG_VALUE:
                    failures += 1
                    await pusher.close()
                    await asyncio.to_thread(self._stage.close)
                    pusher = await self._open()
        except TargetError as error:
            self.lost = str(error)
        finally:
            await pusher.close()
            await asyncio.to_thread(self._stage.close)
        if failures >= GIVE_UP_AFTER:
            self.lost = f"it failed {failures} times; the rest of the vectors were not pushed"
        return said

    @property
    def _collector(self) -> Collector | None:
        return self._stage.collector if isinstance(self._stage, Station) else None

    async def _open(self) -> Pusher:
        notes = Notes()
        line = await self._stage.open(notes)
        return Pusher(line, notes, self._collector, self._options.profile, self._live.seconds)


def _is_refused(pushed: Pushed) -> bool:
    """Whether it was gone before: nothing has to be asked any more."""
    return pushed.wrong is not None and pushed.wrong.observation is Observation.CRASHED


def _compared(first: Said, again: Said | None) -> Said:
    """Return a verdict as it was, flaky where the next one is another; what never fails may come and go."""
    if Verdict.FAIL not in {first.judgement.verdict, again.judgement.verdict if again else None}:
        return first
    if again is not None and (again.judgement.verdict, again.judgement.code) == (
        first.judgement.verdict,
        first.judgement.code,
    ):
        return first
    seen = "no verdict" if again is None else f"{again.judgement.verdict.value} {again.judgement.code or ''}"
    observed = Observed(Observation.FLAKY, "flaky", seen=seen)
    evidence = Evidence(f"{first.judgement.verdict.value} {first.judgement.code or ''}", seen)
    return Said(first.vector, first.op, first.clauses, observed, Judgement(Verdict.FAIL, "fail", "flaky"), evidence)


def _given_up(vector: Vector) -> Said:
    judgement = Judgement(Verdict.NOT_TESTABLE, None, GAVE_UP)
    return Said(vector.id, SESSION, CLAUSES, None, judgement, Evidence(seen="nothing more was pushed"), vector)
