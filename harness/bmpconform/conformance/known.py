"""The vectors, pushed through every target that pip alone can give, and compared with what is expected of it."""

from collections.abc import Callable, Iterator
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
    """Yield what came of each profile; say the report, and leave the results below `out`.

    Raises CorpusError, ExpectedError and OutputError.
    """
    corpus = load()
    targets = known_targets()
    for profile in JUDGED_UNDER:
        outcome = Outcome()
        options = RunOptions(PROFILES[profile], jobs=len(targets))
        events = outcome.of(run(contenders(targets, None, None), corpus, options))
        if out is not None:
            events = keep(out / profile, events)
        for line in render_verdicts(events, PLAIN_WIDTH):
            say(line.plain)
        yield outcome
