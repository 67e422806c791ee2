"""All targets for which this machine has the means, built if need be: `python -m bmpconform.conformance.everything`.

Why apart from the main job: building takes minutes and toolchains, and nobody who only wants their own target judged
should need either. NAMEs on the command line choose; what cannot be built here is named and skipped.
"""

import sys
from collections.abc import Sequence

from bmpconform.conformance.job import end, out_folder
from bmpconform.conformance.known import judge
from bmpconform.spec.profiles import DEFAULT_PROFILE
from bmpconform.targets.catalogue import load_adapters


def main(names: Sequence[str]) -> int:
    """Judge, print, and return the exit code of the contract."""
    return end(lambda: judge(names or list(load_adapters()), DEFAULT_PROFILE, out_folder(), print))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
