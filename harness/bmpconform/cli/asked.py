"""What every command with TARGETs says where one is wrong: usage, with one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from bmpconform.judge.expected import ExpectedError
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
