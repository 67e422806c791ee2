"""The arithmetic of the bench, against figures that are worked out by hand or known from the literature."""

import pytest

from bmpbench.survival import a12, mann_whitney, restricted_mean, survival


def test_the_curve_falls_by_one_share_for_each_that_is_found_and_stays_for_the_others() -> None:
    assert survival([3.0, None, 1.0, None]) == [(0.0, 1.0), (1.0, 0.75), (3.0, 0.5)]


def test_two_at_one_time_are_one_step() -> None:
    assert survival([2.0, 2.0]) == [(0.0, 1.0), (2.0, 0.0)]


def test_what_was_not_found_counts_with_the_whole_budget() -> None:
    assert restricted_mean([10.0, None], 60.0) == 35.0


@pytest.mark.parametrize(
    "first, second, expected",
    [
        ([1.0, 2.0], [3.0, 4.0], 1.0),
        ([3.0, 4.0], [1.0, 2.0], 0.0),
        ([1.0, 3.0], [2.0, 2.0], 0.5),
        ([None, 1.0], [None, None], 0.75),
        ([1.0], [1.0], 0.5),
    ],
)
def test_a12_is_the_share_of_pairs_that_the_first_wins(
    first: list[float | None], second: list[float | None], expected: float
) -> None:
    assert a12(first, second) == expected


def test_the_test_agrees_with_the_usual_example() -> None:
    # Tortoise and hare turned to 6 against 6: U = 11, whose normal approximation with continuity is 0.2980.
    tortoise, hare = [1.0, 7.0, 8.0, 9.0, 10.0, 11.0], [2.0, 3.0, 4.0, 5.0, 6.0, 12.0]
    assert mann_whitney(tortoise, hare) == pytest.approx(0.2980, abs=5e-4)


def test_ten_against_ten_apart_is_sure_and_all_alike_is_not() -> None:
    assert mann_whitney([float(one) for one in range(10)], [float(one) for one in range(20, 30)]) < 0.001
    assert mann_whitney([None] * 10, [None] * 10) == 1.0
