"""The main job. Without arguments it judges what is known, and with TARGETs those alone, as `bmpconform run` does."""

import os
import sys
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path

from bmpconform.cli import run as run_command
from bmpconform.conformance.captures import judge_captures, render
from bmpconform.conformance.job import out_folder
from bmpconform.conformance.known import judge_known
from bmpconform.corpus.location import CorpusError
from bmpconform.exits import CORPUS_INVALID, FOUND, worst
from bmpconform.judge.expected import ExpectedError

CALLED_FROM = "BMPCONFORM_CALLED_FROM"
PIN = "Mend what differs, or pin it in vectors/captures/captures.json with the sentence that argues it."


def main(arguments: Sequence[str]) -> int:
    """Judge, print, and return the exit code of the contract."""
    out = out_folder()
    if arguments:
        with chdir(os.environ.get(CALLED_FROM, ".")):
            return run_command(["run", *(["--out", str(out)] if out else []), *arguments])
    try:
        return _judge_all(out)
    except (CorpusError, ExpectedError) as error:
        print(error, file=sys.stderr)
        return CORPUS_INVALID


def _judge_all(out: Path | None) -> int:
    passed = failed = skipped = 0
    for stream in judge_captures():
        passed, failed = passed + stream.passed, failed + (not stream.passed)
        print("\n".join(render(stream)))
    if failed:
        print(PIN)
    codes = [FOUND] if failed else []
    print()
    for outcome in judge_known(out, print):
        codes.append(outcome.code)
        passed, failed, skipped = passed + outcome.passed, failed + outcome.failed, skipped + outcome.skipped
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return worst(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
