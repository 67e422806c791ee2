"""What one campaign is told: how long, from which random numbers, by which guide, with how many workers.

Why beside the flow: workers are told the same.
"""

from collections.abc import Callable
from random import Random
from typing import Literal

from bmpconform.fuzz.store import StatsLine
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES, Profile
from bmpconform.wire.value import Value, replace

Guide = Literal["full", "outcomes", "none"]

# Told where the campaign is; says whether to go on.
Watch = Callable[[StatsLine], bool]


class CampaignOptions(Value, frozen=True):
    """How long (seconds, inputs; None: no limit), from which seed of the random numbers, under which profile.

    `feedback` says what makes an input worth keeping: `outcomes` leaves out the edges that targets tell of, `none`
    keeps nothing but what it began with. `workers` share the inputs between them.
    """

    seconds: float | None = None
    runs: int | None = None
    seed: int = 0
    profile: Profile = PROFILES[DEFAULT_PROFILE]
    workers: int = 1
    feedback: Guide = "full"

    def of_worker(self, number: int, start: int = 0) -> "CampaignOptions":
        """Return the options of one worker: its share of the inputs, and a seed of its own each time it starts."""
        runs = None if self.runs is None else self.runs // self.workers + (number < self.runs % self.workers)
        is_first = number == start == 0
        seed = self.seed if is_first else Random(f"{self.seed}/{number}/{start}").getrandbits(63)  # noqa: S311
        return replace(self, runs=runs, seed=seed)
