"""Frames to segments: every link type and IP version, options, tags, padding, fragments, and headers that lie."""

from random import Random
from struct import pack

import pytest

from bmpconform.capture.flow import Flow
from bmpconform.capture.link import LINKS, NO_IP
from bmpconform.capture.reassembly import LIMITS
from bmpconform.capture.segment import Segment, Skipped, read_segment, walk_segment
from packets import ACK, LINK_TYPES, PSH, ROUTER, ROUTER_6, STATION, STATION_6, Tcp, ethernet, frame, ipv4, ipv6

DATA = Tcp(0xFFFF_FFFF, b"data", acknowledged=7)
DATA_6 = Tcp(0xFFFF_FFFF, b"data", acknowledged=7, source=ROUTER_6, destination=STATION_6)
PORTS = pack(">HH", 50000, 1790)
KEY = bytes([192, 0, 2, 1, 192, 0, 2, 2]) + PORTS
KEY_6 = bytes.fromhex("20010db8000000000000000000000001 20010db8000000000000000000000002") + PORTS
SEGMENT = Segment(KEY, 0xFFFF_FFFF, 7, ACK | PSH, b"data", 0)
SEGMENT_6 = Segment(KEY_6, 0xFFFF_FFFF, 7, ACK | PSH, b"data", 0)
HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION, AUTHENTICATION = 0, 43, 44, 60, 51


def read(octets: bytes, link_type: int = 1) -> Segment | Skipped:
    """Return the segment in a frame."""
    return read_segment(octets, LINKS[link_type](octets))


@pytest.mark.parametrize("link_type", LINK_TYPES)
@pytest.mark.parametrize("tcp, segment", [(DATA, SEGMENT), (DATA_6, SEGMENT_6)])
def test_every_link_type_is_read(link_type: int, tcp: Tcp, segment: Segment) -> None:
    assert read(frame(tcp.packet(), link_type), link_type) == segment


def test_every_link_type_that_is_read_is_tested() -> None:
    assert set(LINK_TYPES) == set(LINKS)


@pytest.mark.parametrize("link_type", [0, 108])
@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("family", [10, 23, 24, 28, 30])
def test_loopback_has_the_address_family_of_its_host(link_type: int, byte_order: str, family: int) -> None:
    assert read(frame(DATA_6.packet(), link_type, family, byte_order), link_type) == SEGMENT_6
    assert read(frame(DATA_6.packet(), link_type, 99, byte_order), link_type) is Skipped.NOT_TCP


@pytest.mark.parametrize("tags", [[0x8100], [0x88A8, 0x8100], [0x9100, 0x8100, 0x8100]])
def test_vlan_tags_are_passed_over(tags: list[int]) -> None:
    assert read(ethernet(DATA.packet(), tags=tags)) == SEGMENT


@pytest.mark.parametrize("link_type, tag_at", [(113, 16), (276, 20)])
def test_cooked_frames_may_have_a_tag(link_type: int, tag_at: int) -> None:
    octets = bytearray(frame(DATA.packet(), link_type))
    kind_at = 14 if link_type == 113 else 0
    octets[kind_at : kind_at + 2] = b"\x81\0"
    octets[tag_at:tag_at] = b"\0\x64\x08\0"
    assert read(bytes(octets), link_type) == SEGMENT


@pytest.mark.parametrize("kind", [0x0806, 0x8847, 0x88CC, 40])
def test_other_ethernet_types_are_no_tcp(kind: int) -> None:
    assert read(ethernet(DATA.packet(), kind=kind)) is Skipped.NOT_TCP


def test_padding_of_short_frames_is_no_data() -> None:
    segment = read(Tcp(1, b"").frame())
    assert isinstance(segment, Segment)
    assert (segment.octets, segment.missing) == (b"", 0)


@pytest.mark.parametrize("words", range(11))
def test_options_of_ipv4_and_tcp_are_passed_over(words: int) -> None:
    tcp = Tcp(5, b"data", options=b"\1\1\1\1" * min(words, 10))
    segment = read(ethernet(ipv4(tcp.segment(), options=b"\1\1\1\1" * min(words, 10))))
    assert segment == Segment(KEY, 5, 0, ACK | PSH, b"data", 0)


def extension(following: int, octets: int = 8) -> bytes:
    """Return an extension header of IPv6 with options."""
    return pack(">BB", following, octets // 8 - 1) + bytes(octets - 2)


def fragment_header(following: int, field: int) -> bytes:
    """Return a fragment header of IPv6; `field` is offset and flag."""
    return pack(">BBHI", following, 0, field, 1)


@pytest.mark.parametrize(
    "first, extensions",
    [
        (HOP_BY_HOP, extension(6)),
        (ROUTING, extension(6, 24)),
        (DESTINATION, extension(6, 2048)),
        (HOP_BY_HOP, extension(DESTINATION) + extension(ROUTING, 16) + extension(6)),
        (FRAGMENT, fragment_header(6, 0)),
        (FRAGMENT, fragment_header(6, 0b110)),
        (HOP_BY_HOP, extension(FRAGMENT) + fragment_header(DESTINATION, 0) + extension(6)),
    ],
)
def test_extension_headers_are_passed_over(first: int, extensions: bytes) -> None:
    packet = ipv6(DATA_6.segment(), extensions=extensions, protocol=first)
    assert read(ethernet(packet)) == SEGMENT_6


def test_headers_cut_anywhere_are_too_short() -> None:
    extensions = extension(ROUTING) + extension(FRAGMENT, 16) + fragment_header(6, 0)
    packet = ipv6(DATA_6.segment(), extensions=extensions, protocol=HOP_BY_HOP)
    assert {read(packet[:kept], 101) for kept in range(1, 40 + 32 + 14)} == {Skipped.TOO_SHORT}
    assert read(packet, 101) == SEGMENT_6


@pytest.mark.parametrize("field", [0x2000, 0x0001, 0x1FFF, 0x2001])
def test_fragments_of_ipv4_are_told(field: int) -> None:
    assert read(ethernet(ipv4(DATA.segment(), fragment=field))) is Skipped.FRAGMENT
    assert read(ethernet(ipv4(DATA.segment(), fragment=field, protocol=17))) is Skipped.NOT_TCP


@pytest.mark.parametrize("field", [0x4000, 0x8000])
def test_other_flags_make_no_fragment(field: int) -> None:
    assert read(ethernet(ipv4(DATA.segment(), fragment=field))) == SEGMENT


@pytest.mark.parametrize("field", [1, 8, 0xFFF8])
def test_fragments_of_ipv6_are_told(field: int) -> None:
    extensions = fragment_header(6, field)
    assert read(ethernet(ipv6(DATA_6.segment(), extensions=extensions, protocol=FRAGMENT))) is Skipped.FRAGMENT
    extensions = fragment_header(17, field)
    assert read(ethernet(ipv6(DATA_6.segment(), extensions=extensions, protocol=FRAGMENT))) is Skipped.NOT_TCP


@pytest.mark.parametrize("protocol", [17, 58, AUTHENTICATION])
def test_other_protocols_are_no_tcp(protocol: int) -> None:
    assert read(ethernet(ipv4(DATA.segment(), protocol=protocol))) is Skipped.NOT_TCP
    assert read(ethernet(ipv6(DATA_6.segment(), protocol=protocol))) is Skipped.NOT_TCP


def test_a_length_of_zero_is_all_of_the_frame() -> None:
    assert read(ipv4(DATA.segment(), length=0), 101) == SEGMENT
    assert read(ipv6(DATA_6.segment(), length=0), 101) == SEGMENT_6


@pytest.mark.parametrize("packet, headers", [(DATA.packet(), 40), (DATA_6.packet(), 60)])
def test_what_the_capture_did_not_keep_is_counted(packet: bytes, headers: int) -> None:
    for kept in range(len(packet)):
        segment = read(packet[:kept], 101)
        if kept < headers - 6:
            assert segment in {Skipped.TOO_SHORT, Skipped.NOT_TCP}
        else:
            assert isinstance(segment, Segment)
            assert (segment.octets, segment.missing) == (packet[headers:kept], len(packet) - max(kept, headers))


@pytest.mark.parametrize("length", [1, 19, 20, 39])
def test_a_total_length_inside_of_the_headers_is_no_tcp(length: int) -> None:
    assert read(ipv4(DATA.segment(), length=length), 101) is Skipped.NOT_TCP


@pytest.mark.parametrize("offset", range(5))
def test_a_data_offset_inside_of_the_header_is_no_tcp(offset: int) -> None:
    segment = bytearray(DATA.segment())
    segment[12] = offset << 4
    assert read(ipv4(bytes(segment)), 101) is Skipped.NOT_TCP
    assert read(ipv4(bytes(segment), options=b"\1\1\1\1"), 101) is Skipped.NOT_TCP


@pytest.mark.parametrize("first", [0x00, 0x44, 0x55, 0xF0])
def test_what_is_no_ip_header_is_no_tcp(first: int) -> None:
    packet = bytes([first]) + DATA.packet()[1:]
    assert read(packet, 101) is Skipped.NOT_TCP


@pytest.mark.parametrize("link_type", sorted(LINKS))
def test_frames_of_any_length_and_content_never_raise(link_type: int, inputs: int) -> None:
    random = Random(link_type)  # noqa: S311 - inputs, not secrets
    base = frame(DATA.packet(), link_type)
    for length in range(len(base)):
        read(base[:length], link_type)
    for _ in range(inputs // 2000):
        octets = random.randbytes(random.randrange(100))
        assert LINKS[link_type](octets) >= NO_IP
        read(octets, link_type)


def test_plain_headers_read_at_one_stroke_are_those_read_one_by_one(inputs: int) -> None:
    random = Random(3)  # noqa: S311 - inputs, not secrets
    for _ in range(inputs // 20):
        octets = bytearray(random.choice((DATA, DATA_6)).packet() + bytes(random.randrange(3)))
        for _ in range(random.randrange(4)):
            octets[random.randrange(len(octets))] = random.choice((0, 6, 0x45, 0x60, 0x50, random.randrange(256)))
        packet = bytes(octets[: random.choice((len(octets), random.randrange(1, len(octets))))])
        assert read_segment(packet, 0) == walk_segment(packet, 0)


@pytest.mark.parametrize(
    "tcp, name",
    [
        (Tcp(1, source_port=20), f"{ROUTER}:20 > {STATION}:1790"),
        (Tcp(1, source=ROUTER_6, destination=STATION_6), f"[{ROUTER_6}]:50000 > [{STATION_6}]:1790"),
    ],
)
def test_a_flow_is_named_by_its_ends(tcp: Tcp, name: str) -> None:
    segment = read(tcp.frame())
    assert isinstance(segment, Segment)
    flow = Flow(segment, LIMITS, is_bmp=True)
    assert flow.name() == name
    back = read(
        Tcp(
            1,
            source=tcp.destination,
            source_port=tcp.destination_port,
            destination=tcp.source,
            destination_port=tcp.source_port,
        ).frame()
    )
    assert isinstance(back, Segment)
    assert flow.reverse_key() == back.key
