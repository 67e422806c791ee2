"""A message keeps its fields, not its octets: one that changes changes its own octets and the lengths around it.

Why: keeping a copy of the frame would make every message encode to itself, and prove nothing.
"""

from random import Random

from bmpconform.fuzz.generate import Generator, seeded
from bmpconform.wire import codec, interpret
from bmpconform.wire.interpret import Span, decode, spans
from bmpconform.wire.messages import Message
from invariants import Leaf, is_derived, is_well_formed, leaves
from mutate import Length, Mutator, lengths_of

# Each field of a message costs as much as a message does elsewhere.
PER_INPUTS = 400


def messages(random: Random) -> list[tuple[bytes, Message]]:
    """Return a valid message and its mutants, as frames and decoded, those that are read as what they are."""
    decoded = [(frame, decode(frame)) for frame in Mutator(random).frames(Generator(random).message())]
    return [(frame, message) for frame, message in decoded if is_well_formed(message)]


def test_a_field_that_changes_changes_its_octets_and_the_lengths_around_it(inputs: int, seed: int) -> None:
    random = seeded(seed)
    examined = 0
    while examined < inputs // PER_INPUTS:
        for frame, message in messages(random):
            try:
                assert_fields_are_independent(frame, message)
            except BaseException as error:
                error.add_note(f"seed {seed}: {frame.hex()}")
                raise
            examined += 1


def assert_fields_are_independent(frame: bytes, message: Message) -> None:
    found = spans(frame)
    lengths = lengths_of(found, frame)
    own = {span.path: span for span in found if span.field is not None and not is_derived(span)}
    walked = list(leaves(message))
    assert [leaf.path for leaf in walked] == [span.path for span in own.values()]
    for leaf in walked:
        assert not (isinstance(leaf.content, bytes) and frame in leaf.content)
        assert_octets_change_where_they_lie(frame, leaf, own[leaf.path], lengths)


def assert_octets_change_where_they_lie(frame: bytes, leaf: Leaf, span: Span, lengths: list[Length]) -> None:
    start, end = span.offset, span.offset + span.length
    assert frame[start:end] == octets_of(leaf.content, span.length)
    changed = other_content(leaf.content)
    assert encoded(leaf.with_content(changed)) == frame[:start] + octets_of(changed, span.length) + frame[end:]
    if not isinstance(leaf.content, bytes) or hasattr(span.field, "octets"):
        return
    longer = encoded(leaf.with_content(leaf.content + b"\xa5"))
    around = [length for length in lengths if length.holds(span)]
    assert without(longer, around) == without(frame[:end] + b"\xa5" + frame[end:], around)
    assert all(number_at(longer, length) == number_at(frame, length) + 1 for length in around)


def encoded(message: Message) -> bytes:
    """Encode by both engines."""
    octets = interpret.encode(message)
    assert codec.encode(message) == octets
    return octets


def other_content(content: int | bytes) -> int | bytes:
    """Return another content of the same size; an attribute keeps the flag that its length depends on."""
    return content ^ 1 if isinstance(content, int) else bytes(octet ^ 0xFF for octet in content)


def octets_of(content: int | bytes, octets: int) -> bytes:
    return content.to_bytes(octets) if isinstance(content, int) else content


def number_at(frame: bytes, length: Length) -> int:
    return int.from_bytes(frame[length.offset : length.offset + length.octets])


def without(frame: bytes, lengths: list[Length]) -> bytes:
    """Return the frame with these lengths blanked."""
    out = bytearray(frame)
    for length in lengths:
        out[length.offset : length.offset + length.octets] = bytes(length.octets)
    return bytes(out)
