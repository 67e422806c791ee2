"""The command line: options in, events out, exit codes. All work is done by public functions.

Why so thin: what the command can do, a program can do by calling the same functions.

- stdout has the report alone; stderr has what concerns the user: problems, progress.
- The exit code is the highest of 70 > 2 > 1 > 0 that applies; 130 for Ctrl-C where it would be 0.
"""

import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from inspect import cleandoc
from typing import TypeVar

import click

from bmpconform import __version__
from bmpconform.capture.inputs import InputError, Reading, is_live, read_input
from bmpconform.capture.interrupt import Interrupt
from bmpconform.capture.pieces import TroubleKind
from bmpconform.check import Input, Options
from bmpconform.check import check as check_inputs
from bmpconform.events import Counts, Event, Found, Problem
from bmpconform.report.clauses import render_clauses_json_lines, render_clauses_text
from bmpconform.report.jsonl import render_json_lines
from bmpconform.report.sarif import render_sarif
from bmpconform.report.shown import SCHEMA, ShownHeader, render_shown_json, render_shown_text
from bmpconform.report.terminal import Output, OutputError, Progress
from bmpconform.report.text import render_text
from bmpconform.rules.coverage import coverage
from bmpconform.rules.selection import Policy, PolicyError
from bmpconform.show import Shown, ShownEnd, ShownMessage, ShownTrouble
from bmpconform.show import show as show_stream
from bmpconform.show.printable import printable
from bmpconform.spec.catalogue import Level
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.wire.framer import MAX_MESSAGE
from bmpconform.wire.messages import HEADER_OCTETS

FOUND, UNUSABLE, DEFECT, INTERRUPTED = 1, 2, 70, 130
DEBUG = "BMPCONFORM_DEBUG"
_NEVER = "never"
NOT_BMP = f"capture-{TroubleKind.NOT_BMP.value}"

_INPUT_HELP = """\b
INPUT is what a router sends, told by what it holds:
  FILE              raw octets, as they came over TCP
  FILE              text, one message in hex a line, # begins a comment
  FILE              a capture of packets, pcap or pcapng, of any number of routers
  -                 standard input, any of these
  tcp:HOST:PORT     dials a router that waits for its station
  listen:HOST:PORT  is the station that routers dial; port 0 is one that is free
IPv6 addresses stand in brackets: listen:[::1]:11019. Nothing is ever sent to a router.
"""
_EXIT_HELP = """\b
Exit codes:
    0  nothing found at or above --fail-on
    1  something found at or above --fail-on
    2  wrong usage, an input that cannot be read, or no BMP in it
   70  a defect in bmpconform itself
  130  Ctrl-C before anything was found
"""


def _profiles_help() -> str:
    lines = [f"  {profile.name:<14} {profile.title}" for profile in PROFILES.values()]
    return "\n".join(["\b", "Profiles (which documents are held against the octets):", *lines])


_Command = TypeVar("_Command", bound=Callable[..., None])


def _explained(*paragraphs: str) -> Callable[[_Command], _Command]:
    """Add paragraphs that several commands share to the help in a docstring."""

    def explain(command: _Command) -> _Command:
        command.__doc__ = "\n\n".join([cleandoc(command.__doc__ or ""), *paragraphs])
        return command

    return explain


def _policy(_context: click.Context, _parameter: click.Parameter, settings: tuple[str, ...]) -> Policy:
    """Return the policy that the words K=V give. Raises UsageError with what is allowed."""
    pairs: dict[str, str] = {}
    for setting in settings:
        key, equals, word = setting.partition("=")
        if not equals:
            raise click.BadParameter(f"{printable(setting)!r} is not K=V, such as trailing-nul=warn.")
        pairs[key] = word
    try:
        return Policy.of(pairs)
    except PolicyError as error:
        raise click.BadParameter(printable(str(error))) from error


def _formats(*names: str) -> Callable[[_Command], _Command]:
    return click.option(
        "--format",
        "form",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="The form of the report.",
    )


_profile_option = click.option(
    "--profile",
    type=click.Choice(list(PROFILES)),
    default=DEFAULT_PROFILE,
    show_default=True,
    help="The documents that hold.",
)

_follow_option = click.option(
    "--follow",
    is_flag=True,
    help="Go on until Ctrl-C: read a file on as it grows, dial a router again after a while, listen on.",
)
_port_option = click.option(
    "--port",
    metavar="N",
    type=click.IntRange(1, 65535),
    help="The TCP port of the BMP flows in a capture.  [default: told by what they carry]",
)


@click.group(
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="`bmpconform COMMAND --help` tells more of each.",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    r"""Say whether BMP (the BGP Monitoring Protocol) is what its documents demand.

    Reads what a router sends and names, for each fault, the clause of the document and the octets that break it.

    \b
    Is it valid?                 bmpconform check router.bmp
    The same for a program       bmpconform check --format jsonl router.bmp
    What is in those octets?     bmpconform show router.bmp
    What is checked, and how?    bmpconform clauses
    """


@cli.command(no_args_is_help=True, short_help="Judge what is in files: which clause does which octet break?")
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True)
@_formats("text", "jsonl", "sarif")
@_profile_option
@click.option("--policy", metavar="K=V", multiple=True, callback=_policy, help="trailing-nul=fail, warn or info.")
@click.option(
    "--fail-on",
    type=click.Choice(["fail", "warn", "info", _NEVER]),
    default="fail",
    show_default=True,
    help="The mildest level of a finding that makes exit code 1.",
)
@click.option(
    "--max-message",
    metavar="OCTETS",
    type=click.IntRange(min=HEADER_OCTETS),
    default=MAX_MESSAGE,
    show_default=True,
    help="The longest message length that is believed.",
)
@_port_option
@_follow_option
@_explained(
    _INPUT_HELP,
    """\b
Findings of a file are told with how often they came, stream by stream. With a router
as INPUT or with --follow they are told when they first show; repeats are counted at
the end, and so is judged what only the end can tell.
""",
    """\b
Examples:
  bmpconform check router.bmp
  bmpconform check --fail-on warn *.bmp
  bmpconform check --profile rfc7854 --policy trailing-nul=warn old.bmp
  bmpconform check --port 1790 routers.pcapng
  tcpdump -U -w - port 1790 | bmpconform check --follow -
  bmpconform check --format jsonl listen:0.0.0.0:11019 > findings.jsonl
""",
    _profiles_help(),
    _EXIT_HELP,
)
def check(  # noqa: PLR0913, PLR0917 - one for each option
    inputs: tuple[str, ...],
    form: str,
    profile: str,
    policy: Policy,
    fail_on: str,
    max_message: int,
    port: int | None,
    follow: bool,  # noqa: FBT001 - the option itself
) -> None:
    """Judge what each INPUT holds, and say which clause each faulty octet breaks."""
    if follow and len(inputs) > 1:
        raise click.UsageError("--follow reads one INPUT, since that has no end.")
    options = Options(PROFILES[profile], policy, max_message, follow or any(map(is_live, inputs)))
    output, progress, interrupt = Output(), Progress(), Interrupt()
    judgement = Judgement(None if fail_on == _NEVER else Level(fail_on))
    with interrupt:
        reading = Reading(port, follow, interrupt, Teller(progress))
        events = check_inputs(_open(inputs, reading), options, Watcher(progress))
        events = judgement.of(_without_problems(events, progress, interrupt))
        if form == "text":
            output.print_lines(render_text(events, output.width))
        elif form == "jsonl":
            output.write_lines(render_json_lines(events))
        else:
            output.write_lines(render_sarif(events))
    _exit(judgement.code, interrupt)


@cli.command(no_args_is_help=True, short_help="Show a file field by field, with what is wrong in place.")
@click.argument("source", metavar="INPUT")
@click.option("--message", metavar="N", type=click.IntRange(min=0), help="Message N of each stream, from 0.")
@_formats("text", "json")
@_profile_option
@_port_option
@_explained(
    _INPUT_HELP,
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
        _complain(name, problem)
    _exit(0 if problem is None else UNUSABLE, interrupt)


@cli.command(short_help="List what is checked, and why some things are not.")
@_profile_option
@_formats("text", "jsonl")
@_explained(_profiles_help())
def clauses(profile: str, form: str) -> None:
    """List the clauses of the documents, each with what checks it or why nothing does."""
    output = Output()
    found = coverage(PROFILES[profile])
    if form == "text":
        output.print_lines(render_clauses_text(PROFILES[profile], found, output.width))
    else:
        output.write_lines(render_clauses_json_lines(found))


def shown_name(name: str) -> str:
    """Return an input's name as typed; octets of it that are no UTF-8 are escaped."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _open(names: Iterable[str], reading: Reading) -> Iterator[tuple[str, Input]]:
    """Yield each input with what it holds, until Ctrl-C."""
    for name in names:
        if not reading.interrupt.requested:
            yield shown_name(name), read_input(name, reading)


def _complain(source: str, text: str) -> None:
    _say(f"bmpconform: {printable(source)}: {printable(text)}")


def _say(text: str) -> None:
    """Say something on standard error, unless nobody is there."""
    with suppress(OSError):
        click.echo(text, err=True)


def _exit(code: int, interrupt: Interrupt) -> None:
    click.get_current_context().exit(code or (INTERRUPTED if interrupt.requested else 0))


def _without_problems(events: Iterable[Event], progress: Progress, interrupt: Interrupt) -> Iterator[Event]:
    """Pass events on and complain of problems; what is missing because of Ctrl-C is none."""
    for event in events:
        progress.clear()
        if isinstance(event, Problem):
            if interrupt.requested:
                continue
            _complain(event.source, event.text)
        yield event


class Judgement:
    """What the events of `check` come to as an exit code; `mildest` is the level that makes 1, None for never."""

    def __init__(self, mildest: Level | None) -> None:
        self.code = 0
        self._mildest = mildest

    def of(self, events: Iterable[Event]) -> Iterator[Event]:
        """Pass events on, and note what they are worth."""
        for event in events:
            self.code = max(self.code, self._worth(event))
            yield event

    def _worth(self, event: Event) -> int:
        if isinstance(event, Problem):
            return UNUSABLE
        if isinstance(event, Found) and self._mildest is not None:
            return FOUND if Level(event.finding.level) >= self._mildest else 0
        return 0


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


class Teller:
    """Tells on standard error what is waited for, and who comes and goes."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __call__(self, name: str, text: str) -> None:
        """Tell one sentence about an input."""
        self._progress.clear()
        _complain(shown_name(name), text)


class Watcher:
    """Tells how far `check` is."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __call__(self, source: str, so_far: Callable[[], tuple[Counts, int]]) -> None:
        """Tell what was counted and found in a source so far."""

        def text() -> str:
            counts, found = so_far()
            return f"{printable(source)}: {counts.octets:,} octets, {counts.messages:,} messages, {found:,} findings"

        self._progress.tell(text)


def run(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Run the command and return its exit code. Never raises."""
    try:
        code = cli.main(list(arguments), prog_name="bmpconform", standalone_mode=False)
        Output().flush()
    except click.ClickException as error:
        error.show()
        return UNUSABLE
    except OutputError as error:
        _say(f"bmpconform: {error}")
        return UNUSABLE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the process boundary: a defect is told, not thrown
        _report_defect(error, environment)
        return DEFECT
    return code if isinstance(code, int) else 0


def _report_defect(error: Exception, environment: Mapping[str, str]) -> None:
    if environment.get(DEBUG):
        traceback.print_exception(error)
    name = printable(f"{type(error).__name__}: {error}")
    _say(
        f"bmpconform: this is a defect in bmpconform ({name}). Please report it, with the input if you may and with "
        f"what it prints when {DEBUG}=1 is set."
    )


def main() -> None:
    """Run the command for this process."""
    sys.exit(run(sys.argv[1:]))
