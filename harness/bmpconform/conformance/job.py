"""What the jobs of this package share: where their results go, and how they end.

Why by environment: tox hands the same folder to whatever it runs.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from bmpconform.corpus.location import CorpusError
from bmpconform.exits import CORPUS_INVALID, UNUSABLE
from bmpconform.judge.expected import ExpectedError
from bmpconform.run.outcome import Outcome

OUT = "BMPCONFORM_OUT"


def out_folder() -> Path | None:
    """Return the folder that results are left in, None where nobody asks for them."""
    out = os.environ.get(OUT)
    return None if out is None else Path(out)


def end(judge: Callable[[], Outcome]) -> int:
    """Judge, print the sum or why there is none, and return the exit code of the contract."""
    try:
        outcome = judge()
    except ValueError as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    except (CorpusError, ExpectedError) as error:
        print(error, file=sys.stderr)
        return CORPUS_INVALID
    print(f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped")
    return outcome.code
