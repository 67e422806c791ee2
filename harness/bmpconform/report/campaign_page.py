"""The report of a campaign as one HTML page: curves over time and over executions, findings, and disagreements.

Why no script: it shows what it has, and what targets said cannot run where nothing runs.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from bmpconform import __version__
from bmpconform.fuzz.disagreement import StoredDisagreement
from bmpconform.fuzz.feedback import COARSEST
from bmpconform.fuzz.finding import StoredFinding, values_of
from bmpconform.fuzz.store import StatsLine
from bmpconform.fuzz.stored import StoredCampaign
from bmpconform.report.campaign import kind_of, voice_text
from bmpconform.report.page import asset, environment, hash_of
from bmpconform.report.plot import HEIGHT, WIDTH, Plot, plot
from bmpconform.show.printable import printable
from bmpconform.wire.value import Value, replace

_LONGEST = 200
_Number: TypeAlias = Callable[[StatsLine], float]
_CURVES: tuple[tuple[str, _Number], ...] = (
    ("executions", lambda line: line.executions),
    ("executions a second", lambda line: line.rate),
    ("inputs kept", lambda line: line.corpus),
    ("signatures", lambda line: line.signatures),
    ("level of signatures", lambda line: line.level),
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
    runs = sewn(campaign.runs)
    lines = [line for run in runs for line in run]
    last = lines[-1] if lines else None
    return (
        environment()
        .get_template("campaign.html.jinja")
        .render(
            version=__version__,
            last=last,
            runs=len(runs),
            # What a run counts begins anew with it.
            kept=last.corpus if last and campaign.inputs is None else campaign.inputs,
            signatures=max((line.signatures for line in lines), default=0),
            level=max((line.level for line in lines), default=0),
            edges=max((line.edges for line in lines), default=0),
            coarsest=COARSEST,
            over_time=_plots(runs, "seconds", lambda line: line.seconds),
            over_executions=_plots(runs, "executions", lambda line: line.executions),
            width=WIDTH,
            height=HEIGHT,
            latency=sorted(last.latency.items(), key=lambda item: (-item[1], item[0])) if last else [],
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


def sewn(runs: Iterable[Sequence[StatsLine]]) -> list[list[StatsLine]]:
    """Return the lines of each run with the seconds and executions of those before it added."""
    seconds, executions = 0.0, 0
    told: list[list[StatsLine]] = []
    for run in runs:
        told.append([_later(line, seconds, executions) for line in run])
        seconds, executions = told[-1][-1].seconds, told[-1][-1].executions
    return told


def _later(line: StatsLine, seconds: float, executions: int) -> StatsLine:
    return replace(line, seconds=round(line.seconds + seconds, 3), executions=line.executions + executions)


def _plots(runs: Sequence[Sequence[StatsLine]], over: str, place: _Number) -> list[Plot]:
    """Return each curve that is not flat at nothing, and not over itself; each run is a line of its own."""
    curves = [
        (name, [[(place(line), of(line)) for line in run] for run in runs]) for name, of in _CURVES if name != over
    ]
    return [plot(name, over, lines) for name, lines in curves if any(y for line in lines for _, y in line)]


def _row(found: StoredFinding) -> Row:
    line = found.line
    return Row(
        line.key,
        line.level,
        printable(line.target),
        line.op,
        printable(found.fault.words),
        printable(line.path),
        printable(values_of(found, _LONGEST)),
        line.executions,
        line.seconds,
    )


def _place(row: Row) -> tuple[int, str, str, str, str]:
    """Return what rows are in the order of: failures first, then by target."""
    return _FIRST[row.level], row.target, row.op, row.what, row.key


def _split(found: StoredDisagreement) -> Split:
    return Split(
        found.line.key,
        kind_of(found.message_type),
        found.clause_or_error,
        printable(found.line.path),
        tuple((printable(", ".join(names)), voice_text(said, _LONGEST)) for names, said in found.told),
    )
