"""Messages that encoders are asked for: kept ones and new ones changed in the neutral form, as octets if they have any.

Why octets where they can be: those who read are then put the same, and what was found is made smaller as any octets.
Why not always: a text that is too long for its length field has none, and to refuse it is right.
"""

from random import Random
from typing import TypeAlias

from bmpconform.fuzz.fresh import fresh_frame
from bmpconform.fuzz.mutate import Mutator
from bmpconform.fuzz.mutate_neutral import LONGEST_TEXT
from bmpconform.neutral import Message, NeutralError, build, request, show
from bmpconform.spec.profiles import Profile
from bmpconform.wire.codec import decode
from bmpconform.wire.framer import is_one_message
from bmpconform.wire.value import replace

# What targets are asked about: octets, or a message that has none.
Input: TypeAlias = bytes | Message

# So many of those that are asked for are new ones.
_FRESH = 0.2


def asked_for(random: Random, mutator: Mutator, octets: bytes, profile: Profile) -> Input | None:
    """Return a mutant of what octets say, or of a new message; None where it cannot be asked for."""
    if random.random() < _FRESH:
        octets = fresh_frame(random)
    shown = show(decode(octets), len(octets), profile) if is_one_message(octets) else None
    if shown is None:
        return None
    return as_input(mutator.of_message(request(shown)))


def as_input(message: Message) -> Input | None:
    """Return the octets of a message, itself where none but texts that are too long keep it from having any."""
    try:
        return build(message)
    except NeutralError:
        shortened = _shortened(message)
        return message if shortened != message and can_be_framed(shortened) else None


def octets_of(one: Input) -> bytes:
    """Return the octets of an input, nothing for a message that has none."""
    return one if isinstance(one, bytes) else b""


def _shortened(message: Message) -> Message:
    """Return a message with nothing in its TLVs that are too long."""
    tlvs = (replace(tlv, value="") if len(tlv.value or "") > 2 * LONGEST_TEXT else tlv for tlv in message.tlvs or ())
    return replace(message, tlvs=tuple(tlvs)) if message.tlvs else message


def can_be_framed(message: Message) -> bool:
    """Whether a message has octets."""
    try:
        return bool(build(message))
    except NeutralError:
        return False
