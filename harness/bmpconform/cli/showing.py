"""The command that shows what a router sends, field by field: show."""

from collections.abc import Iterable, Iterator

import click

from bmpconform import __version__
from bmpconform.capture.inputs import InputError, Reading, read_input
from bmpconform.capture.interrupt import Interrupt
from bmpconform.capture.pieces import TroubleKind
from bmpconform.check import Options
from bmpconform.cli.octets import Teller, shown_name
from bmpconform.cli.options import INPUT_HELP, explained, formats, port_option, profile_option
from bmpconform.cli.outcome import complain, leave
from bmpconform.exits import UNUSABLE
from bmpconform.report.shown import SCHEMA, ShownHeader, render_shown_json, render_shown_text
from bmpconform.report.terminal import Output, Progress
from bmpconform.show import Shown, ShownEnd, ShownMessage, ShownTrouble
from bmpconform.show import show as show_stream
from bmpconform.spec.profiles import PROFILES

NOT_BMP = f"capture-{TroubleKind.NOT_BMP.value}"


@click.command(no_args_is_help=True, short_help="Show a file field by field, with what is wrong in place.")
@click.argument("source", metavar="INPUT")
@click.option("--message", metavar="N", type=click.IntRange(min=0), help="Message N of each stream, from 0.")
@formats("text", "json")
@profile_option
@port_option
@explained(
    INPUT_HELP,
    """\b
Examples:
  bmpconform show router.bmp
  bmpconform show router.bmp --message 3
  echo 0300000006 | bmpconform show -
""",
)
def show(source: str, message: int | None, form: str, profile: str, port: int | None) -> None:
    """Show the octets of INPUT field by field, with what they mean and what is wrong with them.

    Findings do not change the exit code: 0 if messages were shown, 2 if not.
    """
    options = Options(PROFILES[profile])
    output, interrupt, name = Output(), Interrupt(), shown_name(source)
    seen, reading = Seen(), Reading(port, interrupt=interrupt, say=Teller(Progress()))
    header = ShownHeader(SCHEMA, __version__, name, profile)
    with interrupt:
        shown = seen.of(show_stream(name, read_input(source, reading), options, message))
        if form == "text":
            output.print_lines(render_shown_text(header, shown, output.width))
        else:
            for piece in render_shown_json(header, shown):
                output.write_octets(piece)
    problem = seen.problem(message)
    if problem is not None and not interrupt.requested:
        complain(name, problem)
    leave(0 if problem is None else UNUSABLE, interrupt)


class Seen:
    """What `show` came across: whether there was a message, and why the input ended early."""

    def __init__(self) -> None:
        self._shown = 0
        self._messages = 0
        self._reason: str | None = None
        self._nothing = "holds no BMP message of version 3."

    def of(self, shown: Iterable[Shown]) -> Iterator[Shown]:
        """Pass chunks on; an input that cannot be read on ends them."""
        try:
            for chunk in shown:
                self._shown += isinstance(chunk, ShownMessage)
                if isinstance(chunk, ShownEnd):
                    self._messages = max(self._messages, chunk.messages)
                if isinstance(chunk, ShownTrouble) and chunk.code == NOT_BMP:
                    self._nothing = chunk.text
                yield chunk
        except InputError as error:
            self._reason = error.reason

    def problem(self, only: int | None) -> str | None:
        """Return one sentence on why not all that was asked for was shown, None if it was."""
        if self._reason is not None:
            return self._reason
        if self._shown:
            return None
        if only is not None and self._messages:
            return f"there is no message {only}; it holds {self._messages}, counted from 0."
        return self._nothing
