"""What is found is made smaller beside the flow: in its share of the time, after it is stored, and later if need be."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

import raw
from bmpconform.fuzz import slices
from bmpconform.fuzz.campaign import CampaignOptions, fuzz
from bmpconform.fuzz.events import CampaignEvent, MadeSmaller, NewFinding
from bmpconform.fuzz.finding import Fault, Found
from bmpconform.fuzz.findings import Findings
from bmpconform.fuzz.progress import Progress
from bmpconform.fuzz.slices import Job, Slices
from bmpconform.fuzz.store import Store, read_finding
from bmpconform.targets.errors import TargetError
from bmpconform.targets.replies import Case, Crashed, Reply
from campaigns import campaign, contender, octets_of, right

UP = raw.peer_up(raw.tlv(0, b"boom" * 30))


def dying(case: Case) -> Reply:
    return Crashed("SIGSEGV", "it died") if b"boom" in octets_of(case) else right(case)


class Clock:
    """A clock that goes on by a second each time that something is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr("bmpconform.fuzz.slices.time", SimpleNamespace(monotonic=lambda: self.now))

    def job(self, key: str, questions: int, *, stops: list[str]) -> Job:
        """Take a second for each of so many questions; note in `stops` that time was over."""
        for _ in range(questions):
            self.now += 1
            if (yield):
                stops.append(key)
                break
        return MadeSmaller(key, 2, 1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def keys(events: Sequence[CampaignEvent]) -> list[str]:
    return [event.key for event in events if isinstance(event, MadeSmaller)]


def finished(queue: Slices) -> list[CampaignEvent]:
    events: list[CampaignEvent] = []
    while queue.is_left:
        events += queue.slice()
    return events


def test_no_more_than_its_share_of_the_time_is_spent(clock: Clock) -> None:
    queue = Slices(is_timed=False)
    queue.add(clock.job("long", 1000, stops=[]))
    for seconds in range(0, 400, 10):
        assert list(queue.work(seconds)) == []
        assert clock.now <= slices.SHARE * seconds + 1
    assert clock.now > 0.9 * slices.SHARE * 390


@pytest.mark.parametrize("is_timed, stopped", [(True, ["long"]), (False, [])])
def test_each_has_its_seconds_where_the_campaign_has(clock: Clock, *, is_timed: bool, stopped: list[str]) -> None:
    stops: list[str] = []
    queue = Slices(is_timed=is_timed)
    queue.add(clock.job("long", 1000, stops=stops))
    queue.add(clock.job("short", 3, stops=stops))
    assert keys(finished(queue)) == ["long", "short"]
    assert stops == stopped
    assert clock.now == pytest.approx(slices.SECONDS_A_FINDING + 3, abs=1) or not is_timed


def test_a_target_that_is_lost_costs_no_other_finding(clock: Clock) -> None:
    def lost() -> Job:
        yield
        raise TargetError("it no longer starts")

    queue = Slices(is_timed=False)
    queue.add(lost())
    queue.add(clock.job("next", 1, stops=[]))
    assert keys(finished(queue)) == ["next"]


def test_a_finding_is_stored_as_met_before_it_is_made_smaller(tmp_path: Path) -> None:
    store, options = Store(tmp_path), CampaignOptions(runs=1, seed=1)
    sizes: list[int] = []
    for event in fuzz([contender(dying)], [UP], store, options, lambda _: True):
        if isinstance(event, NewFinding | MadeSmaller):
            key = event.line.key if isinstance(event, NewFinding) else event.key
            assert store.known_keys() == {key}
            assert (
                read_finding(tmp_path / "findings" / key).line.input
                == (tmp_path / "findings" / key / "input.bin").read_bytes().hex()
            )
            sizes.append((tmp_path / "findings" / key / "input.bin").stat().st_size)
    assert sizes[0] == len(UP)
    assert sizes[1] < len(UP) - 100


def test_what_a_kill_left_large_is_made_smaller_by_the_next_campaign(tmp_path: Path) -> None:
    events = fuzz([contender(dying)], [UP], Store(tmp_path), CampaignOptions(runs=1, seed=1), lambda _: True)
    met = next(event for event in events if isinstance(event, NewFinding))
    events.close()  # type: ignore[attr-defined]
    assert not Store(tmp_path).is_small(met.line.key)
    again = campaign(tmp_path, contender(dying), runs=1, of=[UP])
    assert [event.is_new for event in again if isinstance(event, NewFinding)] == [False]
    assert keys(again) == [met.line.key]
    assert read_finding(tmp_path / "findings" / met.line.key).line.seconds == met.line.seconds
    assert keys(campaign(tmp_path, contender(dying), runs=1, of=[UP])) == []


def test_a_target_dies_only_so_often_of_being_asked_for_less(tmp_path: Path) -> None:
    deaths = [0]

    def counted(case: Case) -> Reply:
        said = dying(case)
        deaths[0] += isinstance(said, Crashed)
        return said

    campaign(tmp_path, contender(counted), runs=1, of=[UP * 3])
    assert 5 < deaths[0] <= 35


def test_nothing_is_made_smaller_while_more_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    now, told = [0.0], []

    def work(_: Slices, seconds: float) -> Iterator[CampaignEvent]:
        told.append(seconds)
        return iter(())

    monkeypatch.setattr(Progress, "seconds", property(lambda _: now[0]))
    monkeypatch.setattr(Slices, "work", work)
    of_worker = Findings(Store(tmp_path), CampaignOptions(), Progress(), lambda _: [])
    found = Found(Fault("fake", "decode", "x", "", "crashed"), None, "crashed", "fail", b"\3")
    for seconds, is_met in ((1.0, False), (5.0, True), (6.0, False), (8.0, False)):
        now[0] = seconds
        if is_met:
            list(of_worker.meet(contender(), found))
        list(of_worker.work())
    assert told == [1.0, 2.0, 4.0]
