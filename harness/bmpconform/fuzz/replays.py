"""The commands that show a finding again, as they are typed into a shell.

Why with the folder in front: a target that is a command is looked for where the campaign was started.
"""

import shlex
from collections.abc import Iterator
from pathlib import Path

from bmpconform.corpus.vector import Op
from bmpconform.fuzz.disagreement import DisagreementLine, StoredDisagreement
from bmpconform.fuzz.finding import StoredFinding
from bmpconform.run.events import command_line


def replays(found: StoredFinding | StoredDisagreement, started_in: Path, octets: Path, test: Path) -> str:
    """Return a line for each target of a finding, whose octets and test are in these files."""
    there = f"cd {shlex.quote(str(started_in))} && "
    return "".join(f"{there}{command}\n" for command in _commands(found, octets, test))


def _commands(found: StoredFinding | StoredDisagreement, octets: Path, test: Path) -> Iterator[str]:
    """Yield the commands; what an encoder was asked for may have no octets."""
    line = found.line
    if found.octets or line.op != Op.ENCODE.value:
        targets = line.targets if isinstance(line, DisagreementLine) else (line.target,)
        yield from (command_line("replay", str(octets), "--target", target) for target in targets)
    else:
        yield shlex.join(["python3", "-m", "pytest", str(test)])
