"""What becomes of one change: a child process in which the changed module is the one that is imported, and tests.

Why a fork: pytest and what the tests import of others is loaded once, the package itself in each child, so that all of
it sees the change. Limits are on the time of the processor, so that a busy machine changes no outcome.
"""

import os
import resource
import signal
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from tempfile import TemporaryFile
from types import CodeType, ModuleType
from typing import IO

import pytest

from mutations import Mutation
from places import modules
from tracing import ARGUMENTS, ROOT, Stages

# Seconds of the processor for all imports, and for each test.
SECONDS = 30
MEMORY = 4 << 30


class Outcome(Enum):
    """What became of a change."""

    KILLED = "killed"
    NOT_IMPORTED = "not imported"
    OUT_OF_TIME = "out of time"
    SURVIVED = "survived"


@dataclass(frozen=True)
class Trial:
    """A change, what became of it, and the test that killed it, empty if none did."""

    mutation: Mutation
    outcome: Outcome
    test: str

    def __lt__(self, other: "Trial") -> bool:
        return self.mutation < other.mutation


class _Loader(SourceFileLoader):
    """Loads a module with a change."""

    def __init__(self, mutation: Mutation) -> None:
        path = modules()[mutation.place.module]
        super().__init__(f"bmpconform.{mutation.place.module.removesuffix('.py').replace('/', '.')}", str(path))
        self._source = mutation.source

    def get_code(self, fullname: str) -> CodeType:
        """Return the changed module."""
        assert fullname == self.name
        with warnings.catch_warnings():
            # What a change looks like is no reason to fail, only what it does.
            warnings.simplefilter("ignore", SyntaxWarning)
            return compile(self._source, str(self.path), "exec")


class _Finder:
    """Finds that module, before the one on disk is found."""

    def __init__(self, mutation: Mutation) -> None:
        self._loader = _Loader(mutation)

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        """Return what loads the module that is changed, None for all others."""
        name, path = self._loader.name, self._loader.path
        return spec_from_file_location(name, path, loader=self._loader) if fullname == name else None


class _Chosen:
    """A plugin that keeps the chosen tests, in their order, limits the time of each and says which one failed."""

    def __init__(self, tests: Sequence[str], said: IO[bytes]) -> None:
        self._order = {test: at for at, test in enumerate(tests)}
        self._said = said

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the chosen tests."""
        items[:] = sorted((item for item in items if item.nodeid in self._order), key=self._rank)

    def _rank(self, item: pytest.Item) -> int:
        return self._order[item.nodeid]

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Give a test its time, and note that it is the one that runs."""
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        self._said.seek(0)
        self._said.truncate()
        self._said.write(nodeid.encode())
        self._said.flush()


def trials(work: Iterable[tuple[Mutation, Stages]], jobs: int) -> Iterator[Trial]:
    """Try each change with its tests, so many at once; yield what became of it, the first that is done first."""
    running: dict[int, tuple[Mutation, IO[bytes]]] = {}
    for mutation, stages in work:
        if len(running) == jobs:
            yield _reap(running)
        said = TemporaryFile()  # noqa: SIM115 - closed when the child has ended
        running[_start(mutation, stages, said)] = mutation, said
    while running:
        yield _reap(running)


def _start(mutation: Mutation, stages: Stages, said: IO[bytes]) -> int:
    child = os.fork()
    if not child:
        with suppress(BaseException):
            os._exit(_try(mutation, stages, said))
        os._exit(1)
    return child


def _try(mutation: Mutation, stages: Stages, said: IO[bytes]) -> int:
    """Run the tests on the change, in a child; return pytest's exit code."""
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(silence, stream)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    sys.meta_path.insert(0, _Finder(mutation))
    return next((code for code in (_run(stage, said) for stage in stages) if code), 0)


def _run(tests: Sequence[str], said: IO[bytes]) -> int:
    files = dict.fromkeys(str(ROOT / test.partition("::")[0]) for test in tests)
    return pytest.main([*ARGUMENTS, "-x", *files], [_Chosen(tests, said)])


def _reap(running: dict[int, tuple[Mutation, IO[bytes]]]) -> Trial:
    child, status = os.wait()
    mutation, said = running.pop(child)
    with said:
        said.seek(0)
        test = said.read().decode()
    if os.WIFSIGNALED(status):
        return Trial(mutation, Outcome.OUT_OF_TIME, test)
    if not os.WEXITSTATUS(status):
        return Trial(mutation, Outcome.SURVIVED, "")
    return Trial(mutation, Outcome.KILLED if test else Outcome.NOT_IMPORTED, test)
