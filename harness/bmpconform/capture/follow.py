"""A file that is read on as it grows.

Why by asking again and again: that works for every file system, and a record of BMP can wait for a moment.
"""

import os
from io import BufferedReader
from pathlib import Path
from stat import S_ISREG

from bmpconform.capture.reading import Reading

POLL_SECONDS = 0.25


def is_followed(file: BufferedReader) -> bool:
    """Whether a file can grow behind its end: not so a pipe, whose end is where its writer closes it."""
    return S_ISREG(os.fstat(file.fileno()).st_mode)


class FollowedFile:
    """A Readable that waits at the end of its file for more.

    It ends by Ctrl-C, and where the file can no longer be what was read: it is shorter, or another has its name.
    """

    def __init__(self, name: str, file: BufferedReader, reading: Reading) -> None:
        """Read on in `file`, which `name` names."""
        self._name = name
        self._file = file
        self._reading = reading

    def read1(self, octets: int, /) -> bytes:
        """Return the next octets, at most so many, as soon as there are any; none where the file is over."""
        interrupt = self._reading.interrupt
        while not interrupt.requested:
            # Asked before reading: what was written before the file was put aside is read to its end.
            reason = self._reason_to_end()
            if read := self._file.read1(octets):
                return read
            if reason is not None:
                self._reading.say(self._name, reason)
                break
            interrupt.sleep(POLL_SECONDS)
        return b""

    def _reason_to_end(self) -> str | None:
        ours = os.fstat(self._file.fileno())
        if ours.st_size < self._file.tell():
            return "was truncated; what it holds now is not read."
        try:
            named = Path(self._name).stat()
        except OSError:
            return "is gone; it was read to its end."
        if (named.st_dev, named.st_ino) != (ours.st_dev, ours.st_ino):
            return "was replaced by another file, which is not read."
        return None
