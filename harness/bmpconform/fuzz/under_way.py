"""What a worker is about to ask, noted in a file of its own: a kill leaves it there, and the next campaign asks it.

Why with what is still owed: a campaign may be killed again before it asked all that the one before left. Why the first
worker takes up notes of numbers that no worker has: nobody else writes those, and no worker waits for another.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from bmpconform.fuzz.asked import Input, as_input
from bmpconform.neutral import Message
from bmpconform.wire.value import json_reader, to_json

UNDER_WAY, _DRAFT = ".under-way", ".new"
_NAME = re.compile(rf"\{UNDER_WAY}-([0-9]+)(\{_DRAFT})?")
_noted = json_reader(str | Message)


class UnderWay:
    """The notes of one worker. Shape: `take_up` once, and `note` before each batch and behind it."""

    def __init__(self, folder: Path, number: int = 0, workers: int = 1) -> None:
        """Keep the notes of worker `number` of so many in the folder of a campaign."""
        self._folder = folder
        self._is_first = number == 0
        self._workers = workers
        self._path = folder / f"{UNDER_WAY}-{number}"
        self._owed: dict[Input, None] = {}

    def take_up(self) -> list[Input]:
        """Return what was under way when it was killed last; it stays noted until it is asked."""
        strays = sorted(self._strays()) if self._is_first else []
        self._owed = dict.fromkeys(chain.from_iterable(map(_inputs, [self._path, *strays])))
        self._write(self._owed)
        for stray in strays:
            stray.unlink(missing_ok=True)
        return list(self._owed)

    def note(self, inputs: Iterable[Input]) -> None:
        """Note inputs that are asked now, or wait to be confirmed, in place of those before them."""
        now = dict.fromkeys(inputs)
        for one in now:
            self._owed.pop(one, None)
        self._write([*now, *self._owed])

    def _strays(self) -> Iterator[Path]:
        """Yield the files of workers that this campaign does not have."""
        for path in self._folder.glob(f"{UNDER_WAY}-*"):
            name = _NAME.fullmatch(path.name)
            if name is not None and int(name[1]) >= self._workers:
                yield path

    def _write(self, inputs: Iterable[Input]) -> None:
        """Note inputs and nothing else; without any there is no file."""
        text = b"".join(to_json(one.hex() if isinstance(one, bytes) else one) + b"\n" for one in inputs)
        draft = self._path.with_name(self._path.name + _DRAFT)
        if text:
            # Not flushed to the disk: a kill of the process is what this is for, and that loses nothing written.
            draft.write_bytes(text)
            draft.replace(self._path)
        else:
            draft.unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)


def _inputs(path: Path) -> Iterator[Input]:
    """Yield what a file has noted; a line that is no input is left out."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        with suppress(ValueError):
            told = _noted(line)
            one = bytes.fromhex(told) if isinstance(told, str) else as_input(told)
            if one is not None:
                yield one
