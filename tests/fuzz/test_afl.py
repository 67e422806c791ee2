"""What watches AFL++ can watch a campaign, and reads nothing there that is not so."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bmpconform.fuzz.afl import FILE, AflStats, Saved, afl_stats
from bmpconform.fuzz.events import CampaignEnd, CampaignEvent, NewFinding
from bmpconform.fuzz.finding import FAIL, INFO, Fault, Found
from bmpconform.fuzz.store import StatsLine

NOW = 1_700_000_000.0
WHATSUP = shutil.which("afl-whatsup")


def line(seconds: float, executions: int, corpus: int = 50) -> StatsLine:
    return StatsLine(seconds, executions, 100.0, corpus, 7, 9, 1.5, 5)


def met(observation: str, level: str = FAIL) -> NewFinding:
    found = Found(Fault("fake", "decode", observation, "", observation), None, None, level, b"a")
    return NewFinding(found, found.line(1, 0.0), is_new=True)


def fields(text: str) -> dict[str, str]:
    return dict(re.findall(r"^(\w+) *: (.*)$", text, re.MULTILINE))


def written(folder: Path, *events: CampaignEvent) -> dict[str, str]:
    """Return what the file says after events."""
    stats = AflStats(folder)
    for event in events:
        stats.note(event)
    return fields((folder / FILE).read_text(encoding="utf-8"))


def test_times_are_those_of_the_clock_and_no_other_name_is_given_a_value() -> None:
    saved = Saved(3, 2, NOW - 10, NOW - 20)
    assert fields(afl_stats(line(100, 5000), saved, 70.25, NOW, 42)) == {
        "start_time": "1699999900",
        "last_update": "1700000000",
        "run_time": "100",
        "fuzzer_pid": "42",
        "execs_done": "5000",
        "execs_per_sec": "50.00",
        "execs_ps_last_min": "70.25",
        "corpus_count": "50",
        "pending_favs": "0",
        "pending_total": "0",
        "saved_crashes": "3",
        "saved_hangs": "2",
        "last_find": "1699999998",
        "last_crash": "1699999990",
        "last_hang": "1699999980",
        "afl_banner": "bmpconform",
    }


def test_names_stand_in_a_column_as_afl_writes_them() -> None:
    assert {one.index(":") for one in afl_stats(line(1, 1), Saved(), 1.0, NOW, 42).splitlines()} == {18}


def test_time_outs_are_hangs_other_failures_crashes_and_leniency_is_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([NOW + 1, NOW + 2, NOW + 3, NOW + 9])
    monkeypatch.setattr("bmpconform.fuzz.afl.time.time", lambda: next(clock))
    found = [met("timed-out"), met("crashed"), met("accepted", INFO), met("wrong-value")]
    told = written(tmp_path, *found, line(100, 5000))
    assert (told["saved_crashes"], told["saved_hangs"]) == ("2", "1")
    assert (told["last_hang"], told["last_crash"]) == (str(int(NOW) + 1), str(int(NOW) + 3))


def test_what_did_not_happen_has_no_time(tmp_path: Path) -> None:
    told = written(tmp_path, line(100, 5000))
    assert [told[name] for name in ("saved_crashes", "saved_hangs", "last_crash", "last_hang")] == ["0"] * 4


@pytest.mark.parametrize(
    "lines, rate",
    [
        ([line(50, 1000)], "20.00"),
        ([line(50, 1000), line(60, 1600)], "26.67"),
        ([line(50, 1000), line(60, 1600), line(110, 1600)], "10.00"),
        ([line(50, 1000), line(60, 1600), line(125, 1600)], "0.00"),
    ],
)
def test_the_rate_of_the_last_minute_is_that(tmp_path: Path, lines: list[StatsLine], rate: str) -> None:
    assert written(tmp_path, *lines)["execs_ps_last_min"] == rate
    assert written(tmp_path, *lines[:-1], CampaignEnd(lines[-1]))["execs_ps_last_min"] == rate


@pytest.mark.parametrize("nothing", [line(5, 0), line(5, 100, corpus=0)])
def test_nothing_is_written_that_would_be_divided_by(tmp_path: Path, nothing: StatsLine) -> None:
    AflStats(tmp_path).note(nothing)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(WHATSUP is None, reason="not installed: afl-whatsup")
def test_afl_whatsup_reads_it(tmp_path: Path) -> None:
    (tmp_path / "campaign").mkdir()
    written(tmp_path / "campaign", met("crashed"), met("timed-out"), line(7200, 14_400_000))
    told = subprocess.run(
        [str(WHATSUP), str(tmp_path)], capture_output=True, check=True, text=True, env={**os.environ, "TERM": "dumb"}
    )
    assert f"bmpconform (0 days, 2 hrs) fuzzer PID: {os.getpid()}" in told.stdout.replace("instance: campaign ", "")
    assert "lifetime speed 2000 execs/sec, items /50 (0%)" in told.stdout
    assert "Total execs : 14 millions" in told.stdout
    assert "Crashes saved : 1" in told.stdout
    assert "last_hang       : none seen yet" not in told.stdout
    assert "Cycles without finds : not available" in told.stdout
    assert "dead" not in told.stdout.lower()
    assert not re.search("number|arithmetic", told.stderr)
