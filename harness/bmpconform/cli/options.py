"""What several commands share: their options, and the paragraphs of their help."""

from collections.abc import Callable
from inspect import cleandoc
from typing import TypeVar

import click

from bmpconform.rules.selection import Policy, PolicyError
from bmpconform.show.printable import printable
from bmpconform.spec.profiles import DEFAULT_PROFILE, PROFILES

INPUT_HELP = """\b
INPUT is what a router sends, told by what it holds:
  FILE              raw octets, as they came over TCP
  FILE              text, one message in hex a line, # begins a comment
  FILE              a capture of packets, pcap or pcapng, of any number of routers
  -                 standard input, any of these
  tcp:HOST:PORT     dials a router that waits for its station
  listen:HOST:PORT  is the station that routers dial; port 0 is one that is free
IPv6 addresses stand in brackets: listen:[::1]:11019. Nothing is ever sent to a router.
"""


def profiles_help() -> str:
    """Return the paragraph that lists the profiles."""
    lines = [f"  {profile.name:<14} {profile.title}" for profile in PROFILES.values()]
    return "\n".join(["\b", "Profiles (which documents are held against the octets):", *lines])


_Command = TypeVar("_Command", bound=Callable[..., None])


def explained(*paragraphs: str) -> Callable[[_Command], _Command]:
    """Add paragraphs that several commands share to the help in a docstring."""

    def explain(command: _Command) -> _Command:
        command.__doc__ = "\n\n".join([cleandoc(command.__doc__ or ""), *paragraphs])
        return command

    return explain


def policy_of(_context: click.Context, _parameter: click.Parameter, settings: tuple[str, ...]) -> Policy:
    """Return the policy that the words K=V give. Raises UsageError with what is allowed."""
    pairs: dict[str, str] = {}
    for setting in settings:
        key, equals, word = setting.partition("=")
        if not equals:
            raise click.BadParameter(f"{printable(setting)!r} is not K=V, such as trailing-nul=warn.")
        pairs[key] = word
    try:
        return Policy.of(pairs)
    except PolicyError as error:
        raise click.BadParameter(printable(str(error))) from error


def formats(*names: str) -> Callable[[_Command], _Command]:
    """Return the option `--format`, whose default is the first of `names`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="The form of the report.",
    )


profile_option = click.option(
    "--profile",
    type=click.Choice(list(PROFILES)),
    default=DEFAULT_PROFILE,
    show_default=True,
    help="The documents that hold.",
)

follow_option = click.option(
    "--follow",
    is_flag=True,
    help="Go on until Ctrl-C: read a file on as it grows, dial a router again after a while, listen on.",
)
port_option = click.option(
    "--port",
    metavar="N",
    type=click.IntRange(1, 65535),
    help="The TCP port of the BMP flows in a capture.  [default: told by what they carry]",
)
