"""How inputs are read, and the error of one that cannot be.

Why one value: files, standard input and routers are read by different modules, under the same few options.
"""

from collections.abc import Callable

from bmpconform.capture.interrupt import Interrupt
from bmpconform.wire.errors import BmpconformError
from bmpconform.wire.value import Value


class InputError(BmpconformError):
    """An input that cannot be read: its name as typed, and one sentence with the reason and what to do."""

    def __init__(self, name: str, reason: str) -> None:
        """Keep both as data."""
        super().__init__(name, reason)
        self.name = name
        self.reason = reason

    def __str__(self) -> str:
        """Say both in one sentence."""
        return f"{self.name}: {self.reason}"


def say_nothing(_name: str, _text: str) -> None:
    """Tell nobody."""


class Reading(Value, frozen=True):
    """How to read.

    `port` picks the BMP flows of a capture. `follow` reads a file on as it grows, dials a router again, listens on.
    `interrupt` ends what waits. `say` is told, with the name of the input, in one sentence what is waited for and who
    comes and goes. Of a file no more than `octets` are read, where that is given.
    """

    port: int | None = None
    follow: bool = False
    interrupt: Interrupt = Interrupt()
    say: Callable[[str, str], None] = say_nothing
    octets: int | None = None


READING = Reading()
