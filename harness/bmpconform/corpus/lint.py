"""Whether the vectors hold: their form, their words, and what they say of their octets.

Why hard: a vector is what others are judged by. A wrong one accuses the wrong side.
"""

import re
from pathlib import Path

from bmpconform.corpus.agreement import disagreements
from bmpconform.corpus.load import load_flags, load_retired, read_topic, topic_files
from bmpconform.corpus.location import vectors_folder
from bmpconform.corpus.vector import (
    HEX_PATTERN,
    SLUG_PATTERN,
)
from bmpconform.corpus.write import render_topic
from bmpconform.rules.rule import RULES
from bmpconform.wire.value import Value

_SLUG = re.compile(SLUG_PATTERN)
_HEX = re.compile(HEX_PATTERN)
# Findings that ask nothing of the encoder: what has one of them is a valid message.
_LEVELS = {rule.code: rule.level for rule in RULES}


class Problem(Value, frozen=True):
    """What is wrong: the file below `vectors/`, the vector's id (empty: the file itself), and one sentence."""

    file: str
    vector: str
    reason: str


def lint(folder: Path | None = None) -> list[Problem]:
    """Return what is wrong with the vectors below `folder`. Raises CorpusError where they cannot be read at all."""
    folder = folder or vectors_folder()
    flags, retired = load_flags(folder), load_retired(folder)
    problems: list[Problem] = []
    seen: set[str] = set(retired)
    for file in topic_files(folder):
        octets = (folder / file).read_bytes()
        topic = read_topic(file, octets)
        if octets.decode() != render_topic(topic):
            problems.append(Problem(file, "", "is not as the formatter writes it."))
        for vector in topic.vectors:
            reasons = [*faults(vector, Path(file).stem, frozenset(flags)), *_id_faults(vector, seen)]
            seen.add(vector.id)
            problems += [Problem(file, vector.id, reason) for reason in reasons or disagreements(vector)]
    return problems
