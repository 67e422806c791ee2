"""What a campaign says, as typed events; that a target is skipped or unusable is said as in a run."""

from bmpconform.fuzz.disagreement import Disagreement, DisagreementLine
from bmpconform.fuzz.finding import Found, FoundLine
from bmpconform.fuzz.store import Held, StatsLine
from bmpconform.run.events import TargetSkipped, TargetUnusable
from bmpconform.wire.value import Value


class CampaignStart(Value, frozen=True):
    """The targets that are asked, and with how many inputs it begins: seeds, and what was kept before."""

    targets: tuple[str, ...]
    seed: int
    seeds: int
    kept: int


class Met(Value, frozen=True):
    """A finding at first sight, for who measures how soon that is; it is confirmed and stored before it is told of."""

    found: Found


class NewFinding(Value, frozen=True):
    """A distinct finding, as it was written; `is_new` is False where an earlier campaign in the folder has it."""

    found: Found
    line: FoundLine
    is_new: bool


class NewDisagreement(Value, frozen=True):
    """A distinct disagreement of targets, as it was written; `is_new` as in a finding, `known` as in one too."""

    found: Disagreement
    line: DisagreementLine
    is_new: bool
    known: bool


class MadeSmaller(Value, frozen=True):
    """The input of what was told under this key has fewer octets or simpler ones now: so many in place of so many.

    Both are 0 for a message that has none.
    """

    key: str
    before: int
    after: int


class Coarsened(Value, frozen=True):
    """Too much was new: from here on signatures are those of a coarser level, up to `feedback.COARSEST`."""

    level: int


class Merged(Value, frozen=True):
    """Of so many inputs that were kept, so many do all that all of them did; the others are gone."""

    before: int
    after: int


class MergeRefused(Value, frozen=True):
    """All inputs stay: without some of them so many features would be lost."""

    inputs: int
    lost: int


class WorkerLost(Value, frozen=True):
    """A worker was ended by a signal, which its exit code says; another takes its place if `is_replaced`.

    `left` is how many of its inputs are not done by then, None where their number has no limit.
    """

    number: int
    code: int
    is_replaced: bool
    left: int | None


class WorkerFailed(Value, frozen=True):
    """A worker ended of a defect in the harness: what was raised, and the traceback, "" where it left none.

    None takes its place, as the next would begin with the same inputs; `left` as in a worker that is lost.
    """

    number: int
    error: str
    trace: str
    left: int | None = None


class CampaignEnd(Value, frozen=True):
    """The last event: where this run of the campaign came to, at the rate of all of it, and what its folder holds."""

    stats: StatsLine
    held: Held = Held()


CampaignEvent = (
    CampaignStart
    | TargetSkipped
    | TargetUnusable
    | Met
    | NewFinding
    | NewDisagreement
    | MadeSmaller
    | StatsLine
    | Coarsened
    | Merged
    | MergeRefused
    | WorkerLost
    | WorkerFailed
    | CampaignEnd
)
