"""Runs of the bench and what came of them, one JSON object a line, so that a bench can be ended and taken up again.

Why seconds and executions of each fault: with both, runs of equal time can be cut to runs of equal executions.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bmpbench.hunt import DETECTED

# Seconds are noted to the millisecond.
_SHORTEST = 0.001


@dataclass(frozen=True)
class Detection:
    """One fault that was detected, after so many seconds of a worker and so many executions of all workers."""

    fault: int
    seconds: float
    executions: int


@dataclass(frozen=True)
class Run:
    """One run of one fuzzer: `seconds` of each of its workers over `faults`, each reached and triggered so often."""

    entrant: str
    seed: int
    seconds: float
    workers: int
    faults: tuple[int, ...]
    executions: int
    detected: tuple[Detection, ...]
    reached: tuple[int, ...]
    triggered: tuple[int, ...]

    @property
    def key(self) -> tuple[object, ...]:
        """What makes a run the same as another."""
        return self.entrant, self.seed, self.seconds, self.workers, self.faults

    @property
    def in_full_time(self) -> int:
        """How many executions it does in its seconds: at its own rate, if it found all, and so ended, before."""
        if len(self.found()) < len(self.faults):
            return self.executions
        last = max(self.detected, key=lambda one: (one.seconds, one.executions))
        return max(self.executions, int(last.executions / max(last.seconds, _SHORTEST) * self.seconds))

    def found(self, executions: int | None = None) -> dict[int, Detection]:
        """Return what was detected, within so many executions, by the fault."""
        return {one.fault: one for one in self.detected if executions is None or one.executions <= executions}


def detections(folder: Path, workers: int) -> tuple[Detection, ...]:
    """Return what the workers of a run detected, the first of each fault, in order of time."""
    lines = [line for worker in range(workers) for line in _lines(folder / DETECTED.format(worker))]
    first: dict[int, Detection] = {}
    for one in sorted(map(_detection, lines), key=lambda one: one.seconds):
        first.setdefault(one.fault, one)
    return tuple(first.values())


def load_runs(path: Path) -> list[Run]:
    """Return the runs in a file, none where there is no file."""
    return [_run(line) for line in _lines(path)] if path.exists() else []


def add_run(path: Path, run: Run) -> None:
    """Add a run to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(run)) + "\n")


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    lines: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return lines


def _detection(line: dict[str, Any]) -> Detection:
    return Detection(**line)


def _run(line: dict[str, Any]) -> Run:
    fields: dict[str, Any] = {key: tuple(one) if isinstance(one, list) else one for key, one in line.items()}
    fields["detected"] = tuple(map(_detection, line["detected"]))
    return Run(**fields)
