"""The stations that a test can start, and what each says that it understood.

Why read from a file: both write a line when they have read a message, and a file outlives whoever wrote it.
"""

import json
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from bmpconform.lab import pmbmpd
from bmpconform.lab.daemon import Command, Daemon
from bmpconform.lab.lease import Lease
from bmpconform.lab.manifest import Kit
from bmpconform.lab.scene import BMP_PORT, ROUTER_HOST
from bmpconform.lab.wait import is_listening, until
from bmpconform.live.device import Endpoint
from bmpconform.neutral import Message
from bmpconform.targets.errors import TargetError
from bmpconform.targets.launch import MEBIBYTE
from bmpconform.targets.protocol import Capabilities
from bmpconform.wire.value import Value, from_json, replace

START_SECONDS, STOP_SECONDS, GONE_SECONDS = 30.0, 5.0, 2.0
OUTPUT = "understood.jsonl"
# What a file may grow to: a collector that writes without end is ended by the system.
OUTPUT_OCTETS = 4096 * MEBIBYTE
ROUTERS = 128
EVERY_TYPE = {str(number): 3 for number in range(7)}

Read = Callable[[bytes], Message | None]


class Output:
    """A file of lines that another program appends to, read as far as it has whole lines."""

    def __init__(self, file: Path, read: Read) -> None:
        self._file, self._read = file, read
        self._place = 0
        self._messages: list[Message] = []

    def messages(self) -> Sequence[Message]:
        """Return what has been read so far. Raises TargetError where a line cannot be read."""
        if self._file.exists():
            with self._file.open("rb") as lines:
                lines.seek(self._place)
                while (line := lines.readline()).endswith(b"\n"):
                    self._take(line)
                    self._place += len(line)
        return tuple(self._messages)

    def _take(self, line: bytes) -> None:
        try:
            message = self._read(line)
        except (ValueError, KeyError) as error:
            raise TargetError(f"{self._file.name} has a line that cannot be read: {error!r}: {line!r}") from error
        if message is not None:
            self._messages.append(message)


class Reader(Value, frozen=True):
    """How a station is configured, if by a file, and how its lines are read; `able` is what they show."""

    able: Capabilities
    read: Read
    configuration: str | None = None


class ManagedCollector:
    """A station that we start."""

    def __init__(self, name: str, kit: Kit, reader: Reader) -> None:
        self.name = name
        self.able = reader.able
        self._kit, self._reader = kit, reader
        self._stack = ExitStack()
        self._daemon: Daemon | None = None
        self._here: Endpoint | None = None
        self._output: Output | None = None

    def open(self) -> Endpoint:
        """Start it, and return where it listens. Raises TargetError where it cannot be started."""
        with ExitStack() as stack:
            lease = stack.enter_context(Lease())
            here = Endpoint(lease.address(ROUTER_HOST), lease.port(ROUTER_HOST, BMP_PORT))
            daemon = Daemon(self.name, self._command(lease, here), lease.folder)
            stack.callback(daemon.close)
            until(lambda: _is_ready(daemon, here), START_SECONDS, f"{self.name} to listen")
            self._daemon, self._here = daemon, here
            self._output = Output(lease.folder / OUTPUT, self._reader.read)
            self._stack = stack.pop_all()
        return here

    def _command(self, lease: Lease, here: Endpoint) -> Command:
        output = lease.folder / OUTPUT
        if self._reader.configuration:
            text = self._kit.render(
                self._reader.configuration, address=here.host, port=here.port, output=output, routers=ROUTERS
            )
            (lease.folder / self._reader.configuration).write_text(text, encoding="utf-8")
        places = {"folder": str(lease.folder), "address": here.host, "port": str(here.port), "output": str(output)}
        command = self._kit.command(places)
        return replace(command, limits=replace(command.limits, file_octets=OUTPUT_OCTETS))

    def alive(self) -> bool:
        """Whether it still runs; one that listens no more is given a moment to be seen as ended."""
        if self._daemon is None or self._here is None:
            return False
        patience = 0.0 if is_listening(self._here.host, self._here.port) else GONE_SECONDS
        return self._daemon.ended(patience) is None

    @property
    def said(self) -> str:
        """Return the end of what it wrote to stdout and stderr."""
        return "" if self._daemon is None else self._daemon.said

    def understood(self) -> Sequence[Message]:
        """Return the messages that it read."""
        return () if self._output is None else self._output.messages()

    def close(self) -> None:
        """End it as its user would, by SIGINT, and kill it where it does not go."""
        if self._daemon is not None and self._daemon.alive():
            self._daemon.signal(signal.SIGINT)
            self._daemon.ended(STOP_SECONDS)
        self._stack.close()
        self._daemon = self._output = None


def _is_ready(daemon: Daemon, here: Endpoint) -> bool:
    daemon.demand_alive()
    return is_listening(here.host, here.port)


def _neutral(line: bytes) -> Message:
    return from_json(line, Message)


def _of_pmbmpd(line: bytes) -> Message | None:
    return pmbmpd.understood_of(json.loads(line)) if line.strip() else None


GOBGP = Reader(Capabilities(ops=("stream",), depth=EVERY_TYPE, bgp="parsed", station=True), _neutral)
PMBMPD = Reader(pmbmpd.ABLE, _of_pmbmpd, "pmbmpd.conf")
