"""The layout table compiled to decoders: one fast function for each record, which gives up on any doubt.

Why written line by line: values are built as they are read, and nothing is looked up that the table has settled.
"""

from collections.abc import Callable, Iterable, Mapping
from struct import Struct, unpack_from
from typing import Any, assert_never

from bmpconform.wire.compile import FORMATS, DoubtError, MismatchError, Scalar, Source, format_of, has_own_length
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
    fixed_octets,
    value_fields,
)
from bmpconform.wire.value import keep

Decoder = Callable[[bytes, int, int], tuple[Any, int]]
Fitter = Callable[[bytes], bool]

# Records that repeat are remembered by their octets: up to so many, of up to so many octets each.
REMEMBERED = 4096
REMEMBERED_OCTETS = 512
# Up to so many single octets are read one by one; more of them, or wider fields, are unpacked at one stroke.
_ONE_BY_ONE = 2


def compile_decoders(records: Iterable[Record]) -> dict[int, Decoder]:
    """Return the decoder of each record, by its id: (octets, start, end) to (value, position behind it).

    A decoder raises DoubtError.
    """
    compiler = Compiler()
    names = {id(record): compiler.add(record) for record in records}
    namespace = compiler.run()
    return {key: namespace[name] for key, name in names.items()}


def compile_decoder(record: Record) -> Decoder:
    """Return the decoder of one record, as `compile_decoders` does."""
    return compile_decoders((record,))[id(record)]


def compile_fitter(record: Record) -> Fitter:
    """Return what tells whether octets are filled by a record, all of whose fields are there, without the values.

    Raises TypeError for records with a field that is a record or may be absent: none of those had to be fast so far.
    """
    compiler = Compiler()
    compiler.function("fits", "o", _FitterWriter(compiler, record).fitter())
    fitter: Fitter = compiler.run()["fits"]
    return fitter


class Compiler(Source):
    """Writes decoders."""

    def __init__(self) -> None:
        super().__init__()
        self._names: dict[int, str] = {}
        self._lists: dict[int, str] = {}

    def add(self, record: Record) -> str:
        """Write the decoder of a record and of all that it holds; return its name."""
        if id(record) not in self._names:
            name = self._names[id(record)] = f"read_{record.shape.__name__}_{len(self._names)}"
            self.function(name, "o, p, e", RecordWriter(self, record).decoder())
        return self._names[id(record)]

    def cases(self, cases: Mapping[int, Case]) -> str:
        """Write the table of a variant, from key to decoder; return its name."""
        return self.table({str(int(key)): self._case(case) for key, case in cases.items()})

    def _case(self, case: Case) -> str:
        if isinstance(case.content, Record):
            return self.add(case.content)
        record = case.content.record
        if id(record) not in self._lists:
            name = self._lists[id(record)] = f"read_{record.shape.__name__}_list_{len(self._lists)}"
            self.function(name, "o, p, e", RecordWriter(self, record).list_decoder())
        return self._lists[id(record)]

    def memory(self, reader: str) -> str:
        """Name the memory of a function, and what puts into it."""
        self.named("keep", keep)
        return self.named(f"known_by_{reader}", {})

    def unpacker(self, layout: str) -> str:
        """Name the unpacking function of a struct format."""
        return self.named(f"unpack_{layout}", Struct(f">{layout}").unpack_from)

    def unpacker_of_many(self) -> str:
        """Name the function that unpacks by a format made when it runs."""
        return self.named("unpack", unpack_from)


class RecordWriter:
    """Writes the body of one function: `o` the octets, `p` the position, `e`, `e1`, ... the ends of the windows.

    Records that repeat in a record are written into its loop, with variables of their own, if they have no length of
    their own. What is to be done in doubt, and which values are kept, is for those that write other functions to say.
    """

    def __init__(self, compiler: Compiler, record: Record) -> None:
        """Write what reads `record`."""
        self._compiler = compiler
        self._record = record
        self._lines: list[str] = []
        self._pending: list[tuple[str, Scalar | None, int]] = []
        # Of a record that counts its own octets: where it starts, its end, and the end of what it lies in.
        self._window = ("s", "e", "e")
        self._windows: dict[str, tuple[str, str, str]] = {}
        self._end = "e"
        self._indent = ""
        self._variables = 0
        self._prefix = "v"

    def decoder(self) -> list[str]:
        """Return the lines of a function that reads the record."""
        own_length = has_own_length(self._record)
        if own_length:
            self._write("s = p")
        self._fields(self._record)
        if own_length and not _fills(self._record.fields[-1]):
            self._give_up_if("p != e")
        self._write(f"return {self._value(self._record)}, p")
        return self._lines

    def list_decoder(self) -> list[str]:
        """Return the lines of a function that reads the record as often as it fits."""
        items = self._loop(self._record, "p < e")
        self._write(f"return tuple({items}), p")
        return self._lines

    def _fields(self, record: Record) -> None:
        for field in record.fields:
            self._field(field)
        self._flush()

    def _value(self, record: Record) -> str:
        shape = self._compiler.constant("shape", record.shape)
        return f"{shape}({', '.join(map(self._variable, value_fields(record.fields)))})"

    def _variable(self, field: NamedField | RecordLength) -> str:
        return self._of(field.name)

    def _of(self, name: str) -> str:
        return f"{self._prefix}_{name}"

    def _write(self, line: str) -> None:
        self._lines.append(self._indent + line)

    def _give_up_if(self, test: str, error: type[DoubtError] = DoubtError, indent: str = "") -> None:
        self._write(f"{indent}if {test}: {self._give_up(error)}")

    def _give_up(self, error: type[DoubtError]) -> str:
        return f"raise {error.__name__}"

    def _keep(self, line: str) -> None:
        self._write(line)

    def _fresh(self, prefix: str) -> str:
        self._variables += 1
        return f"{prefix}{self._variables}"

    def _field(self, field: Field) -> None:
        match field:
            case RecordLength():
                self._windows[self._variable(field)] = self._window
                self._pending.append((self._variable(field), field, field.octets))
            case Uint() | Octets():
                self._pending.append((self._variable(field), field, field.octets))
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
                self._keep(f"{self._variable(field)} = o[p:{self._end}]")
                self._write(f"p = {self._end}")
            case Nested():
                self._nested(field)
            case Many():
                items = self._loop(field.record, f"p < {self._end}", self._of(field.count) if field.count else "")
                self._keep(f"{self._variable(field)} = tuple({items})")
            case Variant():
                self._variant(field)
            case When():
                self._when(field)
            case Bits():
                self._counted(field, f"({self._of(field.key)} + 7) // 8", "o[p:end]")
            case Uints():
                count = self._of(field.count)
                unpack = self._compiler.unpacker_of_many()
                value = f'{unpack}(f">{{{count}}}{FORMATS[field.octets]}", o, p)'
                self._counted(field, f"{count} * {field.octets}", value)
            case _:
                assert_never(field)

    def _flush(self) -> None:
        """Read the scalars that have come together, then look at what they say."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        octets = sum(size for _, _, size in pending)
        self._give_up_if(f"p + {octets} > {self._end}")
        if len(pending) == octets <= _ONE_BY_ONE:
            for at, (name, _, _) in enumerate(pending):
                self._write(f"{name} = o[{_behind(at)}]")
        else:
            layout = "".join(format_of(field, size) for _, field, size in pending)
            names = ", ".join(name for name, _, _ in pending)
            self._write(f"({names},) = {self._compiler.unpacker(layout)}(o, p)")
        self._write(f"p += {octets}")
        for name, field, _ in pending:
            self._look(name, field)

    def _look(self, name: str, field: Scalar | None) -> None:
        match field:
            case Uint(low=low, high=high):
                if low:
                    self._give_up_if(f"{name} < {low}", MismatchError)
                if high is not None:
                    self._give_up_if(f"{name} > {high}", MismatchError)
            case Fixed(content=content):
                expected = content[0] if len(content) == 1 else content
                self._give_up_if(f"{name} != {expected!r}", MismatchError)
            case RecordLength():
                start, end, outer = self._windows[name]
                self._give_up_if(f"{start} + {name} < p or {start} + {name} > {outer}")
                self._write(f"{end} = {start} + {name}")
            case _:
                pass

    def _sized(self, field: Sized) -> None:
        length = self._fresh("length")
        if isinstance(field.octets, int):
            self._pending.append((length, None, field.octets))
            self._flush()
        else:
            self._flush()
            self._wide_length(length, field.octets)
        outer, self._end = self._end, self._fresh("e")
        self._write(f"{self._end} = p + {length}")
        self._give_up_if(f"{self._end} > {outer}")
        for inner in field.fields:
            self._field(inner)
        self._flush()
        if not _fills(field.fields[-1]):
            self._give_up_if(f"p != {self._end}")
        self._end = outer

    def _wide_length(self, length: str, wide: Wide) -> None:
        """Read a length whose width hangs on a bit."""
        for test, octets in ((f"if {self._of(wide.key)} & {int(wide.mask)}:", wide.set), ("else:", wide.clear)):
            self._write(test)
            self._give_up_if(f"p + {octets} > {self._end}", indent="    ")
            self._write(f"    {length} = {' | '.join(_shifted(at, octets) for at in range(octets))}")
            self._write(f"    p += {octets}")

    def _counted(self, field: Bits | Uints, octets: str, value: str) -> None:
        self._write(f"end = p + {octets}")
        self._give_up_if(f"end > {self._end}")
        self._keep(f"{self._variable(field)} = {value}")
        self._write("p = end")

    def _nested(self, field: Nested) -> None:
        name = self._variable(field)
        if field.repeats:
            (repeated,) = field.records
            self._remembered(name, repeated)
            return
        first, *others = (self._compiler.add(record) for record in field.records)
        if not others:
            self._call(name, first, "p")
        else:
            (second,) = others
            self._write("try:")
            self._call(name, first, "end", "    ")
            # A doubt about the first is none about the second: the interpreter decides whether the first fits.
            self._write("except MismatchError:")
            self._call(name, second, "end", "    ")
            self._write("p = end")

    def _call(self, name: str, reader: str, position: str, indent: str = "") -> None:
        self._write(f"{indent}{name}, {position} = {reader}(o, p, {self._end})")

    def _remembered(self, name: str, record: Record) -> None:
        """Look the octets up first: those of a record of fixed size, else the rest of the window, which it fills."""
        size, reader = _fixed_size(record), self._compiler.add(record)
        if not size and not _fills(record.fields[-1]):
            raise TypeError(record)
        memory = self._compiler.memory(reader)
        self._write(f"end = p + {size}" if size else f"end = {self._end}")
        if size:
            self._give_up_if(f"end > {self._end}")
        self._write("key = o[p:end]")
        self._write(f"{name} = {memory}.get(key)")
        self._write(f"if {name} is None:")
        self._write(f"    {name}, _ = {reader}(o, p, end)")
        keep = f"keep({memory}, key, {name}, {REMEMBERED})"
        self._write(f"    {keep}" if size else f"    if len(key) <= {REMEMBERED_OCTETS}: {keep}")
        self._write("p = end")

    def _loop(self, record: Record, test: str, limit: str = "") -> str:
        """Read a record while `test` holds, at most `limit` times; return the name of the list of what was read."""
        items = self._fresh("items")
        self._write(f"{items} = []")
        self._write(f"while {test}{f' and len({items}) < {limit}' if limit else ''}:")
        outer, self._indent = (self._indent, self._prefix), self._indent + "    "
        if has_own_length(record):
            item = "item"
            self._call(item, self._compiler.add(record), "p")
        else:
            self._prefix = self._fresh("v")
            self._fields(record)
            item = self._value(record)
        self._keep(f"{items}.append({item})")
        self._indent, self._prefix = outer
        return items

    def _variant(self, field: Variant) -> None:
        table = self._compiler.cases(field.cases)
        name = self._variable(field)
        self._write(f"case = {table}.get({self._of(field.key)})")
        self._write("if case is None:")
        self._write(f"    {name} = o[p:{self._end}]")
        self._write("else:")
        self._call(name, "case", "p", "    ")
        self._give_up_if(f"p != {self._end}", indent="    ")
        self._write(f"p = {self._end}")

    def _when(self, field: When) -> None:
        inner = field.field
        self._write(f"if {self._of(field.key)} in {tuple(int(value) for value in field.values)!r}:")
        outer, self._indent = self._indent, self._indent + "    "
        self._field(inner)
        self._flush()
        self._indent = outer
        self._write("else:")
        for left_out in value_fields((inner,)):
            self._write(f"    {self._variable(left_out)} = {absent_value(left_out)!r}")


class _FitterWriter(RecordWriter):
    """Writes the body of a function that keeps no values, and answers where a decoder raises."""

    def fitter(self) -> list[str]:
        """Return the lines of a function that says whether the record fills the octets."""
        self._write("p, e = 0, len(o)")
        self._fields(self._record)
        self._write("return p == e")
        return self._lines

    def _give_up(self, _error: type[DoubtError]) -> str:
        return "return False"

    def _keep(self, line: str) -> None:
        pass

    def _varying(self, field: Bits | Uints | Rest | Nested | Many | Variant | When) -> None:
        if isinstance(field, Nested | Variant | When):
            raise TypeError(field)
        super()._varying(field)


def _behind(at: int) -> str:
    return f"p + {at}" if at else "p"


def _shifted(at: int, octets: int) -> str:
    """Return the source of octet `at` of a number, where it belongs."""
    shift = 8 * (octets - at - 1)
    return f"o[{_behind(at)}] << {shift}" if shift else f"o[{_behind(at)}]"


def _fills(field: Field) -> bool:
    """Whether a field takes all that is left of its window, where it is read at all."""
    return isinstance(field, Rest | Variant) or (
        isinstance(field, Nested) and field.repeats and not _fixed_size(field.records[0])
    )


def _fixed_size(record: Record) -> int:
    """Return the octets of a record that holds scalars alone, 0 for any other."""
    scalars = all(isinstance(field, Uint | Octets) for field in record.fields)
    return fixed_octets(record) if scalars else 0
