"""The formatter: one form for all vectors, whatever they looked like before."""

import json
import shutil
from pathlib import Path

from bmpconform.corpus.load import read_topic
from bmpconform.corpus.location import vectors_folder
from bmpconform.corpus.write import WIDTH, render_topic, write_vectors

FILE = "rfc7854/initiation-strings.json"


def _folder(tmp_path: Path) -> Path:
    (tmp_path / "rfc7854").mkdir()
    shutil.copy(vectors_folder() / FILE, tmp_path / FILE)
    return tmp_path


def test_the_formatter_leaves_its_own_form_alone(tmp_path: Path) -> None:
    assert write_vectors(_folder(tmp_path)) == []


def test_any_other_form_becomes_that_form(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    text = (folder / FILE).read_text(encoding="utf-8")
    (folder / FILE).write_text(json.dumps(json.loads(text), indent=4), encoding="utf-8")
    assert write_vectors(folder) == [FILE]
    assert (folder / FILE).read_text(encoding="utf-8") == text


def test_octets_written_out_become_short(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    text = (folder / FILE).read_text(encoding="utf-8")
    short = '{"repeat": "5a", "times": 65535}'
    assert text.count(short) == 2
    (folder / FILE).write_text(text.replace(short, f'"{"5a" * 65535}"'), encoding="utf-8")
    assert write_vectors(folder) == [FILE]
    assert (folder / FILE).read_text(encoding="utf-8") == text


def test_a_field_has_a_line_of_its_own() -> None:
    text = (vectors_folder() / FILE).read_text(encoding="utf-8")
    assert render_topic(read_topic(FILE, text.encode())) == text
    assert '    ["version", "03"],\n' in text
    long = [line for line in text.splitlines() if len(line) > WIDTH]
    assert all(line.count('", "') <= 1 for line in long)
