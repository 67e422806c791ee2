"""Where the data is.

Why one function: a wheel carries the folder inside the package, and an editable install finds it in the checkout.
"""

from pathlib import Path

from bmpconform.wire.errors import BmpconformError


class CorpusError(BmpconformError):
    """Data of ours that is missing or wrong: the file, and one sentence."""

    def __init__(self, file: str, reason: str) -> None:
        """Keep both as data."""
        super().__init__(file, reason)
        self.file = file
        self.reason = reason

    def __str__(self) -> str:
        """Say both in one sentence."""
        return f"vectors/{self.file}: {self.reason}"


def vectors_folder() -> Path:
    """Return the folder of the vectors: the package's own, else the checkout's. Raises CorpusError."""
    package = _package()
    for folder in (package / "vectors", package.parent.parent / "vectors"):
        if folder.is_dir():
            return folder
    reason = "the folder is neither in the package nor in a checkout around it; install the package again."
    raise CorpusError("", reason)


def checkout_folder() -> Path | None:
    """Return that folder where it is a checkout's; None where it is part of an installation. Raises CorpusError."""
    folder = vectors_folder()
    return None if folder.is_relative_to(_package()) else folder


def _package() -> Path:
    return Path(__file__).resolve().parent.parent
