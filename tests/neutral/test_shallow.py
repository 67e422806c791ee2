"""What is above the declared depth is gone, whatever stood there; what is owed stays."""

import pytest

from bmpconform.neutral import Message, shallow
from bmpconform.neutral.form import Open, Pdu, Tlv
from bmpconform.neutral.keys import Bgp
from bmpconform.neutral.shallow import shallow_json
from bmpconform.wire.value import UNSET

OPEN = Pdu(1, "ff", open=Open(4, 1))
UP = Message(3, 3, 200, local_port=179, sent_open=OPEN, tlvs=(Tlv(0, "61"),), rest="")


@pytest.mark.parametrize(
    "depth, bgp, kept",
    [
        (0, "parsed", Message()),
        (1, "parsed", Message(3, 3, 200)),
        (2, "none", Message(3, 3, 200, local_port=179)),
        (2, "raw", Message(3, 3, 200, local_port=179, sent_open=Pdu(1, "ff"))),
        (2, "parsed", Message(3, 3, 200, local_port=179, sent_open=OPEN)),
        (3, "none", Message(3, 3, 200, local_port=179, tlvs=(Tlv(0, "61"),), rest="")),
        (3, "parsed", UP),
    ],
)
def test_a_message_keeps_what_is_owed(depth: int, bgp: Bgp, kept: Message) -> None:
    assert shallow(UP, depth, bgp) == kept


def test_a_mirrored_pdu_is_kept_as_far_as_it_is_declared() -> None:
    message = Message(tlvs=(Tlv(0, "ff", pdu=OPEN), Tlv(1, "0000")))
    assert shallow(message, 3, "raw").tlvs == (Tlv(0, "ff", pdu=Pdu(1, "ff")), Tlv(1, "0000"))
    assert shallow(message, 3, "none").tlvs == (Tlv(0, "ff", pdu=UNSET), Tlv(1, "0000"))


@pytest.mark.parametrize(
    "depth, bgp, kept",
    [
        (0, "parsed", {}),
        (1, "none", {"version": 3}),
        (3, "none", {"version": 3, "peer": [], "tlvs": [{"type": 0}, 7]}),
        (3, "raw", {"version": 3, "peer": [], "sent_open": {"type": 1}, "tlvs": [{"type": 0, "pdu": {"hex": ""}}, 7]}),
    ],
)
def test_json_of_any_types_keeps_what_is_owed(depth: int, bgp: Bgp, kept: dict[str, object]) -> None:
    pdu = {"hex": "", "update": "text"}
    tlvs = [{"type": 0, "pdu": pdu}, 7]
    held = {"version": 3, "peer": [], "sent_open": {"type": 1, "open": 4}, "tlvs": tlvs}
    assert shallow_json(held, depth, bgp) == kept
