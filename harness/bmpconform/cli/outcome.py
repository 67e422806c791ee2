"""How a command ends: its exit code, and what it says on standard error."""

from collections.abc import Mapping
from contextlib import suppress

import click

from bmpconform.capture.interrupt import Interrupt
from bmpconform.exits import INTERRUPTED
from bmpconform.show.printable import printable

DEBUG = "BMPCONFORM_DEBUG"


def complain(source: str, text: str) -> None:
    """Say on standard error what is wrong with a source."""
    say(f"bmpconform: {printable(source)}: {printable(text)}")


def say(text: str) -> None:
    """Say something on standard error, unless nobody is there."""
    with suppress(OSError):
        click.echo(text, err=True)


def say_defect(error: str, trace: str, environment: Mapping[str, str]) -> None:
    """Say on standard error that something is wrong with us, and where, if `environment` asks for that."""
    if trace and environment.get(DEBUG):
        say(trace.rstrip("\n"))
    say(
        f"bmpconform: this is a defect in bmpconform ({printable(error)}). Please report it, with the input if you may "
        f"and with what it prints when {DEBUG}=1 is set."
    )


def leave(code: int, interrupt: Interrupt) -> None:
    """End the command with `code`; an interrupt shows where all was clean until then."""
    click.get_current_context().exit(code or (INTERRUPTED if interrupt.requested else 0))
