"""Results of earlier runs: read again, and compared."""

from pathlib import Path

import pytest

from bmpconform.report.results import render_results
from bmpconform.run.events import Evidence, Judged, RunEvent, RunHeader, RunSummary, VerdictLine
from bmpconform.run.stored import Change, ResultsError, changes, read_results


def line(vector: str, verdict: str, code: str | None = None) -> VerdictLine:
    return VerdictLine("t", vector, "decode", (), "accepted", verdict, None, code, "", "as-expected", None, "")


def stored(folder: Path, *lines: VerdictLine) -> Path:
    events: list[RunEvent] = [
        RunHeader(1, "0.1", "rfc9736", "0" * 64),
        *(Judged(one, None, Evidence()) for one in lines),
        RunSummary({}, {}, {}),
    ]
    folder.mkdir()
    (folder / "results.jsonl").write_bytes(b"".join(text + b"\n" for text in render_results(events)))
    return folder


def test_results_are_read_from_their_folder_or_file(tmp_path: Path) -> None:
    folder = stored(tmp_path / "run", line("a/one", "pass"))
    for path in (folder, folder / "results.jsonl"):
        results = read_results(path)
        assert results.header.profile == "rfc9736"
        assert list(results.verdicts.values()) == [line("a/one", "pass")]


@pytest.mark.parametrize(
    "octets, reason",
    [
        (b"", "holds no whole run"),
        (b"{", "holds no results"),
        (b"[]\n", "holds no results"),
        (b'{"event":"verdict","target":1}\n', "holds no results"),
        (b'{"event":"header"}\n', "holds no results"),
        (b"\xff\n", "holds no results"),
    ],
)
def test_what_is_no_result_is_said(tmp_path: Path, octets: bytes, reason: str) -> None:
    file = tmp_path / "results.jsonl"
    file.write_bytes(octets)
    with pytest.raises(ResultsError, match=reason):
        read_results(file)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="No such file"):
        read_results(tmp_path / "gone")


def test_changes_are_told_and_what_is_worse_is_marked(tmp_path: Path) -> None:
    old = stored(
        tmp_path / "old", line("a/1", "pass"), line("a/2", "fail", "x"), line("a/3", "pass"), line("a/5", "pass")
    )
    new = stored(
        tmp_path / "new", line("a/1", "fail", "x"), line("a/2", "pass"), line("a/4", "fail", "y"), line("a/5", "pass")
    )
    assert list(changes(read_results(old), read_results(new))) == [
        Change("t", "a/1", "decode", "pass", "fail x", worse=True),
        Change("t", "a/2", "decode", "fail x", "pass", worse=False),
        Change("t", "a/3", "decode", "pass", "", worse=False),
        Change("t", "a/4", "decode", "", "fail y", worse=True),
    ]
