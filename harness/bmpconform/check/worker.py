"""A process that judges its shares: `python -m bmpconform.check.worker FD`, which `check.workers` alone starts.

Why it looks up several times a second: whoever started it may want an end, and says so over the same connection, or is
gone. What there is to say goes out in batches, and waits for who takes it.
"""

import sys
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from select import POLLOUT, poll

from bmpconform.capture.inputs import Reading, read_input
from bmpconform.capture.interrupt import Interrupt
from bmpconform.check.shares import Item, Key, Progress, ShareEnd, judge_share
from bmpconform.rules.memory import Memory
from bmpconform.rules.selection import Selection

PULSE_SECONDS = 0.1
BATCH = 256


class Outlet:
    """What goes out, in batches. Each ends with the progress so far, which counts what was said until then.

    Shape: `add` what there is to say, `pulse` with each event. Where the other side wants an end, `interrupt` is
    requested; where that is gone, EOFError or OSError is raised.
    """

    def __init__(self, connection: Connection, interrupt: Interrupt) -> None:
        self._connection = connection
        self._interrupt = interrupt
        self._room = poll()
        self._room.register(connection.fileno(), POLLOUT)
        self._batch: list[Item] = []
        self._reached: tuple[Key, Callable[[], Progress]] | None = None
        self._due = 0.0

    def add(self, item: Item) -> None:
        """Take something to say."""
        self._batch.append(item)
        if isinstance(item[1], ShareEnd):
            self._reached = None
            self._flush()
        elif len(self._batch) >= BATCH:
            self._flush()

    def pulse(self, key: Key, progress: Callable[[], Progress]) -> None:
        """Take note of what was reached; now and then listen, and tell it where nobody has to be waited for."""
        self._reached = key, progress
        now = time.monotonic()
        if now >= self._due:
            self._due = now + PULSE_SECONDS
            self.listen()
            if self._room.poll(0):
                self._flush()

    def listen(self) -> None:
        """Hear whether there is to be an end."""
        if self._connection.poll():
            self._connection.recv()
            self._interrupt.requested = True

    def _flush(self) -> None:
        if self._reached is not None:
            key, progress = self._reached
            # What the end of an input brings is behind its last event.
            key = max([key, *(item[0] for item in self._batch[-1:])])
            self._batch.append((key, progress()))
        self._connection.send(self._batch)
        self._batch = []


def work(connection: Connection) -> None:
    """Judge the shares that come over the connection; what is said of them goes back, and None when all is said."""
    shares, options, port = connection.recv()
    interrupt = Interrupt()
    outlet, memory = Outlet(connection, interrupt), Memory(Selection(options.profile, options.policy))
    for share in shares:
        outlet.listen()
        if interrupt.requested:
            break
        events = read_input(share.path, Reading(port, interrupt=interrupt, octets=share.octets))
        for item in judge_share(share, events, memory, options, outlet.pulse):
            outlet.add(item)
    connection.send(None)


def main() -> None:
    """Work for who holds the other end of the connection whose descriptor is the argument; a defect is told there."""
    with Connection(int(sys.argv[1])) as connection:
        try:
            work(connection)
        except (EOFError, ConnectionError):
            # Nobody is left who would want to know.
            pass
        except Exception as error:  # noqa: BLE001 - the process boundary: a defect is raised by who started this
            error.add_note(traceback.format_exc())
            connection.send(error)


if __name__ == "__main__":
    main()
