"""The recorded streams: their pins are whole, argued, and checked against the octets."""

import shutil
from pathlib import Path

import pytest

from bmpconform.corpus.captures import PINS, Capture, Pin, load_captures, read_capture
from bmpconform.corpus.location import CorpusError, vectors_folder
from bmpconform.spec.catalogue import CLAUSES
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.framer import Frame, Framer

CAPTURES = load_captures()
PINNED = [(capture, pin) for capture in CAPTURES.captures for pin in capture.findings]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the recorded streams that a test may spoil."""
    shutil.copytree(vectors_folder() / "captures", tmp_path / "captures")
    return tmp_path


def test_the_main_job_judges_by_the_default_and_the_draft_profile() -> None:
    assert CAPTURES.profiles == ("bmp-2026", "draft-peer-up")


@pytest.mark.parametrize("capture", CAPTURES.captures, ids=lambda capture: capture.file)
def test_a_stream_is_whole_and_says_where_it_comes_from(capture: Capture) -> None:
    framer = Framer()
    chunks = [*framer.feed(read_capture(capture)), *framer.finish()]
    assert [type(chunk) for chunk in chunks] == [Frame] * capture.messages
    assert len(capture.provenance.split()) > 5


@pytest.mark.parametrize(
    "capture, pin", PINNED, ids=lambda value: value.file if isinstance(value, Capture) else value.code
)
def test_a_pin_names_what_exists_and_argues(capture: Capture, pin: Pin) -> None:
    assert pin.clause in CLAUSES
    assert set(pin.profiles) <= PROFILES.keys()
    assert len(pin.why.split()) > 10
    assert 0 <= pin.offset <= pin.offset + pin.length <= len(read_capture(capture))


def test_a_changed_stream_is_refused(folder: Path) -> None:
    capture = CAPTURES.captures[0]
    stream = folder / "captures" / capture.file
    stream.write_bytes(stream.read_bytes()[:-1] + b"\xff")
    with pytest.raises(CorpusError, match="not those that its findings were reviewed for"):
        read_capture(capture, folder)


def test_a_stream_without_an_entry_is_refused(folder: Path) -> None:
    (folder / "captures" / "new.bmp").write_bytes(b"")
    with pytest.raises(CorpusError, match=r"differ: new\.bmp"):
        load_captures(folder)


def test_an_unknown_key_is_refused(folder: Path) -> None:
    pins = folder / PINS
    pins.write_text(pins.read_text().replace('"why"', '"because"', 1))
    with pytest.raises(CorpusError, match="because"):
        load_captures(folder)
