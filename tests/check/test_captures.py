"""A capture is judged stream by stream, each as raw octets are, and faults have the packets that brought them."""

import io
from collections.abc import Iterator, Sequence
from itertools import zip_longest

import pytest

import raw
from bmpconform.capture.inputs import read_events
from bmpconform.check import Options, check
from bmpconform.corpus.captures import Capture, load_captures, read_capture
from bmpconform.events import Event, FindingLine, Found, Problem, Summary
from bmpconform.report.jsonl import render_json_lines
from bmpconform.report.text import render_text
from bmpconform.wire.value import replace
from packets import SYN, Tcp, pcap, pcapng

GOOD = raw.initiation(raw.MANDATORY_TLVS)
FAULTY = raw.initiation(raw.SYS_NAME) + raw.peer_up(raw.tlv(4, b"\xff")) + raw.termination(raw.tlv(1, b"\0\0"))
PORTS = GOOD + raw.peer_up(local_port=1, remote_port=1) * 3
ONE, OTHER = "192.0.2.10", "192.0.2.11"
START = 1000

each_capture = pytest.mark.parametrize("capture", load_captures().captures, ids=lambda capture: capture.file)


def segments(octets: bytes, source: str = ONE, size: int = 100, *, begins: bool = True) -> list[bytes]:
    """Return the frames that carry a stream, `size` octets in each; the first has the SYN where it `begins`."""
    syn = [Tcp(START - 1, flags=SYN, source=source).frame()] if begins else []
    places = range(0, len(octets), size)
    return syn + [Tcp(START + place, octets[place : place + size], source=source).frame() for place in places]


def interleaved(*streams: Sequence[bytes]) -> list[bytes]:
    """Return the frames of several streams, one of each in turn."""
    return [frame for turn in zip_longest(*streams) for frame in turn if frame is not None]


def judged(capture: bytes, *, source: str = "file", port: int | None = None) -> list[Event]:
    """Return all that is said of a capture."""
    return list(check([(source, read_events(source, io.BytesIO(capture), port))], Options()))


def found(events: Sequence[Event]) -> list[FindingLine]:
    """Return the findings."""
    return [event.finding for event in events if isinstance(event, Found)]


def problems(events: Sequence[Event]) -> list[str]:
    """Return the problems."""
    return [event.text for event in events if isinstance(event, Problem)]


def places(events: Sequence[Event]) -> list[tuple[int, str, int, int | None]]:
    """Return stream, code, offset and packet of each finding."""
    return [(line.stream, line.code, line.offset, line.packet) for line in found(events)]


def raw_findings(octets: bytes) -> list[FindingLine]:
    """Return the findings in raw octets."""
    return found(list(check([("file", [octets])], Options())))


def without_packets(lines: Sequence[FindingLine]) -> list[FindingLine]:
    """Return findings as raw octets have them."""
    return [replace(line, packet=None) for line in lines]


@pytest.mark.parametrize("build", [pcap, pcapng])
@pytest.mark.parametrize("size", [1, 7, 1448])
def test_a_stream_gives_the_same_findings_however_it_came(build: object, size: int) -> None:
    capture = build(segments(FAULTY, size=size))  # type: ignore[operator]  # one of the two above
    assert without_packets(found(judged(capture))) == raw_findings(FAULTY)


@each_capture
@pytest.mark.parametrize("build", [pcap, pcapng])
def test_a_recorded_stream_gives_the_same_findings_however_it_came(capture: Capture, build: object) -> None:
    octets = read_capture(capture)
    events = judged(build(segments(octets, size=1448)))  # type: ignore[operator]  # one of the two above
    assert without_packets(found(events)) == raw_findings(octets)


@each_capture
def test_segments_that_come_twice_or_late_change_nothing(capture: Capture) -> None:
    octets = read_capture(capture)
    syn, *frames = segments(octets, size=500)
    swapped = [frame for place in range(0, len(frames), 2) for frame in reversed(frames[place : place + 2])]
    twice = [frame for frame in swapped for _ in range(2)]
    assert without_packets(found(judged(pcap([syn, *twice])))) == raw_findings(octets)


def test_each_fault_has_the_packet_that_brought_it() -> None:
    size = 10
    for line in found(judged(pcap(segments(FAULTY, size=size)))):
        # The first packet is the SYN, and they count from 1.
        assert line.packet == 2 + line.offset // size


def test_streams_of_routers_are_told_apart() -> None:
    events = judged(pcap(interleaved(segments(FAULTY, ONE, 10), segments(PORTS, OTHER, 10))))
    by_stream = {number: [line for line in found(events) if line.stream == number] for number in (0, 1)}
    assert without_packets(by_stream[0]) == raw_findings(FAULTY)
    assert without_packets([replace(line, stream=0) for line in by_stream[1]]) == raw_findings(PORTS)
    for number, lines in by_stream.items():
        for line in lines:
            assert line.packet == 3 + number + 2 * (line.offset // 10)


def test_a_stream_is_named_by_its_ends() -> None:
    events = judged(pcap(interleaved(segments(FAULTY, ONE), segments(FAULTY, OTHER))))
    names = {(event.finding.stream, event.stream_name) for event in events if isinstance(event, Found)}
    assert names == {(0, f"{ONE}:50000 > 192.0.2.2:1790"), (1, f"{OTHER}:50000 > 192.0.2.2:1790")}


def test_text_has_the_name_and_json_lines_have_not() -> None:
    events = judged(pcap(segments(FAULTY)))
    name = f"{ONE}:50000 > 192.0.2.2:1790"
    lines = [line.plain for line in render_text(events, 100)]
    assert "  where   file, stream 0, message 0, packet 2, offset 6 (nothing there), tlvs" in lines
    assert f"  stream  {name}" in lines
    assert name.encode() not in b"".join(render_json_lines(events))


def test_all_streams_are_counted() -> None:
    *_, summary = judged(pcap(interleaved(segments(FAULTY, ONE), segments(GOOD, OTHER))))
    assert isinstance(summary, Summary)
    assert (summary.streams, summary.messages, summary.octets) == (2, 4, len(FAULTY + GOOD))


def test_a_gap_ends_no_stream_and_is_no_breach() -> None:
    frames = segments(GOOD + raw.peer_up() * 4, ONE, 20)
    del frames[5]
    events = judged(pcap(interleaved(frames, segments(FAULTY, OTHER, 20))))
    of_one = [(line.code, line.level, line.clause) for line in found(events) if line.stream == 0]
    assert of_one == [("capture-gap", "info", None), ("capture-skipped", "info", None)]
    gap, skipped, *of_other = found(events)
    assert (gap.offset, gap.length, gap.packet) == (22, 58, 5)
    assert (skipped.offset, skipped.length, skipped.packet) == (80, 48, 11)
    assert without_packets([replace(line, stream=0) for line in of_other]) == raw_findings(FAULTY)
    assert isinstance(events[-1], Summary)
    assert events[-1].messages == 4 + 3


def test_a_stream_from_mid_session_on_is_not_held_against_its_opening() -> None:
    stream = GOOD + raw.peer_up() + raw.route_monitoring(raw.ROUTE) * 3
    events = judged(pcap(segments(stream[60:], begins=False)))
    assert [(line.code, line.level, line.packet) for line in found(events)] == [("capture-skipped", "info", 1)]
    assert problems(events) == []


def test_a_stream_from_mid_session_on_that_begins_with_a_message_loses_none() -> None:
    stream = raw.peer_up() + raw.route_monitoring(raw.ROUTE) * 3
    events = judged(pcap(segments(stream, begins=False)))
    assert [line.code for line in found(events)] == ["opening-not-captured"]
    assert found(events)[0].packet == 1


def test_a_cut_capture_is_judged_as_far_as_it_goes() -> None:
    capture = pcap(segments(FAULTY + GOOD, size=50))
    events = judged(capture[:-1])
    *before, cut_stream, cut = found(events)
    assert without_packets(before) == [line for line in raw_findings(FAULTY + GOOD[:-1]) if line.clause]
    assert (cut_stream.code, cut.code, cut.clause, cut.level) == ("capture-cut", "capture-cut", None, "info")
    assert cut.text.startswith("The capture is cut inside of packet ")
    assert problems(events) == []


def test_a_damaged_capture_is_a_problem_behind_what_came_before() -> None:
    events = judged(pcap(segments(FAULTY)) + b"\xff" * 16)
    assert without_packets(found(events)) == raw_findings(FAULTY)
    assert [text.startswith("is damaged at octet ") for text in problems(events)] == [True]


SSH = pcap(segments(b"SSH-2.0-OpenSSH_9.6\r\n" * 9))


def test_where_flows_are_not_bmp_the_port_can_name_one() -> None:
    events = judged(SSH)
    assert [line.code for line in found(events)] == ["capture-not-bmp"]
    assert ["--port" in text for text in problems(events)] == [True]


@pytest.mark.parametrize("capture", [pcap([]), pcapng([]), pcap([])[:20], pcap(segments(b""))])
def test_a_capture_without_a_flow_is_a_problem(capture: bytes) -> None:
    assert problems(judged(capture)) == ["holds no BMP message of version 3."]


def test_a_named_port_is_believed() -> None:
    events = judged(SSH, port=1790)
    assert [line.code for line in found(events)] == ["version"]
    assert problems(events) == ["holds no BMP message of version 3."]


def test_other_flows_beside_bmp_are_a_note() -> None:
    other = segments(b"SSH-2.0-OpenSSH_9.6\r\n" * 9, OTHER)
    events = judged(pcap(interleaved(segments(GOOD), other)))
    assert places(events) == [(0, "capture-not-bmp", 0, None)]
    assert problems(events) == []


def test_the_same_capture_gives_the_same_octets() -> None:
    capture = pcap(interleaved(segments(FAULTY, ONE, 9), segments(PORTS, OTHER, 31)))

    def lines() -> Iterator[bytes]:
        yield from render_json_lines(judged(capture))
        yield from (line.plain.encode() for line in render_text(judged(capture), 100))

    assert list(lines()) == list(lines())


def test_several_inputs_are_counted_apart() -> None:
    capture = pcap(interleaved(segments(FAULTY, ONE), segments(FAULTY, OTHER)))
    inputs = [("capture", read_events("capture", io.BytesIO(capture))), ("raw", [FAULTY])]
    *_, summary = check(inputs, Options())
    assert isinstance(summary, Summary)
    assert {name: counts.streams for name, counts in summary.by_source.items()} == {"capture": 2, "raw": 1}
    assert summary.by_source["capture"].fail == 2 * summary.by_source["raw"].fail
