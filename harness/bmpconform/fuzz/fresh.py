"""Messages made up from the layout table: any value that a message can hold, most of them near to what registries say.

Why beside mutants: what no seed has, a mutant needs many steps to reach.
"""

from random import Random

from bmpconform.fuzz import dictionary
from bmpconform.wire.codec import encode
from bmpconform.wire.errors import WireError
from bmpconform.wire.layout import (
    Bits,
    Case,
    Fixed,
    Many,
    NamedField,
    Nested,
    Octets,
    Record,
    Rest,
    Sized,
    Uint,
    Uints,
    Variant,
    value_fields,
)
from bmpconform.wire.messages import LAYOUTS, Message
from bmpconform.wire.value import Value

# How often a number is of its registry or at a limit, and what is optional or a variant is there.
_KNOWN, _THERE = 0.8, 0.9
_MEMBERS = (0, 1, 1, 2, 3)
_LONGEST_VALUE = 24
_RECORDS = tuple(LAYOUTS.values())


def fresh_frame(random: Random) -> bytes:
    """Return a message that was made up, nothing where it cannot be written."""
    message = _value(random, random.choice(_RECORDS))
    try:
        return encode(_as_message(message))
    except WireError:
        return b""


def _as_message(value: Value) -> Message:
    assert isinstance(value, Message)  # noqa: S101 - the records are those of messages
    return value


def _value(random: Random, record: Record) -> Value:
    return record.shape(*[_content(random, field) for field in value_fields(record.fields)])


def _content(random: Random, field: NamedField) -> object:
    match field:
        case Uint():
            return _number(random, field)
        case Octets(name=name, octets=octets):
            return _octets(random, name, octets)
        case Rest(name=name):
            return _rest(random, name)
        case Nested(records=records, optional=optional):
            return None if optional and random.random() >= _THERE else _value(random, random.choice(records))
        case Many(record=record):
            return tuple(_value(random, record) for _ in range(random.choice(_MEMBERS)))
        case Variant(name=name, cases=cases):
            is_case = cases and random.random() < _THERE
            return _case(random, random.choice(list(cases.values()))) if is_case else _rest(random, name)
        case Bits() | Uints() | Fixed() | Sized():
            raise AssertionError(field)


def _case(random: Random, case: Case) -> object:
    return _content(random, case.content) if isinstance(case.content, Many) else _value(random, case.content)


def _number(random: Random, field: Uint) -> int:
    if random.random() < _KNOWN:
        near = dictionary.codes(field.registry) if field.registry else dictionary.numbers(field.octets)
        number = random.choice(near)
    else:
        number = random.getrandbits(8 * field.octets)
    return max(field.low, number)


def _octets(random: Random, name: str, octets: int) -> bytes:
    known = [one for one in dictionary.BY_NAME.get(name, ()) if len(one) == octets]
    return random.choice(known) if known and random.random() < _KNOWN else random.randbytes(octets)


def _rest(random: Random, name: str) -> bytes:
    known = dictionary.BY_NAME.get(name, ())
    if known and random.random() < _KNOWN:
        return random.choice(known)
    return random.randbytes(random.randrange(_LONGEST_VALUE)) if name != "rest" else b""
