"""A Python module as a target in this process, and what a campaign would find in our own codec: false alarms.

Why in this process: what drives one function at a time sees its coverage only here. Why through JSON: what is asked and
answered is then what a child is asked and answers.
"""

from collections.abc import Iterable, Iterator
from functools import cache, partial
from types import ModuleType

from bmpconform.adapters.reference import target as reference
from bmpconform.fuzz.finding import found_in
from bmpconform.fuzz.oracle import Oracle
from bmpconform.rules.selection import Policy
from bmpconform.run.plan import Task
from bmpconform.run.target import TargetRun
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.exchange import READERS
from bmpconform.targets.host import answer
from bmpconform.targets.protocol import PROTOCOL, Answer, Asked, Greeted, Hello, Panicked
from bmpconform.targets.replies import Answered, Case, Crashed, Reply
from bmpconform.targets.serve import READ_REQUEST, answered
from bmpconform.wire.value import to_json


class InProcess:
    """A target that is a module with the functions of `bmpconform.targets.module`. It cannot be limited."""

    def __init__(self, module: ModuleType) -> None:
        self._answer = partial(answer, module)

    def hello(self) -> Greeted:
        """Return who the module says it is."""
        greeted = self._ask(Hello(PROTOCOL))
        if not isinstance(greeted, Greeted):
            raise TypeError(f"a greeting is no {type(greeted).__name__}")
        return greeted

    def ask(self, cases: Iterable[Case]) -> Iterator[tuple[Case, Reply]]:
        """Yield what comes of each case."""
        for case in cases:
            answers = tuple(map(self._ask, case.requests))
            panic = next((one for one in answers if isinstance(one, Panicked)), None)
            yield case, Answered(answers) if panic is None else Crashed(panic.error, panic.reason)

    def close(self) -> None:
        """Do nothing: there is no child."""

    def _ask(self, request: Asked) -> Answer:
        given: Answer = READERS[type(request)](answered(READ_REQUEST(to_json(request)), self._answer))
        return given


@cache
def _own() -> tuple[Oracle, TargetRun]:
    profile = PROFILES[DEFAULT_PROFILE]
    return Oracle(profile), TargetRun(lambda: InProcess(reference), profile, Policy())


def false_alarm(octets: bytes) -> str | None:
    """Return what a campaign finds in our own codec under some octets; None is as it has to be."""
    oracle, run = _own()
    read = oracle.expect(octets)
    written = oracle.expect_written(read)
    asked = [one for one in (read, written) if one is not None]
    outcomes = run.each([Task(one.vector, one.op) for one in asked])
    for expectation, outcome in zip(asked, outcomes, strict=True):
        found = found_in("reference", expectation, outcome, octets)
        if found is not None:
            fault = found.fault
            return f"{fault.op}: {fault.observation} {fault.clause_or_error} {fault.path} {found.expected} {found.seen}"
    return None
