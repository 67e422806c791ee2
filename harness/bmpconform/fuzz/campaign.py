"""The flow of `fuzz`: inputs are mutated, put to all targets, judged, and what is new or wrong is kept.

Why in batches: a target answers many at once faster than one by one, and all targets work on a batch at the same time.
The size of a batch never changes, so that the same seed gives the same inputs.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from random import Random

from bmpconform.corpus.vector import Op
from bmpconform.fuzz.again import FLAKY, confirmed
from bmpconform.fuzz.events import CampaignEnd, CampaignEvent, CampaignStart, NewFinding
from bmpconform.fuzz.feedback import Feedback, Shape
from bmpconform.fuzz.finding import FAIL, Found, found_in
from bmpconform.fuzz.mutate import Mutator
from bmpconform.fuzz.oracle import Expectation, Oracle
from bmpconform.fuzz.store import StatsLine, Store
from bmpconform.rules.selection import Policy
from bmpconform.run.events import TargetSkipped, TargetUnusable
from bmpconform.run.plan import Task
from bmpconform.run.runner import Contender
from bmpconform.run.target import GAVE_UP, NotJudged, Outcome, TargetRun
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES, Profile
from bmpconform.targets.errors import MissingError, TargetError
from bmpconform.wire.value import Value, replace

BATCH = 128
STATS_SECONDS = 5.0
# A fault that a fresh child did not show is looked at again so often.
FLAKY_LOOKS = 3
_RECENT = 64
_FROM_RECENT = 0.5
_TRIES = 20

# Told where the campaign is; says whether to go on.
Watch = Callable[[StatsLine], bool]


class CampaignOptions(Value, frozen=True):
    """How long (seconds, inputs; None: no limit), from which seed of the random numbers, under which profile."""

    seconds: float | None = None
    runs: int | None = None
    seed: int = 0
    profile: Profile = PROFILES[DEFAULT_PROFILE]


def fuzz(
    contenders: Sequence[Contender], seeds: Sequence[bytes], store: Store, options: CampaignOptions, watch: Watch
) -> Iterator[CampaignEvent]:
    """Run one campaign. Yields what becomes of targets, each distinct finding once, and progress; the end is last.

    Inputs that were kept in `store` are taken up again. Findings are in the store before they are yielded.
    """
    campaign = _Campaign(store, options)
    try:
        yield from campaign.open(contenders)
        if campaign.players:
            yield from campaign.run(seeds, watch)
    finally:
        campaign.close()


class _Player:
    """One target in a campaign."""

    def __init__(self, contender: Contender, profile: Profile) -> None:
        self.contender = contender
        self.run = TargetRun(contender.open, profile, Policy())
        self.ops = self.run.greeted.capabilities.ops

    def ask(self, expectations: Sequence[Expectation]) -> list[Outcome | None] | TargetError:
        """Return what came of each input, None where the target does not do that; why, where it is of no use."""
        asked = [one for one in expectations if one.op.value in self.ops]
        try:
            told = iter(list(self.run.each([Task(one.vector, one.op) for one in asked])))
        except TargetError as error:
            return error
        return [next(told) if one.op.value in self.ops else None for one in expectations]


class _Campaign:
    """The state of one campaign."""

    def __init__(self, store: Store, options: CampaignOptions) -> None:
        self.players: list[_Player] = []
        self._store = store
        self._options = options
        self._oracle = Oracle(options.profile)
        self._random = Random(options.seed)  # noqa: S311 - a campaign is to be the same again
        self._mutator = Mutator(self._random)
        self._feedback = Feedback()
        self._pool: list[bytes] = []
        self._kept = 0
        self._seen: set[str] = set()
        self._flaky: Counter[str] = Counter()
        self._findings = 0
        self._executions = 0
        self._began = self._told = self._news = time.monotonic()
        self._told_executions = 0

    def open(self, contenders: Sequence[Contender]) -> Iterator[CampaignEvent]:
        """Start the targets; tell of those that cannot be used."""
        for contender in contenders:
            try:
                player = _Player(contender, self._options.profile)
            except MissingError as error:
                yield TargetSkipped(contender.name, str(error))
            except TargetError as error:
                yield TargetUnusable(contender.name, str(error))
            else:
                if {op.value for op in Op}.intersection(player.ops):
                    self.players.append(player)
                else:
                    player.run.close()
                    yield TargetUnusable(contender.name, "it does none of decode, encode and stream")

    def close(self) -> None:
        """End all targets."""
        for player in self.players:
            with suppress(TargetError):
                player.run.close()

    def run(self, seeds: Sequence[bytes], watch: Watch) -> Iterator[CampaignEvent]:
        """Ask the seeds and what was kept, then mutate until the end of the budget."""
        earlier = self._store.known_keys()
        kept = list(self._store.inputs())
        names = tuple(player.contender.name for player in self.players)
        yield CampaignStart(names, self._options.seed, len(seeds), len(kept))
        inputs = self._inputs(list(dict.fromkeys([*seeds, *kept])))
        with ThreadPoolExecutor(len(self.players)) as threads:
            while (batch := list(islice(inputs, self._room()))) and self.players:
                for found in self._batch(batch, threads):
                    if isinstance(found, TargetUnusable):
                        yield found
                    else:
                        yield self._stored(found, earlier)
                now = self._stats()
                if now.seconds - (self._told - self._began) >= STATS_SECONDS:
                    self._tell(now)
                    yield now
                if not watch(now):
                    break
        end = self._stats()
        self._tell(end)
        yield CampaignEnd(replace(end, rate=round(end.executions / max(end.seconds, 1e-3), 1)))

    def _room(self) -> int:
        """Return how many inputs the next batch has, 0 at the end of the budget."""
        seconds, runs = self._options.seconds, self._options.runs
        if seconds is not None and time.monotonic() - self._began >= seconds:
            return 0
        return BATCH if runs is None else max(0, min(BATCH, runs - self._executions))

    def _inputs(self, first: Sequence[bytes]) -> Iterator[bytes]:
        """Yield the first inputs, then mutants without end."""
        for octets in first:
            self._mutator.learn(octets)
            yield octets
        basis = self._pool or list(first) or [b""]
        while True:
            recent = self._random.random() < _FROM_RECENT
            pool = self._pool or basis
            yield self._mutant(self._random.choice(pool[-_RECENT:] if recent else pool))

    def _mutant(self, octets: bytes) -> bytes:
        """Return a mutant that some target can be asked."""
        ops = {op for player in self.players for op in player.ops}
        for _ in range(_TRIES):
            mutant = self._mutator.mutate(octets)
            op = self._oracle.op_of(mutant)
            if op.value in ops or (op is Op.DECODE and Op.ENCODE.value in ops):
                return mutant
        return octets

    def _batch(self, batch: Sequence[bytes], threads: ThreadPoolExecutor) -> Iterator[Found | TargetUnusable]:
        """Ask all targets a batch; yield the findings that are distinct, and targets that are lost."""
        questions = [(octets, one) for octets in batch for one in self._expectations(octets)]
        expectations = [one for _, one in questions]
        asked = [(player, threads.submit(player.ask, expectations)) for player in self.players]
        told: list[tuple[_Player, list[Outcome | None]]] = []
        for player, future in asked:
            outcomes = future.result()
            if isinstance(outcomes, TargetError) or any(map(_gave_up, outcomes)):
                self.players.remove(player)
                player.run.close()
                yield TargetUnusable(player.contender.name, _reason(outcomes))
            else:
                told.append((player, outcomes))
        self._executions += len(batch)
        for number, (octets, expectation) in enumerate(questions):
            of_input = [(player, outcome) for player, outcomes in told if (outcome := outcomes[number]) is not None]
            self._learn(octets, expectation, [outcome for _, outcome in of_input])
            for player, outcome in of_input:
                found = found_in(player.contender.name, expectation, outcome, octets)
                if found is not None and found.fault.key not in self._seen:
                    yield from self._looked_at(player, found)

    def _expectations(self, octets: bytes) -> Iterator[Expectation]:
        """Yield what is expected of those who read octets, and of those who can be asked to write them."""
        read = self._oracle.expect(octets)
        yield read
        written = self._oracle.expect_written(read) if self._is_written else None
        if written is not None:
            yield written

    @property
    def _is_written(self) -> bool:
        return any(Op.ENCODE.value in player.ops for player in self.players)

    def _learn(self, octets: bytes, expectation: Expectation, outcomes: Sequence[Outcome]) -> None:
        if outcomes and self._feedback.is_new(Shape.of(expectation.op, octets), outcomes):
            self._news = time.monotonic()
            if octets not in self._pool[-1:]:
                self._pool.append(octets)
                self._mutator.learn(octets)
                self._store.keep(octets)

    def _looked_at(self, player: _Player, found: Found) -> Iterator[Found]:
        """Yield a finding once it is confirmed, and made small; leniency is told as it is."""
        key = found.fault.key
        if found.level == FAIL and found.fault.observation != "harness-bug":
            try:
                found = confirmed(player.contender, self._options.profile, found)
            except TargetError:
                return
        if found.fault.observation == FLAKY:
            self._flaky[key] += 1
        if found.fault.observation != FLAKY or self._flaky[key] >= FLAKY_LOOKS:
            self._seen.add(key)
        if found.fault.key in self._seen and found.fault.key != key:
            return
        self._seen.add(found.fault.key)
        known = any(found.fault.fits(entry) for entry in player.contender.expected.fuzz)
        yield replace(found, known=known)

    def _stored(self, found: Found, earlier: set[str]) -> NewFinding:
        self._findings += 1
        self._news = time.monotonic()
        line = found.line(self._executions, self._news - self._began)
        is_new = line.key not in earlier
        if is_new:
            self._store.add_finding(found.stored(line, self._options.profile.name))
        return NewFinding(found, line, is_new)

    def _stats(self) -> StatsLine:
        now = time.monotonic()
        since = max(now - self._told, 1e-3)
        return StatsLine(
            round(now - self._began, 3),
            self._executions,
            round((self._executions - self._told_executions) / since, 1),
            len(self._pool),
            self._feedback.signatures,
            self._findings,
            round(now - self._news, 3),
        )

    def _tell(self, line: StatsLine) -> None:
        self._store.add_stats(line)
        self._told, self._told_executions = time.monotonic(), self._executions


def _gave_up(outcome: Outcome | None) -> bool:
    return outcome is not None and isinstance(outcome.observed, NotJudged) and outcome.observed.code == GAVE_UP


def _reason(outcomes: list[Outcome | None] | TargetError) -> str:
    """Return why a target is lost."""
    if isinstance(outcomes, TargetError):
        return str(outcomes)
    return next(one.evidence.seen for one in outcomes if one is not None and _gave_up(one))
