"""Several processes give what one gives, however they end; none of them is left, and none waits for who is gone."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, Pipe
from pathlib import Path

import pytest

import raw
from bmpconform.capture.inputs import Reading, read_input
from bmpconform.capture.interrupt import Interrupt
from bmpconform.check import Options, check, worker, workers
from bmpconform.check.plan import file_of, share_out
from bmpconform.check.shares import Progress, Share
from bmpconform.check.worker import Outlet
from bmpconform.check.workers import check_shared
from bmpconform.events import Counts, Event, Found, Problem, Summary
from bmpconform.fuzz.chances import seeded
from bmpconform.report.jsonl import render_json_lines
from bmpconform.rules.selection import Policy
from bmpconform.spec.profiles import PROFILES
from feeds import Feeds
from packets import Tcp, pcap

GOOD = raw.initiation(raw.MANDATORY_TLVS)
FAIL = raw.initiation(raw.SYS_NAME)
HOUSE = raw.initiation(raw.SYS_DESCR, raw.tlv(2, b"r1\0"))
SUBSTITUTE = "substitute"
SECONDS = 60

Substitute = Callable[[str], None]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a capture of four streams."""
    monkeypatch.chdir(tmp_path)
    streams = [FAIL * 4, FAIL * 4, FAIL + HOUSE, GOOD]
    Path("several").write_bytes(
        pcap([Tcp(100, octets, source=f"192.0.2.{number + 10}").frame() for number, octets in enumerate(streams)])
    )
    return tmp_path


@pytest.fixture
def substitute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Substitute:
    """Return what lets other processes work in place of ours: they run a text, in which ours is `worker`."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(workers, "WORKER", SUBSTITUTE)

    def written(text: str) -> None:
        (tmp_path / f"{SUBSTITUTE}.py").write_text(f"from bmpconform.check import worker\n{text}\nworker.main()\n")

    return written


def several(*names: str, jobs: int = 2, options: Options | None = None, port: int | None = None) -> list[Event]:
    """Return what several processes say of files."""
    files = [file_of(name, name) for name in names]
    shared = share_out([file for file in files if file is not None], jobs, port)
    assert len(shared) > 1
    return list(check_shared(shared, options or Options(), Reading(port)))


def alone(*names: str, options: Options | None = None, port: int | None = None) -> list[Event]:
    """Return what one process says of files."""
    return list(check([(name, read_input(name, Reading(port))) for name in names], options or Options()))


def problems(events: list[Event]) -> list[str]:
    """Return what could not be judged."""
    return [event.text for event in events if isinstance(event, Problem)]


@pytest.mark.parametrize("jobs", [2, 3])
def test_several_processes_say_what_one_says(jobs: int) -> None:
    feeds = Feeds(seeded(jobs))
    names = [f"feed-{number}" for number in range(4)]
    for name in names:
        Path(name).write_bytes(feeds.capture(3))
    names[2:2] = ["missing", "several", names[0]]
    assert several(*names, jobs=jobs) == alone(*names)


@pytest.mark.parametrize(
    "options, port",
    [
        (Options(profile=PROFILES["rfc7854"]), None),
        (Options(policy=Policy.of({"trailing-nul": "warn"})), None),
        (Options(max_message=20), None),
        (Options(), 1790),
        (Options(), 1791),
    ],
)
def test_options_hold_in_all_processes(options: Options, port: int | None) -> None:
    expected = alone("several", options=options, port=port)
    assert several("several", options=options, port=port) == expected
    assert list(render_json_lines(expected)) != list(render_json_lines(alone("several"))) or port == 1790


def shares_of_two() -> list[list[Share]]:
    """Return shares of a capture that is given twice, and of which the second process has one more for itself."""
    shared = [[Share(place, name, "several", number, 2) for place, name in enumerate("ab")] for number in range(2)]
    shared[1].append(Share(2, "c", "several"))
    return shared


DIES = """
import os, signal

worker.BATCH = 1
judge_share = worker.judge_share

def judge(share, *arguments):
    for count, item in enumerate(judge_share(share, *arguments)):
        if share.number == 1 and (share.source, count) == PLACE:
            END
        yield item

worker.judge_share = judge
"""


@pytest.mark.parametrize(
    "place, ending, told, found",
    [
        (
            ("a", 2),
            "os.kill(os.getpid(), signal.SIGKILL)",
            "SIGKILL",
            {("a", 0): 4, ("a", 1): 2, ("a", 2): 2, ("b", 0): 4, ("b", 2): 2},
        ),
        (
            ("b", 0),
            "os._exit(3)",
            "exit code 3",
            {("a", 0): 4, ("a", 1): 4, ("a", 2): 2, ("b", 0): 4, ("b", 2): 2},
        ),
    ],
)
def test_what_is_lost_with_a_process_is_told_for_each_input(
    place: tuple[str, int], ending: str, told: str, found: dict[tuple[str, int], int], substitute: Substitute
) -> None:
    substitute(DIES.replace("END", ending).replace("PLACE", str(place)))
    events = list(check_shared(shares_of_two(), Options(), Reading()))
    text = f"is not judged as a whole: a process for it was lost ({told}); --jobs 1 does without."
    assert [(event.source, event.text) for event in events if isinstance(event, Problem)] == [
        (name, text) for name in "abc" if name >= place[0]
    ]
    lines = [event.finding for event in events if isinstance(event, Found)]
    assert Counter((line.source, line.stream) for line in lines) == found
    summary = events[-1]
    assert isinstance(summary, Summary)
    # What was told is counted, and nothing else.
    counted = {name: counts.fail + counts.house for name, counts in summary.by_source.items()}
    assert counted == {name: sum(line.source == name for line in lines) for name in "abc"}


def test_a_process_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/missing")
    events = list(check_shared(shares_of_two(), Options(), Reading()))
    text = "a process for it was lost (it cannot be started: No such file or directory)"
    assert [text in problem for problem in problems(events)] == [True] * 3


def test_a_defect_of_a_process_is_one_of_ours(substitute: Substitute) -> None:
    substitute(DIES.replace("END", "1 / 0").replace("PLACE", "('a', 2)"))
    with pytest.raises(ZeroDivisionError) as raised:
        list(check_shared(shares_of_two(), Options(), Reading()))
    assert "in judge" in raised.value.__notes__[0]


ENDLESS = f"""
import sys
from bmpconform.capture.inputs import read_events

class Endless:
    def read1(self, octets):
        return bytes.fromhex("{(GOOD + raw.peer_up()).hex()}")

def read(path, reading):
    sys.stderr.write("reads\\n")
    return read_events(path, reading.interrupt.file(Endless()))

worker.read_input = read
"""
COMMAND = f"""
import sys
from bmpconform.check import workers
from bmpconform.cli import run

workers.WORKER = "{SUBSTITUTE}"
sys.exit(run(sys.argv[1:]))
"""


DEAF = """
def listen(outlet):
    if outlet._connection.poll():
        outlet._connection.recv()
        sys.stderr.write("hears\\n")

worker.Outlet.listen = listen
"""


@pytest.fixture
def more() -> str:
    """Return what else the processes do."""
    return ""


@pytest.fixture
def endless(more: str, substitute: Substitute) -> Iterator[subprocess.Popen[bytes]]:
    """Start the command, with two processes that judge what has no end. All of them hold its standard error.

    What they say there goes out in one write each: `print` makes it two, which mix.
    """
    substitute(ENDLESS + more)
    command = [sys.executable, "-c", COMMAND, "check", "--jobs", "2", "--format", "jsonl", "several"]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, start_new_session=True) as started:  # type: ignore[call-overload]
        try:
            for _ in range(2):
                assert started.stderr.readline() == b"reads\n"
            yield started
        finally:
            started.kill()


def test_a_kill_of_the_command_leaves_no_process(endless: subprocess.Popen[bytes]) -> None:
    endless.kill()
    assert endless.communicate(timeout=SECONDS)[1] == b""


@pytest.mark.parametrize("send", [os.kill, os.killpg])
def test_ctrl_c_ends_all_processes_with_the_summary(
    send: Callable[[int, int], None], endless: subprocess.Popen[bytes]
) -> None:
    send(endless.pid, signal.SIGINT)
    out, err = endless.communicate(timeout=SECONDS)
    assert (endless.returncode, err) == (130, b"")
    summary = json.loads(out.splitlines()[-1])
    assert (summary["event"], summary["streams"], summary["messages"] > 0) == ("summary", 1, True)


@pytest.mark.parametrize("more", [DEAF])
def test_ctrl_c_once_more_ends_at_once(endless: subprocess.Popen[bytes]) -> None:
    assert endless.stderr
    endless.send_signal(signal.SIGINT)
    for _ in range(2):
        assert endless.stderr.readline() == b"hears\n"
    endless.send_signal(signal.SIGINT)
    _, err = endless.communicate(timeout=SECONDS)
    assert (endless.returncode, err.strip()) == (130, b"")


def connected(interrupt: Interrupt) -> tuple[Connection, Outlet, Connection]:
    """Return an outlet between the two ends of its connection."""
    ours, theirs = Pipe()
    return ours, Outlet(theirs, interrupt), theirs


def test_progress_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "PULSE_SECONDS", 0)
    ours, outlet, theirs = connected(Interrupt())
    with ours, theirs:
        told: list[int] = []

        def progress() -> Progress:
            told.append(len(told))
            return Progress(0, Counts(), len(told))

        for number in range(20_000):
            outlet.pulse((0, number, -1), progress)
        # Nobody takes them, so the first ones fill what there is between the two.
        assert 0 < len(told) < 20_000
        assert [item[1].found for _ in told for item in ours.recv()] == [number + 1 for number in told]


def test_what_was_found_comes_with_the_progress_that_counts_it() -> None:
    ours, outlet, theirs = connected(Interrupt())
    with ours, theirs:
        outlet.pulse((0, 1, -1), lambda: Progress(0, Counts(), 0))
        ours.recv()
        outlet.pulse((0, 2, -1), lambda: Progress(0, Counts(fail=worker.BATCH), worker.BATCH))
        for _ in range(worker.BATCH):
            outlet.add(((0, 5, 3), Problem("several", "stands for any event")))
        *found, (key, progress) = ours.recv()
        assert len(found) == worker.BATCH
        assert key == (0, 5, 3)
        assert progress == Progress(0, Counts(fail=worker.BATCH), worker.BATCH)


def test_a_process_hears_that_there_is_to_be_an_end() -> None:
    interrupt = Interrupt()
    ours, outlet, theirs = connected(interrupt)
    with ours, theirs:
        outlet.listen()
        assert not interrupt.requested
        ours.send(b"stop")
        outlet.listen()
        assert interrupt.requested


def test_a_process_hears_that_nobody_is_left() -> None:
    ours, outlet, theirs = connected(Interrupt())
    with theirs:
        ours.close()
        with pytest.raises(EOFError):
            outlet.pulse((0, 1, -1), lambda: Progress(0, Counts(), 0))
