"""Where in the source something stands: the module, the function and the text of a line, not its number.

Why: what is written down about a place is to hold until that place changes, however the file around it does.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import bmpconform

PACKAGE = Path(bmpconform.__file__).parent
JUDGED = ("wire", "rules", "judge")


@dataclass(frozen=True, order=True)
class Place:
    """A line of a module, as `wire/framer.py`, in a function, as `Framer.feed`, empty outside of all."""

    module: str
    function: str
    text: str


def modules() -> dict[str, Path]:
    """Return the modules that are judged, by name."""
    return {f"{name}/{path.name}": path for name in JUDGED for path in sorted((PACKAGE / name).glob("*.py"))}


class Sources:
    """The source of one module, by lines; the first has number 1."""

    def __init__(self, module: str, source: str) -> None:
        self.module = module
        self.source = source
        self._lines = source.splitlines()
        self._functions = [""] * (len(self._lines) + 1)
        self._statements = [range(line, line + 1) for line in range(len(self._lines) + 1)]
        tree = ast.parse(source)
        self._name_functions(tree, "")
        for node in ast.walk(tree):
            if isinstance(node, ast.stmt):
                self._mark_statement(node)

    def place(self, line: int) -> Place:
        """Return where a line is."""
        return Place(self.module, self._functions[line], self._lines[line - 1].strip())

    def indent(self, line: int) -> int:
        """Return how far a line is indented."""
        text = self._lines[line - 1]
        return len(text) - len(text.lstrip())

    def statement(self, line: int) -> range:
        """Return the lines of the statement that a line is in, those of its body left out."""
        return self._statements[line]

    def _mark_statement(self, node: ast.stmt) -> None:
        body = getattr(node, "body", None)
        last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
        lines = range(node.lineno, max(last, node.lineno) + 1)
        for line in lines:
            self._statements[line] = lines

    def _name_functions(self, node: ast.AST, outer: str) -> None:
        for child in ast.iter_child_nodes(node):
            name = outer
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                name = f"{outer}.{child.name}" if outer else child.name
                first = min(each.lineno for each in (child, *child.decorator_list))
                last = child.end_lineno or child.lineno
                self._functions[first : last + 1] = [name] * (last + 1 - first)
            self._name_functions(child, name)


def read_all() -> Iterator[Sources]:
    """Read the modules that are judged."""
    return (Sources(name, path.read_text(encoding="utf-8")) for name, path in modules().items())
