"""Any octets: decoded without an error, encoded to themselves, judged with every finding in its place.

Why one pass: making an input costs a tenth of judging it, but decoding it once for each property would cost as much
again. It is cut into shares that workers can take, and each share must have met all that the whole has to.
"""

from collections.abc import Iterator
from itertools import islice
from random import Random

import pytest
from hypothesis import given, strategies

from bmpconform.fuzz.generate import Generator, seeded
from bmpconform.fuzz.strategies import ANY_MESSAGES
from bmpconform.rules.rule import RULES
from bmpconform.wire import interpret
from bmpconform.wire.codec import decode, encode
from bmpconform.wire.codes import MessageType
from bmpconform.wire.messages import LAYOUT_OF, LAYOUTS, Message, Peer
from invariants import OLDEST_FIRST, SELECTIONS, Tally, examine
from mutate import Mutator

SHARES = 8
# Of this many inputs, so often at least.
PER_INPUTS, FIRED, CLEAN = 200_000, 20, 2_000
OF_MESSAGES = {rule.code for rule in RULES if not rule.of_stream and {Peer, *LAYOUT_OF} & {*rule.shapes}}
# One input in so many is judged under all profiles, the others under the newest alone.
UNDER_ALL = 4


def frames(random: Random) -> Iterator[bytes]:
    """Yield valid frames, each with its mutants, in the code points of one profile after the other."""
    mutator = Mutator(random)
    generators = [Generator(random, profile.documents) for profile in OLDEST_FIRST]
    while True:
        for generator in (*generators, *generators[-1:] * 4):
            yield from mutator.frames(generator.message())


@pytest.mark.parametrize("share", range(SHARES))
def test_any_octets_decode_without_loss_and_findings_lie_in_them(share: int, inputs: int, seed: int) -> None:
    tally = Tally()
    for number, octets in enumerate(islice(frames(seeded(f"{seed}/{share}")), inputs // SHARES)):
        try:
            examine(octets, tally, under_all=not number % UNDER_ALL)
        except BaseException as error:
            error.add_note(f"seed {seed}, share {share}, input {number}: {octets.hex()}")
            raise
    # Of fewer inputs than that nothing rare can be asked.
    share_of = inputs / PER_INPUTS / SHARES if inputs >= PER_INPUTS else 0
    codes = OF_MESSAGES & frozenset().union(*(selection.codes() for selection in SELECTIONS))
    least = share_of * FIRED
    assert {code: tally.fired[code] for code in codes if tally.fired[code] < least} == {}
    least = share_of * CLEAN
    names = [LAYOUTS[message_type].shape.__name__ for message_type in MessageType]
    assert {name: tally.clean[name] for name in names if tally.clean[name] < least} == {}


@given(strategies.binary(max_size=200))
def test_octets_of_no_sense_do_so_too(octets: bytes) -> None:
    examine(octets, Tally(), under_all=True)


@given(strategies.integers(0, 7), strategies.binary(max_size=200))
def test_octets_behind_a_header_do_so_too(message_type: int, octets: bytes) -> None:
    header = b"\x03" + (6 + len(octets)).to_bytes(4) + bytes([message_type])
    examine(header + octets, Tally(), under_all=True)


@given(ANY_MESSAGES)
def test_what_any_value_encodes_to_does_so_too(message: Message) -> None:
    octets = encode(message)
    assert octets == interpret.encode(message)
    assert encode(decode(octets)) == octets
    examine(octets, Tally(), under_all=True)
