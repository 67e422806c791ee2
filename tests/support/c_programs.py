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


# How each compiler is told to count edges.
COUNTED = {"gcc": "trace-pc", "clang": "trace-pc-guard"}


def find_compiler(*names: str) -> str:
    """Return a C compiler, the first of those names that is there; the test is skipped where there is none."""
    names = names or ("cc", "gcc", "clang")
    compiler = next(filter(None, map(shutil.which, names)), None)
    if compiler is None:
        pytest.skip(f"no C compiler: none of {', '.join(names)} is on PATH")
    return compiler


def build_counted(folder: Path, source: Path = DECODER, compiler_name: str = "gcc") -> Path:
    """Compile the decoder, or another source, with its edges counted, into `folder`, and return the program."""
    compiler, edges = find_compiler(compiler_name), COUNTED[compiler_name]
    pieces = {source: ("-O0", "-DCOUNTED", f"-fsanitize-coverage={edges}"), SHIMS / "counters.c": ("-O2",)}
    for piece, flags in pieces.items():
        command = [compiler, *STRICT, *flags, f"-I{SHIMS}", "-c", str(piece), "-o", str(folder / f"{piece.stem}.o")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if "trace-pc" in done.stderr:
            pytest.skip(f"this {compiler_name} does not count edges")
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
