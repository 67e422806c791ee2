"""A finding as a test file that fails as long as the target does what was found.

Why all of it inline: the file is handed to whoever mends the target, and nothing else of the campaign with it.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from bmpconform.corpus.vector import Op
from bmpconform.fuzz.finding import StoredFinding

_HEX_A_LINE, _DATA_A_LINE = 96, 100
# From so many equal octets on they are written as one and how often it comes.
_RUN = 16
_STEP = "    "
_OCTET = re.compile(r"..?", re.DOTALL)


def as_test(found: StoredFinding, started_in: Path) -> str:
    """Return the test file of a finding: it puts the octets to the target, or the message where that has none.

    A target without a name is a command, and is started in the folder in which the campaign was.
    """
    line = found.line
    what = ascii(f"{line.op}, {found.fault.words}")[1:-1].replace('"', "'")
    target, op, profile = ascii(line.target), ascii(line.op), ascii(found.profile)
    call = "PROFILE"
    if ":" in line.target:
        target, call = f"{target}\nFOLDER = {str(started_in)!a}", "PROFILE, FOLDER"
    if line.op == Op.ENCODE.value and not found.octets:
        return _TEST_OF_MESSAGE.format(
            what=what, target=target, profile=profile, call=call, message=python_of(line.input)
        )
    octets = "\n".join(f"{_STEP}{piece}" for piece in _cut(found.octets) or ['""'])
    return _TEST.format(what=what, target=target, op=op, profile=profile, call=call, octets=octets)


def python_of(data: object, margin: str = "") -> str:
    """Return JSON data as Python that gives it again, in short lines; `margin` stands before those behind the first."""
    inner = margin + _STEP
    match data:
        case dict():
            return _listed("{}", [f"{key!a}: {python_of(one, inner)}" for key, one in data.items()], margin)
        case list():
            return _listed("[]", [python_of(one, inner) for one in data], margin)
        case str() if len(data) > _HEX_A_LINE:
            return f"(\n{inner}" + f"\n{inner}+ ".join(_pieces(data)) + f"\n{margin})"
        case _:
            return ascii(data)


def _listed(brackets: str, members: list[str], margin: str) -> str:
    """Return members in brackets, on one line where they fit it."""
    line = brackets[0] + ", ".join(members) + brackets[1]
    if "\n" not in line and len(margin + line) <= _DATA_A_LINE:
        return line
    return brackets[0] + "".join(f"\n{margin}{_STEP}{member}," for member in members) + f"\n{margin}{brackets[1]}"


def _pieces(text: str) -> Iterator[str]:
    """Yield the pieces of hex, as expressions that are to be added: runs of one octet, and what is between them."""
    plain = ""
    for octet, run in groupby(_OCTET.findall(text)):
        times = len(list(run))
        if times < _RUN:
            plain += octet * times
            continue
        yield from _cut(plain)
        plain = ""
        yield f"{octet!a} * {times}"
    yield from _cut(plain)


def _cut(text: str) -> list[str]:
    return [ascii(text[at : at + _HEX_A_LINE]) for at in range(0, len(text), _HEX_A_LINE)]


_TEST = '''"""What a campaign found: {what}."""

from bmpconform.fuzz.again import finding_of

TARGET = {target}
OP = {op}
PROFILE = {profile}
OCTETS = bytes.fromhex(
{octets}
)


def test_octets_are_understood() -> None:
    assert finding_of(TARGET, OP, OCTETS, {call}) is None
'''
_TEST_OF_MESSAGE = '''"""What a campaign found: {what}."""

from bmpconform.fuzz.again import finding_of
from bmpconform.neutral import Message
from bmpconform.wire.value import from_data

TARGET = {target}
PROFILE = {profile}
MESSAGE = {message}


def test_what_cannot_be_framed_is_refused() -> None:
    assert finding_of(TARGET, "encode", from_data(MESSAGE, Message), {call}) is None
'''
