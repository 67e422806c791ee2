"""The targets that have a name, and how any target is made ready to be started.

Why a named skip: a toolchain that is not installed is no failure of the target, and must not go unseen either.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from bmpconform.targets.build import build, is_built, places
from bmpconform.targets.errors import TargetError
from bmpconform.targets.launch import Launch, Limits
from bmpconform.targets.manifest import FILE, Manifest, launch_of, load_manifest, missing_programs
from bmpconform.targets.spec import Kind, TargetSpec, command_of
from bmpconform.wire.value import Value, replace

ADAPTERS = Path(__file__).parents[1] / "adapters"
# A program without a manifest may be a JVM or hold a sanitizer: both map far more than they use.
_OF_ANY_RUNTIME = Limits(memory_kind="resident")


class Adapter(Value, frozen=True):
    """A manifest and the folder in which it lies, with all that is built from."""

    manifest: Manifest
    folder: Path


class Missing(Value, frozen=True):
    """A target that cannot be used here: the programs that are not installed."""

    name: str
    programs: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Return why the target is skipped."""
        return f"not installed: {', '.join(self.programs)}"


def load_adapters(folder: Path = ADAPTERS) -> dict[str, Adapter]:
    """Return all named targets, by name, sorted. Raises ValueError where a manifest is wrong."""
    found = sorted(file.parent for file in folder.glob(f"*/{FILE}"))
    adapters = [Adapter(load_manifest(place), place) for place in found]
    return {adapter.manifest.name: adapter for adapter in sorted(adapters, key=lambda adapter: adapter.manifest.name)}


def missing(adapter: Adapter) -> Missing | None:
    """Return what an adapter lacks here, None where it can be run, if need be after a build."""
    manifest = adapter.manifest
    needed = manifest.detect.run
    if not is_built(manifest, adapter.folder):
        needed += manifest.detect.build
    programs = missing_programs(needed)
    return Missing(manifest.name, programs) if programs else None


def build_beforehand(adapter: Adapter, tell: Callable[[str], None], *, counted: bool) -> None:
    """Build what `prepare` would have to, `counted` or not; `tell` is told a name before. Raises TargetError."""
    for manifest in (adapter.manifest, *([adapter.manifest.counting()] if counted else [])):
        if not is_built(manifest, adapter.folder) and missing(replace(adapter, manifest=manifest)) is None:
            tell(manifest.name)
            build(manifest, adapter.folder)


def prepare(spec: TargetSpec, adapters: dict[str, Adapter] | None = None, *, counted: bool = False) -> Launch | Missing:
    """Return how a target is started, built if need be; if it can be, so that it counts its edges, where that is asked.

    Raises ValueError for a name that there is not, and TargetError where the target cannot be built or used.
    """
    match spec.kind:
        case Kind.NAME:
            return _prepare_named(spec.value, load_adapters() if adapters is None else adapters, counted=counted)
        case Kind.JSONL:
            return Launch(spec.text, command_of(spec), limits=_OF_ANY_RUNTIME)
        case Kind.PY:
            return Launch(spec.text, (sys.executable, "-m", "bmpconform.targets.host", spec.value))
        case Kind.EXEC:
            # Nothing outlives a case but the program that starts the next one; that first has one run for each type.
            command = (sys.executable, "-P", "-m", "bmpconform.targets.execute", *command_of(spec))
            return Launch(
                spec.text, command, limits=replace(_OF_ANY_RUNTIME, start_seconds=30), fresh_after_panic=False
            )
        case Kind.STATION | Kind.ROUTER:
            raise TargetError(f"{spec.text}: targets of kind {spec.kind} cannot be used yet")


def _prepare_named(name: str, adapters: dict[str, Adapter], *, counted: bool) -> Launch | Missing:
    adapter = adapters.get(name)
    if adapter is None:
        raise ValueError(f"there is no target named {name!r}; known are: {', '.join(adapters) or 'none'}")
    if counted:
        adapter = replace(adapter, manifest=adapter.manifest.counting())
    if lack := missing(adapter):
        return lack
    build(adapter.manifest, adapter.folder)
    return launch_of(adapter.manifest, places(adapter.manifest, adapter.folder))
