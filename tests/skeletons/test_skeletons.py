"""What `new-adapter` writes runs as it stands: built by its own commands, and judged by the real run."""

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import raw
from bmpconform.cli import run
from bmpconform.exits import UNUSABLE
from bmpconform.skeletons import SKELETONS
from conversation import Adapter, Fields, tlvs_of

LANGUAGES = pytest.mark.parametrize("language", SKELETONS)
NUL_STRING = raw.initiation(raw.tlv(0, b"ab\0c\0"), raw.tlv(2, b"r1"), raw.tlv(9, b""))
SANITIZED = "make clean sanitized"


def build(command: str, folder: Path) -> None:
    """Build a skeleton in its folder; the test is skipped where its toolchain is missing."""
    program = command.partition(" ")[0]
    if program and shutil.which(program) is None:
        pytest.skip(f"not installed: {program}")
    if program == "make" and shutil.which("cc") is None:
        pytest.skip("not installed: cc")
    if program:
        done = subprocess.run(shlex.split(command), cwd=folder, capture_output=True, text=True, check=False)
        if command == SANITIZED and "cannot find" in done.stderr:
            pytest.skip("the C compiler has no sanitizers")
        assert (done.returncode, "warning" in done.stderr) == (0, False), done.stderr


def words_of(command: str) -> list[str]:
    """Return the command of a skeleton, with the Python that runs the tests."""
    return shlex.split(command.replace("python3", shlex.quote(sys.executable)))


@pytest.fixture
def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return what writes a skeleton, builds it, and gives it as a target; its folder is the current one then."""

    def write(language: str, command: str | None = None) -> str:
        folder = tmp_path / "my adapter"
        assert run(["new-adapter", str(folder), "--lang", language]) == 0
        monkeypatch.chdir(folder)
        build(SKELETONS[language].build if command is None else command, folder)
        return "jsonl:" + shlex.join(words_of(SKELETONS[language].command))

    return write


def verdicts_in(folder: Path) -> list[dict[str, Any]]:
    """Return the verdicts that a run left."""
    lines = map(json.loads, (folder / "results.jsonl").read_bytes().splitlines())
    return [line for line in lines if line["event"] == "verdict"]


@LANGUAGES
def test_it_is_judged_as_it_stands_and_all_is_as_expected(begin: Callable[..., str], language: str) -> None:
    assert run(["run", begin(language), "--expected", "expected.toml", "--out", "results"]) == 0
    verdicts = verdicts_in(Path("results"))
    assert {line["verdict"] for line in verdicts} == {"pass", "not-testable"}
    passed = {line["vector"].partition("/")[0] for line in verdicts if line["verdict"] == "pass"}
    assert {"honesty", "initiation", "initiation-strings", "common-header"} <= passed
    decoded = [
        line["verdict"] for line in verdicts if line["vector"].startswith("initiation/") and line["op"] == "decode"
    ]
    assert set(decoded) == {"pass"}


@LANGUAGES
def test_it_speaks_the_protocol_to_the_letter(begin: Callable[..., str], language: str) -> None:
    adapter = Adapter(tuple(shlex.split(begin(language).removeprefix("jsonl:"))))
    unknown_keys = {"op": "decode", "hex": NUL_STRING.hex(), "later": {"op": "bye", "hex": ["00"]}}
    session = {"op": "decode", "hex": NUL_STRING.hex(), "session": {"as_width": 2}}
    asked: list[Fields] = [
        {"op": "hello", "protocol": 1},
        unknown_keys,
        session,
        {"op": "decode", "hex": ""},
        {"op": "decode", "hex": raw.peer_up().hex()},
        {"op": "encode", "message": {"version": 3, "type": 4, "tlvs": []}},
        {"op": "stream", "hex": "03", "more": True},
        {"op": "reset"},
        {"op": "no-such-op"},
        {"op": "bye"},
    ]
    hello, decoded, *answers = adapter.ask(*asked)
    assert hello["protocol"] == 1
    assert hello["capabilities"] == {"ops": ["decode"], "depth": {"4": 3}, "bgp": "none"}
    assert decoded["consumed"] == len(NUL_STRING)
    assert tlvs_of(decoded) == [(0, "6162006300", "string"), (2, "7231", "sys_name"), (9, "", "unknown")]
    assert [answer["status"] for answer in answers] == [
        "unsupported",
        "reject",
        *["unsupported"] * 3,
        "ok",
        "unsupported",
        "ok",
    ]


@LANGUAGES
def test_it_ends_with_bye_and_with_its_input(begin: Callable[..., str], language: str) -> None:
    command = shlex.split(begin(language).removeprefix("jsonl:"))
    for lines, answers in ((b'{"id":7,"op":"bye"}\n{"id":8,"op":"reset"}\n', [7]), (b"", [])):
        done = subprocess.run(command, input=lines, capture_output=True, check=True, timeout=60)
        assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == answers


def test_a_crash_of_the_library_is_told_as_one(begin: Callable[..., str]) -> None:
    target = begin("python")
    source = Path("decoder.py")
    text = source.read_text(encoding="utf-8")
    broken = text.replace('raise Reject("header-cut"', 'print("about to"); frame[9]; raise Reject("header-cut"')
    assert broken != text
    source.write_text(broken, encoding="utf-8")
    answer = Adapter(tuple(shlex.split(target.removeprefix("jsonl:")))).decode(b"")
    assert (answer["status"], answer["error"]) == ("panic", "IndexError")


def test_a_sanitizer_finds_room_beside_the_limits_of_a_target(begin: Callable[..., str]) -> None:
    assert run(["run", begin("c", SANITIZED), "--no-rerun"]) == 0


@LANGUAGES
def test_what_it_says_to_do_next_is_what_is_tested_here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    folder = tmp_path / "here"
    assert run(["new-adapter", str(folder), "--lang", language]) == 0
    steps = [line.strip() for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    skeleton = SKELETONS[language]
    target = shlex.quote(f"jsonl:{skeleton.command}")
    assert steps == [f"cd {folder}", *([skeleton.build] if skeleton.build else []), f"bmpconform run {target}"]
    readme = (folder / "README.md").read_text(encoding="utf-8").splitlines()
    assert set(steps[1:]) <= set(readme)
    assert (folder / skeleton.yours).is_file()


@pytest.mark.parametrize("there", ["file", "folder"])
def test_what_is_there_is_not_touched(tmp_path: Path, capsys: pytest.CaptureFixture[str], there: str) -> None:
    target = tmp_path / "adapter"
    if there == "folder":
        target.mkdir()
        (target / "mine").write_text("kept", encoding="utf-8")
    else:
        target.write_text("kept", encoding="utf-8")
    assert run(["new-adapter", str(target), "--lang", "c"]) == UNUSABLE
    assert "adapter" in capsys.readouterr().err
    kept = target if there == "file" else target / "mine"
    assert kept.read_text(encoding="utf-8") == "kept"
    assert not (target / "adapter.c").exists()


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    assert run(["new-adapter", str(tmp_path), "--lang", "go"]) == 0
    assert {file.name for file in tmp_path.iterdir()} == {
        "README.md",
        "decoder.go",
        "expected.toml",
        "go.mod",
        "main.go",
    }


def test_a_language_that_there_is_not_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new-adapter", str(tmp_path / "x"), "--lang", "cobol"]) == UNUSABLE
    assert "python" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()
