"""Changes a sample of places in our own judgement, one at a time, and tells which of them no test notices.

Why: rules, codec and verdicts judge others; what judges them is their tests, and this is what those are worth.
"""

import argparse
import gc
import sys
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from explained import SURVIVORS, Fact, load, show, stale
from mutations import Mutation, Space
from page import render
from places import read_all
from tracing import ROOT, tests_by_line
from trial import Outcome, Trial, trials

# Those that are fast and judge octets; all but the first three hold the codec and the rules to vectors and to captures.
TESTS = ("wire", "rules", "judge", "neutral", "check", "property", "corpus/test_vectors.py")
REPORT = ROOT / "reports" / "selfmutation.md"
# What tests import of others, loaded before the first fork; of the package itself nothing may be.
LIBRARIES = ("click", "coverage", "dpkt", "hypothesis", "hypothesis.strategies", "jsonschema", "msgspec", "rich", "ssl")
NUMBER, SEED, JOBS = 500, 9736, 2


def score(wanted: Sequence[Mutation], jobs: int) -> list[Trial]:
    """Try changes, and return what became of each, in the order of the places."""
    with TemporaryDirectory() as folder:
        _be_quick(Path(folder))
        tests = tests_by_line([str(ROOT / "tests" / name) for name in TESTS], Path(folder))
        gc.freeze()
        work = ((mutation, tests.of(mutation.place.module, mutation.line)) for mutation in wanted)
        return sorted(_told(trials(work, jobs), len(wanted)))


def _be_quick(folder: Path) -> None:
    """Load now what each child would load again, and keep bytecode where nobody finds it later."""
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(folder / "bytecode")
    for library in LIBRARIES:
        import_module(library)


def _told(tried: Iterable[Trial], number: int) -> Iterator[Trial]:
    for done, trial in enumerate(tried, 1):
        print(f"{done}/{number} {trial.outcome.value}: {show(fact_of(trial.mutation))} {trial.test}", flush=True)
        yield trial


def fact_of(mutation: Mutation) -> Fact:
    """Return a change as what may be said about its place."""
    return Fact(mutation.place, mutation.after)


def main() -> int:
    """Draw, try and tell. Returns 1 where a change survives without a reason, or a reason does not hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--number", type=int, default=NUMBER)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--jobs", type=int, default=JOBS)
    parser.add_argument("--module", default="*", help="pattern of modules, as wire/*; the report is left as it is")
    chosen = parser.parse_args()
    reasons = {fact: why for fact, why in load(SURVIVORS, "after").items() if fnmatch(fact.place.module, chosen.module)}
    space = Space(read_all())
    drawn = [each for each in space.sample(chosen.number, chosen.seed) if fnmatch(each.place.module, chosen.module)]
    # What is explained is tried whether it is drawn or not: a reason that no longer holds is to go.
    explained = (space.at(fact.place, fact.other) for fact in reasons)
    tried = score(sorted({*drawn, *(each for each in explained if each is not None)}), chosen.jobs)
    survived = {fact_of(trial.mutation) for trial in tried if trial.outcome is Outcome.SURVIVED}
    faults = [f"survived: {show(fact)}" for fact in sorted(survived - reasons.keys())] + stale(reasons, survived)
    if (chosen.number, chosen.seed, chosen.module) == (NUMBER, SEED, "*"):
        counted = set(drawn)
        page = render([trial for trial in tried if trial.mutation in counted], reasons, chosen.seed)
        REPORT.write_text(page, encoding="utf-8")
    print("\n".join(faults))
    print(f"{len(tried) - len(survived - reasons.keys())} passed, {len(faults)} failed, 0 skipped")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
