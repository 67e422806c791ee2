"""The page of what became of the changes: the score, by package, and each change that no test noticed.

Why no word of those that were noticed: the page is to change where the score does, and hardly else.
"""

from collections.abc import Iterable, Mapping, Sequence

from explained import Fact
from places import JUDGED
from trial import Outcome, Trial

_PAGE = """\
# Mutation of our own judgement

Small changes of `wire`, `rules` and `judge`, one at a time, and whether a test notices. Drawn by seed, at most one of
each place; made by Cosmic Ray, and by leaving a statement out. `tox -e selfmutation` writes this page, and fails where
a change survives without a reason.

**{noticed} of {changes} changes noticed, {percent:.1f} %** (seed {seed}); {left} survive, {explained} of them
explained.

| package | changes | fails a test | cannot be imported | takes too long | survives | noticed |
|---|---|---|---|---|---|---|
{packages}
## Survivors

| where | line | says | instead of | why no test can notice |
|---|---|---|---|---|
{survivors}"""


def render(tried: Sequence[Trial], reasons: Mapping[Fact, str], seed: int) -> str:
    """Return the page of a sample, as Markdown."""
    survivors = [trial for trial in tried if trial.outcome is Outcome.SURVIVED]
    facts = [Fact(trial.mutation.place, trial.mutation.after) for trial in survivors]
    return _PAGE.format(
        noticed=len(tried) - len(survivors),
        changes=len(tried),
        percent=_percent(tried),
        seed=seed,
        left=len(survivors),
        explained=sum(fact in reasons for fact in facts),
        packages="".join(_package(name, [one for one in tried if _package_of(one) == name]) for name in JUDGED),
        survivors="".join(
            _survivor(trial, reasons.get(fact, "not explained")) for trial, fact in zip(survivors, facts, strict=True)
        ),
    )


def _percent(tried: Sequence[Trial]) -> float:
    return 100 * sum(trial.outcome is not Outcome.SURVIVED for trial in tried) / max(len(tried), 1)


def _package_of(trial: Trial) -> str:
    return trial.mutation.place.module.partition("/")[0]


def _package(name: str, tried: Sequence[Trial]) -> str:
    outcomes = [sum(trial.outcome is outcome for trial in tried) for outcome in Outcome]
    return _row([f"`{name}`", len(tried), *outcomes, f"{_percent(tried):.1f} %"])


def _survivor(trial: Trial, reason: str) -> str:
    place, after = trial.mutation.place, trial.mutation.after
    where = f"`{place.module}` {place.function}".strip()
    return _row([where, trial.mutation.line, _code(after) if after else "nothing", _code(place.text), reason])


def _code(text: str) -> str:
    return f"`` {text.replace('|', chr(92) + '|')} ``"


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |\n"
