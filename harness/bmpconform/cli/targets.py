"""The commands about implementations under test: what is known here, and how it is made ready."""

import platform
import shutil
import sys
from collections.abc import Callable, Iterator

import click
from rich.text import Text

from bmpconform.exits import TARGET_UNUSABLE, UNUSABLE
from bmpconform.lab.catalogue import NAMES
from bmpconform.report.layout import labelled, table
from bmpconform.report.terminal import Output
from bmpconform.run.contenders import contenders
from bmpconform.run.runner import Contender
from bmpconform.show.printable import printable
from bmpconform.targets.build import is_built
from bmpconform.targets.catalogue import Adapter, Missing, load_adapters, missing, prepare
from bmpconform.targets.errors import TargetError
from bmpconform.targets.spec import parse_target

# Of what a target that does not start wrote to stderr.
LAST_LINES = 20


@click.group(invoke_without_command=True, short_help="List, build or examine implementations.")
@click.pass_context
def targets(context: click.Context) -> None:
    """List the implementations that bmpconform knows by name, build one, or find out what is wrong with one."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@targets.command(name="list", short_help="List the targets that have a name, and whether they are ready.")
def list_() -> None:
    """List the targets that have a name, and whether they are ready, can be built here, or what is missing."""
    rows = [
        (name, adapter.manifest.version, adapter.manifest.language, adapter.manifest.licence, state_of(adapter))
        for name, adapter in load_adapters().items()
    ]
    rows += [(f"router:{name}", "", "live", "", _live_state(make)) for name, make in NAMES.routers.items()]
    rows += [(f"station:{name}", "", "live", "", _live_state(make)) for name, make in NAMES.collectors.items()]
    Output().print_lines(table(("name", "version", "language", "licence", "state"), rows))


def _live_state(make: Callable[[], object]) -> str:
    """Return in words whether a live target can be started here."""
    try:
        make()
    except TargetError as error:
        return str(error)
    return "ready"


def state_of(adapter: Adapter) -> str:
    """Return in words whether a target is ready here."""
    lack = missing(adapter)
    if lack is not None:
        return lack.reason
    if adapter.manifest.build is None or is_built(adapter.manifest, adapter.folder):
        return "ready"
    return f"can be built: bmpconform targets build {adapter.manifest.name}"


@targets.command(no_args_is_help=True, short_help="Build a target into the cache folder.")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
def build(names: tuple[str, ...]) -> None:
    """Build each NAME into the cache folder, from the sources and lock files that bmpconform has.

    Exit code 3 where one cannot be built; what this machine has no toolchain for is skipped.
    """
    output, adapters = Output(), load_adapters()
    unknown = [name for name in names if name not in adapters]
    if unknown:
        raise click.UsageError(f"There is no target named {printable(unknown[0])}; there is {', '.join(adapters)}.")
    failed = built = 0
    for name in names:
        try:
            ready = prepare(parse_target(name), adapters)
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
    chosen = names or tuple(name for name, adapter in adapters.items() if state_of(adapter) == "ready")
    try:
        suspects = contenders(chosen, None, None)
    except ValueError as error:
        raise click.UsageError(f"{printable(str(error))}.") from error
    output.print_lines(_machine(output.width))
    examined = [_examine(suspect, output) for suspect in suspects]
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
