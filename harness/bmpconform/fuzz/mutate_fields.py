"""Contents that are worth a try in a field: what a registry has at its edges, numbers at their limits, broken text.

Why lists made ahead: an input is mutated hundreds of times, and then only one of them is drawn.
"""

from collections.abc import Iterable
from random import Random

from bmpconform.fuzz import dictionary
from bmpconform.fuzz.anatomy import fitted
from bmpconform.wire.codes import Registry
from bmpconform.wire.interpret import Span
from bmpconform.wire.layout import Uint
from bmpconform.wire.routes import PATH_ID_OCTETS
from bmpconform.wire.value import Value

# How many contents are made up, and how many bits are flipped of what has too many for each to be.
_MADE_UP, _FLIPPED = 6, 12
_LONG = 512
_SIZES = (1, 2, 3, 4, 8, 17)
_NEAR = (-8, -4, -2, -1, 1, 2, 4, 8)
# With the octets of a header, of a TLV, an attribute, a capability or a message, these wrap to nothing in their width.
_WRAPPING = (-2, -3, -4, -6)


class Contents(Value, frozen=True):
    """What a field may hold instead: `known` from a dictionary, and what is `near` to what it holds, or made up."""

    known: tuple[bytes, ...]
    near: tuple[bytes, ...]


def contents_of(random: Random, span: Span, octets: bytes, registry: Registry | None = None) -> Contents:
    """Return other contents for a field that holds `octets`, which are a code of `registry` where that is given."""
    field, name = span.field, span.path.rpartition(".")[2].partition("[")[0]
    if isinstance(field, Uint) and octets:
        codes = dictionary.codes(field.registry) if field.registry is not None else dictionary.NUMBERS.get(name, ())
        known = [fitted(code, len(octets)) for code in codes] or _limits(octets)
        return _without(octets, known, _numbers(random, octets))
    known = [fitted(code, registry.octets) for code in dictionary.codes(registry)] if registry else []
    known += dictionary.BY_NAME.get(name, ()) if registry is None else dictionary.TEXTS[:3]
    if span.length and len(octets) <= _AS_A_WHOLE:
        known += [bytes(len(octets)), b"\xff" * len(octets)]
    return _without(octets, known, _texts(random, octets))


def prefixes_of(octets: bytes, kind: dictionary.RouteKind) -> Contents:
    """Return other prefixes for one of a kind, its path identifier kept: of more bits and of fewer.

    Those that are `known` have as many octets as their bits take, those that are `near` as many as there were.
    """
    at = PATH_ID_OCTETS if kind.path_ids else 0
    path_id, held = octets[:at], octets[at + 1 :]
    filled = held.ljust(_MOST_PREFIX_OCTETS, b"\0")
    known = [path_id + bytes((bits,)) + filled[: (bits + 7) // 8] for bits in kind.limits()]
    near = [path_id + bytes((bits,)) + held for bits in kind.limits()]
    return _without(octets, known, near)


_MOST_PREFIX_OCTETS = 32
# The most octets that are filled with the same.
_AS_A_WHOLE = 64


def lies_of(octets: bytes) -> tuple[bytes, ...]:
    """Return what a length field may say in place of `octets`."""
    number, width = int.from_bytes(octets), len(octets)
    near = [fitted(number + step, width) for step in _NEAR]
    wrapping = [fitted(number, width) for number in _WRAPPING] * 2
    return tuple(one for one in (*near, *wrapping, *_limits(octets)) if one != octets)


def _without(octets: bytes, known: Iterable[bytes], near: Iterable[bytes]) -> Contents:
    kept = [tuple(one for one in dict.fromkeys(some) if one != octets) for some in (known, near)]
    return Contents(kept[0] or kept[1], kept[1] or kept[0])


def _limits(octets: bytes) -> list[bytes]:
    return [fitted(number, len(octets)) for number in dictionary.numbers(len(octets))]


def _numbers(random: Random, octets: bytes) -> list[bytes]:
    number, width = int.from_bytes(octets), len(octets)
    near = [number - 1, number + 1, *(number ^ 1 << bit for bit in range(8 * width))]
    made_up = [random.getrandbits(8 * width) for _ in range(_MADE_UP)]
    return [fitted(one, width) for one in (*near, *made_up)] + _limits(octets)


def _texts(random: Random, octets: bytes) -> list[bytes]:
    """Return octets with a bit or an octet changed, more of them, fewer, and others altogether."""
    half = len(octets) // 2
    if half > _LONG:
        # Each is a copy, and is kept.
        return [octets[:half], octets[:-1], octets + b"\0", flipped(random, octets)]
    others = [octets + b"\0", octets[:half] + b"\0" + octets[half:], octets[:half], octets[:-1], octets[1:], octets * 2]
    others += [octets + random.choice(dictionary.TEXTS), octets[half:] + octets[:half]]
    others += [flipped(random, octets) for _ in range(min(8 * len(octets), _FLIPPED))]
    return others + [random.randbytes(random.choice(_SIZES)) for _ in range(_MADE_UP // 2)]


def flipped(random: Random, octets: bytes) -> bytes:
    """Return octets with one bit of them changed; an octet where there are none."""
    if not octets:
        return bytes((random.randrange(256),))
    place = random.randrange(len(octets))
    return octets[:place] + bytes((octets[place] ^ 1 << random.randrange(8),)) + octets[place + 1 :]
