"""pcapng files: all three packet blocks in any sections, and what lies or is cut gives the packets before it."""

from collections.abc import Callable, Sequence
from random import Random
from struct import pack

import pytest

from bmpconform.capture.packets import Capture
from bmpconform.capture.pcapng import NO_INTERFACE
from bmpconform.capture.pieces import Trouble, TroubleKind
from packets import Slow, block, enhanced, interface, obsolete, pcapng, section, simple

START = section() + interface()


def read(octets: bytes, step: int = 1_000_000) -> tuple[list[tuple[int, int, bytes, bool]], Trouble | None]:
    """Return the packets of a file, and what ended it before its end."""
    capture = Capture(Slow(octets, step))
    return list(capture), capture.trouble


def frames(octets: bytes) -> Sequence[bytes]:
    """Return the octets of the packets of a file."""
    return [frame for _, _, frame, _ in read(octets)[0]]


@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_all_packet_blocks_are_read(byte_order: str) -> None:
    start = section(byte_order) + interface(1, 0, byte_order) + interface(101, 0, byte_order)
    blocks = enhanced(b"one", 1, byte_order), simple(b"four", byte_order), obsolete(b"three", 1, byte_order)
    expected = [(1, 101, b"one", False), (2, 1, b"four", False), (3, 101, b"three", False)]
    assert read(start + b"".join(blocks)) == (expected, None)


def test_each_section_has_its_own_byte_order_and_interfaces() -> None:
    octets = (
        START + enhanced(b"a") + section(">") + interface(113, 0, ">") + enhanced(b"b", 0, ">") + START + enhanced(b"c")
    )
    assert read(octets) == ([(1, 1, b"a", False), (2, 113, b"b", False), (3, 1, b"c", False)], None)


def test_an_interface_of_the_section_before_is_none() -> None:
    assert read(START + section() + enhanced(b"a")) == ([(1, NO_INTERFACE, b"a", False)], None)


def test_packets_that_were_cut_short_are_told() -> None:
    octets = (
        section() + interface(1, 4) + simple(b"abcd", sent=9) + enhanced(b"abcd", sent=9) + enhanced(b"abcd", sent=4)
    )
    assert [is_short for *_, is_short in read(octets)[0]] == [True, True, False]


def test_a_simple_packet_without_a_snap_length_ends_with_its_block() -> None:
    assert read(START + simple(b"abcd", sent=5)) == ([(1, 1, b"abcd", True)], None)


def test_other_blocks_and_options_are_passed_over() -> None:
    resolution = pack("<HHB3xHH", 9, 1, 9, 0, 0)
    comment = pack("<HH4sHH", 1, 4, b"text", 0, 0)
    header = pack("<IIIII", 0, 0, 0, 3, 3)
    octets = section() + interface(options=resolution) + block(4, bytes(40)) + block(6, header + b"abc\0" + comment)
    assert frames(octets + block(77, b"") + block(5, bytes(12)) + enhanced(b"d")) == [b"abc", b"d"]


@pytest.mark.parametrize("kind", [9, 0xBAD, 0x4000_0BAD])
def test_blocks_that_have_a_frame_number_are_counted(kind: int) -> None:
    assert read(START + enhanced(b"a") + block(kind, bytes(16)) + enhanced(b"b"))[0][1][0] == 3


def test_a_length_that_leaves_the_filling_out_is_rounded_up() -> None:
    odd = pack("<II", 77, 15) + b"abc\0" + pack("<I", 15)
    assert read(START + odd + enhanced(b"a")) == ([(1, 1, b"a", False)], None)


@pytest.mark.parametrize("step", [100_000, 100_000_000])
def test_a_block_too_large_to_hold_is_passed_over(step: int) -> None:
    octets = START + enhanced(b"a") + block(5, bytes(16 * 1024 * 1024)) + enhanced(b"b")
    assert read(octets, step) == ([(1, 1, b"a", False), (2, 1, b"b", False)], None)
    cut = octets[: len(octets) - 100]
    text = f"is cut inside of a block, at octet {len(cut)}."
    assert read(cut, step) == ([(1, 1, b"a", False)], Trouble(text, None, TroubleKind.CUT))


@pytest.mark.parametrize("build", [enhanced, simple, obsolete])
def test_a_packet_may_be_empty_or_fill_its_block(build: Callable[[bytes], bytes]) -> None:
    for octets in (build(b""), build(b"full")):
        for before in (b"", block(77, b"")):
            packets, trouble = read(START + before + octets)
            assert trouble is None
            assert START + before + build(packets[0][2]) == START + before + octets


def test_the_least_block_may_be_the_last() -> None:
    assert read(START + enhanced(b"a") + block(77, b"")) == ([(1, 1, b"a", False)], None)


def test_a_description_too_short_describes_nothing() -> None:
    octets = section() + block(1, b"\1\0\0\0") + enhanced(b"a")
    assert read(octets) == ([(1, NO_INTERFACE, b"a", False)], None)
    assert read(section() + block(1, b"")) == ([], None)


BROKEN = {
    "a length that no block has": (pack("<II", 6, 11) + bytes(4), "a block there claims 11 octets"),
    "a packet of 4 GB": (pack("<II", 6, 0xFFFF_FFFC) + bytes(4), "a block there claims 4294967292 octets"),
    "a section of 4 GB": (
        pack("<IIII", 0x0A0D0D0A, 0xFFFF_FFFC, 0x1A2B3C4D, 0),
        "a block there claims 4294967292 octets",
    ),
    "a section without a mark": (pack("<IIII", 0x0A0D0D0A, 28, 0, 0), "the mark of the byte order there is none"),
    "lengths that differ": (enhanced(b"x")[:-4] + pack("<I", 12), "the two lengths of a block there differ"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_block_that_lies_ends_the_reading_and_says_where(name: str) -> None:
    octets, reason = BROKEN[name]
    begin = len(START + enhanced(b"a"))
    packets, trouble = read(START + enhanced(b"a") + octets + enhanced(b"b"))
    assert packets == [(1, 1, b"a", False)]
    assert trouble == Trouble(f"is damaged at octet {begin}: {reason}.", None, TroubleKind.DAMAGED)


@pytest.mark.parametrize(
    "octets",
    [
        block(6, pack("<IIIII", 0, 0, 0, 5, 5) + b"abcd"),
        block(2, pack("<HHIIII", 0, 0, 0, 0, 5, 5) + b"abcd"),
        block(6, bytes(16)),
        block(3, b""),
    ],
)
def test_a_packet_that_does_not_fit_into_its_block_ends_the_reading(octets: bytes) -> None:
    packets, trouble = read(START + enhanced(b"a") + octets)
    assert packets == [(1, 1, b"a", False)]
    assert trouble is not None
    assert (trouble.packet, trouble.kind) == (2, TroubleKind.DAMAGED)
    assert "packet 2 does not fit into its block" in trouble.text


def test_a_packet_over_the_limit_ends_the_reading() -> None:
    trouble = read(START + enhanced(bytes(262_145)))[1]
    assert trouble is not None
    assert "packet 1 claims 262145 octets" in trouble.text


def test_a_four_gigabyte_block_of_another_kind_is_a_cut() -> None:
    packets, trouble = read(START + enhanced(b"a") + pack("<II", 5, 0xFFFF_FFFC) + bytes(1000))
    assert [frame for _, _, frame, _ in packets] == [b"a"]
    assert trouble is not None
    assert trouble.kind is TroubleKind.CUT


def test_every_cut_gives_the_packets_before_it() -> None:
    blocks = [START, enhanced(b"one"), simple(b"two"), section(">") + interface(1, 0, ">"), enhanced(b"three", 0, ">")]
    octets = b"".join(blocks)
    ends = [len(b"".join(blocks[: index + 1])) for index in (1, 2, 4)]
    between = {len(b"".join(blocks[:index])) for index in range(1, 6)} | {28, ends[1] + 28}
    for length in range(len(octets) + 1):
        packets, trouble = read(octets[:length])
        assert len(packets) == sum(length >= end for end in ends)
        assert (trouble is None) == (length in between)
        if length in {ends[0] - 1, ends[1] - 1, ends[2] - 1}:
            assert trouble is not None
            assert trouble.packet == len(packets) + 1


def test_mutated_files_never_raise(inputs: int) -> None:
    random = Random(1)  # noqa: S311 - inputs, not secrets
    base = pcapng([random.randbytes(random.randrange(40)) for _ in range(5)]) + simple(b"abc") + obsolete(b"abcd")
    for _ in range(inputs // 200):
        octets = bytearray(base)
        for _ in range(random.randrange(1, 6)):
            octets[random.randrange(4, len(octets))] = random.choice((0, 1, 4, 0x7F, 0xFF, random.randrange(256)))
        packets, _ = read(bytes(octets))
        assert sum(len(frame) for _, _, frame, _ in packets) <= len(octets)


def test_enhanced_packets_read_in_a_run_are_those_read_one_by_one() -> None:
    random = Random(2)  # noqa: S311 - inputs, not secrets
    contents = [random.randbytes(random.randrange(200)) for _ in range(200)]
    alone = b"".join(enhanced(frame) + block(5, b"") for frame in contents)
    assert read(START + alone) == read(pcapng(contents))
