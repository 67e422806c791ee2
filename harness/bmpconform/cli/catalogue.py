"""The commands that tell what is there: clauses."""

import click

from bmpconform.cli.judging import read_corpus
from bmpconform.cli.options import explained, formats, profile_option, profiles_help
from bmpconform.corpus.code_points import code_points
from bmpconform.corpus.evidence import evidence
from bmpconform.corpus.load import select
from bmpconform.exits import FOUND
from bmpconform.live.coverage import told_live
from bmpconform.report.clauses import render_clauses_json_lines, render_clauses_text, render_gaps_text
from bmpconform.report.terminal import Output
from bmpconform.spec.profiles import PROFILES


@click.command(short_help="List what is checked, and why some things are not.")
@profile_option
@click.option("--gaps", is_flag=True, help="Only what lacks a rule or a vector; exit code 1 where something does.")
@formats("text", "jsonl")
@explained(profiles_help())
def clauses(profile: str, form: str, *, gaps: bool) -> None:
    """List the clauses of the documents, each with what checks it and its vectors, or why nothing does."""
    output, held = Output(), PROFILES[profile]
    vectors = select(read_corpus(), "*", held)
    found, points = tuple(told_live(evidence(held, vectors))), code_points(held, vectors)
    lacking = [item for item in found if item.gaps], [point for point in points if point.gaps]
    if form == "jsonl":
        output.write_lines(render_clauses_json_lines(*(lacking if gaps else (found, points))))
    elif gaps:
        output.print_lines(render_gaps_text(found, points, output.width))
    else:
        output.print_lines(render_clauses_text(held, found, points, output.width))
    click.get_current_context().exit(FOUND if gaps and any(lacking) else 0)
