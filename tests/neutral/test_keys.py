"""What a target owes at the depth that it declared, and how much of it is null."""

import pytest

import raw
from bmpconform.neutral import Message, hidden, missing, show_octets
from bmpconform.neutral.form import Capability, Open, Parameter, Pdu, Peer, Route, Statistic, Tlv, Update
from bmpconform.spec.profiles import PROFILES
from bmpconform.wire.value import UNSET, replace

PEER = Peer(0, 0, "00" * 8, "00" * 16, 1, "00" * 4, 0, 0)
HEADER = Message(3, 3, 200)
FIXED = replace(HEADER, peer=PEER, local_address="00" * 16, local_port=1, remote_port=2)
RAW_OPEN = Pdu(1, "ff")
PARSED_OPEN = Pdu(1, "ff", open=Open(4, 1, 180, "00" * 4, 0, ()))
WHOLE = replace(FIXED, tlvs=(), rest="")


@pytest.mark.parametrize(
    "message, depth, bgp, path",
    [
        (Message(), 0, "parsed", None),
        (Message(), 1, "none", "version"),
        (Message(3, 3), 1, "none", "length"),
        (HEADER, 1, "parsed", None),
        (HEADER, 2, "none", "peer"),
        (replace(FIXED, peer=replace(PEER, microseconds=UNSET)), 2, "none", "peer.microseconds"),
        (replace(FIXED, peer=None), 2, "none", None),
        (FIXED, 2, "none", None),
        (FIXED, 2, "raw", "sent_open"),
        (replace(FIXED, sent_open=RAW_OPEN, received_open=None), 2, "raw", None),
        (replace(FIXED, sent_open=RAW_OPEN, received_open=Pdu(1)), 2, "raw", "received_open.hex"),
        (replace(FIXED, sent_open=RAW_OPEN, received_open=None), 2, "parsed", "sent_open.open"),
        (replace(FIXED, sent_open=PARSED_OPEN, received_open=Pdu(4, "ff")), 2, "parsed", None),
        (FIXED, 3, "none", "tlvs"),
        (replace(WHOLE, rest=UNSET), 3, "none", "rest"),
        (WHOLE, 3, "none", None),
        (replace(WHOLE, tlvs=(Tlv(0, "", "string", None), Tlv(0, "", None))), 3, "none", "tlvs[1].name"),
        (replace(WHOLE, tlvs=(Tlv(0, "", UNSET, None),)), 3, "none", "tlvs[0].meaning"),
        (Message(None, None, None), 3, "parsed", None),
        (Message(3, 9, 7, rest=""), 3, "parsed", None),
        (Message(3, 9, 7), 3, "parsed", "rest"),
        (Message(3, 2, 49, PEER), 2, "none", "reason"),
        (Message(3, 2, 49, PEER, reason=4), 2, "parsed", None),
        (Message(3, 2, 49, PEER, reason=2), 2, "parsed", "fsm_event"),
        (Message(3, 2, 49, PEER, reason=1), 2, "raw", "pdu"),
        (Message(3, 2, 49, PEER, reason=6), 2, "raw", None),
        (Message(3, 2, 49, PEER, reason=6, rest=""), 3, "raw", "tlvs"),
        (Message(3, 2, 49, PEER, reason=None), 2, "parsed", None),
        (Message(3, 1, 52, PEER, 0, ()), 2, "parsed", None),
        (Message(3, 1, 52, PEER, 0, (Statistic(1, "00"),), rest=""), 3, "none", "statistics[0].value"),
        (Message(3, 1, 52, PEER, 0, (Statistic(9, "00", None),), rest=""), 3, "none", None),
        (Message(3, 6, 52, PEER, tlvs=(Tlv(0, "", None, None),), rest=""), 3, "none", None),
        (Message(3, 6, 52, PEER, tlvs=(Tlv(0, "", None, None),), rest=""), 3, "raw", "tlvs[0].pdu"),
        (Message(3, 6, 52, PEER, tlvs=(Tlv(0, "", None, None, Pdu(2)),), rest=""), 3, "raw", "tlvs[0].pdu.hex"),
        (Message(3, 6, 52, PEER, tlvs=(Tlv(1, "", None, None),), rest=""), 3, "raw", None),
    ],
)
def test_the_first_key_that_is_owed_and_not_there_is_named(
    message: Message, depth: int, bgp: str, path: str | None
) -> None:
    assert missing(message, depth, bgp) == path  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "pdu, path",
    [
        (Pdu(1, "", open=Open(4, 1, 1, "", 0, (Parameter(2),))), "pdu.open.parameters[0].capabilities"),
        (Pdu(1, "", open=Open(4, 1, 1, "", 0, (Parameter(2, UNSET, "00"),))), None),
        (Pdu(1, "", open=Open(4, 1, 1, "", 0, (Parameter(1),))), "pdu.open.parameters[0].value"),
        (
            Pdu(1, "", open=Open(4, 1, 1, "", 0, (Parameter(2, (Capability(1),)),))),
            "pdu.open.parameters[0].capabilities[0].value",
        ),
        (Pdu(2, "", update=Update(4, (), (), (), (), ())), "pdu.update.as_path"),
        (Pdu(2, "", update=Update(4, (), (), (), (Route(0, "", UNSET, 1),), (), ())), "pdu.update.reach[0].safi"),
        (Pdu(2, "", update=Update(4, (), (), (), (Route(0, "", UNSET, 1, 1),), (), ())), None),
        (Pdu(3, ""), "pdu.notification"),
        (Pdu(5, ""), "pdu.route_refresh"),
    ],
)
def test_parts_owe_keys_of_their_own(pdu: Pdu, path: str | None) -> None:
    assert missing(Message(3, 0, 60, PEER, pdu=pdu), 2, "parsed") == path


@pytest.mark.parametrize(
    "message, depth, bgp, count",
    [
        (replace(WHOLE, length=None, rest=None), 3, "none", 2),
        (replace(WHOLE, length=None, rest=None), 1, "none", 1),
        (replace(WHOLE, peer=replace(PEER, seconds=None, microseconds=None)), 2, "none", 2),
        (replace(WHOLE, tlvs=(Tlv(0, "", None, None), Tlv(0, None, None, "Free"))), 3, "none", 3),
        (replace(WHOLE, sent_open=None, received_open=Pdu(1, None)), 3, "raw", 2),
        (replace(WHOLE, sent_open=None, received_open=Pdu(1, None)), 3, "none", 0),
    ],
)
def test_nulls_are_counted_at_the_declared_depth(message: Message, depth: int, bgp: str, count: int) -> None:
    assert hidden(message, depth, bgp) == count  # type: ignore[arg-type]


def test_our_own_view_hides_nothing() -> None:
    message = show_octets(raw.peer_up(raw.tlv(0, b"a"), sent=raw.sent_open(raw.as4(1))), PROFILES["bmp-2026"])
    assert message is not None
    assert hidden(message, 3, "parsed") == 0
