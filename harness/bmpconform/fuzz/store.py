"""What a campaign leaves in a folder: inputs by their hash, findings, and lines of both findings and progress.

Why whole files and flushed lines: a campaign runs for days and is ended as it comes, and nothing that was found may be
lost with it. Why checked on load: entries are data, and one that is not what its name says is none. Why a lock around
findings: several workers share the folder, and each finding is there once.
"""

import hashlib
import os
import shlex
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bmpconform.corpus.vector import Op
from bmpconform.fuzz.disagreement import DisagreementLine, StoredDisagreement
from bmpconform.fuzz.finding import StoredFinding
from bmpconform.run.events import command_line
from bmpconform.run.store import PathError, write_whole
from bmpconform.wire.value import Value, field, from_json, replace, to_json

CORPUS, FINDINGS, FINDINGS_LINES, STATS = "corpus", "findings", "findings.jsonl", "stats.jsonl"
INPUT, FINDING, REPLAY, TEST = "input.bin", "finding.json", "replay.txt", "test_finding.py"
OCTETS = "octets.txt"
# Inputs that are under way, by worker: one whose worker was killed is asked again.
UNDER_WAY = ".under-way"
# The files of a finding that is about to be smaller.
SMALLER = ".smaller"

Stored = StoredFinding | StoredDisagreement
# Returns the octets of a finding as text for people, with what is at fault marked.
Annotate = Callable[[Stored], str]


class StoreError(PathError):
    """A folder of a campaign that cannot be used."""


class StatsLine(Value, frozen=True):
    """One line of stats.jsonl; `rate` is executions a second since the line before, `idle` seconds without news.

    `edges` are those that targets tell of, `latency` is the microseconds an input takes each target, by its name.
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


class Store:
    """The folder of one campaign, which several workers may share. Raises StoreError where it cannot be written."""

    def __init__(self, folder: Path, corpus: Path | None = None, annotate: Annotate | None = None) -> None:
        """Use `folder`, which is made if need be; inputs are in `corpus` where that is given."""
        self.folder = folder
        self._corpus = corpus or folder / CORPUS
        self._annotate = annotate
        try:
            self._corpus.mkdir(parents=True, exist_ok=True)
            (folder / FINDINGS).mkdir(parents=True, exist_ok=True)
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

    def begin(self, worker: int, inputs: Iterable[bytes]) -> None:
        """Note what a worker is about to ask, in place of what it noted before; nothing is under way at its end."""
        text = "".join(f"{octets.hex()}\n" for octets in inputs)
        draft = self.folder / f"{UNDER_WAY}-{worker}.new"
        # Not flushed to the disk: a kill of the process is what this is for, and that loses nothing written.
        draft.write_text(text, encoding="ascii")
        draft.replace(self.folder / f"{UNDER_WAY}-{worker}")

    def interrupted(self, worker: int) -> list[bytes]:
        """Return what a worker of this number had under way when it was killed."""
        try:
            lines = (self.folder / f"{UNDER_WAY}-{worker}").read_text(encoding="ascii").splitlines()
            return [bytes.fromhex(line) for line in lines]
        except (OSError, ValueError):
            return []

    def settled(self, worker: int) -> None:
        """Note that a worker has nothing under way any more."""
        (self.folder / f"{UNDER_WAY}-{worker}").unlink(missing_ok=True)

    def known_keys(self) -> set[str]:
        """Return the keys of all findings in this folder, those of earlier campaigns too."""
        return {told.key for line in self._lines() if (told := _told(line)) is not None}

    def add_finding(self, found: Stored) -> bool:
        """Write a finding unless it is there: its folder first, then its line. Return whether it was not there."""
        with _locked(self.folder / FINDINGS):
            if found.line.key in self.known_keys():
                return False
            folder = self.folder / FINDINGS / found.line.key
            for name, octets in self._files(found, folder).items():
                write_whole(folder / name, octets)
            _append(self.folder / FINDINGS_LINES, to_json(found.line))
        return True

    def put_smaller(self, found: Stored) -> None:
        """Put a finding in the place of that of the same key, if it is there; it keeps when that was met.

        All files are written beside theirs first, and then take their places at once.
        """
        with _locked(self.folder / FINDINGS):
            lines, folder, drafts = self._lines(), self.folder / FINDINGS / found.line.key, self.folder / SMALLER
            met = next((told for line in lines if (told := _told(line)) and told.key == found.line.key), None)
            if met is None:
                return
            found = replace(found, line=replace(found.line, executions=met.executions, seconds=met.seconds))
            again = [to_json(found.line) if _told(line) == met else line for line in lines]
            shutil.rmtree(drafts, ignore_errors=True)
            for name, octets in self._files(found, folder).items():
                write_whole(drafts / name, octets)
            write_whole(drafts / FINDINGS_LINES, b"".join(line + b"\n" for line in again))
            for draft in sorted(drafts.iterdir()):
                draft.replace((self.folder if draft.name == FINDINGS_LINES else folder) / draft.name)
            drafts.rmdir()

    def is_small(self, key: str) -> bool:
        """Whether nothing is left to be done about the size of a finding's octets; so for what cannot be read."""
        try:
            return from_json((self.folder / FINDINGS / key / FINDING).read_bytes(), _Sized).is_small
        except (OSError, ValueError):
            return True

    def _files(self, found: Stored, folder: Path) -> dict[str, bytes]:
        """Return the names and the content of all that is in the folder of a finding."""
        texts = {REPLAY: "".join(f"{line}\n" for line in _replays(found, folder))}
        if self._annotate is not None and found.octets:
            texts[OCTETS] = self._annotate(found)
        if isinstance(found, StoredFinding):
            texts[TEST] = _test_of(found)
        files = {name: text.encode("utf-8", "backslashreplace") for name, text in texts.items()}
        return {INPUT: bytes.fromhex(found.octets), FINDING: to_json(found) + b"\n", **files}

    def _lines(self) -> list[bytes]:
        path = self.folder / FINDINGS_LINES
        return path.read_bytes().splitlines() if path.exists() else []

    def add_stats(self, line: StatsLine) -> None:
        """Add a line of progress."""
        _append(self.folder / STATS, to_json(line))


def read_finding(folder: Path) -> StoredFinding:
    """Return the finding in a folder. Raises StoreError, also for what targets only disagree on."""
    try:
        found = from_json((folder / FINDING).read_bytes(), StoredFinding)
    except (OSError, ValueError) as error:
        raise StoreError(folder, f"holds no finding of one target: {error}") from error
    return found


def _replays(found: Stored, folder: Path) -> Iterator[str]:
    """Yield the commands that show a finding again; what an encoder was asked for may have no octets."""
    line = found.line
    if found.octets or line.op != Op.ENCODE.value:
        targets = line.targets if isinstance(line, DisagreementLine) else (line.target,)
        yield from (command_line("replay", str(folder / INPUT), "--target", target) for target in targets)
    else:
        yield shlex.join(["python3", "-m", "pytest", str(folder / TEST)])


class _Told(Value, frozen=True):
    """What a line of findings.jsonl has, whatever it is about."""

    key: str
    executions: int = 0
    seconds: float = 0.0


class _Sized(Value, frozen=True):
    """What a finding.json has, whatever it is about."""

    is_small: bool = False


def _told(line: bytes) -> _Told | None:
    """Return what a line tells; None for one that a kill has cut."""
    try:
        return from_json(line, _Told)
    except ValueError:
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


def _test_of(found: StoredFinding) -> str:
    """Return a test file that fails as long as the target does what was found."""
    line, what = found.line, f"{found.line.op}, {found.line.observation}, {found.clause_or_error}"
    if line.op == Op.ENCODE.value and not found.octets:
        return _TEST_OF_MESSAGE.format(what=ascii(what)[1:-1].replace('"', "'"))
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
_TEST_OF_MESSAGE = '''"""What a campaign found: {what}."""

from pathlib import Path

from bmpconform.fuzz.again import finding_again


def test_what_cannot_be_framed_is_refused() -> None:
    assert finding_again(Path(__file__).parent) is None
'''
