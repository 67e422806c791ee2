"""Messages in the neutral form changed for encoders: texts that C cuts, lists out of order, numbers at their limits.

Why not octets: an encoder is asked for what it should write, and some of that, a text too long for its length say,
has no octets at all.
"""

from collections.abc import Callable, Iterable
from random import Random
from typing import TypeAlias

from bmpconform.fuzz import dictionary
from bmpconform.neutral.form import Message, Peer, Statistic, Tlv
from bmpconform.wire.codes import INITIATION_TLVS, PEER_UP_TLVS, TERMINATION_TLVS, MessageType, Registry
from bmpconform.wire.value import replace

# What fits the length of a TLV, and the first that does not.
LONGEST_TEXT, TOO_LONG = 65_535, 65_536
_AT_LIMIT = (b"x" * LONGEST_TEXT, b"x" * TOO_LONG, b"x" * (LONGEST_TEXT - 1) + b"\0")
_OFTEN_AT_LIMIT = 0.2
_REGISTRIES: dict[int, Registry] = {
    MessageType.INITIATION: INITIATION_TLVS,
    MessageType.PEER_UP: PEER_UP_TLVS,
    MessageType.TERMINATION: TERMINATION_TLVS,
}
# sysDescr and sysName, which RFC 9736 section 4 keeps out of Peer Up, and the types that it has there.
_PEER_UP_TYPES = (0, 1, 2, 3, 4, 65535)
_OF_PEER = ("flags", "asn", "seconds", "microseconds")
_OF_MESSAGE = ("local_port", "remote_port", "fsm_event")
_TWICE = 0.3
_Tlvs: TypeAlias = list[Tlv]
_Change: TypeAlias = Callable[[Random, Message], Message]


def message_changed(random: Random, message: Message) -> Message:
    """Return a message changed in one respect or in two; as it is where it has nothing to change."""
    for _ in range(1 + (random.random() < _TWICE)):
        changes = _WITH_TLVS if isinstance(message.tlvs, tuple) else _WITHOUT_TLVS
        message = random.choice(changes)(random, message)
    return message


def _tlvs_of(message: Message) -> _Tlvs:
    return list(message.tlvs or ())


def _with_tlvs(message: Message, tlvs: Iterable[Tlv]) -> Message:
    return replace(message, tlvs=tuple(tlvs))


def _new_tlv(random: Random, message: Message) -> Tlv:
    """Return a TLV of a type that the message has, or of one that it should not have."""
    registry = _REGISTRIES.get(message.type if isinstance(message.type, int) else -1)
    codes = dictionary.codes(registry) if registry else dictionary.TLV_CODES
    known = _PEER_UP_TYPES if message.type == MessageType.PEER_UP else tuple(registry.assigned) if registry else codes
    code = random.choice(random.choice((known, codes)))
    return Tlv(code, _any_text(random))


def _any_text(random: Random) -> str:
    return random.choice(_AT_LIMIT if random.random() < _OFTEN_AT_LIMIT else dictionary.TEXTS).hex()


def _text(random: Random, message: Message) -> Message:
    tlvs = _tlvs_of(message)
    if not tlvs:
        return _put_in(random, message)
    place = random.randrange(len(tlvs))
    tlvs[place] = replace(tlvs[place], value=_any_text(random))
    return _with_tlvs(message, tlvs)


def _put_in(random: Random, message: Message) -> Message:
    tlvs = _tlvs_of(message)
    tlvs.insert(random.randint(0, len(tlvs)), _new_tlv(random, message))
    return _with_tlvs(message, tlvs)


def _drop(random: Random, message: Message) -> Message:
    tlvs = _tlvs_of(message)
    if tlvs:
        del tlvs[random.randrange(len(tlvs))]
    return _with_tlvs(message, tlvs)


def _sandwich(random: Random, message: Message) -> Message:
    """Put one of a type in front of another and one behind it: A, B, A, of which no order by type is left."""
    tlvs = _tlvs_of(message)
    first = random.choice(tlvs) if tlvs else _new_tlv(random, message)
    last = replace(first, value=random.choice(dictionary.TEXTS[:12]).hex())
    between = [one for one in tlvs if one.type != first.type] or [_new_tlv(random, message)]
    return _with_tlvs(message, (first, *between, last))


def _shuffle(random: Random, message: Message) -> Message:
    tlvs = _tlvs_of(message)
    random.shuffle(tlvs)
    return _with_tlvs(message, tlvs)


def _number(random: Random, message: Message) -> Message:
    """Change a number of the per-peer header or of the body to one that is special."""
    held = [name for name in _OF_MESSAGE if isinstance(getattr(message, name), int)]
    peer = message.peer
    if isinstance(peer, Peer) and (not held or random.random() < _OF_HEADER):
        name = random.choice(_OF_PEER)
        changed = replace(peer, **{name: random.choice(dictionary.NUMBERS[name])})
        return replace(message, peer=changed)
    if not held:
        return message
    name = random.choice(held)
    return replace(message, **{name: random.choice(dictionary.NUMBERS[name])})


_OF_HEADER = 0.5


def _statistics(random: Random, message: Message) -> Message:
    """Put a statistic in, leave one out, or put them in another order."""
    held: list[Statistic] = list(message.statistics or ())
    if not held or random.random() < _OF_HEADER:
        octets = random.choice(dictionary.STATISTICS)
        code, data = int.from_bytes(octets[:2]), octets[4:]
        held.insert(random.randint(0, len(held)), Statistic(code, data.hex()))
    else:
        held.pop(random.randrange(len(held)))
        random.shuffle(held)
    return replace(message, statistics=tuple(held))


def _of_any(random: Random, message: Message) -> Message:
    return (_statistics if isinstance(message.statistics, tuple) else _number)(random, message)


_WITHOUT_TLVS: tuple[_Change, ...] = (_number, _of_any)
_WITH_TLVS: tuple[_Change, ...] = (_text, _text, _put_in, _put_in, _drop, _sandwich, _shuffle, _number)
