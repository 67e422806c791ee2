"""Runs tests under coverage: which lines and branches they take, and which test takes which line.

Why generated code is written to files: coverage counts by file and line, and the fast decoders and encoders have
neither until then. It is laid out anew on the way, a statement a line, so that each `if` of it is a branch that counts.
"""

import ast
import builtins
import functools
import gc
import inspect
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any
from unittest.mock import patch

import coverage
import pytest

from places import JUDGED, modules, read_all

ROOT = Path(__file__).resolve().parents[2]
# What is asked of pytest in any case; the plugins that are found by themselves are not asked for.
ARGUMENTS = ("-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider", "--assert=plain", "-q", "--no-header")


# Where in the folder of generated code that of tests is, which does not count.
OF_TESTS = "tests"
# Where the names of all tests are: some run no line but those that importing runs.
COLLECTED = "collected.json"
REMEMBERING = type(functools.cache(len))
# Tests that are run one after the other, in stages: a later one only where none before it failed.
Stages = tuple[Sequence[str], ...]


class Contexts:
    """A plugin that counts the lines of each test apart, and writes down which tests there are."""

    def __init__(self, traced: coverage.Coverage, collected: Path) -> None:
        self._traced = traced
        self._collected = collected
        self._memories: list[Any] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note what functions of the package remember, now that all of it is imported."""
        self._collected.write_text(json.dumps([item.nodeid for item in session.items]), encoding="utf-8")
        found = [each for each in gc.get_objects() if isinstance(each, REMEMBERING)]
        self._memories = [each for each in found if each.__module__.startswith("bmpconform")]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Count for this test, which is to run the lines again that an earlier one has run."""
        for memory in self._memories:
            memory.cache_clear()
        self._traced.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self._traced.switch_context("")


@contextmanager
def generated_to(folder: Path) -> Iterator[None]:
    """Have generated code compiled from files, named by what it is; that of tests alone goes to a folder inside."""
    plain: Callable[..., Any] = builtins.compile
    (folder / OF_TESTS).mkdir()

    def to_file(source: object, filename: object, *rest: object, **named: object) -> object:
        if filename != "<layout>" or not isinstance(source, str):
            return plain(source, filename, *rest, **named)
        laid_out = ast.unparse(ast.parse(source)) + "\n"
        name = f"{sha256(laid_out.encode()).hexdigest()[:8]}.py"
        path = folder / name
        if not path.exists() and not _is_asked_for(inspect.currentframe()):
            path = folder / OF_TESTS / name
        path.write_text(laid_out, encoding="utf-8")
        return plain(laid_out, str(path), *rest, **named)

    with patch.object(builtins, "compile", to_file):
        yield


def _is_asked_for(frame: FrameType | None) -> bool:
    """Whether a module that is judged has code compiled while it is imported."""
    while frame is not None and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    return frame is not None and frame.f_globals["__name__"].startswith(tuple(f"bmpconform.{one}." for one in JUDGED))


def run(tests: Sequence[str], folder: Path, *, by_test: bool) -> coverage.Coverage:
    """Run tests, and return what they ran; generated code is left in the folder. Raises SystemExit where one fails."""
    here = sorted({str(path.parent) for path in modules().values()})
    data = str(folder / "data")
    left_out = [str(folder / OF_TESTS / "*")]
    traced = coverage.Coverage(
        data_file=data, branch=not by_test, source=[*here, str(folder)], omit=left_out, config_file=False
    )
    traced.start()
    with generated_to(folder):
        outcome = pytest.main([*ARGUMENTS, *tests], [Contexts(traced, folder / COLLECTED)] if by_test else [])
    traced.stop()
    traced.save()
    if outcome:
        sys.exit(outcome)
    return traced


class TestsByLine:
    """Which tests run which line."""

    __test__ = False

    def __init__(self, data: coverage.CoverageData, collected: Sequence[str]) -> None:
        self._sources = {sources.module: sources for sources in read_all()}
        self._tests: dict[str, dict[int, list[str]]] = {
            name: data.contexts_by_lineno(str(path)) for name, path in modules().items()
        }
        self._all = collected

    def of(self, module: str, line: int) -> Stages:
        """Return the tests that run a line, all tests for a line that is run when the module is imported.

        Those of the file that has the module's name come first, else of the file that has most: it alone is soon read.
        """
        tests = self._of_line(module, line)
        files: dict[str, list[str]] = {}
        for test in self._all if "" in tests else tests:
            files.setdefault(test.partition("::")[0], []).append(test)
        folder, _, name = module.rpartition("/")
        nearest = f"tests/{folder}/test_{name}"
        first = nearest if nearest in files else max(files, key=lambda file: (len(files[file]), file), default="")
        others = [test for file, found in files.items() if file != first for test in found]
        return tuple(_mixed(stage) for stage in (files.get(first, []), others) if stage)

    def _of_line(self, module: str, line: int) -> list[str]:
        """Return the tests that run a line, or its statement where that begins on a line of brackets alone."""
        tests = self._tests[module]
        around = (tests.get(other, []) for other in self._sources[module].statement(line))
        return tests.get(line) or max(around, key=len)


def _mixed(tests: Iterable[str]) -> list[str]:
    """Return tests in turns: the first case of each function, then the second: unlike tests notice unlike things."""
    turns: Counter[str] = Counter()
    ranked = []
    for test in sorted(tests):
        function = test.partition("[")[0]
        turns[function] += 1
        ranked.append((turns[function], test))
    return [test for _, test in sorted(ranked)]


def tests_by_line(tests: Sequence[str], folder: Path) -> TestsByLine:
    """Run tests in a child, so that nothing of the package is loaded here; return which of them runs which line."""
    child = os.fork()
    if not child:
        try:
            run(tests, folder, by_test=True)
        except SystemExit:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit("without a change, too, a test fails")
    data = coverage.CoverageData(str(folder / "data"))
    data.read()
    return TestsByLine(data, json.loads((folder / COLLECTED).read_text(encoding="utf-8")))
