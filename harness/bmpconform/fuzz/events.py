"""What a campaign says, as typed events; that a target is skipped or unusable is said as in a run."""

from bmpconform.fuzz.finding import Found, FoundLine
from bmpconform.fuzz.store import StatsLine
from bmpconform.run.events import TargetSkipped, TargetUnusable
from bmpconform.wire.value import Value


class CampaignStart(Value, frozen=True):
    """The targets that are asked, and with how many inputs it begins: seeds, and what was kept before."""

    targets: tuple[str, ...]
    seed: int
    seeds: int
    kept: int


class NewFinding(Value, frozen=True):
    """A distinct finding, as it was written; `is_new` is False where an earlier campaign in the folder has it."""

    found: Found
    line: FoundLine
    is_new: bool


class CampaignEnd(Value, frozen=True):
    """The last event: where the campaign came to; its rate is that of all of it."""

    stats: StatsLine


CampaignEvent = CampaignStart | TargetSkipped | TargetUnusable | NewFinding | StatsLine | CampaignEnd
