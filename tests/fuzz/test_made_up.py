"""What a campaign makes up beside mutants: the same for the same seed, and the valid part of it breaks no document."""

import sys

import pytest

from bmpconform.fuzz.examples import NoHypothesisError, examples
from bmpconform.fuzz.generate import seeded
from bmpconform.fuzz.made_up import made_up
from bmpconform.fuzz.mutate import LONGEST, MOST_FRAMES, frames_of
from bmpconform.fuzz.oracle import Oracle
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.codes import MessageType
from vectors import PROFILE

MANY = 150


def test_inputs_are_made_up_of_any_type_and_in_sessions_and_most_break_nothing() -> None:
    random, oracle = seeded(3), Oracle(PROFILE)
    inputs = [made_up(random, PROFILE) for _ in range(MANY)]
    assert inputs == [made_up(again, PROFILE) for again in [seeded(3)] for _ in range(MANY)]
    assert max(map(len, inputs)) <= LONGEST
    frames = [frames_of(octets) for octets in inputs]
    assert {frame[5] for one in frames for frame in one} == set(MessageType)
    assert max(map(len, frames)) > 10
    assert max(map(len, frames)) <= MOST_FRAMES
    clean = [octets for octets in inputs if oracle.expect(octets).clause is None]
    assert MANY / 2 < len(clean) < MANY


def test_what_is_made_up_keeps_to_the_documents_of_its_profile() -> None:
    old = PROFILES["rfc7854"]
    random, oracle = seeded(4), Oracle(old)
    clean = [oracle.expect(made_up(random, old)).clause is None for _ in range(MANY)]
    assert sum(clean) > MANY / 2


def test_hypothesis_draws_the_same_for_the_same_seed() -> None:
    drawn = examples(7, PROFILE)
    assert drawn == examples(7, PROFILE)
    assert drawn != examples(8, PROFILE)
    assert len(set(drawn)) == len(drawn) > 50
    assert any(len(frames_of(octets)) > 1 for octets in drawn)


def test_without_hypothesis_there_are_no_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(NoHypothesisError, match="not installed"):
        examples(7, PROFILE)
