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

from explained import Fact, load, show, stale
from mutations import Mutation, at, sample
from page import render
from tracing import ROOT, Stages, TestsByLine, tests_by_line
from trial import Outcome, Trial, trials

# Those that are fast and judge octets; all but the first three hold the codec and the rules to vectors and to captures.
TESTS = ("wire", "rules", "judge", "neutral", "check", "property", "corpus/test_vectors.py")
SURVIVORS = Path(__file__).with_name("survivors.toml")
REPORT = ROOT / "reports" / "selfmutation.md"
# What tests import of others, loaded before the first fork; of the package itself nothing may be.
LIBRARIES = ("click", "coverage", "dpkt", "hypothesis", "hypothesis.strategies", "jsonschema", "msgspec", "rich", "ssl")
NUMBER, SEED, JOBS = 500, 9736, 2


def score(drawn: Sequence[Mutation], reasons: dict[Fact, str], jobs: int) -> list[Trial]:
    """Try what was drawn and what is explained, and return what became of each, in the order of the places."""
    explained = (at(fact.place, fact.other) for fact in reasons)
    wanted = sorted({*drawn, *(mutation for mutation in explained if mutation is not None)})
    with TemporaryDirectory() as folder:
        _be_quick(Path(folder))
        tests = tests_by_line([str(ROOT / "tests" / name) for name in TESTS], Path(folder))
        gc.freeze()
        return sorted(_told(trials(((mutation, _tests_of(mutation, tests)) for mutation in wanted), jobs), len(wanted)))


def _be_quick(folder: Path) -> None:
    """Load now what each child would load again, and keep bytecode where nobody finds it later."""
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(folder / "bytecode")
    for library in LIBRARIES:
        import_module(library)


def _tests_of(mutation: Mutation, tests: TestsByLine) -> Stages:
    return tests.of(mutation.place.module, mutation.line)


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
    drawn = [each for each in sample(chosen.number, chosen.seed) if fnmatch(each.place.module, chosen.module)]
    tried = score(drawn, reasons, chosen.jobs)
    survived = {fact_of(trial.mutation) for trial in tried if trial.outcome is Outcome.SURVIVED}
    faults = [f"survived: {show(fact)}" for fact in sorted(survived - reasons.keys())] + stale(reasons, survived)
    if (chosen.number, chosen.seed, chosen.module) == (NUMBER, SEED, "*"):
        counted = set(drawn)
        page = render([trial for trial in tried if trial.mutation in counted], reasons, chosen.seed)
        REPORT.write_text(page, encoding="utf-8")
    print("\n".join(faults))
    print(f"{len(tried) - len(faults)} passed, {len(faults)} failed, 0 skipped")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
