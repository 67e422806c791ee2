"""The vocabulary in which the layout of a message is written, once, as data.

Why: the decoder, the encoder, the spans, the annotated dump and the mutator read the same table, so a second
place that knows an offset is a defect.

A `Record` lists its fields in wire order. Reading happens in a window of octets that the enclosing length
fields have narrowed:

- a field that does not fit its window makes the record not fit, up to the first field that may be absent
  (`Nested` with `optional`, `Many`, `When`);
- from an absent field on, all fields are absent (None or an empty tuple) and `Rest` takes what is left;
- a record that does not end where its own length says does not fit.

So any octets are read without loss, and what was not understood is in a `rest`.
"""

from collections.abc import Iterable, Iterator, Mapping

from bmpconform.wire.codes import Registry
from bmpconform.wire.value import Value


class Uint(Value, frozen=True):
    """An unsigned integer of `octets` octets, most significant first; under `low` or over `high` it does not fit."""

    name: str
    octets: int
    registry: Registry | None = None
    low: int = 0
    high: int | None = None


class Octets(Value, frozen=True):
    """Exactly `octets` octets."""

    name: str
    octets: int


class Bits(Value, frozen=True):
    """The octets that as many bits as field `key` says take up, the last one padded."""

    name: str
    key: str


class Uints(Value, frozen=True):
    """As many unsigned integers of `octets` octets as field `count` says; a tuple of int."""

    name: str
    octets: int
    count: str


class Fixed(Value, frozen=True):
    """Octets that never change; no field of the value. Other octets do not fit."""

    name: str
    content: bytes
    registry: Registry | None = None


class Rest(Value, frozen=True):
    """Every octet up to the end of the window."""

    name: str = "rest"


class RecordLength(Value, frozen=True):
    """The length of the whole record, from its first octet, in `octets` octets. Derived on encode."""

    name: str
    octets: int


class Wide(Value, frozen=True):
    """The width of a length field that depends on a bit of an earlier field of the record."""

    key: str
    mask: int
    clear: int
    set: int

    def width(self, number: int) -> int:
        """Return the octets of the length field where the earlier field is `number`."""
        return self.set if number & self.mask else self.clear


class Sized(Value, frozen=True):
    """A length field of `octets` octets that counts the `fields` behind it. Derived on encode."""

    name: str
    octets: int | Wide
    fields: tuple["NamedField", ...]


class Nested(Value, frozen=True):
    """A record as one field of another: the first of `records` that fits. May be absent if `optional`.

    One that `repeats` from message to message, octet for octet, is worth remembering.
    """

    name: str
    records: tuple["Record", ...]
    optional: bool = False
    repeats: bool = False


class Many(Value, frozen=True):
    """As many records as fit the window, and at most as many as the field named `count` says.

    An `unnamed` one adds nothing to the path: `attributes[0]`, not `attributes.items[0]`.
    """

    name: str
    record: "Record"
    count: str | None = None
    unnamed: bool = False


class Case(Value, frozen=True):
    """One reading of a variant, under the name that its path shows; `content` must fill the window."""

    name: str
    content: "Record | Many"


class Variant(Value, frozen=True):
    """All octets of the window, read as the case that field `key` chooses, raw where that does not fit."""

    name: str
    key: str
    cases: Mapping[int, Case]


class When(Value, frozen=True):
    """A field that is there only if field `key` has one of `values`."""

    key: str
    values: tuple[int, ...]
    field: "NamedField"


NamedField = Uint | Octets | Bits | Uints | Fixed | Rest | Sized | Nested | Many | Variant
Field = NamedField | RecordLength | When


class Record(Value, frozen=True):
    """The layout of one class: its fields in wire order, which is the order of the class's own fields."""

    shape: type[Value]
    fields: tuple[Field, ...]


def value_fields(fields: Iterable[Field]) -> Iterator[NamedField]:
    """Yield the fields that a value keeps, in wire order: not what is fixed or derived."""
    for field in fields:
        match field:
            case Fixed() | RecordLength():
                continue
            case Sized(fields=inner):
                yield from value_fields(inner)
            case When(field=inner):
                yield from value_fields((inner,))
            case _:
                yield field


def absent_value(field: NamedField) -> object:
    """Return what the value holds where the field is absent on the wire."""
    match field:
        case Many():
            return ()
        case Rest():
            return b""
        case _:
            return None


def fixed_octets(record: Record) -> int:
    """Return the octets of a record that holds only integers and fixed runs of octets."""
    return sum(field.octets for field in record.fields if isinstance(field, Uint | Octets | RecordLength))


def field_places(record: Record) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the name of each field of a record as `fixed_octets` has them, with the offsets of its start and end."""
    start = 0
    for field in record.fields:
        if isinstance(field, Uint | Octets | RecordLength):
            yield field.name, (start, start + field.octets)
            start += field.octets
