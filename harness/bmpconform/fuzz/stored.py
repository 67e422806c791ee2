"""What a campaign left in a folder, read again: its lines of progress, its findings, and where its targets disagree.

Why lines that cannot be read are left out: a kill may have cut the last one.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bmpconform.fuzz.disagreement import StoredDisagreement
from bmpconform.fuzz.finding import StoredFinding
from bmpconform.fuzz.store import FINDING, FINDINGS, STATS, StatsLine
from bmpconform.wire.value import DataType, Value, from_json


class StoredCampaign(Value, frozen=True):
    """All of it, findings in the order of their keys."""

    stats: tuple[StatsLine, ...]
    findings: tuple[StoredFinding, ...]
    disagreements: tuple[StoredDisagreement, ...]


def is_campaign(folder: Path) -> bool:
    """Whether a campaign was run into a folder."""
    return (folder / FINDINGS).is_dir() and (folder / STATS).is_file()


def read_campaign(folder: Path) -> StoredCampaign:
    """Return what a campaign left in a folder. Raises OSError."""
    lines = (folder / STATS).read_bytes().splitlines()
    told = [path.read_bytes() for path in sorted((folder / FINDINGS).glob(f"*/{FINDING}"))]
    return StoredCampaign(
        tuple(_read(lines, StatsLine)), tuple(_read(told, StoredFinding)), tuple(_read(told, StoredDisagreement))
    )


def _read(texts: list[bytes], shape: type[DataType]) -> Iterator[DataType]:
    for text in texts:
        with suppress(ValueError):
            yield from_json(text, shape)
