"""Inputs that no seed begot: messages of any values, valid messages, a few of them in a row, and whole valid sessions.

Why beside mutants: what is valid and rich shows what breaks on what routers send, and mutants get there step by step.
"""

from collections.abc import Iterable
from itertools import islice
from random import Random

from bmpconform.fuzz.anatomy import LONGEST, MOST_FRAMES
from bmpconform.fuzz.fresh import fresh_frame
from bmpconform.fuzz.generate import Generator
from bmpconform.spec.profiles import Profile
from bmpconform.wire.codec import encode
from bmpconform.wire.errors import WireError
from bmpconform.wire.messages import Message

# Of what is made up so many are messages of any values, valid ones, and a few of them; the others are sessions.
_ANY, _ONE, _FEW = 0.2, 0.6, 0.9
_IN_A_ROW = (2, 2, 3, 4)


def made_up(random: Random, profile: Profile) -> bytes:
    """Return an input with the code points of a profile, nothing where it cannot be written or is too long."""
    drawn, generator = random.random(), Generator(random, profile.documents)
    if drawn < _ANY:
        return fresh_frame(random)
    if drawn < _ONE:
        return octets_of([generator.message()])
    if drawn < _FEW:
        return octets_of(generator.message() for _ in range(random.choice(_IN_A_ROW)))
    return octets_of(generator.session())


def octets_of(messages: Iterable[Message]) -> bytes:
    """Return the octets of the first messages, nothing where one cannot be written or they are too long."""
    try:
        octets = b"".join(map(encode, islice(messages, MOST_FRAMES)))
    except WireError:
        return b""
    return octets if len(octets) <= LONGEST else b""
