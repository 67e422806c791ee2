"""The layout table compiled to source: one fast decoder for each record, which gives up on any doubt.

Why: the interpreter walks the table for every message; compiled, the same table decodes many times as fast. What
does not fit raises `DoubtError`, and the interpreter answers in its place; where this module answers, the two are
equal, which a property test holds them to. No offset is written here, only derived.
"""

import struct
from collections.abc import Callable, Mapping
from typing import Any, assert_never

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
    absent_value,
    fixed_octets,
    value_fields,
)

Decoder = Callable[[bytes, int, int], tuple[Any, int]]
Scalar = Uint | Octets | Fixed | RecordLength

# Records that repeat are remembered by their octets: up to so many, of up to so many octets each.
REMEMBERED = 4096
REMEMBERED_OCTETS = 512
_FORMATS = {1: "B", 2: "H", 4: "I", 8: "Q"}


class DoubtError(Exception):
    """Octets that the fast decoder leaves to the interpreter."""


class MismatchError(DoubtError):
    """Octets that are for certain not those of a record: what is fixed in it differs, or a number is too low."""


def compile_decoder(record: Record) -> Decoder:
    """Return the decoder of `record`: (octets, start, end) to (value, position behind it). Raises DoubtError."""
    compiler = Compiler()
    name = compiler.add(record)
    namespace: dict[str, Any] = dict(compiler.constants)
    exec(compile(compiler.source(), f"<layout of {record.shape.__name__}>", "exec"), namespace)  # noqa: S102
    decoder: Decoder = namespace[name]
    return decoder


class Compiler:
    """Writes the source of decoders; `constants` are the names that the source uses."""

    def __init__(self) -> None:
        """Begin with no function."""
        self.constants: dict[str, object] = {"DoubtError": DoubtError, "MismatchError": MismatchError}
        self._functions: list[str] = []
        self._tables: list[str] = []
        self._names: dict[int, str] = {}
        self._lists: set[str] = set()

    def source(self) -> str:
        """Return the source of all functions and tables so far."""
        return "\n\n".join([*self._functions, *self._tables]) + "\n"

    def add(self, record: Record) -> str:
        """Write the decoder of a record and of all that it holds; return its name."""
        if id(record) not in self._names:
            self._names[id(record)] = f"read_{record.shape.__name__}_{len(self._names)}"
            self._function(self._names[id(record)], _RecordWriter(self, record).lines())
        return self._names[id(record)]

    def _function(self, name: str, lines: list[str]) -> None:
        self._functions.append("\n".join([f"def {name}(o, p, e):", *(f"    {line}" for line in lines)]))

    def table(self, cases: Mapping[int, Case]) -> str:
        """Write the table of a variant, from key to decoder; return its name."""
        readers = {key: self._case(case) for key, case in cases.items()}
        name = f"cases_{len(self._tables)}"
        rows = ", ".join(f"{key}: {reader}" for key, reader in readers.items())
        self._tables.append(f"{name} = {{{rows}}}")
        return name

    def _case(self, case: Case) -> str:
        if isinstance(case.content, Record):
            return self.add(case.content)
        reader = self.add(case.content.record)
        name = f"{reader}_list"
        if name not in self._lists:
            self._lists.add(name)
            lines = ["items = []", "while p < e:", f"    item, p = {reader}(o, p, e)", "    items.append(item)"]
            self._function(name, [*lines, "return tuple(items), p"])
        return name

    def constant(self, prefix: str, value: object) -> str:
        """Name a constant of the source; the same value has one name."""
        for name, known in self.constants.items():
            if known is value:
                return name
        name = f"{prefix}_{len(self.constants)}"
        self.constants[name] = value
        return name

    def unpacker(self, layout: str) -> str:
        """Name the unpacking function of a struct format."""
        name = f"unpack_{layout}"
        self.constants.setdefault(name, struct.Struct(f">{layout}").unpack_from)
        return name


class _RecordWriter:
    """Writes the body of one decoder: `o` the octets, `p` the position, `e`, `e1`, ... the ends of the windows."""

    def __init__(self, compiler: Compiler, record: Record) -> None:
        self._compiler = compiler
        self._record = record
        self._lines: list[str] = []
        self._pending: list[tuple[str, Scalar | None, int]] = []
        self._end = "e"
        self._indent = ""
        self._variables = 0

    def lines(self) -> list[str]:
        own_length = any(isinstance(field, RecordLength) for field in self._record.fields)
        if own_length:
            self._write("s = p")
        for field in self._record.fields:
            self._field(field)
        self._flush()
        if own_length:
            self._write("if p != e: raise DoubtError")
        shape = self._compiler.constant("shape", self._record.shape)
        values = ", ".join(_variable(field) for field in value_fields(self._record.fields))
        self._write(f"return {shape}({values}), p")
        return self._lines

    def _write(self, line: str) -> None:
        self._lines.append(self._indent + line)

    def _fresh(self, prefix: str) -> str:
        self._variables += 1
        return f"{prefix}{self._variables}"

    def _field(self, field: Field) -> None:
        match field:
            case Uint() | Octets() | RecordLength():
                self._pending.append((_variable(field), field, field.octets))
            case Fixed():
                self._pending.append((self._fresh("fixed"), field, len(field.content)))
            case Sized():
                self._sized(field)
            case _:
                self._flush()
                self._varying(field)

    def _varying(self, field: Bits | Uints | Rest | Nested | Many | Variant | When) -> None:
        match field:
            case Rest():
                self._write(f"{_variable(field)} = o[p:{self._end}]")
                self._write(f"p = {self._end}")
            case Nested():
                self._nested(field)
            case Many():
                self._many(field)
            case Variant():
                self._variant(field)
            case When():
                self._when(field)
            case Bits():
                self._counted(field, f"(v_{field.key} + 7) // 8", "o[p:{end}]")
            case Uints():
                number = _FORMATS[field.octets]
                value = f'unpack(f">{{v_{field.count}}}{number}", o, p)'
                self._compiler.constants["unpack"] = struct.unpack_from
                self._counted(field, f"v_{field.count} * {field.octets}", value)
            case _:
                assert_never(field)

    def _flush(self) -> None:
        """Unpack the scalars that have come together, then look at what they say."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        octets = sum(size for _, _, size in pending)
        self._write(f"if p + {octets} > {self._end}: raise DoubtError")
        layout = "".join(_format(field, size) for _, field, size in pending)
        names = ", ".join(name for name, _, _ in pending)
        if layout == "B":
            self._write(f"{names} = o[p]")
        else:
            self._write(f"({names},) = {self._compiler.unpacker(layout)}(o, p)")
        self._write(f"p += {octets}")
        for name, field, _ in pending:
            self._look(name, field)

    def _look(self, name: str, field: Scalar | None) -> None:
        match field:
            case Uint(low=low) if low:
                self._write(f"if {name} < {low}: raise MismatchError")
            case Fixed(content=content):
                expected = content[0] if len(content) == 1 else content
                self._write(f"if {name} != {expected!r}: raise MismatchError")
            case RecordLength():
                self._write(f"if s + {name} < p or s + {name} > e: raise DoubtError")
                self._write(f"e = s + {name}")
            case _:
                pass

    def _sized(self, field: Sized) -> None:
        length = self._fresh("length")
        if isinstance(field.octets, int):
            self._pending.append((length, None, field.octets))
            self._flush()
        else:
            self._flush()
            wide = field.octets
            width = self._fresh("width")
            self._write(f"{width} = {wide.set} if v_{wide.key} & {int(wide.mask)} else {wide.clear}")
            self._write(f"if p + {width} > {self._end}: raise DoubtError")
            self._write(f"{length} = int.from_bytes(o[p:p + {width}])")
            self._write(f"p += {width}")
        outer, self._end = self._end, self._fresh("e")
        self._write(f"{self._end} = p + {length}")
        self._write(f"if {self._end} > {outer}: raise DoubtError")
        for inner in field.fields:
            self._field(inner)
        self._flush()
        if not isinstance(field.fields[-1], Rest):
            self._write(f"if p != {self._end}: raise DoubtError")
        self._end = outer

    def _counted(self, field: Bits | Uints, octets: str, value: str) -> None:
        end = self._fresh("end")
        self._write(f"{end} = p + {octets}")
        self._write(f"if {end} > {self._end}: raise DoubtError")
        self._write(f"{_variable(field)} = {value.format(end=end) if isinstance(field, Bits) else value}")
        self._write(f"p = {end}")

    def _nested(self, field: Nested) -> None:
        name = _variable(field)
        first, *others = (self._compiler.add(record) for record in field.records)
        if field.repeats:
            self._remembered(name, first, _fixed_size(field.records[0]))
        elif not others:
            self._write(f"{name}, p = {first}(o, p, {self._end})")
        else:
            (second,) = others
            self._write("try:")
            self._write(f"    {name}, end = {first}(o, p, {self._end})")
            # A doubt about the first is none about the second: the interpreter decides whether the first fits.
            self._write("except MismatchError:")
            self._write(f"    {name}, end = {second}(o, p, {self._end})")
            self._write("p = end")

    def _remembered(self, name: str, reader: str, size: int) -> None:
        """Look the octets up first: those of a record of fixed `size`, else the rest of the window."""
        end = f"p + {size}" if size else self._end
        memory = self._compiler.constant("known", {})
        self._write(f"end = {end}")
        if size:
            self._write(f"if end > {self._end}: raise DoubtError")
        self._write("key = o[p:end]")
        self._write(f"{name} = {memory}.get(key)")
        self._write(f"if {name} is None:")
        self._write(f"    {name}, position = {reader}(o, p, end)")
        self._write("    if position != end: raise DoubtError")
        self._write(f"    if len(key) <= {REMEMBERED_OCTETS}:")
        self._write(f"        if len({memory}) >= {REMEMBERED}: {memory}.clear()")
        self._write(f"        {memory}[key] = {name}")
        self._write("p = end")

    def _many(self, field: Many) -> None:
        reader = self._compiler.add(field.record)
        limit = f" and len(items) < v_{field.count}" if field.count else ""
        self._write("items = []")
        self._write(f"while p < {self._end}{limit}:")
        self._write(f"    item, p = {reader}(o, p, {self._end})")
        self._write("    items.append(item)")
        self._write(f"{_variable(field)} = tuple(items)")

    def _variant(self, field: Variant) -> None:
        table = self._compiler.table({int(key): case for key, case in field.cases.items()})
        name = _variable(field)
        self._write(f"case = {table}.get(v_{field.key})")
        self._write("if case is None:")
        self._write(f"    {name} = o[p:{self._end}]")
        self._write("else:")
        self._write(f"    {name}, p = case(o, p, {self._end})")
        self._write(f"    if p != {self._end}: raise DoubtError")
        self._write(f"p = {self._end}")

    def _when(self, field: When) -> None:
        inner = field.field
        self._write(f"if v_{field.key} in {tuple(int(value) for value in field.values)!r}:")
        outer, self._indent = self._indent, self._indent + "    "
        self._field(inner)
        self._flush()
        self._indent = outer
        self._write("else:")
        for left_out in value_fields((inner,)):
            self._write(f"    {_variable(left_out)} = {absent_value(left_out)!r}")


def _variable(field: NamedField | RecordLength) -> str:
    return f"v_{field.name}"


def _format(field: Scalar | None, octets: int) -> str:
    raw = isinstance(field, Octets) or (isinstance(field, Fixed) and octets > 1)
    return f"{octets}s" if raw else _FORMATS[octets]


def _fixed_size(record: Record) -> int:
    """Return the octets of a record that holds scalars alone, 0 for any other."""
    scalars = all(isinstance(field, Uint | Octets) for field in record.fields)
    return fixed_octets(record) if scalars else 0
