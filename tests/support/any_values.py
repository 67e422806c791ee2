"""Hypothesis strategies for any value that can be encoded, valid or not, read off its layout."""

from hypothesis import strategies

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
from bmpconform.wire.messages import LAYOUT_OF
from bmpconform.wire.value import Value


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


MESSAGES = strategies.one_of([values_of(record) for record in LAYOUT_OF.values()])
