"""The command that writes the reports of a run or of a campaign again."""

from pathlib import Path

import click

from bmpconform.cli.judging import read_corpus
from bmpconform.fuzz.stored import is_campaign
from bmpconform.report.campaign_folder import write_campaign_reports
from bmpconform.report.folder import FINDINGS, MARKDOWN, MATRIX, PAGE, kept_events, publish, write_reports
from bmpconform.report.terminal import Output
from bmpconform.run.stored import ResultsError
from bmpconform.show.printable import printable


@click.command(no_args_is_help=True, short_help="Write the reports of a run or a campaign again.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--publish",
    "published",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"Where to write {MATRIX}, the same report, and {FINDINGS}, the failures that expected.toml calls bugs.",
)
def report(folder: Path, published: Path | None) -> None:
    """Write report.md and report.html into DIR, from the results and the evidence that `run --out DIR` left there.

    The vectors at hand have to be those of the run, whose octets the reports show. In the folder of a campaign, of
    `fuzz --out DIR`, it writes report.html and differences.md.
    """
    if is_campaign(folder) and published is None:
        Output().write_lines([f"{path}: written".encode() for path in write_campaign_reports(folder)])
        return
    corpus = read_corpus()
    try:
        events = kept_events(folder, corpus)
    except ResultsError as error:
        raise click.UsageError(f"{printable(str(error))}.") from error
    write_reports(folder, events)
    written = [folder / MARKDOWN, folder / PAGE]
    if published is not None:
        publish(published, events)
        written += [published / MATRIX, published / FINDINGS]
    Output().write_lines([f"{path}: written".encode() for path in written])
