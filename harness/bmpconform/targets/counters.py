"""Where a target leaves which of its branches a request went through: counters in memory that it shares with us.

Why a map for each request: many are under way at a time, and what is found out is about one input. Why by the
environment: the place is there before the target says anything, and stays when it dies.

- `BMPCONFORM_MAP` is a file to map, `BMPCONFORM_MAP_SIZE` the octets of one map, `BMPCONFORM_MAP_VERSION` this form.
- The file holds SLOTS maps. That of the request with a given `id` is number `id % SLOTS`.
- Before it handles a request a target zeroes that map; each octet counts how often one edge was taken, and wraps to 1.
- `hello` says how many octets of a map it uses: `"coverage":{"counters":N}`.
"""

import mmap
import os
import sys
from collections.abc import Mapping

MAP, MAP_SIZE, MAP_VERSION = "BMPCONFORM_MAP", "BMPCONFORM_MAP_SIZE", "BMPCONFORM_MAP_VERSION"
VERSION = 1
# Twice as many as can be sent and not be told of yet, in a form that a mask gives.
SLOTS = 256
SIZE = 64 * 1024
# Memory that has no name and goes with its last user, so that a kill leaves nothing behind.
IS_SHARED = sys.platform == "linux"


class Counters:
    """The maps of one target, for those who read them."""

    def __init__(self) -> None:
        self._handle = os.memfd_create("bmpconform-map")
        os.ftruncate(self._handle, SLOTS * SIZE)
        self._maps = mmap.mmap(self._handle, SLOTS * SIZE)

    @property
    def environment(self) -> dict[str, str]:
        """Return what tells a child where the maps are."""
        place = f"/proc/{os.getpid()}/fd/{self._handle}"
        return {MAP: place, MAP_SIZE: str(SIZE), MAP_VERSION: str(VERSION)}

    def of(self, request: int, counters: int) -> bytes:
        """Return the first counters of the map of a request."""
        start = request % SLOTS * SIZE
        return self._maps[start : start + min(counters, SIZE)]

    def close(self) -> None:
        """Give the memory back."""
        self._maps.close()
        os.close(self._handle)


class Counting:
    """The maps of one target, for a target in Python that writes them: `count` edges, after `begin`."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        """Map what the environment names. Raises KeyError where it names nothing, ValueError for another version."""
        if int(environment[MAP_VERSION]) != VERSION:
            raise ValueError(f"maps of version {environment[MAP_VERSION]}")
        self.size = int(environment[MAP_SIZE])
        handle = os.open(environment[MAP], os.O_RDWR)
        try:
            self._maps = mmap.mmap(handle, SLOTS * self.size)
        finally:
            os.close(handle)
        self._start = 0

    def begin(self, request: int) -> None:
        """Count for another request from now on."""
        self._start = request % SLOTS * self.size
        self._maps[self._start : self._start + self.size] = bytes(self.size)

    def count(self, edge: int) -> None:
        """Count an edge, which may be any number."""
        place = self._start + edge % self.size
        self._maps[place] = self._maps[place] + 1 & 0xFF or 1
