"""The command that judges what a router sends: check."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import click

from bmpconform.capture.inputs import Reading, is_live, read_input
from bmpconform.capture.interrupt import Interrupt
from bmpconform.check import Input, Options
from bmpconform.check import check as check_inputs
from bmpconform.check.flow import Watch
from bmpconform.check.plan import file_of, share_out
from bmpconform.cli.options import (
    INPUT_HELP,
    explained,
    follow_option,
    formats,
    policy_of,
    port_option,
    profile_option,
    profiles_help,
)
from bmpconform.cli.outcome import complain, leave
from bmpconform.events import Counts, Event, Found, Problem
from bmpconform.exits import FOUND, UNUSABLE
from bmpconform.report.jsonl import render_json_lines
from bmpconform.report.terminal import Output, Progress
from bmpconform.rules.selection import Policy
from bmpconform.show.printable import printable
from bmpconform.spec.catalogue import Level
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.framer import MAX_MESSAGE
from bmpconform.wire.messages import HEADER_OCTETS

_NEVER = "never"

EXIT_HELP = """\b
Exit codes:
    0  nothing found at or above --fail-on
    1  something found at or above --fail-on
    2  wrong usage, an input that cannot be read, or no BMP in it
   70  a defect in bmpconform itself
  130  Ctrl-C before anything was found
"""


@click.command(no_args_is_help=True, short_help="Judge what is in files: which clause does which octet break?")
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True)
@formats("text", "jsonl", "sarif")
@profile_option
@click.option("--policy", metavar="K=V", multiple=True, callback=policy_of, help="trailing-nul=fail, warn or info.")
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
@port_option
@follow_option
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="Judge files by N processes, as far as there are several files or streams.  [default: as many as pay]",
)
@explained(
    INPUT_HELP,
    """\b
Findings of a file are told with how often they came, stream by stream. With a router
as INPUT or with --follow they are told when they first show; repeats are counted at
the end, and so is judged what only the end can tell.

\b
Files of 16 MiB or more in all are judged by several processes, one for each core but 4
at most, where there are several files, or several streams begin in the first MiB of a
capture. --jobs 1 takes no other process. The report is the same.
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
    profiles_help(),
    EXIT_HELP,
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
    jobs: int | None,
) -> None:
    """Judge what each INPUT holds, and say which clause each faulty octet breaks."""
    if follow and len(inputs) > 1:
        raise click.UsageError("--follow reads one INPUT, since that has no end.")
    options = Options(PROFILES[profile], policy, max_message, follow or any(map(is_live, inputs)))
    output, progress, interrupt = Output(), Progress(), Interrupt()
    judgement = Judgement(None if fail_on == _NEVER else Level(fail_on))
    with interrupt:
        reading = Reading(port, follow, interrupt, Teller(progress))
        events = _judged(inputs, options, reading, Watcher(progress), jobs)
        events = judgement.of(_without_problems(events, progress, interrupt))
        _write(events, form, output)
    leave(judgement.code, interrupt)


def _judged(
    inputs: Sequence[str], options: Options, reading: Reading, watch: Watch, jobs: int | None
) -> Iterator[Event]:
    """Judge by this process, or by others where more than one is worth it."""
    named = [] if jobs == 1 or options.live else inputs
    files = [file for name in named if (file := file_of(shown_name(name), name)) is not None]
    shared = share_out(files, jobs, reading.port) if len(files) == len(inputs) else []
    if len(shared) <= 1:
        return check_inputs(_open(inputs, reading), options, watch)
    from bmpconform.check.workers import check_shared  # noqa: PLC0415 - takes a while

    return check_shared(shared, options, reading, watch)


def _write(events: Iterable[Event], form: str, output: Output) -> None:
    """Write the report. What the others need takes as long to import as tens of thousands of messages to judge."""
    if form == "jsonl":
        output.write_lines(render_json_lines(events))
    elif form == "text":
        from bmpconform.report.text import render_text  # noqa: PLC0415

        output.print_lines(render_text(events, output.width))
    else:
        from bmpconform.report.sarif import render_sarif  # noqa: PLC0415

        output.write_lines(render_sarif(events))


def shown_name(name: str) -> str:
    """Return an input's name as typed; octets of it that are no UTF-8 are escaped."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _open(names: Iterable[str], reading: Reading) -> Iterator[tuple[str, Input]]:
    """Yield each input with what it holds, until Ctrl-C."""
    for name in names:
        if not reading.interrupt.requested:
            yield shown_name(name), read_input(name, reading)


def _without_problems(events: Iterable[Event], progress: Progress, interrupt: Interrupt) -> Iterator[Event]:
    """Pass events on and complain of problems; what is missing because of Ctrl-C is none."""
    for event in events:
        progress.clear()
        if isinstance(event, Problem):
            if interrupt.requested:
                continue
            complain(event.source, event.text)
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


class Teller:
    """Tells on standard error what is waited for, and who comes and goes."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __call__(self, name: str, text: str) -> None:
        """Tell one sentence about an input."""
        self._progress.clear()
        complain(shown_name(name), text)


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
