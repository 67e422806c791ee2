"""An adapter may be built together with neighbours of its folder; what is expected of it is no part of the build."""

import sys
from pathlib import Path

import pytest

from bmpconform.targets.build import build, build_folder
from bmpconform.targets.manifest import load_manifest

MANIFEST = f"""
name = "one"
title = "One"
language = "Python"
version = "1"
url = "https://example.org"
licence = "MIT"
[build]
shared = ["common"]
steps = [["{sys.executable}", "-c", "import shutil; shutil.copy('../common/part', '{{build}}/made')"]]
[run]
command = ["{{build}}/made"]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an adapter's folder beside one that it shares."""
    monkeypatch.setenv("BMPCONFORM_CACHE", str(tmp_path / "cache"))
    for name in ("one", "common"):
        (tmp_path / name).mkdir()
    (tmp_path / "common" / "part").write_text("shared", encoding="utf-8")
    (tmp_path / "one" / "adapter.toml").write_text(MANIFEST, encoding="utf-8")
    return tmp_path / "one"


def test_a_shared_folder_is_a_neighbour_where_it_is_built(folder: Path) -> None:
    target = build(load_manifest(folder), folder)
    assert (target / "made").read_text(encoding="utf-8") == "shared"


def test_a_change_in_a_shared_folder_is_another_build(folder: Path) -> None:
    before = build_folder(load_manifest(folder), folder)
    (folder.parent / "common" / "part").write_text("other", encoding="utf-8")
    assert build_folder(load_manifest(folder), folder) != before


def test_what_is_expected_of_a_target_is_no_part_of_its_build(folder: Path) -> None:
    before = build_folder(load_manifest(folder), folder)
    (folder / "expected.toml").write_text("", encoding="utf-8")
    assert build_folder(load_manifest(folder), folder) == before


@pytest.mark.parametrize("name", ["../common", "a/b", ""])
def test_only_neighbours_can_be_shared(name: str, folder: Path) -> None:
    manifest = MANIFEST.replace('"common"', f'"{name}"')
    (folder / "adapter.toml").write_text(manifest, encoding="utf-8")
    with pytest.raises(ValueError, match="shared"):
        load_manifest(folder)
