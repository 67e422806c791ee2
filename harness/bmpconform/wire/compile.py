"""Source that is written from the layout table, and run: what the fast decoders and encoders have in common.

Why: the interpreter walks the table for every message; compiled, the same table is many times as fast. Compiled code
gives up on any doubt by `DoubtError`, and the interpreter answers in its place; where it answers, the two are equal,
which property tests hold them to. No offset is written here, only derived.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bmpconform.wire.layout import Fixed, Octets, Record, RecordLength, Uint

Scalar = Uint | Octets | Fixed | RecordLength

# The struct format of an unsigned integer by its octets.
FORMATS = {1: "B", 2: "H", 4: "I", 8: "Q"}


class DoubtError(Exception):
    """What compiled code leaves to the interpreter."""


class MismatchError(DoubtError):
    """Octets that are for certain not those of a record: what is fixed in it differs, or a number is out of range."""


class Source:
    """The source of functions, with the tables and constants that they use."""

    def __init__(self) -> None:
        """Begin with no function."""
        self._constants: dict[str, object] = {"DoubtError": DoubtError, "MismatchError": MismatchError}
        self._functions: list[str] = []
        self._tables: list[str] = []

    def run(self) -> dict[str, Any]:
        """Run the source; return what it defines."""
        namespace = dict(self._constants)
        exec(compile("\n\n".join([*self._functions, *self._tables]), "<layout>", "exec"), namespace)  # noqa: S102
        return namespace

    def function(self, name: str, parameters: str, lines: Sequence[str]) -> None:
        """Write a function."""
        self._functions.append("\n".join([f"def {name}({parameters}):", *(f"    {line}" for line in lines)]))

    def table(self, rows: Mapping[str, str]) -> str:
        """Write a table of expressions; return its name."""
        name = f"cases_{len(self._tables)}"
        self._tables.append(f"{name} = {{{', '.join(f'{key}: {value}' for key, value in rows.items())}}}")
        return name

    def constant(self, prefix: str, value: object) -> str:
        """Name a constant of the source; the same value has one name."""
        for name, known in self._constants.items():
            if known is value:
                return name
        return self.named(f"{prefix}_{len(self._constants)}", value)

    def named(self, name: str, value: object) -> str:
        """Name a constant that goes by its name alone; the first value stays."""
        self._constants.setdefault(name, value)
        return name


def format_of(field: Scalar | None, octets: int) -> str:
    """Return the struct format of a field, of a length where it is None."""
    raw = isinstance(field, Octets) or (isinstance(field, Fixed) and octets > 1)
    return f"{octets}s" if raw else FORMATS[octets]


def has_own_length(record: Record) -> bool:
    """Whether a field of the record counts the octets of all of it."""
    return any(isinstance(field, RecordLength) for field in record.fields)
