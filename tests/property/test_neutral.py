"""The neutral form of any octets: shown without an error, in form, equal to itself, and built back.

Why: the expectations of every vector come from here, and a harness that stumbles over a mutant blames the target.
"""

from collections.abc import Iterator
from itertools import islice
from random import Random

import pytest

from bmpconform.fuzz.generate import Generator, seeded
from bmpconform.neutral import Message, Session, build, compare, malformed, missing, over_read, request, show
from bmpconform.neutral.keys import Bgp
from bmpconform.wire import messages
from bmpconform.wire.codec import decode, encode
from bmpconform.wire.value import from_json, to_json
from invariants import OLDEST_FIRST
from mutate import Mutator

SHARES = 4
# Making and decoding an input costs a tenth of what is asked of it here.
OF_INPUTS = 20
SESSIONS = (None, Session(((1, 1), (2, 1)), 2), Session(as_width=4))
DECLARED: tuple[Bgp, ...] = ("none", "raw", "parsed")


def frames(random: Random) -> Iterator[bytes]:
    """Yield valid frames, each with its mutants, in the code points of one profile after the other."""
    mutator = Mutator(random)
    generators = [Generator(random, profile.documents) for profile in OLDEST_FIRST]
    while True:
        for generator in generators:
            yield from mutator.frames(generator.message())


@pytest.mark.parametrize("share", range(SHARES))
def test_any_octets_are_shown_in_form_and_equal_themselves(share: int, inputs: int, seed: int) -> None:
    shown = 0
    for number, octets in enumerate(islice(frames(seeded(f"{seed}/{share}")), inputs // OF_INPUTS // SHARES)):
        decoded, profile = decode(octets), OLDEST_FIRST[number % len(OLDEST_FIRST)]
        message = show(decoded, len(octets), profile, SESSIONS[number % len(SESSIONS)])
        is_readable = not isinstance(decoded, messages.Unframed | messages.Malformed)
        assert (message is not None) == is_readable, octets.hex()
        if message is not None:
            shown += 1
            assert malformed(message) is None, octets.hex()
            assert [missing(message, depth, bgp) for depth in range(4) for bgp in DECLARED] == [None] * 12, octets.hex()
            assert over_read(message, octets) is None, octets.hex()
            read_back = from_json(to_json(message), Message)
            assert read_back == message
            assert compare(message, read_back, 3, "parsed", profile) is None
    assert shown


@pytest.mark.parametrize("share", range(SHARES))
def test_what_is_asked_for_is_built_to_the_same_octets(share: int, inputs: int, seed: int) -> None:
    random = seeded(f"{seed}/{share}/asked")
    generators = [Generator(random, profile.documents) for profile in OLDEST_FIRST]
    for number in range(inputs // OF_INPUTS // SHARES):
        octets = encode(generators[number % len(generators)].message())
        message = show(decode(octets), len(octets), OLDEST_FIRST[-1], SESSIONS[number % len(SESSIONS)])
        assert message is not None
        asked = request(message)
        assert b"null" not in to_json(asked)
        assert build(asked) == octets
