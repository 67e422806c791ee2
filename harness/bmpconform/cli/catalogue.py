"""The commands that tell what is there: clauses."""

import click

from bmpconform.cli.options import explained, formats, profile_option, profiles_help
from bmpconform.report.clauses import render_clauses_json_lines, render_clauses_text
from bmpconform.report.terminal import Output
from bmpconform.rules.coverage import coverage
from bmpconform.spec.profiles import PROFILES


@click.command(short_help="List what is checked, and why some things are not.")
@profile_option
@formats("text", "jsonl")
@explained(profiles_help())
def clauses(profile: str, form: str) -> None:
    """List the clauses of the documents, each with what checks it or why nothing does."""
    output = Output()
    found = coverage(PROFILES[profile])
    if form == "text":
        output.print_lines(render_clauses_text(PROFILES[profile], found, output.width))
    else:
        output.write_lines(render_clauses_json_lines(found))
