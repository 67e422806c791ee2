"""The report of `check` as JSON lines: one object a line, as the contract has them.

Why JSON may need care beyond JSON: a terminal would obey some characters that JSON lets stand as they are.
"""

import re
from collections.abc import Iterable, Iterator

from bmpconform.events import Event, Found, Problem, Repeated
from bmpconform.wire.value import to_json


def render_json_lines(events: Iterable[Event]) -> Iterator[bytes]:
    """Yield a line, without its end, for each event that the contract knows: not for problems, nor for repeats."""
    for event in events:
        if not isinstance(event, Problem | Repeated):
            yield json_line(event.finding if isinstance(event, Found) else event)


def json_line(value: object) -> bytes:
    """Return a value as one line of JSON in which every character that is not printable is escaped."""
    line = to_json(value)
    if line.isascii() and b"\x7f" not in line:
        return line
    # Outside strings JSON is printable, so whatever is not stands in one.
    return _NOT_ASCII.sub(_escaped, line.decode()).encode()


_NOT_ASCII = re.compile(r"[^\x20-\x7e]")


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if character.isprintable():
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))
