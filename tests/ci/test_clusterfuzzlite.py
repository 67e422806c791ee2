"""The fuzz targets are built where ClusterFuzzLite and OSS-Fuzz build them: one each, with seeds and options."""

import os
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".clusterfuzzlite" / "build.sh"
# Of the images of OSS-Fuzz; here they note what they are asked for.
HELPERS = ("pip3", "compile_python_fuzzer")
NOTE = '#!/bin/sh\necho "$(basename "$0") $*" >>"$OUT/asked"\n'

BASH = shutil.which("bash")

pytestmark = pytest.mark.skipif(not (BASH and shutil.which("zip")), reason="no bash, or no zip: nothing is built")


def test_each_target_is_built_with_its_seeds_and_its_options(tmp_path: Path) -> None:
    helpers, out = tmp_path / "helpers", tmp_path / "out"
    for folder in (helpers, out):
        folder.mkdir()
    for name in HELPERS:
        (helpers / name).write_text(NOTE, encoding="utf-8")
        (helpers / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{helpers}{os.pathsep}{os.environ['PATH']}", "OUT": str(out)}
    subprocess.run([str(BASH), "-eu", str(BUILD)], cwd=ROOT, env=environment, check=True)
    targets = sorted(
        path.stem for path in (ROOT / "fuzz").glob("*.py") if "\ndef TestOneInput(" in path.read_text(encoding="utf-8")
    )
    assert len(targets) >= 5
    asked = (out / "asked").read_text(encoding="utf-8").splitlines()
    assert asked[0] == "pip3 install ."
    assert [line.split()[:2] for line in asked[1:]] == [
        ["compile_python_fuzzer", f"fuzz/{name}.py"] for name in targets
    ]
    for name in targets:
        assert ZipFile(out / f"{name}_seed_corpus.zip").namelist()
        assert (out / f"{name}.options").read_text(encoding="utf-8") == "[libfuzzer]\nmax_len = 4096\n"
