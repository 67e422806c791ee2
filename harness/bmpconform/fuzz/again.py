"""Octets put to a target again: is it the finding's doing, does it stay, and what of the octets does it take?

Why on a child of its own: what a target does after a thousand other inputs is not yet a finding about this one.
"""

from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path
from typing import Self

from bmpconform.corpus.vector import Op
from bmpconform.fuzz.asked import Input, octets_of
from bmpconform.fuzz.finding import FAIL, Fault, Found, found_in, values_of
from bmpconform.fuzz.minimise import Shrinking
from bmpconform.fuzz.oracle import Expectation, Oracle
from bmpconform.fuzz.simpler import STEPS
from bmpconform.fuzz.simpler_messages import MESSAGE_STEPS
from bmpconform.fuzz.slices import Shrink
from bmpconform.judge.observed import Observed
from bmpconform.neutral import Message
from bmpconform.rules.selection import Policy
from bmpconform.run.contenders import contenders
from bmpconform.run.plan import Task
from bmpconform.run.runner import Contender
from bmpconform.run.store import PathError
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

    def ask(self, one: Input, op: Op) -> Found | None:
        """Return what is found with an input under an op, asked once; None where it is not for that op."""
        return self.ask_each([one], op)[0]

    def ask_each(self, inputs: Sequence[Input], op: Op) -> list[Found | None]:
        """Return the same of several inputs, all asked at once."""
        expected = [self._expectation(one, op) for one in inputs]
        asked = [one for one in expected if one is not None]
        outcomes = list(self._run.each([Task(one.vector, one.op) for one in asked]))
        self.deaths += sum(_is_deadly(outcome) for outcome in outcomes)
        told = iter(outcomes)
        return [
            None if expectation is None else found_in(self._name, expectation, next(told), octets_of(one))
            for one, expectation in zip(inputs, expected, strict=True)
        ]

    def _expectation(self, one: Input, op: Op) -> Expectation | None:
        """Return what is expected of an input under an op; None where it is not for that op, or the target is not."""
        expectation: Expectation | None
        if isinstance(one, Message):
            expectation = self._oracle.expect_refused(one)
        else:
            read = self._oracle.expect(one)
            expectation = self._oracle.expect_written(read) if op is Op.ENCODE else read
        able = self._run.greeted.capabilities.ops
        return None if expectation is None or expectation.op.value not in able else expectation


def confirmed(contender: Contender, profile: Profile, found: Found) -> Found:
    """Return a finding as it was met, or as flaky where a fresh child does not do it each time."""
    op = Op(found.fault.op)
    with Prober(contender, profile) as prober:
        is_steady = all(_fault(prober.ask(found.input, op)) == found.fault for _ in range(LOOKS))
    return found if is_steady else _flaky(found)


def smaller(contender: Contender, profile: Profile, found: Found) -> Shrink[Found]:
    """Make a confirmed finding small in slices, on a child of its own, which may die MOST_DEATHS times of it.

    What breaks no document still breaks none when it is small: that it has to be taken is what the finding says.
    """
    op, shrinking = Op(found.fault.op), _shrinking(found, Oracle(profile))
    with Prober(contender, profile) as prober:
        while prober.deaths < MOST_DEATHS and (some := shrinking.question()):
            shrinking.answer([_fault(one) == found.fault for one in prober.ask_each(some, op)])
            if (yield):
                break
        again = None if shrinking.smallest == found.input else prober.ask(shrinking.smallest, op)
    if again is None or again.fault != found.fault:
        return None
    # What this child does may be the doing of the inputs before, which are no part of the finding any more.
    return again if confirmed(contender, profile, again).fault == found.fault else None


def _shrinking(found: Found, oracle: Oracle) -> Shrinking[bytes] | Shrinking[Message]:
    at_once = 1 if found.fault.observation in _DEADLY else AT_ONCE
    if not isinstance(found.input, bytes):
        return Shrinking(found.input, MESSAGE_STEPS, MOST_TRIES, at_once)

    def is_clean(octets: bytes) -> bool:
        return oracle.expect(octets).clause is None

    if is_clean(found.input):
        return Shrinking(found.input, STEPS, MOST_TRIES, at_once, fits=is_clean)
    return Shrinking(found.input, STEPS, MOST_TRIES, at_once)


def finding_of(
    target: str, op: str, one: Input, profile: str = DEFAULT_PROFILE, folder: str | None = None
) -> str | None:
    """Return in a sentence what is wrong with what a target, as typed, makes of an input; None where nothing is.

    Under `encode` it is asked for the message that octets are. The target is started in `folder`, or in the current
    one. Raises PathError where that folder is gone.
    """
    if folder is not None and not Path(folder).is_dir():
        raise PathError(Path(folder), f"is no folder: say in FOLDER where {target} is to be started")
    (contender,) = contenders([target], None, None)
    with chdir(folder or "."), Prober(contender, PROFILES[profile]) as prober:
        found = prober.ask(one, Op(op))
    if found is None or found.level != FAIL:
        return None
    where = f" at {found.fault.path}" if found.fault.path else ""
    return ": ".join(filter(None, (f"{found.fault.words}{where}", values_of(found))))


def _is_deadly(outcome: Outcome) -> bool:
    return isinstance(outcome.observed, Observed) and outcome.observed.observation.value in _DEADLY


def _fault(found: Found | None) -> Fault | None:
    return None if found is None else found.fault


def _flaky(found: Found) -> Found:
    fault = replace(found.fault, observation=FLAKY)
    return replace(found, fault=fault, code=FLAKY, expected=found.fault.observation)
