"""Deliberate faults in the reference codec, by theme: each an adapter of its own that the vectors have to catch.

Why: a vector that catches no wrong decoder proves nothing about a right one.
"""

from collections.abc import Iterator
from importlib import import_module

from faults.mutant import Mutant

THEMES = (
    "strings",
    "order",
    "namespaces",
    "lengths",
    "peer_header",
    "statistics",
    "information",
    "peer_up",
    "peer_down",
    "route_monitoring",
    "loc_rib",
    "encoding_tlvs",
    "encoding_headers",
    "encoding_statistics",
    "encoding_bodies",
    "streams",
    "sessions",
    "succession",
)


def mutants(themes: tuple[str, ...] = THEMES) -> Iterator[Mutant]:
    """Yield the mutants of the themes, each in the order of its page."""
    for theme in themes:
        yield from (held for held in vars(import_module(f"faults.{theme}")).values() if isinstance(held, Mutant))


def find(name: str) -> Mutant:
    """Return the mutant of a name, `theme/fault`. Raises KeyError where there is none; other themes stay unread."""
    theme = name.partition("/")[0].replace("-", "_")
    return {mutant.name: mutant for mutant in mutants((theme,))}[name]
