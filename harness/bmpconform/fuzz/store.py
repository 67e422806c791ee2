"""What a campaign leaves in a folder: inputs by their hash, findings, and lines of both findings and progress.

Why whole files and flushed lines: a campaign runs for days and is ended as it comes, and nothing that was found may be
lost with it. Why checked on load: entries are data, and one that is not what its name says is none.
"""

import hashlib
import os
import shlex
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from bmpconform.corpus.vector import Op
from bmpconform.fuzz.finding import FoundLine, StoredFinding
from bmpconform.run.store import PathError, write_whole
from bmpconform.wire.value import Value, from_json, to_json

CORPUS, FINDINGS, FINDINGS_LINES, STATS = "corpus", "findings", "findings.jsonl", "stats.jsonl"
INPUT, FINDING, REPLAY, TEST = "input.bin", "finding.json", "replay.txt", "test_finding.py"


class StoreError(PathError):
    """A folder of a campaign that cannot be used."""


class StatsLine(Value, frozen=True):
    """One line of stats.jsonl; `rate` is executions a second since the line before, `idle` seconds without news."""

    seconds: float
    executions: int
    rate: float
    corpus: int
    signatures: int
    findings: int
    idle: float


class Store:
    """The folder of one campaign. Raises StoreError where it cannot be written."""

    def __init__(self, folder: Path, corpus: Path | None = None) -> None:
        """Use `folder`, which is made if need be; inputs are in `corpus` where that is given."""
        self.folder = folder
        self._corpus = corpus or folder / CORPUS
        try:
            self._corpus.mkdir(parents=True, exist_ok=True)
            (folder / FINDINGS).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(Path(error.filename or folder), error.strerror or "cannot be made") from error

    def inputs(self) -> Iterator[bytes]:
        """Yield the inputs that were kept, in the order of their names; what does not fit its name is left out."""
        for path in sorted(self._corpus.iterdir()):
            if path.is_file() and not path.name.startswith("."):
                octets = path.read_bytes()
                if _name_of(octets) == path.name:
                    yield octets

    def keep(self, octets: bytes) -> None:
        """Keep an input."""
        path = self._corpus / _name_of(octets)
        if not path.exists():
            write_whole(path, octets)

    def known_keys(self) -> set[str]:
        """Return the keys of findings of earlier campaigns in this folder."""
        path = self.folder / FINDINGS_LINES
        return set(_keys(path.read_bytes().splitlines())) if path.exists() else set()

    def add_finding(self, found: StoredFinding) -> None:
        """Write a finding: its folder first, then its line."""
        octets, folder = bytes.fromhex(found.octets), self.folder / FINDINGS / found.line.key
        write_whole(folder / INPUT, octets)
        write_whole(folder / FINDING, to_json(found) + b"\n")
        replay = ["bmpconform", "replay", str(folder / INPUT), "--target", found.line.target]
        if found.line.op == Op.ENCODE.value:
            replay = ["python3", "-m", "pytest", str(folder / TEST)]
        write_whole(folder / REPLAY, (shlex.join(replay) + "\n").encode("utf-8", "backslashreplace"))
        write_whole(folder / TEST, _test_of(found).encode("utf-8", "backslashreplace"))
        _append(self.folder / FINDINGS_LINES, to_json(found.line))

    def add_stats(self, line: StatsLine) -> None:
        """Add a line of progress."""
        _append(self.folder / STATS, to_json(line))


def read_finding(folder: Path) -> StoredFinding:
    """Return the finding in a folder. Raises StoreError."""
    try:
        found = from_json((folder / FINDING).read_bytes(), StoredFinding)
    except (OSError, ValueError) as error:
        raise StoreError(folder, f"holds no finding: {error}") from error
    return found


def _keys(lines: Iterable[bytes]) -> Iterator[str]:
    """Yield the keys in lines; one that a kill has cut is left out."""
    for line in lines:
        with suppress(ValueError):
            yield from_json(line, FoundLine).key


def _name_of(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def _append(path: Path, line: bytes) -> None:
    """Add a whole line to a file, behind a line that a kill may have cut."""
    with path.open("ab+") as file:
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(size - 1)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _test_of(found: StoredFinding) -> str:
    """Return a test file that fails as long as the target does what was found."""
    line, what = found.line, f"{found.line.op}, {found.line.observation}, {found.clause_or_error}"
    pieces = [found.octets[at : at + _HEX_A_LINE] for at in range(0, len(found.octets), _HEX_A_LINE)] or [""]
    return _TEST.format(
        what=ascii(what)[1:-1].replace('"', "'"),
        target=ascii(line.target),
        op=ascii(line.op),
        profile=ascii(found.profile),
        octets="\n".join(f'    "{piece}"' for piece in pieces),
    )


_HEX_A_LINE = 96
_TEST = '''"""What a campaign found: {what}."""

from bmpconform.fuzz.again import finding_of

TARGET = {target}
OP = {op}
PROFILE = {profile}
OCTETS = bytes.fromhex(
{octets}
)


def test_octets_are_understood() -> None:
    assert finding_of(TARGET, OP, OCTETS, PROFILE) is None
'''
