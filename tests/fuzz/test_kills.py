"""A campaign that is killed at one of its writes, and killed again when it goes on, loses no input and no finding."""

import json
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import raw
from bmpconform.fuzz.as_test import as_test
from bmpconform.fuzz.asked import Input
from bmpconform.fuzz.store import Store, read_finding
from bmpconform.fuzz.under_way import UnderWay
from bmpconform.wire.value import from_json, to_json
from campaigns import too_long
from mortal import ASKED, FOUL, OUT, Mortals, line_of, mortals

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="not Linux: processes are forked")

TOO_LONG = too_long(FOUL)
# What two workers had under way when they were killed.
LEFT: tuple[list[Input], ...] = (
    [raw.message(200, b"first"), FOUL, *(raw.termination(raw.tlv(0, bytes([n]))) for n in range(3))],
    [TOO_LONG, *(raw.message(201, bytes([n])) for n in range(3))],
)
FOUND, MOST_WRITES = 2, 150
# Each third write: all of them take three times as long, and there are writes of each kind among these.
EVERY = 3
EVERYTHING = {line_of(one) for left in LEFT for one in left}


@pytest.fixture(scope="module")
def killed() -> Iterator[Mortals]:
    with mortals() as held:
        yield held


def interrupted(folder: Path) -> Path:
    """Make the folder of a campaign whose two workers were killed."""
    Store(folder / OUT)
    for number, inputs in enumerate(LEFT):
        UnderWay(folder / OUT, number, len(LEFT)).note(inputs)
    return folder


def lines(folder: Path, *names: str) -> set[bytes]:
    """Return the lines of files in a folder."""
    return {line for name in names for file in folder.glob(name) for line in file.read_bytes().splitlines()}


def asked(folder: Path) -> set[bytes]:
    return lines(folder, ASKED)


def noted(folder: Path) -> set[bytes]:
    return lines(folder / OUT, ".under-way-[0-9]")


def pieces(out: Path) -> dict[str, bool]:
    """Return the findings of a campaign that is taken up, and whether they are small; each has to be of one piece."""
    Store(out)
    told = {one["key"]: one for one in map(json.loads, lines(out, "findings.jsonl"))}
    found = {place.name: read_finding(place) for place in (out / "findings").iterdir()}
    assert told == {key: from_json(to_json(one.line), dict) for key, one in found.items()}
    for key, one in found.items():
        place = out / "findings" / key
        assert (place / "input.bin").read_bytes().hex() == one.octets
        assert (place / f"test_{key}.py").read_text(encoding="utf-8") == as_test(one, Path())
        assert (place / "replay.txt").stat().st_size
    assert not list(out.glob(".finding*"))
    return {key: one.is_small for key, one in found.items()}


def pieces_of_copy(folder: Path) -> dict[str, bool]:
    copy = folder / "copy"
    shutil.copytree(folder / OUT, copy)
    try:
        return pieces(copy)
    finally:
        shutil.rmtree(copy)


def test_a_kill_at_a_write_loses_nothing_nor_does_the_next(tmp_path: Path, killed: Mortals) -> None:
    code, first = -signal.SIGKILL, 1 - EVERY
    while code == -signal.SIGKILL:
        first += EVERY
        folder = tmp_path / str(first)
        folder.mkdir()
        code = killed.run(interrupted(folder), first)
        left = noted(folder)
        assert asked(folder) | left >= EVERYTHING
        before = pieces_of_copy(folder)
        # The others are all over the writes of a campaign, in another order.
        killed.run(folder, 1 + 41 * first % MOST_WRITES)
        assert left <= asked(folder) | noted(folder)
        assert before.keys() <= pieces_of_copy(folder).keys()
        assert killed.run(folder, 0) == 0
        assert asked(folder) >= EVERYTHING | left
        assert not noted(folder)
        assert len(pieces(folder / OUT)) == FOUND
    assert code == 0
    # What was not killed the first time has made smaller what has octets.
    assert sorted(pieces(folder / OUT).values()) == [True, True]
    assert 50 < first <= MOST_WRITES
