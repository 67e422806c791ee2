"""Our campaign without its guide: the same inputs to begin with, the same mutator, and nothing is kept."""

from bmpbench.entrants.ours import campaign
from bmpbench.work import Job
from bmpconform.fuzz.campaign import CampaignOptions


def hunt(job: Job) -> None:
    """Do a job."""
    campaign(job, CampaignOptions(seed=job.own_seed, feedback="none"))
