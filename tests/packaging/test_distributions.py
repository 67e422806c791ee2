"""The sdist can be tested, and the wheel built from it carries all data, counted.

Why counted: a wheel that lacks its vectors builds, installs and imports without a word.
"""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = CHECKOUT / "harness" / "bmpconform"

pytestmark = pytest.mark.packaging


def run(*arguments: str | Path, folder: Path) -> str:
    """Run a program in `folder` and return what it said; a failure shows it."""
    result = subprocess.run(
        arguments, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600, check=False
    )
    assert result.returncode == 0, result.stdout
    return result.stdout


def files_below(folder: Path) -> set[str]:
    """Return the files below `folder`, by their paths from there, without what Python itself writes."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist from the checkout and the wheel from the sdist; return their folder."""
    folder = tmp_path_factory.mktemp("distributions")
    run(sys.executable, "-m", "build", "--outdir", folder, CHECKOUT, folder=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    """Return the one wheel."""
    (path,) = distributions.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def in_wheel(wheel: Path) -> set[str]:
    """Return the names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def test_sdist_carries_what_is_needed_to_test_it(distributions: Path) -> None:
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {member.name.partition("/")[2] for member in archive if member.isfile()}
    wanted = {"pyproject.toml", "tox.ini", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", ".ci/run"}
    for folder in ("harness", "tests", "vectors", "fuzz", "docs"):
        wanted |= {f"{folder}/{name}" for name in files_below(CHECKOUT / folder)}
    assert wanted - names == set()


def test_wheel_carries_every_vector_file(in_wheel: set[str]) -> None:
    expected = {f"bmpconform/vectors/{name}" for name in files_below(CHECKOUT / "vectors")}
    found = {name for name in in_wheel if name.startswith("bmpconform/vectors/")}
    assert expected
    assert (len(found), found) == (len(expected), expected)


def test_wheel_carries_the_whole_package(in_wheel: set[str]) -> None:
    expected = {f"bmpconform/{name}" for name in files_below(PACKAGE)}
    assert {"bmpconform/py.typed", "bmpconform/spec/clauses.json"} <= expected
    found = {name for name in in_wheel if name.startswith("bmpconform/") and not name.startswith("bmpconform/vectors/")}
    assert found == expected


def test_wheel_carries_its_licence_and_nothing_beside_the_package(in_wheel: set[str]) -> None:
    assert {name.partition("/")[0].partition("-")[0] for name in in_wheel} == {"bmpconform"}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in in_wheel)


def test_wheel_installs_into_a_fresh_environment_and_its_command_answers(wheel: Path, tmp_path: Path) -> None:
    environment, empty = tmp_path / "environment", tmp_path / "empty"
    empty.mkdir()
    run(sys.executable, "-m", "venv", environment, folder=empty)
    run(environment / "bin" / "python", "-m", "pip", "install", wheel, folder=empty)
    version = wheel.name.split("-")[1]
    assert version in run(environment / "bin" / "bmpconform", "--version", folder=empty)
    listing = run(
        environment / "bin" / "python",
        "-c",
        "from importlib import resources as r; print(*(p.name for p in r.files('bmpconform').iterdir()))",
        folder=empty,
    ).split()
    assert {"vectors", "py.typed", "spec"} <= set(listing)
    assert list(empty.iterdir()) == []


def test_the_script_for_ci_installs_the_wheel_and_judges(wheel: Path, tmp_path: Path) -> None:
    settings = (f"BMPCONFORM_SOURCE={wheel}", f"BMPCONFORM_PYTHON={sys.executable}")
    script = CHECKOUT / "docs" / "ci" / "run.sh"
    run("/usr/bin/env", *settings, "sh", script, "reference", "--vectors", "initiation/*", folder=tmp_path)
    assert (tmp_path / "bmpconform-results" / "junit.xml").is_file()


def test_an_adapter_begun_with_the_wheel_has_the_sources_alone(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    run(sys.executable, "-m", "venv", environment, folder=tmp_path)
    run(environment / "bin" / "python", "-m", "pip", "install", "--no-deps", wheel, folder=tmp_path)
    skeleton = "import pathlib, bmpconform.skeletons as s; s.write_skeleton(pathlib.Path('adapter'), 'python')"
    run(environment / "bin" / "python", "-c", skeleton, folder=tmp_path)
    assert files_below(tmp_path / "adapter") == {"README.md", "adapter.py", "decoder.py", "expected.toml"}
    assert not (tmp_path / "adapter" / "__pycache__").exists()
