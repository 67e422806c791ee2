"""What a campaign leaves is whole whenever it ends, and is taken as data when it is read again."""

import hashlib
import json
import shlex
from pathlib import Path

import pytest

from bmpconform.fuzz.finding import FoundLine, StoredFinding
from bmpconform.fuzz.store import StatsLine, Store, StoreError, read_finding
from bmpconform.wire.value import replace

LINE = FoundLine("k1", "jsonl:./a b", "decode", "wrong-value", None, "cut", "tlvs[].value", "fail", "0300", 3, 1.5)
FOUND = StoredFinding(LINE, "0300", "cut", "bmp-2026", "61", "")


def test_inputs_are_named_by_their_hash_and_come_back(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for octets in (b"one", b"two", b"one"):
        store.keep(octets)
    names = {path.name for path in (tmp_path / "corpus").iterdir()}
    assert names == {hashlib.sha256(octets).hexdigest() for octets in (b"one", b"two")}
    assert set(store.inputs()) == {b"one", b"two"}


def test_what_does_not_fit_its_name_is_left_out(tmp_path: Path) -> None:
    store = Store(tmp_path, tmp_path / "elsewhere")
    store.keep(b"one")
    (tmp_path / "elsewhere" / ("0" * 64)).write_bytes(b"another")
    (tmp_path / "elsewhere" / ".draft").write_bytes(b"half")
    (tmp_path / "elsewhere" / "folder").mkdir()
    assert list(store.inputs()) == [b"one"]


def test_a_finding_has_its_folder_and_its_line(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add_finding(FOUND)
    folder = tmp_path / "findings" / "k1"
    assert {path.name for path in folder.iterdir()} == {
        *("input.bin", "finding.json", "replay.txt", "test_finding.py"),
    }
    assert (folder / "input.bin").read_bytes() == b"\3\0"
    assert json.loads((tmp_path / "findings.jsonl").read_bytes())["key"] == "k1"
    assert read_finding(folder) == FOUND
    replay = shlex.split((folder / "replay.txt").read_text(encoding="utf-8"))
    assert replay == ["bmpconform", "replay", str(folder / "input.bin"), "--target", "jsonl:./a b"]


def test_the_test_file_of_a_finding_is_python_whatever_the_target_says(tmp_path: Path) -> None:
    hostile = 'jsonl:"""\nraise SystemExit\\'
    line = FoundLine("k2", hostile, "decode", "crashed", None, None, "", "fail", "03" * 200, 1, 0.0)
    Store(tmp_path).add_finding(StoredFinding(line, "03" * 200, hostile, "bmp-2026", "", ""))
    text = (tmp_path / "findings" / "k2" / "test_finding.py").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    exec(compile(text, "test_finding.py", "exec"), names)  # noqa: S102 - it is to run
    assert (names["TARGET"], names["OCTETS"]) == (hostile, b"\3" * 200)


def test_a_line_that_a_kill_has_cut_spoils_no_other(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add_finding(FOUND)
    with (tmp_path / "findings.jsonl").open("ab") as file:
        file.write(b'{"key":"half')
    again = Store(tmp_path)
    assert again.known_keys() == {"k1"}
    again.add_finding(replace(FOUND, line=replace(LINE, key="k3")))
    assert again.known_keys() == {"k1", "k3"}


def test_progress_is_a_line_each(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(2):
        store.add_stats(StatsLine(float(number), number, 0.0, 1, 2, 3, 0.0))
    lines = [json.loads(line) for line in (tmp_path / "stats.jsonl").read_bytes().splitlines()]
    assert [line["executions"] for line in lines] == [0, 1]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="file"):
        Store(tmp_path / "file" / "out")


def test_a_folder_without_a_finding_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds no finding"):
        read_finding(tmp_path)
