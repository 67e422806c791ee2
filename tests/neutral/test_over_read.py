"""What a target shows of TLVs has to lie in the frame."""

import pytest

from bmpconform.neutral import Message, over_read
from bmpconform.neutral.form import Statistic, Tlv

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
    ],
)
def test_a_value_that_is_no_piece_of_the_frame_is_named(message: Message, path: str | None) -> None:
    assert over_read(message, FRAME) == path


def test_octets_begin_at_a_whole_octet() -> None:
    message = Message(tlvs=(Tlv(0, "1111"),))
    assert over_read(message, bytes.fromhex("011110")) == "tlvs[0].value"
    assert over_read(message, bytes.fromhex("0111101111")) is None
