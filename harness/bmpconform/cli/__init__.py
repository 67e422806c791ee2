"""The command line: options in, events out, exit codes. All work is done by public functions.

Why so thin: what the command can do, a program can do by calling the same functions.

- stdout has the report alone; stderr has what concerns the user: problems, progress.
- The exit code is the highest of 70 > 4 > 2 > 3 > 1 > 0 that applies; 130 for Ctrl-C where it would be 0.
"""

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module

import click

from bmpconform import __version__
from bmpconform.cli.outcome import say, say_defect
from bmpconform.exits import DEFECT, INTERRUPTED, UNUSABLE
from bmpconform.report.terminal import Output, OutputError

# Each command and the module that has it, in the order of the help.
COMMANDS = {
    "check": "octets",
    "show": "showing",
    "run": "judging",
    "replay": "judging",
    "diff": "judging",
    "accept": "judging",
    "fuzz": "fuzzing",
    "promote": "fuzzing",
    "report": "reports",
    "targets": "targets",
    "new-adapter": "adapters",
    "clauses": "catalogue",
    "vectors": "vectors",
}


_HELP = """Say whether BMP (the BGP Monitoring Protocol) is what its documents demand.

Reads what a router sends and names, for each fault, the clause of the document and the octets that break it.
Judges encoders and decoders of others, as child processes, by stored vectors.

\b
Is it valid?                 bmpconform check router.bmp
The same for a program       bmpconform check --format jsonl router.bmp
What is in those octets?     bmpconform show router.bmp
Does my decoder conform?     bmpconform run 'jsonl:./my-decoder'
What breaks it?              bmpconform fuzz 'jsonl:./my-decoder' --time 60
How is it made a target?     bmpconform new-adapter DIR --lang go
What is checked, and how?    bmpconform clauses
"""


class _Commands(click.Group):
    """The commands, each imported when it is asked for: `check` in a pipe need not wait for what `run` needs."""

    def list_commands(self, _context: click.Context, /) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str, /) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = getattr(import_module(f"bmpconform.cli.{COMMANDS[name]}"), name.replace("-", "_"))
        assert isinstance(command, click.Command)  # noqa: S101 - the table is ours
        return command


@click.group(
    cls=_Commands,
    help=_HELP,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="`bmpconform COMMAND --help` tells more of each.",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Say whether BMP (the BGP Monitoring Protocol) is what its documents demand."""


def run(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Run the command and return its exit code. Never raises."""
    try:
        code = cli.main(list(arguments), prog_name="bmpconform", standalone_mode=False)
        Output().flush()
    except click.ClickException as error:
        error.show()
        return UNUSABLE
    except OutputError as error:
        say(f"bmpconform: {error}")
        return UNUSABLE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except SystemExit:
        # How click answers to a reader of a help page that is gone.
        return 0
    except Exception as error:  # noqa: BLE001 - the process boundary: a defect is told, not thrown
        say_defect(f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error)), environment)
        return DEFECT
    return code if isinstance(code, int) else 0


def main() -> None:
    """Run the command for this process."""
    sys.exit(run(sys.argv[1:]))
