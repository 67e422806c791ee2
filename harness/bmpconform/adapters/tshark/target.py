"""tshark behind the adapter protocol: decode, as deep as its fields go.

Why no session: what it makes of routes is a guess at how they are written, and PDUs are shown as octets.
"""

import re
import subprocess
from typing import Any

from bmpconform.adapters.tshark.layers import malformed, neutral_message
from bmpconform.adapters.tshark.process import ProgramEndedError, Tshark
from bmpconform.targets.module import Panic, Reject, Session

NAME = "tshark"
LANGUAGE = "C"
URL = "https://www.wireshark.org"
# It dissects no TLVs in Peer Up, Peer Down and Route Mirroring.
CAPABILITIES = {"depth": {"0": 2, "1": 3, "2": 2, "3": 2, "4": 3, "5": 3, "6": 2}, "bgp": "raw", "station": False}


def _version() -> str:
    told = subprocess.run(("tshark", "--version"), capture_output=True, text=True, check=True)
    found = re.search(r"TShark \(Wireshark\) ([\w.]+?)\.? ", told.stdout)
    return found[1] if found else "unknown"


VERSION = _version()
_TSHARK = Tshark()


def decode(octets: bytes, session: Session | None) -> tuple[dict[str, Any], int]:  # noqa: ARG001 - see above
    """Return what tshark shows of one frame. Raises Reject where it shows none or calls it malformed."""
    try:
        packet = _TSHARK.dissect(octets)
    except ProgramEndedError as error:
        raise Panic("program-ended", str(error)) from error
    if fault := malformed(packet):
        raise Reject(*fault)
    layer = packet.find(".//proto[@name='bmp']")
    if layer is None or layer.find("field[@name='bmp.type']") is None:
        raise Reject("no-message", "Nothing in the packet is shown as a BMP message.")
    return neutral_message(layer, octets), int(layer.get("size", "0"))
