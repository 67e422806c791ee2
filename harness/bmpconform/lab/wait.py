"""Waits for what tells nobody that it is there: a file that another program writes, a port that it opens.

Why one helper: each wait has a deadline and a name for what was waited for, and nothing sleeps for good luck.
"""

import sys
import time
from collections.abc import Callable
from ipaddress import IPv4Address
from pathlib import Path
from typing import TypeVar

from bmpconform.targets.errors import TargetError

Found = TypeVar("Found")
LOOK_SECONDS = 0.01
# A state of /proc/net/tcp.
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
    number = int.from_bytes(IPv4Address(address).packed, sys.byteorder)
    place = f"{number:08X}:{port:04X}"
    lines = (line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:])
    return any(words[1] == place and words[3] == LISTEN for words in lines)
