"""Curves over time or over executions as SVG that needs nothing else: a path, axes with round numbers, and a name.

Why our own: it is a polyline and a few lines of text, and a page that must open anywhere cannot fetch a library.
"""

from collections.abc import Sequence
from math import floor, log10

from bmpconform.wire.value import Value

WIDTH, HEIGHT = 520, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 14, 12, 34
_TICKS = 4
# Where an axis may end: a fourth of each is a number that can be read.
_ENDS = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8)
# More points than a screen has columns are not seen.
MOST_POINTS = 400
_THOUSAND, _MILLION = 1_000, 1_000_000


Point = tuple[float, float]


class Tick(Value, frozen=True):
    """A mark on an axis, in units of the picture, and what stands beside it."""

    at: float
    text: str


class Plot(Value, frozen=True):
    """One curve: its name, that of what it is over, the points of each of its lines, its marks, and all in words."""

    name: str
    over: str
    lines: tuple[str, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    words: str


def plot(name: str, over: str, lines: Sequence[Sequence[Point]]) -> Plot:
    """Return a curve of lines through points (x, y) whose x grow; both axes begin at 0."""
    points = [point for line in lines for point in line]
    right, top = _top(max((x for x, _ in points), default=0)), _top(max((y for _, y in points), default=0))
    step = -(-len(points) // MOST_POINTS) or 1
    drawn = tuple(_path([(x / right, y / top) for x, y in _thinned(line, step)]) for line in lines)
    across = tuple(Tick(round(_across(share), 1), short(right * share)) for share in _shares())
    up = tuple(Tick(round(_up(share), 1), short(top * share)) for share in _shares())
    last = f"{short(points[-1][1])} at the end, {short(max(y for _, y in points))} at most" if points else "nothing"
    return Plot(name, over, drawn, across, up, f"{name} over {over}: {last}")


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
    return next((power * step for step in _ENDS if number <= power * step), 10 * power)


def _path(shares: Sequence[Point]) -> str:
    """Return the points of a line, of shares of both axes; a point alone is drawn as a line to itself."""
    points = [f"{_across(x):.1f},{_up(y):.1f}" for x, y in shares]
    return " ".join(points if len(points) > 1 else points * 2)


def _thinned(points: Sequence[Point], step: int) -> Sequence[Point]:
    """Return one of so many points, evenly from all, and the last."""
    return [*points[:-1:step], *points[-1:]]
