"""A merge keeps every feature with fewer inputs, and says so where it cannot."""

from collections.abc import Mapping, Sequence

import pytest

from bmpconform.fuzz.feedback import Edges, Seen, Traits
from bmpconform.fuzz.merge import MergeError, merged


def traits(*features: str, edges: int = 0, covered: str = "") -> Traits:
    """Return what an input did: features by name, edges of one target, and what it covers, a letter each."""
    return Traits(frozenset((one,) for one in features), (Edges(0, edges),), frozenset((one,) for one in covered))


class Measuring:
    """Says what inputs do, the first time and from then on, and what it was asked."""

    def __init__(self, done: Mapping[bytes, Traits], again: Mapping[bytes, Traits] | None = None) -> None:
        self.done = done
        self._again = done if again is None else again
        self.asked: list[list[bytes]] = []

    def __call__(self, inputs: Sequence[bytes]) -> dict[bytes, Traits]:
        """Note the inputs, and return what each does."""
        self.asked.append(list(inputs))
        done = self.done if len(self.asked) == 1 else self._again
        return {octets: done[octets] for octets in inputs}


def test_what_a_shorter_input_does_as_well_goes() -> None:
    measure = Measuring({b"longer": traits("a"), b"short": traits("a", "b"), b"other!!": traits("c")})
    assert merged(measure.done, measure) == [b"short", b"other!!"]


def test_all_features_are_kept_and_that_is_asked_again() -> None:
    measure = Measuring(
        {bytes(size): traits(*"abcdefgh"[size % 5 : size % 5 + 3], edges=1 << size) for size in range(9)}
    )
    kept = merged(measure.done, measure)
    needed, done = Seen(), Seen()
    for one in measure.done.values():
        needed.add(one)
    for octets in kept:
        done.add(measure.done[octets])
    assert done.lacks(needed) == 0
    assert measure.asked[1] == kept


def test_edges_alone_keep_an_input() -> None:
    measure = Measuring(
        {b"a": traits("x", edges=0b01), b"bb": traits("x", edges=0b10), b"ccc": traits("x", edges=0b11)}
    )
    assert merged(measure.done, measure) == [b"a", b"bb"]


def test_what_is_covered_keeps_an_input_and_may_not_be_lost() -> None:
    first = {b"a": traits("x", covered="p"), b"bb": traits("x", covered="q"), b"ccc": traits("x", covered="pq")}
    assert merged(first, Measuring(first)) == [b"a", b"bb"]
    with pytest.raises(MergeError) as caught:
        merged(first, Measuring(first, again={**first, b"bb": traits("x")}))
    assert caught.value.lost == 1


def test_a_merge_that_loses_features_is_refused() -> None:
    first = {b"a": traits("a"), b"bb": traits("b", "c", edges=0b100)}
    measure = Measuring(first, again={**first, b"bb": traits("b")})
    with pytest.raises(MergeError) as caught:
        merged(first, measure)
    assert caught.value.lost == 2
    assert str(caught.value) == "inputs were not merged: 2 features would be lost"


def test_a_merge_that_keeps_nothing_is_refused() -> None:
    measure = Measuring({b"a": traits("a")}, again={b"a": traits()})
    with pytest.raises(MergeError):
        merged([b"a"], measure)
