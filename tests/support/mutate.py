"""Frames that are almost valid: octets changed where the layout says that something lies.

Why from the spans and not blindly: most blind changes die at the first length. Here the lengths around a change are
repaired in most cases, so that the change is what a reader has to cope with.
"""

from collections.abc import Callable, Iterator
from random import Random

from bmpconform.wire.codes import REGISTRIES, Registry
from bmpconform.wire.interpret import Span, encode, spans
from bmpconform.wire.layout import Nested, RecordLength, Rest, Sized, Uint, Variant
from bmpconform.wire.messages import HEADER_OCTETS, Message
from bmpconform.wire.value import Value
from spoil import spoil

MUTANTS_A_SAMPLE = 6
STRINGS = (b"", b"\0", b"a\0", b"a\0b", b"\xff", b"\xe2\x82", b"\xc0\x80", b"\xed\xa0\x80", b"name\0\0", bytes(256))
# Every assigned code point and the edges of each range, by the octets of the field.
_EDGES = {1: (127, 128, 250, 251, 254, 255), 2: (255, 256, 32767, 32768, 65530, 65531, 65534, 65535)}
_CODES = {
    registry.name: (*registry.assigned, *registry.reserved, *registry.shared, *_EDGES[registry.octets])
    for registry in REGISTRIES
}


class Length(Value, frozen=True):
    """A length field of a frame: where it lies, and where the octets that it governs begin and end.

    `own` octets are counted too, though they lie before `start`: those of the record that it is the length of.
    `path` is that of what it governs: two empty fields may lie in the same place.
    """

    path: str

    offset: int
    octets: int
    start: int
    end: int
    own: int

    def holds(self, part: Span) -> bool:
        """Whether the length counts this part of the frame."""
        inside = self.start <= part.offset and part.offset + part.length <= self.end
        return inside and (f"{part.path}.".startswith((f"{self.path}.", f"{self.path}[")) or not self.path)


class Sample:
    """A valid frame with all that a mutation needs to know of it."""

    def __init__(self, message: Message) -> None:
        """Encode the message and find its parts."""
        self.message = message
        self.frame = encode(message)
        found = spans(self.frame)
        self.leaves = [span for span in found if span.field is not None]
        self.items = [span for span in found if span.path.endswith("]") and span.field is None]
        self.texts = [span for span in self.leaves if isinstance(span.field, Rest | Variant) and span.path != "rest"]
        self.coded = [span for span in self.leaves if registry_of(span) is not None]
        self.lengths = lengths_of(found, self.frame)


def registry_of(span: Span) -> Registry | None:
    """Return the registry of the code point that lies there, None where there is none."""
    return getattr(span.field, "registry", None)


def lengths_of(found: tuple[Span, ...], frame: bytes) -> list[Length]:
    """Return the length fields of a frame, from its spans."""
    return list(_lengths(found, frame))


def _lengths(found: tuple[Span, ...], frame: bytes) -> Iterator[Length]:
    starts = {"": 0, **{span.path: span.offset for span in found if span.field is None}}
    for span in found:
        after = span.offset + span.length
        number = int.from_bytes(frame[span.offset : after])
        parent = span.path.rpartition(".")[0]
        if isinstance(span.field, RecordLength):
            start = starts[parent]
            yield Length(parent, span.offset, span.length, after, start + number, after - start)
        elif isinstance(span.field, Sized):
            yield Length(_governed(parent, span.field), span.offset, span.length, after, after + number, 0)


def _governed(parent: str, field: Sized) -> str:
    """Return the path of what a length field counts: the one field behind it, or as good, the record that it is in."""
    first = field.fields[0]
    return f"{parent}.{first.name}" if isinstance(first, Rest | Nested) else parent


class Mutator:
    """Makes frames out of valid ones, from what `random` gives."""

    def __init__(self, random: Random) -> None:
        """Begin with nothing to move from one message to another."""
        self.random = random
        self._others: list[bytes] = [b"\0\1\0\1a"]
        self._mutations: tuple[Callable[[Sample], bytes], ...] = (
            *(self._spoil,) * 8,
            *(self._number,) * 2,
            *(self._code,) * 2,
            self._flip,
            self._lie,
            self._drop,
            self._repeat,
            self._move,
            self._text,
            self._append,
            self._cut,
            self._little_endian,
            self._count_headers,
            self._peer_header,
        )

    def frames(self, message: Message) -> Iterator[bytes]:
        """Yield the frame of a valid message, some mutants of it, and at times octets of no sense at all."""
        sample = Sample(message)
        yield sample.frame
        for _ in range(MUTANTS_A_SAMPLE):
            yield self.mutant(sample)
        if sample.items:
            item = self.random.choice(sample.items)
            self._others = [*self._others[-20:], sample.frame[item.offset : item.offset + item.length]]
        if self.random.random() < 0.1:
            yield self._noise(sample.frame)

    def mutant(self, sample: Sample) -> bytes:
        """Return one mutant, seldom with a second change, seldom with its length left as it was."""
        frame = self.random.choice(self._mutations)(sample)
        chance = self.random.random()
        if chance < 0.03:
            return self._flipped(frame)
        return frame if chance < 0.97 or len(frame) < HEADER_OCTETS else frame[: self.random.randrange(len(frame))]

    def _noise(self, frame: bytes) -> bytes:
        octets = self.random.randbytes(self.random.randrange(80))
        # Behind a header that holds: any type, any octets.
        head = b"\x03" + (HEADER_OCTETS + len(octets)).to_bytes(4) + bytes([self.random.choice((*range(8), 255))])
        return self.random.choice((octets, head + octets, frame[: self.random.randrange(9)]))

    def _spoil(self, sample: Sample) -> bytes:
        return encode(spoil(self.random, sample.message))

    def _flip(self, sample: Sample) -> bytes:
        return self._flipped(sample.frame)

    def _flipped(self, frame: bytes) -> bytes:
        out = bytearray(frame)
        for _ in range(self.random.choice((1, 1, 2, 4)) if out else 0):
            place = self.random.randrange(len(out))
            out[place] = self.random.choice((out[place] ^ 1 << self.random.randrange(8), 0, 0xFF))
        return bytes(out)

    def _number(self, sample: Sample) -> bytes:
        """Put a boundary value where an integer lies."""
        span = self.random.choice(sample.leaves)
        if not isinstance(span.field, Uint):
            return self._text(sample)
        top = (1 << 8 * span.length) - 1
        number = int.from_bytes(sample.frame[span.offset : span.offset + span.length])
        value = self.random.choice((0, 1, top, top - 1, top >> 1, (top >> 1) + 1, number + 1 & top, number - 1 & top))
        return _patched(sample.frame, span, value)

    def _code(self, sample: Sample) -> bytes:
        """Put a code point of another status where one lies."""
        span = self.random.choice(sample.coded)
        registry = registry_of(span)
        assert registry is not None
        return _patched(sample.frame, span, self.random.choice(_CODES[registry.name]))

    def _lie(self, sample: Sample) -> bytes:
        """Change a length and nothing else."""
        length = self.random.choice(sample.lengths)
        top = (1 << 8 * length.octets) - 1
        number = length.end - length.start + length.own
        values = (0, 1, top, number + 1, number - 1, number + 4, len(sample.frame), 18, 19, 28, 29, 4097)
        span = Span("", length.offset, length.octets, None)
        return _patched(sample.frame, span, self.random.choice(values) & top)

    def _drop(self, sample: Sample) -> bytes:
        if not sample.items:
            return self._cut(sample)
        item = self.random.choice(sample.items)
        return self._spliced(sample, item, item.offset, item.length, b"")

    def _repeat(self, sample: Sample) -> bytes:
        if not sample.items:
            return self._append(sample)
        item = self.random.choice(sample.items)
        again = sample.frame[item.offset : item.offset + item.length] * self.random.choice((1, 1, 2, 20))
        return self._spliced(sample, item, item.offset, 0, again)

    def _move(self, sample: Sample) -> bytes:
        """Put a part of another message before, or in place of, one of this message, or at its end."""
        other = self.random.choice(self._others)
        if not sample.items:
            return _with_length(sample.frame + other)
        item = self.random.choice(sample.items)
        return self._spliced(sample, item, item.offset, self.random.choice((0, item.length)), other)

    def _text(self, sample: Sample) -> bytes:
        """Put another value where octets of any number lie."""
        if not sample.texts:
            return self._append(sample)
        span = self.random.choice(sample.texts)
        old = sample.frame[span.offset : span.offset + span.length]
        new = self.random.choice((old + b"\0", old[:-1], b"\xff" + old, self.random.choice(STRINGS)))
        return self._spliced(sample, span, span.offset, span.length, new)

    def _append(self, sample: Sample) -> bytes:
        """Put octets behind a field, or behind all of them."""
        octets = self.random.randbytes(self.random.choice((1, 2, 3, 4, 20)))
        if self.random.random() < 0.5:
            return _with_length(sample.frame + octets)
        span = self.random.choice(sample.leaves)
        return self._spliced(sample, span, span.offset + span.length, 0, octets)

    def _cut(self, sample: Sample) -> bytes:
        """End the message at the end of a field, or an octet before it."""
        span = self.random.choice(sample.leaves)
        end = max(HEADER_OCTETS, span.offset + span.length - self.random.randrange(2))
        return _with_length(sample.frame[:end])

    def _little_endian(self, sample: Sample) -> bytes:
        """Write every TLV length with its least significant octet first."""
        out = bytearray(sample.frame)
        for length in _tlv_lengths(sample):
            out[length.offset : length.offset + 2] = (length.end - length.start).to_bytes(2, "little")
        return bytes(out)

    def _count_headers(self, sample: Sample) -> bytes:
        """Write every TLV length with the 4 octets of type and length counted in."""
        out = bytearray(sample.frame)
        for length in _tlv_lengths(sample):
            out[length.offset : length.offset + 2] = (length.end - length.start + 4 & 0xFFFF).to_bytes(2)
        return bytes(out)

    def _peer_header(self, sample: Sample) -> bytes:
        """Put a per-peer header behind the common one, whether the message has one or not."""
        header = bytes([self.random.randrange(4)]) + self.random.randbytes(41)
        return _with_length(sample.frame[:HEADER_OCTETS] + header + sample.frame[HEADER_OCTETS:])

    def _spliced(self, sample: Sample, part: Span, place: int, remove: int, new: bytes) -> bytes:
        """Replace octets in or beside `part`; the lengths around it follow, in one case of ten not all of them."""
        out = bytearray(sample.frame)
        more = len(new) - remove
        partly = self.random.random() < 0.1
        for length in sample.lengths:
            if length.holds(part) and not (partly and self.random.random() < 0.5):
                number = length.end - length.start + length.own + more
                out[length.offset : length.offset + length.octets] = (number & (1 << 8 * length.octets) - 1).to_bytes(
                    length.octets
                )
        out[place : place + remove] = new
        return bytes(out)


def _tlv_lengths(sample: Sample) -> Iterator[Length]:
    """Yield the lengths of the TLVs of a message, which is where it says so: `tlvs[0].length`."""
    wanted = {
        span.offset
        for span in sample.leaves
        if span.path.startswith("tlvs[") and span.path.count(".") == 1 and isinstance(span.field, Sized)
    }
    return (length for length in sample.lengths if length.offset in wanted)


def _patched(frame: bytes, span: Span, value: int) -> bytes:
    return frame[: span.offset] + value.to_bytes(span.length) + frame[span.offset + span.length :]


def _with_length(frame: bytes) -> bytes:
    """Return the frame with the length that it has."""
    return frame[:1] + len(frame).to_bytes(4) + frame[5:]
