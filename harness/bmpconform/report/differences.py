"""The report of `diff` for people: which verdicts two runs do not share."""

from collections.abc import Iterable, Iterator

from rich.text import Text

from bmpconform.report.layout import DIM, HEADING, STYLES, count_of, wrapped
from bmpconform.run.stored import Change


def render_changes(changes: Iterable[Change], width: int) -> Iterator[Text]:
    """Yield a line for each change, what is worse marked, and a sentence on all of them."""
    total = worse = 0
    for change in changes:
        total += 1
        worse += change.worse
        label = Text.assemble((f"  {'worse' if change.worse else '':<7}", STYLES["fail"]))
        words = f"{change.target}  {change.vector}  {change.op}: {change.old or 'absent'} -> {change.new or 'absent'}"
        yield from wrapped(label, words, width, "" if change.worse else DIM)
    sentence = (
        f"{count_of(total, 'verdict')} changed, {worse} of them to a failure." if total else "No verdict changed."
    )
    yield from wrapped(Text(), sentence, width, HEADING)
