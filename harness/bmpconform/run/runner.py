"""The flow of `run`: targets and vectors in, events out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from bmpconform import __version__
from bmpconform.corpus.load import Corpus, select
from bmpconform.corpus.vector import Vector
from bmpconform.judge.expected import Entry, Expected, Ledger
from bmpconform.judge.honesty import HONESTY
from bmpconform.judge.observed import Observed
from bmpconform.judge.words import Standing, Verdict
from bmpconform.rules.selection import Policy
from bmpconform.run.cross import decoded_by, encoded_vectors, pair_name
from bmpconform.run.events import (
    NO_SUCH_VECTOR,
    SCHEMA,
    Evidence,
    Judged,
    RunEvent,
    RunHeader,
    RunSummary,
    TargetSkipped,
    TargetStart,
    TargetUnusable,
    VerdictLine,
    command_line,
)
from bmpconform.run.target import GAVE_UP, Outcome, Progress, Target, TargetRun
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES, Profile
from bmpconform.targets.errors import MissingError, TargetError
from bmpconform.targets.protocol import Greeted
from bmpconform.wire.value import Value, replace

# Told the target, how many cases it has answered, and how many it gets; says whether to go on.
Watch = Callable[[str, int, int], bool]


class RunOptions(Value, frozen=True):
    """How to judge: `pattern` chooses vectors by id, `rerun` asks twice more what was not the first choice.

    `jobs` targets are judged at a time; with `cross`, what one target encodes every other decodes, after all else;
    with `slow` sessions are played that keep the user waiting.
    """

    profile: Profile = PROFILES[DEFAULT_PROFILE]
    policy: Policy = Policy()
    pattern: str = "*"
    rerun: bool = True
    jobs: int = 1
    cross: bool = False
    slow: bool = False


# How a target that is no child is judged: vectors and options in, its events out. Raises TargetError.
Judging = Callable[[Sequence[Vector], RunOptions, Progress], Iterable[RunEvent]]


class Contender(Value, frozen=True):
    """A target as the user typed it, how to open it, and what is expected to fail there.

    One that is `judged` live is no child, and is not opened.
    `open_in` opens it with words added to its environment, None where that cannot be.
    """

    name: str
    open: Callable[[], Target]
    expected: Expected = Expected()
    deterministic: bool = False
    judged: Judging | None = None
    open_in: Callable[[dict[str, str]], Target] | None = None


def run(
    contenders: Sequence[Contender], corpus: Corpus, options: RunOptions, watch: Watch | None = None
) -> Iterator[RunEvent]:
    """Judge targets by the vectors that the profile scores. Yields a header, each target's events, and a summary.

    Targets come in their order, whatever the number of `jobs`; a target that cannot be used costs no other its run.
    """
    vectors = select(corpus, options.pattern, options.profile)
    yield RunHeader(SCHEMA, __version__, options.profile.name, corpus.sha256)
    tally, started = _Tally(), set[str]()
    with ThreadPoolExecutor(max(1, options.jobs)) as pool:
        judging = [pool.submit(_judge_target, one, vectors, corpus, options, watch) for one in contenders]
        for future in judging:
            for event in future.result():
                if isinstance(event, TargetStart):
                    started.add(event.target)
                tally.add(event)
                yield event
    # Why another cannot be used was told.
    able = [one for one in contenders if one.name in started and one.judged is None]
    for event in _judge_across(able, vectors, options, watch) if options.cross else ():
        tally.add(event)
        yield event
    yield tally.summary()


def _judge_across(
    contenders: Sequence[Contender], vectors: Sequence[Vector], options: RunOptions, watch: Watch | None
) -> Iterator[Judged | TargetUnusable]:
    """Yield what every target makes of what every other encodes, and which pair was not judged to its end."""
    for encoder in contenders:
        encoded: list[Vector] = []
        try:
            with _opened(encoder, options) as run:
                encoded = encoded_vectors(run, vectors, options.profile, _progress(encoder.name, watch))
            lost = run.lost and f"did not encode all: {run.lost}"
        except TargetError as error:
            lost = str(error)
        if lost is not None:
            yield TargetUnusable(pair_name(encoder.name, "others"), lost)
        for decoder in contenders if encoded else ():
            if decoder is not encoder:
                yield from _judge_pair(encoder, decoder, encoded, options, watch)


def _judge_pair(
    encoder: Contender, decoder: Contender, encoded: Sequence[Vector], options: RunOptions, watch: Watch | None
) -> Iterator[Judged | TargetUnusable]:
    pair = pair_name(encoder.name, decoder.name)
    ledger = Ledger(decoder.expected.expect, options.profile.name)
    try:
        with _opened(decoder, options) as run:
            rerun = options.rerun and not decoder.deterministic
            outcomes = decoded_by(run, encoded, _progress(pair, watch), rerun=rerun)
    except TargetError as error:
        yield TargetUnusable(pair, str(error))
        return
    for outcome in outcomes:
        event = judged(pair, outcome, ledger)
        replay = command_line("run", encoder.name, decoder.name, "--cross", "--vectors", event.line.vector)
        # Other octets of the same message may pass where the vector's own fail, or fail in another way.
        is_known = ledger.names(event.line.vector, event.line.op)
        expected = Standing.AS_EXPECTED.value if is_known else event.line.expected
        yield replace(event, line=replace(event.line, expected=expected, replay=replay))
    yield from _unusable(run, pair, outcomes)


@contextmanager
def _opened(contender: Contender, options: RunOptions) -> Iterator[TargetRun]:
    """Open a target for a while. Raises TargetError where it cannot be used."""
    run = TargetRun(contender.open, options.profile, options.policy)
    try:
        yield run
    finally:
        run.close()


def _progress(name: str, watch: Watch | None) -> Progress:
    return lambda done, total: watch is None or watch(name, done, total)


def _judge_target(
    contender: Contender, vectors: Sequence[Vector], corpus: Corpus, options: RunOptions, watch: Watch | None
) -> list[RunEvent]:
    try:
        if contender.judged is not None:
            return list(contender.judged(vectors, options, _progress(contender.name, watch)))
        with _opened(contender, options) as target:
            rerun = options.rerun and not contender.deterministic
            outcomes = target.outcomes(vectors, _progress(contender.name, watch), rerun=rerun)
    except MissingError as error:
        return [TargetSkipped(contender.name, str(error))]
    except TargetError as error:
        return [TargetUnusable(contender.name, str(error))]
    start = _start(contender.name, target.greeted, len(outcomes))
    return [start, *_judged(contender, outcomes, corpus, options), *_unusable(target, contender.name, outcomes)]


def _start(name: str, greeted: Greeted, cases: int) -> TargetStart:
    able = greeted.capabilities
    return TargetStart(name, greeted.name, greeted.version, greeted.language, cases, able.depth, able.bgp)


def _judged(
    contender: Contender, outcomes: Iterable[Outcome], corpus: Corpus, options: RunOptions
) -> Iterator[RunEvent]:
    ledger = Ledger(contender.expected.expect, options.profile.name)
    for outcome in outcomes:
        yield judged(contender.name, outcome, ledger)
    yield from dead_entries(contender, corpus, options)


def dead_entries(contender: Contender, corpus: Corpus, options: RunOptions) -> Iterator[Judged]:
    """Yield the entries of expected.toml that name what does not exist, as stale verdicts."""
    ledger = Ledger(contender.expected.expect, options.profile.name)
    exists = {(vector.id, op.value) for vector in (*corpus.vectors, *HONESTY.values()) for op in vector.ops}
    for entry in ledger.dead(exists):
        yield dead(contender.name, entry)


def judged(target: str, outcome: Outcome, ledger: Ledger) -> Judged:
    """Return what came of a task, with how that compares with what is expected."""
    task, judgement = outcome.task, outcome.judgement
    standing = ledger.standing(task.vector.id, task.op.value, judgement.verdict, judgement.code)
    failed = judgement.verdict is Verdict.FAIL
    entry = ledger.entry(task.vector.id, task.op.value, judgement.code) if failed else None
    return Judged(_line(target, outcome, standing, ledger.profile), task.vector, outcome.evidence, entry)


def _line(target: str, outcome: Outcome, standing: Standing, profile: str) -> VerdictLine:
    vector, observed, judgement = outcome.task.vector, outcome.observed, outcome.judgement
    seen = observed if isinstance(observed, Observed) else None
    under = [] if profile == DEFAULT_PROFILE else ["--profile", profile]
    return VerdictLine(
        target=target,
        vector=vector.id,
        op=outcome.task.op.value,
        clauses=vector.clauses,
        observation=None if seen is None else seen.observation.value,
        verdict=judgement.verdict.value,
        level=judgement.level,
        code=judgement.code,
        path="" if seen is None else seen.path,
        expected=standing.value,
        error=None if seen is None else seen.error,
        replay=command_line("replay", vector.id, "--target", target, *under),
    )


def dead(target: str, entry: Entry) -> Judged:
    """Return an entry of expected.toml that names what does not exist, as a stale verdict."""
    line = VerdictLine(
        target=target,
        vector=entry.vector,
        op=entry.op,
        clauses=(),
        observation=None,
        verdict=Verdict.NOT_TESTABLE.value,
        level=None,
        code=NO_SUCH_VECTOR,
        path="",
        expected=Standing.STALE.value,
        error=None,
        replay="",
    )
    return Judged(line, None, Evidence(seen="expected.toml names a vector and op that do not exist"))


def _unusable(run: TargetRun, name: str, outcomes: Iterable[Outcome]) -> Iterator[TargetUnusable]:
    """Yield that a target could not be used to the end, where that is so."""
    left = [outcome.evidence.seen for outcome in outcomes if outcome.judgement.code == GAVE_UP]
    if left:
        yield TargetUnusable(name, f"{left[0]}; not asked: {len(left)} of its cases")
    if run.lost is not None:
        yield TargetUnusable(name, f"what it failed was not asked again: {run.lost}")


class _Tally:
    """Counts verdicts for the summary."""

    def __init__(self) -> None:
        self._verdicts = dict.fromkeys((verdict.value for verdict in Verdict), 0)
        self._standings = dict.fromkeys((standing.value for standing in Standing), 0)
        self._by_target: dict[str, dict[str, int]] = {}

    def add(self, event: RunEvent) -> None:
        if isinstance(event, Judged):
            line = event.line
            self._verdicts[line.verdict] += 1
            self._standings[line.expected] += 1
            verdicts = self._by_target.setdefault(line.target, dict.fromkeys(self._verdicts, 0))
            verdicts[line.verdict] += 1

    def summary(self) -> RunSummary:
        return RunSummary(self._verdicts, self._standings, self._by_target)
