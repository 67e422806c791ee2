"""What a run leaves in a folder: results.jsonl, junit.xml, and what shows each verdict that is not a pass.

Why under other names first: a file that is there is whole, also after a kill in the middle of a run.
"""

import os
import re
from pathlib import Path

RESULTS, JUNIT, EVIDENCE = "results.jsonl", "junit.xml", "evidence"
_NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9._-]+")


def write_whole(path: Path, octets: bytes) -> None:
    """Write a file so that it is there whole or not at all; folders on the way are made. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def as_name(text: str) -> str:
    """Return text as the name of a file, never empty and never above its folder."""
    return _NOT_IN_NAMES.sub("-", text).strip("-.")[:100] or "target"
