"""A target's manifest, `adapter.toml`: what it is, what it needs, how it is built and run.

Why a file: who adds a target writes data, and the harness learns no names.
"""

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from bmpconform.targets.launch import MEBIBYTE, Launch, Limits
from bmpconform.wire.value import Value, between, field, from_data, matching

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


class Bounds(Value, frozen=True, forbid_unknown_fields=True):
    """What the adapter may use, as in `Limits`, memory in MiB."""

    memory_mib: Annotated[int, between(1)] = 1024
    memory: Literal["address-space", "resident"] = "address-space"
    processes: Annotated[int, between(1)] = 64


class Described(Value, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every implementation has that can be named, however it is talked to."""

    name: Annotated[str, matching("^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: str
    language: str
    version: str
    url: str
    licence: str
    tracker: str = ""
    detect: Detect = Detect()
    build: Build | None = None
    limits: Bounds = Bounds()


class Manifest(Described, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A target that is talked to by an adapter."""

    run: Run


AnyManifest = TypeVar("AnyManifest", bound=Described)


def load_manifest(folder: Path) -> Manifest:
    """Return the manifest in an adapter's folder. Raises ValueError with the file, the place and the reason."""
    return read_manifest(folder / FILE, Manifest)


def read_manifest(file: Path, shape: type[AnyManifest]) -> AnyManifest:
    """Return a manifest of any shape. Raises ValueError with the file, the place and the reason."""
    try:
        return from_data(tomllib.loads(file.read_text(encoding="utf-8")), shape)
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
