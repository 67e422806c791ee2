"""Curves over time or over executions as SVG that needs nothing else: a path, axes with round numbers, and a name.

Why our own: it is a polyline and a few lines of text, and a page that must open anywhere cannot fetch a library.
"""

from collections.abc import Sequence
from math import floor, log10

from bmpconform.wire.value import Value

WIDTH, HEIGHT = 520, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 14, 12, 34
_TICKS = 4
# More points than a screen has columns are not seen.
MOST_POINTS = 400
_THOUSAND, _MILLION = 1_000, 1_000_000


class Tick(Value, frozen=True):
    """A mark on an axis, in units of the picture, and what stands beside it."""

    at: float
    text: str


class Plot(Value, frozen=True):
    """One curve: its name, that of what it is over, the points of its path, its marks, and all in words."""

    name: str
    over: str
    points: str
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    words: str


def plot(name: str, over: str, xs: Sequence[float], ys: Sequence[float]) -> Plot:
    """Return a curve through points whose `xs` grow; it begins at the origin of both axes."""
    xs, ys = _thinned(xs), _thinned(ys)
    right, top = _top(max(xs, default=0)), _top(max(ys, default=0))
    places = ((_across(x / right), _up(y / top)) for x, y in zip(xs, ys, strict=True))
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    across = tuple(Tick(round(_across(share), 1), short(right * share)) for share in _shares())
    up = tuple(Tick(round(_up(share), 1), short(top * share)) for share in _shares())
    last = f"{short(ys[-1])} at the end, {short(max(ys))} at most" if ys else "nothing"
    return Plot(name, over, points, across, up, f"{name} over {over}: {last}")


def short(number: float) -> str:
    """Return a number in few characters."""
    for unit, sign in ((_MILLION, "M"), (_THOUSAND, "k")):
        if number >= unit:
            return f"{number / unit:.3g}{sign}"
    return f"{number:.3g}"


def _shares() -> list[float]:
    return [place / _TICKS for place in range(_TICKS + 1)]


def _across(share: float) -> float:
    return _LEFT + share * (WIDTH - _LEFT - _RIGHT)


def _up(share: float) -> float:
    return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)


def _top(number: float) -> float:
    """Return the round number at which an axis ends, at or above a number."""
    if number <= 0:
        return 1
    power = 10.0 ** floor(log10(number))
    return next((power * step for step in (1, 2, 4, 8) if number <= power * step), 10 * power)


def _thinned(numbers: Sequence[float]) -> Sequence[float]:
    """Return at most so many numbers, evenly from all, the last among them."""
    step = -(-len(numbers) // MOST_POINTS) or 1
    thinned = list(numbers[::step])
    return thinned if len(numbers) % step == 1 or step == 1 else [*thinned, numbers[-1]]
