"""What a campaign leaves in a folder: inputs by their hash, findings, and lines of both findings and progress.

Why whole files and flushed lines: a campaign runs for days and is ended as it comes, and nothing that was found may be
lost with it. Why the files of a finding are written apart and moved: a kill between two of them leaves no finding of
two inputs. Why checked on load: entries are data, and one that is not what its name says is none. Why a lock around
findings: several workers share the folder, and each finding is there once.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bmpconform.fuzz.as_test import as_test
from bmpconform.fuzz.disagreement import DIFF, StoredDisagreement
from bmpconform.fuzz.finding import StoredFinding
from bmpconform.fuzz.replays import replays
from bmpconform.run.store import PathError, write_whole
from bmpconform.wire.value import Value, field, from_json, replace, to_json

CORPUS, FINDINGS, FINDINGS_LINES, STATS = "corpus", "findings", "findings.jsonl", "stats.jsonl"
INPUT, FINDING, REPLAY, OCTETS = "input.bin", "finding.json", "replay.txt", "octets.txt"
# The files of a finding that are all written and about to take their places; of another name until they are all there.
_WHOLE, _DRAFT = ".finding", ".finding.new"
_NAME = re.compile(r"[0-9a-f]{64}")

Stored = StoredFinding | StoredDisagreement
# Returns the octets of a finding as text for people, with what is at fault marked.
Annotate = Callable[[Stored], str]


class StoreError(PathError):
    """A folder of a campaign that cannot be used."""


class StatsLine(Value, frozen=True):
    """One line of stats.jsonl; `rate` is executions a second since the line before, `idle` seconds without news.

    `edges` are those that targets tell of, `latency` is the microseconds an input takes each target, by its name;
    `level` is how coarse signatures are, 0 where no flood of them was noticed; `run` is which time it is, from 1, that
    the campaign is run into its folder: all else is counted from the beginning of that.
    """

    seconds: float
    executions: int
    rate: float
    corpus: int
    signatures: int
    findings: int
    idle: float
    edges: int = 0
    disagreements: int = 0
    latency: dict[str, float] = field(default_factory=dict)
    level: int = 0
    run: int = 0


class Held(Value, frozen=True):
    """How much there is in the folder of a campaign, whenever it came there."""

    inputs: int = 0
    findings: int = 0
    disagreements: int = 0


class Store:
    """The folder of one campaign, which several workers may share. Raises StoreError where it cannot be written."""

    def __init__(self, folder: Path, corpus: Path | None = None, annotate: Annotate | None = None) -> None:
        """Use `folder`, which is made if need be; inputs are in `corpus` where that is given."""
        self.folder = folder
        self._corpus = corpus or folder / CORPUS
        self._annotate = annotate
        self._run = 0
        try:
            # Targets are started there, and what is typed hangs on it.
            self._started_in = Path.cwd()
            self._corpus.mkdir(parents=True, exist_ok=True)
            (folder / FINDINGS).mkdir(parents=True, exist_ok=True)
            if any((folder / name).exists() for name in (_WHOLE, _DRAFT)):
                with _locked(folder / FINDINGS):
                    self._take_places()
        except OSError as error:
            raise StoreError(Path(error.filename or folder), error.strerror or "cannot be made") from error

    def inputs(self, known: Collection[str] = ()) -> Iterator[bytes]:
        """Yield the inputs that were kept, but for those whose names are known, in the order of their names.

        What does not fit its name is left out.
        """
        for name in sorted({path.name for path in self._corpus.iterdir()}.difference(known)):
            octets = _read(self._corpus / name)
            if octets is not None and name_of(octets) == name:
                yield octets

    def keep(self, octets: bytes) -> None:
        """Keep an input."""
        path = self._corpus / name_of(octets)
        if not path.exists():
            # Cut by a loss of power it does not fit its name, and is left out.
            write_whole(path, octets, outlast=False)

    def drop(self, octets: bytes) -> None:
        """Keep an input no longer."""
        (self._corpus / name_of(octets)).unlink(missing_ok=True)

    def known_keys(self) -> set[str]:
        """Return the keys of all findings in this folder, those of earlier campaigns too."""
        return {told.key for line in self._lines() if (told := _told(line)) is not None}

    def held(self) -> Held:
        """Return how much is there by now."""
        told = {one.key: one.op for line in self._lines() if (one := _told(line)) is not None}
        disagreements = sum(op == DIFF for op in told.values())
        return Held(inputs_in(self._corpus), len(told) - disagreements, disagreements)

    def add_finding(self, found: Stored) -> bool:
        """Write a finding unless it is there. Return whether it was not there."""
        with self._writing():
            is_new = found.line.key not in self.known_keys()
            if is_new:
                self._put(found)
        return is_new

    def put_smaller(self, found: Stored) -> None:
        """Put a finding in the place of that of the same key, if it is there; it keeps when that was met."""
        with self._writing():
            told = (_told(line) for line in self._lines())
            met = next((one for one in told if one is not None and one.key == found.line.key), None)
            if met is not None:
                line = replace(found.line, executions=met.executions, seconds=met.seconds)
                self._put(replace(found, line=line))

    def is_small(self, key: str) -> bool:
        """Whether nothing is left to be done about the size of a finding's octets; so for what cannot be read."""
        try:
            return from_json((self.folder / FINDINGS / key / FINDING).read_bytes(), _Sized).is_small
        except (OSError, ValueError):
            return True

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the only right to write findings, while none is half in its place."""
        with _locked(self.folder / FINDINGS):
            self._take_places()
            yield

    def _put(self, found: Stored) -> None:
        """Write all files of a finding apart, and have them take their places.

        A kill before the last is written changes nothing; behind it, whoever uses the folder next has the rest done.
        """
        draft, key = self.folder / _DRAFT, found.line.key
        for name, octets in self._files(found, self.folder / FINDINGS / key).items():
            write_whole(draft / key / name, octets)
        draft.replace(self.folder / _WHOLE)
        self._take_places()

    def _take_places(self) -> None:
        """Move the files that are all written to their places, have their line told, and drop what a kill has left."""
        for folder in sorted((self.folder / _WHOLE).glob("*")):
            place = self.folder / FINDINGS / folder.name
            place.mkdir(exist_ok=True)
            # What others read by itself comes last.
            for draft in sorted(folder.iterdir(), key=lambda path: (path.name == FINDING, path.name)):
                draft.replace(place / draft.name)
            self._tell(place)
        for name in (_WHOLE, _DRAFT):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def _tell(self, place: Path) -> None:
        """Have findings.jsonl hold the line of a finding, in the place of its line before or behind all others."""
        text, lines = _line_of(place), self._lines()
        if text is None:
            return
        told = {one.key: line for line in lines if (one := _told(line)) is not None}
        again = list({**told, place.name: text}.values())
        if again == [*lines, text]:
            _append(self.folder / FINDINGS_LINES, text)
        elif again != lines:
            draft = self.folder / _DRAFT / FINDINGS_LINES
            write_whole(draft, b"".join(line + b"\n" for line in again))
            draft.replace(self.folder / FINDINGS_LINES)

    def _files(self, found: Stored, folder: Path) -> dict[str, bytes]:
        """Return the names and the content of all that is in the folder of a finding."""
        test = folder / f"test_{found.line.key}.py"
        texts = {REPLAY: replays(found, self._started_in, folder / INPUT, test)}
        if self._annotate is not None and found.octets:
            texts[OCTETS] = self._annotate(found)
        if isinstance(found, StoredFinding):
            texts[test.name] = as_test(found, self._started_in)
        files = {name: text.encode("utf-8", "backslashreplace") for name, text in texts.items()}
        return {INPUT: bytes.fromhex(found.octets), FINDING: to_json(found) + b"\n", **files}

    def _lines(self) -> list[bytes]:
        path = self.folder / FINDINGS_LINES
        return path.read_bytes().splitlines() if path.exists() else []

    def add_stats(self, line: StatsLine) -> None:
        """Add a line of progress of this run."""
        path = self.folder / STATS
        self._run = self._run or 1 + _last_run(path)
        _append(path, to_json(replace(line, run=self._run)))


def read_finding(folder: Path) -> StoredFinding:
    """Return the finding in a folder. Raises StoreError, also for what targets only disagree on."""
    try:
        octets = (folder / FINDING).read_bytes()
    except FileNotFoundError as error:
        raise StoreError(
            folder.parent, f"there is no finding {folder.name} (--out DIR says of which campaign)"
        ) from error
    except OSError as error:
        raise StoreError(folder, error.strerror or "cannot be read") from error
    try:
        return from_json(octets, StoredFinding)
    except ValueError as error:
        line = _line_of(folder)
        told = None if line is None else _told(line)
        is_split = told is not None and told.op == DIFF
        reason = (
            "targets disagree there, and none is wrong, so it is no vector"
            if is_split
            else f"holds no finding: {error}"
        )
        raise StoreError(folder, reason) from error


def inputs_in(corpus: Path) -> int:
    """Return how many inputs are kept in a folder; what has another name than one is not counted."""
    return sum(bool(_NAME.fullmatch(path.name)) for path in corpus.iterdir())


class _Told(Value, frozen=True):
    """What a line of findings.jsonl has, whatever it is about."""

    key: str
    op: str = ""
    executions: int = 0
    seconds: float = 0.0


class _Filed(Value, frozen=True):
    """The line in a finding.json, whatever it is about."""

    line: dict[str, Any]


class _Sized(Value, frozen=True):
    """What a finding.json has, whatever it is about."""

    is_small: bool = False


class _Counted(Value, frozen=True):
    """What tells lines of progress of one run from those of another."""

    run: int = 0


def _last_run(path: Path) -> int:
    """Return the number of the last run that a file of progress tells of, 0 where there is none."""
    last = 0
    for line in path.read_bytes().splitlines() if path.exists() else ():
        with suppress(ValueError):
            last = from_json(line, _Counted).run
    return last


def _told(line: bytes) -> _Told | None:
    """Return what a line tells; None for one that a kill has cut."""
    try:
        return from_json(line, _Told)
    except ValueError:
        return None


def _line_of(place: Path) -> bytes | None:
    """Return the line of the finding in a folder; None where that cannot be read."""
    try:
        return to_json(from_json((place / FINDING).read_bytes(), _Filed).line)
    except (OSError, ValueError):
        return None


def name_of(octets: bytes) -> str:
    """Return the name under which an input is kept."""
    return hashlib.sha256(octets).hexdigest()


def _read(path: Path) -> bytes | None:
    """Return the content of a file, None where it is gone or is none."""
    try:
        return path.read_bytes()
    except OSError:
        return None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the only right to write in a folder; the lock of a process that is killed is free."""
    import fcntl  # noqa: PLC0415 - not every system has it

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


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
