"""Inputs are made small and plain without losing what they show, in few questions."""

from collections.abc import Callable, Sequence

import pytest

import raw
from bmpconform.fuzz.minimise import minimised
from bmpconform.wire.codec import decode
from bmpconform.wire.messages import Initiation

UP = raw.peer_up(raw.tlv(0, b"one"), raw.tlv(3, b"a table\0name"), raw.tlv(4, b"three"))
SESSION = raw.initiation(raw.MANDATORY_TLVS) + UP + raw.termination(raw.tlv(1, b"\0\0"))


def each(holds: Callable[[bytes], bool]) -> Callable[[Sequence[bytes]], list[bool]]:
    """Return what says of several octets whether it holds."""
    return lambda inputs: list(map(holds, inputs))


@pytest.mark.parametrize("at_once", [2, 16])
def test_it_comes_to_the_same_however_many_are_asked_about_at_once(at_once: int) -> None:
    shows = each(lambda octets: b"\0\3" in octets and b"\0nam" in octets)
    assert minimised(SESSION, shows, 1000, at_once) == minimised(SESSION, shows, 1000)


def test_only_the_message_and_the_tlv_that_show_it_are_left() -> None:
    small = minimised(SESSION, each(lambda octets: b"\0\3" in octets and b"\0nam" in octets), 500)
    assert raw.tlv(3, b"\0nam") in small
    assert int.from_bytes(small[1:5]) == len(small) < len(UP)
    assert small[5] == raw.PEER_UP
    assert b"three" not in small


def test_numbers_that_do_not_matter_become_zero() -> None:
    small = minimised(UP, each(lambda octets: octets[5:6] == b"\3" and len(octets) >= 126), 500)
    assert small[6:68] == bytes(62)


def octets_of_texts(octets: bytes) -> list[bytes]:
    """Return the values of the TLVs of an Initiation whose lengths are right."""
    message = decode(octets)
    return [tlv.value for tlv in message.tlvs] if isinstance(message, Initiation) and not message.rest else []


@pytest.mark.parametrize(
    "shows, plain",
    [
        (lambda text: len(text) == 8, b"x" * 8),
        (lambda text: len(text) > 3 and text[3] > 127, b"xxx\xff"),
        (lambda text: len(text) > 5 and text[2] == 0x9A, b"xx\x9axxx"),
        (lambda text: len(text) == 4 and text.endswith(b"\0"), b"xxx\0"),
    ],
)
def test_a_text_that_does_not_matter_becomes_letters(shows: Callable[[bytes], bool], plain: bytes) -> None:
    met = raw.initiation(raw.tlv(1, b"\x01\x9a\x00\x7a\xff\x13"), raw.tlv(2, bytes.fromhex("9a009a80ff7151007e11")))
    held = met + raw.initiation(raw.tlv(2, bytes.fromhex("9a007aff1371517e")), raw.tlv(2, b"abc\0"))
    small = minimised(held, each(lambda octets: any(map(shows, octets_of_texts(octets)))), 500)
    assert small == raw.initiation(raw.tlv(0, plain))


def test_a_value_that_is_no_text_becomes_zeros() -> None:
    met = raw.termination(raw.tlv(1, b"\x9a\x31")) + raw.initiation(raw.tlv(77, b"\x9a\x31\x07"))
    small = minimised(met, each(lambda octets: b"\0\1\0\2" in octets and b"\0\x4d\0\3" in octets), 500)
    assert small == raw.termination(raw.tlv(1, bytes(2))) + raw.initiation(raw.tlv(77, bytes(3)))


def test_a_marker_becomes_ones_and_a_body_that_does_not_parse_zeros() -> None:
    def shows(octets: bytes) -> bool:
        return len(octets) == 70 and octets[5:6] + octets[66:67] == b"\0\x09"

    met = raw.route_monitoring(raw.bgp(9, b"\x9a\x07\x31", marker=bytes(range(16))))
    assert minimised(met, each(shows), 500)[48:] == raw.bgp(9, bytes(3))


def test_a_value_that_is_not_read_is_cut() -> None:
    met = raw.message(raw.MIRRORING, raw.peer(), raw.tlv(0, b"no PDU") + raw.tlv(77, b"\x9a" * 40))
    small = minimised(met, each(lambda octets: octets[5:6] == b"\6" and b"\0\x4d" in octets), 500)
    assert small == raw.message(raw.MIRRORING, bytes(42), raw.tlv(77, b""))


def test_a_number_that_must_not_be_zero_becomes_one() -> None:
    met = raw.peer_down(1, of=raw.peer(asn=0x51C3AA19))
    small = minimised(met, each(lambda octets: octets[5:6] == b"\2" and any(octets[32:36])), 500)
    assert small[32:36] in {bytes(place) + b"\1" + bytes(3 - place) for place in range(4)}
    assert not any(small[6:32])
    assert not any(small[36:])


def test_lengths_and_counts_that_need_not_lie_are_right() -> None:
    lying = raw.message(raw.STATISTICS, raw.peer(), raw.u32(99), raw.tlv(7, raw.u64(2), length=77), length=9999)
    small = minimised(lying, each(lambda octets: b"\0\x07" in octets[48:] and len(octets) >= 64), 500)
    assert small == raw.message(raw.STATISTICS, bytes(42), raw.u32(1), raw.tlv(7, raw.u64(0)))


def test_a_length_that_has_to_lie_lies_by_one() -> None:
    def shows(octets: bytes) -> bool:
        return len(octets) == 6 and octets[:1] + octets[5:] == b"\3\4" and int.from_bytes(octets[1:5]) > 6

    assert minimised(raw.header(raw.INITIATION, length=0x63), each(shows), 500).hex() == "030000000704"


def test_a_statistic_less_is_counted() -> None:
    report = raw.statistics(raw.tlv(0, raw.u32(1)), raw.tlv(7, raw.u64(2)))
    small = minimised(report, each(lambda octets: raw.tlv(7, raw.u64(2)) in octets and octets[51:52] == b"\1"), 100)
    assert small.endswith(raw.u32(1) + raw.tlv(7, raw.u64(2)))


def test_no_more_is_asked_than_allowed() -> None:
    asked: list[bytes] = []

    def shows(octets: bytes) -> bool:
        asked.append(octets)
        return False

    assert minimised(SESSION, each(shows), 7) == SESSION
    assert len(asked) == 7


def test_nothing_is_asked_twice() -> None:
    asked: list[bytes] = []

    def shows(octets: bytes) -> bool:
        asked.append(octets)
        return b"three" in octets

    minimised(SESSION, each(shows), 500)
    assert len(asked) == len(set(asked))


def test_few_of_those_that_are_asked_about_still_show_it() -> None:
    up = raw.peer_up(*(raw.tlv(0, b"x" * 300) for _ in range(20)), raw.tlv(3, b"y" * 900 + b"!" + b"z" * 90))
    shown: list[bytes] = []

    def shows(octets: bytes) -> bool:
        if b"y!" not in octets:
            return False
        shown.append(octets)
        return True

    small = minimised(up * 8, each(shows), 1000)
    assert small.endswith(raw.tlv(0, b"y!"))
    assert len(small) <= len(raw.peer_up(raw.tlv(0, b"y!")))
    assert len(shown) <= 30
