"""The fuzz targets are built where ClusterFuzzLite and OSS-Fuzz build them: one each, with seeds and options.

Why their Dockerfiles are followed here: what a context lacks is missed only where there is Docker and their image.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]
OSS_FUZZ = ROOT / "fuzz" / "oss-fuzz"
# The folder with Dockerfile and project.yaml, and the context that it is built in.
LAYOUTS = {"ClusterFuzzLite": (ROOT / ".clusterfuzzlite", ROOT), "OSS-Fuzz": (OSS_FUZZ, OSS_FUZZ)}
# Of the images of OSS-Fuzz; here they note what they are asked for, and what is cloned is this checkout.
NOTE = '#!/bin/sh\necho "$(basename "$0") $*" >>"$OUT/asked"\n'
HELPERS = {"pip3": NOTE, "compile_python_fuzzer": NOTE, "git": '#!/bin/sh\n[ "$1" = clone ] && cp -R "$CLONED" "$5"\n'}
# Of what is no part of a build, or large.
LEFT_OUT = shutil.ignore_patterns(".git", ".tox", ".*_cache", ".venv", "reports", "tests", "vectors")

BASH = shutil.which("bash")
builds = pytest.mark.skipif(not (BASH and shutil.which("zip")), reason="no bash, or no zip: nothing is built")


class Image:
    """What a Dockerfile makes, as far as ours need it: /src in a folder, and the helpers on PATH."""

    def __init__(self, folder: Path) -> None:
        self.source, self.out, helpers = (folder / name for name in ("src", "out", "helpers"))
        for path in (self.source, self.out, helpers):
            path.mkdir()
        for name, text in HELPERS.items():
            (helpers / name).write_text(text, encoding="utf-8")
            (helpers / name).chmod(0o755)
        self.folder = self.source
        shutil.copytree(ROOT, folder / "checkout", ignore=LEFT_OUT)
        self._environment = {
            **os.environ,
            "PATH": f"{helpers}{os.pathsep}{os.environ['PATH']}",
            "SRC": str(self.source),
            "OUT": str(self.out),
            "CLONED": str(folder / "checkout"),
        }

    def follow(self, line: str, context: Path) -> None:
        """Do what a line of a Dockerfile says."""
        word, _, rest = line.partition(" ")
        match word:
            case "RUN":
                self.run("-c", rest)
            case "WORKDIR":
                self.folder /= self._named(rest)
            case "COPY":
                copied, goal = rest.split()
                copy = shutil.copytree if (context / copied).is_dir() else shutil.copy
                copy(context / copied, self._named(goal))
            case _:
                assert word in {"#", "FROM"}

    def run(self, *arguments: str) -> None:
        """Have bash run something where the image is."""
        subprocess.run([str(BASH), "-eu", *arguments], cwd=self.folder, env=self._environment, check=True)

    def _named(self, text: str) -> Path:
        return Path(text.replace("$SRC", str(self.source)))


@builds
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_target_is_built_with_its_seeds_and_its_options(layout: str, tmp_path: Path) -> None:
    folder, context = LAYOUTS[layout]
    image = Image(tmp_path)
    for line in (folder / "Dockerfile").read_text(encoding="utf-8").splitlines():
        image.follow(line, tmp_path / "checkout" if context == ROOT else context)
    image.run(str(image.source / "build.sh"))
    targets = sorted(
        path.stem for path in (ROOT / "fuzz").glob("*.py") if "\ndef TestOneInput(" in path.read_text(encoding="utf-8")
    )
    assert len(targets) >= 5
    asked = (image.out / "asked").read_text(encoding="utf-8").splitlines()
    assert asked[0] == "pip3 install ."
    assert [line.split()[:2] for line in asked[1:]] == [
        ["compile_python_fuzzer", f"fuzz/{name}.py"] for name in targets
    ]
    for name in targets:
        assert ZipFile(image.out / f"{name}_seed_corpus.zip").namelist()
        assert (image.out / f"{name}.options").read_text(encoding="utf-8") == "[libfuzzer]\nmax_len = 4096\n"


def project(layout: str) -> dict[str, Any]:
    yaml = pytest.importorskip("yaml", reason="not installed: PyYAML")
    held: dict[str, Any] = yaml.safe_load((LAYOUTS[layout][0] / "project.yaml").read_text(encoding="utf-8"))
    return held


def test_a_project_of_oss_fuzz_has_what_is_demanded_there_beside_what_clusterfuzzlite_reads() -> None:
    ours = project("ClusterFuzzLite")
    assert ours == {"language": "python", "fuzzing_engines": ["libfuzzer"], "sanitizers": ["address"]}
    theirs = project("OSS-Fuzz")
    assert theirs.keys() - ours.keys() == {"homepage", "main_repo", "primary_contact"}
    assert ours.items() <= theirs.items()


def test_what_is_to_be_filled_in_for_oss_fuzz_is_said() -> None:
    blanks = {blank for path in OSS_FUZZ.iterdir() for blank in re.findall(r"<\w+>", path.read_text(encoding="utf-8"))}
    assert blanks == {"<homepage>", "<main_repo>", "<primary_contact>"}
    said = (ROOT / "fuzz" / "README.md").read_text(encoding="utf-8")
    assert [blank for blank in blanks if f"`{blank}`" not in said] == []
