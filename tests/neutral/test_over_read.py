"""What a target shows of octets that are copied as they are has to lie in the frame."""

import pytest

from bmpconform.neutral import Message, over_read
from bmpconform.neutral.form import Notification, Open, Pdu, Peer, RouteRefresh, Statistic, Tlv

FRAME = bytes.fromhex("030000000a0412345678")


@pytest.mark.parametrize(
    "message, path",
    [
        (Message(), None),
        (Message(tlvs=None, statistics=None), None),
        (Message(tlvs=(Tlv(0, "3456"), Tlv(0, None), Tlv(0, ""))), None),
        (Message(tlvs=(Tlv(0, "12345678"), Tlv(0, "567800"))), "tlvs[1].value"),
        (Message(tlvs=(Tlv(0, "2345"),)), "tlvs[0].value"),
        (Message(statistics=(Statistic(0, "5678"), Statistic(0, None, "1"))), None),
        (Message(statistics=(Statistic(0, "7856"),)), "statistics[0].data"),
        (Message(rest="5678"), None),
        (Message(rest="567800"), "rest"),
        (Message(peer=Peer(bgp_id="12345678", distinguisher="0000000a04123456")), None),
        (Message(peer=Peer(bgp_id="34567800")), "peer.bgp_id"),
        (Message(peer=Peer(distinguisher="04" * 8)), "peer.distinguisher"),
        (Message(peer=Peer(address="00" * 12 + "12345678")), None),
        (Message(peer=Peer(address="00" * 12 + "34567812")), "peer.address"),
        (Message(local_address="20" * 16), "local_address"),
        (Message(sent_open=Pdu(1, "ff", open=Open(bgp_id="9a9a9a9a"))), "sent_open.open.bgp_id"),
        (Message(pdu=Pdu(3, "ff", notification=Notification(6, 2, "5678"))), None),
        (Message(pdu=Pdu(3, "ff", notification=Notification(6, 2, "567800"))), "pdu.notification.data"),
        (
            Message(tlvs=(Tlv(0, "", pdu=Pdu(5, route_refresh=RouteRefresh(data="99"))),)),
            "tlvs[0].pdu.route_refresh.data",
        ),
    ],
)
def test_a_value_that_is_no_piece_of_the_frame_is_named(message: Message, path: str | None) -> None:
    assert over_read(message, FRAME) == path


def test_octets_begin_at_a_whole_octet() -> None:
    message = Message(tlvs=(Tlv(0, "1111"),))
    assert over_read(message, bytes.fromhex("011110")) == "tlvs[0].value"
    assert over_read(message, bytes.fromhex("0111101111")) is None
