"""Tells which branches of our own judgement its tests do not take, in generated code too, and are not explained.

Why by the tests that stand beside it alone: what only a whole run happens to pass by, nobody looked at.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from explained import EXIT, UNCOVERED, Fact, load, show, stale
from places import JUDGED, PACKAGE, Sources
from tracing import ROOT, run

# What is said of a line that nothing runs, where no branch to it tells so.
NEVER = "never run"
# What one file is said to lack: lines by number, branches by the numbers of two, the second below 0 for a way out.
Found = dict[str, Any]


def missing(files: dict[str, Found], generated: Path) -> set[Fact]:
    """Return the branches that nothing takes, and the lines that nothing runs and no such branch leads to."""
    return {fact for name, found in files.items() for fact in _missing_in(Path(name), generated, found)}


def _missing_in(path: Path, generated: Path, found: Found) -> Iterator[Fact]:
    module = "generated" if path.parent == generated else str(path.relative_to(PACKAGE))
    source = Sources(module, path.read_text(encoding="utf-8"))
    branches = found["missing_branches"]
    for start, end in branches:
        yield Fact(source.place(start), source.place(end).text if end > 0 else EXIT)
    for line in set(found["missing_lines"]) - {end for _, end in branches}:
        yield Fact(source.place(line), NEVER)


def main() -> int:
    """Run the tests and tell. Returns 1 where a branch is not taken and not explained, or an explanation is stale."""
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        traced = run([str(ROOT / "tests" / package) for package in JUDGED], folder, by_test=False)
        report = folder / "report.json"
        traced.json_report(outfile=str(report))
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
        lacking = missing(files, folder)
    reasons = load(UNCOVERED, "next")
    written = sum(Path(file).parent == folder for file in files)
    faults = [f"not taken: {show(fact)}" for fact in sorted(lacking - reasons.keys())] + stale(reasons, lacking)
    faults += [] if written else ["no generated code was seen"]
    branches = sum(found["summary"]["num_branches"] for found in files.values())
    print("\n".join(faults))
    print(f"{branches} branches in {len(files) - written} modules and {written} generated ones")
    print(f"{branches - len(lacking)} passed, {len(faults)} failed, {len(lacking & reasons.keys())} skipped")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
