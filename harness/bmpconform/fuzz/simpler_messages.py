"""What may take the place of a message that has no octets: fewer TLVs, shorter texts, letters in them, zeros elsewhere.

Why only what still has no octets: what can be framed is made smaller as octets, and is another finding.
"""

from collections.abc import Callable, Iterator

from bmpconform.fuzz.asked import can_be_framed
from bmpconform.fuzz.mutate_neutral import TOO_LONG
from bmpconform.fuzz.simpler import chunks
from bmpconform.neutral.form import Message, Peer, Tlv
from bmpconform.wire.value import ValueType, replace

_LETTER = b"x".hex()
_PLACES = "local_address", "local_port", "remote_port"


def _unframed(step: Callable[[Message], Iterator[Message]]) -> Callable[[Message], Iterator[Message]]:
    """Return a step that yields no message that can be framed."""
    return lambda message: (other for other in step(message) if not can_be_framed(other))


def _fewer_tlvs(message: Message) -> Iterator[Message]:
    tlvs = tuple(message.tlvs or ())
    for first, last in chunks(len(tlvs)):
        yield replace(message, tlvs=tlvs[:first] + tlvs[last:])


def _shorter_texts(message: Message) -> Iterator[Message]:
    """Yield the message with one text cut: to nothing, to the first length that does not fit, by half, and so on."""
    for place, tlv in enumerate(message.tlvs or ()):
        octets = len(tlv.value or "") // 2
        lengths = {0, min(octets, TOO_LONG), *(octets - (octets >> by) for by in range(1, octets.bit_length()))}
        for length in sorted(lengths - {octets}):
            yield _with(message, place, replace(tlv, value=(tlv.value or "")[: 2 * length]))


def _plainer(message: Message) -> Iterator[Message]:
    """Yield the message with letters in a text, a type of 0, and zeros in the per-peer header and behind it."""
    for place, tlv in enumerate(message.tlvs or ()):
        yield _with(message, place, replace(tlv, value=_LETTER * (len(tlv.value or "") // 2)))
        yield _with(message, place, replace(tlv, type=0))
    yield from _zeroed(message, _PLACES)
    if isinstance(message.peer, Peer):
        for peer in _zeroed(message.peer, Peer.__struct_fields__):
            yield replace(message, peer=peer)


def _zeroed(value: ValueType, names: tuple[str, ...]) -> Iterator[ValueType]:
    """Yield a value with zeros in the fields of these names that it has: in all, in half of them, and so on."""
    zeros = [(name, zero) for name in names if (zero := _zero(getattr(value, name))) is not None]
    for first, last in chunks(len(zeros)):
        yield replace(value, **dict(zeros[first:last]))


def _zero(content: object) -> object:
    """Return a number or hex as nothing but zeros, None for all else."""
    match content:
        case int():
            return 0
        case str():
            return "0" * len(content)
        case _:
            return None


def _with(message: Message, place: int, tlv: Tlv) -> Message:
    tlvs = list(message.tlvs or ())
    tlvs[place] = tlv
    return replace(message, tlvs=tuple(tlvs))


MESSAGE_STEPS = tuple(map(_unframed, (_fewer_tlvs, _shorter_texts, _plainer)))
