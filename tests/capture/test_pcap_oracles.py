"""Captures read by others too: Wireshark's tshark and editcap, and dpkt, on generated captures and on those of routers.

Why others: a builder and a reader of one hand may agree on the same mistake. A missing program, or the folder of the
routers' captures, which are not ours to distribute, is a named skip.
"""

import os
import shutil
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from random import Random

import dpkt
import pytest

from bmpconform.capture.packets import Capture
from bmpconform.capture.streams import Gap, Piece, StreamStart, Trouble, read_streams
from bmpconform.wire.framer import Chunk, Cut, Frame, Framer
from packets import (
    ACK,
    FIN,
    ROUTER,
    ROUTER_6,
    STATION,
    STATION_6,
    SYN,
    Tcp,
    block,
    enhanced,
    interface,
    obsolete,
    pcap,
    pcapng,
    section,
    simple,
)

TSHARK = shutil.which("tshark")
EDITCAP = shutil.which("editcap")
ROUTERS = Path(os.environ.get("BMPCONFORM_CAPTURES") or Path(__file__).parents[3] / "shared" / "captures" / "routers")

needs_tshark = pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
needs_editcap = pytest.mark.skipif(EDITCAP is None, reason="editcap is not installed")
needs_routers = pytest.mark.skipif(
    not ROUTERS.is_dir(), reason="BMPCONFORM_CAPTURES names no folder of captures of routers"
)

# Streams, messages, and octets of a message that the capture ends inside of.
EXPECTED = {
    "200-BMP-HUAWEI-locrib_instance_traffic-00.pcap": (1, 103, 0),
    "201-BMP-CISCO-rd_instance_traffic-00.pcap": (1, 336, 0),
    "202-BMP-CISCO-HUAWEI-multiple-sources_traffic-00.pcap": (1, 103, 0),
    "202-BMP-CISCO-HUAWEI-multiple-sources_traffic-01.pcap": (1, 87, 0),
    "202-BMP-CISCO-HUAWEI-multiple-sources_traffic-02.pcap": (1, 66, 156),
    "204-BMP-CISCO-peer_down_traffic-00.pcap": (1, 343, 0),
    "205-BMP-6wind-FRR-peer_down_traffic-00.pcap": (1, 509, 0),
    "206-BMP-high-availability_traffic-00.pcap": (1, 295, 0),
    "multi-sources-init.pcap": (14, 15, 0),
    "multi-sources-peer-up.pcap": (12, 289, 0),
    "multi-sources-stats.pcap": (11, 3626, 0),
}


def tshark(file: Path, *arguments: str) -> list[str]:
    """Return the lines that tshark prints about a capture."""
    assert TSHARK is not None
    command = [TSHARK, "-n", "-r", str(file), "-d", "tcp.port==1790,bmp", "-d", "tcp.port==20,bmp", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def fields(file: Path, *names: str) -> list[list[str]]:
    """Return fields of each packet as tshark prints them."""
    return [
        line.split("\t") for line in tshark(file, "-T", "fields", *(word for name in names for word in ("-e", name)))
    ]


def follow(file: Path, streams: int) -> dict[int, bytes]:
    """Return the octets of both directions of the first connections as tshark puts them together."""
    options = [word for stream in range(streams) for word in ("-z", f"follow,tcp,raw,{stream}")]
    followed: dict[int, bytes] = {}
    for line in tshark(file, "-q", *options):
        if line.startswith("Filter: "):
            stream = int(line.split()[-1])
            followed[stream] = b""
        elif line and ":" not in line and "=" not in line:
            followed[stream] += bytes.fromhex(line)
    return followed


def our_streams(octets: bytes, port: int | None = None) -> Mapping[int, bytes]:
    """Return the streams of a capture without gaps and troubles."""
    streams: dict[int, bytes] = {}
    for event in read_streams(BytesIO(octets), port):
        assert not isinstance(event, Gap | Trouble)
        if isinstance(event, StreamStart):
            assert event.begins
            streams[event.stream] = b""
        elif isinstance(event, Piece):
            streams[event.stream] += event.octets
    return streams


def chunks(streams: Iterable[bytes]) -> list[Chunk]:
    """Return all that the framer makes of streams."""
    found: list[Chunk] = []
    for octets in streams:
        framer = Framer()
        found += [*framer.feed(octets), *framer.finish()]
    return found


@pytest.fixture(params=sorted(EXPECTED))
def router(request: pytest.FixtureRequest) -> Path:
    """Return the capture of a router."""
    return ROUTERS / str(request.param)


@needs_routers
def test_the_captures_of_routers_are_those_that_were_looked_at() -> None:
    assert {path.name for path in ROUTERS.glob("*.pcap")} == set(EXPECTED)


@needs_routers
@pytest.mark.parametrize("port", [None, 1790])
def test_captures_of_routers_hold_whole_messages(router: Path, port: int | None) -> None:
    streams = our_streams(router.read_bytes(), port)
    found = chunks(streams.values())
    frames = sum(isinstance(chunk, Frame) for chunk in found)
    cut = sum(len(chunk.octets) for chunk in found if isinstance(chunk, Cut))
    assert (len(streams), frames, cut) == EXPECTED[router.name]
    assert all(isinstance(chunk, Frame | Cut) for chunk in found)


@needs_routers
@needs_tshark
def test_tshark_counts_the_same_messages_in_captures_of_routers(router: Path) -> None:
    theirs = Counter(kind for (kinds,) in fields(router, "bmp.type") for kind in kinds.split(",") if kind)
    ours = Counter(
        str(chunk.octets[5]) for chunk in chunks(our_streams(router.read_bytes()).values()) if isinstance(chunk, Frame)
    )
    assert ours == theirs


@needs_routers
@needs_tshark
def test_tshark_has_the_same_octets_in_captures_of_routers(router: Path) -> None:
    # All their segments are in order and none comes twice, so the payloads concatenated are the streams.
    theirs: defaultdict[int, bytes] = defaultdict(bytes)
    for stream, payload in fields(router, "tcp.stream", "tcp.payload"):
        theirs[int(stream)] += bytes.fromhex(payload)
    assert our_streams(router.read_bytes()) == theirs


@needs_routers
@needs_tshark
def test_tshark_follows_captures_of_routers_but_for_an_octet_behind_the_syn(router: Path) -> None:
    # Their SYN carries data and takes no number. Wireshark counts one for it, and so drops an octet of what is next.
    rows = fields(router, "tcp.stream", "tcp.flags.syn", "tcp.payload")
    on_syn = {int(stream): len(payload) // 2 for stream, syn, payload in rows if syn in {"1", "True"}}
    ours = our_streams(router.read_bytes())
    expected = {stream: octets[: on_syn[stream]] + octets[on_syn[stream] + 1 :] for stream, octets in ours.items()}
    assert follow(router, len(ours)) == expected


@needs_routers
@needs_editcap
@pytest.mark.parametrize("form", ["pcap", "nsecpcap", "pcapng"])
def test_a_capture_written_anew_by_editcap_holds_the_same(form: str, tmp_path: Path, router: Path) -> None:
    assert EDITCAP is not None
    subprocess.run([EDITCAP, "-F", form, str(router), str(tmp_path / "anew")], check=True)
    assert our_streams((tmp_path / "anew").read_bytes()) == our_streams(router.read_bytes())


@needs_routers
def test_dpkt_reads_the_same_packets_in_captures_of_routers(router: Path) -> None:
    with router.open("rb") as file:
        theirs = [frame for _, frame in dpkt.pcap.Reader(file)]
    with router.open("rb") as file:
        assert [frame for _, _, frame, _ in Capture(file)] == theirs


@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_dpkt_reads_the_same_packets_in_what_tests_build(byte_order: str) -> None:
    random = Random(1)  # noqa: S311 - inputs, not secrets
    frames = [random.randbytes(random.randrange(2000)) for _ in range(100)]
    for nanoseconds in (False, True):
        file = BytesIO(pcap(frames, byte_order=byte_order, nanoseconds=nanoseconds))
        assert [bytes(frame) for _, frame in dpkt.pcap.Reader(file)] == frames
    file = BytesIO(pcapng(frames, byte_order=byte_order))
    assert [bytes(frame) for _, frame in dpkt.pcapng.Reader(file)] == frames


def test_dpkt_reads_the_same_segments_in_what_tests_build() -> None:
    random = Random(2)  # noqa: S311 - inputs, not secrets
    for source, destination in ((ROUTER, STATION), (ROUTER_6, STATION_6)):
        tcp = Tcp(random.randrange(1 << 32), random.randbytes(50), ACK, source, 20, destination, options=b"\1" * 12)
        segment = dpkt.ethernet.Ethernet(tcp.frame()).data.data
        assert (segment.sport, segment.dport, segment.seq) == (tcp.source_port, tcp.destination_port, tcp.sequence)
        assert (segment.data, segment.flags) == (tcp.octets, tcp.flags)


@needs_tshark
@pytest.mark.parametrize("seed", range(8))
def test_tshark_puts_the_same_stream_together(tmp_path: Path, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - inputs, not secrets
    stream = bytes.fromhex("0300000006 04") + random.randbytes(3000)
    isn = random.choice((0xFFFF_FF00, random.randrange(1 << 32)))
    placed = []
    for at in range(0, len(stream), 50):
        begin = max(0, at - random.choice((0, 0, 20)))
        tcp = Tcp(isn + 1 + begin, stream[begin : at + 50])
        placed += [(at + random.randrange(150), tcp) for _ in range(random.choice((1, 1, 2)))]
    data = [tcp for _, tcp in sorted(placed, key=lambda pair: pair[0])]
    tcps = [Tcp(isn, flags=SYN), *data, Tcp(isn + 1 + len(stream), flags=FIN | ACK)]
    octets = pcap([tcp.frame() for tcp in tcps])
    (tmp_path / "scattered").write_bytes(octets)
    assert our_streams(octets, 1790) == {0: stream}
    assert follow(tmp_path / "scattered", 1) == {0: stream}


@needs_tshark
def test_tshark_numbers_the_same_frames(tmp_path: Path) -> None:
    frame = Tcp(1, b"data").frame()
    parts = [section(), interface(snap_length=70), enhanced(frame), simple(frame[:50], sent=50), block(5, bytes(12))]
    parts += [
        block(9, b"__REALTIME_TIMESTAMP=1\nMESSAGE=a\n"),
        block(0xBAD, bytes(8)),
        block(77, b""),
        enhanced(frame[:40], sent=58),
    ]
    parts += [section(">"), interface(101, 0, ">"), obsolete(frame[14:], 0, ">"), simple(frame[14:], ">")]
    file = tmp_path / "blocks"
    file.write_bytes(b"".join(parts))
    theirs = [tuple(map(int, row)) for row in fields(file, "frame.number", "frame.cap_len", "frame.len")]
    ours = [(number, len(octets), is_short) for number, _, octets, is_short in Capture(BytesIO(b"".join(parts)))]
    assert ours == [(number, kept, kept < sent) for number, kept, sent in theirs if number not in {3, 4}]
    assert [row[0] for row in theirs] == list(range(1, len(theirs) + 1))
