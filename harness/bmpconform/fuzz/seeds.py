"""Where a campaign begins: the octets of all vectors and the first messages of each recorded stream.

Why only the first messages: a capture is thousands of the same, and what differs stands in front.
"""

from collections.abc import Iterator

from bmpconform.corpus.captures import load_captures, read_capture
from bmpconform.corpus.load import load
from bmpconform.fuzz.mutate import LONGEST, MOST_FRAMES, frames_of

_OF_A_CAPTURE = 64 * 1024
_OF_A_SESSION = 8


def seeds() -> list[bytes]:
    """Return octets to begin with, each once and in the same order each time. Raises CorpusError."""
    return [one for one in dict.fromkeys(_octets()) if one and len(one) <= LONGEST]


def _octets() -> Iterator[bytes]:
    for vector in load().vectors:
        yield vector.octets
    captures = load_captures()
    for capture in captures.captures:
        frames = frames_of(read_capture(capture)[:_OF_A_CAPTURE])[:MOST_FRAMES]
        yield b"".join(frames[:_OF_A_SESSION])
        yield from frames
