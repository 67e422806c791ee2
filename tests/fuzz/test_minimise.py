"""Inputs are made small without losing what they show, in few questions."""

from collections.abc import Callable, Sequence

import pytest

import raw
from bmpconform.fuzz.minimise import minimised

UP = raw.peer_up(raw.tlv(0, b"one"), raw.tlv(3, b"a table\0name"), raw.tlv(4, b"three"))
SESSION = raw.initiation(raw.MANDATORY_TLVS) + UP + raw.termination(raw.tlv(1, b"\0\0"))


def each(holds: Callable[[bytes], bool]) -> Callable[[Sequence[bytes]], list[bool]]:
    """Return what says of several octets whether it holds."""
    return lambda inputs: list(map(holds, inputs))


@pytest.mark.parametrize("at_once", [2, 16])
def test_it_comes_to_the_same_however_many_are_asked_about_at_once(at_once: int) -> None:
    shows = each(lambda octets: b"\0\3" in octets and b"\0n" in octets)
    assert minimised(SESSION, shows, 1000, at_once) == minimised(SESSION, shows, 1000)


def test_only_the_message_and_the_tlv_that_show_it_are_left() -> None:
    small = minimised(SESSION, each(lambda octets: b"\0\3" in octets and b"\0n" in octets), 500)
    assert raw.tlv(3, b"\0n") in small
    assert int.from_bytes(small[1:5]) == len(small) < len(UP)
    assert small[5] == raw.PEER_UP
    assert b"three" not in small


def test_numbers_that_do_not_matter_become_zero() -> None:
    small = minimised(UP, each(lambda octets: octets[5:6] == b"\3" and len(octets) >= 126), 500)
    assert small[6:68] == bytes(62)


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
    assert len(shown) <= 40
