"""Octets put to a target again: is it the finding's doing, does it stay, and what of the octets does it take?

Why on a child of its own: what a target does after a thousand other inputs is not yet a finding about this one.
"""

from collections.abc import Sequence
from typing import Self

from bmpconform.corpus.vector import Op
from bmpconform.fuzz.finding import FAIL, Fault, Found, found_in
from bmpconform.fuzz.minimise import Shrinking
from bmpconform.fuzz.oracle import Expectation, Oracle
from bmpconform.fuzz.slices import Shrink
from bmpconform.judge.observed import Observed
from bmpconform.rules.selection import Policy
from bmpconform.run.contenders import contenders
from bmpconform.run.plan import Task
from bmpconform.run.runner import Contender
from bmpconform.run.target import Outcome, TargetRun
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES, Profile
from bmpconform.wire.value import replace

LOOKS = 3
FLAKY = "flaky"
# How often a target is asked to make an input smaller, about how many inputs at once, and how often it may die of it.
MOST_TRIES, AT_ONCE, MOST_DEATHS = 300, 16, 30
_DEADLY = frozenset({"crashed", "timed-out", "protocol-broken"})


class Prober:
    """One target, asked about single inputs on a child that has seen nothing else.

    Shape: a context, so that the child ends; `deaths` are the answers that cost one. Raises TargetError where the
    target cannot be used.
    """

    def __init__(self, contender: Contender, profile: Profile) -> None:
        self._name = contender.name
        self._oracle = Oracle(profile)
        self._run = TargetRun(contender.open, profile, Policy())
        self.deaths = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._run.close()

    def ask(self, octets: bytes, op: Op) -> Found | None:
        """Return what is found with octets under an op, asked once; None where they are not for that op."""
        return self.ask_each([octets], op)[0]

    def ask_each(self, inputs: Sequence[bytes], op: Op) -> list[Found | None]:
        """Return the same of several octets, all asked at once."""
        expected = [self._expectation(octets, op) for octets in inputs]
        asked = [one for one in expected if one is not None]
        outcomes = list(self._run.each([Task(one.vector, one.op) for one in asked]))
        self.deaths += sum(_is_deadly(outcome) for outcome in outcomes)
        told = iter(outcomes)
        return [
            None if expectation is None else found_in(self._name, expectation, next(told), octets)
            for octets, expectation in zip(inputs, expected, strict=True)
        ]

    def _expectation(self, octets: bytes, op: Op) -> Expectation | None:
        """Return what is expected of octets under an op; None where they are not for that op, or the target is not."""
        read = self._oracle.expect(octets)
        expectation = self._oracle.expect_written(read) if op is Op.ENCODE else read
        able = self._run.greeted.capabilities.ops
        return None if expectation is None or expectation.op.value not in able else expectation


def confirmed(contender: Contender, profile: Profile, found: Found) -> Found:
    """Return a finding as it was met, or as flaky where a fresh child does not do it each time."""
    op = Op(found.fault.op)
    with Prober(contender, profile) as prober:
        is_steady = all(_fault(prober.ask(found.octets, op)) == found.fault for _ in range(LOOKS))
    return found if is_steady else _flaky(found)


def smaller(contender: Contender, profile: Profile, found: Found) -> Shrink[Found]:
    """Make a confirmed finding small in slices, on a child of its own, which may die MOST_DEATHS times of it."""
    op = Op(found.fault.op)
    at_once = 1 if found.fault.observation in _DEADLY else AT_ONCE
    shrinking = Shrinking(found.octets, MOST_TRIES, at_once)
    with Prober(contender, profile) as prober:
        while prober.deaths < MOST_DEATHS and (some := shrinking.question()):
            shrinking.answer([_fault(one) == found.fault for one in prober.ask_each(some, op)])
            if (yield):
                break
        again = None if shrinking.smallest == found.octets else prober.ask(shrinking.smallest, op)
    return again if again is not None and again.fault == found.fault else None


def finding_of(target: str, op: str, octets: bytes, profile: str = DEFAULT_PROFILE) -> str | None:
    """Return in a sentence what is wrong with what a target, as typed, makes of octets; None where nothing is.

    Under `encode` it is asked for the message that the octets are.
    """
    (contender,) = contenders([target], None, None)
    with Prober(contender, PROFILES[profile]) as prober:
        found = prober.ask(octets, Op(op))
    if found is None or found.level != FAIL:
        return None
    fault = found.fault
    return f"{fault.observation} {fault.clause_or_error} {fault.path}: expected {found.expected}, seen {found.seen}"


def _is_deadly(outcome: Outcome) -> bool:
    return isinstance(outcome.observed, Observed) and outcome.observed.observation.value in _DEADLY


def _fault(found: Found | None) -> Fault | None:
    return None if found is None else found.fault


def _flaky(found: Found) -> Found:
    fault = replace(found.fault, observation=FLAKY)
    return replace(found, fault=fault, code=FLAKY, expected=found.fault.observation)
