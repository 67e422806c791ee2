"""Drives one function of this process with mutated octets: by atheris where that is installed, else by a plain loop.

Why both: atheris has wheels for few systems. The mutator is the same, and so is the guide: an input that reaches code
which none had reached is kept. Why names are looked up when they are called: atheris puts others in their place when
it starts, and those that were taken before do nothing, and say nothing of it. For children there is `loop`: this
drives one input at a time, and they answer many at once faster.
"""

import hashlib
import re
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from types import ModuleType

from bmpconform.fuzz.mutate import LONGEST, Mutator
from bmpconform.fuzz.touched import Touched

Test = Callable[[bytes], None]

NO_ATHERIS = (
    "atheris cannot be imported, so a plain loop drives: "
    "python3 -m pip install 'bmpconform[fuzz]' brings it where it has a wheel"
)
# How often atheris's own mutator has its turn: it knows what is compared with what.
_BY_OCTETS = 0.25
_OPTION = re.compile(r"-(\w+)=(.*)")


def drive(test: Test, arguments: Sequence[str] = sys.argv) -> None:
    """Drive `test`, under the arguments of libFuzzer: folders of inputs, the first of which is written to.

    Without atheris `-runs`, `-max_total_time`, `-max_len` and `-seed` are understood, and files to replay.
    """
    try:
        import atheris  # noqa: PLC0415 - it is optional, and takes its time
    except ImportError:
        print(NO_ATHERIS, file=sys.stderr)  # noqa: T201 - what drives is told on the way
        drive_plainly(test, arguments)
    else:
        drive_by(atheris, test, arguments)


def drive_by(atheris: ModuleType, test: Test, arguments: Sequence[str]) -> None:
    """Have atheris drive, with our mutator beside its own. It ends the process itself.

    What it starts again it gives to a shell as it is, `-merge=1` not the least, which then keeps nothing and says so
    nowhere if the shell cannot find it: it is told of Python too, but where that is the program itself, as OSS-Fuzz
    builds it. There it would be taken for an input.
    """
    random = Random(0)  # noqa: S311 - libFuzzer gives the seed each time
    mutator = Mutator(random)
    for octets in _inputs(arguments):
        mutator.learn(octets)

    def mutate(octets: bytes, most: int, seed: int) -> bytes:
        random.seed(seed)
        if random.random() < _BY_OCTETS:
            return bytes(atheris.Mutate(octets, most))
        return mutator.mutate(octets)[:most]

    again = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, arguments[0]]
    atheris.Setup([shlex.join(again), *arguments[1:]], test, custom_mutator=mutate)
    atheris.Fuzz()


def drive_plainly(test: Test, arguments: Sequence[str]) -> None:
    """Drive by a loop of our own, and say at the end how many inputs there were, as libFuzzer does."""
    options = {match[1]: match[2] for match in map(_OPTION.fullmatch, arguments) if match}
    files = [Path(word) for word in arguments[1:] if not word.startswith("-")]
    folders = [path for path in files if path.is_dir()]
    loop = _Loop(test, options, folders[0] if folders else None)
    first = _inputs(arguments)
    if files and not folders:
        loop.replay(first)
    else:
        loop.run(first)


class _Loop:
    """A campaign over one function."""

    def __init__(self, test: Test, options: dict[str, str], folder: Path | None) -> None:
        self._test = test
        self._folder = folder
        self._random = Random(int(options.get("seed", "0")))  # noqa: S311 - it is to be the same again
        self._mutator = Mutator(self._random)
        self._runs = int(options.get("runs", "-1"))
        self._seconds = float(options.get("max_total_time", "0"))
        self._longest = int(options.get("max_len", str(LONGEST)))
        self._prefix = options.get("artifact_prefix", "")
        self._pool: list[bytes] = []
        self._tried = 0

    def replay(self, inputs: Sequence[bytes]) -> None:
        for octets in inputs:
            self._test(octets)

    def run(self, first: Sequence[bytes]) -> None:
        began = time.monotonic()
        with Touched() as touched:
            for octets in first or [b""]:
                self._try(octets, touched)
            while self._tried != self._runs and not 0 < self._seconds <= time.monotonic() - began:
                self._try(self._mutator.mutate(self._random.choice(self._pool))[: self._longest], touched)
        print(f"stat::number_of_executed_units: {self._tried}", file=sys.stderr)  # noqa: T201 - as libFuzzer says it

    def _try(self, octets: bytes, touched: Touched) -> None:
        self._tried += 1
        try:
            is_new = touched.by(self._test, octets)
        except BaseException:
            Path(f"{self._prefix}crash-{hashlib.sha256(octets).hexdigest()}").write_bytes(octets)
            raise
        if is_new or not self._pool:
            self._pool.append(octets)
            self._mutator.learn(octets)
            if self._folder is not None:
                (self._folder / hashlib.sha256(octets).hexdigest()).write_bytes(octets)


def _inputs(arguments: Sequence[str]) -> list[bytes]:
    """Return the inputs in the folders and files among the arguments, in the order of their names."""
    paths = [Path(word) for word in arguments[1:] if not word.startswith("-")]
    files = [one for path in paths for one in (sorted(path.iterdir()) if path.is_dir() else [path])]
    return [file.read_bytes() for file in files if file.is_file()]
