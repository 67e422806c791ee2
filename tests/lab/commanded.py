"""The command as a user types it, in places of its own: `python commanded.py OCTET WORD...`.

OCTET is the second of the addresses of its labs: what other tests of this machine have is left to them. `station:mute`
is a collector that is always there: a program that listens, takes connections, and does nothing else for ever.
"""

import signal
import sys
from pathlib import Path

from bmpconform.cli import judging, run
from bmpconform.lab import lease as leases
from bmpconform.lab.catalogue import NAMES
from bmpconform.lab.collectors import GOBGP, ManagedCollector
from bmpconform.lab.manifest import DeviceManifest, Kit
from bmpconform.live.device import Collector
from bmpconform.live.targets import Names

SERVE = """
import socket, sys, time
listener = socket.create_server((sys.argv[1], int(sys.argv[2])))
taken = []
while True:
    taken.append(listener.accept())
"""


def mute() -> Collector:
    """Return the collector that does nothing."""
    manifest = DeviceManifest(
        name="mute",
        title="Mute",
        role="station",
        language="Python",
        version="1",
        url="https://example.org",
        licence="MIT",
        install="nothing",
        command=(sys.executable, "-I", "-c", SERVE, "{address}", "{port}", "{folder}"),
    )
    return ManagedCollector("mute", Kit(manifest, Path()), GOBGP)


# What a shell starts in the background is deaf to it.
signal.signal(signal.SIGINT, signal.default_int_handler)
leases.FIRST_SECOND_OCTET, leases.SECOND_OCTETS = int(sys.argv[1]), 1
setattr(judging, "NAMES", Names(NAMES.routers, {**NAMES.collectors, "mute": mute}))  # noqa: B010 - it exports no names
sys.exit(run(sys.argv[2:]))
