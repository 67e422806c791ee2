"""Vectors are read whole or not at all, and chosen by id and profile."""

import shutil
from pathlib import Path

import pytest

from bmpconform.corpus.load import FLAGS, RETIRED, load, load_flags, load_retired, select
from bmpconform.corpus.location import CorpusError, vectors_folder
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES

FILE = "rfc7854/common-header.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one file of vectors that a test may spoil."""
    (tmp_path / "rfc7854").mkdir()
    for name in (FILE, FLAGS, RETIRED):
        shutil.copy(vectors_folder() / name, tmp_path / name)
    return tmp_path


def _spoil(folder: Path, old: str, new: str) -> None:
    text = (folder / FILE).read_text()
    assert old in text
    (folder / FILE).write_text(text.replace(old, new, 1))


def test_vectors_come_in_the_order_of_their_ids() -> None:
    ids = [vector.id for vector in load().vectors]
    assert ids == sorted(set(ids))


def test_the_hash_is_that_of_the_files(folder: Path) -> None:
    before = load(folder).sha256
    assert load(folder).sha256 == before
    _spoil(folder, "Version 0", "version 0")
    assert load(folder).sha256 != before


def test_octets_are_those_of_the_fields_in_their_order(folder: Path) -> None:
    (vector,) = (vector for vector in load(folder).vectors if vector.id == "common-header/length-5")
    assert vector.octets == bytes.fromhex("03000000050500010002" + "0000")


@pytest.mark.parametrize(
    "old, new, reason",
    [
        ('"title"', '"heading"', "heading"),
        ('"ops": ["decode"]', '"ops": ["guess"]', "guess"),
        ("{", "", "cannot be read"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(folder: Path, old: str, new: str, reason: str) -> None:
    _spoil(folder, old, new)
    with pytest.raises(CorpusError, match=reason):
        load(folder)


def test_a_folder_without_vectors_is_refused(folder: Path) -> None:
    (folder / FILE).unlink()
    with pytest.raises(CorpusError, match="there is no vector"):
        load(folder)


def test_an_id_that_is_there_twice_is_refused(folder: Path) -> None:
    _spoil(folder, "common-header/version-1", "common-header/version-0")
    with pytest.raises(CorpusError, match="there twice"):
        load(folder)


def test_flags_and_retired_ids_are_read(folder: Path) -> None:
    (folder / RETIRED).write_text("# why\ncommon-header/gone 2026, was a duplicate\n\n")
    assert load_retired(folder) == {"common-header/gone"}
    assert "NUL_TERMINATED" in load_flags(folder)
    for name, read in ((FLAGS, load_flags), (RETIRED, load_retired)):
        (folder / name).unlink()
        with pytest.raises(CorpusError, match=name):
            read(folder)


def test_a_pattern_chooses_by_id() -> None:
    chosen = select(load(), "namespaces/type-3-*", PROFILES[DEFAULT_PROFILE])
    assert [vector.id for vector in chosen] == [
        "namespaces/type-3-first-in-initiation",
        "namespaces/type-3-in-initiation",
    ]


def test_a_profile_scores_what_it_knows_and_no_more() -> None:
    corpus = load()
    numbers = [len(select(corpus, "*", profile)) for profile in PROFILES.values()]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == len(corpus.vectors)
    assert {vector.profile for vector in select(corpus, "*", PROFILES["rfc7854"])} == {"rfc7854"}


def test_pieces_are_cut_where_the_vector_says() -> None:
    (vector,) = (vector for vector in load().vectors if vector.id == "pieces/in-tlv-header")
    assert [len(piece) for piece in vector.pieces] == [7, 2, 8, 2, len(vector.octets) - 19]
    assert b"".join(vector.pieces) == vector.octets
