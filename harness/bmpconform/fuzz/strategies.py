"""Hypothesis strategies for messages: any values that a layout can write, valid messages, and whole valid sessions.

Why beside the generators: what fails here shrinks, and Hypothesis tries values that nobody thought of. Why in a module
of its own: Hypothesis is optional, and whoever draws from a seed goes without it.
"""

from random import Random

from hypothesis import strategies

from bmpconform.fuzz.generate import Generator
from bmpconform.wire.layout import (
    Case,
    Many,
    NamedField,
    Nested,
    Octets,
    Record,
    Rest,
    Uint,
    Variant,
    value_fields,
)
from bmpconform.wire.make import DISPLAY_STRING_OCTETS
from bmpconform.wire.messages import LAYOUT_OF, Initiation, Message, PeerUp, Termination
from bmpconform.wire.value import Value, replace


def values_of(record: Record) -> strategies.SearchStrategy[Value]:
    """Return a strategy for any value that the layout of a record can write, valid or not."""
    return strategies.builds(record.shape, *[_contents_of(field) for field in value_fields(record.fields)])


def _contents_of(field: NamedField) -> strategies.SearchStrategy[object]:
    """Return a strategy for what a value holds in this field."""
    match field:
        case Uint():
            return strategies.integers(field.low, (1 << 8 * field.octets) - 1)
        case Octets():
            return strategies.binary(min_size=field.octets, max_size=field.octets)
        case Rest():
            return strategies.binary(max_size=40)
        case Nested():
            records = strategies.one_of([values_of(record) for record in field.records])
            return strategies.none() | records if field.optional else records
        case Many():
            return strategies.lists(values_of(field.record), max_size=4).map(tuple)
        case Variant():
            return strategies.one_of(strategies.binary(max_size=40), *map(_case_of, field.cases.values()))
        case _:
            raise AssertionError(field)


def _case_of(case: Case) -> strategies.SearchStrategy[object]:
    return _contents_of(case.content) if isinstance(case.content, Many) else values_of(case.content)


ANY_MESSAGES = strategies.one_of([values_of(record) for record in LAYOUT_OF.values()])


class Sent(tuple[Message, ...]):
    """The messages of a session, told by their number: their representation is of no use to anybody."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return how many there are."""
        return f"<{len(self)} messages>"


def sessions(documents: frozenset[str], *, shrink: bool = True) -> strategies.SearchStrategy[Sent]:
    """Return a strategy for whole valid sessions with the code points of `documents`; strings may end in U+0000.

    What has not to `shrink` is made in less than half of the time.
    """

    def build(random: Random) -> Sent:
        session = [*Generator(random, documents).session()]
        place = random.randrange(len(session))
        return Sent([*session[:place], _terminated(session[place]), *session[place + 1 :]])

    return strategies.builds(build, strategies.randoms(use_true_random=not shrink))


def _terminated(message: Message) -> Message:
    """Return a message whose first string, if its list begins with one, ends in U+0000 as a C string does."""
    if not isinstance(message, Initiation | PeerUp | Termination) or not message.tlvs:
        return message
    first, *others = message.tlvs
    if first.type and not isinstance(message, Initiation):
        return message
    if len(first.value) == DISPLAY_STRING_OCTETS:
        return message
    return replace(message, tlvs=(replace(first, value=first.value + b"\0"), *others))


VALID_MESSAGES = strategies.builds(
    lambda random: Generator(random).message(), strategies.randoms(use_true_random=False)
)
