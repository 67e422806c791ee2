"""The commands about implementations under test: what is known here, and how it is made ready."""

import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from rich.text import Text

from bmpconform.cli.asked import ready, wrong_targets
from bmpconform.exits import TARGET_UNUSABLE, UNUSABLE
from bmpconform.lab.catalogue import NAMES
from bmpconform.lab.manifest import load_kits
from bmpconform.report.layout import labelled, table
from bmpconform.report.terminal import Output
from bmpconform.run.contenders import contenders
from bmpconform.run.runner import Contender
from bmpconform.show.printable import printable
from bmpconform.targets.build import is_built
from bmpconform.targets.catalogue import Adapter, Missing, load_adapters, missing, prepare
from bmpconform.targets.errors import TargetError
from bmpconform.targets.manifest import Described
from bmpconform.targets.spec import parse_target

# Of what a target that does not start wrote to stderr.
LAST_LINES = 20
READY = "ready"


@click.group(invoke_without_command=True, short_help="List, build or examine implementations.")
@click.pass_context
def targets(context: click.Context) -> None:
    """List the implementations that bmpconform knows by name, build one, or find out what is wrong with one."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@targets.command(name="list", short_help="List the targets that have a name, and whether they are ready.")
def list_() -> None:
    """List the targets that have a name, and whether they are ready, can be built here, or what is missing.

    Routers and collectors are typed with their role in front: router:NAME, station:NAME.
    """
    rows = [_row(name, adapter.manifest, state_of(adapter)) for name, adapter in load_adapters().items()]
    rows += [_live_row("router", name, make) for name, make in NAMES.routers.items()]
    rows += [_live_row("station", name, make) for name, make in NAMES.collectors.items()]
    Output().print_lines(table(("name", "version", "language", "licence", "state"), rows))


def _row(name: str, manifest: Described, state: str) -> tuple[str, ...]:
    return name, manifest.version, manifest.language, manifest.licence, state


def _live_row(role: str, name: str, make: Callable[[], object]) -> tuple[str, ...]:
    """Return the row of a live target; our own pair and what is set up otherwise have no manifest of their name."""
    kit, state = load_kits().get(name), _live_state(make)
    if kit is None:
        return f"{role}:{name}", "", "", "", state
    return _row(f"{role}:{name}", kit.manifest, _ready_or_buildable(kit.manifest, kit.folder, state))


def _live_state(make: Callable[[], object]) -> str:
    """Return in words whether a live target can be started here."""
    try:
        make()
    except TargetError as error:
        return str(error)
    return READY


def state_of(adapter: Adapter) -> str:
    """Return in words whether a target is ready here."""
    lack = missing(adapter)
    if lack is not None:
        return lack.reason
    return _ready_or_buildable(adapter.manifest, adapter.folder)


def _ready_or_buildable(manifest: Described, folder: Path, state: str = READY) -> str:
    """Return a state, or that a target must be built before it is ready."""
    if state != READY or is_built(manifest, folder):
        return state
    return f"can be built: bmpconform targets build {manifest.name}"


@targets.command(no_args_is_help=True, short_help="Build a target into the cache folder.")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
def build(names: tuple[str, ...]) -> None:
    """Build each NAME into the cache folder, from the sources and lock files that bmpconform has.

    Exit code 3 where one cannot be built; what this machine has no toolchain for is skipped.
    """
    output, adapters, kits = Output(), load_adapters(), load_kits()
    unknown = [name for name in names if name not in adapters | kits]
    if unknown:
        known = ", ".join(sorted(adapters | kits))
        raise click.UsageError(f"There is no target named {printable(unknown[0])}; there is {known}.")
    failed = built = 0
    for name in names:
        try:
            ready = kits[name].prepare() if name in kits else prepare(parse_target(name), adapters)
        except TargetError as error:
            failed += 1
            output.print_lines([Text(f"{name}  cannot be built: {printable(str(error))}")])
            continue
        built += not isinstance(ready, Missing)
        word = f"skipped: {ready.reason}" if isinstance(ready, Missing) else "ready"
        output.print_lines([Text(f"{name}  {printable(word)}")])
    click.get_current_context().exit(TARGET_UNUSABLE if failed else 0 if built else UNUSABLE)


@targets.command(short_help="Find out why a target does not work.")
@click.argument("names", metavar="[TARGET]...", nargs=-1)
def doctor(names: tuple[str, ...]) -> None:
    """Start each TARGET, or all that are ready, and say what it answers, or why it does not.

    Exit code 3 where one does not work.
    """
    output = Output()
    adapters = load_adapters()
    chosen = names or tuple(name for name, adapter in adapters.items() if state_of(adapter) == READY)
    with wrong_targets():
        suspects = contenders(chosen, None, None)
    output.print_lines(_machine(output.width))
    examined = [_examine(suspect, output) for suspect in ready(suspects)]
    click.get_current_context().exit(0 if all(examined) else TARGET_UNUSABLE)


def _examine(contender: Contender, output: Output) -> bool:
    """Start a target and say what it answers; return whether it works."""
    output.print_lines([Text(printable(contender.name))])
    try:
        target = contender.open()
        try:
            greeted = target.hello()
        finally:
            target.close()
    except TargetError as error:
        output.print_lines(labelled("fault", str(error), output.width))
        for line in error.stderr.splitlines()[-LAST_LINES:]:
            output.print_lines(labelled("stderr", line, output.width))
        return False
    able = greeted.capabilities
    words = f"works: {greeted.name} {greeted.version}, {', '.join(able.ops)}, BGP {able.bgp}"
    output.print_lines(labelled("", words, output.width))
    return True


def _machine(width: int) -> Iterator[Text]:
    """Yield what this machine has that targets may need."""
    yield from labelled("python", f"{sys.version.split()[0]} on {platform.system()} {platform.machine()}", width)
    programs = sorted({program for adapter in load_adapters().values() for program in adapter.manifest.detect.build})
    for program in programs:
        yield from labelled(program, shutil.which(program) or "not installed", width)
