"""What was under way when a campaign was killed is noted until it is asked, whoever asks it."""

from pathlib import Path

import pytest

import raw
from bmpconform.fuzz.campaign import CampaignOptions, fuzz
from bmpconform.fuzz.store import StatsLine, Store
from bmpconform.fuzz.under_way import UnderWay
from bmpconform.targets.replies import Case, Reply
from campaigns import contender, octets_of, right, too_long
from mortal import FOUL, line_of

LEFT = [raw.message(200, b"%d" % number) for number in range(100)]
TOO_LONG = too_long(FOUL)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob(".under-way*"))


def asked_by(folder: Path, runs: int, ended_after: int | None = None) -> list[bytes]:
    """Return what one worker asks that takes up a campaign, and is killed after so many inputs if it is."""
    asked: list[bytes] = []

    def note(case: Case) -> Reply:
        asked.append(octets_of(case))
        return right(case)

    def watch(stats: StatsLine) -> bool:
        if ended_after is not None and stats.executions >= ended_after:
            raise KeyboardInterrupt
        return True

    try:
        list(fuzz([contender(note)], (), Store(folder), CampaignOptions(runs=runs, seed=1), watch))
    except KeyboardInterrupt:
        assert ended_after is not None
    return asked


def test_all_of_it_is_asked_and_then_noted_no_more(tmp_path: Path) -> None:
    UnderWay(tmp_path).note(LEFT)
    assert set(LEFT) <= set(asked_by(tmp_path, 100))
    assert files(tmp_path) == []


@pytest.mark.parametrize("ended_after", [4, 8, 60])
def test_what_a_second_kill_left_unasked_is_still_noted(tmp_path: Path, ended_after: int) -> None:
    UnderWay(tmp_path).note(LEFT)
    asked = asked_by(tmp_path, 500, ended_after)
    still = UnderWay(tmp_path).take_up()
    assert 0 < len(still) < len(LEFT)
    assert set(LEFT) <= {*asked, *still}


def test_what_the_budget_left_unasked_is_still_noted(tmp_path: Path) -> None:
    UnderWay(tmp_path).note(LEFT)
    asked_by(tmp_path, 3)
    assert UnderWay(tmp_path).take_up() == LEFT[3:]


def test_the_first_worker_takes_up_what_no_worker_of_the_campaign_had(tmp_path: Path) -> None:
    for number in range(4):
        UnderWay(tmp_path, number, 4).note([LEFT[number]])
    assert UnderWay(tmp_path, 1, 2).take_up() == [LEFT[1]]
    assert UnderWay(tmp_path, 0, 2).take_up() == [LEFT[0], LEFT[2], LEFT[3]]
    # All at once: nobody else writes what the first one took.
    assert files(tmp_path) == [".under-way-0", ".under-way-1"]
    assert UnderWay(tmp_path, 0, 1).take_up() == [LEFT[0], LEFT[2], LEFT[3], LEFT[1]]


def test_one_worker_asks_what_two_had_under_way(tmp_path: Path) -> None:
    UnderWay(tmp_path, 1, 2).note(LEFT)
    (tmp_path / ".under-way-1.new").write_bytes(line_of(b"draft"))
    assert {*LEFT, b"draft"} <= set(asked_by(tmp_path, 101))
    assert files(tmp_path) == []


def test_messages_without_octets_come_back_as_they_were(tmp_path: Path) -> None:
    UnderWay(tmp_path).note([LEFT[0], TOO_LONG, b""])
    assert UnderWay(tmp_path).take_up() == [LEFT[0], TOO_LONG, b""]


def test_what_is_no_input_is_left_out(tmp_path: Path) -> None:
    text = b'{"version":3,"type":5,"tlvs":[{"type":0,"value":"6f6b"}]}\n'
    lines = [b'"0x"', b"half", b'{"version":3}', b'{"type":"x"}', b"[1]", b"\xff", line_of(TOO_LONG)[:-9]]
    (tmp_path / ".under-way-0").write_bytes(b"\n".join([*lines, text + line_of(LEFT[0])]))
    # A message that has octets is them.
    framed, other = UnderWay(tmp_path).take_up()
    assert framed == raw.termination(raw.tlv(0, b"ok"))
    assert other == LEFT[0]


def test_names_that_are_of_no_worker_are_left_alone(tmp_path: Path) -> None:
    strange = tmp_path / ".under-way-x"
    strange.write_bytes(line_of(b"octets"))
    assert UnderWay(tmp_path).take_up() == []
    assert files(tmp_path) == [strange.name]
