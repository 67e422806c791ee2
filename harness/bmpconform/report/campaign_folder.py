"""The reports that a campaign leaves beside what it found: a page, and the disagreements as a list.

Why again and again: a campaign goes on for days, and its folder is all that is needed to write them.
"""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from bmpconform.fuzz.disagreement import StoredDisagreement
from bmpconform.fuzz.finding import shortened
from bmpconform.fuzz.store import FINDINGS
from bmpconform.fuzz.stored import StoredCampaign, read_campaign
from bmpconform.report.campaign import kind_of
from bmpconform.report.campaign_page import in_order, render_campaign_page
from bmpconform.report.terminal import OutputError
from bmpconform.run.store import write_whole
from bmpconform.show.printable import printable

PAGE, DIFFERENCES = "report.html", "differences.md"
_LONGEST = 120
_HEAD = """# Where targets disagree

The documents leave open what is listed here, or how it is to be read. How many are of one mind decides nothing: each
is a question for a person, about the documents first. The octets are in `{folder}/KEY/`.
"""


def write_campaign_reports(folder: Path) -> tuple[Path, ...]:
    """Write the reports of the campaign in a folder, and return where they are. Raises OutputError."""
    try:
        campaign = read_campaign(folder)
        texts = {folder / PAGE: render_campaign_page(campaign)}
        if campaign.disagreements:
            texts[folder / DIFFERENCES] = render_differences(campaign)
        for path, text in texts.items():
            write_whole(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise OutputError(f"{error.filename or folder}: {error.strerror or error}") from error
    return tuple(texts)


def render_differences(campaign: StoredCampaign) -> str:
    """Return the list of disagreements, by message type and by what they are about."""
    found = in_order(campaign.disagreements)
    parts = [_HEAD.format(folder=FINDINGS)]
    for message_type, of_type in groupby(found, key=lambda one: one.message_type):
        parts.append(f"\n## {kind_of(message_type).capitalize() if message_type < 0 else kind_of(message_type)}\n")
        for about, of_class in groupby(of_type, key=lambda one: (one.clause_or_error, one.line.path)):
            parts.append(_class(about, list(of_class)))
    return "".join(parts)


def _class(about: tuple[str, str], found: Sequence[StoredDisagreement]) -> str:
    what, path = about
    lines = [f"\n### {what}{f', `{printable(path)}`' if path else ''}\n\n"]
    for one in found:
        groups = "; ".join(f"**{printable(', '.join(names))}** {_short(text)}" for names, text in one.told)
        lines.append(f"- {groups} (`{one.line.key}`)\n")
    return "".join(lines)


def _short(text: str | None) -> str:
    """Return text as code, which nothing in it can end; words for none."""
    if not text:
        return "something else" if text is None else "nothing"
    return "`{}`".format(printable(shortened(text, _LONGEST)).replace("`", "'"))
