"""Whether the vectors hold: their form, their words, and what they say of their octets.

Why hard: a vector is what others are judged by. A wrong one accuses the wrong side.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Protocol

from bmpconform.corpus.agreement import disagreements
from bmpconform.corpus.load import load_flags, load_retired, read_topic, topic_files
from bmpconform.corpus.location import vectors_folder
from bmpconform.corpus.vector import (
    HEX_PATTERN,
    NEVER_ALLOWED,
    SLUG_PATTERN,
    UNSAID,
    Item,
    Op,
    Origin,
    OutcomeLevel,
    Vector,
)
from bmpconform.corpus.write import render_topic
from bmpconform.neutral import malformed
from bmpconform.spec.catalogue import CLAUSES
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.value import UNSET, Value

_SLUG = re.compile(SLUG_PATTERN)
_HEX = re.compile(HEX_PATTERN)


class Problem(Value, frozen=True):
    """What is wrong: the file below `vectors/`, the vector's id (empty: the file itself), and one sentence."""

    file: str
    vector: str
    reason: str


class Entry(Protocol):
    """What a vector and a live script have in common."""

    @property
    def id(self) -> str:
        """Where it stands, and its name there."""

    @property
    def title(self) -> str:
        """What it is about, in a sentence."""

    @property
    def profile(self) -> str:
        """The name of the first profile that scores it."""

    @property
    def clauses(self) -> Sequence[str]:
        """What it shows."""


def lint(folder: Path | None = None) -> list[Problem]:
    """Return what is wrong with the vectors below `folder`. Raises CorpusError where they cannot be read at all."""
    folder = folder or vectors_folder()
    flags = load_flags(folder).keys()
    seen: set[str] = set(load_retired(folder))
    problems: list[Problem] = []
    for file in topic_files(folder):
        octets = (folder / file).read_bytes()
        topic = read_topic(file, octets)
        if octets.decode() != render_topic(topic):
            problems.append(Problem(file, "", "is not as the formatter writes it."))
        for vector in topic.vectors:
            if vector.id in seen:
                problems.append(Problem(file, vector.id, "the id is taken, by a vector that is there or was."))
            seen.add(vector.id)
            reasons = list(_faults(vector, Path(file).stem, flags)) or disagreements(vector)
            problems += [Problem(file, vector.id, reason) for reason in reasons]
    return problems


def _faults(vector: Vector, topic: str, flags: AbstractSet[str]) -> Iterator[str]:
    """Yield what is wrong with the form of a vector; only what has none is held against the code."""
    yield from heading_faults(vector, topic)
    yield from _word_faults("flag", vector.flags, flags)
    if vector.provenance.kind in {Origin.UPSTREAM, Origin.CAPTURE} and not vector.provenance.link:
        yield "where it comes from has a link."
    yield from _outcome_faults(vector)
    yield from _stream_faults(vector) if Op.STREAM in vector.ops else _frame_faults(vector)


def heading_faults(entry: Entry, topic: str) -> Iterator[str]:
    """Yield what is wrong with the id, title, profile and clauses of an entry of a file, whose stem is `topic`."""
    place, _, name = entry.id.partition("/")
    if place != topic or not _SLUG.match(name):
        yield f"an id here is {topic}/ and a name in kebab case."
    if not entry.title.endswith("."):
        yield "the title is a sentence, with its full stop."
    if entry.profile not in PROFILES:
        yield f"there is no profile {entry.profile}."
    yield from _word_faults("clause", entry.clauses, CLAUSES.keys())
    if not entry.clauses:
        yield "it names no clause."


def _word_faults(what: str, words: Sequence[str], known: AbstractSet[str]) -> Iterator[str]:
    if len(set(words)) < len(words):
        yield f"a {what} is there twice."
    for word in words:
        if word not in known:
            yield f"there is no {what} {word}."


def _outcome_faults(vector: Vector) -> Iterator[str]:
    observations = [outcome.observation for outcome in vector.outcomes]
    if len(set(observations)) < len(observations):
        yield "an observation is allowed twice, and only the first counts."
    for observation in NEVER_ALLOWED.intersection(observations):
        yield f"{observation.value} is never allowed."
    if OutcomeLevel.PASS not in {outcome.level for outcome in vector.outcomes}:
        yield "no outcome is a pass."
    labels = [outcome.label for outcome in vector.outcomes]
    labels += [other.label for item in vector.items or () for other in item.alternatives]
    for label in labels:
        if not _SLUG.match(label):
            yield f"the label {label} is not in kebab case."


def _frame_faults(vector: Vector) -> Iterator[str]:
    yield from _field_faults(vector)
    if not vector.ops or len(set(vector.ops)) < len(vector.ops):
        yield "each op is there once, and one at least."
    for name in ("items", "left", "closed", "cuts"):
        if getattr(vector, name) is not UNSET:
            yield f"only a stream has {name}."
    if vector.message is UNSET and (Op.ENCODE in vector.ops or vector.finding is UNSET):
        yield "what breaks no document, and what is to be encoded, has its message."
    if not vector.fields and vector.ops != (Op.ENCODE,):
        yield "only what cannot be framed has no octets."
    if vector.message is not UNSET and (path := malformed(vector.message)) and vector.fields:
        yield f"{path} of the message is not in its form."


def _stream_faults(vector: Vector) -> Iterator[str]:
    yield from _field_faults(vector)
    if vector.ops != (Op.STREAM,):
        yield "a stream is for no other op."
    if vector.message is not UNSET or vector.session is not UNSET:
        yield "a stream has its messages in its items and its session in its octets."
    if not vector.items:
        yield "a stream has items."
    if list(vector.cuts or ()) != sorted({cut for cut in vector.cuts or () if 0 < cut < len(vector.octets)}):
        yield "cuts ascend and are inside of the stream."
    for item in vector.items or ():
        yield from _item_faults(item)


def _item_faults(item: Item) -> Iterator[str]:
    if item.status in UNSAID:
        yield f"the item at {item.offset} is {item.status.value} only as an alternative."
    statuses = [item.status, *(other.status for other in item.alternatives)]
    if len(set(statuses)) < len(statuses):
        yield f"a status of the item at {item.offset} is there twice."
    if item.message is not UNSET and (path := malformed(item.message)):
        yield f"{path} of the message at {item.offset} is not in its form."


def _field_faults(vector: Vector) -> Iterator[str]:
    for name, octets in vector.fields:
        if not name or not octets or not _HEX.match(octets):
            yield f"the field {name or 'without a name'} has no octets in lower-case hex."
