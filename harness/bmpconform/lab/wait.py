"""Waits for what tells nobody that it is there: a file that another program writes, a port that it opens.

Why one helper: each wait has a deadline and a name for what was waited for, and nothing sleeps for good luck.
"""

import sys
import time
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import TypeVar

from bmpconform.targets.errors import TargetError

Found = TypeVar("Found")
LOOK_SECONDS = 0.01
# Columns of /proc/net/tcp, and a state: who listens has his queue of connections where others have octets.
STATE, QUEUES = 3, 4
LISTEN = "0A"


def until(look: Callable[[], Found | None], seconds: float, what: str) -> Found:
    """Return what `look` finds, once it finds something. Raises TargetError where that is not within `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        if time.monotonic() >= deadline:
            raise TargetError(f"{what}: not within {seconds:g} s")
        time.sleep(LOOK_SECONDS)


def is_listening(address: str, port: int) -> bool:
    """Whether something listens at an IPv4 address, told without connecting: that would be a session already."""
    return any(True for _ in _listeners(address, port))


def unaccepted(address: str, port: int) -> int:
    """Return how many connections to who listens at an IPv4 address are made by the system, and not yet accepted."""
    return sum(int(words[QUEUES].split(":")[1], 16) for words in _listeners(address, port))


def _listeners(address: str, port: int) -> Iterator[list[str]]:
    number = int.from_bytes(IPv4Address(address).packed, sys.byteorder)
    place = f"{number:08X}:{port:04X}"
    lines = (line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:])
    return (words for words in lines if words[1] == place and words[STATE] == LISTEN)
