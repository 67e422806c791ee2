"""The vectors, pushed through every target that pip alone can give, and compared with what is expected of it."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bmpconform.corpus.load import load
from bmpconform.report.folder import keep
from bmpconform.report.terminal import PLAIN_WIDTH
from bmpconform.report.verdicts import render_verdicts
from bmpconform.run.contenders import contenders
from bmpconform.run.outcome import Outcome
from bmpconform.run.runner import RunOptions, run
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.catalogue import load_adapters

# What holds now, and what held before RFC 9736: a change may please neither of them alone.
JUDGED_UNDER = (DEFAULT_PROFILE, "draft-peer-up")


def known_targets() -> list[str]:
    """Return the names of the targets that need no program beside Python."""
    needs = {name: adapter.manifest.detect for name, adapter in load_adapters().items()}
    return [name for name, detect in needs.items() if not (detect.build or detect.run)]


def judge_known(out: Path | None, say: Callable[[str], object]) -> Iterator[Outcome]:
    """Yield what came of the known targets under each profile; say the report, and leave the results below `out`.

    Raises CorpusError, ExpectedError and OutputError.
    """
    for profile in JUDGED_UNDER:
        yield judge(known_targets(), profile, None if out is None else out / profile, say)


def judge(targets: Sequence[str], profile: str, out: Path | None, say: Callable[[str], object]) -> Outcome:
    """Return what came of targets under a profile; say the report, and leave the results in `out`."""
    outcome = Outcome()
    options = RunOptions(PROFILES[profile], jobs=os.cpu_count() or 1)
    events = outcome.of(run(contenders(targets, None, None), load(), options))
    if out is not None:
        events = keep(out, events)
    for line in render_verdicts(events, PLAIN_WIDTH):
        say(line.plain)
    return outcome
