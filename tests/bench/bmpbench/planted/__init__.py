"""The planted faults, by their numbers, which never change: frozen.json holds them against this list."""

from bmpbench.planted import agreeing, default, fields, layers, sequences
from bmpbench.planted.fault import Fault

PAGES = (default, fields, agreeing, layers, sequences)
FAULTS: tuple[Fault, ...] = tuple(held for page in PAGES for held in vars(page).values() if isinstance(held, Fault))
