"""Octets that lie about themselves: each gives a message that keeps them all, and encodes to them again.

Why with what is read of them: "does not raise" would hold of a decoder that reads nothing.
"""

import sys
import time

import pytest

import raw
from bmpconform.wire import interpret
from bmpconform.wire.bgp import ExtendedParameters, Open, Parameters, Pdu
from bmpconform.wire.codec import decode, encode, reader
from bmpconform.wire.errors import WireError
from bmpconform.wire.messages import (
    PEER,
    Initiation,
    InitiationTlv,
    Malformed,
    Message,
    Peer,
    PeerDown,
    PeerUp,
    RouteMirroring,
    RouteMonitoring,
    StatisticsReport,
    Termination,
    Unframed,
    Unknown,
)

FIXED = raw.ROUTER_ADDRESS + raw.u16(179) + raw.u16(40000)


def read(octets: bytes) -> Message:
    """Decode, by both engines and back."""
    message = decode(octets)
    assert message == interpret.decode(octets)
    assert encode(message) == octets
    return message


def peer_up(sent: bytes, received: bytes = b"", *tlvs: bytes) -> PeerUp:
    message = read(raw.message(raw.PEER_UP, raw.peer(), FIXED, sent, received, *tlvs))
    assert isinstance(message, PeerUp)
    return message


@pytest.mark.parametrize("length", range(6))
def test_fewer_octets_than_a_header_are_no_frame(length: int) -> None:
    octets = raw.message(raw.INITIATION)[:length]
    assert read(octets) == Unframed(octets)


@pytest.mark.parametrize("message_type", range(8))
@pytest.mark.parametrize("length", [0, 1, 5, 7, 0xFFFFFFFF])
def test_a_length_that_is_not_that_of_the_octets_is_no_frame(message_type: int, length: int) -> None:
    octets = raw.message(message_type, length=length)
    assert read(octets) == Unframed(octets)


@pytest.mark.parametrize("version", [0, 1, 2, 4, 255])
def test_another_version_is_no_frame(version: int) -> None:
    octets = raw.message(raw.INITIATION, raw.tlv(1, b"a"), version=version)
    assert read(octets) == Unframed(octets)


@pytest.mark.parametrize(
    "message_type, expected",
    [
        (0, Malformed(0, None)),
        (1, Malformed(1, None)),
        (2, Malformed(2, None)),
        (3, Malformed(3, None)),
        (4, Initiation(())),
        (5, Termination(())),
        (6, Malformed(6, None)),
        (7, Unknown(7)),
        (255, Unknown(255)),
    ],
)
def test_a_header_alone_is_a_message_that_holds_nothing(message_type: int, expected: Message) -> None:
    assert read(raw.message(message_type)) == expected


def test_a_per_peer_header_that_is_cut_is_kept() -> None:
    octets = raw.peer()[:41]
    assert read(raw.message(raw.PEER_UP, octets)) == Malformed(3, None, octets)


def test_fixed_fields_that_are_cut_are_kept_behind_the_peer() -> None:
    message = read(raw.message(raw.PEER_UP, raw.peer(), FIXED[:19]))
    assert isinstance(message, Malformed)
    assert isinstance(message.peer, Peer)
    assert message.rest == FIXED[:19]


def test_a_tlv_of_one_octet_too_many_takes_nothing_that_is_not_there() -> None:
    first, second = raw.tlv(1, b"a"), raw.tlv(2, b"bcd", length=4)
    assert read(raw.message(raw.INITIATION, first, second)) == Initiation((InitiationTlv(1, b"a"),), second)


def test_a_tlv_of_one_octet_too_few_leaves_it_behind() -> None:
    message = read(raw.message(raw.INITIATION, raw.tlv(1, b"ab", length=1)))
    assert message == Initiation((InitiationTlv(1, b"a"),), b"b")


@pytest.mark.parametrize("octets", [1, 2, 3])
def test_less_than_the_header_of_a_tlv_is_left_behind(octets: int) -> None:
    assert read(raw.message(raw.TERMINATION, bytes(octets))) == Termination((), bytes(octets))


def test_the_longest_string_and_none_at_all_are_whole() -> None:
    message = read(raw.message(raw.INITIATION, raw.tlv(0, b"x" * 65535), raw.tlv(0)))
    assert message == Initiation((InitiationTlv(0, b"x" * 65535), InitiationTlv(0, b"")))


@pytest.mark.parametrize("length", [0, 18, 65535])
def test_an_open_whose_length_cannot_be_is_not_framed_nor_is_what_follows(length: int) -> None:
    sent, received = raw.bgp(raw.OPEN, bytes(10), length=length), raw.bgp(raw.OPEN, bytes(10))
    message = peer_up(sent, received)
    assert (message.sent_open, message.received_open, message.tlvs) == (None, None, ())
    assert message.rest == sent + received


@pytest.mark.parametrize("length", [19, 27, 28, 29, 4096, 4097])
def test_an_open_of_this_length_is_framed(length: int) -> None:
    body = bytes([4, 0, 1, 0, 90, 10, 0, 0, 1, 0]).ljust(length - 19, b"\0")[: length - 19]
    message = peer_up(raw.bgp(raw.OPEN, body), raw.bgp(raw.OPEN, body))
    assert isinstance(message.sent_open, Pdu)
    assert isinstance(message.sent_open.body, Open) == (length >= 28)
    assert message.received_open == message.sent_open
    if isinstance(message.sent_open.body, Open):
        assert message.sent_open.body.rest == bytes(max(0, length - 29))
        assert (message.sent_open.body.parameters is None) == (length == 28)


def test_parameters_that_go_past_the_open_are_kept_as_they_are() -> None:
    body = bytes([4, 0, 1, 0, 90, 10, 0, 0, 1, 5, 2, 1])
    message = peer_up(raw.bgp(raw.OPEN, body), raw.bgp(raw.OPEN, body))
    assert isinstance(message.sent_open, Pdu)
    assert message.sent_open.body == Open(4, 1, 90, b"\x0a\0\0\1", None, b"\5\2\1")


def test_extended_parameters_that_leave_octets_behind_are_not_taken_for_classic_ones() -> None:
    # As classic parameters they would fit: types 255 and 1, both empty.
    body = bytes([4, 0, 1, 0, 90, 10, 0, 0, 1]) + bytes.fromhex("04 ff 0001 00")
    message = peer_up(raw.bgp(raw.OPEN, body), raw.bgp(raw.OPEN, body))
    assert isinstance(message.sent_open, Pdu)
    assert isinstance(message.sent_open.body, Open)
    assert message.sent_open.body.parameters == ExtendedParameters(4, (), b"\0")


def test_an_old_length_of_zero_means_that_there_are_no_parameters() -> None:
    body = bytes([4, 0, 1, 0, 90, 10, 0, 0, 1]) + bytes.fromhex("00 ff 0000")
    message = peer_up(raw.bgp(raw.OPEN, body), raw.bgp(raw.OPEN, body))
    assert isinstance(message.sent_open, Pdu)
    assert message.sent_open.body == Open(4, 1, 90, b"\x0a\0\0\1", Parameters(), b"\xff\0\0")


def test_a_count_of_four_thousand_million_costs_nothing() -> None:
    octets = raw.message(raw.STATISTICS, raw.peer(), raw.u32(0xFFFFFFFF), raw.tlv(0, raw.u32(1)))
    start = time.perf_counter()
    message = read(octets)
    assert time.perf_counter() - start < 1
    assert isinstance(message, StatisticsReport)
    assert message.count == 0xFFFFFFFF
    assert len(message.statistics) == 1
    assert sys.getsizeof(message.statistics) < 100


def test_a_count_of_zero_leaves_the_statistics_behind() -> None:
    statistic = raw.tlv(0, raw.u32(1))
    message = read(raw.message(raw.STATISTICS, raw.peer(), raw.u32(0), statistic))
    assert isinstance(message, StatisticsReport)
    assert (message.count, message.statistics, message.rest) == (0, (), statistic)


@pytest.mark.parametrize("octets", [0, 3, 5, 8])
def test_a_counter_of_another_length_is_kept_raw(octets: int) -> None:
    message = read(raw.message(raw.STATISTICS, raw.peer(), raw.u32(1), raw.tlv(0, bytes(octets))))
    assert isinstance(message, StatisticsReport)
    assert message.statistics[0].data == bytes(octets)


def test_an_update_whose_lengths_do_not_fit_is_kept_raw() -> None:
    body = bytes.fromhex("0003 0a")
    message = read(raw.message(raw.ROUTE_MONITORING, raw.peer(), raw.bgp(raw.UPDATE, body)))
    assert isinstance(message, RouteMonitoring)
    assert message.pdu == Pdu(raw.MARKER, 2, body)


def test_a_mirrored_pdu_that_is_cut_is_kept_raw() -> None:
    pdu = raw.bgp(raw.KEEPALIVE)[:-1]
    message = read(raw.message(raw.MIRRORING, raw.peer(), raw.tlv(0, pdu)))
    assert isinstance(message, RouteMirroring)
    assert message.tlvs[0].value == pdu


@pytest.mark.parametrize("reason", [1, 2, 3])
def test_a_peer_down_without_what_its_reason_has_is_whole(reason: int) -> None:
    message = read(raw.message(raw.PEER_DOWN, raw.peer(), raw.u8(reason)))
    assert isinstance(message, PeerDown)
    assert (message.reason, message.pdu, message.fsm_event, message.rest) == (reason, None, None, b"")


def test_half_an_fsm_event_is_left_behind() -> None:
    message = read(raw.message(raw.PEER_DOWN, raw.peer(), b"\2\0"))
    assert isinstance(message, PeerDown)
    assert (message.fsm_event, message.rest) == (None, b"\0")


@pytest.mark.parametrize(
    "message, text",
    [
        (Initiation((InitiationTlv(0, b""), InitiationTlv(65536, b""))), "tlvs[1].type cannot be encoded: 65536 does"),
        (
            Initiation((InitiationTlv(0, bytes(65536)),)),
            "tlvs[0].length cannot be encoded: 65536 does not fit 2 octets",
        ),
        (Unknown(256), "type cannot be encoded: 256 does not fit 1 octets"),
        (Unknown(-1), "type cannot be encoded: -1 does not fit 1 octets"),
        (
            RouteMonitoring(Peer(0, 0, bytes(7), bytes(16), 0, bytes(4), 0, 0), None),
            "peer.distinguisher cannot be encoded: 8 octets expected, 7 given",
        ),
    ],
)
def test_a_value_that_no_field_holds_is_refused_with_its_place(message: Message, text: str) -> None:
    with pytest.raises(WireError) as refused:
        encode(message)
    assert str(refused.value).startswith(text)


def test_a_reader_takes_octets_that_one_record_fills_and_no_others() -> None:
    read_peer = reader(PEER)
    assert isinstance(read_peer(raw.peer()), Peer)
    assert read_peer(raw.peer()[:-1]) is None
    assert read_peer(raw.peer() + b"\0") is None
