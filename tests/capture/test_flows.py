"""Captures to streams: which flows are BMP, what makes a new stream, and that any disorder leaves the octets as sent.

Streams are shown as name, whether the beginning was seen, and what came, with numbers for octets that are missing.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from random import Random

import pytest

from bmpconform.capture.flow import Flow
from bmpconform.capture.flows import Flows
from bmpconform.capture.segment import Segment
from bmpconform.capture.streams import (
    Gap,
    Limits,
    Piece,
    StreamEnd,
    StreamEvent,
    StreamStart,
    Trouble,
    TroubleKind,
    read_streams,
)
from bmpconform.wire.value import replace
from packets import (
    ACK,
    FIN,
    LINK_TYPES,
    ROUTER,
    ROUTER_6,
    RST,
    STATION,
    STATION_6,
    SYN,
    Tcp,
    ethernet,
    frame,
    ipv4,
    pcap,
    pcapng,
)

Shown = tuple[str, bool, list[bytes | int | None]]

INITIATION = bytes.fromhex("0300000006 04")
TERMINATION = bytes.fromhex("0300000006 05")
NAME = f"{ROUTER}:50000 > {STATION}:1790"
SYN_SEEN = Tcp(0, flags=SYN)
OTHER = b"GET / HTTP/1.1\r\n\r\n"


def events(tcps: Iterable[Tcp], port: int | None = 1790, limits: Limits | None = None) -> list[StreamEvent]:
    """Return the events of a capture of segments."""
    file = BytesIO(pcap([tcp.frame() for tcp in tcps]))
    return list(read_streams(file, port, limits=limits or Limits()))


def streams(found: Iterable[StreamEvent]) -> list[Shown]:
    """Return the streams that events make; each is begun once, ended once, and nothing comes outside of that."""
    shown: list[Shown] = []
    is_open: list[bool] = []
    for event in found:
        if isinstance(event, StreamStart):
            assert event.stream == len(shown)
            shown.append((event.name, event.begins, []))
            is_open.append(True)
        elif not isinstance(event, Trouble):
            assert is_open[event.stream]
            _show(event, shown[event.stream][2])
            is_open[event.stream] = not isinstance(event, StreamEnd)
    assert not any(is_open)
    return shown


def _show(event: Piece | Gap | StreamEnd, parts: list[bytes | int | None]) -> None:
    if isinstance(event, Piece):
        assert event.octets
        if parts and isinstance(parts[-1], bytes):
            parts[-1] += event.octets
        else:
            parts.append(event.octets)
    elif isinstance(event, Gap):
        assert event.octets is None or event.octets > 0
        parts.append(event.octets)


def troubles(found: Iterable[StreamEvent]) -> dict[TroubleKind, str]:
    """Return the troubles among events; each kind comes once, and last."""
    listed = list(found)
    told = [event for event in listed if isinstance(event, Trouble)]
    assert listed[len(listed) - len(told) :] == told
    kinds = {event.kind: event.text for event in told}
    assert len(kinds) == len(told)
    return kinds


def back(tcp: Tcp, acknowledged: int) -> Tcp:
    """Return an acknowledgement from the other side."""
    ends = {"source": tcp.destination, "destination": tcp.source}
    ports = {"source_port": tcp.destination_port, "destination_port": tcp.source_port}
    return replace(Tcp(9, flags=ACK, acknowledged=acknowledged), **ends, **ports)


def test_a_connection_is_a_stream() -> None:
    tcps = [SYN_SEEN, back(SYN_SEEN, 1), Tcp(1, b"ab"), back(SYN_SEEN, 3), Tcp(3, b"c", FIN | ACK)]
    assert events(tcps) == [
        StreamStart(0, NAME, True),  # noqa: FBT003 - a value's field
        Piece(0, b"ab", 3),
        Piece(0, b"c", 5),
        StreamEnd(0),
    ]


def test_a_stream_without_its_syn_begins_somewhere() -> None:
    assert streams(events([Tcp(5, b"ab"), Tcp(7, b"c")])) == [(NAME, False, [b"abc"])]


@pytest.mark.parametrize("port, count", [(1790, 1), (50000, 1), (179, 0), (0, 0), (65535, 0)])
def test_a_port_at_either_end_picks_flows(port: int, count: int) -> None:
    found = events([SYN_SEEN, Tcp(1, OTHER)], port)
    assert len(streams(found)) == count
    assert troubles(found) == {}


def test_a_flow_without_octets_is_no_stream() -> None:
    assert events([SYN_SEEN, back(SYN_SEEN, 1), Tcp(1, flags=ACK), Tcp(1, flags=FIN)]) == []
    assert events([SYN_SEEN, Tcp(1, flags=FIN)], None) == []


def test_streams_are_numbered_as_their_first_octets_come() -> None:
    one, two = Tcp(1, source_port=1001), Tcp(1, source_port=1002)
    tcps = [
        replace(one, sequence=0, flags=SYN),
        replace(two, sequence=0, flags=SYN),
        replace(two, octets=b"2"),
        replace(one, octets=b"1"),
        replace(two, sequence=2, octets=b"2"),
    ]
    assert [(name, parts) for name, _, parts in streams(events(tcps))] == [
        (f"{ROUTER}:1002 > {STATION}:1790", [b"22"]),
        (f"{ROUTER}:1001 > {STATION}:1790", [b"1"]),
    ]


def test_a_new_syn_with_another_number_is_a_new_stream() -> None:
    tcps = [SYN_SEEN, Tcp(1, b"ab"), Tcp(700_000, flags=SYN), Tcp(700_001, b"cd")]
    assert streams(events(tcps)) == [(NAME, True, [b"ab"]), (NAME, True, [b"cd"])]


def test_a_new_syn_with_the_same_number_is_a_new_stream_after_the_end_or_much_data() -> None:
    ended = [SYN_SEEN, Tcp(1, b"ab", FIN), SYN_SEEN, Tcp(1, b"cd")]
    assert streams(events(ended)) == [(NAME, True, [b"ab"]), (NAME, True, [b"cd"])]
    much = [SYN_SEEN, Tcp(1, bytes(40_000)), Tcp(40_001, bytes(40_000)), SYN_SEEN, Tcp(1, b"cd")]
    assert streams(events(much)) == [(NAME, True, [bytes(80_000)]), (NAME, True, [b"cd"])]


def test_a_new_stream_declares_what_the_old_one_still_misses() -> None:
    tcps = [SYN_SEEN, Tcp(1, b"ab"), Tcp(6, b"f"), Tcp(700_000, flags=SYN), Tcp(700_001, b"cd")]
    assert streams(events(tcps)) == [(NAME, True, [b"ab", 3, b"f"]), (NAME, True, [b"cd"])]


def test_octets_sent_again_after_the_end_are_old() -> None:
    for again in (Tcp(3, flags=FIN | ACK), Tcp(2, b"b", FIN), back(SYN_SEEN, 4)):
        assert streams(events([SYN_SEEN, Tcp(1, b"ab", FIN), again, Tcp(1, b"ab")])) == [(NAME, True, [b"ab"])]


def test_other_octets_after_the_end_are_a_stream_whose_syn_was_missed() -> None:
    for sequence in (4, 900_000):
        tcps = [SYN_SEEN, Tcp(1, b"ab", FIN), Tcp(sequence, b"cd"), Tcp(sequence + 2, b"e")]
        assert streams(events(tcps)) == [(NAME, True, [b"ab"]), (NAME, False, [b"cde"])]


def test_a_reset_ends_a_stream() -> None:
    found = events([SYN_SEEN, Tcp(1, b"ab"), Tcp(3, b"reason", RST), Tcp(1, b"ab")])
    assert found[-1] == StreamEnd(0)
    assert streams(found) == [(NAME, True, [b"ab"])]


def test_data_on_a_syn_comes_first_whether_the_syn_takes_a_number_or_not() -> None:
    for following in (3, 4):
        tcps = [Tcp(0, b"abc", SYN), Tcp(following, b"de"), Tcp(following + 2, b"f")]
        assert streams(events(tcps)) == [(NAME, True, [b"abcdef"])]


def test_an_acknowledgement_gives_up_a_hole() -> None:
    tcps = [SYN_SEEN, Tcp(1, b"a"), *(Tcp(5 + number, b"%d" % number) for number in range(3))]
    tcps += [back(SYN_SEEN, 8), Tcp(1, b"z", source_port=2)]
    found = events(tcps)
    assert found[2:6] == [Gap(0, 3, 3), Piece(0, b"0", 3), Piece(0, b"1", 4), Piece(0, b"2", 5)]
    assert isinstance(found[6], StreamStart)


def test_other_acknowledgements_give_up_nothing() -> None:
    waiting = [SYN_SEEN, Tcp(1, b"a"), *(Tcp(5 + number, b"%d" % number) for number in range(3))]
    for tcp in (back(SYN_SEEN, 4), replace(back(SYN_SEEN, 8), flags=0), Tcp(9, flags=ACK, acknowledged=8)):
        assert streams(events([*waiting, tcp, Tcp(2, b"bcd")])) == [(NAME, True, [b"abcd012"])]


# -- Which flows are BMP, if no port says so


@pytest.mark.parametrize("begin", [INITIATION, bytes.fromhex("03 00010000 06"), bytes.fromhex("03 00000006 00")])
def test_a_header_at_the_beginning_is_bmp(begin: bytes) -> None:
    assert streams(events([SYN_SEEN, Tcp(1, begin)], None)) == [(NAME, True, [begin])]


def test_a_header_may_come_octet_by_octet() -> None:
    tcps = [SYN_SEEN, *(Tcp(1 + at, INITIATION[at : at + 1]) for at in range(6))]
    found = events(tcps, None)
    assert [event.packet for event in found if isinstance(event, Piece)] == [2, 3, 4, 5, 6, 7]
    assert streams(found) == [(NAME, True, [INITIATION])]


@pytest.mark.parametrize(
    "begin",
    [
        OTHER,
        b"\x16\x03\x01\x02\0\x01\0",
        bytes.fromhex("04 00000006 04"),
        bytes.fromhex("03 00000005 04"),
        bytes.fromhex("03 00010001 04"),
        bytes.fromhex("03 00000006 07"),
        b"\xff" * 16 + b"\0\x13\x04" + INITIATION * 2,
    ],
)
def test_another_beginning_is_not_bmp(begin: bytes) -> None:
    found = events([SYN_SEEN, Tcp(1, begin), Tcp(1 + len(begin), INITIATION * 3)], None)
    assert streams(found) == []
    text = "has 1 TCP flows whose octets are not recognised as BMP; --port names those that are."
    assert troubles(found) == {TroubleKind.NOT_BMP: text}


@pytest.mark.parametrize("before", [b"", b"\x03", b"rest of a message", bytes(60_000)])
def test_two_headers_in_a_row_are_bmp_anywhere(before: bytes) -> None:
    octets = before + INITIATION + TERMINATION
    tcps = [Tcp(at, octets[at : at + 1000]) for at in range(0, len(octets), 1000)]
    assert streams(events(tcps, None)) == [(NAME, False, [octets])]


@pytest.mark.parametrize("octets", [b"x" + INITIATION, INITIATION])
def test_one_message_before_the_end_is_bmp_anywhere(octets: bytes) -> None:
    assert streams(events([Tcp(1, octets)], None)) == [(NAME, False, [octets])]
    assert streams(events([Tcp(1, octets, FIN)], None)) == [(NAME, False, [octets])]


def test_headers_behind_the_first_64_kib_come_too_late() -> None:
    tcps = [Tcp(at, bytes(1000)) for at in range(0, 66_000, 1000)]
    found = events([*tcps, Tcp(66_000, INITIATION * 3)], None)
    assert streams(found) == []
    assert set(troubles(found)) == {TroubleKind.NOT_BMP}


def test_a_hole_in_what_is_not_recognised_yet_is_declared() -> None:
    tcps = [SYN_SEEN, Tcp(4, b"\0\0\6" + INITIATION + TERMINATION)]
    assert streams(events(tcps, None)) == [(NAME, True, [3, b"\0\0\6" + INITIATION + TERMINATION])]


def test_a_port_used_again_for_something_else_is_no_stream() -> None:
    tcps = [SYN_SEEN, Tcp(1, INITIATION, FIN), Tcp(99_000, flags=SYN), Tcp(99_001, OTHER)]
    found = events(tcps, None)
    assert streams(found) == [(NAME, True, [INITIATION])]
    assert set(troubles(found)) == {TroubleKind.NOT_BMP}


def test_something_else_followed_by_bmp_on_the_same_ports_is_a_stream() -> None:
    tcps = [SYN_SEEN, Tcp(1, OTHER), Tcp(19, OTHER), Tcp(99_000, flags=SYN), Tcp(99_001, INITIATION)]
    assert streams(events(tcps, None)) == [(NAME, True, [INITIATION])]


# -- What is left out


def test_what_cannot_be_read_is_counted() -> None:
    whole = Tcp(1, INITIATION)
    frames = [
        ethernet(ipv4(whole.segment(), fragment=0x2000)),
        ethernet(ipv4(whole.segment()[8:], fragment=1)),
        whole.frame()[:-2],
        Tcp(7, INITIATION).frame(),
    ]
    found = list(read_streams(BytesIO(pcap(frames))))
    assert (
        troubles(found)[TroubleKind.FRAGMENTS] == "has 2 fragments of IP packets with TCP, which are not put together."
    )


def test_packets_cut_short_leave_gaps_and_are_counted() -> None:
    frames = [Tcp(1 + 50 * number, bytes([number]) * 50).frame() for number in range(3)]
    found = list(read_streams(BytesIO(pcap(frames, snap_length=54 + 20)), 1790))
    assert streams(found) == [(NAME, False, [bytes(20), 30, b"\1" * 20, 30, b"\2" * 20, 30])]
    text = "has 3 packets cut short by the snap length it was made with; octets are missing."
    assert troubles(found) == {TroubleKind.SHORT_PACKETS: text}
    found = list(read_streams(BytesIO(pcap(frames, snap_length=30)), 1790))
    assert troubles(found) == {TroubleKind.SHORT_PACKETS: text}


def test_packets_that_would_give_nothing_are_not_counted_as_cut_short() -> None:
    runts = pcap([b"", b"short", Tcp(1, b"ab").frame()[:20]])
    assert troubles(read_streams(BytesIO(runts))) == {}
    datagrams = pcap([ethernet(ipv4(bytes(100), protocol=17))], snap_length=60)
    assert troubles(read_streams(BytesIO(datagrams))) == {}


def test_link_types_that_are_not_read_are_named() -> None:
    found = list(read_streams(BytesIO(pcap([b"a", b"b"], 147))))
    assert troubles(found) == {TroubleKind.LINK_TYPE: "has 2 packets of link types that are not read: 147."}


def test_the_end_of_a_cut_capture_is_told_last() -> None:
    octets = pcap([Tcp(1, b"ab").frame(), Tcp(3, b"cd").frame()])
    found = list(read_streams(BytesIO(octets[:-1]), 1790))
    assert streams(found) == [(NAME, False, [b"ab"])]
    assert troubles(found) == {
        TroubleKind.CUT: f"is cut inside of packet 2, which begins at octet 100 of {len(octets) - 1}."
    }


def test_every_cut_of_a_capture_in_order_gives_a_prefix() -> None:
    stream = (INITIATION + TERMINATION) * 6
    whole = pcapng([SYN_SEEN.frame(), *(Tcp(1 + at, stream[at : at + 9]).frame() for at in range(0, len(stream), 9))])
    for length in range(len(whole)):
        shown = streams(read_streams(BytesIO(whole[:length])))
        assert stream.startswith(b"".join(part for _, _, parts in shown for part in parts if isinstance(part, bytes)))
        assert all(isinstance(part, bytes) for _, _, parts in shown for part in parts)


# -- Bounds


def test_the_flow_unused_for_longest_is_ended_when_there_are_too_many() -> None:
    tcps = [Tcp(1, INITIATION, source_port=port) for port in (1, 2, 3, 4)]
    tcps += [Tcp(7, TERMINATION, source_port=1), Tcp(1, INITIATION, source_port=5), Tcp(13, INITIATION, source_port=1)]
    found = events(tcps, 1790, Limits(flows=4))
    ended = [event.stream for event in found if isinstance(event, StreamEnd)]
    assert ended == [1, 2, 0, 3, 4]
    assert streams(found)[0] == (f"{ROUTER}:1 > {STATION}:1790", False, [INITIATION + TERMINATION + INITIATION])
    text = "has over 4 TCP flows at a time: 2 streams were ended early."
    assert troubles(found) == {TroubleKind.ENDED_EARLY: text}


def test_flows_of_something_else_do_not_count_as_ended_early() -> None:
    tcps = [Tcp(1, b"x" * 10, source_port=port) for port in range(1, 20)]
    found = events(tcps, None, Limits(flows=4))
    assert streams(found) == []
    assert set(troubles(found)) == {TroubleKind.NOT_BMP}


def test_too_much_behind_holes_in_all_gives_up_the_oldest() -> None:
    tcps = [Tcp(1, b"a", source_port=port) for port in range(1, 9)]
    tcps += [Tcp(3, bytes(1000), source_port=port) for port in range(1, 9)]
    tcps += [Tcp(2, b"b", source_port=port) for port in range(1, 9)]
    shown = streams(events(tcps, 1790, Limits(kept=8000)))
    filled = [parts for _, _, parts in shown if parts == [b"ab" + bytes(1000)]]
    given_up = [parts for _, _, parts in shown if parts == [b"a", 1, bytes(1000)]]
    assert (len(filled), len(given_up)) == (4, 4)
    assert [parts[1:] for _, _, parts in shown[:4]] == [[1, bytes(1000)]] * 4


def test_too_much_that_is_not_recognised_in_all_is_decided_early() -> None:
    tcps = [Tcp(1, b"x" * 1000, source_port=port) for port in range(1, 9)]
    tcps += [Tcp(1001, INITIATION * 2, source_port=port) for port in range(1, 9)]
    shown = streams(events(tcps, None, Limits(kept=8000)))
    assert [name.split(":")[1].split()[0] for name, *_ in shown] == ["5", "6", "7", "8"]


# -- Disorder, in every form that a capture has


def scatter(stream: bytes, tcp: Tcp, random: Random) -> Sequence[Tcp]:
    """Return the segments of a stream: its SYN, then data exchanged near by, some twice, some overlapping, its FIN."""
    placed, at = [], 0
    while at < len(stream):
        octets, begin = random.randrange(1, 60), max(0, at - random.choice((0, 0, random.randrange(30))))
        piece = replace(tcp, sequence=tcp.sequence + 1 + begin, octets=stream[begin : at + octets])
        placed += [(at + random.randrange(90), piece) for _ in range(random.choice((1, 1, 1, 2)))]
        at += octets
    data = [piece for _, piece in sorted(placed, key=lambda pair: pair[0])]
    syn = replace(tcp, flags=SYN)
    return [syn, *data, replace(tcp, sequence=tcp.sequence + 1 + len(stream), flags=FIN | ACK)]


def mixed(flows: Sequence[Sequence[Tcp]], random: Random) -> list[Tcp]:
    """Return the segments of several flows, each in its order."""
    rests = [list(reversed(flow)) for flow in flows]
    taken = []
    while rests := [rest for rest in rests if rest]:
        taken.append(random.choice(rests).pop())
    return taken


@pytest.mark.parametrize("link_type", LINK_TYPES)
@pytest.mark.parametrize("ends", [(ROUTER, STATION), (ROUTER_6, STATION_6)])
@pytest.mark.parametrize("port", [None, 1790])
def test_scattered_streams_come_back_exactly(
    link_type: int, ends: tuple[str, str], port: int | None, inputs: int
) -> None:
    random = Random(link_type)  # noqa: S311 - inputs, not secrets
    for _ in range(max(1, inputs // 20_000)):
        sent = [random.choice((INITIATION, TERMINATION)) + random.randbytes(random.randrange(700)) for _ in range(3)]
        sending = []
        for number, stream in enumerate(sent):
            tcp = Tcp(random.randrange(1 << 32), source=ends[0], source_port=20 + number, destination=ends[1])
            sending.append(scatter(stream, tcp, random))
        frames = [frame(tcp.packet(), link_type) for tcp in mixed(sending, random)]
        build = random.choice((pcap, pcapng))
        shown = streams(read_streams(BytesIO(build(frames, link_type)), port))
        assert sorted(parts for _, _, parts in shown) == sorted([stream] for stream in sent)
        assert all(begins for _, begins, _ in shown)


class NeverReady(dict[bytes, Flow]):
    """Flows of which none takes the shortcut."""

    def get(self, _key: bytes, _default: object = None) -> None:  # type: ignore[override]
        """Return none."""


class LongWay(Flows):
    """Flows that pass nothing on without a look at it."""

    def __init__(self, port: int | None, limits: Limits) -> None:
        super().__init__(port, limits)
        self.ready = NeverReady()


def any_capture(random: Random) -> bytes:
    """Return a capture with a few flows in disorder, perhaps with octets changed."""
    link_type = random.choice(LINK_TYPES)
    sending = []
    for number in range(random.randrange(1, 4)):
        stream = (INITIATION + TERMINATION) * random.randrange(1, 40)
        sending.append(scatter(stream, Tcp(random.randrange(1 << 32), source_port=20 + number), random))
    build = random.choice((pcap, pcapng))
    octets = bytearray(build([frame(tcp.packet(), link_type) for tcp in mixed(sending, random)], link_type))
    for _ in range(random.choice((0, random.randrange(40)))):
        octets[random.randrange(24, len(octets))] = random.choice((0, 1, 0x45, 0x60, 0xFF, random.randrange(256)))
    return bytes(octets)


def test_what_the_shortcut_passes_on_is_what_the_long_way_does(monkeypatch: pytest.MonkeyPatch, inputs: int) -> None:
    random = Random(7)  # noqa: S311 - inputs, not secrets
    captures = [any_capture(random) for _ in range(inputs // 2000)]
    short = [list(read_streams(BytesIO(octets))) for octets in captures]
    monkeypatch.setattr("bmpconform.capture.streams.Flows", LongWay)
    assert [list(read_streams(BytesIO(octets))) for octets in captures] == short


def test_data_in_order_takes_the_shortcut(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []

    class Watched(Flows):
        """Flows that note what they are asked about."""

        def take(self, segment: Segment, packet: int) -> list[StreamEvent]:
            """Note the packet."""
            looked_at.append(packet)
            return super().take(segment, packet)

    monkeypatch.setattr("bmpconform.capture.streams.Flows", Watched)
    found = events([Tcp(0xFFFF_FFF0, flags=SYN), *(Tcp(0xFFFF_FFF1 + number, b"x") for number in range(100))])
    assert streams(found) == [(NAME, True, [b"x" * 100])]
    assert looked_at == [1, 2]


def test_any_capture_never_raises(inputs: int) -> None:
    random = Random(8)  # noqa: S311 - inputs, not secrets
    for _ in range(inputs // 1000):
        limits = random.choice((Limits(), Limits(segments=3, octets=2000, flows=3, kept=3000)))
        found = list(read_streams(BytesIO(any_capture(random)), random.choice((None, 1790)), limits=limits))
        streams(found)
        troubles(found)
