"""The recorded streams of real implementations, with the findings that are right in each.

Why pinned: what a router really sent shows false alarms as nothing else does, so every finding in it has been
argued from its clause, and any other is a difference.
"""

import hashlib
from pathlib import Path

from bmpconform.corpus.location import CorpusError, vectors_folder
from bmpconform.wire.value import Value, from_json

PINS = "captures/captures.json"


class Pin(Value, frozen=True, forbid_unknown_fields=True):
    """One finding that is right: where it is, what it says, under which profiles, and why."""

    profiles: tuple[str, ...]
    message: int | None
    offset: int
    length: int
    clause: str | None
    also: tuple[str, ...]
    code: str
    level: str
    path: str
    count: int
    why: str


class Capture(Value, frozen=True, forbid_unknown_fields=True):
    """One recorded stream: its file, the SHA-256 of its octets, how many messages it holds, where it comes from."""

    file: str
    sha256: str
    messages: int
    provenance: str
    findings: tuple[Pin, ...]


class Captures(Value, frozen=True, forbid_unknown_fields=True):
    """The pinned file: the profiles that it speaks of, and the streams."""

    profiles: tuple[str, ...]
    captures: tuple[Capture, ...]


def load_captures(folder: Path | None = None) -> Captures:
    """Return the pinned file, checked against the streams beside it. Raises CorpusError."""
    folder = folder or vectors_folder()
    try:
        captures = from_json((folder / PINS).read_bytes(), Captures)
    except (OSError, ValueError) as error:
        raise CorpusError(PINS, f"cannot be read: {error}") from error
    streams = {path.name for path in (folder / "captures").glob("*.bmp")}
    pinned = {capture.file for capture in captures.captures}
    if streams != pinned:
        raise CorpusError(PINS, f"streams and entries differ: {', '.join(sorted(streams ^ pinned))}.")
    return captures


def read_capture(capture: Capture, folder: Path | None = None) -> bytes:
    """Return the octets of a recorded stream. Raises CorpusError where they are not those that were reviewed."""
    file = f"captures/{capture.file}"
    octets = ((folder or vectors_folder()) / file).read_bytes()
    if hashlib.sha256(octets).hexdigest() != capture.sha256:
        raise CorpusError(file, "its octets are not those that its findings were reviewed for.")
    return octets
