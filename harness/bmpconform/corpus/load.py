"""The vectors as they lie in the folder, read and chosen.

Why a hash over the files: a report says which corpus it speaks of, and one changed octet makes another corpus.
"""

import hashlib
import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from bmpconform.corpus.location import CorpusError, vectors_folder
from bmpconform.corpus.repeats import expand
from bmpconform.corpus.vector import Topic, Vector
from bmpconform.spec.profiles import PROFILES, Profile
from bmpconform.wire.value import Value, from_data

# One for each document, and one for what only a stream shows.
FOLDERS = ("rfc7854", "rfc8671", "rfc9069", "rfc9736", "rfc9972", "stream")
FLAGS = "flags.json"
RETIRED = "RETIRED"


class Corpus(Value, frozen=True):
    """All vectors by id, in its order, and the SHA-256 over their files."""

    vectors: tuple[Vector, ...]
    sha256: str


def load(folder: Path | None = None) -> Corpus:
    """Return the vectors below `folder`. Raises CorpusError where a file does not fit, or an id is there twice."""
    folder = folder or vectors_folder()
    digest = hashlib.sha256()
    vectors: dict[str, Vector] = {}
    for file in topic_files(folder):
        octets = (folder / file).read_bytes()
        digest.update(f"{file}\0{len(octets)}\0".encode() + octets)
        for vector in read_topic(file, octets).vectors:
            if vector.id in vectors:
                raise CorpusError(file, f"the id {vector.id} is there twice.")
            vectors[vector.id] = vector
    if not vectors:
        raise CorpusError("", "there is no vector.")
    return Corpus(tuple(vectors[vector_id] for vector_id in sorted(vectors)), digest.hexdigest())


def topic_files(folder: Path) -> Iterator[str]:
    """Yield the name of each file of vectors, below `folder`, in the order of the folders and then of the names."""
    for name in FOLDERS:
        for path in sorted((folder / name).glob("*.json")):
            yield f"{name}/{path.name}"


def read_topic(file: str, octets: bytes) -> Topic:
    """Return the topic in a file. Raises CorpusError with the place where it does not fit."""
    try:
        return from_data(expand(json.loads(octets)), Topic)
    except ValueError as error:
        raise CorpusError(file, f"cannot be read: {error}") from error


def load_flags(folder: Path) -> dict[str, str]:
    """Return the glossary of flags: each word and what it means. Raises CorpusError."""
    try:
        return from_data(json.loads((folder / FLAGS).read_bytes()), dict[str, str])
    except (OSError, ValueError) as error:
        raise CorpusError(FLAGS, f"cannot be read: {error}") from error


def load_retired(folder: Path) -> frozenset[str]:
    """Return the ids that once were and are never used again. Raises CorpusError."""
    try:
        lines = (folder / RETIRED).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CorpusError(RETIRED, f"cannot be read: {error}") from error
    return frozenset(line.split()[0] for line in lines if line and not line.startswith("#"))


def select(corpus: Corpus, pattern: str, profile: Profile) -> tuple[Vector, ...]:
    """Return the vectors whose id fits the shell pattern and which this profile scores."""
    return tuple(
        vector
        for vector in corpus.vectors
        if fnmatchcase(vector.id, pattern) and PROFILES[vector.profile].order <= profile.order
    )
