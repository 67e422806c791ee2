"""The interpreter of the layout table: octets to values, values to octets, and where each field lies.

Why: it is total. Any octets give a message, and `encode(decode(octets)) == octets` for every `octets`, without
a copy of them: a field that changes changes its own span and the lengths around it, nothing else.
"""

from typing import assert_never, cast

from bmpconform.wire.errors import WireError
from bmpconform.wire.layout import (
    Bits,
    Case,
    Field,
    Fixed,
    Many,
    NamedField,
    Nested,
    Octets,
    Record,
    RecordLength,
    Rest,
    Sized,
    Uint,
    Uints,
    Variant,
    When,
    Wide,
    absent_value,
    value_fields,
)
from bmpconform.wire.messages import HEADER_OCTETS, LAYOUT_OF, LAYOUTS, MALFORMED, UNFRAMED, UNKNOWN, Message
from bmpconform.wire.value import Value


class Span(Value, frozen=True):
    """Where one field lies: its path, its offset in the frame and its length in octets.

    `field` is its place in the layout; None for a container (a record, a TLV list), which other spans fill.
    """

    path: str
    offset: int
    length: int
    field: Field | None


class _DoesNotFitError(Exception):
    """A field does not fit its window. Never leaves this module."""


def decode(frame: bytes) -> Message:
    """Decode one frame. Total: what is no frame gives `Unframed`, what does not fit its type `Malformed`."""
    return Reader(frame, None).read_message()


def spans(frame: bytes) -> tuple[Span, ...]:
    """Return the spans of all fields of a frame in wire order, each container before what it holds."""
    return decode_with_spans(frame)[1]


def decode_with_spans(frame: bytes) -> tuple[Message, tuple[Span, ...]]:
    """Return what `decode` and `spans` do, for the price of one."""
    found: list[Span] = []
    message = Reader(frame, found).read_message()
    return message, tuple(found)


def part_spans(record: Record, frame: bytes, start: int, end: int, path: str) -> tuple[tuple[Span, ...], int] | None:
    """Return the spans of a part of a frame that begins at `start`, and where it ends; None where `end` is before."""
    found: list[Span] = []
    try:
        _, after = Reader(frame, found).read_record(record, start, end, path)
    except _DoesNotFitError:
        return None
    return tuple(found), after


def encode(message: Message) -> bytes:
    """Encode a message. Raises WireError where a value does not fit its field."""
    return _write_record(LAYOUT_OF[type(message)], message, "")


def encode_part(record: Record, value: Value) -> bytes:
    """Encode one part of a message, a PDU say, by its record. Raises WireError as `encode` does."""
    return _write_record(record, value, "")


def encode_content(field: NamedField, content: object) -> bytes:
    """Encode what one field holds, the value of a capability say. Raises WireError as `encode` does."""
    return _write_content(field, content, "")


def read_exactly(record: Record, octets: bytes) -> Value | None:
    """Read `octets` as one record that fills them; None where it does not fit."""
    try:
        value, end = Reader(octets, None).read_record(record, 0, len(octets), "")
    except _DoesNotFitError:
        return None
    return value if end == len(octets) else None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name


class Reader:
    """Reads records from octets; keeps spans in `trace` where there is one."""

    __slots__ = ("octets", "trace")

    def __init__(self, octets: bytes, trace: list[Span] | None) -> None:
        self.octets = octets
        self.trace = trace

    def read_message(self) -> Message:
        """Read all octets as one message. Total."""
        end = len(self.octets)
        layout = LAYOUTS.get(self.octets[HEADER_OCTETS - 1], UNKNOWN) if end >= HEADER_OCTETS else UNFRAMED
        for record in (layout, MALFORMED, UNFRAMED):
            mark = self._mark()
            try:
                message, position = self.read_record(record, 0, end, "")
            except _DoesNotFitError:
                pass
            else:
                if position == end:
                    return cast("Message", message)
            self._forget(mark)
        raise AssertionError(UNFRAMED)  # which fits any octets

    def read_record(self, record: Record, start: int, end: int, path: str) -> tuple[Value, int]:
        """Return a record that begins at `start`, and where it ends."""
        values: dict[str, object] = {}
        mark = self._mark()
        position = self._read_fields(record.fields, values, start, end, path)
        value = record.shape(*[values[name] for name in _value_names(record)])
        if path:
            self._enclose(mark, path, start, position)
        return value, position

    def _read_fields(
        self, fields: tuple[Field, ...], values: dict[str, object], start: int, end: int, path: str
    ) -> int:
        """Read `fields` in the window from `start` to `end` into `values`; return where they end."""
        position, own_length, absent = start, False, False
        for field in fields:
            if isinstance(field, RecordLength):
                end, position = self._read_record_length(field, start, position, end, path)
                own_length = True
                continue
            inner = field.field if isinstance(field, When) else field
            unwanted = isinstance(field, When) and values[field.key] not in field.values
            if unwanted or (absent and not isinstance(inner, Rest)):
                _leave_out(inner, values)
                continue
            mark = self._mark()
            try:
                position = self._read_field(inner, values, position, end, path)
            except _DoesNotFitError:
                if not (isinstance(field, When) or (isinstance(field, Nested) and field.optional)):
                    raise
                self._forget(mark)
                _leave_out(inner, values)
                absent = True
        if own_length and position != end:
            raise _DoesNotFitError
        return position

    def _read_record_length(
        self, field: RecordLength, start: int, position: int, end: int, path: str
    ) -> tuple[int, int]:
        length, after = self._integer(position, field.octets, end)
        if not after - start <= length <= end - start:
            raise _DoesNotFitError
        self._note(_join(path, field.name), position, after, field)
        return start + length, after

    def _read_field(self, field: NamedField, values: dict[str, object], position: int, end: int, path: str) -> int:
        value: object
        match field:
            case Sized():
                return self._read_sized(field, values, position, end, path)
            case Nested():
                value, after = self._read_nested(field, position, end, _join(path, field.name))
            case Many():
                limit = _number(values, field.count) if field.count else None
                shown = path if field.unnamed else _join(path, field.name)
                value, after = self._read_many(field, limit, position, end, shown)
            case Variant():
                value = self._read_variant(field, _number(values, field.key), position, end, path)
                after = end
            case Bits() | Uints():
                value, after = self._read_counted(field, values, position, end)
                self._note(_join(path, field.name), position, after, field)
            case _:
                value, after = self._read_scalar(field, position, end)
                self._note(_join(path, field.name), position, after, field)
        if not isinstance(field, Fixed):
            values[field.name] = value
        return after

    def _read_counted(
        self, field: Bits | Uints, values: dict[str, object], position: int, end: int
    ) -> tuple[object, int]:
        if isinstance(field, Bits):
            after = self._fits(position, (_number(values, field.key) + 7) // 8, end)
            return self.octets[position:after], after
        after = self._fits(position, _number(values, field.count) * field.octets, end)
        starts = range(position, after, field.octets)
        return tuple(int.from_bytes(self.octets[start : start + field.octets]) for start in starts), after

    def _read_scalar(self, field: Uint | Octets | Fixed | Rest, position: int, end: int) -> tuple[object, int]:
        match field:
            case Uint():
                number, after = self._integer(position, field.octets, end)
                if number < field.low or (field.high is not None and number > field.high):
                    raise _DoesNotFitError
                return number, after
            case Octets():
                after = self._fits(position, field.octets, end)
                return self.octets[position:after], after
            case Fixed():
                after = self._fits(position, len(field.content), end)
                if self.octets[position:after] != field.content:
                    raise _DoesNotFitError
                return None, after
            case Rest():
                return self.octets[position:end], end
            case _:
                assert_never(field)

    def _read_sized(self, field: Sized, values: dict[str, object], position: int, end: int, path: str) -> int:
        width = length_octets(field.octets, values)
        length, after = self._integer(position, width, end)
        self._note(_join(path, field.name), position, after, field)
        inner_end = self._fits(after, length, end)
        if self._read_fields(field.fields, values, after, inner_end, path) != inner_end:
            raise _DoesNotFitError
        return inner_end

    def _read_nested(self, field: Nested, position: int, end: int, path: str) -> tuple[Value, int]:
        for record in field.records:
            mark = self._mark()
            try:
                return self.read_record(record, position, end, path)
            except _DoesNotFitError:
                self._forget(mark)
        raise _DoesNotFitError

    def _read_many(
        self, field: Many, limit: int | None, position: int, end: int, path: str
    ) -> tuple[tuple[Value, ...], int]:
        items: list[Value] = []
        first, opening = position, self._mark()
        while position < end and (limit is None or len(items) < limit):
            mark = self._mark()
            try:
                item, position = self.read_record(field.record, position, end, f"{path}[{len(items)}]")
            except _DoesNotFitError:
                self._forget(mark)
                break
            items.append(item)
        if not field.unnamed:
            self._enclose(opening, path, first, position)
        return tuple(items), position

    def _read_variant(self, field: Variant, key: int, position: int, end: int, path: str) -> object:
        case = field.cases.get(key)
        if case is not None:
            mark = self._mark()
            try:
                return self._read_case(case, position, end, _join(path, case.name))
            except _DoesNotFitError:
                self._forget(mark)
        self._note(_join(path, field.name), position, end, field)
        return self.octets[position:end]

    def _read_case(self, case: Case, position: int, end: int, path: str) -> object:
        value: object
        if isinstance(case.content, Many):
            value, after = self._read_many(case.content, None, position, end, path)
        else:
            value, after = self.read_record(case.content, position, end, path)
        if after != end:
            raise _DoesNotFitError
        return value

    def _integer(self, position: int, octets: int, end: int) -> tuple[int, int]:
        after = self._fits(position, octets, end)
        return int.from_bytes(self.octets[position:after]), after

    @staticmethod
    def _fits(position: int, octets: int, end: int) -> int:
        if position + octets > end:
            raise _DoesNotFitError
        return position + octets

    def _enclose(self, mark: int, path: str, start: int, end: int) -> None:
        """Put the span of a container before the spans of what it holds, which begin at `mark`."""
        if self.trace is not None:
            self.trace.insert(mark, Span(path, start, end - start, None))

    def _note(self, path: str, start: int, end: int, field: Field) -> None:
        if self.trace is not None:
            self.trace.append(Span(path, start, end - start, field))

    def _mark(self) -> int:
        return 0 if self.trace is None else len(self.trace)

    def _forget(self, mark: int) -> None:
        if self.trace is not None:
            del self.trace[mark:]


_VALUE_NAMES: dict[int, tuple[str, ...]] = {}


def _value_names(record: Record) -> tuple[str, ...]:
    """Return the names of a record's value fields, worked out once; records are constants of the tables."""
    names = _VALUE_NAMES.get(id(record))
    if names is None:
        names = _VALUE_NAMES[id(record)] = tuple(field.name for field in value_fields(record.fields))
    return names


def _number(values: dict[str, object], key: str) -> int:
    return cast("int", values[key])


def _leave_out(field: NamedField, values: dict[str, object]) -> None:
    for left_out in value_fields((field,)):
        values[left_out.name] = absent_value(left_out)


def length_octets(octets: int | Wide, values: dict[str, object]) -> int:
    """Return the octets of a length field behind the fields that have these values."""
    return octets if isinstance(octets, int) else octets.width(_number(values, octets.key))


def _write_record(record: Record, value: Value, path: str) -> bytes:
    """Write a value by its record, its own length last where it has one."""
    out = bytearray()
    own: tuple[int, RecordLength] | None = None
    for field in record.fields:
        if isinstance(field, RecordLength):
            own = len(out), field
            out += bytes(field.octets)
        else:
            out += _write_field(field, value, path)
    if own is not None:
        offset, field = own
        out[offset : offset + field.octets] = _integer_octets(len(out), field.octets, _join(path, field.name))
    return bytes(out)


def _write_field(field: NamedField | When, value: Value, path: str) -> bytes:
    match field:
        case Fixed():
            return field.content
        case Sized():
            return _write_sized(field, value, path)
        case When():
            inner = field.field
            absent = getattr(value, inner.name) == absent_value(inner)
            return b"" if absent else _write_field(inner, value, path)
        case _:
            return _write_content(field, getattr(value, field.name), _join(path, field.name))


def _write_sized(field: Sized, value: Value, path: str) -> bytes:
    inner = b"".join(_write_field(part, value, path) for part in field.fields)
    wide = field.octets
    octets = wide if isinstance(wide, int) else wide.width(getattr(value, wide.key))
    return _integer_octets(len(inner), octets, _join(path, field.name)) + inner


def _write_content(field: NamedField, content: object, path: str) -> bytes:
    match field:
        case Nested():
            return _write_nested(field, content, path)
        case Many():
            return _write_many(field, cast("tuple[Value, ...]", content), path)
        case Variant():
            return _write_variant(field, content, path)
        case Uint() | Uints():
            numbers = (content,) if isinstance(content, int) else cast("tuple[int, ...]", content)
            return b"".join(_integer_octets(number, field.octets, path) for number in numbers)
        case _:
            octets = cast("bytes", content)
            if isinstance(field, Octets) and len(octets) != field.octets:
                raise WireError(path, f"{field.octets} octets expected, {len(octets)} given")
            return octets


def _write_many(field: Many, items: tuple[Value, ...], path: str) -> bytes:
    shown = path.removesuffix(f".{field.name}") if field.unnamed else path
    return b"".join(_write_record(field.record, item, f"{shown}[{index}]") for index, item in enumerate(items))


def _write_nested(field: Nested, content: object, path: str) -> bytes:
    if content is None:
        return b""
    record = next(record for record in field.records if isinstance(content, record.shape))
    return _write_record(record, cast("Value", content), path)


def _write_variant(field: Variant, content: object, path: str) -> bytes:
    """Write raw octets as they are, and anything else by the case whose class it has, under the path of that case."""
    if isinstance(content, bytes):
        return content
    holder = path.removesuffix(field.name).removesuffix(".")
    for case in field.cases.values():
        shown = _join(holder, case.name)
        if isinstance(case.content, Many):
            if isinstance(content, tuple):
                return _write_content(case.content, content, shown)
        elif isinstance(content, case.content.shape):
            return _write_record(case.content, content, shown)
    raise WireError(path, f"{type(content).__name__} has no layout there")


def _integer_octets(number: int, octets: int, path: str) -> bytes:
    if not 0 <= number < 1 << 8 * octets:
        raise WireError(path, f"{number} does not fit {octets} octets")
    return number.to_bytes(octets)
