"""What an encoder is asked for, and what its answer is held to.

Why less than what is shown: what follows from the rest would only be there to contradict it, and null asks for nothing.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from bmpconform.neutral import form
from bmpconform.neutral.keys import PART_KEYS, PDU_KEYS
from bmpconform.wire.value import UNSET, Value, ValueType, replace

_DERIVED: Mapping[type, frozenset[str]] = MappingProxyType(
    {
        form.Message: frozenset({"length", "count", "rest"}),
        form.Update: frozenset({"reach", "unreach", "as_path"}),
        form.Statistic: frozenset({"value", "afi", "safi"}),
        form.Tlv: frozenset({"meaning", "name", "pdu"}),
    }
)


# It is wanted to see whether a message can be asked for, to ask, and to judge the answer.
@lru_cache(maxsize=256)
def request(message: form.Message) -> form.Message:
    """Return what an encode request for `message` holds: no derived key, no meaning or name, no null."""
    return asked_part(message)


def asked_part(value: ValueType) -> ValueType:
    """Return what a request holds of a message or one of its parts."""
    derived = _DERIVED.get(type(value), frozenset())
    return replace(
        value,
        **{key: UNSET if key in derived else _asked_of(getattr(value, key)) for key in value.__struct_fields__},
    )


def _asked_of(held: object) -> object:
    match held:
        case None:
            return UNSET
        case Value():
            return asked_part(held)
        case tuple():
            return tuple(asked_part(item) if isinstance(item, Value) else item for item in held)
        case _:
            return held


def by_parts(message: form.Message) -> form.Message:
    """Return what an encoder is held to that builds PDUs from their parts: neither their octets nor the frame's length.

    A PDU of which no part is shown keeps its octets.
    """
    pdus = ((key, getattr(message, key)) for key in PDU_KEYS)
    known = {key: replace(pdu, hex=None) for key, pdu in pdus if isinstance(pdu, form.Pdu) and _has_part(pdu)}
    return replace(message, length=None, **known) if known else message


def _has_part(pdu: form.Pdu) -> bool:
    return any(isinstance(getattr(pdu, key), Value) for key in PART_KEYS.values())
