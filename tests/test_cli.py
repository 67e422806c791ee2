"""The command: what it prints where, its exit codes, and that nothing it meets makes it fall over."""

import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Queue
from threading import Thread, current_thread, main_thread
from typing import IO

import pytest
from jsonschema import Draft202012Validator

import raw
from bmpconform import __version__
from bmpconform.capture.inputs import PIECE, InputError, Reading
from bmpconform.check import plan, workers
from bmpconform.check.shares import Share
from bmpconform.cli import catalogue, run
from bmpconform.cli import octets as octet_commands
from bmpconform.corpus.load import load
from bmpconform.events import Event
from bmpconform.report import terminal
from bmpconform.report.schemas import render_schema
from packets import SYN, Tcp, pcap, pcapng
from routers import accepted, dialled, free_port, port_of, send_slowly, waiting

GOOD = raw.initiation(raw.MANDATORY_TLVS)
FAIL = raw.initiation(raw.SYS_NAME)
HOUSE = raw.initiation(raw.SYS_DESCR, raw.tlv(2, b"r1\0"))
WARN = GOOD + raw.peer_up(raw.tlv(5))
INFO = GOOD + raw.peer_up(local_port=1, remote_port=1)
MANY = GOOD + FAIL * 2000
OTHER = "192.0.2.9"

Captured = pytest.CaptureFixture[str]
STARTED: list[subprocess.Popen[bytes]] = []


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, as the user whose files these are."""
    monkeypatch.chdir(tmp_path)
    for name, octets in {
        "good": GOOD,
        "fail": FAIL,
        "house": HOUSE,
        "warn": WARN,
        "info": INFO,
        "cut": FAIL + GOOD[:-1],
        "many": MANY,
        "empty": b"",
        "junk": bytes(range(255, 60, -1)) * 9,
        "text": b"this is no BMP\n",
        "hex": f"# a comment\n{FAIL.hex()}\n".encode(),
        "bad-line": f"{FAIL.hex()}\n03zz\n".encode(),
        "pcap": pcap([Tcp(99, flags=SYN).frame(), Tcp(100, FAIL).frame(), Tcp(100, GOOD, source=OTHER).frame()]),
        "pcapng": pcapng([Tcp(100, GOOD).frame()]),
        "pcap-empty": pcap([]),
        "pcap-cut": pcap([Tcp(100, FAIL).frame(), Tcp(112, GOOD).frame()])[:-1],
        "pcap-damaged": pcap([Tcp(100, FAIL).frame()]) + b"\xff" * 16,
        "pcap-other": pcap([Tcp(100, b"SSH-2.0-OpenSSH_9.6\r\n").frame()]),
    }.items():
        Path(name).write_bytes(octets)
    Path("folder").mkdir()
    return tmp_path


def command(*arguments: str) -> list[str]:
    """Return what starts the command as a process."""
    return [sys.executable, "-m", "bmpconform", *arguments]


def process(*arguments: str, **options: object) -> subprocess.Popen[bytes]:
    """Start the command with pipes on all sides but those that `options` say."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    started: subprocess.Popen[bytes] = subprocess.Popen(command(*arguments), **pipes)  # type: ignore[call-overload]
    STARTED.append(started)
    return started


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    """End the processes of a test that failed before they were done."""
    yield
    while STARTED:
        with STARTED.pop() as started:
            started.kill()


def lines_of(capsys: Captured) -> list[dict[str, object]]:
    """Return the JSON lines that were printed."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    "arguments, code",
    [
        (["good"], 0),
        (["info"], 0),
        (["warn"], 0),
        (["fail"], 1),
        (["house"], 1),
        (["hex"], 1),
        (["good", "fail", "good"], 1),
        (["--fail-on", "warn", "warn"], 1),
        (["--fail-on", "warn", "info"], 0),
        (["--fail-on", "info", "info"], 1),
        (["--fail-on", "info", "good"], 0),
        (["--fail-on", "never", "fail"], 0),
        (["--policy", "trailing-nul=warn", "house"], 0),
        (["--policy", "trailing-nul=warn", "--fail-on", "warn", "house"], 1),
        (["--policy", "trailing-nul=info", "--fail-on", "warn", "house"], 0),
        (["missing"], 2),
        (["folder"], 2),
        (["empty"], 2),
        (["junk"], 2),
        (["text"], 2),
        (["bad-line"], 2),
        (["pcap"], 1),
        (["pcapng"], 0),
        (["--port", "1790", "pcap"], 1),
        (["--port", "1791", "pcap"], 2),
        (["pcap-empty"], 2),
        (["pcap-cut"], 1),
        (["pcap-damaged"], 2),
        (["pcap-other"], 2),
        (["tcp:127.0.0.1:0"], 2),
        (["listen:nowhere"], 2),
        (["fail", "missing"], 2),
        (["missing", "fail"], 2),
        (["--fail-on", "never", "missing"], 2),
        (["--max-message", "6", "good"], 2),
    ],
)
@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_check_ends_with_the_code_of_the_worst(arguments: list[str], code: int, form: str, capsys: Captured) -> None:
    assert run(["check", "--format", form, *arguments]) == code
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    assert bool(captured.err) == (code == 2)


@pytest.mark.parametrize(
    "name, told",
    [
        ("missing", "bmpconform: missing: there is no such file.\n"),
        ("folder", "bmpconform: folder: is a directory; name the files in it.\n"),
        ("empty", "bmpconform: empty: holds no BMP message of version 3.\n"),
        ("junk", "bmpconform: junk: holds no BMP message of version 3.\n"),
        ("text", "bmpconform: text: is taken for text, and its line 1 is not a message in hex; "),
        ("bad-line", "bmpconform: bad-line: is taken for text, and its line 2 is not a message in hex; "),
        ("pcap-empty", "bmpconform: pcap-empty: holds no BMP message of version 3.\n"),
        ("pcap-damaged", "bmpconform: pcap-damaged: is damaged at octet 106: packet 2 claims "),
        ("pcap-other", "bmpconform: pcap-other: has 1 TCP flow"),
        ("tcp:127.0.0.1:0", "bmpconform: tcp:127.0.0.1:0: is not tcp:HOST:PORT, such as "),
    ],
)
def test_a_problem_is_one_sentence_on_stderr(name: str, told: str, capsys: Captured) -> None:
    run(["check", name])
    err = capsys.readouterr().err
    assert err.startswith(told)
    assert err.count("\n") == 1


@pytest.mark.parametrize("other", ["missing", "folder", "empty", "junk", "text", "pcap-other", "bad-line"])
def test_a_problem_keeps_nothing_else_from_being_judged(other: str, capsys: Captured) -> None:
    run(["check", "--format", "jsonl", other, "fail"])
    sources = [line["source"] for line in lines_of(capsys) if line["event"] == "finding" and line["code"] != "version"]
    assert sources[-1] == "fail"


def test_what_comes_before_a_cut_or_a_bad_line_is_judged(capsys: Captured) -> None:
    for name in ("cut", "bad-line"):
        run(["check", "--format", "jsonl", name])
        codes = [line["code"] for line in lines_of(capsys) if line["event"] == "finding"]
        assert codes[0] == "sys-descr-missing"


def test_the_summary_counts_every_source_as_typed(capsys: Captured) -> None:
    run(["check", "--format", "jsonl", "good", "./fail", "missing"])
    summary = lines_of(capsys)[-1]
    by_source = summary["by_source"]
    assert isinstance(by_source, dict)
    assert list(by_source) == ["good", "./fail", "missing"]
    assert (summary["messages"], summary["streams"], summary["fail"]) == (2, 2, 1)


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_the_same_input_gives_the_same_octets(form: str) -> None:
    def output(columns: str) -> bytes:
        environment = os.environ | {"COLUMNS": columns, "PYTHONHASHSEED": columns, "FORCE_COLOR": "1"}
        return process("check", "--format", form, "fail", "cut", "warn", "info", env=environment).communicate()[0]

    first = output("40")
    assert first == output("200")
    assert b"\x1b" not in first


SEVERAL = ["pcap", "cut", "missing", "pcap-damaged", "many", "pcap-cut", "pcap-other", "bad-line", "pcap"]


@pytest.mark.parametrize("form", ["text", "jsonl", "sarif"])
def test_any_number_of_jobs_gives_the_same_octets(form: str, capsys: Captured) -> None:
    def printed(jobs: str) -> tuple[int, str, str]:
        return run(["check", "--format", form, "--jobs", jobs, *SEVERAL]), *capsys.readouterr()

    expected = printed("1")
    assert printed("2") == expected
    assert printed("3") == expected


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many processes were asked for, each time that some were."""
    asked: list[int] = []
    check_shared = workers.check_shared

    def noted(shares: Sequence[Sequence[Share]], *arguments: object) -> Iterator[Event]:
        asked.append(len(shares))
        return check_shared(shares, *arguments)  # type: ignore[arg-type]  # they are passed on as they are

    monkeypatch.setattr(workers, "check_shared", noted)
    return asked


@pytest.mark.parametrize(
    "arguments, count",
    [
        (["pcap"], []),
        (["--jobs", "1", "pcap"], []),
        (["--jobs", "3", "pcap"], [3]),
        (["--jobs", "2", "good", "fail"], [2]),
        (["--jobs", "2", "good"], []),
        (["--jobs", "2", "good", "-"], []),
        (["--jobs", "2", "good", "/dev/null"], []),
        (["--jobs", "2", "good", "tcp:127.0.0.1:0"], []),
    ],
)
def test_processes_are_started_where_they_can_share(
    arguments: list[str], count: list[int], shared: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FAIL)))
    run(["check", *arguments])
    assert shared == count


def test_a_file_that_is_followed_is_read_once(shared: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted(monkeypatch, FAIL)
    assert run(["check", "--follow", "--jobs", "2", "pcap"]) == 1
    assert shared == []


def test_processes_are_started_unasked_where_there_is_much_to_share(
    shared: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "WORTH_OCTETS", 0)
    monkeypatch.setattr(plan, "_cores", lambda: 2)
    assert run(["check", "pcap"]) == 1
    assert shared == [2]


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["check", "--profile", "rfc1", "good"], "'rfc7854', 'draft-peer-up', 'rfc9736', 'bmp-2026'"),
        (["check", "--policy", "nul=warn", "good"], "there is trailing-nul"),
        (["check", "--policy", "trailing-nul=never", "good"], "trailing-nul=info"),
        (["check", "--policy", "trailing-nul", "good"], "is not K=V, such as trailing-nul=warn"),
        (["check", "--fail-on", "bad", "good"], "'fail', 'warn', 'info', 'never'"),
        (["check", "--format", "xml", "good"], "'text', 'jsonl'"),
        (["check", "--max-message", "5", "good"], "x>=6"),
        (["check", "--max-message", "much", "good"], "not a valid integer"),
        (["check", "--port", "0", "good"], "1<=x<=65535"),
        (["check", "--follow", "good", "fail"], "--follow reads one INPUT"),
        (["check", "--jobs", "0", "good"], "x>=1"),
        (["show", "--port", "65536", "good"], "1<=x<=65535"),
        (["show", "--follow", "good"], "No such option"),
        (["show", "--profile", "rfc1", "good"], "'rfc7854'"),
        (["show", "--message", "-1", "good"], "x>=0"),
        (["show", "--format", "jsonl", "good"], "'text', 'json'"),
        (["show", "good", "fail"], "unexpected extra argument"),
        (["clauses", "--profile", "rfc1"], "'rfc7854'"),
        (["judge"], "No such command"),
    ],
)
def test_wrong_usage_is_code_2_and_says_what_is_right(arguments: list[str], told: str, capsys: Captured) -> None:
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("arguments", [[], ["check"], ["show"]])
def test_nothing_to_do_prints_help(arguments: list[str], capsys: Captured) -> None:
    assert run(arguments) == 2
    assert "Usage: bmpconform" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["check", "--help"], ["show", "-h"], ["clauses", "--help"]])
def test_help_is_asked_for(arguments: list[str], capsys: Captured) -> None:
    assert run(arguments) == 0
    assert "Usage: bmpconform" in capsys.readouterr().out


def test_help_of_check_tells_inputs_profiles_and_exit_codes(capsys: Captured) -> None:
    run(["check", "--help"])
    told = capsys.readouterr().out
    for words in ("INPUT is", "standard input", "Examples:", "draft-peer-up", "Exit codes:", "130"):
        assert words in told


def test_version_is_printed(capsys: Captured) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"bmpconform {__version__}\n"


def test_policy_and_profile_are_in_the_header(capsys: Captured) -> None:
    run(["check", "--format", "jsonl", "--profile", "rfc7854", "--policy", "trailing-nul=info", "good"])
    header = lines_of(capsys)[0]
    assert (header["profile"], header["policy"]) == ("rfc7854", {"trailing-nul": "info"})


def test_octets_come_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FAIL)))
    assert run(["check", "--format", "jsonl", "-"]) == 1
    assert lines_of(capsys)[1]["source"] == "-"


@pytest.mark.parametrize("name", [b"\xff.bmp", b"\x1b[31m.bmp", "\u202e.bmp".encode(), b"[bold].bmp", b"a\nb"])
@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_any_name_of_a_file_is_read_and_shown_without_harm(name: bytes, form: str, capsys: Captured) -> None:
    Path(os.fsdecode(name)).write_bytes(FAIL)
    Path(os.fsdecode(name + b"2")).write_bytes(b"")
    assert run(["check", "--format", form, os.fsdecode(name), os.fsdecode(name + b"2")]) == 2
    captured = capsys.readouterr()
    assert all(line.isprintable() for line in captured.out.split("\n"))
    assert captured.err.count("\n") == 1
    assert captured.err.removesuffix("\n").isprintable()


def test_a_defect_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def broken(*_: object) -> Iterator[object]:
        raise ZeroDivisionError("by \x1b[31mzero")

    monkeypatch.setattr(octet_commands, "check_inputs", broken)
    assert run(["check", "good", "missing"], {}) == 70
    err = capsys.readouterr().err
    assert err.startswith("bmpconform: this is a defect in bmpconform (ZeroDivisionError: by \\x1b[31mzero). Please ")
    assert err.count("\n") == 1


def test_a_defect_shows_its_traceback_where_asked(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(catalogue, "evidence", None)
    assert run(["clauses"], {"BMPCONFORM_DEBUG": "1"}) == 70
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments, code",
    [
        (["check", "many"], 1),
        (["check", "many", "--format", "jsonl"], 1),
        (["check", "many", "missing"], 2),
        (["show", "many"], 0),
        (["show", "many", "--format", "json"], 0),
        (["clauses"], 0),
        (["clauses", "--format", "jsonl"], 0),
    ],
)
def test_a_reader_that_goes_away_changes_neither_code_nor_stderr(arguments: list[str], code: int) -> None:
    reading, writing = os.pipe()
    started = process(*arguments, stdout=writing)
    os.close(writing)
    os.close(reading)
    _, err = started.communicate(timeout=60)
    assert started.returncode == code
    assert b"Traceback" not in err
    assert err.count(b"\n") == ("missing" in arguments)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no file here that is always full")
def test_output_that_cannot_be_written_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        started = process("check", "fail", stdout=full)
        _, err = started.communicate(timeout=60)
    assert started.returncode == 2
    assert err == b"bmpconform: the report cannot be written: No space left on device.\n"


def test_closed_output_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert run(["check", "good"]) == 2
    assert capsys.readouterr().err == "bmpconform: the report cannot be written: standard output is closed.\n"


def ctrl_c_while_waiting() -> None:
    """Let Ctrl-C come, which ends the wait."""
    signal.raise_signal(signal.SIGINT)
    pytest.fail("waited on")


def interrupted(monkeypatch: pytest.MonkeyPatch, *octets: bytes) -> None:
    """Let every input give `octets`, and Ctrl-C come while the next ones are waited for."""

    def read(_name: str, reading: Reading) -> Iterator[bytes]:
        yield from octets
        reading.interrupt.wait(ctrl_c_while_waiting)

    monkeypatch.setattr(octet_commands, "read_input", read)


@pytest.mark.parametrize(
    "octets, code, messages",
    [(GOOD, 130, 1), (FAIL + FAIL, 1, 2), (FAIL + GOOD[:9], 1, 1), (INFO, 130, 2), (b"", 130, 0)],
)
def test_ctrl_c_tells_what_was_seen_so_far(
    octets: bytes, code: int, messages: int, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    interrupted(monkeypatch, octets)
    assert run(["check", "--format", "jsonl", "one", "two"]) == code
    captured = capsys.readouterr()
    summary = json.loads(captured.out.splitlines()[-1])
    assert (summary["event"], summary["messages"], list(summary["by_source"])) == ("summary", messages, ["one"])
    assert captured.err == ""


def test_ctrl_c_behind_a_problem_keeps_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(name: str, _reading: Reading) -> Iterator[bytes]:
        yield GOOD
        if name == "bad":
            raise InputError(name, "broke.")
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(octet_commands, "read_input", read)
    assert run(["check", "bad", "good"]) == 2


def test_ctrl_c_amid_the_judging_ends_the_input_behind_it(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def watch(_watcher: octet_commands.Watcher, *_told: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FAIL + MANY * 9)))
    monkeypatch.setattr(octet_commands.Watcher, "__call__", watch)
    assert run(["check", "--format", "jsonl", "-"]) == 1
    assert lines_of(capsys)[-1]["octets"] == PIECE


def test_ctrl_c_is_as_before_once_the_work_is_done() -> None:
    before = signal.getsignal(signal.SIGINT)
    run(["check", "good"])
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_ends_a_process_that_waits_for_octets() -> None:
    started = process("show", "-", stdin=subprocess.PIPE)
    assert started.stdin
    assert started.stdout
    started.stdin.write(GOOD)
    started.stdin.flush()
    for line in started.stdout:
        if line.endswith(b'"r1"\n'):
            break
    started.send_signal(signal.SIGINT)
    _, err = started.communicate(timeout=60)
    assert (started.returncode, err) == (130, b"")


LISTENING = re.compile(rb"bmpconform: listen:127\.0\.0\.1:0: listening on 127\.0\.0\.1:(\d+); .*\n")


def listening(command_name: str, *arguments: str) -> tuple[subprocess.Popen[bytes], int]:
    """Start the command as a station, and return it with its port."""
    started = process(command_name, *arguments, "listen:127.0.0.1:0")
    assert started.stderr
    told = LISTENING.fullmatch(started.stderr.readline())
    assert told
    return started, int(told[1])


def read_until(stream: IO[bytes] | None, words: bytes) -> None:
    """Read lines until one has these words."""
    assert stream
    for line in stream:
        if words in line:
            return
    pytest.fail(f"{words!r} never came")


def end(started: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    """Return the code of a process and what it printed last."""
    out, _ = started.communicate(timeout=60)
    return started.returncode, out


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_a_finding_of_a_router_is_told_at_once_and_ctrl_c_ends_with_the_summary(form: str) -> None:
    started, port = listening("check", "--format", form)
    with dialled(port) as router:
        send_slowly(router, FAIL)
        read_until(started.stdout, b"sys-descr-missing")
        started.send_signal(signal.SIGINT)
        code, out = end(started)
    assert code == 1
    assert b"1 finding in 1 message: 1 fail." in out or json.loads(out)["messages"] == 1


def test_ctrl_c_without_a_finding_is_130() -> None:
    started, port = listening("check")
    with dialled(port) as router:
        router.sendall(GOOD)
        read_until(started.stderr, b"has connected")
        started.send_signal(signal.SIGINT)
        code, out = end(started)
    assert code == 130
    assert b"Summary" in out


def test_ctrl_c_while_nobody_came_is_130() -> None:
    started, _ = listening("check", "--follow")
    started.send_signal(signal.SIGINT)
    assert end(started)[0] == 130


def test_routers_are_streams_of_one_summary() -> None:
    started, port = listening("check", "--format", "jsonl")
    with dialled(port) as one, dialled(port) as other:
        one.sendall(FAIL)
        other.sendall(FAIL + GOOD)
    code, out = end(started)
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert sorted(line["stream"] for line in lines if line["event"] == "finding") == [0, 1]
    assert (lines[-1]["streams"], lines[-1]["messages"], lines[-1]["fail"]) == (2, 3, 2)


def test_a_router_is_shown_as_it_sends() -> None:
    started, port = listening("show")
    with dialled(port) as router:
        router.sendall(GOOD)
        read_until(started.stdout, b"stream 0, message 0, offset 0: Initiation, 22 octets")
        started.send_signal(signal.SIGINT)
        assert end(started)[0] == 130


def test_a_router_is_dialled() -> None:
    with waiting() as listener:
        started = process("check", "--format", "jsonl", f"tcp:127.0.0.1:{port_of(listener)}")
        with accepted(listener) as router:
            router.sendall(FAIL)
        code, out = end(started)
    assert code == 1
    assert b'"sys-descr-missing"' in out


def test_a_router_that_refuses_is_a_problem(capsys: Captured) -> None:
    name = f"tcp:127.0.0.1:{free_port()}"
    assert run(["check", name]) == 2
    assert f"bmpconform: {name}: refuses the connection: " in capsys.readouterr().err


def test_a_port_in_use_is_a_problem(capsys: Captured) -> None:
    with waiting() as listener:
        name = f"listen:127.0.0.1:{port_of(listener)}"
        assert run(["check", name]) == 2
    assert capsys.readouterr().err.startswith(f"bmpconform: {name}: is in use: ")


def test_a_file_is_followed_until_ctrl_c() -> None:
    started = process("check", "--follow", "--format", "jsonl", "fail")
    read_until(started.stdout, b"sys-descr-missing")
    with Path("fail").open("ab") as file:
        file.write(raw.initiation(raw.SYS_DESCR))
    read_until(started.stdout, b"sys-name-missing")
    started.send_signal(signal.SIGINT)
    code, out = end(started)
    assert (code, json.loads(out)["messages"]) == (1, 2)


def test_a_capture_of_standard_input_is_followed_as_it_comes() -> None:
    started = process("check", "--follow", "--format", "jsonl", "-", stdin=subprocess.PIPE)
    assert started.stdin
    started.stdin.write(Path("pcap").read_bytes())
    started.stdin.flush()
    read_until(started.stdout, b"sys-descr-missing")
    started.send_signal(signal.SIGINT)
    code, out = end(started)
    assert (code, json.loads(out)["streams"]) == (1, 2)


def test_show_has_a_port(capsys: Captured) -> None:
    assert run(["show", "--port", "1790", "pcap-other"]) == 2
    assert "stream 0, lost, offset 0: octets that are no message" in capsys.readouterr().out


def terminal_output(*arguments: str, **environment: str) -> bytes:
    """Return what the command prints where its standard output is a terminal."""
    reading, writing = pty.openpty()
    # Whoever runs the tests may have switched colours off or on for them.
    inherited = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    started = process(*arguments, stdout=writing, env=inherited | {"TERM": "xterm", "COLUMNS": "80"} | environment)
    os.close(writing)
    printed = b""
    try:
        while piece := os.read(reading, 4096):
            printed += piece
    except OSError:  # Linux says so that the other side is closed
        pass
    os.close(reading)
    started.communicate(timeout=60)
    return printed


def test_a_terminal_has_colours() -> None:
    assert b"\x1b[1;31mfail\x1b[0m" in terminal_output("check", "fail")


@pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colours_can_be_switched_off(setting: dict[str, str]) -> None:
    printed = terminal_output("check", "fail", **setting)
    assert b"sys-descr-missing" in printed
    assert b"[1;31m" not in printed


class Terminal(io.StringIO):
    """Standard error that says that it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize("jobs", [(), ("--jobs", "2")])
def test_long_work_shows_progress_on_a_terminal(jobs: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = Terminal()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(terminal, "PATIENCE", 0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    run(["check", *jobs, "fail", "good"])
    assert "fail: 12 octets, 1 messages, 1 findings" in stderr.getvalue()


def test_a_line_that_runs_on_is_drawn_again_while_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(terminal, "PATIENCE", 0)
    monkeypatch.setenv("TERM", "xterm")
    drawn = Queue[Thread]()

    def text() -> str:
        drawn.put(current_thread())
        return "told"

    progress = terminal.Progress()
    progress.tell(text, runs_on=True)
    while drawn.get(timeout=60) is main_thread():
        """The first time it is drawn by who tells it."""
    progress.clear()


def test_short_work_shows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = Terminal()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(terminal, "PATIENCE", 3600)
    run(["check", "fail"])
    assert stderr.getvalue() == ""


@pytest.mark.parametrize(
    "arguments, code, told",
    [
        (["good"], 0, ""),
        (["fail"], 0, ""),
        (["cut"], 0, ""),
        (["good", "--message", "0"], 0, ""),
        (["good", "--message", "1"], 2, "bmpconform: good: there is no message 1; it holds 1, counted from 0.\n"),
        (["pcap"], 0, ""),
        (["pcap", "--message", "0"], 0, ""),
        (["pcap", "--message", "1"], 2, "bmpconform: pcap: there is no message 1; it holds 1, counted from 0.\n"),
        (["pcap-cut"], 0, ""),
        (["pcap-empty"], 2, "bmpconform: pcap-empty: holds no BMP message of version 3.\n"),
        (["missing"], 2, "bmpconform: missing: there is no such file.\n"),
        (["empty"], 2, "bmpconform: empty: holds no BMP message of version 3.\n"),
        (["empty", "--message", "0"], 2, "bmpconform: empty: holds no BMP message of version 3.\n"),
        (["junk"], 2, "bmpconform: junk: holds no BMP message of version 3.\n"),
        (["folder"], 2, "bmpconform: folder: is a directory; name the files in it.\n"),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_show_ends_with_0_where_it_showed_something(
    arguments: list[str], code: int, told: str, form: str, capsys: Captured
) -> None:
    assert run(["show", "--format", form, *arguments]) == code
    captured = capsys.readouterr()
    assert captured.err == told
    if form == "json":
        Draft202012Validator(json.loads(render_schema("show-document.schema.json"))).validate(json.loads(captured.out))


def test_show_tells_what_came_before_a_bad_line(capsys: Captured) -> None:
    assert run(["show", "bad-line"]) == 2
    captured = capsys.readouterr()
    assert "message 0, offset 0: Initiation" in captured.out
    assert "line 2" in captured.err


def test_show_has_a_profile(capsys: Captured) -> None:
    Path("up").write_bytes(GOOD + raw.peer_up(raw.tlv(1, b"a")))
    run(["show", "--profile", "rfc7854", "up"])
    assert "up, profile rfc7854 (RFC 7854 alone)\n" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_clauses_are_listed(form: str, capsys: Captured) -> None:
    assert run(["clauses", "--profile", "rfc7854", "--format", form]) == 0
    printed = capsys.readouterr().out
    assert "RFC7854-4.3-3" in printed
    assert "RFC9736-4-1" not in printed


@pytest.mark.parametrize(
    "form, told", [("text", "0 of 285 clauses and 0 of 153 code points have gaps.\n"), ("jsonl", "")]
)
def test_the_documents_are_without_gaps(form: str, told: str, capsys: Captured) -> None:
    assert run(["clauses", "--gaps", "--format", form]) == 0
    assert capsys.readouterr().out == told


@pytest.mark.parametrize(
    "form, told", [("text", "RFC7854-4.3-3 has no negative vector.\n"), ("jsonl", '["negative-vector"]')]
)
def test_gaps_end_with_1(form: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    kept = [vector for vector in load().vectors if vector.id != "initiation/no-sys-descr"]
    monkeypatch.setattr(catalogue, "select", lambda *_: kept)
    assert run(["clauses", "--gaps", "--format", form]) == 1
    assert told in capsys.readouterr().out


def test_json_lines_wait_for_no_import_that_only_text_needs() -> None:
    seen = "print(sorted({'rich', 'tempfile', 'bmpconform.run', 'bmpconform.report.text'} & {*sys.modules}))"
    check = "import sys; from bmpconform.cli import run; run(['check', '--format', 'jsonl', sys.argv[1]]); "
    done = subprocess.run(
        [sys.executable, "-c", check + seen, os.devnull], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "[]"
