"""pcap files: every form of the format gives its packets, and a file that is cut or lies gives those before that."""

from io import BytesIO
from random import Random
from struct import pack

import pytest

from bmpconform.capture.packets import Capture
from bmpconform.capture.pieces import Trouble, TroubleKind
from bmpconform.capture.source import PIECE
from packets import Slow, pcap

FRAMES = [b"", b"a", b"frame", bytes(1500)]
# As much as a file may give at a time.
STEPS = [1, 7, 100_000_000]


def read(octets: bytes, step: int = PIECE) -> tuple[list[tuple[int, int, bytes, bool]], Trouble | None]:
    """Return the packets of a file, and what ended it before its end."""
    capture = Capture(Slow(octets, step))
    return list(capture), capture.trouble


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("nanoseconds", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_both_byte_orders_and_both_clocks_are_read(byte_order: str, nanoseconds: bool, step: int) -> None:  # noqa: FBT001 - a case
    octets = pcap(FRAMES, 113, byte_order=byte_order, nanoseconds=nanoseconds)
    assert read(octets, step) == ([(number, 113, frame, False) for number, frame in enumerate(FRAMES, start=1)], None)


def test_a_packet_longer_than_the_snap_length_is_told() -> None:
    packets, trouble = read(pcap([b"whole", b"too long"], snap_length=5))
    assert (packets, trouble) == ([(1, 1, b"whole", False), (2, 1, b"too l", True)], None)


def test_octets_already_read_are_the_first() -> None:
    octets = pcap(FRAMES)
    for read_before in (4, 30, len(octets)):
        capture = Capture(BytesIO(octets[read_before:]), octets[:read_before])
        assert ([frame for _, _, frame, _ in capture], capture.trouble) == (FRAMES, None)


def test_what_the_link_type_says_of_checksums_is_left_out() -> None:
    assert read(pcap([b"a"], 0x4C00_0001))[0] == [(1, 1, b"a", False)]


def test_a_file_larger_than_a_piece_is_read_whole() -> None:
    frames = [bytes([number % 251]) * 1000 for number in range(3 * PIECE // 1000)]
    assert [frame for _, _, frame, _ in read(pcap(frames))[0]] == frames


@pytest.mark.parametrize("step", STEPS)
def test_every_cut_gives_the_packets_before_it_and_says_where(step: int) -> None:
    frames = [b"", b"first", b"second"]
    octets = pcap(frames)
    ends = [24, 40, 61, 83]
    for length in range(len(octets)):
        packets, trouble = read(octets[:length], step)
        whole = sum(length >= end for end in ends[1:])
        assert [frame for _, _, frame, _ in packets] == frames[:whole]
        if length in ends:
            assert trouble is None
        elif length >= 24:
            begin = ends[whole]
            text = f"is cut inside of packet {whole + 1}, which begins at octet {begin} of {length}."
            assert trouble == Trouble(text, whole + 1, TroubleKind.CUT)
        else:
            assert trouble is not None


def test_a_length_that_no_packet_has_ends_the_reading() -> None:
    octets = pcap([b"good"]) + pack("<IIII", 0, 0, 0xFFFF_FFFF, 4) + bytes(100)
    packets, trouble = read(octets)
    assert packets == [(1, 1, b"good", False)]
    text = "is damaged at octet 44: packet 2 claims 4294967295 octets, over 262144."
    assert trouble == Trouble(text, 2, TroubleKind.DAMAGED)


@pytest.mark.parametrize("octets", [b"", b"\xd4", b"text", b"\x03\0\0\0\x06\x04"])
def test_what_is_no_capture_is_told(octets: bytes) -> None:
    assert read(octets) == ([], Trouble("is neither pcap nor pcapng.", None, TroubleKind.DAMAGED))


def test_any_octets_behind_the_header_end_in_words(inputs: int) -> None:
    random = Random(1)  # noqa: S311 - inputs, not secrets
    for _ in range(inputs // 200):
        octets = bytearray(pcap([random.randbytes(random.randrange(60)) for _ in range(5)]))
        for _ in range(random.randrange(1, 6)):
            octets[random.randrange(24, len(octets))] = random.choice((0, 1, 0x7F, 0xFF, random.randrange(256)))
        packets, _ = read(bytes(octets))
        assert sum(16 + len(frame) for _, _, frame, _ in packets) + 24 <= len(octets)
