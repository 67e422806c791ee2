"""The layout table compiled to readers of parts: what a few fields of a record hold, without a value of the record.

Why: who only asks whether the like came before has no use for the values, and making them costs most of a decoder.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from bmpconform.wire.compile import DoubtError, has_own_length
from bmpconform.wire.compile_read import Compiler, RecordWriter
from bmpconform.wire.layout import Bits, Field, Many, Nested, Octets, Record, Rest, Uint, Uints, Variant, When

PartsReader = Callable[[bytes, int], tuple[Any, ...] | None]
Looker = Callable[[bytes], tuple[Hashable, ...] | None]

RUN = ":"


def compile_parts(record: Record, *paths: str) -> PartsReader:
    """Return what reads a record at an offset: where it ends, then what the fields at `paths` hold.

    The paths are those of findings: on the way through a variant they name its case. `first:last` is a run of numbers
    and octets, taken as octets; so is a record that any octets fit. The reader answers None where the record does not
    fit or what the paths go through is not there; where it answers, decoding gives the same. Raises TypeError for
    what did not have to be fast so far: records that repeat, fields that may be absent.
    """
    compiler = Compiler()
    compiler.function("parts", "o, p", _PartsWriter(compiler, record, paths).reader())
    reader: PartsReader = compiler.run()["parts"]
    return reader


def compile_looker(record: Record, key: str, value: str, looks: Sequence[Callable[[bytes], Hashable]]) -> Looker:
    """Return what looks at records one behind the other: (field `key`, what `looks[key]` says of field `value`) each.

    The looker answers None where the records do not add up.
    """
    compiler = Compiler()
    compiler.function("look", "o", _LookWriter(compiler, record, key, value).looker())
    compiler.named(_LOOKS, looks)
    looker: Looker = compiler.run()["look"]
    return looker


class _Refusing(RecordWriter):
    """Writes functions that answer None where a decoder raises."""

    def _give_up(self, _error: type[DoubtError]) -> str:
        return "return None"


class _PartsWriter(_Refusing):
    """Writes the body of a reader: the records on the way are written into it, and variables go by their paths."""

    def __init__(self, compiler: Compiler, record: Record, paths: Sequence[str]) -> None:
        super().__init__(compiler, record)
        self._paths = paths
        self._runs = {path.partition(RUN)[0]: path for path in paths if RUN in path}
        self._inside = ""
        self._tests: list[str] = []

    def reader(self) -> list[str]:
        """Return the lines of the function."""
        self._write("e = len(o)")
        self._filling(self._record)
        self._write(f"return {', '.join(['p', *map(_variable, self._paths)])}")
        return self._lines

    def _of(self, name: str) -> str:
        return _variable(self._inside + name)

    def _field(self, field: Field) -> None:
        match field:
            case Nested(records=(record,)) if self._leads_on(field.name):
                self._within(field.name, record)
            case Variant():
                self._case(field)
            case _:
                super()._field(field)

    def _varying(self, field: Bits | Uints | Rest | Nested | Many | Variant | When) -> None:
        match field:
            case Rest():
                super()._varying(field)
            case Nested(records=(Record(fields=(Many(count=None), Rest())),)):
                super()._varying(Rest(field.name))
            case _:
                raise TypeError(field)

    def _flush(self) -> None:
        super()._flush()
        tests, self._tests = self._tests, []
        for test in tests:
            self._give_up_if(test)

    def _case(self, field: Variant) -> None:
        """Read the one case that paths go through."""
        ((key, case),) = ((key, case) for key, case in field.cases.items() if self._leads_on(case.name))
        if not isinstance(case.content, Record):
            raise TypeError(field)
        # What chooses the case may be read along with the first fields of it.
        self._tests.append(f"{self._of(field.key)} != {int(key)}")
        self._within(case.name, case.content, fills=True)

    def _leads_on(self, name: str) -> bool:
        return any(path.startswith(f"{self._inside}{name}.") for path in self._paths)

    def _within(self, name: str, record: Record, *, fills: bool = False) -> None:
        outside, self._inside = self._inside, f"{self._inside}{name}."
        if fills or has_own_length(record):
            self._filling(record)
        else:
            self._all(record)
        self._inside = outside

    def _filling(self, record: Record) -> None:
        """Read a record that has to end with its window, or where it says itself."""
        window, outer = self._window, self._end
        if has_own_length(record):
            start, self._end = self._fresh("s"), self._fresh("e")
            self._window = start, self._end, outer
            self._write(f"{start} = p + {sum(octets for _, _, octets in self._pending)}")
            self._write(f"{self._end} = {outer}")
        self._all(record)
        self._flush()
        if not isinstance(record.fields[-1], Rest):
            self._give_up_if(f"p != {self._end}")
        self._window, self._end = window, outer

    def _all(self, record: Record) -> None:
        """Read all fields, those of a run at one stroke."""
        run, octets = "", 0
        for field in record.fields:
            path = self._inside + getattr(field, "name", "")
            run = run or self._runs.get(path, "")
            if not run:
                self._field(field)
                continue
            octets += _octets_of_any(field)
            if run.endswith(RUN + path):
                self._pending.append((_variable(run), Octets(run, octets), octets))
                run, octets = "", 0


def _octets_of_any(field: Field) -> int:
    """Return how many octets a field has, any of which fit."""
    if isinstance(field, Octets) or (isinstance(field, Uint) and not field.low and field.high is None):
        return field.octets
    raise TypeError(field)


class _LookWriter(_Refusing):
    """Writes the body of a looker."""

    def __init__(self, compiler: Compiler, record: Record, key: str, value: str) -> None:
        super().__init__(compiler, record)
        self._key = key
        self._looked_at = value

    def looker(self) -> list[str]:
        """Return the lines of the function."""
        self._write("p, e = 0, len(o)")
        self._write(f"return tuple({self._loop(self._record, 'p < e')})")
        return self._lines

    def _value(self, _record: Record) -> str:
        key = self._of(self._key)
        return f"({key}, {_LOOKS}[{key}]({self._of(self._looked_at)}))"


_LOOKS = "looks"


def _variable(path: str) -> str:
    return "v_" + path.replace(".", "_").replace(RUN, "_to_")
