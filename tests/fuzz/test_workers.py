"""Several workers: one folder, each finding once, nothing lost and nothing left behind whatever is killed."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import raw
from bmpconform.fuzz.campaign import CampaignOptions, fuzz
from bmpconform.fuzz.events import CampaignEnd, CampaignStart, Coarsened, NewFinding, WorkerFailed, WorkerLost
from bmpconform.fuzz.loop import Loop
from bmpconform.fuzz.store import Store, name_of
from bmpconform.run.contenders import contenders
from bmpconform.run.events import TargetUnusable
from bmpconform.targets.supervisor import descendants
from campaigns import SEEDS, DeadlyStore, DefectiveStore, FloodedStore, contender

SEEDS_OF_ONE = [raw.initiation(raw.tlv(1, b"a"), raw.tlv(2, b"b")), raw.termination(raw.tlv(1, b"\0\0"))]
REFUSING = """
import os
from pathlib import Path
from bmpconform.adapters.reference.target import CAPABILITIES, decode as right
from bmpconform.targets.module import Reject

def decode(octets, session):
    if octets[5:6] == b"\\5":
        raise Reject("no-termination")
    return right(octets, session)
"""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="not Linux: a kill leaves children")


@pytest.fixture
def refusing(py_target: Callable[[str, str], str]) -> str:
    return py_target("refusing_module", REFUSING)


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_each_worker_has_its_share_of_inputs_and_a_seed_of_its_own() -> None:
    options = CampaignOptions(runs=10, seed=7, workers=3)
    shares = [options.of_worker(number) for number in range(3)]
    assert [share.runs for share in shares] == [4, 3, 3]
    assert shares[0].seed == 7
    assert len({share.seed for share in [*shares, options.of_worker(1, 1)]}) == 4
    assert shares == [options.of_worker(number) for number in range(3)]


def test_workers_find_each_thing_once_and_are_told_as_one(tmp_path: Path, refusing: str) -> None:
    asked = contenders([refusing, "py:no_such_module"], None, None, give_up_after=None)
    options = CampaignOptions(runs=400, seed=1, workers=2)
    events = list(fuzz(asked, SEEDS_OF_ONE, Store(tmp_path / "out"), options, lambda _: True))
    assert sum(isinstance(event, CampaignStart) for event in events) == 1
    assert sum(isinstance(event, TargetUnusable) for event in events) == 1
    end = events[-1]
    assert isinstance(end, CampaignEnd)
    assert end.stats.executions == 400
    keys = [event.line.key for event in events if isinstance(event, NewFinding)]
    assert len(keys) == len(set(keys)) == end.stats.findings > 0
    lines = [json.loads(line)["key"] for line in (tmp_path / "out/findings.jsonl").read_bytes().splitlines()]
    assert sorted(lines) == sorted(keys)
    last = json.loads((tmp_path / "out/stats.jsonl").read_bytes().splitlines()[-1])
    assert last["executions"] == 400
    assert not list((tmp_path / "out").glob(".under-way*"))


def test_a_flood_that_several_workers_notice_is_told_once_for_each_level(tmp_path: Path) -> None:
    asked = contenders(["reference"], None, None, give_up_after=None)
    options = CampaignOptions(runs=1000, seed=1, workers=2)
    events = list(fuzz(asked, SEEDS_OF_ONE, FloodedStore(tmp_path), options, lambda _: True))
    assert [event.level for event in events if isinstance(event, Coarsened)] == [1, 2]
    assert json.loads((tmp_path / "stats.jsonl").read_bytes().splitlines()[-1])["level"] == 2


def test_a_worker_takes_up_what_another_put_into_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bmpconform.fuzz.loop.EXCHANGE_SECONDS", 0.0)
    store = Store(tmp_path)
    options = CampaignOptions(runs=1000, seed=1, workers=2)
    loop = Loop(store, options.of_worker(0))
    assert list(loop.open([contender()])) == []
    put = [octets for octets in SEEDS if octets[5] == 3][:3]

    def watch(_: object) -> bool:
        for octets in put:
            store.keep(octets)
        return True

    assert isinstance(list(loop.run(SEEDS_OF_ONE, watch))[-1], CampaignEnd)
    loop.close()
    # Theirs did something new here too.
    assert set(put).intersection(loop.pool)


def test_what_does_not_fit_its_name_is_not_taken_up(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep(b"good")
    (tmp_path / "corpus" / name_of(b"other")).write_bytes(b"forged")
    (tmp_path / "corpus" / "..").joinpath("corpus", "README").write_bytes(b"hello")
    (tmp_path / "corpus" / name_of(b"folder")).mkdir()
    assert list(store.inputs()) == [b"good"]
    assert list(store.inputs({name_of(b"good")})) == []


def command(tmp_path: Path, target: str, *arguments: str) -> list[str]:
    out = str(tmp_path / "out")
    return [sys.executable, "-m", "bmpconform", "fuzz", target, "--seed", "1", "--out", out, *arguments]


def alive(processes: list[int]) -> list[int]:
    """Return those processes that run."""
    found = []
    for process in processes:
        try:
            state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            found.append(process)
    return found


def workers_of(process: int) -> list[int]:
    """Return the workers below a process: those Pythons that were spawned by it to work."""
    found = []
    for child in descendants(process):
        with suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return found


@LINUX
def test_a_kill_of_the_parent_leaves_no_process(tmp_path: Path, refusing: str) -> None:
    asked = command(tmp_path, refusing, "--workers", "2")
    with subprocess.Popen(asked, stdout=subprocess.PIPE, start_new_session=True) as child:
        wait_until((tmp_path / "out/findings.jsonl").exists)
        below = descendants(child.pid)
        assert len(below) > 4
        os.kill(child.pid, signal.SIGKILL)
        wait_until(lambda: not alive(below), 20)
    found = [json.loads(line) for line in (tmp_path / "out/findings.jsonl").read_bytes().splitlines()]
    assert len({line["key"] for line in found}) == len(found) > 0


@LINUX
def test_a_worker_that_is_killed_is_begun_again(tmp_path: Path, refusing: str) -> None:
    asked = contenders([refusing], None, None, give_up_after=None)
    killed: list[int] = []

    def watch(stats: object) -> bool:
        if not killed and getattr(stats, "executions", 0) > 100:
            killed.append(workers_of(os.getpid())[0])
            os.kill(killed[0], signal.SIGKILL)
        return True

    options = CampaignOptions(runs=2000, seed=1, workers=2)
    events = list(fuzz(asked, SEEDS_OF_ONE, Store(tmp_path / "out"), options, watch))
    (lost,) = (event for event in events if isinstance(event, WorkerLost))
    assert (lost.code, lost.is_replaced) == (-signal.SIGKILL, True)
    assert lost.left is not None
    assert 0 < lost.left < 1000
    assert not any(isinstance(event, WorkerFailed) for event in events)
    end = events[-1]
    assert isinstance(end, CampaignEnd)
    # A batch may have been asked and not been told of, and is asked again.
    assert end.stats.executions >= 2000
    keys = [event.line.key for event in events if isinstance(event, NewFinding)]
    assert Counter(keys).most_common(1)[0][1] == 1


def test_a_worker_that_fails_of_itself_is_a_defect_and_costs_no_other(tmp_path: Path, refusing: str) -> None:
    asked = contenders([refusing], None, None, give_up_after=None)
    options = CampaignOptions(runs=400, seed=1, workers=2)
    events = list(fuzz(asked, SEEDS_OF_ONE, DefectiveStore(tmp_path), options, lambda _: True))
    (failed,) = (event for event in events if isinstance(event, WorkerFailed))
    assert (failed.number, failed.error, failed.left) == (1, "RuntimeError: the store is broken", 200)
    assert "in inputs\n" in failed.trace
    assert not any(isinstance(event, WorkerLost) for event in events)
    end = events[-1]
    assert isinstance(end, CampaignEnd)
    assert end.stats.executions == 200
    assert end.stats.findings > 0


def test_a_worker_that_ends_without_a_word_has_failed_too(tmp_path: Path) -> None:
    asked = contenders(["reference"], None, None, give_up_after=None)
    options = CampaignOptions(runs=20, seed=1, workers=2)
    events = list(fuzz(asked, SEEDS_OF_ONE, DeadlyStore(tmp_path), options, lambda _: True))
    (failed,) = (event for event in events if isinstance(event, WorkerFailed))
    assert failed == WorkerFailed(1, "exit code 3, without a word", "", 10)


@LINUX
def test_ctrl_c_ends_all_workers_with_a_summary(tmp_path: Path, refusing: str) -> None:
    asked = command(tmp_path, refusing, "--workers", "2")
    with subprocess.Popen(asked, stdout=subprocess.PIPE, start_new_session=True) as child:
        wait_until((tmp_path / "out/findings.jsonl").exists)
        below = descendants(child.pid)
        # As a terminal does it: to all of the group at once.
        os.killpg(child.pid, signal.SIGINT)
        assert child.stdout is not None
        rest = child.stdout.read().decode()
    assert child.returncode == 1
    assert re.search(r"inputs in [0-9,]+ s", rest)
    # What Python has watch over its shared memory ends a moment after the last of those that it is for.
    wait_until(lambda: not alive(below), 10)
