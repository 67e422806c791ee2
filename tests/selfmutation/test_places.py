"""A place is known by its function and its text, wherever in its file it stands."""

import pytest

from places import JUDGED, Place, Sources, modules

SOURCE = """\
LIMIT = 1


class Reader:
    @staticmethod
    def read(octets):
        def inner():
            return octets
        return inner


def last():
    return LIMIT
"""


@pytest.mark.parametrize(
    "line, function, text",
    [
        (1, "", "LIMIT = 1"),
        (4, "Reader", "class Reader:"),
        (5, "Reader.read", "@staticmethod"),
        (8, "Reader.read.inner", "return octets"),
        (9, "Reader.read", "return inner"),
        (13, "last", "return LIMIT"),
    ],
)
def test_a_line_is_in_the_innermost_function(line: int, function: str, text: str) -> None:
    assert Sources("wire/one.py", SOURCE).place(line) == Place("wire/one.py", function, text)


def test_a_place_outlives_what_is_written_before_it() -> None:
    assert Sources("wire/one.py", "# more\n" + SOURCE).place(14) == Sources("wire/one.py", SOURCE).place(13)


@pytest.mark.parametrize("line, lines", [(1, {1, 2, 3, 4}), (3, {1, 2, 3, 4}), (5, {5}), (6, {6, 7})])
def test_a_line_belongs_to_its_statement_without_the_body(line: int, lines: set[int]) -> None:
    source = "if (\n    one\n    or two\n):\n    act()\n    call(\n        )\n"
    assert {*Sources("wire/one.py", source).statement(line)} == lines


def test_every_module_of_the_three_packages_is_judged() -> None:
    assert {name.partition("/")[0] for name in modules()} == {*JUDGED}
    assert {"wire/framer.py", "rules/tlvs.py", "judge/judging.py"} <= {*modules()}
