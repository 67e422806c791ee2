"""The commands about campaigns: fuzz and promote."""

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

import click
from rich.text import Text

from bmpconform.capture.interrupt import Interrupt
from bmpconform.cli.asked import ready, wrong_targets
from bmpconform.cli.judging import TARGET_HELP
from bmpconform.cli.options import explained, profile_option, profiles_help
from bmpconform.cli.outcome import complain, leave, say_defect
from bmpconform.corpus.location import CorpusError, checkout_folder
from bmpconform.exits import CORPUS_INVALID, DEFECT, FOUND, TARGET_UNUSABLE, UNUSABLE, worst
from bmpconform.fuzz.campaign import CampaignOptions
from bmpconform.fuzz.campaign import fuzz as run_campaign
from bmpconform.fuzz.events import CampaignEnd, CampaignEvent, NewFinding, WorkerFailed
from bmpconform.fuzz.examples import NoHypothesisError, examples
from bmpconform.fuzz.finding import FAIL
from bmpconform.fuzz.options import Guide
from bmpconform.fuzz.promote import PromoteError, folder_of, vector_of
from bmpconform.fuzz.promote import promote as promote_finding
from bmpconform.fuzz.seeds import seeds as load_seeds
from bmpconform.fuzz.store import FINDINGS, StatsLine, Store, StoreError, read_finding
from bmpconform.fuzz.stored import is_campaign
from bmpconform.judge.words import Verdict
from bmpconform.report.annotated import annotated
from bmpconform.report.campaign import live_text, render_campaign
from bmpconform.report.campaign_folder import write_campaign_reports
from bmpconform.report.terminal import Output, Progress
from bmpconform.run.contenders import contenders
from bmpconform.run.events import TargetUnusable
from bmpconform.show.printable import printable
from bmpconform.spec.profiles import PROFILES
from bmpconform.targets.counters import IS_SHARED

OUT = Path("fuzz-out")
_EXIT_HELP = """\b
Exit codes, the highest of 70 > 4 > 2 > 3 > 1 > 0:
    0  nothing is wrong, but what expected.toml has
    1  a finding that is not in expected.toml
    2  wrong usage, or no target could be asked
    3  a target that cannot be used (the others are asked)
    4  the vectors, which are the seeds, are invalid
   70  a defect in bmpconform itself
"""


@click.command(no_args_is_help=True, short_help="Find what breaks implementations.")
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True)
@click.option("--time", "seconds", metavar="S", type=click.FloatRange(min=0.01), help="End after S seconds.")
@click.option("--runs", metavar="N", type=click.IntRange(min=1), help="End after N inputs.")
@click.option("--seed", metavar="N", type=int, help="The same seed gives the same inputs.  [default: of the clock]")
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that work on it, each with children of its own.",
)
@click.option(
    "--feedback",
    type=click.Choice(get_args(Guide)),
    default="full",
    show_default=True,
    help="What makes an input worth keeping; outcomes leaves out the edges that targets tell of.",
)
@profile_option
@click.option(
    "--expected",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The known findings of the one TARGET that has no name, or is alone.  [default: those of its name]",
)
@click.option("--timeout", metavar="S", type=click.FloatRange(min=0.01), help="Seconds an input.  [default: 2]")
@click.option(
    "--corpus",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where inputs are kept and taken up again.  [default: corpus below --out]",
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=OUT,
    show_default=True,
    help="Where findings, inputs and progress go; a campaign in the same folder is taken up again.",
)
@explained(TARGET_HELP, profiles_help(), _EXIT_HELP)
def fuzz(  # noqa: PLR0913, PLR0917 - one for each option
    targets: tuple[str, ...],
    seconds: float | None,
    runs: int | None,
    seed: int | None,
    workers: int,
    feedback: Guide,
    profile: str,
    expected: Path | None,
    timeout: float | None,
    corpus: Path | None,
    out: Path,
) -> None:
    """Mutate messages and sessions, put them to each TARGET, and keep what is wrong with the answers.

    Each input goes to all of them. It ends with --time, --runs or Ctrl-C, and loses nothing that was found.
    """
    options = CampaignOptions(
        seconds, runs, time.time_ns() if seed is None else seed, PROFILES[profile], workers, feedback
    )
    output, progress, interrupt = Output(), Progress(), Interrupt()
    with wrong_targets():
        asked = contenders(dict.fromkeys(targets), expected, timeout, give_up_after=None)
    store, seeds = _opened(out, corpus, options)
    asked = ready(asked, counted=IS_SHARED and feedback == "full")

    def watch(stats: StatsLine) -> bool:
        told = time.monotonic()
        progress.tell(lambda: live_text(stats, time.monotonic() - told), runs_on=True)
        return not interrupt.requested

    outcome = _Outcome()
    with interrupt:
        events = outcome.of(run_campaign(asked, seeds, store, options, watch))
        output.print_lines(render_campaign(_clearing(events, progress), out))
    if is_campaign(out):
        write_campaign_reports(out)
    for defect, trace in outcome.defects.items():
        say_defect(defect, trace, os.environ)
    leave(outcome.code, interrupt)


def _opened(out: Path, corpus: Path | None, options: CampaignOptions) -> tuple[Store, list[bytes]]:
    """Return the folder of a campaign and its seeds; where there is none of either the command ends."""
    try:
        return Store(out, corpus, annotated), [*load_seeds(), *_drawn(options)]
    except StoreError as error:
        raise click.ClickException(f"{printable(str(error))}.") from error
    except CorpusError as error:
        complain("vectors", str(error))
        click.get_current_context().exit(CORPUS_INVALID)


def _drawn(options: CampaignOptions) -> list[bytes]:
    """Return seeds that Hypothesis draws; none where it is missing, which is said."""
    try:
        return examples(options.seed, options.profile)
    except NoHypothesisError as error:
        complain("hypothesis", str(error))
        return []


class _Outcome:
    """What a campaign comes to: a fold over its events; `defects` are tracebacks, by what was raised."""

    def __init__(self) -> None:
        self.defects: dict[str, str] = {}
        self._codes: set[int] = set()
        self._asked = False

    @property
    def code(self) -> int:
        """The exit code: no input asked is never 0."""
        return worst(self._codes if self._asked else self._codes | {UNUSABLE})

    def of(self, events: Iterable[CampaignEvent]) -> Iterator[CampaignEvent]:
        """Pass events on, and note what they are worth."""
        for event in events:
            match event:
                case NewFinding(found=found) if found.level == FAIL and not found.known:
                    is_ours = found.fault.observation == Verdict.HARNESS_BUG.value
                    self._codes.add(DEFECT if is_ours else FOUND)
                case TargetUnusable():
                    self._codes.add(TARGET_UNUSABLE)
                case WorkerFailed(error=error, trace=trace):
                    self._codes.add(DEFECT)
                    self.defects.setdefault(error, trace)
                case CampaignEnd(stats=stats):
                    self._asked = stats.executions > 0
                case _:
                    pass
            yield event


def _clearing(events: Iterable[CampaignEvent], progress: Progress) -> Iterator[CampaignEvent]:
    for event in events:
        if not isinstance(event, StatsLine):
            progress.clear()
        yield event


@click.command(no_args_is_help=True, short_help="Make a stored vector of what a campaign found.")
@click.argument("key", metavar="KEY")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=OUT,
    show_default=True,
    help="The folder of the campaign.",
)
@click.option(
    "--clause", metavar="ID", help="What the target breaks.  [default: what the octets break, else the finding's]"
)
@click.option(
    "--file",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file of vectors to add it to.  [default: in a checkout, fuzz.json of the clause's document]",
)
def promote(key: str, out: Path, clause: str | None, file: Path | None) -> None:
    """Write the finding KEY as a vector, which `run` judges as the campaign did."""
    try:
        found = read_finding(out / FINDINGS / key)
        # First what is wrong with the finding, then with the place.
        document = folder_of(vector_of(found, clause))
        place = file or _vectors() / document / "fuzz.json"
        vector = promote_finding(found, place, clause)
    except (StoreError, PromoteError, CorpusError, OSError) as error:
        raise click.ClickException(printable(str(error))) from error
    Output().print_lines([Text(printable(f"{place}: {vector.id}"))])


def _vectors() -> Path:
    """Return the folder of vectors that may be added to."""
    folder = checkout_folder()
    if folder is None:
        reason = "The vectors here are part of the installed bmpconform, which is left as it is"
        raise click.UsageError(f"{reason}: name a file of your own with --file FILE.")
    return folder
