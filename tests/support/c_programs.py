"""Builds the C programs that tests use as targets.

Why C: the faults that are looked for are those of its strings.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

DECODER = Path(__file__).with_name("cdecoder") / "decoder.c"
STRICT = ("-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic")
SANITIZED = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


def build_decoder(folder: Path, *flags: str) -> Path:
    """Compile the decoder into `folder` and return the program; the test is skipped where there is no compiler."""
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        pytest.skip("no C compiler: none of cc, gcc, clang is on PATH")
    program = folder / "cdecoder"
    done = subprocess.run(
        [compiler, *STRICT, *flags, str(DECODER), "-o", str(program)], capture_output=True, text=True, check=False
    )
    if flags == SANITIZED and "cannot find" in done.stderr:
        pytest.skip("the C compiler has no sanitizers")
    assert done.returncode == 0, done.stderr
    return program
