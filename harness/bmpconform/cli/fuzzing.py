"""The commands about campaigns: fuzz and promote."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

import click
from rich.text import Text

from bmpconform.capture.interrupt import Interrupt
from bmpconform.cli.asked import wrong_targets
from bmpconform.cli.judging import TARGET_HELP
from bmpconform.cli.options import explained, profile_option, profiles_help
from bmpconform.cli.outcome import complain, leave
from bmpconform.corpus.location import CorpusError, vectors_folder
from bmpconform.exits import CORPUS_INVALID, DEFECT, FOUND, TARGET_UNUSABLE, UNUSABLE, worst
from bmpconform.fuzz.campaign import CampaignOptions
from bmpconform.fuzz.campaign import fuzz as run_campaign
from bmpconform.fuzz.events import CampaignEnd, CampaignEvent, NewFinding
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
    help="The known findings of the one TARGET.  [default: those that a named target has]",
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
    if expected is not None and len(targets) > 1:
        raise click.UsageError("--expected is for one TARGET.")
    options = CampaignOptions(
        seconds, runs, time.time_ns() if seed is None else seed, PROFILES[profile], workers, feedback
    )
    output, progress, interrupt = Output(), Progress(), Interrupt()
    with wrong_targets():
        asked = contenders(dict.fromkeys(targets), expected, timeout, give_up_after=None)
    try:
        store, seeds = Store(out, corpus, annotated), [*load_seeds(), *_drawn(options)]
    except StoreError as error:
        raise click.ClickException(f"{printable(str(error))}.") from error
    except CorpusError as error:
        complain("vectors", str(error))
        click.get_current_context().exit(CORPUS_INVALID)

    def watch(stats: StatsLine) -> bool:
        progress.tell(lambda: live_text(stats))
        return not interrupt.requested

    outcome = _Outcome()
    with interrupt:
        events = outcome.of(run_campaign(asked, seeds, store, options, watch))
        output.print_lines(render_campaign(_clearing(events, progress), out))
    if is_campaign(out):
        write_campaign_reports(out)
    leave(outcome.code, interrupt)


def _drawn(options: CampaignOptions) -> list[bytes]:
    """Return seeds that Hypothesis draws; none where it is missing, which is said."""
    try:
        return examples(options.seed, options.profile)
    except NoHypothesisError as error:
        complain("hypothesis", str(error))
        return []


class _Outcome:
    """What a campaign comes to: a fold over its events."""

    def __init__(self) -> None:
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
@click.option("--clause", metavar="ID", help="What the target breaks.  [default: what the octets break]")
@click.option(
    "--file",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file of vectors to add it to.  [default: fuzz.json of the clause's document]",
)
def promote(key: str, out: Path, clause: str | None, file: Path | None) -> None:
    """Write the finding KEY as a vector, which `run` judges as the campaign did."""
    try:
        found = read_finding(out / FINDINGS / key)
        place = file or vectors_folder() / folder_of(vector_of(found, clause)) / "fuzz.json"
        vector = promote_finding(found, place, clause)
    except (StoreError, PromoteError, CorpusError, OSError) as error:
        raise click.ClickException(printable(str(error))) from error
    Output().print_lines([Text(f"{place}: {vector.id}")])
