"""The commands about the vectors themselves: list, lint, fmt and copy."""

import shutil
from pathlib import Path

import click
from rich.text import Text

from bmpconform.cli.judging import read_corpus
from bmpconform.corpus.lint import lint as find_problems
from bmpconform.corpus.load import select
from bmpconform.corpus.location import CorpusError, vectors_folder
from bmpconform.corpus.write import write_vectors
from bmpconform.exits import CORPUS_INVALID
from bmpconform.live.scripts import lint_scripts, load_scripts, select_scripts, write_scripts
from bmpconform.report.layout import count_of, table
from bmpconform.report.terminal import Output
from bmpconform.show.printable import printable
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES

_folder = click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))


@click.group(no_args_is_help=True, short_help="List, check, format or copy the vectors.")
def vectors() -> None:
    """List, check, format or copy the stored cases that `run` judges by."""


@vectors.command(name="list", short_help="List the vectors.")
@click.option("--vectors", "pattern", metavar="GLOB", default="*", help="Only those whose id fits.")
def list_(pattern: str) -> None:
    """List the vectors and the scripts: id, ops, first profile and title. We play a script as `station` or `router`."""
    output, profile = Output(), PROFILES[DEFAULT_PROFILE]
    chosen = select(read_corpus(), pattern, profile)
    scripts = select_scripts(load_scripts(), pattern, profile)
    if not chosen and not scripts:
        raise click.UsageError(f"No vector fits {printable(pattern)}.")
    rows = [(vector.id, " ".join(op.value for op in vector.ops), vector.profile, vector.title) for vector in chosen]
    rows += [(script.id, f"live {script.role}", script.profile, script.title) for script in scripts]
    output.print_lines(table(("id", "ops", "profile", "title"), rows))


@vectors.command(short_help="Hold the vectors against their schema, the rules and the codec.")
@_folder
def lint(folder: Path | None) -> None:
    """Check the vectors in DIR, or those that bmpconform has. Exit code 4 where one is wrong."""
    output = Output()
    problems = [*find_problems(folder or vectors_folder()), *lint_scripts(folder)]
    for problem in problems:
        output.print_lines([Text(printable(f"{problem.file}  {problem.vector}  {problem.reason}"))])
    output.print_lines([Text(f"{count_of(len(problems), 'problem')}." if problems else "No problem.")])
    click.get_current_context().exit(CORPUS_INVALID if problems else 0)


@vectors.command(short_help="Write the vectors in their one form.")
@_folder
def fmt(folder: Path | None) -> None:
    """Write the files in DIR, or those that bmpconform has, as the formatter would, and name those that changed."""
    output = Output()
    try:
        changed = [*write_vectors(folder or vectors_folder()), *write_scripts(folder or vectors_folder())]
    except CorpusError as error:
        raise click.ClickException(f"{printable(str(error))}") from error
    output.print_lines(Text(printable(name)) for name in changed)


@vectors.command(short_help="Copy the vectors, for people who do not want the runner.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def copy(folder: Path) -> None:
    """Copy all vectors, with their schema and recorded streams, into DIR, which must not exist."""
    try:
        shutil.copytree(vectors_folder(), folder)
    except FileExistsError as error:
        raise click.UsageError(f"{printable(str(folder))} exists already: name a new folder.") from error
    except OSError as error:
        raise click.ClickException(f"{printable(str(folder))} cannot be written: {error.strerror or error}.") from error
    Output().print_lines([Text(f"The vectors are in {printable(str(folder))}; its README.md says how to read them.")])
