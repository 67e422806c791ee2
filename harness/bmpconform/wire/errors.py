"""The errors of the product, split by whose fault they are.

Why so few: decoding is total and never raises, and what a message breaks is a finding, not an error.
"""


class BmpconformError(Exception):
    """The root of every error that this package raises on purpose."""


class WireError(BmpconformError):
    """A value that cannot be encoded: `path` of the field, `reason` in words."""

    def __init__(self, path: str, reason: str) -> None:
        """Keep the place and the reason as data."""
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        """Say both in one sentence."""
        return f"{self.path} cannot be encoded: {self.reason}"
