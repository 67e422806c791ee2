"""Builds the C programs that tests use as targets.

Why C: the faults that are looked for are those of its strings.
"""

import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

DECODER = Path(__file__).with_name("cdecoder") / "decoder.c"
STRICT = ("-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic")
# The place of the files that adapters in C count their edges with.
SHIMS = Path(str(resources.files("bmpconform.targets"))) / "shims"
SANITIZED = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


def find_compiler() -> str:
    """Return a C compiler; the test is skipped where there is none."""
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        pytest.skip("no C compiler: none of cc, gcc, clang is on PATH")
    return compiler


def build_counted(folder: Path, source: Path = DECODER) -> Path:
    """Compile the decoder, or another source, with its edges counted, into `folder`, and return the program."""
    compiler = find_compiler()
    pieces = {source: ("-O0", "-DCOUNTED", "-fsanitize-coverage=trace-pc"), SHIMS / "counters.c": ("-O2",)}
    for piece, flags in pieces.items():
        command = [compiler, *STRICT, *flags, f"-I{SHIMS}", "-c", str(piece), "-o", str(folder / f"{piece.stem}.o")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if "trace-pc" in done.stderr:
            pytest.skip("the C compiler does not count edges")
        assert done.returncode == 0, done.stderr
    program = folder / "counted"
    objects = [str(folder / f"{piece.stem}.o") for piece in pieces]
    subprocess.run([compiler, *objects, "-o", str(program)], check=True)
    return program


def build_decoder(folder: Path, *flags: str) -> Path:
    """Compile the decoder into `folder` and return the program; the test is skipped where there is no compiler."""
    compiler = find_compiler()
    program = folder / "cdecoder"
    done = subprocess.run(
        [compiler, *STRICT, *flags, str(DECODER), "-o", str(program)], capture_output=True, text=True, check=False
    )
    if flags == SANITIZED and "cannot find" in done.stderr:
        pytest.skip("the C compiler has no sanitizers")
    assert done.returncode == 0, done.stderr
    return program
