"""What goes wrong on the target's side.

Why a class of its own: it costs that target its run, and no other.
"""

from bmpconform.wire.errors import BmpconformError


class TargetError(BmpconformError):
    """A target cannot be used: one sentence for people in `str()`, what it wrote to stderr in `stderr`."""

    def __init__(self, text: str, stderr: str = "") -> None:
        super().__init__(text)
        self.stderr = stderr


class MissingError(TargetError):
    """This machine lacks what the target needs: the target is skipped, and that is no failure."""
