"""Runs each fuzz target for a short time, as `tox -e fuzz-smoke` does: `smoke.py [SECONDS]`.

Why a runner: a target that no longer sees coverage, or has lost its seeds, still ends without an error. So a run passes
only if it tried inputs and its corpus grew. libFuzzer writes to the first folder that it is given: it gets a copy.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What has seeds is a target.
TARGETS = sorted(folder.name for folder in (HERE / "seeds").iterdir())
SECONDS = 20
LARGEST_INPUT = 4096
FEWEST_INPUTS = 1_000
# What a child may take to start, and to end after its time.
SPARE_SECONDS = 120
_STATISTIC = re.compile(r"^stat::(\w+):\s+(\d+)$", re.MULTILINE)


class Verdict(Enum):
    """What became of a target."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


def main() -> int:
    """Run all targets; return the exit code: 1 if one failed."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    verdicts = [run(target, seconds) for target in TARGETS]
    print(", ".join(f"{verdicts.count(verdict)} {verdict.value}" for verdict in Verdict))
    return 1 if Verdict.FAILED in verdicts else 0


def run(target: str, seconds: int) -> Verdict:
    """Run one target in a child and say what became of it."""
    try:
        version("atheris")
    except PackageNotFoundError:
        print(f"{target}: skipped, atheris is not installed (it has wheels for CPython on Linux x86-64 only)")
        return Verdict.SKIPPED
    with tempfile.TemporaryDirectory() as scratch:
        corpus, crashes = Path(scratch, "corpus"), Path(scratch, "crashes")
        shutil.copytree(HERE / "seeds" / target, corpus)
        crashes.mkdir()
        seeds = len(list(corpus.iterdir()))
        code, said = fuzz(target, corpus, crashes, seconds)
        grown = len(list(corpus.iterdir())) - seeds
        for crash in sorted(crashes.iterdir()):
            show(target, crash.read_bytes())
    return judge(target, code, said, grown)


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
        print(f"{target}: passed, {tried} inputs tried, {grown} of them kept")
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
