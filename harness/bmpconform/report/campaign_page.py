"""The report of a campaign as one HTML page: curves over time and over executions, findings, and disagreements.

Why no script: it shows what it has, and what targets said cannot run where nothing runs.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate

from bmpconform import __version__
from bmpconform.fuzz.disagreement import StoredDisagreement
from bmpconform.fuzz.finding import StoredFinding
from bmpconform.fuzz.store import StatsLine
from bmpconform.fuzz.stored import StoredCampaign
from bmpconform.report.campaign import kind_of
from bmpconform.report.page import asset, environment, hash_of
from bmpconform.report.plot import HEIGHT, WIDTH, Plot, plot
from bmpconform.show.printable import printable
from bmpconform.wire.value import Value, replace

_LONGEST = 200
_CURVES: tuple[tuple[str, Callable[[StatsLine], float]], ...] = (
    ("executions", lambda line: line.executions),
    ("executions a second", lambda line: line.rate),
    ("inputs kept", lambda line: line.corpus),
    ("signatures", lambda line: line.signatures),
    ("edges", lambda line: line.edges),
    ("findings", lambda line: line.findings),
    ("disagreements", lambda line: line.disagreements),
)
_FIRST = {"fail": 0, "warn": 1, "info": 2}


class Row(Value, frozen=True):
    """A finding as the page shows it."""

    key: str
    level: str
    target: str
    op: str
    what: str
    path: str
    said: str
    executions: int
    seconds: float


class Split(Value, frozen=True):
    """A disagreement as the page shows it: who says what."""

    key: str
    type: str
    what: str
    path: str
    groups: tuple[tuple[str, str], ...]


def render_campaign_page(campaign: StoredCampaign) -> str:
    """Return the page. The same campaign gives the same characters."""
    style = asset("report.css") + asset("campaign.css")
    lines = sewn(campaign.stats)
    return (
        environment()
        .get_template("campaign.html.jinja")
        .render(
            version=__version__,
            last=lines[-1] if lines else None,
            over_time=_plots(lines, "seconds", [line.seconds for line in lines]),
            over_executions=_plots(lines, "executions", [line.executions for line in lines]),
            width=WIDTH,
            height=HEIGHT,
            latency=sorted(lines[-1].latency.items(), key=lambda item: (-item[1], item[0])) if lines else [],
            counts=Counter(found.line.level for found in campaign.findings),
            rows=sorted(
                map(_row, campaign.findings), key=lambda row: (_FIRST[row.level], row.target, row.op, row.what)
            ),
            splits=[_split(found) for found in in_order(campaign.disagreements)],
            style=style,
            style_hash=hash_of(style),
        )
    )


def in_order(found: Sequence[StoredDisagreement]) -> list[StoredDisagreement]:
    """Return disagreements as they are read: by the type of the message, then by what they are about."""
    return sorted(found, key=lambda one: (one.message_type, one.clause_or_error, one.line.path, one.groups))


def sewn(lines: Sequence[StatsLine]) -> list[StatsLine]:
    """Return the lines of all campaigns in a folder, one behind the other, as those of one."""
    starts = [place for place, line in enumerate(lines) if place == 0 or line.seconds < lines[place - 1].seconds]
    ends = [lines[place - 1] for place in starts[1:]]
    seconds = list(accumulate((end.seconds for end in ends), initial=0.0))
    executions = list(accumulate((end.executions for end in ends), initial=0))
    told: list[StatsLine] = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(lines)
        told.extend(_later(line, seconds[number], executions[number]) for line in lines[start:end])
    return told


def _later(line: StatsLine, seconds: float, executions: int) -> StatsLine:
    return replace(line, seconds=round(line.seconds + seconds, 3), executions=line.executions + executions)


def _plots(lines: Sequence[StatsLine], over: str, xs: Sequence[float]) -> list[Plot]:
    """Return each curve that is not flat at nothing, and not over itself."""
    curves = [(name, [of(line) for line in lines]) for name, of in _CURVES if name != over]
    return [plot(name, over, xs, ys) for name, ys in curves if any(ys)]


def _row(found: StoredFinding) -> Row:
    line = found.line
    said = f"expected {_short(found.expected)}, seen {_short(found.seen)}" if found.expected or found.seen else ""
    return Row(
        line.key,
        line.level,
        printable(line.target),
        line.op,
        printable(f"{line.observation}, {found.clause_or_error}"),
        printable(line.path),
        said,
        line.executions,
        line.seconds,
    )


def _place(row: Row) -> tuple[int, str, str, str, str]:
    """Return what rows are in the order of: failures first, then by target."""
    return _FIRST[row.level], row.target, row.op, row.what, row.key


def _split(found: StoredDisagreement) -> Split:
    groups = zip(found.groups, (*found.said, *[""] * len(found.groups)), strict=False)
    return Split(
        found.line.key,
        kind_of(found.message_type),
        found.clause_or_error,
        printable(found.line.path),
        tuple((printable(", ".join(names)), _short(said)) for names, said in groups),
    )


def _short(text: str) -> str:
    text = printable(text) or "nothing"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
