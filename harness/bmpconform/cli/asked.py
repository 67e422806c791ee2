"""What every command with TARGETs says of them: where one is wrong, and that one has to be built first.

Why built before all else: it takes minutes, and would be taken for work on a target that does not answer.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

from bmpconform.cli.outcome import complain
from bmpconform.judge.expected import ExpectedError
from bmpconform.run.contenders import built
from bmpconform.run.runner import Contender
from bmpconform.show.printable import printable


@contextmanager
def wrong_targets() -> Iterator[None]:
    """End the command where a TARGET as typed is none, or an expected.toml cannot be read."""
    try:
        yield
    except ValueError as error:
        raise click.UsageError(f"{printable(str(error))}.") from error
    except ExpectedError as error:
        raise click.ClickException(f"{printable(str(error))}.") from error


def ready(judged: Iterable[Contender], *, counted: bool = False) -> list[Contender]:
    """Return targets, built where they have to be, each of which is told. Ctrl-C ends the build, and the command."""
    return built(judged, lambda name: complain(name, "is being built, once; Ctrl-C ends it."), counted=counted)
