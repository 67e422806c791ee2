"""Who else reads what the reference encodes, as it was meant; ends with 1 where too few do and nobody has said why.

Why: rules, reference and vectors come from one hand. What it writes and calls valid, others must be able to read; where
fewer than two do, someone has to say why the octets are right all the same, in `analysed.toml`.
"""

import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bmpconform.corpus.found import document_findings
from bmpconform.corpus.load import load
from bmpconform.corpus.vector import Observation, Op, Origin, Outcome, OutcomeLevel, Provenance, Vector
from bmpconform.fuzz.generate import Generator, seeded
from bmpconform.judge.observed import Observed
from bmpconform.neutral import Session as Told
from bmpconform.neutral import show
from bmpconform.rules.selection import Policy, Selection
from bmpconform.rules.session import Session
from bmpconform.run.contenders import contenders
from bmpconform.run.cross import decoded_by, encoded_vectors
from bmpconform.run.runner import Contender
from bmpconform.run.target import TargetRun
from bmpconform.spec.catalogue import Level
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.catalogue import load_adapters
from bmpconform.targets.errors import MissingError, TargetError
from bmpconform.wire.codec import decode, encode
from bmpconform.wire.messages import Peer
from bmpconform.wire.value import UNSET, Value
from met import met

REFERENCE = "reference"
ENOUGH = 2
SESSIONS = 40
READ = Outcome(Observation.ACCEPTED, "read", OutcomeLevel.PASS)
PROFILE = PROFILES[DEFAULT_PROFILE]
SELECTION = Selection(PROFILE, Policy())
WITH_PATHS = "a session with path identifiers"
ANALYSED = Path(__file__).with_name("analysed.toml")
REPORT = Path(__file__).parents[2] / "reports" / "ACCEPTED.md"


class Analysis(Value, frozen=True):
    """Why octets are right that hardly anyone reads: those that bring what a line of `met` says, or of one vector."""

    of: str
    why: str


class Read(Value, frozen=True):
    """What the reference encoded, and who reads it."""

    vector: Vector
    by: tuple[str, ...]

    @property
    def is_enough(self) -> bool:
        """Whether enough others read it."""
        return len(self.by) >= ENOUGH

    def is_of(self, analysis: Analysis) -> bool:
        """Whether an analysis speaks of it."""
        lines = {self.vector.id, *met([self.vector.octets])}
        return analysis.of in (lines | {WITH_PATHS} if self.vector.session else lines)


def analyses() -> tuple[Analysis, ...]:
    """Return what was argued so far."""
    entries = tomllib.loads(ANALYSED.read_text(encoding="utf-8"))["analysed"]
    return tuple(Analysis(entry["of"], entry["why"]) for entry in entries)


def asked() -> list[Vector]:
    """Return what the reference is asked to encode: vectors that break no document, and generated messages."""
    vectors = [vector for vector in load().vectors if Op.ENCODE in vector.ops and vector.fields]
    return [vector for vector in vectors if not _is_broken(vector)] + [*generated(SESSIONS)]


def _is_broken(vector: Vector) -> bool:
    return any(finding.level > Level.INFO for finding in document_findings(vector, SELECTION))


def generated(sessions: int) -> Iterator[Vector]:
    """Yield the messages of so many valid sessions, each as a vector that asks an encoder for it."""
    for number in range(sessions):
        session = Session()
        for place, message in enumerate(Generator(seeded(number)).session()):
            octets, told = encode(message), _told(session, getattr(message, "peer", None))
            shown = show(decode(octets), len(octets), PROFILE, told or None)
            assert shown is not None
            yield Vector(
                id=f"generated/session-{number}-message-{place}",
                title="a generated message",
                ops=(Op.ENCODE,),
                profile=DEFAULT_PROFILE,
                clauses=(),
                flags=(),
                provenance=Provenance(Origin.HAND),
                fields=(("octets", octets.hex()),),
                message=shown,
                session=told or UNSET,
                outcomes=(READ,),
            )
            session.advance(message)


def _told(session: Session, peer: Peer | None) -> Told | None:
    """Return what a decoder has to be told of the session before a message of this peer: path identifiers alone."""
    agreed = None if peer is None else session.agreed(peer)
    return Told(add_path=agreed[0]) if agreed is not None and agreed[0] else None


def encoded(vectors: Sequence[Vector]) -> list[Vector]:
    """Return vectors as the reference encodes them. Raises TargetError where it does not start."""
    (reference,) = contenders([REFERENCE], None, None)
    run = TargetRun(reference.open, PROFILE, Policy())
    try:
        return encoded_vectors(run, vectors, PROFILE, _go_on)
    finally:
        run.close()


def _go_on(_done: int, _total: int) -> bool:
    return True


def readers(others: Iterable[Contender], vectors: Sequence[Vector]) -> tuple[list[Read], list[str], list[str]]:
    """Return who of the others reads each vector, the name and version of those that were asked, and who was not."""
    by: dict[str, list[str]] = {vector.id: [] for vector in vectors}
    versions, absent = [], []
    for other in others:
        try:
            run = TargetRun(other.open, PROFILE, Policy())
        except (MissingError, TargetError) as error:
            absent.append(f"{other.name}: {error}")
            continue
        try:
            for outcome in decoded_by(run, vectors, _go_on, rerun=False):
                observed = outcome.observed
                if isinstance(observed, Observed) and observed.observation is Observation.ACCEPTED:
                    by[outcome.task.vector.id].append(other.name)
            versions.append(f"{other.name} {run.greeted.version}")
        finally:
            run.close()
    return [Read(vector, tuple(by[vector.id])) for vector in vectors], versions, absent


def faults(reads: Iterable[Read], argued: Sequence[Analysis]) -> Iterator[str]:
    """Yield what too few read and nobody has argued, and analyses of what enough read."""
    few = [read for read in reads if not read.is_enough]
    for read in few:
        if not any(read.is_of(analysis) for analysis in argued):
            yield f"{read.vector.id} is read by {', '.join(read.by) or 'nobody'}, and not analysed: {read.vector.hex}"
    for analysis in argued:
        if not any(read.is_of(analysis) for read in few):
            yield f"{analysis.of} is analysed, and all of it is read by {ENOUGH} or more"


def render(reads: Sequence[Read], versions: Iterable[str], argued: Sequence[Analysis]) -> str:
    """Return the page: how much was asked of whom, and each analysis with what it is of."""
    few = [read for read in reads if not read.is_enough]
    rows = "".join(_row(analysis, [read for read in few if read.is_of(analysis)]) for analysis in argued)
    return _PAGE.format(
        sessions=SESSIONS,
        asked=", ".join(versions),
        total=len(reads),
        enough=len(reads) - len(few),
        needed=ENOUGH,
        rows=rows,
    )


_PAGE = """\
# Accepted

What the reference encodes, valid and in all variety: each vector that asks an encoder for a message, and the messages
of {sessions} generated sessions. Asked are the decoders of other authors, and what counts is that they read a message
as it was meant, at the depth that they declare. Written by `tox -e conformance-all` where all of them are there; it
fails where fewer than {needed} read what is not analysed here.

Asked: {asked}.

{total} messages; {enough} are read by {needed} decoders or more.

| of the others | messages | read by | why they are right all the same |
|---|---|---|---|
{rows}"""


def _row(analysis: Analysis, few: Sequence[Read]) -> str:
    names = sorted({name for read in few for name in read.by})
    return f"| {analysis.of} | {len(few)} | {', '.join(names) or 'nobody'} | {analysis.why} |\n"


def main(names: Sequence[str]) -> int:
    """Ask, tell what is wrong, and write the page if all were asked. Returns 1 where something is wrong."""
    others = [name for name in names or load_adapters() if name != REFERENCE]
    requests, argued = asked(), analyses()
    vectors = encoded(requests)
    reads, versions, absent = readers(contenders(others, None, None), vectors)
    all_asked = not absent and {*others} == load_adapters().keys() - {REFERENCE}
    unwritten = {vector.id for vector in requests} - {vector.id for vector in vectors}
    wrong = [f"the reference does not encode {name}" for name in sorted(unwritten)]
    wrong += faults(reads, argued) if all_asked else ()
    sys.stdout.writelines(f"{line}\n" for line in (*(f"skipped: {line}" for line in absent), *wrong))
    if all_asked and REPORT.parent.is_dir():
        REPORT.write_text(render(reads, versions, argued), encoding="utf-8")
    enough = sum(read.is_enough for read in reads)
    undecided = 0 if all_asked else len(reads) - enough
    sys.stdout.write(f"{enough} passed, {len(wrong)} failed, {undecided} skipped\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
