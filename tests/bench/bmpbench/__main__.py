"""Runs the bench: `python -m bmpbench [--entrants ...] [--repeats N] [--seconds S] ... [--floor N]`, and reports it.

Why it can be ended at any time: ten repeats of all fuzzers take hours. What has been run is kept in runs.jsonl, and
the same command goes on from there.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from statistics import median

from bmpbench.canaries import Canaries
from bmpbench.frozen import frozen
from bmpbench.hunt import CANARIES
from bmpbench.in_c import AFL_COMPILERS, COMPILERS, DOZEN, compiler_of
from bmpbench.planted import FAULTS
from bmpbench.report import report
from bmpbench.runs import Run, add_run, detections, load_runs
from bmpbench.work import ENTRANTS, Job

RUNS = "runs.jsonl"
IN_C = ("ours-in-c", "afl++", "afl++-told")
IN_PYTHON = tuple(name for name in ENTRANTS if name not in IN_C)
# Beside the time of the hunt: imports, and what others take of the machine.
GRACE, PATIENCE = 120, 12


def main() -> int:
    """Run what is not there yet, and write the report. Returns 1 where fewer were found than the floor."""
    asked = _arguments()
    faults = DOZEN if asked.c else _chosen(asked.classes.split(","), tuned=asked.tuned, most=asked.faults)
    path = asked.out / RUNS
    for run in _planned(asked, faults, {run.key for run in load_runs(path)}):
        found = run_one(*run)
        add_run(path, found)
        print(f"{found.entrant} {found.seed}: {len(found.detected)} of {len(faults)}, {found.executions} executions")
    runs = [run for run in load_runs(path) if run.faults == faults and run.seconds == asked.seconds]
    if asked.report:
        report(runs, asked.out)
    least = min((median(counts) for counts in _counts(runs).values()), default=0)
    if asked.floor is not None:
        print(f"{least:g} found in the median, and {asked.floor} is the floor")
        return int(least < asked.floor)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bmpbench", description=__doc__)
    parser.add_argument("--entrants", help="which fuzzers, with commas between them")
    parser.add_argument("--c", action="store_true", help="against the target in C, which has a dozen of the faults")
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60.0, help="of the processor, for each worker")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--classes", default="D1,D2,D3,D4,D5")
    parser.add_argument("--faults", type=int, help="so many at most, spread over the classes")
    parser.add_argument("--tuned", action="store_true", help="leave out what is held back from tuning")
    parser.add_argument("--floor", type=int, help="fail if fewer are found in the median")
    parser.add_argument("--report", action="store_true", help="write bmpbench.json, bmpbench.md and the curves")
    parser.add_argument("--out", type=Path, default=Path("reports") / "bmpbench")
    return parser.parse_args()


def _chosen(classes: list[str], *, tuned: bool, most: int | None) -> tuple[int, ...]:
    faults = [one.number for one in frozen() if one.difficulty in classes and not (tuned and one.held_back)]
    step = 1 if most is None else max(1, len(faults) // most)
    return tuple(faults[::step][:most])


def _planned(
    asked: argparse.Namespace, faults: tuple[int, ...], done: set[tuple[object, ...]]
) -> Iterator[tuple[str, Job, int]]:
    """Yield what is still to be run: each fuzzer once, then each once more."""
    names = asked.entrants.split(",") if asked.entrants else IN_C if asked.c else IN_PYTHON
    entrants = [name for name in names if _is_there(name)]
    for seed in range(asked.repeats):
        for entrant in entrants:
            if (entrant, seed, asked.seconds, asked.workers, faults) not in done:
                yield entrant, Job(Path(), 0, seed, asked.seconds, faults), asked.workers


def _is_there(entrant: str) -> bool:
    missing: str | None = None
    match entrant:
        case "atheris" | "hypothesis":
            missing = None if find_spec(entrant) else entrant
        case "afl++" | "afl++-told":
            missing = None if which("afl-fuzz") and compiler_of(AFL_COMPILERS) else "afl++"
        case "ours-in-c":
            missing = None if compiler_of(COMPILERS) else "a C compiler"
        case _:
            pass
    if missing is not None:
        print(f"{entrant}: skipped, {missing} is not installed")
    return missing is None


def run_one(entrant: str, job: Job, workers: int) -> Run:
    """Run one fuzzer once, in processes of its own. Raises RuntimeError where one of them fails."""
    with tempfile.TemporaryDirectory(prefix="bmpbench-") as name:
        folder = Path(name)
        canaries = Canaries(folder / CANARIES)
        _work(entrant, [Job(folder, number, job.seed, job.seconds, job.faults) for number in range(workers)])
        totals = canaries.totals()
        reached, triggered = zip(*(totals[number] for number in range(len(FAULTS))), strict=True)
        return Run(
            entrant,
            job.seed,
            job.seconds,
            workers,
            job.faults,
            canaries.inputs,
            detections(folder, workers),
            reached,
            triggered,
        )


def _work(entrant: str, jobs: Sequence[Job]) -> None:
    """Have all workers of a run do their jobs."""
    command = [sys.executable, "-m", "bmpbench.work", entrant]
    children = []
    for job in jobs:
        with (job.folder / f"log-{job.worker}").open("wb") as log:
            arguments = [*command, *job.arguments()]
            children.append(subprocess.Popen(arguments, cwd=job.folder, stdout=subprocess.DEVNULL, stderr=log))
    try:
        codes = [child.wait(GRACE + PATIENCE * jobs[0].seconds) for child in children]
    finally:
        for child in children:
            child.kill()
            child.wait()
    if any(codes):
        logs = "".join((job.folder / f"log-{job.worker}").read_text(errors="replace")[-2000:] for job in jobs)
        raise RuntimeError(f"{entrant} ended with {codes}: {logs}")


def _counts(runs: list[Run]) -> dict[str, list[int]]:
    counts: dict[str, list[int]] = {}
    for run in runs:
        counts.setdefault(run.entrant, []).append(len(run.detected))
    return counts


if __name__ == "__main__":
    sys.exit(main())
