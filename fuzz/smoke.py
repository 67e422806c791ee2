"""Runs each fuzz target for a short time, and a campaign in which nothing may be found: `smoke.py [SECONDS [RUNS]]`.

Why a runner: a target that no longer sees coverage, or has lost its seeds, still ends without an error. So a run passes
only if it tried inputs and its corpus grew. libFuzzer writes to the first folder that it is given: it gets a copy.
Why the campaign: what is found in our own codec is a false alarm, and so is everything like it that users are told.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from enum import Enum
from pathlib import Path

from bmpconform.fuzz.inside import NO_ATHERIS

HERE = Path(__file__).resolve().parent
# What has the function that fuzzers look for is a target; it has the seeds of `decode` if it has none of its own.
TARGETS = sorted(file.stem for file in HERE.glob("*.py") if "\ndef TestOneInput(" in file.read_text(encoding="utf-8"))
SECONDS = 8
RUNS = 200_000
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


def main() -> int:
    """Run all targets and the campaign; return the exit code: 1 if one failed."""
    seconds, runs = (int(word) for word in (*sys.argv[1:3], *[str(SECONDS), str(RUNS)][len(sys.argv) - 1 :]))
    verdicts = [run(target, seconds) for target in TARGETS]
    verdicts.append(campaign(runs))
    print(", ".join(f"{verdicts.count(verdict)} {verdict.value}" for verdict in Verdict))
    return 1 if Verdict.FAILED in verdicts else 0


def seeds_of(target: str) -> Path:
    """Return the folder of a target's seeds."""
    own = HERE / "seeds" / target
    return own if own.is_dir() else HERE / "seeds" / "decode"


def run(target: str, seconds: int) -> Verdict:
    """Run one target in a child and say what became of it."""
    with tempfile.TemporaryDirectory() as scratch:
        corpus, crashes = Path(scratch, "corpus"), Path(scratch, "crashes")
        shutil.copytree(seeds_of(target), corpus)
        crashes.mkdir()
        seeds = len(list(corpus.iterdir()))
        code, said = fuzz(target, corpus, crashes, seconds)
        grown = len(list(corpus.iterdir())) - seeds
        for crash in sorted(crashes.iterdir()):
            show(target, crash.read_bytes())
    return judge(target, code, said, grown)


def campaign(runs: int) -> Verdict:
    """Run a campaign over our own codec, in which nothing may be found."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as out:
        command = ["fuzz", "reference", "--runs", str(runs), "--workers", str(WORKERS), "--seed", "1", "--out", out]
        child = subprocess.run(  # noqa: S603 - our own command, under the Python that runs this
            [sys.executable, "-m", "bmpconform", *command], capture_output=True, check=False
        )
        found = Path(out, "findings.jsonl")
        alarms = found.read_text(encoding="utf-8") if found.exists() else ""
    print(f"campaign: exit code {child.returncode}, {runs} inputs in {time.monotonic() - began:.0f} s")
    if child.returncode or alarms:
        print(_text(child.stdout)[-4000:], _text(child.stderr)[-4000:], alarms[-4000:])
    return Verdict.FAILED if child.returncode or alarms else Verdict.PASSED


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


def judge(target: str, code: int, said: str, grown: int) -> Verdict:
    """Judge a run by its exit code, by the inputs that it tried and by what they added to the corpus."""
    statistics = {name: int(number) for name, number in _STATISTIC.findall(said)}
    tried = statistics.get("number_of_executed_units", 0)
    if code == 0 and tried >= FEWEST_INPUTS and grown > 0:
        by = " by a plain loop, as atheris is not installed" if NO_ATHERIS in said else ""
        print(f"{target}: passed, {tried} inputs tried{by}, {grown} of them kept")
        return Verdict.PASSED
    print(said[-4000:])
    print(f"{target}: failed, exit code {code}, {tried} inputs tried, {grown} of them kept")
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
