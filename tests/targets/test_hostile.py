"""Whatever a target does: each case gets the reply that is its own, and no process is left behind."""

import os
import select
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from bmpconform.targets.driver import Driver
from bmpconform.targets.errors import TargetError
from bmpconform.targets.launch import MEBIBYTE, Launch, Limits
from bmpconform.targets.protocol import Decode, Rejected
from bmpconform.targets.replies import Answered, Broken, Case, Crashed, GaveUp, Reply, TimedOut
from bmpconform.targets.supervised import Supervised
from bmpconform.wire.value import replace

HOSTILE = Path(__file__).with_name("hostile.py")
HARNESS = Path(__file__).with_name("harness_to_kill.py")
FOUL = "f0"
BEFORE, AFTER = range(20), range(21, 41)
# Where a case has to time out, the others must not on a busy machine; where none has to, nothing waits for the limit.
LIMITS = Limits(start_seconds=20, case_seconds=0.8)
# For what must end otherwise than by time.
PATIENT = replace(LIMITS, case_seconds=20)
NO_PIPES = (subprocess.DEVNULL,) * 3
TOKEN = "BMPCONFORM_TEST_TOKEN"  # noqa: S105 - the name of a variable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process adopt orphans")


@pytest.fixture
def token() -> str:
    """Return what all processes of one test have in their environment or their arguments."""
    return uuid.uuid4().hex


def launch(name: str, token: str, limits: Limits = LIMITS) -> Launch:
    """Return how the hostile target is started."""
    return Launch(name, (sys.executable, "-I", "-S", str(HOSTILE), name), {TOKEN: token}, limits)


def left_behind(token: str) -> list[int]:
    """Return the processes that have `token` about them."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            try:
                known = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            except OSError:
                continue
            if token.encode() in known:
                found.append(int(process.name))
    return found


def parent_of(process: int) -> int:
    """Return the parent of a process."""
    # The name, which may hold anything, is in brackets.
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def case(key: int, octets: str = "") -> Case:
    return Case(key, (Decode(octets or f"{key:04x}"),))


def cases() -> Iterator[Case]:
    """Yield good cases with a foul one in their midst."""
    yield from map(case, BEFORE)
    yield case(20, FOUL)
    yield from map(case, AFTER)


def foul_reply(name: str, token: str, limits: Limits = LIMITS) -> Reply:
    """Return what came of the foul case, having seen that all others were answered and that nothing is left."""
    with Driver(launch(name, token, limits)) as driver:
        replies: dict[object, Reply] = {asked.key: reply for asked, reply in driver.ask(cases())}
    assert left_behind(token) == []
    assert list(replies) == list(range(41))
    for key in (*BEFORE, *AFTER):
        assert error_of(replies[key]) == f"{key:04x}"
    return replies[20]


def error_of(reply: Reply) -> str:
    """Return the error of the one answer of a reply."""
    assert isinstance(reply, Answered)
    (answer,) = reply.answers
    assert isinstance(answer, Rejected)
    return answer.error


@pytest.mark.smoke
def test_a_good_target_is_answered_throughout(token: str) -> None:
    assert error_of(foul_reply("good", token, PATIENT)) == FOUL


@pytest.mark.parametrize(
    "name, error",
    [
        ("exit", "exit-3"),
        ("exit-0", "exit-0"),
        ("exit-after-answer", "exit-3"),
        ("abort", "SIGABRT"),
        ("half-line-and-exit", "exit-3"),
        ("daemon-and-exit", "exit-3"),
        ("panic", "boom"),
    ],
)
def test_a_crash_is_charged_to_its_case(name: str, error: str, token: str) -> None:
    reply = foul_reply(name, token, PATIENT)
    assert isinstance(reply, Crashed)
    assert reply.error == error


@pytest.mark.parametrize(
    "name",
    [
        "hang",
        "hang-after-answer",
        "ignore-signals",
        "stop",
        "half-line-and-hang",
        "daemon-and-hang",
        "close-stdin",
        "flood-stderr",
    ],
)
def test_a_hang_is_charged_to_its_case(name: str, token: str) -> None:
    assert isinstance(foul_reply(name, token), TimedOut)


def test_a_case_that_is_alone_on_a_fresh_child_is_asked_about_once(token: str) -> None:
    with Driver(launch("exit", token)) as driver:
        for starts in (1, 2, 3):
            ((_, reply),) = driver.ask([case(0, FOUL)])
            assert isinstance(reply, Crashed)
            # The first child had seen the smoke test.
            assert driver.restarts == starts
    with Driver(launch("hang", token)) as driver:
        for times in (2, 1):
            ((_, reply),) = driver.ask([case(0, FOUL)])
            assert isinstance(reply, TimedOut)
            assert reply.times == times


def test_a_hang_is_seen_three_times(token: str) -> None:
    limits = replace(LIMITS, case_seconds=1.5)
    with Driver(launch("hang", token, limits)) as driver:
        reply = dict(driver.ask([case(0), case(1, FOUL)]))[case(1, FOUL)]
    # Under way with others, behind another on a new child, and alone on one.
    assert isinstance(reply, TimedOut)
    assert reply.times == 3


@pytest.mark.parametrize(
    "name",
    [
        "garbage",
        "empty-line",
        "other-id",
        "earlier-id",
        "twice",
        "flood-stdout",
        "flood-line",
        "long-line",
        "wrong-type",
        "wrong-status",
        "negative",
        "no-id",
        "list",
        "not-utf-8",
        "not-utf-8-unread",
        "deep",
    ],
)
def test_a_breach_of_the_protocol_is_charged_to_its_case(name: str, token: str) -> None:
    assert isinstance(foul_reply(name, token, PATIENT), Broken)


@pytest.mark.parametrize("name", ["close-stdout", "close-all"])
def test_a_target_that_answers_no_more_and_lives_on_breaks_the_protocol(name: str, token: str) -> None:
    assert isinstance(foul_reply(name, token), Broken)


@pytest.mark.parametrize("name", ["leave-child", "leave-daemon"])
def test_what_a_case_leaves_running_harms_no_case_and_ends_with_the_target(name: str, token: str) -> None:
    assert error_of(foul_reply(name, token, PATIENT)) == FOUL


def test_memory_that_is_mapped_is_limited(token: str) -> None:
    reply = foul_reply("eat", token, replace(PATIENT, memory=64 * MEBIBYTE))
    assert isinstance(reply, Crashed)
    assert reply.error == "exit-1"
    assert "MemoryError" in reply.stderr


@pytest.mark.parametrize("name", ["eat", "eat-in-child"])
def test_memory_that_is_taken_up_is_limited(name: str, token: str) -> None:
    limits = replace(PATIENT, memory=64 * MEBIBYTE, memory_kind="resident")
    reply = foul_reply(name, token, limits)
    assert isinstance(reply, Crashed)
    assert reply.error == "memory-limit"


def test_processes_are_limited(token: str) -> None:
    reply = foul_reply("fork-many", token, replace(PATIENT, processes=10))
    assert isinstance(reply, Crashed)
    assert reply.error == "process-limit"


def test_only_the_end_of_stderr_is_kept(token: str) -> None:
    assert error_of(foul_reply("much-stderr", token)) == FOUL
    reply = foul_reply("flood-stderr", token)
    assert isinstance(reply, TimedOut)
    assert reply.stderr == "x" * 64 * 1024


def test_a_target_that_dies_of_age_answers_every_case(token: str) -> None:
    with Driver(launch("exit-at-tenth", token)) as driver:
        replies = [reply for _, reply in driver.ask(map(case, range(40)))]
    assert [error_of(reply) for reply in replies] == [f"{key:04x}" for key in range(40)]


def test_a_target_that_dies_while_it_is_not_asked_harms_no_case(token: str) -> None:
    with Driver(launch("exit-after-answer", token)) as driver:
        first = [reply for _, reply in driver.ask([case(0, FOUL)])]
        second = [reply for _, reply in driver.ask([case(1)])]
    assert isinstance(first[0], Crashed)
    assert error_of(second[0]) == "0001"


@pytest.mark.parametrize("name", ["twice", "exit-after-answer"])
def test_the_last_case_is_not_told_before_it_is_seen_to_be_over(name: str, token: str) -> None:
    with Driver(launch(name, token)) as driver:
        ((_, reply),) = driver.ask([case(0, FOUL)])
    assert isinstance(reply, Broken | Crashed)


@pytest.mark.parametrize(
    "name, text",
    [
        ("exit-at-start", "it does not start: ended: exit-1: no such thing$"),
        ("hang-at-start", "it does not start: no answer within 0.3 s"),
        ("noise-at-start", "it does not start: no answer of the protocol"),
        ("answer-at-end", "it does not start: no answer within 0.3 s"),
        ("protocol-2", "it speaks version 2 of the protocol"),
        ("answer-nonsense", "it is not honest"),
        ("swap", "it fails the smoke test"),
    ],
)
def test_a_target_that_cannot_be_used_is_told_at_once(name: str, text: str, token: str) -> None:
    limits = replace(LIMITS, start_seconds=0.3) if "within" in text else LIMITS
    with Driver(launch(name, token, limits)) as driver, pytest.raises(TargetError, match=text) as raised:
        driver.hello()
    if name == "exit-at-start":
        assert raised.value.stderr == "no such thing\n"
    assert left_behind(token) == []


def test_a_program_that_is_not_there_is_told_at_once() -> None:
    text = "cannot-start: No such file or directory"
    with Driver(Launch("none", ("./no-such-program",))) as driver, pytest.raises(TargetError, match=text):
        driver.hello()


def test_requests_that_nobody_reads_block_nothing(token: str) -> None:
    long = [case(key, "00" * 100_000) for key in range(5)]
    with Driver(launch("stop", token)) as driver:
        replies = [reply for _, reply in driver.ask([case(0, FOUL), *long])]
    assert isinstance(replies[0], TimedOut)
    assert [error_of(reply) for reply in replies[1:]] == ["00" * 100_000] * 5
    assert left_behind(token) == []


def test_a_target_that_times_out_again_and_again_is_given_up(token: str) -> None:
    asked = [case(key, FOUL) for key in range(4)]
    with Driver(launch("hang", token), give_up_after=2) as driver:
        replies = [reply for _, reply in driver.ask(asked)]
        assert [type(reply) for reply in replies] == [TimedOut, TimedOut, GaveUp, GaveUp]
        assert [type(reply) for _, reply in driver.ask(asked)] == [GaveUp] * 4
    assert left_behind(token) == []


def test_time_outs_that_no_case_is_to_blame_for_count_too(token: str) -> None:
    with Driver(launch("hang-at-second", token), give_up_after=2) as driver:
        replies = [reply for _, reply in driver.ask(map(case, range(4)))]
    assert [type(reply) for reply in replies] == [Answered, Answered, GaveUp, GaveUp]
    assert left_behind(token) == []


def test_a_target_that_no_longer_starts_is_given_up(token: str, tmp_path: Path) -> None:
    usual = launch("exit", token)
    once = 'test -e "$MARK" && exit 9; touch "$MARK"; exec "$@"'
    command = ("sh", "-c", once, "sh", *usual.command)
    environment = {**usual.environment, "MARK": str(tmp_path / "mark")}
    with Driver(replace(usual, command=command, environment=environment)) as driver:
        replies = [reply for _, reply in driver.ask([case(0), case(1, FOUL), case(2)])]
        assert driver.restarts == 3
    assert [type(reply) for reply in replies] == [GaveUp] * 3
    assert replies[0] == GaveUp("no longer starts: it does not start: ended: exit-9")


def test_a_supervisor_that_is_killed_takes_its_target_along_and_harms_no_case(token: str) -> None:
    with Driver(launch("good", token)) as driver:
        driver.hello()
        (target,) = left_behind(token)
        supervisor = parent_of(target)
        assert b"supervisor.py" in Path(f"/proc/{supervisor}/cmdline").read_bytes()
        end = os.pidfd_open(target)
        os.kill(supervisor, signal.SIGKILL)
        assert select.select([end], [], [], 10)[0]
        os.close(end)
        assert [error_of(reply) for _, reply in driver.ask(map(case, range(3)))] == ["0000", "0001", "0002"]
    assert left_behind(token) == []


def test_what_forks_supervisors_is_begun_again_when_it_is_killed(token: str) -> None:
    with Driver(launch("good", token)) as driver:
        driver.hello()
        (target,) = left_behind(token)
        nursery = parent_of(parent_of(target))
        assert parent_of(nursery) == os.getpid()
        os.kill(nursery, signal.SIGKILL)
        assert [error_of(reply) for _, reply in driver.ask([case(1)])] == ["0001"]
    with Driver(launch("good", token)) as driver:
        assert [error_of(reply) for _, reply in driver.ask([case(2)])] == ["0002"]
    assert left_behind(token) == []


def test_a_program_has_the_folder_and_the_words_of_now(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Supervised(("true",), {}, LIMITS, NO_PIPES).end(10)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORD", "now")
    said = tmp_path / "said"
    with said.open("wb") as output:
        streams = (subprocess.DEVNULL, output, subprocess.STDOUT)
        assert Supervised(("sh", "-c", 'pwd; echo "$WORD" >&2'), {}, LIMITS, streams).end(10) == "exit-0"
    assert said.read_text() == f"{tmp_path}\nnow\n"
    gone = tmp_path / "gone"
    how = Supervised(("true",), {}, LIMITS, NO_PIPES, gone).end(10)
    assert how == f"cannot-start: [Errno 2] No such file or directory: '{gone}'"


def test_a_panic_costs_a_new_child_and_no_other_case(token: str) -> None:
    with Driver(launch("panic", token)) as driver:
        assert all(isinstance(reply, Answered) == (asked.key != 20) for asked, reply in driver.ask(cases()))
        assert driver.restarts == 1
    with Driver(replace(launch("panic", token), fresh_after_panic=False)) as driver:
        assert all(isinstance(reply, Answered) == (asked.key != 20) for asked, reply in driver.ask(cases()))
        assert driver.restarts == 0


def test_answers_that_nobody_waits_for_any_more_leave_nothing_behind(token: str) -> None:
    with Driver(launch("good", token)) as driver:
        replies = driver.ask(cases())
        next(replies)
        replies.close()
        assert left_behind(token) == []
        assert [error_of(reply) for _, reply in driver.ask([case(7)])] == ["0007"]


@pytest.mark.parametrize("name", ["leave-child", "leave-daemon", "hang"])
def test_nothing_is_left_when_the_harness_is_killed(name: str, token: str) -> None:
    harness = subprocess.Popen([sys.executable, str(HARNESS), name, token], stdout=subprocess.PIPE)
    with harness:
        assert harness.stdout is not None
        assert harness.stdout.readline() == b"asked\n"
        ends = [os.pidfd_open(process) for process in left_behind(token) if process != harness.pid]
        assert ends
        harness.kill()
    for end in ends:
        assert select.select([end], [], [], 10)[0]
        os.close(end)
    # One that was begun in that moment is ended too, a moment later.
    deadline = time.monotonic() + 10
    while left_behind(token) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert left_behind(token) == []
