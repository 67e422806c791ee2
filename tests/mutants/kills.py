"""What kills each mutant, by a whole run of it; as a program, all of them, and the table in reports/.

Why only a `fail` for what a target said counts: one that crashes or breaks the protocol would be found without vectors.
"""

import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bmpconform.adapters.reference import target as reference
from bmpconform.corpus.load import Corpus, load
from bmpconform.corpus.mutants import FILE, render_mutants
from bmpconform.corpus.mutants import Mutant as Recorded
from bmpconform.corpus.vector import Observation
from bmpconform.judge.words import Verdict
from bmpconform.run.events import Judged, TargetUnusable, VerdictLine
from bmpconform.run.runner import Contender, RunOptions, run
from bmpconform.spec.catalogue import RESTATEMENTS
from bmpconform.targets.driver import Driver
from bmpconform.targets.launch import Launch
from bmpconform.wire.value import replace
from faults import mutants
from faults.mutant import Mutant

HOST = Path(__file__).with_name("host.py")
ROOT = Path(__file__).parents[2]
REPORT = ROOT / "reports" / "mutants.md"
# In the checkout: the wheel that is tested is not to be written to.
DATA = ROOT / "harness" / "bmpconform" / "corpus" / FILE
SAID = frozenset({Observation.WRONG_VALUE.value, Observation.REJECTED.value, Observation.ACCEPTED.value})
JOBS = 2


@dataclass(frozen=True)
class Killed:
    """What became of a mutant: the verdicts that kill it, and what is wrong in the mutant itself."""

    mutant: Mutant
    by: tuple[VerdictLine, ...]
    broken: tuple[str, ...]

    @property
    def right(self) -> VerdictLine | None:
        """The first verdict that kills it on a vector of a clause that it breaks, None where none does."""
        wanted = restated(self.mutant.clauses)
        return next((line for line in self.by if wanted.intersection(line.clauses)), None)


def kill(chosen: Iterable[Mutant]) -> Iterator[Killed]:
    """Judge mutants, and yield what became of each, in their order."""
    with ThreadPoolExecutor(JOBS) as pool:
        yield from pool.map(partial(_kill, load()), chosen)


def _kill(corpus: Corpus, mutant: Mutant) -> Killed:
    """Judge a mutant by the vectors of its clauses, and by all others where those let it live."""
    wanted = restated(mutant.clauses)
    near = tuple(vector for vector in corpus.vectors if wanted.intersection(vector.clauses))
    killed = _judge(mutant, replace(corpus, vectors=near))
    return killed if killed.right or killed.broken else _judge(mutant, corpus)


def _judge(mutant: Mutant, corpus: Corpus) -> Killed:
    return Killed(mutant, *_failures(mutant.name, (sys.executable, str(HOST), mutant.name), corpus))


def spare_the_reference() -> tuple[str, ...]:
    """Return what the vectors have against the codec without a fault: nothing, or no mutant proves anything."""
    module = reference.__name__
    said, broken = _failures("reference", (sys.executable, "-m", "bmpconform.targets.host", module), load())
    return (*(f"{line.vector} {line.op}: {line.code}" for line in said), *broken)


def _failures(name: str, command: tuple[str, ...], corpus: Corpus) -> tuple[tuple[VerdictLine, ...], tuple[str, ...]]:
    """Return the verdicts that are worth a kill, and what is wrong beside them."""
    launch = Launch(name, command, deterministic=True)
    contender = Contender(name, partial(Driver, launch), deterministic=True)
    said: list[VerdictLine] = []
    broken: list[str] = []
    for event in run([contender], corpus, RunOptions(rerun=False)):
        if isinstance(event, TargetUnusable):
            broken.append(event.text)
        elif isinstance(event, Judged) and event.line.verdict in _BAD:
            line = event.line
            if line.observation in SAID:
                said.append(line)
            else:
                broken.append(f"{line.vector}: {line.observation} {line.error or line.code}")
    return tuple(said), tuple(broken)


_BAD = frozenset({Verdict.FAIL.value, Verdict.HARNESS_BUG.value})


def restated(clauses: Iterable[str]) -> frozenset[str]:
    """Return clauses with those that say the same."""
    held = frozenset(clauses)
    return held.union(*(RESTATEMENTS.get(clause, ()) for clause in held))


def render(kills: Iterable[Killed]) -> str:
    """Return the table of what killed each mutant, as Markdown."""
    held = list(kills)
    right, modelled = sum(one.right is not None for one in held), sum(bool(one.mutant.link) for one in held)
    rows = "".join(_row(one) for one in held)
    return (
        _PAGE.format(mutants=len(held), dead=sum(bool(one.by) for one in held), right=right, modelled=modelled) + rows
    )


_PAGE = """\
# Mutants

Deliberate faults in the reference codec, and for each the first vector, by its id, that tells it from a right one.
Written by `tox -e mutants`, which fails where a mutant lives or this page is not what it found.

{mutants} mutants, {dead} killed, {right} by a vector of a clause that they break; {modelled} modelled on a bug of an
implementation.

| mutant | op | fault | like | clause | killed by | verdict |
|---|---|---|---|---|---|---|
"""


def _row(one: Killed) -> str:
    line = one.right or (one.by[0] if one.by else None)
    like = f"[{_short(one.mutant.link)}]({one.mutant.link})" if one.mutant.link else ""
    clause = "" if line is None else next((held for held in line.clauses if held in restated(one.mutant.clauses)), "")
    said = () if line is None else dict.fromkeys((line.observation, line.code, line.path))
    seen = " ".join(part for part in said if part)
    cells = one.mutant.name, one.mutant.op, one.mutant.fault, like, clause, line.vector if line else "lives", seen
    return f"| {' | '.join(cells)} |\n"


def _short(link: str) -> str:
    """Return what a link to a repository is about: its name, and the number of the thread or commit."""
    parts = link.removeprefix("https://github.com/").split("/")
    return f"{parts[1]} {parts[-1][:8]}" if len(parts) > 1 else link


def recorded(kills: Iterable[Killed]) -> bytes:
    """Return what the wheel carries of the mutants that were killed."""
    told = ((one.mutant, one.right) for one in kills)
    return render_mutants(
        Recorded(mutant.name, mutant.op, mutant.fault, mutant.clauses, line.vector) for mutant, line in told if line
    )


def main() -> int:
    """Judge all mutants, and write what became of them. Returns 1 where one lives or breaks, or that was not known."""
    faults = [f"reference: {fault}" for fault in spare_the_reference()]
    held = []
    for one in kill(mutants()):
        held.append(one)
        if one.right is None or one.broken:
            faults.append(f"{one.mutant.name}: {'; '.join(one.broken) or _alive(one)}")
    for file, octets in ((REPORT, render(held).encode()), (DATA, recorded(held))):
        if not file.exists() or file.read_bytes() != octets:
            file.write_bytes(octets)
            faults.append(f"{file.name} was out of date, and is written anew")
    print("\n".join(faults))
    print(f"{sum(one.right is not None and not one.broken for one in held)} passed, {len(faults)} failed")
    return 1 if faults else 0


def _alive(one: Killed) -> str:
    return f"killed by {one.by[0].vector}, which is of no clause that it breaks" if one.by else "lives"


if __name__ == "__main__":
    sys.exit(main())
