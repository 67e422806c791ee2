"""AFL++ against the target in C: what it finds is what it sees, crashes and hangs."""

import os
import subprocess
import time

from bmpbench.canaries import Canaries
from bmpbench.hunt import CANARIES, DETECTED
from bmpbench.in_c import AFL_COMPILERS, DOZEN, compiled
from bmpbench.seeds import seeds
from bmpbench.work import Job


def hunt(job: Job) -> None:
    """Do a job."""
    run(job, "failures")


def run(job: Job, seen: str) -> None:
    """Run one instance, the first worker's as the main one; what the target detects is what is `seen`."""
    program = compiled(job.folder / f"afl-{job.worker}", AFL_COMPILERS)
    inputs = job.folder / f"inputs-{job.worker}"
    inputs.mkdir()
    for number, octets in enumerate(seeds()):
        (inputs / f"seed-{number:02}").write_bytes(octets)
    canaries, detected = job.folder / CANARIES, job.folder / DETECTED.format(job.worker)
    Canaries(canaries).switch_off(frozenset(DOZEN) - frozenset(job.faults))
    detected.touch()
    environment = {
        "BMPBENCH_AFL": seen,
        "BMPBENCH_CANARIES": str(canaries),
        "BMPBENCH_WORKER": str(job.worker),
        "BMPBENCH_DETECTED": str(detected),
        "BMPBENCH_BEGAN": str(time.monotonic()),
        # It is to run where cores are shared and core dumps are anybody's.
        "AFL_SKIP_CPUFREQ": "1",
        "AFL_NO_AFFINITY": "1",
        "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1",
        "AFL_NO_UI": "1",
    }
    role = "-M" if job.worker == 0 else "-S"
    options = [role, f"worker-{job.worker}", "-s", str(job.own_seed), "-V", str(int(job.seconds)), "-t", "1000"]
    command = ["afl-fuzz", "-i", str(inputs), "-o", str(job.folder / "afl"), *options, "--", str(program)]
    subprocess.run(command, env={**os.environ, **environment}, check=True)
