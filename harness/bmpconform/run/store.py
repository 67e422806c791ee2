"""What a run leaves in a folder: results.jsonl, junit.xml, and what shows each verdict that is not a pass.

Why under other names first: a file that is there is whole, also after a kill in the middle of a run.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from zlib import crc32

from bmpconform.judge.words import Verdict
from bmpconform.run.events import Judged, RunEvent
from bmpconform.wire.errors import BmpconformError

RESULTS, JUNIT, EVIDENCE = "results.jsonl", "junit.xml", "evidence"
LONGEST_NAME = 100
_SUFFIX = ".txt"
_NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9._-]+")


class PathError(BmpconformError):
    """A file or folder that cannot be used: the path, and one sentence."""

    def __init__(self, path: Path, reason: str) -> None:
        """Keep both as data."""
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        """Say both in one sentence."""
        return f"{self.path}: {self.reason}"


def write_whole(path: Path, octets: bytes, *, outlast: bool = True) -> None:
    """Write a file so that it is there whole or not at all; folders on the way are made. Raises OSError.

    It outlasts a loss of power too, unless that is not worth the time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(octets)
            if outlast:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_evidence(folder: Path, events: Iterable[RunEvent]) -> Iterator[RunEvent]:
    """Pass events on, and write what shows each verdict that is not a pass to a file of its own. Raises OSError.

    What an earlier run left there goes first: it shows nothing of this one.
    """
    for file in (folder / EVIDENCE).glob(f"*/*.*{_SUFFIX}"):
        file.unlink()
    for event in events:
        if isinstance(event, Judged) and event.line.verdict != Verdict.PASS.value:
            _write(folder, event)
        yield event


def _write(folder: Path, judged: Judged) -> None:
    line, evidence = judged.line, judged.evidence
    told = {
        "expected": evidence.expected,
        "seen": evidence.seen,
        "account": evidence.account,
        "stderr": evidence.stderr,
    }
    text = "".join(f"{name}:\n{value}\n\n" for name, value in told.items() if value)
    if text:
        name = f"{as_name(line.vector)}.{line.op}{_SUFFIX}"
        write_whole(folder / EVIDENCE / _folder_of(line.target) / name, text.encode("utf-8", "backslashreplace"))


def _folder_of(target: str) -> str:
    """Return a name that no other target has: two commands may differ only where a name is cut."""
    name = as_name(target)
    return name if name == target else f"{name}-{crc32(target.encode()):08x}"


def as_name(text: str) -> str:
    """Return text as the name of a file, never empty and never above its folder."""
    return _NOT_IN_NAMES.sub("-", text).strip("-.")[:LONGEST_NAME] or "target"
