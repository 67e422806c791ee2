"""Runs each fuzz target for a short time, and a campaign in which nothing may be found: `smoke.py [SECONDS [RUNS]]`.

Why a runner: a target that no longer sees coverage, or has lost its seeds, still ends without an error. So a run passes
only if it tried inputs and its corpus grew. libFuzzer writes to the first folder that it is given: it gets a copy.
Why the campaign: what is found in our own codec is a false alarm, and so is everything like it that users are told. One
that asked fewer inputs than it was told to, whatever its exit code, proves nothing of the others.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bmpconform.fuzz.inside import NO_ATHERIS
from bmpconform.fuzz.store import FINDINGS_LINES, STATS

HERE = Path(__file__).resolve().parent
# What has the function that fuzzers look for is a target; it has the seeds of `decode` if it has none of its own.
TARGETS = sorted(file.stem for file in HERE.glob("*.py") if "\ndef TestOneInput(" in file.read_text(encoding="utf-8"))
SECONDS = 8
RUNS = 200_000
# Targets that run at a time, and then the workers of the campaign.
WORKERS = 2
LARGEST_INPUT = 4096
FEWEST_INPUTS = 100
# What a child may take to start, and to end after its time.
SPARE_SECONDS = 120
_STATISTIC = re.compile(r"^stat::(\w+):\s+(\d+)$", re.MULTILINE)


class Verdict(Enum):
    """What became of a target."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Trial(NamedTuple):
    """What came of one run of a target: what its child said, the inputs that it kept, and those that it failed on."""

    target: str
    code: int
    said: str
    grown: int
    failed_on: tuple[bytes, ...]


class Campaign(NamedTuple):
    """What came of the campaign: what its child said, the lines of what it found, and the inputs that were asked."""

    code: int
    said: str
    alarms: str
    asked: int


def main() -> int:
    """Run all targets and the campaign; return the exit code: 1 if one failed."""
    seconds, runs = (int(word) for word in (*sys.argv[1:3], *[str(SECONDS), str(RUNS)][len(sys.argv) - 1 :]))
    with ThreadPoolExecutor(WORKERS) as pool:
        trials = pool.map(partial(run, seconds=seconds), TARGETS)
        verdicts = [judge(trial) for trial in trials]
    verdicts.append(judge_campaign(campaign(runs), runs))
    print(", ".join(f"{verdicts.count(verdict)} {verdict.value}" for verdict in Verdict))
    return 1 if Verdict.FAILED in verdicts else 0


def seeds_of(target: str) -> Path:
    """Return the folder of a target's seeds."""
    own = HERE / "seeds" / target
    return own if own.is_dir() else HERE / "seeds" / "decode"


def run(target: str, seconds: int) -> Trial:
    """Run one target in a child and return what came of it."""
    with tempfile.TemporaryDirectory() as scratch:
        corpus, crashes = Path(scratch, "corpus"), Path(scratch, "crashes")
        shutil.copytree(seeds_of(target), corpus)
        crashes.mkdir()
        seeds = len(list(corpus.iterdir()))
        code, said = fuzz(target, corpus, crashes, seconds)
        grown = len(list(corpus.iterdir())) - seeds
        failed_on = tuple(crash.read_bytes() for crash in sorted(crashes.iterdir()))
    return Trial(target, code, said, grown, failed_on)


def campaign(runs: int) -> Campaign:
    """Run a campaign over our own codec and return what came of it."""
    with tempfile.TemporaryDirectory() as out:
        command = ["fuzz", "reference", "--runs", str(runs), "--workers", str(WORKERS), "--seed", "1", "--out", out]
        child = subprocess.run(  # noqa: S603 - our own command, under the Python that runs this
            [sys.executable, "-m", "bmpconform", *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        alarms, progress = _lines(Path(out, FINDINGS_LINES)), _lines(Path(out, STATS))
    asked = json.loads(progress[-1])["executions"] if progress else 0
    return Campaign(child.returncode, _text(child.stdout), "\n".join(alarms), asked)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def judge_campaign(campaign: Campaign, runs: int) -> Verdict:
    """Judge the campaign by the exit code, by what it found, and by the inputs that were asked; say so."""
    verdict = Verdict.FAILED if campaign.code or campaign.alarms or campaign.asked < runs else Verdict.PASSED
    if verdict is Verdict.FAILED:
        print(campaign.said[-4000:], campaign.alarms[-4000:], sep="\n")
    print(f"campaign: {verdict.value}, exit code {campaign.code}, {campaign.asked} of {runs} inputs asked")
    return verdict


def fuzz(target: str, corpus: Path, crashes: Path, seconds: int) -> tuple[int, str]:
    """Fuzz for that many seconds; return the exit code and what the child said."""
    command = [
        sys.executable,
        str(HERE / f"{target}.py"),
        str(corpus),
        f"-artifact_prefix={crashes}/",
        f"-max_total_time={seconds}",
        f"-max_len={LARGEST_INPUT}",
        "-print_final_stats=1",
    ]
    try:
        child = subprocess.run(  # noqa: S603 - our own target, under the Python that runs this
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds + SPARE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        return 1, f"{_text(error.output)}\nstill running after {SPARE_SECONDS} s more than it was given"
    return child.returncode, _text(child.stdout)


def _text(octets: bytes | None) -> str:
    return (octets or b"").decode(errors="replace")


def judge(trial: Trial) -> Verdict:
    """Judge a trial by the exit code, by the inputs that were tried and by what they added to the corpus; say so."""
    for octets in trial.failed_on:
        show(trial.target, octets)
    statistics = {name: int(number) for name, number in _STATISTIC.findall(trial.said)}
    tried = statistics.get("number_of_executed_units", 0)
    if trial.code == 0 and tried >= FEWEST_INPUTS and trial.grown > 0:
        by = " by a plain loop, as atheris cannot be imported" if NO_ATHERIS in trial.said else ""
        print(f"{trial.target}: passed, {tried} inputs tried{by}, {trial.grown} of them kept")
        return Verdict.PASSED
    print(trial.said[-4000:])
    print(f"{trial.target}: failed, exit code {trial.code}, {tried} inputs tried, {trial.grown} of them kept")
    return Verdict.FAILED


def show(target: str, octets: bytes) -> None:
    """Say what an input is that a target failed on, and how to replay it."""
    path = f"fuzz/regressions/{target}/{hashlib.sha256(octets).hexdigest()}"
    keep = f"""python -c 'open("{path}", "wb").write(bytes.fromhex("{octets.hex()}"))'"""
    print(f"{target}: fails on {octets.hex()}")
    print("keep and replay it, from the folder that holds fuzz/:")
    print(f"  {keep} && python fuzz/{target}.py {path}")


if __name__ == "__main__":
    sys.exit(main())
