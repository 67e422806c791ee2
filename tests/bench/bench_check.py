"""How fast `check` judges a capture, beside tshark and by two processes, in the same run. `tox -e bench`.

Why a ratio: a rate says as much of the machine as of the program. Both are whole processes on one core, in turn, and
the median of the ratios pair by pair is the figure; that of processor time holds on a busy machine, too. tshark only
dissects; `check` judges by all rules, with the state of the streams. Two processes have two cores and a capture of
four streams, and are held against one process; on a busy machine that says more of the machine. `--part jobs` measures
this alone, and leaves the other figures of FILE as they are.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from random import Random
from struct import pack
from typing import NamedTuple

from bmpconform.wire.bgp import Attribute
from bmpconform.wire.codec import encode
from bmpconform.wire.codes import AttributeType
from bmpconform.wire.make import (
    make_attribute,
    make_end_of_rib,
    make_initiation,
    make_open,
    make_peer,
    make_peer_up,
    make_route_monitoring,
    make_statistic,
    make_statistics_report,
    make_update,
)
from bmpconform.wire.value import replace

MESSAGES = int(os.environ.get("BMPCONFORM_BENCH_MESSAGES", "100000"))
ROUNDS = int(os.environ.get("BMPCONFORM_BENCH_ROUNDS", "5"))
PEERS = 20
# Of the capture that two processes share; each has as many messages as the other captures have.
STREAMS = 4
SEGMENT_OCTETS = 1400
# As in captures of real routers: so many messages of a peer share a time, so many routes share their attributes.
SAME_TIME, SAME_ATTRIBUTES = 10, 0.5
GOALS = {"packed": 1.0, "one-a-segment": 3.0}
# A header and a summary.
LINES_OF_A_CLEAN_STREAM = 2
TSHARK_FIELDS = ("frame.number", "bmp.type", "_ws.malformed", "_ws.expert.severity", "_ws.expert.message")


def messages(random: Random) -> Iterator[bytes]:
    """Yield the frames of a session: peers that come up, their routes, a report now and then."""
    yield encode(make_initiation("bench router", "bench"))
    peers = [
        make_peer(bytes([192, 0, 2, number + 1]), 65000 + number, bytes([10, 0, 0, number + 1]), seconds=1)
        for number in range(PEERS)
    ]
    for peer in peers:
        sent, received = make_open(64999, bytes([10, 0, 0, 254])), make_open(peer.asn, peer.bgp_id)
        yield encode(make_peer_up(peer, bytes([192, 0, 2, 254]), sent, received, strings=["bench"]))
    attributes = _attributes(random)
    for number in range(MESSAGES):
        if number % SAME_TIME == 0:
            at = random.randrange(PEERS)
            peers[at] = replace(peers[at], seconds=1_700_000_000 + number // 1000, microseconds=random.randrange(10**6))
        peer = peers[at]
        if number % 200 == 0:
            yield encode(make_statistics_report(peer, [make_statistic(0, number), make_statistic(7, number)]))
        if random.random() > SAME_ATTRIBUTES:
            attributes = _attributes(random)
        nlri = b"".join(bytes([24]) + random.randbytes(3) for _ in range(random.randint(1, 3)))
        yield encode(make_route_monitoring(peer, make_update(attributes, nlri)))
    for peer in peers:
        yield encode(make_end_of_rib(peer))


def _attributes(random: Random) -> list[Attribute]:
    asns = [random.randrange(1, 1 << 32) for _ in range(random.randint(1, 6))]
    path = bytes([2, len(asns)]) + b"".join(asn.to_bytes(4) for asn in asns)
    return [
        make_attribute(AttributeType.ORIGIN, b"\0"),
        make_attribute(AttributeType.AS_PATH, path),
        make_attribute(AttributeType.NEXT_HOP, random.randbytes(4)),
        make_attribute(AttributeType.MULTI_EXIT_DISC, random.randbytes(4)),
        make_attribute(AttributeType.COMMUNITIES, random.randbytes(4 * random.randint(1, 4))),
    ]


def packed(frames: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the stream in segments of one size, as a busy router sends it."""
    rest = b""
    for frame in frames:
        rest += frame
        while len(rest) >= SEGMENT_OCTETS:
            yield rest[:SEGMENT_OCTETS]
            rest = rest[SEGMENT_OCTETS:]
    if rest:
        yield rest


def write_capture(path: Path, streams: Sequence[Iterator[bytes]]) -> None:
    """Write a pcap of raw IPv4 packets, a segment of each stream in turn, behind a SYN."""
    with path.open("wb") as file:
        file.write(pack(">IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
        flows = [_packets(50000 + number, segments) for number, segments in enumerate(streams)]
        turns = (packet for turn in zip_longest(*flows) for packet in turn if packet is not None)
        for number, packet in enumerate(turns):
            file.write(pack(">IIII", 1_700_000_000, number % 1_000_000, len(packet), len(packet)) + packet)


def _packets(port: int, segments: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the packets of one flow."""
    sequence = 1000
    for number, octets in enumerate(chain([b""], segments)):
        tcp = pack(">HHIIBBHHH", port, 11019, sequence, 1, 5 << 4, 2 if number == 0 else 0x18, 65535, 0, 0)
        length = 20 + len(tcp) + len(octets)
        ip = pack(">BBHHHBBHII", 0x45, 0, length, number & 0xFFFF, 0, 64, 6, 0, 0x0A000001, 0x0A000002)
        yield ip + tcp + octets
        sequence = (sequence + (1 if number == 0 else len(octets))) & 0xFFFFFFFF


class Run(NamedTuple):
    """What a command took: seconds of the clock, of the processor, memory at most; and how many lines it printed."""

    clock: float
    processor: float
    mebibytes: int
    lines: int


def run(command: list[str]) -> Run:
    """Run a command."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
        _, process.returncode, usage = os.wait4(process.pid, 0)
        clock = time.perf_counter() - start
        output.seek(0)
        return Run(clock, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, sum(1 for _ in output))


def check_command(capture: Path, jobs: int) -> list[str]:
    """Return what judges a capture by so many processes."""
    command = [sys.executable, "-m", "bmpconform", "check", "--format", "jsonl", "--fail-on", "never"]
    return [*command, "--jobs", str(jobs), str(capture)]


def measured(name: str, commands: tuple[list[str], list[str]]) -> list[tuple[Run, Run]]:
    """Return what two commands took in turn, the first of them `check`, which finds nothing."""
    pairs = []
    for number in range(ROUNDS):
        one, other = run(commands[0]), run(commands[1])
        if one.lines != LINES_OF_A_CLEAN_STREAM:
            message = f"check printed {one.lines} lines on {name}, which breaks no clause"
            raise SystemExit(message)
        ratios = f"by the clock {other.clock / one.clock:.2f}, of the processor {other.processor / one.processor:.2f}"
        print(f"{name} {number + 1}/{ROUNDS}: {ratios}", flush=True)
        pairs.append((one, other))
    return pairs


def against_tshark(name: str, capture: Path, count: int) -> dict[str, object]:
    """Return the medians of both programs on one capture, and the median of their ratio pair by pair."""
    fields = [word for field in TSHARK_FIELDS for word in ("-e", field)]
    tshark = ["tshark", "-n", "-r", str(capture), "-d", "tcp.port==11019,bmp", "-T", "fields", *fields]
    pairs = measured(name, (check_command(capture, 1), tshark))
    return {
        "capture": name,
        "messages": count,
        "rounds": ROUNDS,
        "check_messages_a_second": round(count / statistics.median(mine.clock for mine, _ in pairs)),
        "tshark_messages_a_second": round(count / statistics.median(other.clock for _, other in pairs)),
        "ratio": round(statistics.median(other.clock / mine.clock for mine, other in pairs), 2),
        "ratio_of_processor_time": round(
            statistics.median(other.processor / mine.processor for mine, other in pairs), 2
        ),
        "goal": GOALS[name],
        "check_mebibytes": max(mine.mebibytes for mine, _ in pairs),
    }


def two_against_one(name: str, capture: Path, count: int) -> dict[str, object]:
    """Return how two processes do on a capture, beside one."""
    pairs = measured(name, (check_command(capture, 2), check_command(capture, 1)))
    return {
        "capture": name,
        "messages": count,
        "streams": STREAMS,
        "rounds": ROUNDS,
        "messages_a_second": round(count / statistics.median(two.clock for two, _ in pairs)),
        "ratio": round(statistics.median(one.clock / two.clock for two, one in pairs), 2),
        "ratio_of_processor_time": round(statistics.median(one.processor / two.processor for two, one in pairs), 2),
        "mebibytes_of_the_largest_process": max(two.mebibytes for two, _ in pairs),
    }


def by_two(folder: Path) -> dict[str, object]:
    """Return the figures of two processes; a machine of one core is a named skip."""
    if len(os.sched_getaffinity(0)) == 1:
        return {"shared": "skipped: there is one core"}
    figures = []
    count = sum(1 for seed in range(STREAMS) for _ in messages(Random(seed)))
    for name, segments in SHAPES:
        capture = folder / f"{name}-shared.pcap"
        write_capture(capture, [segments(messages(Random(seed))) for seed in range(STREAMS)])
        figures.append(two_against_one(name, capture, count))
    return {"shared": figures, "load_average_shared": round(os.getloadavg()[2], 1)}


def by_tshark(folder: Path) -> dict[str, object]:
    """Return the figures beside tshark, each on one core; a missing tshark is a named skip."""
    if shutil.which("tshark") is None:
        print("skipped: tshark is not installed, and there is nothing to compare with")
        return {}
    # All that runs from here on has one core.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    count = sum(1 for _ in messages(Random(1)))
    figures = []
    # A child begins as large as this process: nothing is kept in memory.
    for name, segments in SHAPES:
        capture = folder / f"{name}.pcap"
        write_capture(capture, [segments(messages(Random(1)))])
        figures.append(against_tshark(name, capture, count))
    return {"figures": figures, "load_average": round(os.getloadavg()[2], 1)}


SHAPES: tuple[tuple[str, Callable[[Iterator[bytes]], Iterator[bytes]]], ...] = (
    ("packed", packed),
    ("one-a-segment", iter),
)
PARTS = {"jobs": by_two, "tshark": by_tshark}


def main() -> None:
    """Measure, print the figures as JSON, and put them into the file that is given."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--part", choices=PARTS)
    asked = parser.parse_args()
    kept = asked.file is not None and asked.file.exists()
    figures = json.loads(asked.file.read_text(encoding="utf-8")) if kept else {}
    with tempfile.TemporaryDirectory() as folder:
        for part in [asked.part] if asked.part else PARTS:
            figures |= PARTS[part](Path(folder))
    text = json.dumps(figures, indent=2)
    print(text)
    if asked.file is not None:
        asked.file.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
