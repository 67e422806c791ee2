"""What lies in a frame is found at every depth, and behind another lie."""

import pytest

import raw
from bmpconform.fuzz.righted import lies_in

UP = raw.peer_up(raw.tlv(0, b"one"), raw.tlv(3, b"two"))
REPORT = raw.statistics(raw.tlv(0, raw.u32(1)), raw.tlv(7, raw.u64(2)))
ROUTES = raw.route_monitoring(raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES))
COUNT, PDU = 48, 48
PDU_LENGTH, ATTRIBUTES_LENGTH, FIRST_ATTRIBUTE_LENGTH = PDU + 16, PDU + 21, PDU + 25


def put(frame: bytes, offset: int, octets: bytes) -> bytes:
    """Return a frame with other octets at an offset."""
    return frame[:offset] + octets + frame[offset + len(octets) :]


@pytest.mark.parametrize("frame", [UP, REPORT, ROUTES, b"", b"\3\0\0\0\6"])
def test_what_is_right_or_no_header_does_not_lie(frame: bytes) -> None:
    assert lies_in(frame) == []


@pytest.mark.parametrize(
    "frame, offset, lie",
    [
        (UP, 0, b"\7"),
        (UP, 1, raw.u32(5)),
        (UP, 1, raw.u32(len(UP) + 1)),
        (UP, len(UP) - 5, raw.u16(4)),
        (REPORT, COUNT, raw.u32(1)),
        (REPORT, COUNT, raw.u32(3)),
        (ROUTES, PDU_LENGTH, raw.u16(18)),
        (ROUTES, PDU_LENGTH, raw.u16(65535)),
        (ROUTES, ATTRIBUTES_LENGTH, raw.u16(65535)),
    ],
)
def test_a_lie_is_found_with_what_is_right(frame: bytes, offset: int, lie: bytes) -> None:
    (found,) = lies_in(put(frame, offset, lie))
    assert (found.offset, found.octets) == (offset, len(lie))
    assert put(frame, offset, lie) != put(frame, offset, found.right.to_bytes(found.octets)) == frame


def test_what_lies_behind_a_lie_is_found_too() -> None:
    lying = put(put(put(ROUTES, 1, raw.u32(99)), PDU_LENGTH, raw.u16(0)), ATTRIBUTES_LENGTH, raw.u16(9999))
    assert [lie.offset for lie in lies_in(lying)] == [1, PDU_LENGTH, ATTRIBUTES_LENGTH]


def test_one_that_counts_too_much_counts_what_is_there() -> None:
    (found,) = lies_in(put(ROUTES, FIRST_ATTRIBUTE_LENGTH, b"\xff"))
    assert found.right == len(ROUTES) - FIRST_ATTRIBUTE_LENGTH - 1
