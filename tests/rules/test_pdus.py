"""What a PDU that is not framed lacks is said in the finding.

Why by its text: the same code and place stand for three faults, and a person has to know which.
"""

import pytest

import raw
from bmpconform.wire.codec import decode
from invariants import NEWEST


@pytest.mark.parametrize(
    "octets, fault",
    [
        (b"\xff", "1 octet left, a BGP header has 19"),
        (raw.MARKER + b"\0\x13", "18 octets left, a BGP header has 19"),
        (raw.bgp(3, length=18), "its length field says 18, less than the 19 of a BGP header"),
        (raw.bgp(3, b"\6\2", length=22), "its length field says 22, with 21 octets left"),
    ],
)
def test_the_finding_says_why_no_pdu_is_framed(octets: bytes, fault: str) -> None:
    (finding,) = NEWEST.judge(decode(raw.peer_down(1, octets)))
    assert finding.code == "local-notification-not-framed"
    assert finding.breach.text == f"No NOTIFICATION is framed here: {fault}."
