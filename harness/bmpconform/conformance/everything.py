"""All targets for which this machine has the means, built if need be: `python -m bmpconform.conformance.everything`.

Why apart from the main job: building takes minutes and toolchains, and nobody who only wants their own target judged
should need either. NAMEs on the command line choose; what cannot be built here is named and skipped.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bmpconform.conformance.known import judge
from bmpconform.corpus.location import CorpusError
from bmpconform.exits import CORPUS_INVALID, UNUSABLE
from bmpconform.judge.expected import ExpectedError
from bmpconform.spec.profiles import DEFAULT_PROFILE
from bmpconform.targets.catalogue import load_adapters

OUT = "BMPCONFORM_OUT"


def main(names: Sequence[str]) -> int:
    """Judge, print, and return the exit code of the contract."""
    out = os.environ.get(OUT)
    try:
        outcome = judge(names or list(load_adapters()), DEFAULT_PROFILE, None if out is None else Path(out), print)
    except ValueError as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    except (CorpusError, ExpectedError) as error:
        print(error, file=sys.stderr)
        return CORPUS_INVALID
    print(f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped")
    return outcome.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
