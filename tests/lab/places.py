"""A lab that another process holds: `python places.py` takes a place, starts a daemon in it, says so, and waits."""

import signal
import sys
import time

from bmpconform.lab.daemon import Command, Daemon
from bmpconform.lab.lease import Lease

# What is started in the background of a shell has Ctrl-C ignored, unless it asks for it.
signal.signal(signal.SIGINT, signal.default_int_handler)
lease = Lease()
serve = (
    "import socket, time\n"
    f"listener = socket.create_server(({lease.address(1)!r}, 1790))\n"
    "print('listening', flush=True)\n"
    "time.sleep(600)\n"
)
daemon = Daemon("daemon", Command((sys.executable, "-I", "-c", serve)), lease.folder)
while "listening" not in daemon.said:
    daemon.demand_alive()
    time.sleep(0.01)
print(lease.folder, lease.address(1), flush=True)  # noqa: T201 - the test waits for it
time.sleep(600)
