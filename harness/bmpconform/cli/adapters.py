"""The command for those who bring an implementation of their own: new-adapter."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from bmpconform.report.terminal import Output
from bmpconform.show.printable import printable
from bmpconform.skeletons import SKELETONS, Skeleton, write_skeleton


@click.command(name="new-adapter", no_args_is_help=True, short_help="Begin an adapter for your implementation.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--lang", "language", type=click.Choice(list(SKELETONS)), required=True, help="The language it is in.")
def new_adapter(folder: Path, language: str) -> None:
    """Write an adapter into DIR, which must be new or empty: a program that speaks the adapter protocol.

    It runs as it stands, with a small decoder in the place where calls of your library go.
    """
    shown = printable(str(folder))
    try:
        skeleton = write_skeleton(folder, language)
    except FileExistsError as error:
        raise click.UsageError(f"{shown} is not empty: name a new folder.") from error
    except OSError as error:
        raise click.ClickException(f"{shown} cannot be written: {error.strerror or error}.") from error
    Output().write("".join(f"{line}\n" for line in _next_steps(shown, skeleton)))


def _next_steps(folder: str, skeleton: Skeleton) -> Iterator[str]:
    yield f"The adapter is in {folder}. It decodes Initiation as it stands, so it can be judged at once:"
    yield ""
    for step in (f"cd {shlex.quote(folder)}", skeleton.build, f"bmpconform run {_target(skeleton)}"):
        if step:
            yield f"  {step}"
    yield ""
    yield f"Then put calls of your library into {skeleton.yours}; README.md tells how."


def _target(skeleton: Skeleton) -> str:
    return shlex.quote(f"jsonl:{skeleton.command}")
