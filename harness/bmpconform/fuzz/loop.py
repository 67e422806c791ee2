"""The flow of one worker: inputs are mutated, put to all targets, judged, and what is new or wrong is kept.

Why in batches: a target answers many at once faster than one by one, and all targets work on a batch at the same time.
Why they grow: what the first inputs show is told at once. The size of a batch hangs on nothing but the inputs before
it, so that the same seed gives the same inputs. Why it is noted before it is asked: a kill then loses no input, and the
next campaign begins with those that were under way.
"""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain, islice
from random import Random

from bmpconform.corpus.vector import Observation, Op
from bmpconform.fuzz.asked import Input, asked_for, octets_of
from bmpconform.fuzz.covered import covered_by
from bmpconform.fuzz.disagreement import Class, Disagreement, disagreements
from bmpconform.fuzz.events import (
    CampaignEnd,
    CampaignEvent,
    CampaignStart,
    Coarsened,
    Merged,
    MergeRefused,
)
from bmpconform.fuzz.feedback import Edges, Feedback, News, Shape, Traits
from bmpconform.fuzz.finding import found_in
from bmpconform.fuzz.findings import Findings
from bmpconform.fuzz.made_up import made_up
from bmpconform.fuzz.merge import MergeError, merged
from bmpconform.fuzz.mutate import LONGEST, Mutator
from bmpconform.fuzz.options import CampaignOptions, Watch
from bmpconform.fuzz.oracle import Expectation, Oracle
from bmpconform.fuzz.picker import Picker
from bmpconform.fuzz.players import Heard, Player, is_lost, reason_of
from bmpconform.fuzz.progress import Progress
from bmpconform.fuzz.store import StatsLine, Store, name_of
from bmpconform.fuzz.under_way import UnderWay
from bmpconform.judge.observed import Observed
from bmpconform.run.events import TargetSkipped, TargetUnusable
from bmpconform.run.runner import Contender
from bmpconform.run.target import Outcome
from bmpconform.targets.errors import MissingError, TargetError
from bmpconform.wire.value import replace

BATCH, _FIRST = 128, 4
# The inputs that were kept are merged after so many others, if there are this many times as many as there were.
MERGE_EVERY, MERGE_GROWTH = 100_000, 1.25
# How often inputs of other workers are looked for.
EXCHANGE_SECONDS = 5.0
_TRIES = 20
# So many mutants are messages in the neutral form, where there is somebody to write them.
ASKED = 0.1
# So many of the inputs behind the first ones are made up, and of those that come then.
MADE_UP_FIRST, _MADE_UP = 256, 0.1


class Loop:
    """One worker: its targets, its inputs, and what it saw. `number` tells it from others that share the folder."""

    def __init__(self, store: Store, options: CampaignOptions, number: int = 0) -> None:
        self.players: list[Player] = []
        self.progress = Progress()
        self._store = store
        self._options = options
        self._number = number
        self._under_way = UnderWay(store.folder, number, options.workers)
        self._oracle = Oracle(options.profile)
        self._random = Random(options.seed)  # noqa: S311 - a campaign is to be the same again
        self._mutator = Mutator(self._random)
        self._feedback = Feedback()
        self.pool: list[bytes] = []
        self._picker = Picker(self._random)
        self._names: set[str] = set()
        self._others: deque[bytes] = deque()
        self._lost: deque[TargetUnusable] = deque()
        self._findings = Findings(store, options, self.progress, self._disagreed)
        self._merged_at = (0, 0)
        self._exchanged = time.monotonic()
        self._is_over = False
        # What the mutator has still to learn, and whether it breaks no document where that is known.
        self._unlearned: deque[tuple[bytes, bool | None]] = deque()
        self._threads: ThreadPoolExecutor | None = None

    def campaign(
        self, contenders: Sequence[Contender], seeds: Sequence[bytes], watch: Watch
    ) -> Iterator[CampaignEvent]:
        """Open, run if there is a target, and close, whatever came of it."""
        try:
            yield from self.open(contenders)
            if self.players:
                yield from self.run(seeds, watch)
        finally:
            self.close()

    def open(self, contenders: Sequence[Contender]) -> Iterator[CampaignEvent]:
        """Start the targets; tell of those that cannot be used."""
        guided = self._options.feedback == "full"
        for number, contender in enumerate(contenders):
            try:
                player = Player(contender, number, self._options.profile, guided=guided)
            except MissingError as error:
                yield TargetSkipped(contender.name, str(error))
            except TargetError as error:
                yield TargetUnusable(contender.name, str(error))
            else:
                if {op.value for op in Op}.intersection(player.ops):
                    self.players.append(player)
                else:
                    player.close()
                    yield TargetUnusable(contender.name, "it does none of decode, encode and stream")

    def close(self) -> None:
        """End all targets."""
        self._findings.close()
        if self._threads is not None:
            self._threads.shutdown()
        for player in self.players:
            with suppress(TargetError):
                player.close()

    def run(self, seeds: Sequence[bytes], watch: Watch) -> Iterator[CampaignEvent]:
        """Ask the seeds and what was kept, then mutate until the end of the budget."""
        self.progress.begin()
        kept = list(self._store.inputs())
        names = tuple(player.name for player in self.players)
        yield CampaignStart(names, self._options.seed, len(seeds), len(kept))
        self._names.update(map(name_of, kept))
        self._picker.begin(seeds)
        # Each worker asks its part of the seeds; what is new in those of others comes back through the folder.
        own = seeds[self._number :: self._options.workers]
        first = list(dict.fromkeys([*self._under_way.take_up(), *own, *kept]))
        inputs, batch = self._inputs(first, [*seeds, *kept]), list[Input]()
        self._threads = ThreadPoolExecutor(len(self.players))
        while not self._ended() and self.players and (batch := list(islice(inputs, self._room()))):
            self._under_way.note([*self._findings.waiting, *batch])
            for event in chain(self._batch(batch), self._findings.settle()):
                yield event
                yield from self._look_up(watch)
                if self._ended():
                    break
            else:
                batch = [] if self.players else batch
                self._under_way.note([*self._findings.waiting, *batch])
                yield from self._kept_small(is_begun=self.progress.executions >= len(first) > len(own))
                yield from self._findings.work()
                yield from self._look_up(watch)
        yield from self._findings.settle(at_once=True)
        self._under_way.note(batch)
        while self._findings.is_left and not self._ended():
            yield from self._findings.go_on()
            yield from self._look_up(watch)
        end = self._told()
        yield CampaignEnd(replace(end, rate=round(end.executions / max(end.seconds, 1e-3), 1)))

    def _ended(self) -> bool:
        return self._is_over

    def _look_up(self, watch: Watch) -> Iterator[CampaignEvent]:
        """Tell where the campaign is if that is due, take up what others found, and see whether it is to go on.

        Also between the findings of one batch: there can be many, and each takes its time.
        """
        while self._lost:
            yield self._lost.popleft()
        self._exchange()
        if self.progress.is_due():
            yield self._told()
        seconds = self._options.seconds
        is_out_of_time = seconds is not None and self.progress.seconds >= seconds
        self._is_over = self._is_over or not watch(self._stats()) or is_out_of_time

    def _stats(self) -> StatsLine:
        return self.progress.line(len(self.pool), self._feedback)

    def _told(self) -> StatsLine:
        return self.progress.tell(self.players, len(self.pool), self._feedback)

    def _room(self) -> int:
        """Return how many inputs the next batch has, 0 at the end of the budget."""
        runs, done = self._options.runs, self.progress.executions
        size = min(BATCH, max(_FIRST, done // 2))
        return size if runs is None else max(0, min(size, runs - done))

    def _inputs(self, first: Sequence[Input], known: Sequence[bytes]) -> Iterator[Input]:
        """Yield the first inputs and some that are made up, then mutants without end, those of other workers between.

        What is `known` is taken apart for mutants no sooner than they are wanted, and one with each of them.
        """
        yield from first
        for _ in range(MADE_UP_FIRST):
            yield made_up(self._random, self._options.profile)
        kept, begun = set(self.pool), dict.fromkeys([*filter(None, map(octets_of, first)), *known])
        self._unlearned.extend((octets, None) for octets in begun if octets not in kept)
        while True:
            while self._others:
                yield self._others.popleft()
            if self._random.random() < _MADE_UP:
                yield made_up(self._random, self._options.profile)
            else:
                self._learn_one()
                yield self._mutant(self._picker.pick() or b"")

    def _learn_one(self) -> None:
        """Have the mutator learn one more input."""
        if self._unlearned:
            octets, is_clean = self._unlearned.popleft()
            if is_clean is None:
                is_clean = self._oracle.expect(octets).clause is None
            self._mutator.learn(octets, is_clean=is_clean)

    def _mutant(self, octets: bytes) -> Input:
        """Return a mutant that some target can be asked."""
        if self._is_written and self._random.random() < ASKED:
            asked = asked_for(self._random, self._mutator, octets, self._options.profile)
            if asked is not None:
                return asked
        ops = {op for player in self.players for op in player.ops}
        for _ in range(_TRIES):
            mutant = self._mutator.mutate(octets)
            op = self._oracle.op_of(mutant)
            if op.value in ops or (op is Op.DECODE and Op.ENCODE.value in ops):
                return mutant
        return octets

    def _batch(self, batch: Sequence[Input]) -> Iterator[CampaignEvent]:
        """Ask all targets a batch; yield the findings that are distinct, and targets that are lost."""
        questions = [(octets_of(put), one) for put in batch for one in self._expectations(put)]
        answers = self._ask([one for _, one in questions])
        self.progress.executions += len(batch)
        for (octets, expectation), heard in zip(questions, answers, strict=True):
            yield from self._learn(octets, expectation, [one for _, one in heard])
            for player, one in heard:
                found = found_in(player.name, expectation, one.outcome, octets)
                if found is not None:
                    yield from self._findings.meet(player.contender, found)
            for disagreement in self._disagreements(octets, expectation, heard):
                yield from self._findings.add_disagreement(disagreement, [player.contender for player in self.players])

    def _ask(self, expectations: Sequence[Expectation]) -> list[list[tuple[Player, Heard]]]:
        """Return who says what to each of a batch, without those who are not asked; those lost by it are noted."""
        assert self._threads is not None  # noqa: S101 - they are there once it runs
        asked = [(player, self._threads.submit(player.ask, expectations)) for player in self.players]
        told: list[tuple[Player, list[Heard | None]]] = []
        for player, future in asked:
            heard = future.result()
            if isinstance(heard, TargetError) or is_lost(heard):
                self.players.remove(player)
                player.close()
                self._lost.append(TargetUnusable(player.name, reason_of(heard)))
            else:
                told.append((player, heard))
        return [
            [(player, one) for player, of_all in told if (one := of_all[number]) is not None]
            for number in range(len(expectations))
        ]

    def _expectations(self, put: Input) -> Iterator[Expectation]:
        """Yield what is expected of those who read an input, and of those who can be asked to write it."""
        if not isinstance(put, bytes):
            yield self._oracle.expect_refused(put)
            return
        read = self._oracle.expect(put)
        yield read
        written = self._oracle.expect_written(read) if self._is_written else None
        if written is not None:
            yield written

    @property
    def _is_written(self) -> bool:
        return any(Op.ENCODE.value in player.ops for player in self.players)

    def _learn(self, octets: bytes, expectation: Expectation, heard: Sequence[Heard]) -> Iterator[Coarsened]:
        """Keep an input that did something new; tell of it if there was too much of that.

        Not where it is a target's time-out: most mutants of it are too, and so is asking it again for a merge.
        """
        if not heard or not 0 < len(octets) <= LONGEST:
            return
        level = self._feedback.level
        news = self._feedback.news(self._traits(octets, expectation, heard))
        if news is not None:
            self.progress.note_news()
            if self._is_guided and octets not in self.pool[-1:] and not any(map(_hung, heard)):
                self._keep(octets, expectation, news)
        if self._feedback.level > level:
            yield Coarsened(self._feedback.level)

    def _traits(self, octets: bytes, expectation: Expectation, heard: Sequence[Heard]) -> Traits:
        """Return what an input did."""
        covered = covered_by(expectation) if self._is_guided else frozenset()
        return self._feedback.traits(Shape.of(expectation.op, octets), *_shown(heard), covered)

    @property
    def _is_guided(self) -> bool:
        return self._options.feedback != "none"

    def _keep(self, octets: bytes, expectation: Expectation, news: News) -> None:
        """Keep an input to mutate it."""
        is_clean = expectation.clause is None
        self.pool.append(octets)
        self._picker.add(octets, (expectation.op, octets[5:6]), leads=is_clean and news is News.DEEDS)
        self._unlearned.append((octets, is_clean))
        self._names.add(name_of(octets))
        self._store.keep(octets)

    def _disagreements(
        self, octets: bytes, expectation: Expectation, heard: Sequence[tuple[Player, Heard]]
    ) -> list[Disagreement]:
        voices = [(player.name, player.able, one.outcome, one.reply) for player, one in heard]
        return disagreements(octets, expectation, voices, self._options.profile)

    def _disagreed(self, inputs: Sequence[bytes]) -> list[dict[Class, Disagreement]]:
        """Return on what targets disagree with each input, asked once more."""
        expectations = [self._oracle.expect(octets) for octets in inputs]
        return [
            {one.about: one for one in self._disagreements(octets, expectation, heard)}
            for octets, expectation, heard in zip(inputs, expectations, self._ask(expectations), strict=True)
        ]

    def _kept_small(self, *, is_begun: bool) -> Iterator[CampaignEvent]:
        """Merge the inputs that were kept: those of earlier campaigns once they were asked, then on a schedule."""
        executions, kept = self._merged_at
        is_first = is_begun and executions == 0
        is_due = self.progress.executions - executions >= MERGE_EVERY and len(self.pool) > MERGE_GROWTH * kept
        # One worker does it for all.
        if self._number or not (is_first or is_due):
            return
        before = len(self.pool)
        try:
            self.pool = self._in_order(merged(self.pool, self._measured))
        except MergeError as error:
            yield MergeRefused(before, error.lost)
        else:
            self._picker.keep_only(self.pool)
            self._drop_others()
            yield Merged(before, len(self.pool))
        self._merged_at = self.progress.executions, len(self.pool)

    def _in_order(self, kept: Sequence[bytes]) -> list[bytes]:
        """Return inputs in the order in which they were found: the latest are mutated most."""
        chosen = set(kept)
        return [octets for octets in self.pool if octets in chosen]

    def _drop_others(self) -> None:
        """Drop what was kept in the folder and asked, and is in the pool no more; what others just found stays."""
        names = set(map(name_of, self.pool))
        for octets in list(self._store.inputs(names)):
            if name_of(octets) in self._names:
                self._store.drop(octets)

    def _measured(self, inputs: Sequence[bytes]) -> dict[bytes, Traits]:
        """Return what each input does, asked once more."""
        done: dict[bytes, Traits] = {}
        for start in range(0, len(inputs), BATCH):
            batch = inputs[start : start + BATCH]
            questions = [(octets, one) for octets in batch for one in self._expectations(octets)]
            answers = self._ask([one for _, one in questions])
            for (octets, expectation), heard in zip(questions, answers, strict=True):
                traits = self._traits(octets, expectation, [one for _, one in heard])
                done[octets] = done.get(octets, Traits()).joined(traits)
        return done

    def _exchange(self) -> None:
        """Take up what other workers found since this was done last."""
        is_alone = self._options.workers == 1
        if is_alone or time.monotonic() - self._exchanged < EXCHANGE_SECONDS:
            return
        self._exchanged = time.monotonic()
        for octets in self._store.inputs(self._names):
            self._names.add(name_of(octets))
            self._others.append(octets)
        self._findings.seen |= self._store.known_keys()


def _hung(heard: Heard) -> bool:
    observed = heard.outcome.observed
    return isinstance(observed, Observed) and observed.observation is Observation.TIMED_OUT


def _shown(heard: Sequence[Heard]) -> tuple[list[Outcome], list[Edges]]:
    """Return what targets did with one input: outcomes, and the edges of those that tell of them."""
    return [one.outcome for one in heard], [one.edges for one in heard if one.edges is not None]
