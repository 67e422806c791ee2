"""The version, lengths and count of a frame that lie, and what each would say if it did not.

Why by reading on as if they were right: behind the first length that lies nothing else of a frame is understood.
"""

from bmpconform.wire.codes import VERSION
from bmpconform.wire.interpret import Reader, Span, length_octets
from bmpconform.wire.layout import Many, RecordLength, Sized
from bmpconform.wire.messages import HEADER_OCTETS, StatisticsReport
from bmpconform.wire.value import Value


class Claim(Value, frozen=True):
    """A version, a length or a count: `octets` octets at `offset`, and the number that is right there."""

    offset: int
    octets: int
    right: int


class Believed(Value, frozen=True):
    """A frame as it is read where no length lies: its spans, and what it claims."""

    spans: tuple[Span, ...]
    claims: tuple[Claim, ...]


def believed(frame: bytes) -> Believed:
    """Return a frame as if nothing in it lay; octets that are no header claim nothing."""
    found: list[Span] = []
    reader = _Believer(bytes((VERSION,))[: len(frame)] + frame[1:], found)
    message = reader.read_message()
    claims = [Claim(0, 1, VERSION)] if len(frame) >= HEADER_OCTETS else []
    for span in found:
        if isinstance(span.field, RecordLength | Sized):
            right = int.from_bytes(reader.octets[span.offset : span.offset + span.length])
            claims.append(Claim(span.offset, span.length, right))
        elif isinstance(message, StatisticsReport) and span.path == "count":
            claims.append(Claim(span.offset, span.length, len(message.statistics)))
    return Believed(tuple(found), tuple(claims))


def lies_in(frame: bytes) -> list[Claim]:
    """Return what lies in a frame, in wire order."""
    claims = believed(frame).claims
    return [one for one in claims if int.from_bytes(frame[one.offset : one.offset + one.octets]) != one.right]


class _Believer(Reader):
    """Takes a length that does not fit, or counts nothing, for one that counts all that is there, and writes it so."""

    def _read_record_length(
        self, field: RecordLength, start: int, position: int, end: int, path: str
    ) -> tuple[int, int]:
        length, after = self._integer(position, field.octets, end)
        if not after - start < length <= end - start:
            self._write(position, after, end - start)
        return super()._read_record_length(field, start, position, end, path)

    def _read_sized(self, field: Sized, values: dict[str, object], position: int, end: int, path: str) -> int:
        length, after = self._integer(position, length_octets(field.octets, values), end)
        if length > end - after:
            self._write(position, after, end - after)
        return super()._read_sized(field, values, position, end, path)

    def _read_many(
        self, field: Many, limit: int | None, position: int, end: int, path: str
    ) -> tuple[tuple[Value, ...], int]:
        del limit
        return super()._read_many(field, None, position, end, path)

    def _write(self, start: int, end: int, number: int) -> None:
        """Write a number from `start` to `end`, where it fits."""
        if number < 1 << 8 * (end - start):
            self.octets = self.octets[:start] + number.to_bytes(end - start) + self.octets[end:]
