"""Files are dealt out so that none is read more often than pays, and what can be read only once is not dealt out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import raw
from bmpconform.check import plan
from bmpconform.check.plan import File, file_of, share_out
from packets import Tcp, pcap

GOOD = raw.initiation(raw.MANDATORY_TLVS)
SSH = b"SSH-2.0-OpenSSH_9.6\r\n" * 9


def capture(flows: int, octets: bytes = GOOD) -> bytes:
    """Return a capture of so many flows."""
    return pcap([Tcp(100, octets, source=f"192.0.2.{number + 10}").frame() for number in range(flows)])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, on a machine of three cores."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plan, "_cores", lambda: 3)
    return tmp_path


def dealt(
    contents: dict[str, bytes], jobs: int | None = None, sizes: dict[str, int] | None = None, port: int | None = None
) -> list[list[str]]:
    """Return what each judge has of files with these contents, as if they had these sizes in MiB."""
    files = []
    for name, octets in contents.items():
        Path(name).write_bytes(octets)
        files.append(File(name, name, (sizes or {}).get(name, 100) << 20))
    shared = share_out(files, jobs, port)
    return [
        [share.source if share.of == 1 else f"{share.source} {share.number}/{share.of}" for share in shares]
        for shares in shared
    ]


@pytest.mark.parametrize(
    "flows, octets, jobs, expected",
    [
        (1, GOOD, None, [["a"]]),
        (2, GOOD, None, [["a 0/2"], ["a 1/2"]]),
        (5, GOOD, None, [["a 0/3"], ["a 1/3"], ["a 2/3"]]),
        (5, GOOD, 1, [["a"]]),
        # What comes later in a capture may be more streams: who asks is believed.
        (1, GOOD, 2, [["a 0/2"], ["a 1/2"]]),
        (3, SSH, None, [["a"]]),
        (0, GOOD, None, [["a"]]),
    ],
)
def test_a_capture_has_as_many_judges_as_streams_cores_and_jobs_allow(
    flows: int, octets: bytes, jobs: int | None, expected: list[list[str]]
) -> None:
    assert dealt({"a": capture(flows, octets)}, jobs) == expected


def test_the_port_names_streams_that_are_not_recognised() -> None:
    assert dealt({"a": capture(3, SSH)}, port=1790) == [["a 0/3"], ["a 1/3"], ["a 2/3"]]


@pytest.mark.parametrize("octets", [GOOD, GOOD.hex().encode(), b"no hex"])
@pytest.mark.parametrize("jobs", [None, 4])
def test_a_stream_that_is_alone_has_one_judge(octets: bytes, jobs: int | None) -> None:
    assert dealt({"a": octets}, jobs) == [["a"]]


@pytest.mark.parametrize(
    "sizes, expected",
    [
        # In MiB, of captures with several streams.
        ([15], [["a"]]),
        ([16], [["a 0/2"], ["a 1/2"]]),
        ([5, 5, 5], [["a", "b", "c"]]),
        ([50, 50], [["a"], ["b"]]),
        ([60, 40], [["a 0/2", "b 0/2"], ["a 1/2", "b 1/2"]]),
        ([30, 30, 30], [["a", "c 0/2"], ["b", "c 1/2"]]),
        ([10, 10, 10, 30], [["d"], ["a", "b", "c"]]),
        ([55, 45], [["a"], ["b"]]),
        ([10, 90, 5], [["a", "b 0/2"], ["b 1/2", "c"]]),
    ],
)
def test_files_are_dealt_out_whole_as_far_as_that_is_even(
    sizes: list[int], expected: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "_cores", lambda: 2)
    names = "abcd"[: len(sizes)]
    shared = dealt(dict.fromkeys(names, capture(3)), sizes=dict(zip(names, sizes, strict=True)))
    assert shared == expected


def test_streams_that_are_alone_are_dealt_out_whole() -> None:
    assert dealt(dict.fromkeys("abcd", GOOD), sizes={"a": 90, "b": 50, "c": 50, "d": 1}) == [["a"], ["b", "d"], ["c"]]


def test_no_more_judges_are_taken_unasked_than_memory_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "_cores", lambda: 64)
    contents = {"a": capture(9)}
    assert len(dealt(contents)) == plan.MOST_UNASKED
    assert len(dealt(contents, jobs=8)) == 8


def test_one_judge_has_all_where_processes_cannot_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "CAN_SHARE", False)
    for jobs in (None, 2):
        assert dealt({"a": capture(2), "b": GOOD}, jobs) == [["a", "b"]]


def test_of_a_shared_file_no_more_is_read_than_there_is_now() -> None:
    Path("a").write_bytes(capture(3))
    file = file_of("a", "a")
    assert file is not None
    assert [[share.octets for share in shares] for shares in share_out([file], 2, None)] == [[file.octets]] * 2
    assert [[share.octets for share in shares] for shares in share_out([file], 1, None)] == [[None]]


@pytest.mark.parametrize("name", ["-", "tcp:127.0.0.1:1", "listen:127.0.0.1:0", "/dev/null", "pipe"])
def test_what_can_be_read_only_once_is_no_file(name: str) -> None:
    os.mkfifo("pipe")
    assert file_of("told", name) is None


@pytest.mark.parametrize("name", ["missing", "folder", "loop"])
def test_what_cannot_be_read_is_left_to_who_reads_it(name: str) -> None:
    Path("folder").mkdir()
    Path("loop").symlink_to("loop")
    assert file_of("told", name) == File("told", name)


def test_a_file_is_known_by_where_it_lies(folder: Path) -> None:
    Path("a").write_bytes(GOOD)
    Path("link").symlink_to("a")
    assert file_of("told", "link") == File("told", str(folder / "a"), len(GOOD))


PRINTS_WHAT_STDIN_IS = "from bmpconform.check.plan import file_of; print(file_of('in', '/dev/stdin'))"


@pytest.mark.skipif(sys.platform != "linux", reason="where /dev/stdin leads to is said on Linux")
@pytest.mark.parametrize("is_gone", [False, True])
def test_standard_input_by_name_is_a_file_where_another_process_can_open_it(folder: Path, *, is_gone: bool) -> None:
    Path("a").write_bytes(GOOD)
    with Path("a").open("rb") as file:
        if is_gone:
            Path("a").unlink()
        printed = subprocess.run(
            [sys.executable, "-c", PRINTS_WHAT_STDIN_IS], stdin=file, capture_output=True, check=True
        )
    expected = None if is_gone else File("in", str(folder / "a"), len(GOOD))
    assert printed.stdout.decode() == f"{expected}\n"
