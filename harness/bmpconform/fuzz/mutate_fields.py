"""Changes of one field: another content at its span, the lengths around it right or told to lie."""

from random import Random
from typing import Final

from bmpconform.fuzz import dictionary
from bmpconform.fuzz.anatomy import Anatomy, fitted
from bmpconform.wire.interpret import Span
from bmpconform.wire.layout import Fixed, Octets, RecordLength, Sized, Uint

_BY_NAME: Final = {
    "address": dictionary.ADDRESSES,
    "local_address": dictionary.ADDRESSES,
    "distinguisher": dictionary.DISTINGUISHERS,
    "marker": dictionary.MARKERS,
    "nlri": dictionary.PREFIXES,
    "withdrawn": dictionary.PREFIXES,
    "value": dictionary.TEXTS,
}
# How often the lengths stay what they were, a content is one of the dictionary's, and one is made up.
_KEEP_LENGTHS, _KNOWN, _FRESH = 0.1, 0.7, 0.5


def patch_field(random: Random, anatomy: Anatomy) -> bytes:
    """Put another content into a field; now and then the lengths around it stay what they were."""
    fields = [span for span in anatomy.fields if not isinstance(span.field, RecordLength | Sized)]
    span = random.choice(fields)
    octets = anatomy.frame[span.offset : span.offset + span.length]
    changed = _content(random, span, octets)
    repair = random.random() >= _KEEP_LENGTHS
    return anatomy.edited(span.path, span.offset, span.offset + span.length, changed, repair=repair)


def lie(random: Random, anatomy: Anatomy) -> bytes:
    """Let one length field, or the count of a Statistics Report, say something else."""
    counts = [(one.offset, one.octets) for one in anatomy.lengths]
    counts += [(span.offset, span.length) for span in anatomy.fields if span.path == "count"]
    if not counts:
        return patch_field(random, anatomy)
    offset, octets = random.choice(counts)
    truth = int.from_bytes(anatomy.frame[offset : offset + octets])
    near = truth + random.choice((-4, -2, -1, 1, 2, 4, 8))
    number = random.choice((near, near, *dictionary.numbers(octets)))
    return anatomy.frame[:offset] + fitted(number, octets) + anatomy.frame[offset + octets :]


def resize_value(random: Random, anatomy: Anatomy) -> bytes:
    """Put NULs, broken UTF-8 or more of the same at the end of a counted value, or cut it; the lengths are right."""
    values = [span for span in anatomy.fields if span.path.endswith(("value", "nlri", "withdrawn", "data", "rest"))]
    if not values:
        return patch_field(random, anatomy)
    span = random.choice(values)
    octets = anatomy.frame[span.offset : span.offset + span.length]
    changed = random.choice(
        (
            octets + b"\0",
            octets + random.choice(dictionary.TEXTS),
            octets[: random.randint(0, len(octets))],
            octets[: len(octets) // 2] + b"\0" + octets[len(octets) // 2 :],
            octets * 2,
        )
    )
    return anatomy.edited(span.path, span.offset, span.offset + span.length, changed)


def _content(random: Random, span: Span, octets: bytes) -> bytes:
    name = span.path.rpartition(".")[2]
    field = span.field
    if isinstance(field, Uint) and span.length:
        if field.registry is not None and random.random() < _KNOWN:
            return fitted(random.choice(dictionary.codes(field.registry)), span.length)
        return _number(random, octets)
    known = _BY_NAME.get(name)
    if known is not None and random.random() < _KNOWN:
        return random.choice(known)
    if isinstance(field, Octets | Fixed) and octets:
        return random.choice((bytes(len(octets)), b"\xff" * len(octets), flipped(random, octets)))
    return (
        random.randbytes(random.choice((0, 1, 2, 3, 4, 8, 17))) if random.random() < _FRESH else flipped(random, octets)
    )


def _number(random: Random, octets: bytes) -> bytes:
    number = int.from_bytes(octets)
    chosen = random.choice(
        (
            number + random.choice((-1, 1)),
            number ^ 1 << random.randrange(8 * len(octets)),
            random.choice(dictionary.numbers(len(octets))),
            random.getrandbits(8 * len(octets)),
        )
    )
    return fitted(chosen, len(octets))


def flipped(random: Random, octets: bytes) -> bytes:
    """Return octets with one bit of them changed; an octet where there are none."""
    if not octets:
        return bytes((random.randrange(256),))
    place = random.randrange(len(octets))
    return octets[:place] + bytes((octets[place] ^ 1 << random.randrange(8),)) + octets[place + 1 :]
