"""The terminal of an FRR daemon, over its Unix socket: commands in, and whether it took them.

Why the socket and not vtysh: each command would cost a process, and its answer would have to be guessed from text.
"""

import socket
from pathlib import Path

from bmpconform.targets.errors import TargetError

SECONDS = 10
# An answer ends in three NUL and the outcome of the command: 0 done, 1 done with a warning.
END_OCTETS, NULS = 4, b"\0\0\0"
DONE, WARNED = 0, 1


def tell(terminal: Path, *commands: str) -> None:
    """Give commands one after the other. Raises TargetError where one is not taken."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connected:
        connected.settimeout(SECONDS)
        try:
            connected.connect(str(terminal))
            for command in ("enable", *commands):
                connected.sendall(command.encode() + b"\0")
                _demand_done(command, _answer(connected))
        except OSError as error:
            raise TargetError(f"{terminal}: {error}") from error


def _answer(connected: socket.socket) -> bytes:
    answer = b""
    while len(answer) < END_OCTETS or answer[-END_OCTETS:-1] != NULS:
        octets = connected.recv(65536)
        if not octets:
            raise ConnectionError("the daemon closed its terminal")
        answer += octets
    return answer


def _demand_done(command: str, answer: bytes) -> None:
    if answer[-1] not in {DONE, WARNED}:
        text = answer[:-END_OCTETS].decode(errors="replace").strip()
        raise TargetError(f"{command!r} was not taken: {text or f'code {answer[-1]}'}")
