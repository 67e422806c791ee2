"""Any octets taken for a capture give streams without an error, each ended once, and no more octets than there are."""

from io import BytesIO

from bmpconform.fuzz.inside import drive
from bmpconform.fuzz.instrumented import instrumented

if __name__ == "__main__":
    with instrumented("bmpconform.capture"):
        from bmpconform.capture.streams import Limits, Piece, StreamEnd, StreamStart, read_streams
else:
    from bmpconform.capture.streams import Limits, Piece, StreamEnd, StreamStart, read_streams


def TestOneInput(data: bytes) -> None:  # noqa: N802 - the name that fuzzers look for
    """Hold one input to the sentence above."""
    for port in (None, 1790):
        found = list(read_streams(BytesIO(data), port, limits=Limits(segments=3, octets=2000, flows=3, kept=3000)))
        begun, ended = ([event.stream for event in found if isinstance(event, end)] for end in (StreamStart, StreamEnd))
        if sorted(ended) != begun or sum(len(event.octets) for event in found if isinstance(event, Piece)) > len(data):
            raise AssertionError(data.hex())


if __name__ == "__main__":
    drive(TestOneInput)
