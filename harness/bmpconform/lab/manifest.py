"""The manifest of a daemon that a test can start, `device.toml`: what it is, where it comes from, how it is started.

Why not `adapter.toml`: it speaks BMP over TCP and no protocol of ours, so nothing is asked of it in cases.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bmpconform.lab.daemon import Command
from bmpconform.targets.build import build, is_built, places
from bmpconform.targets.catalogue import ADAPTERS, Missing
from bmpconform.targets.launch import MEBIBYTE, Limits
from bmpconform.targets.manifest import Described, filled, missing_programs, read_manifest
from bmpconform.wire.value import Value, field

FILE = "device.toml"


class DeviceManifest(Described, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A daemon that can be named. `install` is what a person types to get it; `command` has places to be filled in."""

    role: Literal["router", "station"]
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    install: str
    log_mib: int = 16


class Kit(Value, frozen=True):
    """A manifest, and the folder in which it lies with templates and sources."""

    manifest: DeviceManifest
    folder: Path

    def command(self, here: Mapping[str, str]) -> Command:
        """Return how it is started, built if need be, with `here` filled in. Raises TargetError where that fails."""
        build(self.manifest, self.folder)
        filling = {**places(self.manifest, self.folder), **here}
        bounds = self.manifest.limits
        return Command(
            filled(self.manifest.command, filling),
            {name: filled((value,), filling)[0] for name, value in self.manifest.environment.items()},
            Limits(memory=bounds.memory_mib * MEBIBYTE, memory_kind=bounds.memory, processes=bounds.processes),
            self.manifest.log_mib * MEBIBYTE,
        )

    def prepare(self) -> Missing | None:
        """Build it unless that was done; return what it lacks here. Raises TargetError where building fails."""
        if lack := self.missing():
            return lack
        build(self.manifest, self.folder)
        return None

    def missing(self) -> Missing | None:
        """Return what it lacks here, None where it can be started, if need be after a build."""
        needed = self.manifest.detect.run
        if not is_built(self.manifest, self.folder):
            needed += self.manifest.detect.build
        programs = missing_programs(needed)
        return Missing(self.manifest.name, programs) if programs else None

    def render(self, template: str, **values: object) -> str:
        """Return a configuration: a template of the folder with `values`."""
        environment = Environment(
            loader=FileSystemLoader(self.folder),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701 - what comes out is no page: escaping would only spoil it
            keep_trailing_newline=True,
        )
        return environment.get_template(template).render(values)


def load_kits(folder: Path = ADAPTERS) -> dict[str, Kit]:
    """Return all daemons that have a name, by name, sorted. Raises ValueError where a manifest is wrong."""
    found = sorted(file.parent for file in folder.glob(f"*/{FILE}"))
    kits = [Kit(read_manifest(place / FILE, DeviceManifest), place) for place in found]
    return {kit.manifest.name: kit for kit in kits}
