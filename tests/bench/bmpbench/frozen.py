"""The list of planted faults as it was frozen, which of them are held back from tuning, and an input that shows each.

Why frozen: a bench whose faults move with the fuzzer measures nothing. The hash is over the faults' own pages, so that
neither one can be made easier afterwards without a trace. `python -m bmpbench.frozen` writes the list anew.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from bmpbench.planted import FAULTS, PAGES
from bmpbench.planted.fault import Difficulty

PATH = Path(__file__).with_name("frozen.json")
OF_EACH_CLASS, DRAW = 3, 2026


@dataclass(frozen=True)
class Frozen:
    """One planted fault in the list; `octets`, in hex, show it under `op`."""

    number: int
    name: str
    difficulty: str
    kind: str
    link: str
    held_back: bool
    op: str
    octets: str


def frozen() -> tuple[Frozen, ...]:
    """Return the list."""
    return tuple(Frozen(**one) for one in json.loads(PATH.read_bytes())["faults"])


def held_back() -> frozenset[int]:
    """Return the numbers of the faults at which nobody looks who tunes a fuzzer: some of each class, drawn once."""
    random = Random(DRAW)
    by_class = [[number for number, fault in enumerate(FAULTS) if fault.difficulty is one] for one in Difficulty]
    return frozenset(number for numbers in by_class for number in random.sample(numbers, OF_EACH_CLASS))


def code_hash() -> str:
    """Return the SHA-256 of the pages on which the faults are written."""
    return hashlib.sha256(b"".join(Path(str(page.__file__)).read_bytes() for page in PAGES)).hexdigest()


def render(shown: Mapping[int, tuple[str, str]]) -> str:
    """Return the list as JSON; `shown` is the op and the octets that show each fault."""
    held = held_back()
    faults = [
        asdict(Frozen(number, one.name, one.difficulty, one.kind, one.link, number in held, *shown[number]))
        for number, one in enumerate(FAULTS)
    ]
    return json.dumps({"sha256": code_hash(), "faults": faults}, indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(render({one.number: (one.op, one.octets) for one in frozen()}), encoding="utf-8")
