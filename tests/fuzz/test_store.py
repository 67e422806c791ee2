"""What a campaign leaves is whole whenever it ends, and is taken as data when it is read again."""

import hashlib
import json
import shlex
import shutil
from pathlib import Path

import pytest

from bmpconform.fuzz.disagreement import DisagreementLine, StoredDisagreement
from bmpconform.fuzz.finding import FoundLine, StoredFinding
from bmpconform.fuzz.store import Held, StatsLine, Store, StoreError, read_finding
from bmpconform.fuzz.stored import read_campaign
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
        *("input.bin", "finding.json", "replay.txt", "test_k1.py"),
    }
    assert (folder / "input.bin").read_bytes() == b"\3\0"
    assert json.loads((tmp_path / "findings.jsonl").read_bytes())["key"] == "k1"
    assert read_finding(folder) == FOUND
    replay = shlex.split((folder / "replay.txt").read_text(encoding="utf-8"))
    command = ["bmpconform", "replay", str(folder / "input.bin"), "--target", "jsonl:./a b"]
    assert replay == ["cd", str(Path.cwd()), "&&", *command]


def test_how_much_a_folder_holds_is_counted_whenever_it_came_there(tmp_path: Path) -> None:
    store = Store(tmp_path, tmp_path / "elsewhere")
    store.keep(b"one")
    (tmp_path / "elsewhere" / ".draft").write_bytes(b"half")
    store.add_finding(FOUND)
    line = DisagreementLine("k2", ("a", "b"), "diff", "differs", None, None, "", "info", "0300", 3, 1.5)
    store.add_finding(StoredDisagreement(line, "0300", (("a",), ("b",)), 0, "x", "bmp-2026", ()))
    store.put_smaller(replace(FOUND, line=replace(LINE, input="03"), octets="03"))
    assert Store(tmp_path, tmp_path / "elsewhere").held() == Held(1, 1, 1)
    with pytest.raises(StoreError, match="targets disagree there"):
        read_finding(tmp_path / "findings" / "k2")


def test_the_test_file_of_a_finding_is_python_whatever_the_target_says(tmp_path: Path) -> None:
    hostile = 'jsonl:"""\nraise SystemExit\\'
    line = FoundLine("k2", hostile, "decode", "crashed", None, None, "", "fail", "03" * 200, 1, 0.0)
    Store(tmp_path).add_finding(StoredFinding(line, "03" * 200, hostile, "bmp-2026", "", ""))
    text = (tmp_path / "findings" / "k2" / "test_k2.py").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    exec(compile(text, "test_k2.py", "exec"), names)  # noqa: S102 - it is to run
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


@pytest.mark.parametrize("cut", [b"", b'{"key":"half', b'{"key":"half\n'])
def test_a_finding_that_is_half_in_its_place_takes_it_when_the_folder_is_used(tmp_path: Path, cut: bytes) -> None:
    Store(tmp_path / "a").add_finding(FOUND)
    smaller = replace(FOUND, line=replace(LINE, input="03", executions=9), octets="03", is_small=True)
    Store(tmp_path / "b").add_finding(smaller)
    # As a kill leaves it: one file has moved, the others and the line have not.
    (tmp_path / "a" / ".finding").mkdir()
    shutil.copytree(tmp_path / "b" / "findings" / "k1", tmp_path / "a" / ".finding" / "k1")
    place = tmp_path / "a" / "findings" / "k1"
    (tmp_path / "a" / ".finding" / "k1" / "input.bin").replace(place / "input.bin")
    with (tmp_path / "a" / "findings.jsonl").open("ab") as file:
        file.write(cut)
    Store(tmp_path / "a")
    assert read_finding(place) == smaller
    assert (place / "input.bin").read_bytes() == b"\3"
    assert "03" in (place / "test_k1.py").read_text(encoding="utf-8")
    (line,) = (tmp_path / "a" / "findings.jsonl").read_bytes().splitlines()
    assert (json.loads(line)["input"], json.loads(line)["executions"]) == ("03", 9)
    assert not (tmp_path / "a" / ".finding").exists()


def test_a_finding_that_was_not_written_to_its_end_is_none(tmp_path: Path) -> None:
    store = Store(tmp_path)
    (tmp_path / ".finding.new" / "k1").mkdir(parents=True)
    (tmp_path / ".finding.new" / "k1" / "finding.json").write_bytes(b"{")
    assert Store(tmp_path).known_keys() == set()
    assert {path.name for path in tmp_path.iterdir()} == {"corpus", "findings"}
    assert store.add_finding(FOUND)
    assert read_finding(tmp_path / "findings" / "k1") == FOUND


def test_a_finding_made_smaller_keeps_when_it_was_met_and_its_place_among_the_lines(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for key in ("k1", "k2"):
        store.add_finding(replace(FOUND, line=replace(LINE, key=key)))
    store.put_smaller(replace(FOUND, line=replace(LINE, input="03", executions=99, seconds=99.0), octets="03"))
    store.put_smaller(replace(FOUND, line=replace(LINE, key="k3")))
    lines = [json.loads(line) for line in (tmp_path / "findings.jsonl").read_bytes().splitlines()]
    assert [(one["key"], one["input"], one["executions"]) for one in lines] == [("k1", "03", 3), ("k2", "0300", 3)]
    assert {path.name for path in (tmp_path / "findings").iterdir()} == {"k1", "k2"}


def test_progress_is_a_line_each(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(2):
        store.add_stats(StatsLine(float(number), number, 0.0, 1, 2, 3, 0.0))
    lines = [json.loads(line) for line in (tmp_path / "stats.jsonl").read_bytes().splitlines()]
    assert [line["executions"] for line in lines] == [0, 1]


def test_progress_tells_which_time_the_campaign_is_run(tmp_path: Path) -> None:
    line = StatsLine(5.0, 7, 0.0, 1, 2, 3, 0.0)
    path = tmp_path / "stats.jsonl"
    # As it was before there was such a number.
    path.write_bytes(b'{"seconds":5,"executions":1,"rate":1,"corpus":1,"signatures":1,"findings":1,"idle":1}\n')
    for _ in range(2):
        store = Store(tmp_path)
        store.add_stats(line)
        store.add_stats(line)
        with path.open("ab") as file:
            file.write(b'{"seconds":6,"exec')
    assert [len(lines) for lines in read_campaign(tmp_path).runs] == [1, 2, 2]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="file"):
        Store(tmp_path / "file" / "out")


def test_a_folder_without_a_finding_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no finding k9"):
        read_finding(tmp_path / "k9")
    (tmp_path / "finding.json").write_bytes(b'{"line":{}')
    with pytest.raises(StoreError, match="holds no finding"):
        read_finding(tmp_path)
