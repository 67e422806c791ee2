"""A target's manifest, `adapter.toml`: what it is, what it needs, how it is built and run.

Why a file: who adds a target writes data, and the harness learns no names.
"""

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from bmpconform.targets.launch import MEBIBYTE, Launch, Limits
from bmpconform.wire.value import Value, between, field, from_data, matching, replace

FILE = "adapter.toml"


class Detect(Value, frozen=True, forbid_unknown_fields=True):
    """The programs that must be on PATH, to build and to run."""

    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()


class Build(Value, frozen=True, forbid_unknown_fields=True):
    """Commands, in order, in a copy of the adapter's folder; all of them together have so many seconds.

    `shared` names neighbours of that folder that are built in: their copies are neighbours of its copy.
    """

    steps: tuple[tuple[str, ...], ...]
    shared: tuple[Annotated[str, matching("^[a-z0-9]+(-[a-z0-9]+)*$")], ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    seconds: float = 900


class Run(Value, frozen=True, forbid_unknown_fields=True):
    """How the adapter is started, and what time it has."""

    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    start_seconds: float = 10
    case_seconds: float = 2
    deterministic: bool = False
    fresh_after_panic: bool = True


class Counted(Value, frozen=True, forbid_unknown_fields=True):
    """How the adapter is built and run so that it counts its edges for a campaign, in place of `build` and `run`.

    `detect` are programs that this needs beside the others.
    """

    steps: tuple[tuple[str, ...], ...]
    command: tuple[str, ...]
    detect: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)


class Bounds(Value, frozen=True, forbid_unknown_fields=True):
    """What the adapter may use, as in `Limits`, memory in MiB."""

    memory_mib: Annotated[int, between(1)] = 1024
    memory: Literal["address-space", "resident"] = "address-space"
    processes: Annotated[int, between(1)] = 64


class Manifest(Value, frozen=True, forbid_unknown_fields=True):
    """A target that can be named."""

    name: Annotated[str, matching("^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: str
    language: str
    version: str
    url: str
    licence: str
    run: Run
    tracker: str = ""
    detect: Detect = Detect()
    build: Build | None = None
    limits: Bounds = Bounds()
    counted: Counted | None = None

    def counting(self) -> "Manifest":
        """Return the manifest of the build that counts its edges; this one where there is none, or a program lacks."""
        counted = self.counted
        if counted is None or self.build is None or missing_programs(counted.detect):
            return self
        build = replace(self.build, steps=counted.steps, environment={**self.build.environment, **counted.environment})
        return replace(self, name=f"{self.name}-counted", build=build, run=replace(self.run, command=counted.command))


def load_manifest(folder: Path) -> Manifest:
    """Return the manifest in an adapter's folder. Raises ValueError with the file, the place and the reason."""
    file = folder / FILE
    try:
        return from_data(tomllib.loads(file.read_text(encoding="utf-8")), Manifest)
    except (OSError, ValueError) as error:
        raise ValueError(f"{file}: {error}") from error


def missing_programs(programs: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `programs` that are not on PATH."""
    return tuple(program for program in programs if shutil.which(program) is None)


def launch_of(manifest: Manifest, places: Mapping[str, str]) -> Launch:
    """Return how a built adapter is started, with `places` filled in."""
    run, bounds = manifest.run, manifest.limits
    return Launch(
        name=manifest.name,
        command=filled(run.command, places),
        environment={name: filled((value,), places)[0] for name, value in run.environment.items()},
        limits=Limits(
            start_seconds=run.start_seconds,
            case_seconds=run.case_seconds,
            memory=bounds.memory_mib * MEBIBYTE,
            memory_kind=bounds.memory,
            processes=bounds.processes,
        ),
        deterministic=run.deterministic,
        fresh_after_panic=run.fresh_after_panic,
    )


def filled(words: tuple[str, ...], places: Mapping[str, str]) -> tuple[str, ...]:
    """Return `words` with `{build}`, `{adapter}` and `{python}` replaced; other braces stay as they are."""
    result = words
    for name, place in places.items():
        result = tuple(word.replace(f"{{{name}}}", place) for word in result)
    return result
