"""What is changed: the operators of Cosmic Ray, and the statement that is left out, which it lacks.

Why that one: most of what a rule does is one statement, the one that notes the breach.
"""

from collections.abc import Iterator

import cosmic_ray.plugins
from parso.python.tree import Keyword
from parso.tree import BaseNode, NodeOrLeaf

Position = tuple[int, int]


class Operator:
    """One kind of change, in the shape that Cosmic Ray expects."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[tuple[Position, Position]]:
        """Yield where the node can be changed, once for each way to change it."""
        raise NotImplementedError

    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf | None:
        """Change a node, in the way of that number."""
        raise NotImplementedError


class DropStatement(Operator):
    """Leaves out a call, a raise or an assignment to a part of something; returns None where there was a value."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[tuple[Position, Position]]:
        """Yield the statement of a line."""
        if isinstance(node, BaseNode) and node.type == "simple_stmt" and _does_something(node.children[0]):
            yield node.children[0].start_pos, node.children[0].end_pos

    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf | None:
        """Put `pass` in its place, or `return None`."""
        assert isinstance(node, BaseNode)
        assert index == 0
        statement = node.children[0]
        word = "return None" if statement.type == "return_stmt" else "pass"
        node.children[0] = Keyword(word, statement.start_pos, statement.get_first_leaf().prefix)
        return node


def _does_something(statement: NodeOrLeaf) -> bool:
    if statement.type == "expr_stmt":
        assert isinstance(statement, BaseNode)
        target, what = statement.children[:2]
        return bool(what.type == "operator" and (target.type != "name" or what.get_code().strip() != "="))
    if statement.type == "return_stmt":
        return bool(statement.get_code().strip() != "return None")
    return statement.type in {"atom_expr", "power", "raise_stmt", "yield_expr"}


def operators() -> dict[str, Operator]:
    """Return all operators by their names, in their order; those that need arguments are left out."""
    classes = {
        name.partition("/")[2]: cosmic_ray.plugins.get_operator(name) for name in cosmic_ray.plugins.operator_names()
    }
    known: dict[str, Operator] = {name: kind() for name, kind in classes.items() if not kind.arguments()}
    return dict(sorted({**known, "DropStatement": DropStatement()}.items()))
