"""The pytest plugin: `pytest --bmp-target TARGET` makes a test of each vector and op.

Why so little here: pytest loads this wherever bmpconform is installed, and only who names a target is to pay for more.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.config.argparsing import Parser

MARKER = "bmpconform"
_VECTORS = "bmpconform.pytest_plugin.vectors"


def pytest_addoption(parser: "Parser") -> None:
    """Add the options, whose names are those of `bmpconform run`."""
    group = parser.getgroup("bmpconform", "conformance of a BMP implementation (bmpconform)")
    group.addoption(
        "--bmp-target",
        action="append",
        default=[],
        metavar="TARGET",
        help="Judge TARGET (jsonl:CMD, exec:CMD, py:MODULE or a name) by each vector. May be given more than once; "
        f"-m {MARKER} leaves other tests out.",
    )
    group.addoption("--bmp-vectors", default="*", metavar="GLOB", help="The ids of the vectors to judge by.")
    group.addoption("--bmp-profile", default=None, metavar="P", help="The documents that hold.")
    group.addoption("--bmp-policy", action="append", default=[], metavar="K=V", help="Such as trailing-nul=warn.")
    group.addoption("--bmp-expected", default=None, metavar="FILE", help="The expected failures of the one TARGET.")


def pytest_configure(config: pytest.Config) -> None:
    """Begin only where a target is named."""
    config.addinivalue_line("markers", f"{MARKER}: judges the target of --bmp-target by a vector")
    if config.getoption("bmp_target"):
        config.pluginmanager.import_plugin(_VECTORS)
