"""Requests for encoders: texts of all kinds, types of other messages, orders that none keeps by type."""

from random import Random

import pytest

import raw
from bmpconform.fuzz.mutate import Mutator
from bmpconform.fuzz.mutate_neutral import LONGEST_TEXT, TOO_LONG
from bmpconform.neutral import Message, NeutralError, build, request
from bmpconform.wire.codec import decode, encode
from vectors import shown

MANY = 1500
UP = request(shown(raw.peer_up(raw.tlv(0, b"one"), raw.tlv(3, b"two"))))
REPORT = request(shown(raw.statistics(raw.tlv(0, raw.u32(1)), raw.tlv(7, raw.u64(2)))))
DOWN = request(shown(raw.peer_down(2, raw.u16(24))))


def made(message: Message, seed: int = 1, many: int = MANY) -> list[Message]:
    mutator = Mutator(Random(seed))  # noqa: S311 - the same each time
    return [mutator.of_message(message) for _ in range(many)]


@pytest.fixture(scope="module")
def ups() -> list[Message]:
    return made(UP)


def values(messages: list[Message]) -> set[bytes]:
    return {bytes.fromhex(tlv.value or "") for message in messages for tlv in message.tlvs or ()}


def test_the_same_seed_asks_for_the_same() -> None:
    assert made(UP, many=50) == made(UP, many=50)
    assert made(UP, many=50) != made(UP, seed=2, many=50)


def test_texts_are_empty_hold_nuls_and_are_as_long_as_can_be_and_longer(ups: list[Message]) -> None:
    texts = values(ups)
    assert {0, LONGEST_TEXT, TOO_LONG} <= set(map(len, texts))
    assert any(text.endswith(b"\0") for text in texts)
    assert any(b"\0" in text[:-1] for text in texts)


def test_types_of_an_initiation_are_asked_for_in_peer_up(ups: list[Message]) -> None:
    types = {tlv.type for message in ups for tlv in message.tlvs or ()}
    assert {0, 1, 2, 3, 4, 65535} <= types


def test_one_type_stands_in_front_of_another_and_behind_it(ups: list[Message]) -> None:
    orders = [tuple(tlv.type for tlv in message.tlvs or ()) for message in ups]
    assert any(len(order) == 3 and order[0] == order[2] != order[1] for order in orders)


def test_numbers_are_changed_where_there_are_no_tlvs() -> None:
    downs = made(DOWN)
    assert {message.fsm_event for message in downs} >= {0, 28, 65535}
    assert len({message.peer.asn for message in downs if message.peer}) > 5


def test_statistics_come_and_go() -> None:
    assert {len(message.statistics or ()) for message in made(REPORT)} >= {1, 2, 3}


@pytest.mark.parametrize("message", [UP, REPORT, DOWN], ids=["up", "report", "down"])
def test_what_is_asked_for_is_what_our_encoder_writes_or_cannot_be_framed(message: Message) -> None:
    for asked in made(message, many=300):
        if max(map(len, values([asked])), default=0) >= TOO_LONG:
            with pytest.raises(NeutralError, match="does not fit"):
                build(asked)
        else:
            frame = build(asked)
            assert encode(decode(frame)) == frame
