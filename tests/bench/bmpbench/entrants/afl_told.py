"""AFL++ as it would be with an oracle that misses nothing: any difference from the decoder without faults is told."""

from bmpbench.entrants.afl import run
from bmpbench.work import Job


def hunt(job: Job) -> None:
    """Do a job."""
    run(job, "differences")
