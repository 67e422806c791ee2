"""What a campaign left in a folder, read again: its lines of progress, its findings, and where its targets disagree.

Why lines that cannot be read are left out: a kill may have cut the last one.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bmpconform.fuzz.asked import as_input
from bmpconform.fuzz.disagreement import StoredDisagreement
from bmpconform.fuzz.finding import FoundLine, StoredFinding
from bmpconform.fuzz.store import CORPUS, FINDING, FINDINGS, STATS, StatsLine, StoreError, inputs_in
from bmpconform.neutral import Message
from bmpconform.wire.value import DataType, Value, from_data, from_json


class StoredCampaign(Value, frozen=True):
    """All of it, findings in the order of their keys; `inputs` are those kept there, None where that is elsewhere."""

    stats: tuple[StatsLine, ...]
    findings: tuple[StoredFinding, ...]
    disagreements: tuple[StoredDisagreement, ...]
    inputs: int | None = None

    @property
    def runs(self) -> list[list[StatsLine]]:
        """Return the lines of each time that the campaign was run: what it counts begins anew when it is taken up."""
        runs: list[list[StatsLine]] = []
        for before, line in zip((None, *self.stats), self.stats, strict=False):
            if before is None or line.run != before.run or line.seconds < before.seconds:
                runs.append([])
            runs[-1].append(line)
        return runs


def is_campaign(folder: Path) -> bool:
    """Whether a campaign was run into a folder."""
    return (folder / FINDINGS).is_dir() and (folder / STATS).is_file()


def read_campaign(folder: Path) -> StoredCampaign:
    """Return what a campaign left in a folder. Raises OSError."""
    lines = (folder / STATS).read_bytes().splitlines()
    told = [path.read_bytes() for path in sorted((folder / FINDINGS).glob(f"*/{FINDING}"))]
    corpus = folder / CORPUS
    return StoredCampaign(
        tuple(_read(lines, StatsLine)),
        tuple(_read(told, StoredFinding)),
        tuple(_read(told, StoredDisagreement)),
        inputs_in(corpus) if corpus.is_dir() else None,
    )


def input_of(found: FoundLine) -> bytes | Message:
    """Return what was put to the target: octets, or a message that has none."""
    if isinstance(found.input, str):
        return bytes.fromhex(found.input)
    message = from_data(found.input, Message)
    return as_input(message) or message


def read_found(path: Path, key: str) -> FoundLine:
    """Return the line of a file of findings that has that key. Raises StoreError where there is none."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise StoreError(path, error.strerror or "cannot be read") from error
    found = next((line for line in _read(lines, FoundLine) if line.key == key), None)
    if found is None:
        raise StoreError(path, f"has no finding {key} of a target")
    return found


def _read(texts: list[bytes], shape: type[DataType]) -> Iterator[DataType]:
    for text in texts:
        with suppress(ValueError):
            yield from_json(text, shape)
