"""The installed package is whole: it came from the wheel, has its data, and its command starts.

Why apart from the tests of the distributions: these are quick, and run on every Python found.
"""

import os
import re
import subprocess
import sys
import sysconfig
from importlib import metadata, resources
from pathlib import Path

import pytest

import bmpconform

CHECKOUT = Path(__file__).resolve().parents[2]
VECTORS = CHECKOUT / "vectors"
STREAMS = sorted((VECTORS / "captures").rglob("*.bmp"), key=lambda stream: (stream.stat().st_size, stream))

pytestmark = [
    pytest.mark.smoke,
    pytest.mark.skipif("BMPCONFORM_WHEEL" not in os.environ, reason="only tox promises that the wheel is installed"),
]


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed `bmpconform`."""
    script = Path(sysconfig.get_path("scripts"), "bmpconform")
    return subprocess.run([script, *arguments], capture_output=True, text=True, timeout=120, check=False)


def test_package_is_imported_from_site_packages_and_nowhere_else() -> None:
    site_packages = Path(sysconfig.get_path("purelib")).resolve()
    assert Path(bmpconform.__file__).resolve() == site_packages / "bmpconform" / "__init__.py"
    places = {Path(entry or ".").resolve() for entry in sys.path}
    assert [place for place in places if (place / "bmpconform" / "__init__.py").exists()] == [site_packages]


def test_version_is_that_of_the_project() -> None:
    source = (CHECKOUT / "harness" / "bmpconform" / "__init__.py").read_text(encoding="utf-8")
    written = re.search(r'^__version__ = "(.+)"$', source, re.MULTILINE)
    assert written is not None
    assert bmpconform.__version__ == metadata.version("bmpconform") == written[1]


def test_package_says_that_it_is_typed() -> None:
    assert resources.files("bmpconform").joinpath("py.typed").is_file()


def test_every_vector_file_of_the_checkout_is_installed_unchanged() -> None:
    installed = Path(bmpconform.__file__).parent / "vectors"
    expected = {path.relative_to(VECTORS): path.read_bytes() for path in VECTORS.rglob("*") if path.is_file()}
    assert expected
    assert {path.relative_to(installed): path.read_bytes() for path in installed.rglob("*") if path.is_file()} == (
        expected
    )


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_command_starts(option: str) -> None:
    result = command(option)
    assert (result.returncode, result.stderr) == (0, "")
    assert (bmpconform.__version__ if option == "--version" else "check") in result.stdout


def test_command_checks_a_recorded_stream() -> None:
    assert STREAMS, "vectors/captures holds no stream"
    result = command("check", "--fail-on", "never", "--format", "jsonl", str(STREAMS[0]))
    assert (result.returncode, result.stderr) == (0, "")
    assert '"event":"summary"' in result.stdout
