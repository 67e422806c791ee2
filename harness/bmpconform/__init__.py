"""Conformance harness and fuzzer for BMP, the BGP Monitoring Protocol.

Why so little here: importing the package costs nothing that its user did not ask for.
"""

from importlib.metadata import PackageNotFoundError, version

__all__ = ["__version__"]

try:
    __version__ = version("bmpconform")
except PackageNotFoundError:  # the source folder on PYTHONPATH, never an installed package
    __version__ = "0+not.installed"
