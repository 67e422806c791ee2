"""Builds an adapter into the cache, once for each state of its files.

Why in place under a lock, and not elsewhere and then moved: what is built may know its own place, as a virtual
environment does. A build counts from when its mark is there, which is set last and at once.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bmpconform.targets.errors import TargetError
from bmpconform.targets.launch import Limits
from bmpconform.targets.manifest import Build, Described, filled
from bmpconform.targets.supervised import Supervised

CACHE_VARIABLE = "BMPCONFORM_CACHE"
SOURCE, LOG, MARK = "source", "build.log", "built"
EXPECTED = "expected.toml"
LOG_TAIL_OCTETS = 8 * 1024
UNLIMITED = Limits(memory=1 << 60, memory_kind="resident", processes=1 << 20, cpu_seconds=1 << 30)
NO_SOURCE = shutil.ignore_patterns("__pycache__", "*.pyc")


def cache_folder() -> Path:
    """Return where what is built is kept: `$BMPCONFORM_CACHE`, else below the user's cache folder (XDG)."""
    if own := os.environ.get(CACHE_VARIABLE):
        return Path(own).absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute() / "bmpconform"


def build_folder(manifest: Described, folder: Path) -> Path:
    """Return where the adapter in `folder` is built: a place of its own for each state of its files and each Python."""
    return cache_folder() / "targets" / f"{manifest.name}-{_fingerprint(manifest, folder)}"


def places(manifest: Described, folder: Path) -> dict[str, str]:
    """Return what `{build}`, `{adapter}` and `{python}` stand for."""
    return {"build": str(build_folder(manifest, folder)), "adapter": str(folder), "python": sys.executable}


def is_built(manifest: Described, folder: Path) -> bool:
    """Whether there is nothing left to build."""
    return manifest.build is None or (build_folder(manifest, folder) / MARK).exists()


def build(manifest: Described, folder: Path) -> Path:
    """Build the adapter in `folder` unless that was done, and return where. Raises TargetError where it fails."""
    target = build_folder(manifest, folder)
    if manifest.build is None or is_built(manifest, folder):
        return target
    with _locked(target):
        if not is_built(manifest, folder):
            shutil.rmtree(target, ignore_errors=True)
            for name, origin in _sources(manifest.build, folder):
                shutil.copytree(origin, target / name, ignore=NO_SOURCE)
            _run(manifest.build, places(manifest, folder), target)
            (target / MARK).touch()
    return target


def _sources(steps: Build | None, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield what a build is made from, with the name of its copy: the adapter's folder, and those it shares."""
    yield SOURCE, folder
    for name in steps.shared if steps else ():
        yield name, folder.parent / name


def _fingerprint(manifest: Described, folder: Path) -> str:
    """Return what tells builds apart: every file of their sources, the version, the Python and the machine.

    What is expected of a target is no part of it.
    """
    digest = hashlib.sha256()
    parts = [manifest.version, sys.version, sys.base_prefix, platform.machine()]
    for name, origin in _sources(manifest.build, folder):
        for file in sorted(path for path in origin.rglob("*") if _is_source(path)):
            place = Path(name, file.relative_to(origin)).as_posix()
            parts += [place, hashlib.sha256(file.read_bytes()).hexdigest()]
    for part in parts:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:16]


def _is_source(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and path.name != EXPECTED


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Hold the only right to build in `target`; another process waits for it."""
    import fcntl  # noqa: PLC0415 - only builds need it, and not every system has it

    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(target.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(steps: Build, filling: dict[str, str], target: Path) -> None:
    environment = {name: filled((value,), filling)[0] for name, value in steps.environment.items()}
    deadline = time.monotonic() + steps.seconds
    log = target / LOG
    for step in steps.steps:
        command = filled(step, filling)
        with log.open("ab") as output:
            streams = (subprocess.DEVNULL, output, output)
            program = Supervised(command, environment, UNLIMITED, streams, target / SOURCE)
            try:
                how = program.end(max(deadline - time.monotonic(), 0)) or f"no end within {steps.seconds:g} s"
            finally:
                program.kill()
        if how != "exit-0":
            raise TargetError(f"building it failed at `{' '.join(command)}`: {how}", _tail(log))


def _tail(log: Path) -> str:
    return log.read_bytes()[-LOG_TAIL_OCTETS:].decode(errors="replace")
