"""Which judge has which inputs, or which streams of one, and whether several judges are worth it.

Why by size: a judge is a process, and starting one takes as long as judging some megabytes. A stream cannot be cut, so
one that is alone has one judge, however long it is.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from bmpconform.capture.inputs import STDIN, InputError, Reading, is_live, read_input
from bmpconform.capture.pieces import StreamStart
from bmpconform.check.shares import Share
from bmpconform.wire.value import Value

# Below, one judge is as fast.
WORTH_OCTETS = 16 * 1024 * 1024
# More judges than these have to be asked for: each takes some 40 MiB, and each reads all of what it shares.
MOST_UNASKED = 4
# So much of a capture tells whether it has several streams.
LOOKED_AT = 1024 * 1024
# Elsewhere a process is given no connection by its descriptor.
CAN_SHARE = os.name == "posix"
# To share a file costs as much as to have so much more than others: it is read by all who share it.
UNEVEN = 1.1


class File(Value, frozen=True):
    """An input that can be read more than once: its name as told, where it lies, its size in octets."""

    source: str
    path: str
    octets: int = 0


def file_of(source: str, name: str) -> File | None:
    """Return the input `name`, told as `source`, as a file; None where it can be read only once.

    What cannot be read at all is a file of no octets: who reads it says why.
    """
    if name == STDIN or is_live(name):
        return None
    try:
        # Where /dev/stdin is a file, another process has to know which.
        status, path = Path(name).stat(), Path(name).resolve()
        if S_ISDIR(status.st_mode):
            return File(source, name)
        is_there = S_ISREG(status.st_mode) and path.exists() and path.samefile(name)
    except OSError:
        return File(source, name)
    return File(source, str(path), status.st_size) if is_there else None


def share_out(files: Sequence[File], jobs: int | None, port: int | None) -> list[list[Share]]:
    """Return what each judge has, in the order of the files: one has all of them where more are not worth it.

    `jobs` is how many there may be; None leaves that to what is in the files, and to the machine.
    """
    judges = min(MOST_UNASKED, _cores()) if jobs is None else jobs
    if not CAN_SHARE or (jobs is None and sum(file.octets for file in files) < WORTH_OCTETS):
        judges = 1
    shares: list[list[Share]] = [[] for _ in range(judges)]
    loads = [0.0] * judges
    fair = sum(file.octets for file in files) / judges
    for place, file in sorted(enumerate(files), key=lambda entry: -entry[1].octets):
        least = sorted(range(judges), key=loads.__getitem__)
        is_whole = loads[least[0]] + file.octets <= fair * UNEVEN
        of = 1 if is_whole else min(judges, _most_judges(file.path, jobs, port))
        for number, judge in enumerate(least[:of]):
            shares[judge].append(Share(place, file.source, file.path, number, of, None if of == 1 else file.octets))
            loads[judge] += file.octets / of
    return [sorted(some, key=lambda share: share.place) for some in shares if some]


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _most_judges(path: str, jobs: int | None, port: int | None) -> int:
    """Return how many can have a part of a file: as many as it has streams at its beginning, or as were asked for."""
    streams = 0
    try:
        for event in read_input(path, Reading(port, octets=LOOKED_AT)):
            if isinstance(event, bytes):
                return 1
            streams += isinstance(event, StreamStart)
    except InputError:
        return 1
    return max(streams, jobs or 1)
