"""Faults in the length of a TLV, and of the whole message."""

from bmpconform.adapters.reference import target as reference
from bmpconform.neutral import show_octets
from bmpconform.neutral.form import Message, Session
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES
from bmpconform.targets.module import Reject
from bmpconform.wire.value import replace
from faults.mutant import decodes, reads
from faults.tools import COMMON, retiled, tlv_area

TLV = ("RFC7854-4.4-1", "RFC9736-3.3-1")
TILES = ("RFC7854-4.4-8", "RFC9736-3.3-1")
FRAME = ("RFC7854-4.1-5", "RFC7854-4.1-6")
FOREIGN = b"\xa5"


@reads(*TLV)
def counts_the_header(frame: bytes) -> bytes:
    """The length of a TLV is taken to count its own four octets."""
    return retiled(frame, lambda octets: octets - 4)


@reads(*TLV)
def adds_the_header(frame: bytes) -> bytes:
    """The next TLV is looked for four octets too far."""
    return retiled(frame, lambda octets: octets + 4)


@reads(*TLV)
def lengths_of_little_endian(frame: bytes) -> bytes:
    """The octets of a TLV length are read in the wrong order."""
    return retiled(frame, lambda octets: int.from_bytes(octets.to_bytes(2), "little"))


@reads(*TLV)
def lengths_of_eight_bits(frame: bytes) -> bytes:
    """The first octet of a TLV length is not read."""
    return retiled(frame, lambda octets: octets & 0xFF)


@reads(*TLV)
def lengths_are_signed(frame: bytes) -> bytes:
    """A TLV length with its first bit set is negative, and refused."""
    return retiled(frame, lambda octets: octets - 0x10000 if octets >= 0x8000 else octets)


@reads(*TLV)
def pads_to_four(frame: bytes) -> bytes:
    """TLVs are taken to begin at multiples of four octets."""
    return retiled(frame, lambda octets: -(-octets // 4) * 4)


@reads(*TLV)
def wraps_with_the_header(frame: bytes) -> bytes:
    """Length and header are added in 16 bits, so that a TLV of 65,532 octets and more takes a few."""
    return retiled(frame, lambda octets: (octets + 4) % 0x10000 - 4)


@reads(*TLV)
def refuses_long_values(frame: bytes) -> bytes:
    """A TLV of more than 4096 octets is refused, as no BGP message is longer."""
    return retiled(frame, lambda octets: octets if octets <= 4096 else -1)


@reads(*TLV)
def stops_four_octets_early(frame: bytes) -> bytes:
    """The loop ends when four octets are left, so that an empty TLV at the end is lost."""
    start = tlv_area(frame) if len(frame) > COMMON else None
    ends_empty = start is not None and len(frame) >= start + 4 and frame[-2:] == b"\0\0"
    return frame[:1] + (len(frame) - 4).to_bytes(4) + frame[5:-4] if ends_empty else frame


@reads(*TLV)
def ends_at_an_empty_tlv(frame: bytes) -> bytes:
    """A TLV of no octets is taken for the end of the list."""
    start = tlv_area(frame) if len(frame) > COMMON else None
    at = len(frame) if start is None else start
    while at + 4 <= len(frame):
        octets = int.from_bytes(frame[at + 2 : at + 4])
        if not octets:
            return frame[:1] + at.to_bytes(4) + frame[5:at]
        at += 4 + octets
    return frame


@reads(*TILES)
def reads_past_the_end(frame: bytes) -> bytes:
    """A TLV that claims more than there is takes what lies behind the message in memory."""
    return retiled(frame, lambda octets: octets, FOREIGN)


@decodes(*FRAME)
def believes_the_length(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """As many octets are taken as the message claims, wherever the input ends."""
    if len(octets) < COMMON:
        raise Reject("short-header")
    claimed = int.from_bytes(octets[1:5])
    if claimed <= len(octets):
        return reference.decode(octets, session)
    if claimed > 1024:
        raise Reject("too-long")
    message = show_octets(octets + FOREIGN * (claimed - len(octets)), PROFILES[DEFAULT_PROFILE], session)
    if message is None:
        raise Reject("no-frame")
    return message, claimed


@decodes("RFC7854-4.1-6")
def takes_no_octets(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """What is too short for a common header is taken for an empty message."""
    return reference.decode(octets, session) if len(octets) >= COMMON else (Message(version=3, type=4, tlvs=()), 0)


@decodes("RFC7854-4.1-2")
def takes_any_version(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """The version is not looked at."""
    return reference.decode(b"\3" + octets[1:], session)


@decodes("RFC7854-4.1-1")
def length_without_the_header(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """The length that is told does not count the common header."""
    message, _ = reference.decode(octets, session)
    return replace(message, length=len(octets) - COMMON), len(octets) - COMMON


@decodes("RFC7854-4.1-1")
def length_of_sixteen_bits(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """The first two octets of the message's length are not read."""
    message, consumed = reference.decode(octets, session)
    return replace(message, length=consumed & 0xFFFF), consumed & 0xFFFF


@decodes("RFC7854-4.1-9", "RFC7854-4.1-1")
def length_of_little_endian(octets: bytes, session: Session | None) -> tuple[Message, int]:
    """The octets of the message's length are read in the wrong order."""
    if int.from_bytes(octets[1:5], "little") > len(octets):
        raise Reject("cut")
    return reference.decode(octets, session)
