"""Survival curves as SVG, by hand: a few lines and their names are not worth a library."""

from collections.abc import Mapping
from html import escape

from bmpbench.survival import Times, survival

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 720, 420, 60, 48, 16, 150
# From palettes that people with any colour vision tell apart.
COLOURS = ("#0072b2", "#56b4e9", "#d55e00", "#009e73", "#cc79a7", "#e69f00")
TICKS = 4


def curves(times: Mapping[str, Times], budget: float) -> str:
    """Return the share of faults that is not detected, over time, a curve for each name."""
    ends = sorted((survival(held)[-1][1], name) for name, held in times.items())
    places = _apart([_y(share) for share, _ in ends])
    labels = {name: place for (_, name), place in zip(ends, places, strict=True)}
    lines = [
        _curve(held, budget, COLOURS[number % len(COLOURS)], name, labels[name])
        for number, (name, held) in enumerate(times.items())
    ]
    return _SVG.format(width=WIDTH, height=HEIGHT, axes=_axes(budget), curves="\n".join(lines))


def _x(seconds: float, budget: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * seconds / budget


def _y(share: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)


def _apart(places: list[float], least: float = 16) -> list[float]:
    """Return places of labels, from the lowest on the page to the highest, so far apart that each can be read."""
    held: list[float] = []
    for place in places:
        held.append(place if not held else min(place, held[-1] - least))
    return held


def _curve(times: Times, budget: float, colour: str, name: str, label: float) -> str:
    points, height = [], 1.0
    for seconds, share in survival(times):
        points += [f"{_x(seconds, budget):.1f},{_y(height):.1f}", f"{_x(seconds, budget):.1f},{_y(share):.1f}"]
        height = share
    points.append(f"{_x(budget, budget):.1f},{_y(height):.1f}")
    line = f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(points)}"/>'
    at = f'x="{WIDTH - RIGHT + 8}" y="{label + 4:.1f}"'
    return f'{line}\n<text {at} fill="{colour}">{escape(name)} {1 - height:.0%}</text>'


def _axes(budget: float) -> str:
    lines = [f'<path d="M{LEFT},{TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" fill="none" stroke="#444"/>']
    for tick in range(TICKS + 1):
        share = tick / TICKS
        x, y = _x(budget * share, budget), _y(share)
        lines += [
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{budget * share:g}</text>',
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{share:.0%}</text>',
        ]
    middle = (LEFT + WIDTH - RIGHT) / 2
    lines.append(f'<text x="{middle:.0f}" y="{HEIGHT - 10}" text-anchor="middle">seconds</text>')
    return "\n".join(lines)


_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">
<title>Share of faults that is not detected, over time</title>
<rect width="{width}" height="{height}" fill="white"/>
{axes}
{curves}
</svg>
"""
