"""One direction of a connection: any disorder gives the octets in their order, and what is lost is declared.

A case gives segments in the order of the capture; the parts that come out are octets, numbers (octets lost) or None
(lost, and not known how many).
"""

from collections.abc import Iterable, Sequence
from random import Random

import pytest

from bmpconform.capture.reassembly import LIMITS, MASK, WINDOW, Data, Limits, Missing, Part, Reassembly
from bmpconform.capture.segment import Segment
from packets import ACK, FIN, RST, SYN

Shown = list[bytes | int | None]


def segment(sequence: int, octets: bytes = b"", flags: int = ACK, missing: int = 0) -> Segment:
    """Return a segment of the one flow there is here."""
    return Segment(b"", sequence & MASK, 0, flags, octets, missing)


def show(parts: Iterable[Part]) -> Shown:
    """Return parts as the cases give them, octets that follow each other joined."""
    shown: Shown = []
    for part in parts:
        last = shown[-1] if shown else None
        if isinstance(part, Data) and isinstance(last, bytes):
            shown[-1] = last + part.octets
        else:
            shown.append(part.octets)
    return shown


def put_together(segments: Sequence[Segment], limits: Limits = LIMITS) -> tuple[Shown, Shown]:
    """Return what segments give, and what the end of the capture gives then."""
    assembly = Reassembly(segments[0], limits)
    parts = [part for number, each in enumerate(segments, start=1) for part in assembly.take(each, number)]
    return show(parts), show(assembly.finish())


ISN = 1000
OPENED = segment(ISN, flags=SYN)
FAR = 1 << 31

# Name -> segments, what they give, what the end gives.
CASES: dict[str, tuple[list[Segment], Shown, Shown]] = {
    "in order": ([OPENED, segment(1001, b"ab"), segment(1003, b"c")], [b"abc"], []),
    "begun in mid-session": ([segment(7, b"ab"), segment(9, b"c")], [b"abc"], []),
    "sent twice": ([OPENED, segment(1001, b"ab"), segment(1001, b"ab"), segment(1003, b"c")], [b"abc"], []),
    "sent twice, the first holds": ([OPENED, segment(1001, b"ab"), segment(1001, b"XYZ")], [b"abZ"], []),
    "overlap": ([OPENED, segment(1001, b"ab"), segment(1002, b"bcd")], [b"abcd"], []),
    "two exchanged": ([OPENED, segment(1003, b"cd"), segment(1001, b"ab")], [b"abcd"], []),
    "backwards": ([OPENED, *(segment(1000 + n, b"%d" % n) for n in (5, 4, 3, 2, 1))], [b"12345"], []),
    "one over several that wait, the first hold": (
        [OPENED, segment(1003, b"C"), segment(1005, b"E"), segment(1001, b"abcdef")],
        [b"abCdEf"],
        [],
    ),
    "one that waits inside of another": (
        [OPENED, segment(1002, b"BCD"), segment(1003, b"x"), segment(1001, b"a")],
        [b"aBCD"],
        [],
    ),
    "one that waits is continued by an overlap": (
        [OPENED, segment(1002, b"bc"), segment(1003, b"Xde"), segment(1001, b"a")],
        [b"abcde"],
        [],
    ),
    "a hole at the end of the capture": ([OPENED, segment(1001, b"ab"), segment(1006, b"f")], [b"ab"], [3, b"f"]),
    "two holes": (
        [OPENED, segment(1002, b"b"), segment(1005, b"e")],
        [],
        [1, b"b", 2, b"e"],
    ),
    "numbers wrap": (
        [segment(MASK - 1, flags=SYN), segment(MASK, b"ab"), segment(1, b"cd")],
        [b"abcd"],
        [],
    ),
    "numbers wrap inside of disorder": (
        [segment(MASK - 2, flags=SYN), segment(2, b"efg"), segment(0, b"cd"), segment(MASK - 1, b"ab")],
        [b"abcdefg"],
        [],
    ),
    "the number of the SYN is the last": ([segment(MASK, flags=SYN), segment(0, b"ab")], [b"ab"], []),
    "data on the SYN, which takes a number": (
        [segment(ISN, b"abc", SYN), segment(1004, b"de"), segment(1006, b"f")],
        [b"abcdef"],
        [],
    ),
    "data on the SYN, which takes none": (
        [segment(ISN, b"abc", SYN), segment(1003, b"de"), segment(1005, b"f")],
        [b"abcdef"],
        [],
    ),
    "data on the SYN, which takes none, then disorder": (
        [segment(ISN, b"abc", SYN), segment(1005, b"f"), segment(1003, b"de"), segment(1006, b"g")],
        [b"abcdefg"],
        [],
    ),
    "a SYN without data that takes no number": ([OPENED, segment(1000, b"ab"), segment(1002, b"c")], [b"abc"], []),
    "data on the SYN is sent again": (
        [segment(ISN, b"abc", SYN), segment(1001, b"abc"), segment(1004, b"d")],
        [b"abcd"],
        [],
    ),
    "data on the SYN is sent again and goes on": ([segment(ISN, b"abc", SYN), segment(1001, b"abcd")], [b"abcd"], []),
    "the SYN is sent again": ([OPENED, OPENED, segment(1001, b"ab"), OPENED, segment(1003, b"c")], [b"abc"], []),
    "the SYN comes late": ([segment(1001, b"ab"), OPENED, segment(1003, b"c")], [b"abc"], []),
    "keepalive with an octet": (
        [OPENED, segment(1001, b"ab"), segment(1002, b"\0"), segment(1003, b"c")],
        [b"abc"],
        [],
    ),
    "keepalive before data": ([OPENED, segment(1000, b"\0"), segment(1001, b"ab")], [b"ab"], []),
    "keepalive after data on the SYN": (
        [segment(ISN, b"abc", SYN), segment(1003, b"\0"), segment(1004, b"de")],
        [b"abcde"],
        [],
    ),
    "window probe with an octet": (
        [OPENED, segment(1001, b"a"), segment(1002, b"b"), segment(1002, b"bcd")],
        [b"abcd"],
        [],
    ),
    "window probe without": ([OPENED, segment(1001, b"a"), segment(1001), segment(1002, b"b")], [b"ab"], []),
    "end": ([OPENED, segment(1001, b"ab", FIN | ACK), segment(1003, b"cd")], [b"ab"], []),
    "end before what it ends": ([OPENED, segment(1003, flags=FIN), segment(1001, b"ab")], [b"ab"], []),
    "end behind a hole": ([OPENED, segment(1001, b"ab"), segment(1009, flags=FIN)], [b"ab"], [6]),
    "end behind a hole and data": ([OPENED, segment(1003, b"cd", FIN)], [], [2, b"cd"]),
    "end behind a hole that is filled": ([OPENED, segment(1003, b"cd", FIN), segment(1001, b"ab")], [b"abcd"], []),
    "end that octets follow": (
        [OPENED, segment(1004, b"de"), segment(1003, flags=FIN), segment(1001, b"ab")],
        [b"ab"],
        [1, b"de"],
    ),
    "end long past": ([OPENED, segment(1001, b"abcd"), segment(1002, flags=FIN), segment(1005, b"e")], [b"abcde"], []),
    "reset": ([OPENED, segment(1001, b"ab"), segment(1003, b"why", RST), segment(1003, b"cd")], [b"ab"], []),
    "reset behind a hole": ([OPENED, segment(1001, b"ab"), segment(1005, flags=RST)], [b"ab"], [2]),
    "reset with any number": (
        [OPENED, segment(1001, b"ab"), segment(FAR, flags=RST), segment(1003, b"c")],
        [b"abc"],
        [],
    ),
    "a segment not kept whole": ([OPENED, segment(1001, b"ab", missing=3), segment(1006, b"f")], [b"ab", 3, b"f"], []),
    "a segment of which nothing was kept": ([OPENED, segment(1001, missing=5), segment(1006, b"f")], [5, b"f"], []),
    "one not kept whole waits": (
        [OPENED, segment(1003, b"c", missing=2), segment(1006, b"f"), segment(1001, b"ab")],
        [b"abc", 2, b"f"],
        [],
    ),
    "old octets of one not kept whole": (
        [OPENED, segment(1001, b"abc"), segment(1002, b"b", missing=4), segment(1007, b"g")],
        [b"abc", 3, b"g"],
        [],
    ),
    "a jump to other numbers": ([OPENED, segment(1001, b"ab"), segment(1003 + FAR, b"cd")], [b"ab"], [None, b"cd"]),
    "the largest hole that is believed": ([OPENED, segment(1001 + WINDOW, b"z")], [], [WINDOW, b"z"]),
}


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    segments, expected, rest = CASES[name]
    assert put_together(segments) == (expected, rest)


@pytest.mark.parametrize("name", sorted(set(CASES) - {"numbers wrap"}))
def test_case_at_any_numbers(name: str) -> None:
    segments, expected, rest = CASES[name]
    for shift in (MASK - 1000, MASK - 1001, MASK - 1002, MASK - 1003, FAR):
        moved = [segment(each.sequence + shift, each.octets, each.flags, each.missing) for each in segments]
        assert put_together(moved) == (expected, rest)


def test_parts_name_their_packets() -> None:
    assembly = Reassembly(OPENED, LIMITS)
    numbered = [OPENED, segment(1003, b"c"), segment(1001, b"a"), segment(1009, b"x"), segment(1002, b"b")]
    parts = [part for number, each in enumerate(numbered, start=1) for part in assembly.take(each, number)]
    assert [*parts, *assembly.finish()] == [Data(b"a", 3), Data(b"b", 5), Data(b"c", 2), Missing(5, 4), Data(b"x", 4)]


def test_a_hole_is_given_up_when_too_many_segments_wait() -> None:
    segments = [OPENED, *(segment(1003 + number, b"x") for number in range(5))]
    assert put_together(segments, Limits(segments=4)) == ([2, b"xxxxx"], [])
    assert put_together(segments, Limits(segments=5)) == ([], [2, b"xxxxx"])


def test_a_hole_is_given_up_when_too_many_octets_wait() -> None:
    segments = [OPENED, segment(1002, bytes(600)), segment(2000, bytes(600))]
    assert put_together(segments, Limits(octets=1500)) == ([1, bytes(600)], [398, bytes(600)])


def test_what_waits_never_exceeds_the_limits() -> None:
    random = Random(1)  # noqa: S311 - inputs, not secrets
    limits = Limits(segments=20, octets=20_000)
    assembly = Reassembly(OPENED, limits)
    for number in range(2000):
        assembly.take(segment(random.randrange(1 << 32), random.randbytes(random.randrange(1500))), number)
        assert assembly.kept <= limits.octets
    assembly.finish()
    assert assembly.closed


def test_an_acknowledgement_behind_a_hole_gives_it_up_once_some_segments_wait() -> None:
    assembly = Reassembly(OPENED, LIMITS)
    for number in range(2):
        assembly.take(segment(1003 + number, b"x"), number)
        assert assembly.acknowledge(1003 + number) == []
    assembly.take(segment(1005, b"x"), 3)
    assert assembly.acknowledge(1002) == []
    assert show(assembly.acknowledge(1003)) == [2, b"xxx"]
    assert assembly.plain


def test_an_acknowledgement_may_give_up_several_holes() -> None:
    assembly = Reassembly(OPENED, LIMITS)
    for number in range(6):
        assembly.take(segment(1003 + 2 * number, b"x"), number)
    assert show(assembly.acknowledge(1014)) == [2, b"x", 1, b"x", 1, b"x", 1, b"x"]
    assert show(assembly.finish()) == [1, b"x", 1, b"x"]


@pytest.mark.parametrize("isn", [1000, 5_000_000, MASK - 10])
def test_a_syn_is_a_copy_only_near_to_what_is_expected(isn: int) -> None:
    syn = segment(isn, flags=SYN)
    assembly = Reassembly(syn, LIMITS)
    assembly.take(segment(isn + 1, bytes(0xFFFF)), 1)
    assert assembly.is_copy(syn)
    assert not assembly.is_copy(segment(isn + 0x1_0001, flags=SYN))
    assembly.take(segment(isn + 0x1_0000, b"a"), 2)
    assert not assembly.is_copy(syn)


def test_what_begins_where_the_stream_goes_on_is_not_old() -> None:
    assembly = Reassembly(OPENED, LIMITS)
    assembly.take(segment(1001, b"ab"), 1)
    assert [assembly.is_old(segment(number, b"x")) for number in (1001, 1002, 1003, 1004)] == [True, True, False, False]


def test_after_the_end_no_syn_is_a_copy() -> None:
    assembly = Reassembly(OPENED, LIMITS)
    assembly.take(segment(1001, flags=FIN), 1)
    assert assembly.closed
    assert not assembly.is_copy(OPENED)


def disorder(stream: bytes, first: int, random: Random) -> list[Segment]:
    """Return a stream as segments: exchanged near by, some twice, cut anew when sent again, some overlapping."""
    segments, at = [], 0
    while at < len(stream):
        octets = random.choice((1, 2, 3, random.randrange(1, 40)))
        overlap = random.choice((0, 0, 0, random.randrange(20)))
        begin = max(0, at - overlap)
        segments.append((at + random.randrange(30), segment(first + begin, stream[begin : at + octets])))
        if random.random() < 0.2:
            again = random.randrange(at + 1)
            segments.append((at + 40, segment(first + again, stream[again : again + random.randrange(1, 50)])))
        at += octets
    return [each for _, each in sorted(segments, key=lambda pair: pair[0])]


def test_any_disorder_gives_the_stream_back(inputs: int) -> None:
    random = Random(4)  # noqa: S311 - inputs, not secrets
    for _ in range(inputs // 400):
        stream = random.randbytes(random.randrange(1, 400))
        isn = random.choice((0, MASK - 200, random.randrange(1 << 32)))
        segments = disorder(stream, isn + 1, random)
        shown, rest = put_together([segment(isn, flags=SYN), *segments, segment(isn + 1 + len(stream), flags=FIN)])
        assert (shown, rest) == ([stream], [])


def test_what_is_lost_is_declared_to_the_octet(inputs: int) -> None:
    random = Random(5)  # noqa: S311 - inputs, not secrets
    for _ in range(inputs // 400):
        stream = random.randbytes(random.randrange(2, 400))
        isn = random.choice((MASK - 200, random.randrange(1 << 32)))
        kept = [each for each in disorder(stream, isn + 1, random) if random.random() > 0.3]
        seen = [False] * len(stream)
        for each in kept:
            begin = (each.sequence - isn - 1) & MASK
            seen[begin : begin + len(each.octets)] = [True] * len(each.octets)
        shown, rest = put_together([segment(isn, flags=SYN), *kept, segment(isn + 1 + len(stream), flags=FIN)])
        assert list(_octets([*shown, *rest])) == [
            octet if is_seen else None for octet, is_seen in zip(stream, seen, strict=True)
        ]


def _octets(shown: Shown) -> Iterable[int | None]:
    for part in shown:
        yield from part if isinstance(part, bytes) else [None] * (part or 0)


def test_any_segments_whatever_never_raise(inputs: int) -> None:
    random = Random(6)  # noqa: S311 - inputs, not secrets
    for _ in range(inputs // 1000):
        near = random.randrange(1 << 32)
        assembly = Reassembly(segment(near), Limits(segments=8, octets=4000))
        for number in range(30):
            sequence = random.choice((near + random.randrange(-50, 50), random.randrange(1 << 32)))
            missing = random.choice((0, 0, 5))
            each = segment(
                sequence, bytes(random.randrange(40)), random.choice((ACK, ACK, random.randrange(256))), missing
            )
            parts = assembly.take(each, number) + assembly.acknowledge(random.randrange(1 << 32))
            assert all(part.octets not in {b"", 0} for part in parts)
            assert assembly.plain == (not assembly.kept and not assembly.closed and assembly._end is None)  # noqa: SLF001 - what plain stands for
        assembly.finish()
