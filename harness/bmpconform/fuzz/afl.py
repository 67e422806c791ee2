"""`fuzzer_stats`, as AFL++ writes it, so that what watches fuzzers (`afl-whatsup`, dashboards) can watch this one.

Why only some of its names: what we do not know is not made up; zeros stand where AFL's own tools need a number.
"""

import os
import time
from pathlib import Path

from bmpconform import __version__
from bmpconform.fuzz.store import StatsLine
from bmpconform.run.store import write_whole

FILE = "fuzzer_stats"
_NAME_COLUMNS = 18


def afl_stats(line: StatsLine, now: float, process: int) -> str:
    """Return the text of the file; `now` in seconds of the clock, AFL++ docs/fuzzing_in_depth.md, section 3d."""
    began, news = now - line.seconds, now - line.idle
    values = {
        "start_time": int(began),
        "last_update": int(now),
        "run_time": int(line.seconds),
        "fuzzer_pid": process,
        "cycles_done": 0,
        "cycles_wo_finds": 0,
        "time_wo_finds": int(line.idle),
        "execs_done": line.executions,
        "execs_per_sec": f"{line.executions / max(line.seconds, 1e-3):.2f}",
        "execs_ps_last_min": f"{line.rate:.2f}",
        "corpus_count": line.corpus,
        "corpus_favored": line.corpus,
        "corpus_found": line.corpus,
        "corpus_imported": 0,
        "corpus_variable": 0,
        "max_depth": 1,
        "cur_item": 0,
        "pending_favs": 0,
        "pending_total": 0,
        "stability": "100.00%",
        "bitmap_cvg": "0.00%",
        "saved_crashes": line.findings,
        "saved_hangs": 0,
        "last_find": int(news),
        "last_crash": int(news) if line.findings else 0,
        "last_hang": 0,
        "edges_found": line.edges or line.signatures,
        "total_edges": line.edges or line.signatures,
        "afl_banner": "bmpconform",
        "afl_version": f"bmpconform-{__version__}",
        "target_mode": "default",
        "command_line": "bmpconform fuzz",
    }
    return "".join(f"{name:<{_NAME_COLUMNS}}: {value}\n" for name, value in values.items())


def write_afl_stats(folder: Path, line: StatsLine) -> None:
    """Write the file."""
    write_whole(folder / FILE, afl_stats(line, time.time(), os.getpid()).encode())
