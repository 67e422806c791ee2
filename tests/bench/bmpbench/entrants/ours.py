"""Our campaign, as `bmpconform fuzz` runs it: mutated by structure, guided by what the target says."""

from bmpbench.hunt import Hunt
from bmpbench.seeds import seeds
from bmpbench.target import contender_of
from bmpbench.work import Job
from bmpconform.fuzz.campaign import CampaignOptions, fuzz
from bmpconform.fuzz.events import Met, NewFinding
from bmpconform.fuzz.store import StatsLine, Store


def campaign(job: Job, options: CampaignOptions, hunt: Hunt | None = None) -> None:
    """Run a campaign until the time of a job is up."""
    hunt = hunt or Hunt(job)

    def watch(stats: StatsLine) -> bool:
        hunt.tick(stats.executions)
        return not hunt.is_over

    store = Store(job.folder / f"campaign-{job.worker}")
    for event in fuzz([contender_of(hunt.build)], seeds(), store, options, watch):
        match event:
            case Met(found=found):
                hunt.met(found.octets, found.fault.op)
            case NewFinding(found=found):
                hunt.found(found.octets, found.fault.op)
            case _:
                pass


def hunt(job: Job) -> None:
    """Do a job."""
    campaign(job, CampaignOptions(seed=job.own_seed))
