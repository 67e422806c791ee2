"""What lines of progress say: rates and times since the line before, and no time that passed before it began."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from bmpconform.fuzz.campaign import CampaignOptions, fuzz
from bmpconform.fuzz.events import CampaignEnd
from bmpconform.fuzz.store import StatsLine, Store
from bmpconform.run.target import Target
from bmpconform.targets.replies import Case, Reply
from bmpconform.wire.value import replace
from campaigns import SEEDS, contender, right


class Clock:
    """The clock of progress and of targets, set by tests."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        for module in ("progress", "players"):
            monkeypatch.setattr(f"bmpconform.fuzz.{module}.time", SimpleNamespace(monotonic=lambda: self.now))


def test_a_line_has_the_rate_and_the_latency_since_the_one_before_and_the_last_one_has_them_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    shown: list[StatsLine] = []

    def takes_a_while(case: Case) -> Reply:
        clock.now += 0.25
        return right(case)

    def watch(stats: StatsLine) -> bool:
        shown.append(stats)
        return stats.seconds < 60

    events = list(fuzz([contender(takes_a_while)], SEEDS, Store(tmp_path), CampaignOptions(seed=1), watch))
    lines = [json.loads(line) for line in (tmp_path / "stats.jsonl").read_bytes().splitlines()]
    assert [event for event in events if isinstance(event, StatsLine)]
    assert len(lines) > 3
    # Some inputs are asked as a message and written too.
    assert all(0 < line["rate"] <= 4 for line in lines)
    assert {line["latency"]["fake"] for line in lines} == {250_000.0}
    assert all(stats.rate > 0 for stats in shown if stats.executions)


def test_targets_that_take_long_to_open_cost_a_campaign_none_of_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, opened = Clock(monkeypatch), contender()

    def opens_late() -> Target:
        clock.now += 1000
        return opened.open()

    options = CampaignOptions(seconds=20, runs=50, seed=1)
    *_, end = fuzz([replace(opened, open=opens_late)], SEEDS, Store(tmp_path), options, lambda _: True)
    assert isinstance(end, CampaignEnd)
    assert (end.stats.executions, end.stats.seconds, end.stats.idle) == (50, 0, 0)
