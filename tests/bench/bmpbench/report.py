"""What the runs show: how many faults each fuzzer found, how soon, and how sure that is; as JSON, Markdown and SVG."""

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

from bmpbench.curves import curves
from bmpbench.planted import FAULTS
from bmpbench.runs import Run
from bmpbench.survival import Times, a12, mann_whitney, restricted_mean
from bmpconform.wire.value import to_json

OURS = ("ours", "ours-in-c")
LARGE, CERTAIN = 0.71, 0.05
Figures = dict[str, Any]


class Entrant:
    """The runs of one fuzzer."""

    def __init__(self, name: str, runs: Sequence[Run]) -> None:
        self.name = name
        self.runs = runs

    @property
    def in_full_time(self) -> int:
        """How many executions it does in the time, in the median."""
        return int(median(run.in_full_time for run in self.runs))

    def found(self, executions: int | None = None, fault: str | None = None) -> float:
        """Return how many faults were found in the median, within so many executions, of one class."""
        return median(
            sum(fault is None or FAULTS[number].difficulty == fault for number in run.found(executions))
            for run in self.runs
        )

    def times(self, fault: int) -> Times:
        """Return the seconds until a fault was detected, in each run."""
        return [found[fault].seconds if fault in (found := run.found()) else None for run in self.runs]

    def executions(self, fault: int, most: int) -> Times:
        """Return the executions until a fault was detected, in each run, within the most."""
        return [found[fault].executions if fault in (found := run.found(most)) else None for run in self.runs]

    def all_times(self) -> Times:
        """Return the seconds until each fault was detected in each run."""
        return [time for fault in self.runs[0].faults for time in self.times(fault)]

    def of_triggered(self) -> tuple[float, float]:
        """Return how many faults were triggered, and how many of those detected, on average."""
        triggered = [sum(bool(run.triggered[fault]) for fault in run.faults) for run in self.runs]
        return mean(triggered), mean(len(run.detected) for run in self.runs) / max(mean(triggered), 1)


def figures(runs: Sequence[Run]) -> Figures:
    """Return all that the report says."""
    names = dict.fromkeys(run.entrant for run in runs)
    entrants = [Entrant(name, [run for run in runs if run.entrant == name]) for name in names]
    budget = runs[0].seconds
    equal = min(entrant.in_full_time for entrant in entrants)
    ours = next((one for one in entrants if one.name in OURS), entrants[0])
    return {
        "seconds": budget,
        "workers": runs[0].workers,
        "faults": len(runs[0].faults),
        "equal_executions": equal,
        "entrants": [_entrant(one, budget, equal) for one in entrants],
        "compared": [_compared(ours, one, equal) for one in entrants if one is not ours],
        "found_by": {
            FAULTS[fault].name: {one.name: _share(one.times(fault)) for one in entrants} for fault in runs[0].faults
        },
    }


def _share(times: Times) -> str:
    known = [time for time in times if time is not None]
    return f"{len(known)}/{len(times)}" + (f" {median(known):.1f} s" if known else "")


def _entrant(one: Entrant, budget: float, equal: int) -> Figures:
    triggered, detected = one.of_triggered()
    return {
        "name": one.name,
        "runs": len(one.runs),
        "found": one.found(),
        "found_least": min(len(run.detected) for run in one.runs),
        "found_most": max(len(run.detected) for run in one.runs),
        "by_class": {f"D{number}": one.found(fault=f"D{number}") for number in range(1, 6)},
        "found_in_equal_executions": one.found(equal),
        "executions": int(median(run.executions for run in one.runs)),
        "executions_in_full_time": one.in_full_time,
        "restricted_mean_seconds": round(restricted_mean(one.all_times(), budget), 2),
        "triggered": round(triggered, 1),
        "detected_of_triggered": round(detected, 2),
    }


def _compared(ours: Entrant, other: Entrant, equal: int) -> Figures:
    """Return how ours compares with another, fault by fault, and the mean over all."""
    faults = ours.runs[0].faults
    effects = [a12(ours.times(fault), other.times(fault)) for fault in faults]
    certain = [mann_whitney(ours.times(fault), other.times(fault)) < CERTAIN for fault in faults]
    equally = [a12(ours.executions(fault, equal), other.executions(fault, equal)) for fault in faults]
    found = ours.found() / max(other.found(), 1)
    return {
        "with": other.name,
        "found_ratio": round(found, 2),
        "a12_found": round(
            a12([-len(run.detected) for run in ours.runs], [-len(run.detected) for run in other.runs]), 2
        ),
        "p_found": round(
            mann_whitney([len(run.detected) for run in ours.runs], [len(run.detected) for run in other.runs]), 4
        ),
        "a12_seconds": round(mean(effects), 2),
        "a12_executions": round(mean(equally), 2),
        "clearly_quicker": sum(effect >= LARGE and sure for effect, sure in zip(effects, certain, strict=True)),
        "clearly_slower": sum(effect <= 1 - LARGE and sure for effect, sure in zip(effects, certain, strict=True)),
    }


def report(runs: Sequence[Run], folder: Path) -> None:
    """Write the report of runs into a folder."""
    if not runs:
        return
    held = figures(runs)
    (folder / "bmpbench.json").write_text(json.dumps(json.loads(to_json(held)), indent=2) + "\n", encoding="utf-8")
    (folder / "bmpbench.md").write_text(_page(held), encoding="utf-8")
    times = {name: Entrant(name, [run for run in runs if run.entrant == name]).all_times() for name in _names(runs)}
    (folder / "survival.svg").write_text(curves(times, held["seconds"]), encoding="utf-8")


def _names(runs: Sequence[Run]) -> list[str]:
    return list(dict.fromkeys(run.entrant for run in runs))


def _page(held: Figures) -> str:
    rows = [
        f"| {one['name']} | {one['runs']} | {one['found']:g} ({one['found_least']}-{one['found_most']}) "
        f"| {' / '.join(f'{count:g}' for count in one['by_class'].values())} | {one['found_in_equal_executions']:g} "
        f"| {one['executions']:,} | {one['executions_in_full_time']:,} | {one['restricted_mean_seconds']} "
        f"| {one['triggered']} | {one['detected_of_triggered']} |"
        for one in held["entrants"]
    ]
    compared = [
        f"| {one['with']} | {one['found_ratio']} | {one['a12_found']} | {one['p_found']} | {one['a12_seconds']} "
        f"| {one['a12_executions']} | {one['clearly_quicker']} | {one['clearly_slower']} |"
        for one in held["compared"]
    ]
    names = [one["name"] for one in held["entrants"]]
    faults = [f"| {fault} | {' | '.join(by[name] for name in names)} |" for fault, by in held["found_by"].items()]
    parts = {
        "heads": _HEADS.format(**held),
        "rows": "\n".join(rows),
        "compared": "\n".join(compared),
        "names": " | ".join(names),
        "rules": "|".join("---" for _ in range(len(names) + 1)),
        "found": "\n".join(faults),
    }
    return _PAGE.format(**{**held, **parts})


_HEADS = (
    "| fuzzer | runs | found, median (least-most) | D1 / D2 / D3 / D4 / D5 | in {equal_executions:,} executions "
    "| executions | in full time | mean seconds | triggered | detected of those |"
)
_PAGE = """\
# bmpbench

How many of {faults} faults that were planted in a codec each fuzzer finds in {seconds:g} seconds on each of {workers}
cores, and how soon: of the processor for those in Python, of the clock for those in C. What is measured and how is in
`tests/bench/bmpbench/README.md`.

![Share of faults that is not detected, over time](survival.svg)

{heads}
|---|---|---|---|---|---|---|---|---|---|
{rows}

A run may end as soon as all is found: *in full time* is what it would have done by the end of its time, at its rate up
to the last fault. At the fewest of these executions all are cut beside each other.

Ours beside each other one. *A12* is the share of pairs of runs in which ours is the better, ties for half; 0.71 is
large. On seconds and on executions to detection it is the mean over the faults; *quicker* and *slower* are the faults
with a large effect and p under 0.05 (Mann-Whitney).

| beside | times found | A12 of found | p | A12 on seconds | A12 on executions | quicker | slower |
|---|---|---|---|---|---|---|---|
{compared}

In how many runs each fault was found, and after how many seconds in the median of those.

| fault | {names} |
|{rules}|
{found}
"""
