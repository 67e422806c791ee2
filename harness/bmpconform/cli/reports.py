"""The command that writes the reports of a run or of a campaign again."""

from collections.abc import Sequence
from pathlib import Path

import click

from bmpconform.cli.asked import wrong_targets
from bmpconform.cli.judging import read_corpus
from bmpconform.fuzz.store import FINDINGS_LINES
from bmpconform.fuzz.stored import is_campaign, read_campaign
from bmpconform.report.campaign_folder import write_campaign_reports
from bmpconform.report.folder import (
    FINDINGS,
    MARKDOWN,
    MATRIX,
    PAGE,
    WITNESSES,
    joined,
    kept_events,
    publish,
    write_reports,
)
from bmpconform.report.terminal import Output
from bmpconform.run.store import RESULTS
from bmpconform.run.stored import ResultsError
from bmpconform.show.printable import printable


@click.command(no_args_is_help=True, short_help="Write the reports of a run or a campaign again.")
@click.argument(
    "folders", metavar="DIR...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@click.option(
    "--publish",
    "published",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"Where to write, of all DIRs together, {MATRIX}, the same report, {FINDINGS}, the failures that "
    f"expected.toml calls bugs, and what it says of findings of campaigns, whose octets go to {FINDINGS_LINES}, and "
    f"{WITNESSES}, who reads the vectors alike.",
)
def report(folders: tuple[Path, ...], published: Path | None) -> None:
    """Write report.md and report.html into each DIR, from the results and the evidence that `run --out DIR` left there.

    The vectors at hand have to be those of the run, whose octets the reports show. In the folder of a campaign, of
    `fuzz --out DIR`, it writes report.html and differences.md.
    """
    campaigns = [folder for folder in folders if is_campaign(folder)]
    runs = [folder for folder in folders if folder not in campaigns]
    for folder in runs:
        if not (folder / RESULTS).is_file():
            raise click.UsageError(
                f"{printable(str(folder))} is neither of a run nor of a campaign: name what was given as --out to "
                "`bmpconform run` or `bmpconform fuzz`."
            )
    if published is not None and not runs:
        raise click.UsageError("--publish needs the folder of a run: what campaigns found is published beside it.")
    written = [path for folder in campaigns for path in write_campaign_reports(folder)]
    written += _of_runs(runs, campaigns, published) if runs else []
    Output().write_lines([f"{path}: written".encode() for path in written])


def _of_runs(folders: Sequence[Path], campaigns: Sequence[Path], published: Path | None) -> list[Path]:
    corpus = read_corpus()
    try:
        runs = {folder: kept_events(folder, corpus) for folder in folders}
        together = joined(runs) if published is not None else []
    except ResultsError as error:
        raise click.UsageError(f"{printable(str(error))}.") from error
    for folder, events in runs.items():
        write_reports(folder, events)
    written = [folder / name for folder in folders for name in (MARKDOWN, PAGE)]
    if published is not None:
        with wrong_targets():
            written += publish(published, together, map(read_campaign, campaigns))
    return written
