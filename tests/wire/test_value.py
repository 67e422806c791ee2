"""What every value of the core is: frozen, and so the same for all who hold it."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

import bmpconform
from bmpconform.wire.value import Value, keep

PURE = ("wire", "spec", "neutral", "rules", "judge")


def _values(base: type[Value]) -> Iterator[type[Value]]:
    for shape in base.__subclasses__():
        yield shape
        yield from _values(shape)


@pytest.mark.parametrize("package", PURE)
def test_every_value_of_the_core_is_frozen(package: str) -> None:
    name = f"{bmpconform.__name__}.{package}"
    for found in pkgutil.walk_packages(import_module(name).__path__, f"{name}."):
        import_module(found.name)
    shapes = [shape for shape in _values(Value) if shape.__module__.startswith(f"{name}.")]
    assert shapes
    assert [shape for shape in shapes if not shape.__struct_config__.frozen] == []


def test_a_full_table_forgets_before_it_takes_more() -> None:
    table: dict[int, str] = {}
    assert [keep(table, number, str(number), 2) for number in range(3)] == ["0", "1", "2"]
    assert table == {2: "2"}
    assert keep(table, 3, "3", 2) == "3"
    assert table == {2: "2", 3: "3"}
