"""Waits for what tells nobody that it is there: a file that another program writes, a port that it opens.

Why one helper: each wait has a deadline and a name for what was waited for, and nothing sleeps for good luck.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from bmpconform.targets.errors import TargetError

Found = TypeVar("Found")
LOOK_SECONDS = 0.01


def until(look: Callable[[], Found | None], seconds: float, what: str) -> Found:
    """Return what `look` finds, once it finds something. Raises TargetError where that is not within `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        if time.monotonic() >= deadline:
            raise TargetError(f"{what}: not within {seconds:g} s")
        time.sleep(LOOK_SECONDS)
