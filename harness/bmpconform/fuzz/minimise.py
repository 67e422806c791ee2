"""An input made as small and as plain as it can be while it still shows the same, step by step, question by question.

Why the first that still shows it is gone on from: what still shows a crash costs the target its life each time.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Generic, TypeAlias, TypeVar

from bmpconform.fuzz.simpler import STEPS

One = TypeVar("One")
# Yields what may take the place of an input, the biggest changes first.
Step: TypeAlias = Callable[[One], Iterator[One]]
# Says of each of several octets whether they still show it.
Shows = Callable[[Sequence[bytes]], Sequence[bool]]


def minimised(octets: bytes, shows: Shows, tries: int, at_once: int = 1) -> bytes:
    """Return the smallest octets for which `shows` holds that `tries` questions lead to; it holds for `octets`.

    So many are asked about `at_once`: a target answers them faster so, unless each costs it its life.
    """
    shrinking = Shrinking(octets, STEPS, tries, at_once)
    while some := shrinking.question():
        shrinking.answer(shows(some))
    return shrinking.smallest


class Shrinking(Generic[One]):
    """The way to the smallest input, question by question, so that other work may come between two of them.

    Shape: `question`, its `answer`, and so on, until there is no question; `smallest` holds at any time.
    """

    def __init__(
        self,
        one: One,
        steps: Sequence[Step[One]],
        tries: int,
        at_once: int = 1,
        *,
        fits: Callable[[One], bool] = lambda _: True,
    ) -> None:
        """Begin with an input that shows it, and go these steps again and again, to nothing but what `fits`."""
        self.smallest = one
        self._fits = fits
        self._left = tries
        self._at_once = at_once
        self._asked: set[One] = {one}
        self._is_smaller = False
        self._all_steps = steps
        self._steps = iter(steps)
        self._fresh: Iterator[One] = iter(())
        self._step = steps[0]
        self._some: list[One] = []

    def question(self) -> list[One]:
        """Return the inputs to be asked about next, none where nothing smaller is left or may be asked."""
        while not (some := list(islice(self._fresh, min(self._at_once, self._left)))):
            if not self._left or not self._advance():
                break
        self._left -= len(some)
        self._some = some
        return some

    def answer(self, shown: Sequence[bool]) -> None:
        """Take which of the inputs in question still show it; the first of them is gone on from."""
        first = next((other for other, shows in zip(self._some, shown, strict=True) if shows), None)
        if first is not None:
            self.smallest, self._is_smaller = first, True
            self._fresh = self._others()

    def _advance(self) -> bool:
        """Go to the next step, from the last to the first as long as that makes it smaller."""
        step = next(self._steps, None)
        if step is None:
            if not self._is_smaller:
                return False
            self._steps, self._is_smaller = iter(self._all_steps), False
            return self._advance()
        self._step, self._fresh = step, iter(())
        self._fresh = self._others()
        return True

    def _others(self) -> Iterator[One]:
        """Yield what a step makes of the smallest and fits, but for what was asked about."""
        for other in self._step(self.smallest):
            if other not in self._asked:
                self._asked.add(other)
                if self._fits(other):
                    yield other
