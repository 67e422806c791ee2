"""The short form of long octets: what repeats is written once.

Why: a value of 65,535 octets says nothing that a repetition does not say better, and people read these files.

Wherever the data has octets as hex, `{"repeat": HEX, "times": INT}` stands for that hex so many times in a row, and
`{"join": [...]}` for pieces of either kind one behind the other.
"""

import re
from typing import Any

# One to four octets at least 32 times in a row are worth the short form; SHORTEST is that many digits.
_RUN = re.compile(rb"(.{1,4}?)\1{31,}", re.DOTALL)
SHORTEST = 64
# No vector is longer than the largest frame of the adapter protocol, 4 MiB.
LARGEST_TIMES = 4 * 1024 * 1024


def expand(data: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON data with every short form written out. Raises ValueError where one is malformed."""
    if isinstance(data, list):
        return [expand(item) for item in data]
    if not isinstance(data, dict):
        return data
    if data.keys() == {"repeat", "times"}:
        return _repeat(data["repeat"], data["times"])
    if data.keys() == {"join"} and isinstance(data["join"], list):
        return "".join(_text(expand(piece)) for piece in data["join"])
    return {key: expand(value) for key, value in data.items()}


def _repeat(octets: object, times: object) -> str:
    if not isinstance(times, int) or isinstance(times, bool) or not 0 < times <= LARGEST_TIMES:
        raise ValueError(f"octets cannot be repeated {times!r} times")
    return _text(octets) * times


def _text(octets: object) -> str:
    if not isinstance(octets, str):
        raise ValueError(f"{octets!r} is no hex")  # noqa: TRY004 - the data is wrong, not the call
    return octets


def shorten(octets: str) -> str | dict[str, Any]:
    """Return hex in its short form, itself where nothing in it repeats often enough."""
    if len(octets) < SHORTEST:
        return octets
    pieces: list[str | dict[str, Any]] = []
    value, end = bytes.fromhex(octets), 0
    for run in _RUN.finditer(value):
        if run.start() > end:
            pieces.append(value[end : run.start()].hex())
        end = run.end()
        once = run.group(1)
        pieces.append({"repeat": once.hex(), "times": (end - run.start()) // len(once)})
    if end < len(value):
        pieces.append(value[end:].hex())
    if len(pieces) > 1:
        return {"join": pieces}
    return pieces[0]
