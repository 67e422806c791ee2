"""Our campaign against the target in C, by the clock on the wall, as children work for it too."""

import time

from bmpbench.entrants.ours import campaign
from bmpbench.hunt import Hunt
from bmpbench.in_c import c_build
from bmpbench.work import Job
from bmpconform.fuzz.campaign import CampaignOptions


def hunt(job: Job) -> None:
    """Do a job."""
    campaign(job, CampaignOptions(seed=job.own_seed), Hunt(job, c_build, time.monotonic))
