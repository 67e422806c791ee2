"""The scripts as they lie in `vectors/live`: read, chosen, held against clauses and checks, written in their form."""

import json
import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from bmpconform.corpus.lint import Problem, heading_faults
from bmpconform.corpus.location import CorpusError, vectors_folder
from bmpconform.corpus.repeats import expand
from bmpconform.corpus.vector import HEX_PATTERN
from bmpconform.corpus.write import render_topic
from bmpconform.live.oracle import by_clause
from bmpconform.live.script import Connect, Refuse, Rush, Script, Scripts, Send, Step
from bmpconform.spec.catalogue import CLAUSES
from bmpconform.spec.profiles import PROFILES, Profile
from bmpconform.spec.schemas import schema_text, schemas_of
from bmpconform.wire.value import from_data

FOLDER, SCHEMA = "live", "live.schema.json"
_HEX = re.compile(HEX_PATTERN)


def script_files(folder: Path) -> Iterator[str]:
    """Yield the name of each file of scripts, below `folder`, in order."""
    for path in sorted((folder / FOLDER).glob("*.json")):
        yield f"{FOLDER}/{path.name}"


def load_scripts(folder: Path | None = None) -> tuple[Script, ...]:
    """Return all scripts, by id. Raises CorpusError where a file does not fit, or an id is there twice."""
    folder = folder or vectors_folder()
    found: dict[str, Script] = {}
    for file in script_files(folder):
        for script in _read(folder, file).scripts:
            if script.id in found:
                raise CorpusError(file, f"the id {script.id} is there twice.")
            found[script.id] = script
    return tuple(found[script_id] for script_id in sorted(found))


def _read(folder: Path, file: str) -> Scripts:
    try:
        return from_data(expand(json.loads((folder / file).read_bytes())), Scripts)
    except (OSError, ValueError) as error:
        raise CorpusError(file, f"cannot be read: {error}") from error


def select_scripts(scripts: Sequence[Script], pattern: str, profile: Profile) -> tuple[Script, ...]:
    """Return the scripts whose id fits the shell pattern and which this profile scores."""
    return tuple(
        script
        for script in scripts
        if fnmatchcase(script.id, pattern) and PROFILES[script.profile].order <= profile.order
    )


def write_scripts(folder: Path) -> list[str]:
    """Write each file of scripts below `folder` in its form; return those that had another. Raises CorpusError."""
    changed = []
    for file in script_files(folder):
        text = render_topic(_read(folder, file))
        if text != (folder / file).read_text(encoding="utf-8"):
            (folder / file).write_text(text, encoding="utf-8")
            changed.append(file)
    return changed


def lint_scripts(folder: Path | None = None) -> list[Problem]:
    """Return what is wrong with the scripts below `folder`. Raises CorpusError where they cannot be read at all."""
    folder = folder or vectors_folder()
    problems = []
    for file in script_files(folder):
        topic = _read(folder, file)
        if render_topic(topic) != (folder / file).read_text(encoding="utf-8"):
            problems.append(Problem(file, "", "is not as the formatter writes it."))
        for script in topic.scripts:
            problems += [Problem(file, script.id, reason) for reason in _faults(script, Path(file).stem)]
    return problems


def _faults(script: Script, topic: str) -> Iterator[str]:
    yield from heading_faults(script, topic)
    checks = by_clause(script.role)
    for clause in script.clauses:
        if clause in CLAUSES and clause not in checks:
            yield f"no check for this role judges {clause}."
    yield from _step_faults(script.steps)


def _step_faults(steps: Sequence[Step]) -> Iterator[str]:
    connections = 0
    for number, step in enumerate(steps):
        connections += isinstance(step, Connect)
        if getattr(step, "on", 0) >= max(1, connections):
            yield f"step {number} is on a connection that was not made."
        if isinstance(step, Send) and not all(name and _HEX.match(octets) and octets for name, octets in step.fields):
            yield f"step {number} has a field without a name or without octets in lower-case hex."
    if not any(isinstance(step, Connect | Refuse | Rush) for step in steps):
        yield "no step makes a connection."


def render_script_schema() -> str:
    """Return the text of the JSON Schema of the files."""
    (scripts,), definitions = schemas_of([Scripts])
    return schema_text("Scripts: live sessions, step by step", scripts, definitions)
