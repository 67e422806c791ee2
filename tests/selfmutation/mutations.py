"""The small changes that can be made to our own judgement, and a sample of them.

Why drawn by hash: the seed and the text of a place decide whether it is in the sample, so an edit elsewhere changes
nothing about it. Why one of each place: an operator with ten ways to change an `&` would else fill the sample.
"""

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from parso.tree import NodeOrLeaf

from operators import operators
from places import Place, Sources


@dataclass(frozen=True, order=True)
class Candidate:
    """A change that may be made: the operator's so many-th in the module, at a column behind the indent."""

    place: Place
    column: int
    operator: str
    way: int
    line: int
    occurrence: int

    def rank(self, seed: int, *, way: bool) -> bytes:
        """Return where the place comes in the order of a seed, or the way among those of one place."""
        family = self.operator.partition("_")[0]
        what = (self.operator, self.way) if way else ()
        return sha256(repr((seed, self.place, self.column, family, *what)).encode()).digest()


@dataclass(frozen=True, order=True)
class Mutation:
    """A change: the line where it is, by its number too, what it says afterwards, and the source with the change."""

    place: Place
    after: str
    line: int
    source: str


class Space:
    """Every change that an operator knows of some modules, but those of annotations and of signatures' stars."""

    def __init__(self, modules: Iterable[Sources]) -> None:
        self._modules = {sources.module: sources for sources in modules}
        self._candidates = [each for sources in self._modules.values() for each in _candidates(sources)]

    def sample(self, number: int, seed: int) -> list[Mutation]:
        """Return so many changes, in the order of their places; all that there are if there are fewer."""
        ways: dict[bytes, list[Candidate]] = {}
        for candidate in self._candidates:
            ways.setdefault(candidate.rank(seed, way=False), []).append(candidate)
        drawn = (self._first_that_compiles(ways[rank], seed) for rank in sorted(ways))
        return sorted(islice((mutation for mutation in drawn if mutation is not None), number))

    def at(self, place: Place, after: str) -> Mutation | None:
        """Return the change that turns a place into this, None where there is none."""
        applied = (self._apply(candidate) for candidate in self._candidates if candidate.place == place)
        return next((mutation for mutation in applied if mutation is not None and mutation.after == after), None)

    def _first_that_compiles(self, ways: list[Candidate], seed: int) -> Mutation | None:
        ranked = sorted(ways, key=lambda candidate: candidate.rank(seed, way=True))
        return next((mutation for mutation in map(self._apply, ranked) if mutation is not None), None)

    def _apply(self, candidate: Candidate) -> Mutation | None:
        """Make a change; None where no Python comes of it."""
        source = self._modules[candidate.place.module].source
        changed: str = mutate_code(source, operators()[candidate.operator], candidate.occurrence)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            try:
                compile(changed, candidate.place.module, "exec")
            except SyntaxError:
                return None
        return Mutation(candidate.place, _first_change(source, changed), candidate.line, changed)


def _first_change(before: str, after: str) -> str:
    old, new = before.splitlines(), after.splitlines()
    if len(old) != len(new):
        return ""
    return next((line.strip() for was, line in zip(old, new, strict=True) if was != line), "")


def _candidates(sources: Sources) -> Iterator[Candidate]:
    nodes = list(ast_nodes(get_ast(sources.source)))
    for name, operator in operators().items():
        found = ((node, way, at) for node in nodes for way, (at, _) in enumerate(operator.mutation_positions(node)))
        for occurrence, (node, way, (line, column)) in enumerate(found):
            if not (_in_annotation(node) or _ends_positions(node)):
                yield Candidate(sources.place(line), column - sources.indent(line), name, way, line, occurrence)


def _ends_positions(node: NodeOrLeaf) -> bool:
    """Whether it is the star behind which parameters have names, which is no operator."""
    return node.type == "operator" and node.parent is not None and node.parent.type == "parameters"


def _in_annotation(node: NodeOrLeaf) -> bool:
    return any(_is_annotation(each) for each in _outwards(node))


def _is_annotation(node: NodeOrLeaf) -> bool:
    before = node.get_previous_sibling()
    sign = "" if before is None else before.get_code().strip()
    match node.parent.type if node.parent else "":
        case "annassign" | "tfpdef":
            return sign == ":"
        case "funcdef":
            return sign == "->"
        case _:
            return False


def _outwards(node: NodeOrLeaf) -> Iterable[NodeOrLeaf]:
    each: NodeOrLeaf | None = node
    while each is not None:
        yield each
        each = each.parent
