"""Tests of the named targets: one for each vector and op, judged as `bmpconform run` does.

Why planned without the target: each worker of pytest-xdist has to collect the same tests, and none needs a child before
its first one. What a target turns out not to declare is skipped then, with the reason.
"""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from bmpconform.corpus.load import load, select
from bmpconform.corpus.location import CorpusError
from bmpconform.corpus.vector import Op
from bmpconform.judge.expected import ExpectedError
from bmpconform.judge.words import Standing, Verdict
from bmpconform.pytest_plugin import MARKER
from bmpconform.pytest_plugin.sitting import Sitting, UnusableError
from bmpconform.report.terminal import PLAIN_WIDTH
from bmpconform.report.verdicts import render_replayed
from bmpconform.rules.selection import Policy, PolicyError
from bmpconform.run.contenders import contenders
from bmpconform.run.events import Judged
from bmpconform.run.plan import Task, plan
from bmpconform.run.runner import Contender, RunOptions, dead_entries
from bmpconform.run.target import GAVE_UP
from bmpconform.show.printable import printable
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.protocol import Capabilities

_SITTINGS = pytest.StashKey[list[Sitting]]()
_ABLE_TO_ALL = Capabilities(ops=tuple(op.value for op in Op))


def pytest_configure(config: pytest.Config) -> None:
    """Read the options. Raises UsageError where one is wrong."""
    config.stash[_SITTINGS] = [Sitting(contender, _options(config)) for contender in _contenders(config)]


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the targets."""
    for sitting in config.stash.get(_SITTINGS, []):
        sitting.close()


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Put the vectors behind the tests that are in files."""
    report = yield
    if isinstance(collector, pytest.Session) and report.result is not None:
        sittings = collector.config.stash[_SITTINGS]
        report.result += [Vectors.of(collector, sitting) for sitting in sittings]
    return report


class VerdictError(Exception):
    """A verdict that makes a test fail."""

    def __init__(self, judged: Judged) -> None:
        """Keep the verdict."""
        super().__init__(judged)
        self.judged = judged


class VectorItem(pytest.Item):
    """A test that is named after a vector and an op, and says what is wrong as `bmpconform run` does."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> object:  # type: ignore[override]
        """Return the text of a failure."""
        if isinstance(excinfo.value, VerdictError):
            lines = render_replayed([excinfo.value.judged], PLAIN_WIDTH)
            return "\n".join(line.plain for line in lines).rstrip()
        if isinstance(excinfo.value, UnusableError):
            lines_of_target = str(excinfo.value).splitlines()
            return "\n".join(map(printable, ["The target cannot be used:", *lines_of_target]))
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return the heading of a failure: a vector is no line of a file."""
        return self.path, None, self.name


class Case(VectorItem):
    """A vector under one op."""

    sitting: Sitting
    task: Task

    @classmethod
    def of(cls, parent: pytest.Collector, sitting: Sitting, task: Task) -> "Case":
        """Return the test of a task."""
        case: Case = cls.from_parent(parent, name=f"{task.vector.id}[{task.op.value}]")
        case.sitting, case.task = sitting, task
        return case

    def runtest(self) -> None:
        """Ask the target, and fail unless the verdict is as expected."""
        untestable = self.sitting.untestable(self.task)
        if untestable is not None:
            pytest.skip(untestable)
        judged = self.sitting.judge(self.task)
        line = judged.line
        if judged.evidence.stderr:
            self.add_report_section("call", "stderr of the target", printable(judged.evidence.stderr))
        if line.expected != Standing.AS_EXPECTED.value or line.code == GAVE_UP:
            raise VerdictError(judged)
        if line.verdict == Verdict.NOT_TESTABLE.value:
            pytest.skip(printable(": ".join(filter(None, (line.code, judged.evidence.seen)))))
        if line.verdict == Verdict.FAIL.value:
            self._fail_as_expected(judged)

    def _fail_as_expected(self, judged: Judged) -> NoReturn:
        pytest.xfail(self.sitting.reason(judged.line))
        raise VerdictError(judged)  # with --runxfail it is to be shown


class DeadEntry(VectorItem):
    """An entry of expected.toml that names no vector."""

    judged: Judged

    @classmethod
    def of(cls, parent: pytest.Collector, judged: Judged) -> "DeadEntry":
        """Return the test that fails with this verdict."""
        entry: DeadEntry = cls.from_parent(parent, name=f"{judged.line.vector}[{judged.line.op}]")
        entry.judged = judged
        return entry

    def runtest(self) -> None:
        """Fail: an entry that nothing matches is wrong."""
        raise VerdictError(self.judged)


class Vectors(pytest.Collector):
    """All tests of one target."""

    sitting: Sitting

    @classmethod
    def of(cls, session: pytest.Session, sitting: Sitting) -> "Vectors":
        """Return the collector of a target, whose text stands where other tests have their file.

        Its name is not that text: `-k decode` would else choose all tests of a target named `jsonl:./decoder`.
        """
        vectors: Vectors = cls.from_parent(session, name=MARKER, nodeid=sitting.contender.name)
        vectors.sitting = sitting
        vectors.add_marker(MARKER)
        return vectors

    def collect(self) -> Iterator[VectorItem]:
        """Yield a test for each vector and op, in the order of `bmpconform run`."""
        sitting = self.sitting
        try:
            corpus = load()
        except CorpusError as error:
            raise self.CollectError(str(error)) from error
        chosen = select(corpus, sitting.options.pattern, sitting.options.profile)
        if not chosen:
            raise self.CollectError(f"no vector fits {sitting.options.pattern}")
        for task in plan(chosen, _ABLE_TO_ALL):
            yield Case.of(self, sitting, task)
        for judged in dead_entries(sitting.contender, corpus, sitting.options):
            yield DeadEntry.of(self, judged)


def _contenders(config: pytest.Config) -> list[Contender]:
    targets, file = config.getoption("bmp_target"), config.getoption("bmp_expected")
    if file is not None and len(targets) > 1:
        raise pytest.UsageError("--bmp-expected is for one --bmp-target")
    path = None if file is None else config.invocation_params.dir / file
    try:
        return contenders(dict.fromkeys(targets), path, None)
    except (ValueError, ExpectedError) as error:
        raise pytest.UsageError(printable(str(error))) from error


def _options(config: pytest.Config) -> RunOptions:
    profile, settings = config.getoption("bmp_profile") or DEFAULT_PROFILE, config.getoption("bmp_policy")
    if profile not in PROFILES:
        raise pytest.UsageError(f"--bmp-profile {profile}: there is {', '.join(PROFILES)}")
    pairs = dict(setting.partition("=")[::2] for setting in settings)
    try:
        policy = Policy.of(pairs)
    except PolicyError as error:
        raise pytest.UsageError(f"--bmp-policy: {printable(str(error))}") from error
    return RunOptions(PROFILES[profile], policy, config.getoption("bmp_vectors"))
