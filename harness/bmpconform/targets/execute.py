"""Speaks the adapter protocol for a program that knows none: `python -m bmpconform.targets.execute COMMAND...`.

Why: such a target is then asked, timed and limited like every other. Each frame goes to a new process on its stdin; the
exit code is the answer, and stdout may hold the message in the neutral form. What a process leaves running is killed
before the next one starts. How much the program shows is found out by showing it a plain frame of each type.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from threading import Thread
from typing import IO, cast

from bmpconform.neutral import Bgp, Message, missing
from bmpconform.targets.module import Panic, Reject, Unsupported
from bmpconform.targets.protocol import (
    ANSWER_OCTETS,
    PROTOCOL,
    Bye,
    Decode,
    Encode,
    Hello,
    Request,
    Reset,
    Stream,
)
from bmpconform.targets.samples import FRAMES
from bmpconform.targets.serve import OK, Body, serve
from bmpconform.targets.supervisor import adopt_orphans, ended, kill_descendants
from bmpconform.wire.value import UnsetType, from_json

ACCEPTED, REJECTED, UNSUPPORTED = 0, 65, 127
CHUNK_OCTETS = 64 * 1024
DEEPEST_FIRST = (3, 2, 1)
# The types whose messages always hold a PDU; in a Peer Down that hangs on the reason.
WITH_PDU = ("0", "3", "6")
RICHEST_FIRST: tuple[Bgp, ...] = ("parsed", "raw")


def run(command: Sequence[str], octets: bytes) -> tuple[int, bytes]:
    """Return the exit code of a process (negative: its signal) that had `octets` on stdin, and its stdout.

    The stdin is a file, so that a process that does not read it holds up nobody.
    """
    with tempfile.TemporaryFile() as source:
        source.write(octets)
        source.seek(0)
        with subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE) as process:  # noqa: S603 - the target
            output = bytearray()
            reader = Thread(target=_read, args=(cast("IO[bytes]", process.stdout), output))
            reader.start()
            code = process.wait()
            kill_descendants()
            reader.join()
    return code, bytes(output)


def _read(pipe: IO[bytes], output: bytearray) -> None:
    """Read all that comes; keep what an answer can hold."""
    while octets := pipe.read(CHUNK_OCTETS):
        output += octets[: max(ANSWER_OCTETS - len(output), 0)]


def decode(command: Sequence[str], octets: bytes) -> Body:
    """Return the answer that an exit code and an output amount to. Raises Reject and Unsupported."""
    code, output = run(command, octets)
    if code == REJECTED:
        raise Reject(f"exit-{code}")
    if code == UNSUPPORTED:
        raise Unsupported(f"exit-{code}")
    if code != ACCEPTED:
        raise Panic(ended(code))
    shown = _shown(output)
    return {**OK, "consumed": None} | ({} if shown is None else {"message": shown})


def _shown(output: bytes) -> Message | None:
    """Return the message that a program shows, None where its output is something else."""
    try:
        return from_json(output, Message)
    except ValueError:
        return None


def depths(command: Sequence[str]) -> tuple[dict[str, int], Bgp]:
    """Return how deep a program shows each message type, and what it shows of BGP in them."""
    seen = {str(int(kind)): message for kind, frame in FRAMES.items() if (message := _seen(command, frame)) is not None}
    depth = {kind: _deepest(message) for kind, message in seen.items()}
    inside = [(message, depth[kind]) for kind, message in seen.items() if kind in WITH_PDU and depth[kind]]
    for bgp in RICHEST_FIRST:
        if inside and all(missing(message, deep, bgp) is None for message, deep in inside):
            return depth, bgp
    return depth, "none"


def _seen(command: Sequence[str], frame: bytes) -> Message | None:
    """Return what a program shows of a frame."""
    code, output = run(command, frame)
    return _shown(output) if code == ACCEPTED else None


def _deepest(message: Message) -> int:
    return next((depth for depth in DEEPEST_FIRST if missing(message, depth, "none") is None), 0)


def answer(command: Sequence[str], request: Request) -> Body:
    """Return what a program says to a request."""
    match request:
        case Hello():
            depth, bgp = depths(command)
            name = Path(command[0]).name.encode("utf-8", "backslashreplace").decode()
            capabilities = {"ops": ["decode"], "depth": depth, "bgp": bgp}
            return {**OK, "protocol": PROTOCOL, "name": name, "version": "unknown", "capabilities": capabilities}
        case Reset() | Bye():
            return OK
        case Decode(octets, UnsetType()):
            return decode(command, bytes.fromhex(octets))
        case Decode() | Encode() | Stream():
            raise Unsupported("a program that is run for each frame can only decode, and is told of no session")


def main() -> None:
    """Serve the program that is named on the command line."""
    command = sys.argv[1:]
    if not command or shutil.which(command[0]) is None:
        sys.exit(f"there is no program {' '.join(command[:1])!r}")
    adopt_orphans()
    serve(partial(answer, command))


if __name__ == "__main__":
    main()
