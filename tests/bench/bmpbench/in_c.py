"""The decoder in C with a dozen of the planted faults: built, and started as a target.

Why C too: AFL++ looks at compiled programs, and a fuzzer of ours meets such ones as children behind a pipe.
"""

import os
import shutil
import subprocess
from collections.abc import Collection
from functools import cache
from pathlib import Path

from bmpbench.canaries import Canaries
from bmpbench.target import Build, Switch
from bmpconform.targets.driver import Driver
from bmpconform.targets.launch import Launch, Limits

SOURCE = Path(__file__).with_name("c") / "target.c"
# Their numbers in frozen.json, as in the table in the source.
DOZEN = (0, 2, 12, 15, 18, 23, 25, 26, 28, 44, 45, 51)
COMPILERS, AFL_COMPILERS = ("cc", "gcc", "clang"), ("afl-clang-fast", "afl-cc")
# A decoder in C answers in microseconds; one that does not hangs.
CASE_SECONDS = 0.25


def compiler_of(names: tuple[str, ...]) -> str | None:
    """Return the first compiler of these that is there."""
    return next(filter(None, map(shutil.which, names)), None)


def compiled(program: Path, names: tuple[str, ...] = COMPILERS) -> Path:
    """Compile the target. Raises RuntimeError where that cannot be done."""
    compiler = compiler_of(names)
    if compiler is None:
        raise RuntimeError(f"none of {', '.join(names)} is on PATH")
    command = [compiler, "-std=gnu11", "-O2", str(SOURCE), "-o", str(program)]
    done = subprocess.run(command, env={**os.environ, "AFL_QUIET": "1"}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return program


@cache
def _program(folder: Path) -> Path:
    return compiled(folder / f"target-{os.getpid()}")


def c_build(path: Path, worker: int, faults: Collection[int]) -> tuple[Build, Switch]:
    """Return the target in C with faults, counting in a file as one worker, and what switches them."""
    canaries = Canaries(path, worker)
    environment = {"BMPBENCH_CANARIES": str(path), "BMPBENCH_WORKER": str(worker)}
    launch = Launch(
        "target", (str(_program(path.parent)),), environment, Limits(case_seconds=CASE_SECONDS), deterministic=True
    )
    # Children read for themselves what is off.
    build = Build(canaries, faults, lambda: Driver(launch, give_up_after=None), lambda _: None)
    return build, canaries.leave_on
