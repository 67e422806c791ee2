"""What was found is made smaller in slices between batches, one after the other, for a share of the time.

Why not when it is met: a target that dies of each third input would be asked about nothing but those. Why a finding is
stored before: a kill then costs what is smaller about it, and no finding.
"""

import time
from collections import deque
from collections.abc import Generator, Iterator
from typing import TypeAlias

from bmpconform.fuzz.events import CampaignEvent
from bmpconform.targets.errors import TargetError
from bmpconform.wire.value import ValueType

# Of the time of a campaign at most so much goes into making findings smaller, and so many seconds into one of them.
SHARE = 0.25
SECONDS_A_FINDING = 10.0

# Yields after each question, is sent whether its time is over, and returns what is smaller, None where nothing is.
Shrink: TypeAlias = Generator[None, bool, ValueType | None]
Job: TypeAlias = Generator[None, bool, CampaignEvent | None]


class Slices:
    """What is to be made smaller, in a queue. Shape: `add`, `work` or `slice` between other things, then `close`."""

    def __init__(self, *, is_timed: bool) -> None:
        """Hold each finding to its seconds if `is_timed`; what comes of it hangs on no clock otherwise."""
        self._is_timed = is_timed
        self._waiting: deque[Job] = deque()
        self._job: Job | None = None
        self._spent = self._spent_on_job = 0.0

    def add(self, job: Job) -> None:
        """Put what is to be made smaller behind all others."""
        self._waiting.append(job)

    @property
    def is_left(self) -> bool:
        """Whether there is more to do."""
        return bool(self._waiting) or self._job is not None

    def work(self, seconds: float) -> Iterator[CampaignEvent]:
        """Go on as long as no more than its share of so many seconds was spent; yield what was made smaller."""
        while self.is_left and self._spent <= SHARE * seconds:
            yield from self.slice()

    def slice(self) -> Iterator[CampaignEvent]:
        """Go on by one question; yield what is smaller by it."""
        began = time.monotonic()
        event: CampaignEvent | None = None
        try:
            self._go_on()
        except StopIteration as ended:
            event, self._job = ended.value, None
        except TargetError:
            # It stays as it was met.
            self._job = None
        taken = time.monotonic() - began
        self._spent += taken
        self._spent_on_job += taken
        if event is not None:
            yield event

    def close(self) -> None:
        """Let go of what is left."""
        if self._job is not None:
            self._job.close()
        self._job = None
        self._waiting.clear()

    def _go_on(self) -> None:
        """Go on with the job in hand by one question, or begin the next."""
        if self._job is None:
            self._job, self._spent_on_job = self._waiting.popleft(), 0.0
            next(self._job)
        else:
            self._job.send(self._is_timed and self._spent_on_job >= SECONDS_A_FINDING)
