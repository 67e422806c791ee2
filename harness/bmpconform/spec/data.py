"""The data files of this package, by their names.

Why by pkgutil: importlib.resources does the same, and importing it takes longer than reading them.
"""

from pkgutil import get_data


def read_data(name: str) -> bytes:
    """Return what a file beside this one holds. Raises FileNotFoundError."""
    octets = get_data(__package__, name)
    assert octets is not None  # noqa: S101 - every loader that this package can come from reads files
    return octets
