"""Speaks the adapter protocol for one mutant: `python host.py THEME/FAULT`.

Why a child for each: it is judged as any target is, and a fault cannot reach another.
"""

import sys
from functools import partial
from types import ModuleType

from bmpconform.adapters.reference import target as reference
from bmpconform.targets.host import answer
from bmpconform.targets.serve import serve
from faults import find
from faults.mutant import Mutant


def module_of(mutant: Mutant) -> ModuleType:
    """Return a module under test that has the op of the mutant alone."""
    module = ModuleType(mutant.name)
    vars(module).update(NAME=mutant.name, VERSION="1", CAPABILITIES=reference.CAPABILITIES, **mutant.functions)
    return module


if __name__ == "__main__":
    serve(partial(answer, module_of(find(sys.argv[1]))))
