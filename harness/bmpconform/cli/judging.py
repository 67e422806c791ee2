"""The commands that judge implementations: run, replay, diff and accept."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import product
from pathlib import Path

import click

from bmpconform.capture.interrupt import Interrupt
from bmpconform.cli.asked import ready, wrong_targets
from bmpconform.cli.options import explained, policy_of, profile_option, profiles_help
from bmpconform.cli.outcome import complain, leave, say
from bmpconform.corpus.load import Corpus, load, select
from bmpconform.corpus.location import CorpusError
from bmpconform.corpus.vector import Vector
from bmpconform.exits import CORPUS_INVALID, FOUND
from bmpconform.fuzz.oracle import Expectation, Oracle
from bmpconform.fuzz.store import INPUT, StoreError
from bmpconform.fuzz.stored import input_of, read_found
from bmpconform.judge.expected import ExpectedError
from bmpconform.judge.honesty import HONESTY
from bmpconform.lab.catalogue import NAMES
from bmpconform.live.scripts import load_scripts, select_scripts
from bmpconform.live.targets import live_contender
from bmpconform.neutral import Message
from bmpconform.report.differences import render_changes
from bmpconform.report.folder import keep
from bmpconform.report.terminal import Output, Progress
from bmpconform.report.verdicts import render_replayed, render_vector, render_verdicts
from bmpconform.rules.selection import Policy
from bmpconform.run.accept import STALE, Reason, fits
from bmpconform.run.accept import accept as accepted
from bmpconform.run.contenders import contenders, expected_file, read_text
from bmpconform.run.cross import pairs_of
from bmpconform.run.events import RunEvent
from bmpconform.run.outcome import Outcome
from bmpconform.run.replay import replay_vector
from bmpconform.run.runner import RunOptions
from bmpconform.run.runner import run as run_targets
from bmpconform.run.store import write_whole
from bmpconform.run.stored import Results, ResultsError, changes, read_results
from bmpconform.show.printable import printable
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.value import replace

TARGET_HELP = """\b
TARGET is an implementation under test:
  NAME          one that bmpconform knows: see `bmpconform targets`
  jsonl:CMD     a program that speaks the adapter protocol, such as 'jsonl:./my-decoder --bmp'
  exec:CMD      a program that reads one message on stdin; exit 0 accepts, 65 rejects
  py:MODULE     a Python module with functions decode, encode, stream
CMD is split as a shell would, but no shell sees it; it runs in the current folder.
"""
LIVE_HELP = """\b
Or a device, judged live over TCP:
  router:HOST:PORT          a router that waits for its station: we dial it
  router:listen:HOST:PORT   the router dials us there; HOST is an address of this machine
  router:NAME               one that bmpconform starts by itself, such as router:reference
  station:HOST:PORT         a collector: we are the router, and push every vector through it
  station:listen:HOST:PORT  a collector that dials its routers
  station:NAME              one that bmpconform starts by itself, such as station:reference
The op of a live verdict is `live` for a clause of a session, `check` for what the rules find in the octets that came,
`session` for a vector that was pushed.
"""
_EXIT_HELP = """\b
Exit codes, the highest of 70 > 4 > 2 > 3 > 1 > 0:
    0  everything as expected
    1  a verdict that is unexpected, or an expected failure that is gone
    2  wrong usage, or nothing could be judged
    3  a target that cannot be used (the others are judged)
    4  the vectors are invalid
   70  a defect in bmpconform itself
"""


@click.command(no_args_is_help=True, short_help="Judge implementations by the vectors.")
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True)
@click.option("--vectors", "pattern", metavar="GLOB", default="*", help="The ids of the vectors to judge by.")
@profile_option
@click.option("--policy", metavar="K=V", multiple=True, callback=policy_of, help="trailing-nul=fail, warn or info.")
@click.option(
    "--expected",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The expected failures of the one TARGET that has no name, or is alone.  [default: those of its name]",
)
@click.option("--slow", is_flag=True, help="Play the sessions that keep you waiting, too: back-off and limits.")
@click.option("--no-rerun", is_flag=True, help="Do not ask again what was not the first choice.")
@click.option("--cross", is_flag=True, help="What one TARGET encodes every other decodes, too.")
@click.option("--timeout", metavar="S", type=click.FloatRange(min=0.01), help="Seconds a case.  [default: 2]")
@click.option("--jobs", metavar="N", type=click.IntRange(min=1), default=1, show_default=True, help="Targets at once.")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to leave results.jsonl, junit.xml, report.html, report.md and the evidence.",
)
@explained(
    TARGET_HELP,
    LIVE_HELP,
    """\b
Examples:
  bmpconform run reference os-ken
  bmpconform run 'jsonl:./my-decoder' --out results
  bmpconform run 'exec:./parse-one' --vectors 'rfc9736/*'
  bmpconform run router:listen:0.0.0.0:11019 --slow
  bmpconform run station:192.0.2.1:1790 --vectors 'live-*'
""",
    profiles_help(),
    _EXIT_HELP,
)
def run(  # noqa: PLR0913, PLR0917 - one for each option
    targets: tuple[str, ...],
    pattern: str,
    profile: str,
    policy: Policy,
    expected: Path | None,
    slow: bool,  # noqa: FBT001 - the option itself
    no_rerun: bool,  # noqa: FBT001 - the option itself
    cross: bool,  # noqa: FBT001 - the option itself
    timeout: float | None,
    jobs: int,
    out: Path | None,
) -> None:
    """Push every vector through each TARGET, or play every script with it, and say for each clause whether it is held.

    Scripts are live sessions: their ids are given to --vectors as well.
    """
    options = RunOptions(PROFILES[profile], policy, pattern, not no_rerun, jobs, cross, slow)
    output, progress, interrupt = Output(), Progress(), Interrupt()
    corpus = read_corpus()
    if not select(corpus, pattern, options.profile) and not select_scripts(load_scripts(), pattern, options.profile):
        raise click.UsageError(
            f"No vector of profile {profile} fits {printable(pattern)}: `bmpconform vectors list` has their ids."
        )
    with wrong_targets():
        live = partial(live_contender, names=NAMES, tell=_waits)
        judged = contenders(dict.fromkeys(targets), expected, timeout, live=live)
    judged, outcome = ready(judged), Outcome()
    with interrupt:
        events = outcome.of(run_targets(judged, corpus, options, Watcher(progress, interrupt)))
        if out is not None:
            events = keep(out, events)
        output.print_lines(render_verdicts(_clearing(events, progress), output.width))
    leave(0 if interrupt.requested and outcome.is_empty else outcome.code, interrupt)


@click.command(no_args_is_help=True, short_help="Compare the results of two runs.")
@click.argument("old", metavar="OLD", type=click.Path(path_type=Path))
@click.argument("new", metavar="NEW", type=click.Path(path_type=Path))
def diff(old: Path, new: Path) -> None:
    """Say which verdicts differ between the results of two runs, folders or files of `run --out`.

    Exit code 1 where a verdict of NEW is a failure that OLD has not.
    """
    before, after = _results(old), _results(new)
    differing = list(changes(before, after))
    output = Output()
    output.print_lines(render_changes(differing, output.width))
    click.get_current_context().exit(FOUND if any(change.worse for change in differing) else 0)


@click.command(no_args_is_help=True, short_help="Take what a run found as expected from now on.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--target", metavar="TARGET", help="Whose verdicts to take.  [default: all]")
@click.option(
    "--expected",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write.  [default: that of the named target]",
)
@click.option("--vectors", "pattern", metavar="GLOB", default="*", help="Only new failures of these vectors.")
@click.option("--code", metavar="CODE", help="Only new failures with this code.")
@click.option("--kind", type=click.Choice(["bug", "by-design", "spec-unclear"]), help="What the new failures are.")
@click.option("--analysis", metavar="TEXT", help="One sentence on why they happen.")
@click.option("--link", metavar="URL", default="", help="The report upstream.")
def accept(  # noqa: PLR0913, PLR0917 - one for each option
    folder: Path,
    target: str | None,
    expected: Path | None,
    pattern: str,
    code: str | None,
    kind: str | None,
    analysis: str | None,
    link: str,
) -> None:
    """Write what is expected to fail again, from the results in DIR.

    Entries that are stale go, but stay for the other profiles. A failure that no entry names needs --kind and
    --analysis. One reason seldom fits all: --vectors and --code choose whose it is, and what they leave out stays
    unexpected. What one target makes of the octets of another (`run --cross`) has no entries, and is left out.
    """
    results, output = _results(folder), Output()
    reason = Reason(kind, analysis, link) if kind is not None and analysis else None  # type: ignore[arg-type]
    judged = {line.target for line in results.verdicts.values()}
    named = sorted(judged - pairs_of(judged))
    if target is not None and target not in named:
        raise click.UsageError(f"{folder} has no target {target!r}; it has {', '.join(named)}.")
    chosen = [target] if target is not None else named
    if expected is not None and len(chosen) > 1:
        raise click.UsageError("--expected is for one target: name it with --target.")
    scored_from = _scored_from()
    for name in chosen:
        file = expected or expected_file(name)
        if file is None:
            raise click.UsageError(f"{name} is no named target: say with --expected which file to write.")
        lines = [line for line in results.verdicts.values() if line.target == name]
        lines = [line for line in lines if line.expected == STALE or fits(line, pattern, code)]
        try:
            before = read_text(file)
            after = accepted(before, lines, results.header.profile, reason, scored_from)
        except ExpectedError as error:
            raise click.ClickException(f"{printable(f'{file}: {error}')}.") from error
        if after != before:
            write_whole(file, after.encode())
        output.write_lines([f"{file}: {'written' if after != before else 'as it was'}".encode()])


def _scored_from() -> dict[str, str]:
    """Return the first profile that scores each vector and each live script."""
    vectors = (*read_corpus().vectors, *HONESTY.values())
    of_vectors = {vector.id: vector.profile for vector in vectors}
    return of_vectors | {script.id: script.profile for script in load_scripts()}


@click.command(no_args_is_help=True, short_help="Ask again: one vector or one file of octets.")
@click.argument("what", metavar="ID-OR-FILE")
@click.option("--target", metavar="TARGET", help="Who is asked.  [default: nobody; the octets are shown]")
@profile_option
@click.option("--policy", metavar="K=V", multiple=True, callback=policy_of, help="trailing-nul=fail, warn or info.")
@click.option("--timeout", metavar="S", type=click.FloatRange(min=0.01), help="Seconds a case.  [default: 2]")
@explained(TARGET_HELP, _EXIT_HELP)
def replay(what: str, target: str | None, profile: str, policy: Policy, timeout: float | None) -> None:
    """Show a vector, or the octets in a file, field by field, and what TARGET makes of them.

    Octets are judged as in a campaign, and a TARGET that writes messages is asked for what they say. FILE#KEY is a
    finding in a findings.jsonl.
    """
    output, interrupt = Output(), Interrupt()
    vectors = _vectors(what, Oracle(PROFILES[profile]))
    with wrong_targets():
        judged = [] if target is None else contenders([target], None, timeout)
    options = RunOptions(PROFILES[profile], policy)
    judged, outcome = ready(judged), Outcome()
    with interrupt:
        output.print_lines(render_vector(vectors[0], output.width))
        for contender, vector in product(judged, vectors):
            events = outcome.of(replay_vector(contender, vector, options))
            output.print_lines(render_replayed(events, output.width))
    leave(outcome.code if judged else 0, interrupt)


def _vectors(what: str, oracle: Oracle) -> list[Vector]:
    """Return the vector of that id, else those that the finding or the octets in the file of that name make."""
    for vector in (*HONESTY.values(), *read_corpus().vectors):
        if vector.id == what:
            return [vector]
    path, (file, _, key) = Path(what), what.rpartition("#")
    try:
        is_key = file and not path.exists()
        told = _of_finding(Path(file), key, oracle) if is_key else _of_octets(path.read_bytes(), oracle)
    except StoreError as error:
        raise click.UsageError(f"{printable(str(error))}.") from error
    except IsADirectoryError as error:
        raise click.UsageError(_of_folder(path)) from error
    except OSError as error:
        raise click.UsageError(
            f"{printable(what)} is no vector, and no file that can be read: {error.strerror}."
        ) from error
    return [replace(one.vector, id=what) for one in told]


def _of_folder(folder: Path) -> str:
    """Return what to type in place of a folder."""
    octets = folder / INPUT
    meant = f"its octets are {octets}" if octets.is_file() else "name a file of octets"
    return f"{printable(f'{folder} is a folder: {meant}')}."


def _of_finding(file: Path, key: str, oracle: Oracle) -> list[Expectation]:
    """Return what is expected of the octets of a finding, or of the message that an encoder was asked for."""
    found = read_found(file, key)
    put = input_of(found)
    if isinstance(put, Message):
        return [oracle.expect_refused(put)]
    return [one for one in _of_octets(put, oracle) if one.op.value == found.op]


def _of_octets(octets: bytes, oracle: Oracle) -> list[Expectation]:
    read = oracle.expect(octets)
    return [one for one in (read, oracle.expect_written(read)) if one is not None]


def read_corpus() -> Corpus:
    """Return the vectors; where they are invalid the command ends with exit code 4."""
    try:
        return load()
    except CorpusError as error:
        complain("vectors", str(error))
        click.get_current_context().exit(CORPUS_INVALID)


def _results(path: Path) -> Results:
    try:
        return read_results(path)
    except ResultsError as error:
        raise click.UsageError(f"{printable(str(error))}.") from error


def _clearing(events: Iterable[RunEvent], progress: Progress) -> Iterator[RunEvent]:
    for event in events:
        progress.clear()
        yield event


def _waits(text: str) -> None:
    say(f"bmpconform: {printable(text)}")


class Watcher:
    """Tells how far `run` is, and whether Ctrl-C has come."""

    def __init__(self, progress: Progress, interrupt: Interrupt) -> None:
        self._progress = progress
        self._interrupt = interrupt

    def __call__(self, target: str, done: int, total: int) -> bool:
        """Tell how many cases a target has answered; return whether to go on."""
        self._progress.tell(lambda: f"{printable(target)}: {done:,} of {total:,} cases")
        return not self._interrupt.requested
