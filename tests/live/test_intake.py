"""The station for many routers judges each of them whole, in whatever process, and leaves nothing behind."""

import os
import select
import socket
import subprocess
import sys

import raw
from bmpconform.live.device import Endpoint
from bmpconform.live.intake import Intake

OPENING = raw.initiation(raw.SYS_DESCR, raw.SYS_NAME) + raw.peer_up()
STREAM = OPENING + 20 * raw.route_monitoring(raw.ROUTE) + raw.route_monitoring(raw.END_OF_RIB)
BROKEN = raw.route_monitoring(raw.ROUTE) + OPENING
ROUTERS, WORKERS = 12, 2
KILLED = f"""
import os, signal
from bmpconform.live.device import Endpoint
from bmpconform.live.intake import Intake
with Intake(Endpoint("127.0.0.1", 0), {WORKERS}) as intake:
    print(*intake.pids, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_every_router_is_judged_whole_and_nothing_is_left() -> None:
    with Intake(Endpoint("127.0.0.1", 0), WORKERS) as intake:
        open_sockets = [socket.create_connection((intake.near.host, intake.near.port)) for _ in range(ROUTERS)]
        for number, connected in enumerate(open_sockets):
            connected.sendall(STREAM if number else BROKEN)
            connected.close()
        done = intake.take(ROUTERS, within=60)
        pids = intake.pids
    assert sorted(one.counts.messages for one in done) == [3, *[23] * (ROUTERS - 1)]
    assert [one.counts.fail > 0 for one in done].count(True) == 1
    assert not any(_runs(pid) for pid in pids)
    with socket.create_server((intake.near.host, intake.near.port)):
        pass


def test_who_does_not_come_is_not_waited_for_beyond_the_time() -> None:
    with Intake(Endpoint("127.0.0.1", 0), 1) as intake:
        assert intake.take(1, within=0.05) == []


def test_nothing_outlives_a_parent_that_is_killed() -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False)
    pids = list(map(int, killed.stdout.split()))
    assert len(pids) == WORKERS
    assert all(_ends(pid, within=30) for pid in pids)


def _ends(pid: int, within: float) -> bool:
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], within)[0])
    finally:
        os.close(watched)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
