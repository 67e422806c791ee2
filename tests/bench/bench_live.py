"""How many messages a second our station judges from many routers at once, beside pmbmpd taking the same load.

Why the same sender for both, in a process of its own: what is measured is the station, and it is done with a router
when it closes, which it does when it has read the router's last octet.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bmpconform.lab.wait import is_listening, unaccepted, until
from bmpconform.live.device import Endpoint
from bmpconform.live.intake import Intake
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
    make_update,
)

ROUTERS = int(os.environ.get("BMPCONFORM_BENCH_ROUTERS", "100"))
MESSAGES = int(os.environ.get("BMPCONFORM_BENCH_MESSAGES", "1000000"))
WORKERS = int(os.environ.get("BMPCONFORM_BENCH_WORKERS", str(os.cpu_count() or 1)))
# Ours is level with it where we reach that share of its rate.
GOAL = 0.95
# What memory may grow by from the first quarter of the load to its end.
MOST_GROWTH = 0.1
WITHIN_SECONDS = 600.0
CHUNK_OCTETS = 256 * 1024
_SAMPLE_SECONDS = 0.1
_START_SECONDS = 10.0
# Initiation, Peer Up and End-of-RIB.
_BESIDE_ROUTES = 3


def router(messages: int) -> bytes:
    """Return what one router sends: a peer with its routes."""
    peer = make_peer(bytes((192, 0, 2, 2)), 65002, bytes((192, 0, 2, 2)), seconds=1_700_000_000)
    opens = [make_open(asn, identity) for asn, identity in ((65001, bytes((192, 0, 2, 1))), (65002, peer.bgp_id))]
    attributes = (
        make_attribute(AttributeType.ORIGIN, b"\0"),
        make_attribute(AttributeType.AS_PATH, b"\x02\x01" + (65002).to_bytes(4)),
        make_attribute(AttributeType.NEXT_HOP, bytes((192, 0, 2, 2))),
    )
    routes = (
        make_route_monitoring(
            peer, make_update(attributes, b"\x18" + bytes((10 + number // 65536, *divmod(number % 65536, 256))))
        )
        for number in range(messages - _BESIDE_ROUTES)
    )
    up = make_peer_up(peer, bytes((192, 0, 2, 1)), *opens)
    said: list[Any] = [make_initiation("bench", "router"), up, *routes, make_end_of_rib(peer)]
    return b"".join(encode(message) for message in said)


def send(far: Endpoint, routers: int, messages: int) -> float:
    """Send the load of so many routers at once; return the seconds until the station has closed each of them."""
    return asyncio.run(_send(far, routers, router(messages)))


async def _send(far: Endpoint, routers: int, octets: bytes) -> float:
    # Each from an address of its own, as routers are told apart by it: the load comes when all are there.
    opened = [await _dial(far, f"127.0.1.{number + 1}") for number in range(routers)]
    start = time.perf_counter()
    await asyncio.gather(*(_one(reader, writer, octets) for reader, writer in opened))
    return time.perf_counter() - start


async def _dial(far: Endpoint, near: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Dial, and wait until that is accepted.

    pmbmpd listens with a queue of one: more that dial at once believe that they are connected, and are reset later.
    """
    streams = await asyncio.open_connection(far.host, far.port, local_addr=(near, 0))
    until(lambda: unaccepted(far.host, far.port) == 0, _START_SECONDS, f"{far} to accept {near}")
    return streams


async def _one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, octets: bytes) -> None:
    for start in range(0, len(octets), CHUNK_OCTETS):
        writer.write(octets[start : start + CHUNK_OCTETS])
        await writer.drain()
    writer.write_eof()
    await reader.read()
    writer.close()


def resident(pids: Sequence[int]) -> int:
    """Return the octets of memory that processes hold."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) for pid in pids)
    return pages * os.sysconf("SC_PAGE_SIZE")


def ours() -> dict[str, object]:
    """Return how our station takes the load."""
    with Intake(Endpoint("127.0.0.1", 0), WORKERS) as intake, ProcessPoolExecutor(1) as sender:
        sending = sender.submit(send, intake.near, ROUTERS, MESSAGES // ROUTERS)
        memory = []
        while not sending.done():
            memory.append(resident(intake.pids))
            time.sleep(_SAMPLE_SECONDS)
        done = intake.take(ROUTERS, WITHIN_SECONDS)
    seconds = sending.result()
    quarter = memory[len(memory) // 4]
    return {
        "messages": sum(one.counts.messages for one in done),
        "findings": sum(one.told for one in done),
        "routers": len(done),
        "processes": WORKERS,
        "seconds": round(seconds, 2),
        "messages_per_second": round(MESSAGES / seconds),
        "memory_mib": [round(memory[0] / 2**20), round(quarter / 2**20), round(memory[-1] / 2**20)],
        "memory_growth": round(memory[-1] / quarter - 1, 3),
    }


@contextmanager
def pmbmpd(folder: Path) -> Iterator[Endpoint]:
    """Start pmbmpd with its log of messages, and end it."""
    near = Endpoint("127.0.0.1", 11119)
    lines = {
        "daemonize": "false",
        "bmp_daemon_ip": near.host,
        "bmp_daemon_port": near.port,
        "bmp_daemon_max_peers": 2 * ROUTERS,
        "bmp_daemon_msglog_file": folder / "messages.json",
        "bmp_daemon_msglog_output": "json",
    }
    configuration = folder / "pmbmpd.conf"
    configuration.write_text("".join(f"{key}: {value}\n" for key, value in lines.items()), encoding="utf-8")
    command = ["pmbmpd", "-f", str(configuration)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: is_listening(near.host, near.port), _START_SECONDS, "pmbmpd to listen")
            yield near
        finally:
            process.kill()


def theirs() -> dict[str, object]:
    """Return how pmbmpd takes the load, and how many lines its log has then."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with pmbmpd(folder) as near, ProcessPoolExecutor(1) as sender:
            seconds = sender.submit(send, near, ROUTERS, MESSAGES // ROUTERS).result(WITHIN_SECONDS)
        with (folder / "messages.json").open("rb") as log:
            routes = sum(b'"log_type":' in line or b'"bmp_msg_type": "route_monitor"' in line for line in log)
    return {"seconds": round(seconds, 2), "messages_per_second": round(MESSAGES / seconds), "routes_logged": routes}


def main(file: Path) -> int:
    """Run both, write the figures, and tell whether the goals are reached."""
    figures: dict[str, object] = {"routers": ROUTERS, "messages": MESSAGES, "ours": (mine := ours())}
    failed = [f"{MESSAGES - mine['messages']} messages are lost"] if mine["messages"] != MESSAGES else []  # type: ignore[operator]
    if mine["memory_growth"] > MOST_GROWTH:  # type: ignore[operator]
        failed.append(f"memory grows by {mine['memory_growth']}")
    if shutil.which("pmbmpd") is None:
        figures["pmbmpd"] = "skipped: pmbmpd is not installed; apt-get install pmacct"
    else:
        figures["pmbmpd"] = other = theirs()
        figures["ratio"] = ratio = round(mine["messages_per_second"] / other["messages_per_second"], 2)  # type: ignore[operator]
        if ratio < GOAL:
            failed.append(f"the rate is {ratio} of that of pmbmpd")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))
    sys.stdout.writelines(f"FAILED: {text}.\n" for text in failed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
