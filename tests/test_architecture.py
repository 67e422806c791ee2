"""Who may import whom, as a table, and what the pure packages may not touch.

Why: the core takes octets and gives values. That holds only as long as nothing in it can reach a file or a clock, and
the layers stay layers only as long as something fails when one reaches up.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import bmpconform

ROOT = Path(bmpconform.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))

EVERYTHING = frozenset(
    {
        "wire",
        "spec",
        "neutral",
        "rules",
        "capture",
        "corpus",
        "events",
        "exits",
        "check",
        "show",
        "judge",
        "targets",
        "run",
        "report",
        "fuzz",
        "live",
        "cli",
        "conformance",
        "adapters",
        "skeletons",
        "pytest_plugin",
        "lab",
    }
)
# First-level name -> the first-level names that it may import, beside itself.
ALLOWED: dict[str, frozenset[str]] = {
    "__init__": frozenset(),
    "__main__": frozenset({"cli"}),
    "wire": frozenset(),
    "spec": frozenset({"wire"}),
    "neutral": frozenset({"wire", "spec"}),
    "rules": frozenset({"wire", "spec"}),
    "capture": frozenset({"wire"}),
    "corpus": frozenset({"wire", "spec", "neutral", "rules"}),
    "adapters": frozenset({"wire", "spec", "neutral", "rules", "targets"}),
    "events": frozenset({"wire"}),
    "check": frozenset({"wire", "spec", "rules", "capture", "events"}),
    "show": frozenset({"wire", "spec", "rules", "capture", "events", "check"}),
    "exits": frozenset(),
    "skeletons": frozenset(),
    "judge": frozenset({"wire", "spec", "neutral", "rules", "corpus", "targets"}),
    "targets": frozenset({"wire", "spec", "neutral"}),
    "run": frozenset({"exits", "wire", "spec", "neutral", "rules", "corpus", "judge", "targets"}),
    "report": frozenset({"wire", "spec", "corpus", "judge", "events", "show", "run", "fuzz"}),
    "fuzz": frozenset({"exits", "wire", "spec", "neutral", "rules", "corpus", "judge", "targets", "run", "adapters"}),
    "live": frozenset(
        {
            "wire",
            "spec",
            "neutral",
            "rules",
            "capture",
            "events",
            "check",
            "corpus",
            "judge",
            "targets",
            "run",
            "adapters",
        }
    ),
    "lab": frozenset({"wire", "spec", "neutral", "targets", "live"}),
    "cli": EVERYTHING,
    "conformance": EVERYTHING,
    "pytest_plugin": EVERYTHING,
}

PURE = frozenset({"wire", "spec", "neutral", "rules", "judge"})
IMPURE_MODULES = frozenset(
    {
        "asyncio",
        "click",
        "datetime",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "random",
        "rich",
        "secrets",
        "shutil",
        "signal",
        "socket",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
    }
)
IMPURE_CALLS = frozenset({"open", "print", "input", "breakpoint", "exec", "eval"})
# Layouts are compiled to source at import, and this is where.
MAY_COMPILE = frozenset({"wire/compile.py"})
# The only door to the core's one dependency.
MAY_IMPORT_MSGSPEC = frozenset({"wire/value.py"})


def _imported(tree: ast.AST, package: list[str]) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of all that is imported, also inside functions; `package` resolves relative ones."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{origin}.{alias.name}"


def _called(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name of each call of a plain name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.lineno, node.func.id


def _breach(path: str, owner: str, name: str) -> str | None:
    """Return why the module at `path`, of first-level name `owner`, may not import `name`, or None if it may."""
    first, _, rest = name.partition(".")
    if first == "bmpconform":
        target = rest.partition(".")[0]
        if target in {owner, "", "__version__"} or target in ALLOWED[owner]:
            return None
        return f"{owner} may not import {target}"
    if first == "msgspec" and path not in MAY_IMPORT_MSGSPEC:
        return "only wire/value.py imports msgspec"
    if first in IMPURE_MODULES and owner in PURE:
        return f"{owner} is pure and may not import {first}"
    return None


def breaches(path: str, source: str) -> list[str]:
    """Return `path:line: reason` for all that a module, `path` below the package, does against the tables."""
    parts = Path(path).with_suffix("").parts
    owner = parts[0]
    if owner not in ALLOWED:
        return [f"{path}:1: {owner} has no row in ALLOWED"]
    tree = ast.parse(source)
    found = [
        (line, reason)
        for line, name in _imported(tree, ["bmpconform", *parts[:-1]])
        if (reason := _breach(path, owner, name))
    ]
    if owner in PURE:
        allowed = {"exec"} if path in MAY_COMPILE else set()
        found += [
            (line, f"{owner} is pure and may not call {name}")
            for line, name in _called(tree)
            if name in IMPURE_CALLS - allowed
        ]
    return [f"{path}:{line}: {reason}" for line, reason in sorted(found)]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.relative_to(ROOT).as_posix())
def test_module_keeps_to_the_tables(module: Path) -> None:
    assert breaches(module.relative_to(ROOT).as_posix(), module.read_text(encoding="utf-8")) == []


def test_the_judge_knows_of_targets_what_they_may_say_and_nothing_else() -> None:
    judging = [module for module in MODULES if module.relative_to(ROOT).parts[0] == "judge"]
    imported = {name for module in judging for _, name in _imported(ast.parse(module.read_text("utf-8")), [])}
    of_targets = {name for name in imported if name.startswith("bmpconform.targets")}
    assert of_targets
    assert all(name.startswith("bmpconform.targets.protocol.") for name in of_targets)


def test_what_a_row_names_has_a_row_itself() -> None:
    assert frozenset().union(*ALLOWED.values()) <= ALLOWED.keys()


@pytest.mark.parametrize(
    "path, source, reason",
    [
        ("wire/codes.py", "from bmpconform.spec import clauses", "wire may not import spec"),
        ("wire/codes.py", "import bmpconform.rules.peer_up", "wire may not import rules"),
        ("wire/codes.py", "from bmpconform import cli", "wire may not import cli"),
        ("wire/codes.py", "from ..rules import peer_up", "wire may not import rules"),
        ("wire/codes.py", "from .. import rules", "wire may not import rules"),
        ("wire/__init__.py", "from ..spec import clauses", "wire may not import spec"),
        ("check.py", "from .report import text", "check may not import report"),
        ("rules/peer_up.py", "def late():\n    import bmpconform.check", "rules may not import check"),
        ("__init__.py", "from bmpconform.cli import main", "__init__ may not import cli"),
        ("wire/codes.py", "import msgspec", "only wire/value.py imports msgspec"),
        ("report/jsonl.py", "from msgspec import json", "only wire/value.py imports msgspec"),
        ("spec/catalogue.py", "import os.path", "spec is pure and may not import os"),
        ("rules/peer_up.py", "from time import monotonic", "rules is pure and may not import time"),
        ("spec/catalogue.py", "open('clauses.json')", "spec is pure and may not call open"),
        ("wire/interpret.py", "exec('')", "wire is pure and may not call exec"),
        ("surprise/thing.py", "", "surprise has no row in ALLOWED"),
    ],
)
def test_breach_is_caught(path: str, source: str, reason: str) -> None:
    assert [breach.partition(": ")[2] for breach in breaches(path, source)] == [reason]


@pytest.mark.parametrize(
    "path, source",
    [
        ("wire/framer.py", "from bmpconform.wire.codes import VERSION"),
        ("wire/framer.py", "from .codes import VERSION"),
        ("wire/framer.py", "from . import codes"),
        ("wire/value.py", "import msgspec"),
        ("wire/compile.py", "exec('')"),
        ("spec/catalogue.py", "from importlib import resources\nfrom bmpconform.wire import codes"),
        ("check.py", "import sys\nfrom .rules import peer_up"),
        ("report/text.py", "from rich.console import Console\nfrom bmpconform.events import Found"),
        ("cli.py", "import click\nfrom bmpconform import __version__, check, report"),
    ],
)
def test_what_the_tables_allow_is_no_breach(path: str, source: str) -> None:
    assert breaches(path, source) == []
