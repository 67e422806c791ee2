"""A message that has no octets is made small and plain, and stays one that has none."""

from collections.abc import Callable

import pytest

import raw
from bmpconform.fuzz.asked import can_be_framed
from bmpconform.fuzz.minimise import Shrinking
from bmpconform.fuzz.simpler_messages import MESSAGE_STEPS
from bmpconform.neutral import Message, request
from bmpconform.neutral.form import Peer, Tlv
from bmpconform.wire.value import replace
from vectors import shown

LONG = Tlv(2, "9a00" * 40_000)
UP = request(shown(raw.peer_up(raw.tlv(3, b"one"), raw.tlv(4, b"two"))))
MET = replace(UP, tlvs=(Tlv(3, "6f6e65"), LONG, Tlv(4, "9a079a079a07"), LONG))
LEAST = Tlv(0, "78" * 65_536)


def smallest(shows: Callable[[Message], bool], tries: int = 500) -> Message:
    """Return what the message that was met becomes; what is asked about never has octets."""
    shrinking = Shrinking(MET, MESSAGE_STEPS, tries, 4)
    while some := shrinking.question():
        assert not any(map(can_be_framed, some))
        shrinking.answer(list(map(shows, some)))
    return shrinking.smallest


def test_one_plain_text_that_is_too_long_is_left() -> None:
    small = smallest(lambda _: True)
    assert small.tlvs == (LEAST,)
    assert (small.local_port, small.remote_port, small.local_address) == (0, 0, "0" * 32)
    assert small.peer == Peer(0, 0, "0" * 16, "0" * 32, 0, "0" * 8, 0, 0)
    assert (small.sent_open, small.received_open) == (UP.sent_open, UP.received_open)


@pytest.mark.parametrize("octets", [1, 5])
def test_what_else_shows_it_is_left_as_plain(octets: int) -> None:
    small = smallest(lambda message: any(0 < octets <= len(tlv.value or "") // 2 < 9 for tlv in message.tlvs or ()))
    assert sorted(small.tlvs or (), key=lambda tlv: len(tlv.value or "")) == [Tlv(0, "78" * octets), LEAST]


def test_a_number_that_matters_is_left() -> None:
    small = smallest(lambda message: isinstance(message.peer, Peer) and message.peer.asn == raw.PEER_AS)
    assert small.peer == Peer(0, 0, "0" * 16, "0" * 32, raw.PEER_AS, "0" * 8, 0, 0)


def test_no_more_is_asked_than_allowed() -> None:
    asked: list[Message] = []

    def shows(message: Message) -> bool:
        asked.append(message)
        return False

    assert smallest(shows, 7) == MET
    assert len(asked) == 7
