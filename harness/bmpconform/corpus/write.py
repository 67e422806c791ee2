"""The text of a file of vectors: one form for all, so that a difference between two versions is one in content.

Why of its own: an object that fits one line stands on one line, which makes a frame a table of its fields.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bmpconform.corpus.load import read_topic, topic_files
from bmpconform.corpus.repeats import shorten
from bmpconform.wire.value import Value, to_json

WIDTH = 120
# The keys of the vectors and of the neutral form whose value is octets of any number.
OCTETS = frozenset({"data", "hex", "prefix", "rest", "value"})


def write_vectors(folder: Path) -> list[str]:
    """Write each file of vectors below `folder` in its form; return those that had another. Raises CorpusError."""
    changed = []
    for file in topic_files(folder):
        octets = (folder / file).read_bytes()
        text = render_topic(read_topic(file, octets)).encode()
        if text != octets:
            (folder / file).write_bytes(text)
            changed.append(file)
    return changed


def render_topic(topic: Value) -> str:
    """Return the text of the file that holds a topic, of vectors or the like, whatever the file looked like before."""
    return "\n".join(_lines(_short(json.loads(to_json(topic))), "", "")) + "\n"


def _short(data: Any, key: str = "") -> Any:  # noqa: ANN401 - any JSON
    """Return data with the octets in their short form; a field is a name and its octets."""
    if isinstance(data, dict):
        return {name: _short(value, name) for name, value in data.items()}
    if key == "fields":
        return [[name, shorten(octets)] for name, octets in data]
    if isinstance(data, list):
        return [_short(item) for item in data]
    return shorten(data) if key in OCTETS and isinstance(data, str) else data


def _lines(data: Any, indent: str, before: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield the lines of `data`, `before` in front of the first; what fits the width is one line."""
    line = f"{indent}{before}{json.dumps(data, ensure_ascii=False)}"
    if not isinstance(data, dict | list) or not data or (len(line) < WIDTH and _is_flat(data)):
        yield line
        return
    opening, closing = "{}" if isinstance(data, dict) else "[]"
    yield f"{indent}{before}{opening}"
    names = [f"{json.dumps(name)}: " for name in data] if isinstance(data, dict) else [""] * len(data)
    items = list(data.values()) if isinstance(data, dict) else data
    for index, (name, item) in enumerate(zip(names, items, strict=True), start=1):
        *lines, last = _lines(item, indent + " ", name)
        yield from lines
        yield last + ("," if index < len(items) else "")
    yield f"{indent}{closing}"


def _is_flat(data: dict[str, Any] | list[Any]) -> bool:
    """Whether an object may stand on one line: a vector, with its title and its fields, has a line for each."""
    return not (isinstance(data, dict) and "title" in data)
