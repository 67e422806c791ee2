"""A lab that another process holds: `python places.py OCTET` takes a place, starts a daemon, says so, and waits.

Why an octet, the second of its addresses: what other tests and labs of this machine have is left to them.
"""

import signal
import sys
import time

from bmpconform.lab import lease as leases
from bmpconform.lab.daemon import Command, Daemon
from bmpconform.lab.lease import Lease

# What a shell starts in the background is deaf to it.
signal.signal(signal.SIGINT, signal.default_int_handler)
leases.FIRST_SECOND_OCTET, leases.SECOND_OCTETS = int(sys.argv[1]), 1
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
