"""The layout table compiled to encoders: one fast function for each record, which gives up on any doubt.

Why from the inside out: a length stands before what it counts, so what is counted is encoded first. A value of another
class than the layout names, or of another length, is left to the interpreter, which says what is wrong with it.
"""

from collections.abc import Callable, Iterable
from itertools import groupby
from struct import Struct, calcsize, pack
from typing import Any, assert_never

from bmpconform.wire.compile import FORMATS, Source, format_of, has_own_length
from bmpconform.wire.layout import (
    Bits,
    Case,
    Field,
    Fixed,
    Many,
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
)

Encoder = Callable[[Any], bytes]

# A number or a run of fixed length, as format and expression; or octets of any length, as the variable that has them.
Part = tuple[str, str] | str


def compile_encoders(records: Iterable[Record]) -> dict[type, Encoder]:
    """Return the encoder of each record by the class that it lays out: from value to octets.

    An encoder raises DoubtError, or what Python raises where a value has not the type of its field.
    """
    compiler = _Compiler()
    names = {record.shape: compiler.add(record) for record in records}
    namespace = compiler.run()
    return {shape: namespace[name] for shape, name in names.items()}


class _Compiler(Source):
    """Writes encoders."""

    def __init__(self) -> None:
        super().__init__()
        self._names: dict[int, str] = {}

    def add(self, record: Record) -> str:
        """Write the encoder of a record and of all that it holds; return its name."""
        if id(record) not in self._names:
            name = self._names[id(record)] = f"write_{record.shape.__name__}_{len(self._names)}"
            self.function(name, "v", _RecordWriter(self, record).lines())
        return self._names[id(record)]

    def records(self, records: Iterable[Record]) -> str:
        """Write the table of the records that may stand in one place, from class to encoder; return its name."""
        rows = {self.constant("shape", record.shape): self.add(record) for record in records}
        return self.table({**rows, self.constant("shape", type(None)): "lambda _: b''"})

    def cases(self, cases: Iterable[Case]) -> str:
        """Write the table of a variant, from class to encoder; return its name. Raw octets stand for themselves."""
        rows = {"bytes": "bytes"}
        for case in cases:
            if isinstance(case.content, Many):
                writer = self.add(case.content.record)
                rows.setdefault("tuple", f"lambda items: b''.join(map({writer}, items))")
            else:
                rows.setdefault(self.constant("shape", case.content.shape), self.add(case.content))
        return self.table(rows)

    def packer(self, layout: str) -> str:
        """Name the packing function of a struct format."""
        return self.named(f"pack_{layout}", Struct(f">{layout}").pack)

    def packer_of_many(self) -> str:
        """Name the function that packs by a format made when it runs."""
        return self.named("pack", pack)


class _RecordWriter:
    """Writes the body of one encoder of the value `v`: lines that encode what is counted, and last the whole."""

    def __init__(self, compiler: _Compiler, record: Record) -> None:
        self._compiler = compiler
        self._record = record
        self._lines: list[str] = []
        self._indent = ""
        self._variables = 0

    def lines(self) -> list[str]:
        """Return the lines of the function."""
        parts = self._parts(self._record.fields)
        if has_own_length(self._record):
            self._write(f"own = {_octets_of(parts)}")
        self._write(f"return {self._joined(parts)}")
        return self._lines

    def _write(self, line: str) -> None:
        self._lines.append(self._indent + line)

    def _let(self, expression: str) -> str:
        """Name what an expression gives."""
        self._variables += 1
        self._write(f"x{self._variables} = {expression}")
        return f"x{self._variables}"

    def _parts(self, fields: Iterable[Field]) -> list[Part]:
        return [part for field in fields for part in self._field(field)]

    def _field(self, field: Field) -> list[Part]:
        match field:
            case Uint():
                return [(FORMATS[field.octets], f"v.{field.name}")]
            case Octets():
                return [(format_of(field, field.octets), self._of_length(field))]
            case Fixed(content=content):
                expression = content[0] if len(content) == 1 else content
                return [(format_of(field, len(content)), repr(expression))]
            case RecordLength():
                return [(FORMATS[field.octets], "own")]
            case Sized():
                return self._sized(field)
            case _:
                return [self._varying(field)]

    def _of_length(self, field: Octets) -> str:
        """Name octets once they are known to be as many as the field has: packing would cut or fill them."""
        octets = self._let(f"v.{field.name}")
        self._write(f"if len({octets}) != {field.octets}: raise DoubtError")
        return octets

    def _varying(self, field: Bits | Uints | Rest | Nested | Many | Variant | When) -> str:
        match field:
            case Rest() | Bits():
                return self._let(f"v.{field.name}")
            case Uints():
                numbers = self._let(f"v.{field.name}")
                return self._let(
                    f'{self._compiler.packer_of_many()}(f">{{len({numbers})}}{FORMATS[field.octets]}", *{numbers})'
                )
            case Many():
                return self._let(f"b''.join(map({self._compiler.add(field.record)}, v.{field.name}))")
            case Nested():
                return self._chosen(field.name, self._compiler.records(field.records))
            case Variant():
                return self._chosen(field.name, self._compiler.cases(field.cases.values()))
            case When():
                return self._when(field)
            case _:
                assert_never(field)

    def _chosen(self, name: str, table: str) -> str:
        """Name the octets of a field that its class chooses the encoder of."""
        content = self._let(f"v.{name}")
        return self._let(f"{table}[type({content})]({content})")

    def _sized(self, field: Sized) -> list[Part]:
        parts = self._parts(field.fields)
        content = parts[0] if len(parts) == 1 and isinstance(parts[0], str) else self._let(self._joined(parts))
        wide = field.octets
        if isinstance(wide, int):
            return [(FORMATS[wide], f"len({content})"), content]
        octets = f"{wide.set} if v.{wide.key} & {int(wide.mask)} else {wide.clear}"
        return [self._let(f"len({content}).to_bytes({octets})"), content]

    def _when(self, field: When) -> str:
        inner = field.field
        octets = self._let("b''")
        self._write(f"if v.{inner.name} != {absent_value(inner)!r}:")
        outer, self._indent = self._indent, self._indent + "    "
        self._write(f"{octets} = {self._joined(self._field(inner))}")
        self._indent = outer
        return octets

    def _joined(self, parts: list[Part]) -> str:
        """Return the expression that joins parts, neighbours of fixed length at one stroke."""
        joined = []
        for is_fixed, group in groupby(parts, key=lambda part: isinstance(part, tuple)):
            if is_fixed:
                formats, expressions = zip(*group, strict=True)
                joined.append(f"{self._compiler.packer(''.join(formats))}({', '.join(expressions)})")
            else:
                joined += [str(octets) for octets in group]
        return joined[0] if len(joined) == 1 and isinstance(parts[0], tuple) else f"b''.join(({', '.join(joined)},))"


def _octets_of(parts: list[Part]) -> str:
    """Return the expression that counts the octets of parts."""
    fixed = sum(calcsize(f">{part[0]}") for part in parts if isinstance(part, tuple))
    return " + ".join([str(fixed), *[f"len({part})" for part in parts if isinstance(part, str)]])
