"""What is new, and what is done against a flood of new things."""

from collections.abc import Sequence

import pytest

from bmpconform.corpus.vector import Observation, Op
from bmpconform.fuzz.feedback import COARSEST, WARM_UP, WINDOW, Edges, Feature, Feedback, News, Shape
from bmpconform.judge.observed import Observed
from bmpconform.judge.verdict import PASS
from bmpconform.run.events import Evidence
from bmpconform.run.plan import Task
from bmpconform.run.target import Outcome
from vectors import vector

SHAPE = Shape(Op.DECODE, 4, 5)


def rejected(error: str) -> Outcome:
    observed = Observed(Observation.REJECTED, error=error)
    return Outcome(Task(vector(b"a"), Op.DECODE), observed, PASS, Evidence())


def news(
    feedback: Feedback,
    outcomes: Sequence[Outcome],
    edges: Sequence[Edges] = (),
    covered: frozenset[Feature] = frozenset(),
) -> News | None:
    return feedback.news(feedback.traits(SHAPE, outcomes, edges, covered))


def test_the_same_again_is_not_new() -> None:
    feedback = Feedback()
    assert news(feedback, [rejected("a")])
    assert not news(feedback, [rejected("a")])
    assert news(feedback, [rejected("b")])


def test_targets_that_did_it_apart_are_new_together() -> None:
    feedback = Feedback()
    assert news(feedback, [rejected("a"), rejected("a")])
    assert news(feedback, [rejected("b"), rejected("b")])
    assert news(feedback, [rejected("a"), rejected("b")])
    assert not news(feedback, [rejected("a"), rejected("b")])


def test_deeds_are_told_from_words() -> None:
    feedback, outcomes = Feedback(), [rejected("a")]
    assert news(feedback, outcomes) is News.WORDS
    assert news(feedback, outcomes, [Edges(0, 1)]) is News.DEEDS
    assert news(feedback, outcomes, [Edges(0, 1)], frozenset({(4, "tlvs")})) is News.DEEDS
    assert news(feedback, outcomes, [Edges(0, 1)], frozenset({(4, "tlvs")})) is None
    assert (feedback.signatures, feedback.edges) == (2, 1)


def test_the_size_counts_by_its_magnitude() -> None:
    assert Shape.of(Op.DECODE, bytes(100)) == Shape.of(Op.DECODE, bytes(101))
    assert Shape.of(Op.DECODE, bytes(100)) != Shape.of(Op.DECODE, bytes(200))


def test_errors_that_are_never_the_same_are_soon_told_apart_no_more() -> None:
    feedback = Feedback()
    for number in range(2 * (WARM_UP + WINDOW) + 1):
        news(feedback, [rejected(f"at {number:x}")])
    assert feedback.level == COARSEST
    assert not news(feedback, [rejected("at last")])


@pytest.mark.parametrize("every", [200, 1000])
def test_what_is_seldom_new_stays_told_apart(every: int) -> None:
    feedback = Feedback()
    for number in range(2 * (WARM_UP + WINDOW)):
        news(feedback, [rejected(str(number // every))])
    assert feedback.level == 0


def test_the_many_new_things_at_the_beginning_are_no_flood() -> None:
    feedback = Feedback()
    for number in range(WARM_UP + WINDOW):
        news(feedback, [rejected(str(min(number, WARM_UP)))])
    assert feedback.level == 0


def test_it_is_not_coarsened_twice_for_what_is_new_in_its_new_form_only() -> None:
    feedback = Feedback()
    for number in range(WARM_UP + WINDOW):
        news(feedback, [rejected(f"at {number:x}")])
    assert feedback.level == 1
    for number in range(WARM_UP + WINDOW):
        news(feedback, [rejected(str(min(number, WARM_UP)))])
    assert feedback.level == 1
