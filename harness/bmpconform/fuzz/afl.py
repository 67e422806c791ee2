"""`fuzzer_stats`, as AFL++ writes it, so that what watches fuzzers (`afl-whatsup`, dashboards) can watch this one.

Why only some of its names: what we do not know, or have no equal of (stability, coverage, cycles), is not made up.
Pending is 0 because no input waits for its turn: each may be next. Why only once an input was asked and one is kept:
`afl-whatsup` divides by both.
"""

import os
import time
from collections import deque
from pathlib import Path

from bmpconform.corpus.vector import Observation
from bmpconform.fuzz.events import CampaignEnd, CampaignEvent, NewFinding
from bmpconform.fuzz.finding import FAIL
from bmpconform.fuzz.store import StatsLine
from bmpconform.run.store import write_whole
from bmpconform.wire.value import Value, replace

# The second is empty: by its name newer `afl-whatsup` find the first.
FILE, SETUP = "fuzzer_stats", "fuzzer_setup"
MINUTE = 60.0
_NAME_COLUMNS = 18


class Saved(Value, frozen=True):
    """The failures told so far, time-outs apart, and when the last of each came: in seconds of the clock, 0 if none."""

    crashes: int = 0
    hangs: int = 0
    last_crash: float = 0.0
    last_hang: float = 0.0

    def and_one(self, observation: str, now: float) -> "Saved":
        """Return these and one more."""
        if observation == Observation.TIMED_OUT.value:
            return replace(self, hangs=self.hangs + 1, last_hang=now)
        return replace(self, crashes=self.crashes + 1, last_crash=now)


class AflStats:
    """The file of one campaign: a fold over its events."""

    def __init__(self, folder: Path) -> None:
        """Write into a folder that is there."""
        self._folder = folder
        self._saved = Saved()
        self._past = deque([(0.0, 0)])

    def note(self, event: CampaignEvent) -> None:
        """Count what was found, and write the file where progress is told."""
        match event:
            case NewFinding(found=found) if found.level == FAIL:
                self._saved = self._saved.and_one(found.fault.observation, time.time())
            case StatsLine():
                self._write(event)
            case CampaignEnd(stats=stats):
                self._write(stats)
            case _:
                pass

    def _write(self, line: StatsLine) -> None:
        rate = self._rate(line)
        if line.executions and line.corpus:
            (self._folder / SETUP).touch()
            text = afl_stats(line, self._saved, rate, time.time(), os.getpid())
            write_whole(self._folder / FILE, text.encode())

    def _rate(self, line: StatsLine) -> float:
        """Return the inputs a second of the last minute, of all the time until there was one."""
        self._past.append((line.seconds, line.executions))
        while line.seconds - self._past[1][0] >= MINUTE:
            self._past.popleft()
        seconds, executions = self._past[0]
        return (line.executions - executions) / max(line.seconds - seconds, 1e-3)


def afl_stats(line: StatsLine, saved: Saved, rate: float, now: float, process: int) -> str:
    """Return the text of the file; AFL++ docs/afl-fuzz_approach.md, "Interpreting output".

    `rate` is inputs a second in the last minute, `now` in seconds of the clock, as is all that its names call `last`.
    """
    values = {
        "start_time": int(now - line.seconds),
        "last_update": int(now),
        "run_time": int(line.seconds),
        "fuzzer_pid": process,
        "execs_done": line.executions,
        "execs_per_sec": f"{line.executions / max(line.seconds, 1e-3):.2f}",
        "execs_ps_last_min": f"{rate:.2f}",
        "corpus_count": line.corpus,
        "pending_favs": 0,
        "pending_total": 0,
        "saved_crashes": saved.crashes,
        "saved_hangs": saved.hangs,
        "last_find": int(now - line.idle),
        "last_crash": int(saved.last_crash),
        "last_hang": int(saved.last_hang),
        "afl_banner": "bmpconform",
    }
    return "".join(f"{name:<{_NAME_COLUMNS}}: {value}\n" for name, value in values.items())
