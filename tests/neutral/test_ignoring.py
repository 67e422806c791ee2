"""What a decoder may leave out, and what not."""

import pytest

import raw
from bmpconform.neutral import compare
from bmpconform.neutral.difference import Difference
from bmpconform.wire.value import replace
from vectors import PROFILE, shown

UNKNOWN_TLV = raw.tlv(9, b"?")
RESERVED_TLV = raw.tlv(1, b"x")
STRING, LABEL = raw.tlv(0, b"a"), raw.tlv(4, b"b")
REJECTED = raw.tlv(0, raw.u32(1))
LATER = raw.tlv(14, raw.u64(2))
UNKNOWN_STATISTIC = raw.tlv(500, b"??")
ODD_LENGTH = raw.tlv(1, b"odd")


def difference(frame: bytes, *places: int, may_ignore: bool = True) -> Difference | None:
    """Return what a decoder is held against that shows only the items at `places`."""
    message = shown(frame)
    key = "tlvs" if isinstance(message.tlvs, tuple) else "statistics"
    items = getattr(message, key)
    seen = replace(message, **{key: tuple(items[place] for place in places)})
    return compare(message, seen, 3, "parsed", PROFILE, may_ignore=may_ignore)


@pytest.mark.parametrize("ignored", [UNKNOWN_STATISTIC, ODD_LENGTH])
def test_statistics_that_must_be_ignored_may_be_absent(ignored: bytes) -> None:
    assert difference(raw.statistics(REJECTED, ignored, REJECTED), 0, 2) is None


@pytest.mark.parametrize(
    "frame, places, path",
    [
        (raw.statistics(REJECTED, LATER), (0,), "statistics[1]"),
        (raw.peer_up(UNKNOWN_TLV, STRING), (1,), "tlvs[0]"),
        (raw.peer_up(STRING, RESERVED_TLV), (0,), "tlvs[1]"),
        (raw.peer_up(UNKNOWN_TLV), (), "tlvs[0]"),
    ],
)
def test_what_need_not_be_known_is_missed_and_tolerated(frame: bytes, places: tuple[int, ...], path: str) -> None:
    found = difference(frame, *places)
    assert found is not None
    assert (found.code, found.path, found.seen, found.tolerated) == ("ignored", path, "absent", True)


@pytest.mark.parametrize(
    "frame, places, path",
    [
        (raw.statistics(REJECTED, UNKNOWN_STATISTIC), (1,), "statistics[0]"),
        (raw.peer_up(STRING, LABEL), (0,), "tlvs[1]"),
        (raw.peer_up(UNKNOWN_TLV, STRING, LABEL), (0, 1), "tlvs[2]"),
        (raw.peer_up(UNKNOWN_TLV, STRING, LABEL), (1,), "tlvs[0]"),
    ],
)
def test_what_has_to_be_known_is_lost(frame: bytes, places: tuple[int, ...], path: str) -> None:
    found = difference(frame, *places)
    assert found is not None
    assert (found.code, found.path, found.tolerated) == ("tlv-lost", path, False)


def test_an_encoder_may_leave_out_nothing() -> None:
    found = difference(raw.peer_up(UNKNOWN_TLV), may_ignore=False)
    assert found is not None
    assert found.code == "tlv-lost"


def test_what_follows_is_told_at_its_own_place() -> None:
    message = shown(raw.peer_up(UNKNOWN_TLV, STRING))
    assert isinstance(message.tlvs, tuple)
    seen = replace(message, tlvs=(replace(message.tlvs[1], meaning="admin_label"),))
    found = compare(message, seen, 3, "parsed", PROFILE)
    assert found is not None
    assert found.path == "tlvs[1].meaning"
