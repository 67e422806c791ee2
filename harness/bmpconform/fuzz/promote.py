"""A finding as a stored vector, so that what a campaign met once is asked in every run from then on.

Why it may be refused: a vector has one fault, which the rules name, and says by which clause it is judged. Octets that
break several documents at once are no such case until somebody takes them apart.
"""

from pathlib import Path

from bmpconform.corpus.agreement import disagreements, in_words
from bmpconform.corpus.found import document_findings
from bmpconform.corpus.load import read_topic
from bmpconform.corpus.vector import Finding, Op, Origin, Provenance, Topic, Vector
from bmpconform.corpus.write import render_topic
from bmpconform.fuzz.finding import StoredFinding
from bmpconform.fuzz.oracle import Expectation, Oracle
from bmpconform.neutral import Message
from bmpconform.rules.selection import Policy, Selection
from bmpconform.run.store import write_whole
from bmpconform.spec.catalogue import CLAUSES
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.errors import BmpconformError
from bmpconform.wire.interpret import spans
from bmpconform.wire.value import UNSET, from_data, replace

TOPIC = "fuzz"


class PromoteError(BmpconformError):
    """A finding that cannot be a vector: one sentence on why."""


def vector_of(found: StoredFinding, clause: str | None, topic: str = TOPIC) -> Vector:
    """Return the vector that a finding makes, judged by `clause`, its own where that is None. Raises PromoteError."""
    line, profile = found.line, PROFILES[found.profile]
    octets = bytes.fromhex(found.octets)
    vector = _expected(found, Oracle(profile)).vector
    breaches = document_findings(vector, Selection(profile, Policy()))
    clause = clause or (breaches[0].clause if breaches else line.clause)
    if clause not in CLAUSES:
        what = f"{clause} is no clause" if clause else "Neither the octets nor the finding name a clause"
        raise PromoteError(
            f"{what}: say with --clause ID which one the target breaks (`bmpconform clauses` lists them)."
        )
    if len(breaches) > 1:
        reason = f"they break {in_words(breaches)}, and a vector breaks one clause at most"
        raise PromoteError(f"The octets are no vector as they are: {reason}. Take them apart by hand.")
    what = "Octets" if octets else "A message"
    vector = replace(
        vector,
        id=f"{topic}/{line.op}-{line.key}",
        title=f"{what} that a campaign found: {line.observation}, {line.code or 'without a code'}.",
        clauses=tuple(dict.fromkeys((clause, *(breach.clause for breach in breaches if breach.clause)))),
        provenance=Provenance(Origin.FUZZ, note=f"Finding {line.key}."),
        fields=fields_of(octets, Op(line.op)),
        finding=Finding(breaches[0].clause, breaches[0].code) if breaches else UNSET,
    )
    for reason in disagreements(vector):
        raise PromoteError(f"The octets are no vector as they are: {reason}")
    return vector


def _expected(found: StoredFinding, oracle: Oracle) -> Expectation:
    """Return what was expected of the target. Raises PromoteError."""
    is_written = found.line.op == Op.ENCODE.value
    if is_written and not found.octets:
        return oracle.expect_refused(from_data(found.line.input, Message))
    read = oracle.expect(bytes.fromhex(found.octets))
    expectation = oracle.expect_written(read) if is_written else read
    if not found.octets or expectation is None:
        reason = "no message, and cannot be asked for" if found.octets else "none, and no vector"
        raise PromoteError(f"The octets are {reason}: keep the test file of the finding instead.")
    return expectation


def promote(found: StoredFinding, file: Path, clause: str | None = None) -> Vector:
    """Add a finding to a file of vectors, which is made if need be, and return the vector. Raises PromoteError."""
    vector = vector_of(found, clause, file.stem)
    topic = Topic("What campaigns found.", ())
    if file.exists():
        topic = read_topic(file.name, file.read_bytes())
    others = tuple(one for one in topic.vectors if one.id != vector.id)
    write_whole(file, render_topic(replace(topic, vectors=(*others, vector))).encode())
    return vector


def folder_of(vector: Vector) -> str:
    """Return the folder of vectors for the document of its first clause."""
    return "stream" if vector.items else vector.clauses[0].partition("-")[0].lower()


def fields_of(octets: bytes, op: Op) -> tuple[tuple[str, str], ...]:
    """Return the names and the octets, in hex, of the fields of a message; a stream as it is."""
    if op is Op.STREAM:
        return (("octets", octets.hex()),)
    fields = [span for span in spans(octets) if span.field is not None and span.length]
    named = [(span.path, octets[span.offset : span.offset + span.length].hex()) for span in fields]
    return tuple(named) if "".join(piece for _, piece in named) == octets.hex() else (("octets", octets.hex()),)
