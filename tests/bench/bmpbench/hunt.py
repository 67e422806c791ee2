"""One worker of one run: its target, its clock, and what of the planted faults it has detected.

Why faults are mended as they are found: sixty in one codec hide each other, and one that crashes hides all. What is
detected is switched off for all workers, and each goes on with the next build.
Why seconds of the processor: on a machine that others use too, a clock on the wall measures the others. What it takes
to tell which fault was found is not counted.
"""

import json
import time
from collections.abc import Callable

from bmpbench.canaries import Canaries
from bmpbench.scout import Maker, Scout
from bmpbench.target import python_build
from bmpbench.work import Job

CANARIES, DETECTED = "canaries", "detected-{}.jsonl"


class Hunt:
    """What one worker does with its time: `tick` as inputs go by, `found` for each finding, until `is_over`.

    Who looks into a finding before it tells of it says first when it was `met`.
    """

    def __init__(self, job: Job, maker: Maker = python_build, clock: Callable[[], float] = time.process_time) -> None:
        """Begin; other workers of the run have the same folder."""
        folder, worker, seconds = job.folder, job.worker, job.seconds
        self._canaries = Canaries(folder / CANARIES, worker)
        self.build, _ = maker(folder / CANARIES, worker, job.faults)
        self._scout = Scout(folder / f"scout-{worker}", maker)
        self._clock = clock
        self._path = folder / DETECTED.format(worker)
        self._seconds = seconds
        self._met: dict[tuple[bytes, str], tuple[float, int]] = {}
        self._began = clock()
        self._path.touch()

    @property
    def seconds(self) -> float:
        """Seconds since the worker began, of the processor unless there is another clock."""
        return self._clock() - self._began

    @property
    def is_over(self) -> bool:
        """Whether the time is up, or nothing is left to find."""
        return self.seconds >= self._seconds or not self.build.on

    def tick(self, executions: int) -> None:
        """Note how many inputs this worker has tried, and take over what others have found."""
        self._canaries.try_inputs(executions)
        self.build.refresh()

    def met(self, octets: bytes, op: str) -> None:
        """Note when the oracle saw a finding."""
        self._met[octets, op] = self.seconds, self._canaries.inputs

    def found(self, octets: bytes, op: str) -> None:
        """Note the faults that a finding is about, and that they are detected since it was met."""
        now = self.seconds
        seconds, executions = self._met.pop((octets, op), (now, self._canaries.inputs))
        explained = self._scout.explain(octets, op, self.build.on)
        with self._path.open("a", encoding="utf-8") as file:
            for number in sorted(explained):
                line = {"fault": number, "seconds": round(seconds, 3), "executions": executions}
                file.write(json.dumps(line) + "\n")
        self._canaries.switch_off(explained)
        self.build.refresh()
        self._began += self.seconds - now
