"""What the report says of runs that are made up, and that a bench can be taken up again."""

import json
import sys
from pathlib import Path

import pytest

from bmpbench import __main__ as bench
from bmpbench.report import figures, report
from bmpbench.runs import Detection, Run, add_run, detections, load_runs

FAULTS = (0, 12, 25)


def run(entrant: str, seed: int, *detected: tuple[int, float, int], executions: int = 1000) -> Run:
    triggered = tuple(int(number in {0, 12}) for number in range(60))
    found = tuple(Detection(*one) for one in detected)
    return Run(entrant, seed, 60.0, 2, FAULTS, executions, found, triggered, triggered)


RUNS = [
    run("ours", 0, (0, 1.0, 10), (12, 2.0, 900)),
    run("ours", 1, (0, 1.0, 10), (12, 3.0, 100)),
    run("other", 0, (0, 5.0, 10), executions=500),
    run("other", 1, (0, 6.0, 600), executions=500),
]


def test_what_is_found_is_counted_by_class_and_cut_at_equal_executions() -> None:
    held = figures(RUNS)
    ours, other = held["entrants"]
    assert (ours["found"], other["found"]) == (2, 1)
    assert ours["by_class"] == {"D1": 1, "D2": 1, "D3": 0, "D4": 0, "D5": 0}
    assert held["equal_executions"] == 500
    assert (ours["found_in_equal_executions"], other["found_in_equal_executions"]) == (1.5, 0.5)


def test_who_found_all_is_not_the_slowest_for_having_ended() -> None:
    # 20 executions a second up to the last fault, so 1,200 in 60 seconds, though it ended behind 50.
    quick = [run("ours", seed, (0, 1.0, 10), (12, 1.5, 30), (25, 2.0, 40), executions=50) for seed in (0, 1)]
    slow = [run("other", 0, (0, 5.0, 10), (12, 50.0, 900)), run("other", 1, (0, 5.0, 10))]
    held = figures([*quick, *slow])
    ours, other = held["entrants"]
    assert [(one["executions"], one["executions_in_full_time"]) for one in (ours, other)] == [(50, 1200), (1000, 1000)]
    assert held["equal_executions"] == 1000
    assert (ours["found_in_equal_executions"], other["found_in_equal_executions"]) == (3, 1.5)


def test_what_goes_on_when_all_is_found_did_no_less_than_it_did() -> None:
    goes_on = run("other", 0, (0, 0.0, 1), (12, 1.0, 2), (25, 2.0, 3), executions=5000)
    assert goes_on.in_full_time == 5000
    at_once = run("other", 0, (0, 0.0, 1), (12, 0.0, 2), (25, 0.0, 3))
    assert at_once.in_full_time == 180_000


def test_detected_is_held_against_triggered() -> None:
    ours, other = figures(RUNS)["entrants"]
    assert (ours["triggered"], ours["detected_of_triggered"]) == (2, 1.0)
    assert other["detected_of_triggered"] == 0.5


def test_ours_is_compared_fault_by_fault() -> None:
    (compared,) = figures(RUNS)["compared"]
    assert (compared["with"], compared["found_ratio"]) == ("other", 2.0)
    # Quicker for two faults in each pair, and alike for one that nobody found.
    assert compared["a12_seconds"] == pytest.approx(0.83)


def test_the_report_is_three_files(tmp_path: Path) -> None:
    report(RUNS, tmp_path)
    assert json.loads((tmp_path / "bmpbench.json").read_text())["faults"] == 3
    page = (tmp_path / "bmpbench.md").read_text()
    assert "| ours | 2 | 2 (2-2) |" in page
    heads, rule, row, *_ = page[page.index("| fuzzer |") :].splitlines()
    assert heads.count("|") == rule.count("|") == row.count("|")
    assert "| microseconds-are-lost | 2/2 1.0 s | 2/2 5.5 s |" in page
    assert (tmp_path / "survival.svg").read_text().count("<polyline") == 2


def test_runs_come_back_as_they_were_added(tmp_path: Path) -> None:
    for one in RUNS:
        add_run(tmp_path / "new" / "runs.jsonl", one)
    assert load_runs(tmp_path / "new" / "runs.jsonl") == RUNS
    assert load_runs(tmp_path / "none") == []


def test_of_two_workers_the_first_to_detect_a_fault_counts(tmp_path: Path) -> None:
    for worker, seconds in ((0, 5.0), (1, 3.0)):
        line = {"fault": 12, "seconds": seconds, "executions": 7}
        (tmp_path / f"detected-{worker}.jsonl").write_text(json.dumps(line) + "\n")
    assert detections(tmp_path, 2) == (Detection(12, 3.0, 7),)


def test_a_bench_runs_what_is_not_there_yet_and_fails_under_its_floor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    short = ["--entrants", "ours", "--repeats", "1", "--seconds", "1", "--workers", "1", "--classes", "D1"]
    monkeypatch.setenv("PYTHONPATH", ":".join(sys.path))
    monkeypatch.setattr(sys, "argv", ["bmpbench", *short, "--out", str(tmp_path), "--floor", "1"])
    assert bench.main() == 0
    assert "ours 0:" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["bmpbench", *short, "--out", str(tmp_path), "--floor", "13"])
    assert bench.main() == 1
    assert "ours 0:" not in capsys.readouterr().out
