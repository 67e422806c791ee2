"""Tells from its first octets whether a stream is BMP.

Why two measures: the first octets of a connection are a header or it is not BMP. Where the capture begins later they
lie anywhere, and only two plausible headers in a row are more than chance.
"""

from bmpconform.wire.codes import VERSION
from bmpconform.wire.framer import LOOK_AHEAD, frames_resume, is_plausible_header
from bmpconform.wire.messages import HEADER_OCTETS


class Recogniser:
    """Decides on a stream.

    Shape: `add` and `end` say whether it is BMP; `add` says None while it cannot know. `missed` says that octets are
    missing before the next ones.
    """

    def __init__(self, *, begins: bool) -> None:
        """`begins` says whether the first octets are those of the connection."""
        self._begins = begins
        self._sample = bytearray()
        self._searched = 0
        self._seen = 0

    def add(self, octets: bytes) -> bool | None:
        """Whether the stream is BMP, now that its next octets are known."""
        self._sample += octets
        self._seen += len(octets)
        if not self._begins:
            return self._search(at_end=self._seen >= LOOK_AHEAD)
        if not is_plausible_header(self._sample, 0):
            return False
        return True if len(self._sample) >= HEADER_OCTETS else None

    def missed(self) -> None:
        """What comes next lies anywhere."""
        self._begins = False
        self._sample.clear()
        self._searched = 0

    def end(self) -> bool:
        """Whether the stream is BMP, though no more octets come."""
        return not self._begins and bool(self._search(at_end=True))

    def _search(self, *, at_end: bool) -> bool | None:
        while (candidate := self._sample.find(VERSION, self._searched)) >= 0:
            found = frames_resume(self._sample, candidate, at_end=at_end)
            self._searched = candidate
            if found is not False:
                return found
            self._searched += 1
        self._searched = len(self._sample)
        return False if at_end else None
