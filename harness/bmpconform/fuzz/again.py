"""Octets put to a target again: is it the finding's doing, does it stay, and what of the octets does it take?

Why on a child of its own: what a target does after a thousand other inputs is not yet a finding about this one.
"""

from typing import Self

from bmpconform.corpus.vector import Op
from bmpconform.fuzz.finding import FAIL, Fault, Found, found_in
from bmpconform.fuzz.minimise import minimised
from bmpconform.fuzz.oracle import Oracle
from bmpconform.rules.selection import Policy
from bmpconform.run.contenders import contenders
from bmpconform.run.plan import Task
from bmpconform.run.runner import Contender
from bmpconform.run.target import TargetRun
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES, Profile
from bmpconform.wire.value import replace

LOOKS = 3
FLAKY = "flaky"
# How often a target is asked to make an input smaller.
MOST_TRIES = 300


class Prober:
    """One target, asked about single inputs on a child that has seen nothing else.

    Shape: a context, so that the child ends. Raises TargetError where the target cannot be used.
    """

    def __init__(self, contender: Contender, profile: Profile) -> None:
        self._name = contender.name
        self._oracle = Oracle(profile)
        self._run = TargetRun(contender.open, profile, Policy())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._run.close()

    def ask(self, octets: bytes, op: Op) -> Found | None:
        """Return what is found with octets under an op, asked once; None where they are not for that op."""
        read = self._oracle.expect(octets)
        expectation = self._oracle.expect_written(read) if op is Op.ENCODE else read
        if expectation is None or expectation.op.value not in self._run.greeted.capabilities.ops:
            return None
        (outcome,) = self._run.each([Task(expectation.vector, expectation.op)])
        return found_in(self._name, expectation, outcome, octets)


def confirmed(contender: Contender, profile: Profile, found: Found) -> Found:
    """Return a finding as small as it can be made, or as flaky where a fresh child does not do it each time."""
    op = Op(found.fault.op)
    with Prober(contender, profile) as prober:
        if any(_fault(prober.ask(found.octets, op)) != found.fault for _ in range(LOOKS)):
            return _flaky(found)
        if found.fault.observation == "timed-out":
            return found
        smallest = minimised(found.octets, lambda octets: _fault(prober.ask(octets, op)) == found.fault, MOST_TRIES)
        return prober.ask(smallest, op) or found


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


def _fault(found: Found | None) -> Fault | None:
    return None if found is None else found.fault


def _flaky(found: Found) -> Found:
    fault = replace(found.fault, observation=FLAKY)
    return replace(found, fault=fault, code=FLAKY, expected=found.fault.observation)
