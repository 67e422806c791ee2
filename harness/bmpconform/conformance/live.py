"""Routers and collectors, judged live: `python -m bmpconform.conformance.live [--vectors GLOB] [TARGET]...`.

Why a job of its own: daemons take seconds to start and have to be installed. Nothing is installed here: what is missing
is named, with the way to get it, and skipped. Our own router and our own station are always there.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bmpconform.conformance.job import end, out_folder
from bmpconform.corpus.load import load
from bmpconform.lab.catalogue import NAMES, lacking
from bmpconform.live.targets import live_contender
from bmpconform.report.folder import keep
from bmpconform.report.terminal import PLAIN_WIDTH
from bmpconform.report.verdicts import render_verdicts
from bmpconform.run.contenders import contenders
from bmpconform.run.outcome import Outcome
from bmpconform.run.runner import RunOptions, run
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES

# Targets that are judged at a time: what a session takes is mostly waiting.
JOBS = 5


def all_targets() -> list[str]:
    """Return all live targets that have a name, as they are typed."""
    return [*(f"router:{name}" for name in NAMES.routers), *(f"station:{name}" for name in NAMES.collectors)]


def present(targets: Sequence[str]) -> tuple[list[str], int]:
    """Return the targets that can be started at once, and how many cannot; say of those what has to be done."""
    why = {target: lacking(target.partition(":")[2]) for target in targets}
    for target, reason in why.items():
        if reason:
            print(f"{target}: skipped: {reason}")
    return [target for target, reason in why.items() if not reason], sum(map(bool, why.values()))


def judge_live(targets: Sequence[str], pattern: str, out: Path | None) -> Outcome:
    """Return what came of live targets; print the report, and leave the results in `out`."""
    there, absent = present(targets)
    outcome = Outcome()
    outcome.skipped = absent
    live = partial(live_contender, names=NAMES, tell=print)
    # Not rerun: what is not as expected fails either way, and what is known to fail would take three times as long.
    options = RunOptions(PROFILES[DEFAULT_PROFILE], pattern=pattern, rerun=False, jobs=JOBS)
    events = outcome.of(run(contenders(there, None, None, live=live), load(), options))
    if out is not None:
        events = keep(out, events)
    for line in render_verdicts(events, PLAIN_WIDTH):
        print(line.plain)
    return outcome


def main(words: Sequence[str]) -> int:
    """Judge, print, and return the exit code of the contract."""
    parser = ArgumentParser("bmpconform.conformance.live")
    parser.add_argument("targets", metavar="TARGET", nargs="*")
    parser.add_argument("--vectors", metavar="GLOB", default="*")
    asked = parser.parse_args(words)
    return end(lambda: judge_live(asked.targets or all_targets(), asked.vectors, out_folder()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
