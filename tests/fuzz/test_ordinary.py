"""What no document of BGP has a speaker refuse has to be taken, and of all else a campaign asks nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import raw
from bmpconform import neutral
from bmpconform.corpus.vector import ItemStatus, Observation, Op
from bmpconform.fuzz.oracle import Oracle
from vectors import PROFILE

ORACLE = Oracle(PROFILE)
ROUTE = raw.PREFIX
VPN_ROUTE = raw.prefix(24 + 64 + 24, raw.label(16) + bytes(7) + b"\1" + bytes((192, 0, 2)))
VPN_NEXT_HOP = bytes(8) + raw.PEER_ID
IPV6_ROUTE = raw.prefix(32, bytes.fromhex("20010db8"))
IPV6_NEXT_HOP = bytes.fromhex("20010db8000000000000000000000001")


def is_demanded(octets: bytes) -> bool:
    """Return whether a decoder has to take one message, which breaks none of the documents."""
    expectation = ORACLE.expect(octets)
    assert (expectation.op, expectation.clause) == (Op.DECODE, None)
    return {outcome.observation for outcome in expectation.vector.outcomes} == {Observation.ACCEPTED}


def up(*capabilities: bytes) -> bytes:
    return raw.peer_up(received=raw.received_open(*capabilities))


def update(*attributes: bytes, nlri: bytes = ROUTE) -> bytes:
    return raw.route_monitoring(raw.update_pdu(b"", b"".join(attributes), nlri))


def more(*attributes: bytes) -> bytes:
    return update(raw.MANDATORY_ATTRIBUTES, *attributes)


def reach(afi: int, safi: int, route: bytes, next_hop: bytes) -> bytes:
    return update(raw.ORIGIN_IGP, raw.AS_PATH, raw.mp_reach(afi, safi, route, next_hop=next_hop), nlri=b"")


def path(*segments: bytes, code: int = 2, flags: int = 0x40) -> bytes:
    return raw.attribute(flags, code, b"".join(segments))


@pytest.mark.parametrize(
    "octets",
    [
        up(raw.multiprotocol(1, 1), raw.multiprotocol(25, 70)),
        up(raw.capability(2), raw.capability(6), raw.capability(70), raw.capability(64, bytes.fromhex("0078"))),
        up(raw.add_path(1, 1, 1), raw.add_path(2, 1, 3), raw.as4(raw.PEER_AS)),
        up(raw.capability(73, b"\2r1\0"), raw.capability(9, b"\3"), raw.capability(239, b"any"), raw.capability(50)),
        up(raw.capability(5, bytes.fromhex("000100010002")), raw.capability(8, bytes.fromhex("00010402"))),
        more(raw.attribute(0xC0, 8, bytes(4)), raw.attribute(0xE0, 200, b"any"), raw.attribute(0x80, 4, bytes(4))),
        more(raw.attribute(0xD0, 32, bytes(12), length=12), raw.attribute(0xC0, 7, raw.u32(1) + raw.PEER_ID)),
        more(path(raw.as_segment(2, 65001), raw.as_segment(2, 7), code=17, flags=0xC0)),
        update(raw.ORIGIN_IGP, path(raw.as_segment(3, 65001), raw.as_segment(2, 1, 2)), raw.NEXT_HOP),
        update(raw.ORIGIN_IGP, path(), raw.NEXT_HOP),
        reach(2, 1, IPV6_ROUTE, IPV6_NEXT_HOP),
        reach(2, 1, IPV6_ROUTE, IPV6_NEXT_HOP * 2),
        reach(1, 1, ROUTE, IPV6_NEXT_HOP),
        reach(1, 128, VPN_ROUTE, VPN_NEXT_HOP),
        reach(1, 4, raw.prefix(48, raw.label(3) + bytes((192, 0, 2))), raw.PEER_ID),
        raw.route_monitoring(raw.END_OF_RIB),
        raw.route_monitoring(raw.update_pdu(b"", raw.mp_unreach(1, 4, raw.prefix(24, bytes.fromhex("800000"))))),
        raw.peer_down(1, raw.notification_pdu(6, 99)),
        raw.peer_down(1, raw.notification_pdu(6, 2, b"\3bye")),
        raw.peer_down(1, raw.notification_pdu(6, 1, bytes(7))),
        raw.peer_down(3, raw.notification_pdu(2, 7, raw.multiprotocol(1, 1) + raw.capability(2))),
        # The trailing bits of a prefix are irrelevant (RFC 4271, 4.3), and so is how odd that is which is mirrored.
        update(raw.MANDATORY_ATTRIBUTES, nlri=raw.prefix(20, bytes((192, 0, 255)))),
        raw.mirroring(raw.tlv(0, raw.update_pdu(b"", raw.attribute(0x00, 1, b"\7"), ROUTE))),
    ],
)
def test_what_is_ordinary_has_to_be_taken(octets: bytes) -> None:
    assert is_demanded(octets)


@pytest.mark.parametrize(
    "octets",
    [
        raw.peer_up(sent=raw.SENT_OPEN.replace(b"\4", b"\3", 1)),
        raw.peer_up(sent=raw.SENT_OPEN.replace(raw.u16(180), raw.u16(1), 1)),
        raw.peer_up(sent=raw.open_pdu(0)),
        raw.peer_up(sent=raw.open_pdu(bgp_id=bytes(4))),
        raw.peer_up(sent=raw.open_pdu(parameters=raw.parameter(1, b"old"))),
        raw.peer_up(sent=raw.open_pdu(parameters=raw.parameter(2, b""))),
        up(raw.capability(1, bytes(3))),
        up(raw.capability(1, bytes.fromhex("0001ff01"))),
        up(raw.capability(2, b"\0")),
        up(raw.capability(8, bytes.fromhex("00010401"))),
        up(raw.capability(9, b"\5")),
        up(raw.capability(64, bytes(3))),
        up(raw.add_path(1, 1, 0)),
        up(raw.capability(69)),
        up(raw.capability(71, bytes(6))),
        up(raw.capability(73, b"\5r1\0")),
        up(raw.capability(73, b"\1\xff\0")),
        up(raw.capability(73)),
        up(raw.capability(3, b"\0")),
        update(raw.attribute(0x40, 1, b"\3"), raw.AS_PATH, raw.NEXT_HOP),
        update(raw.attribute(0xC0, 1, b"\0"), raw.AS_PATH, raw.NEXT_HOP),
        update(raw.ORIGIN_IGP, raw.AS_PATH, raw.attribute(0x40, 3, bytes((127, 0, 0, 1)))),
        update(raw.ORIGIN_IGP, raw.AS_PATH),
        update(raw.AS_PATH, raw.NEXT_HOP),
        more(raw.ORIGIN_IGP),
        more(raw.attribute(0x40, 200, b"")),
        more(raw.attribute(0xC0, 26, b"")),
        more(raw.attribute(0xC0, 8, b"")),
        more(raw.attribute(0xC0, 7, raw.u32(0) + raw.PEER_ID)),
        more(path(raw.as_segment(3, 65001), code=17, flags=0xC0)),
        more(path(raw.as_segment(2, 0), code=17, flags=0xC0)),
        more(path(raw.as_segment(2), code=17, flags=0xC0)),
        more(path(code=17, flags=0xC0)),
        update(raw.ORIGIN_IGP, path(raw.as_segment(5, 65001)), raw.NEXT_HOP),
        update(raw.ORIGIN_IGP, path(raw.as_segment(2, 65001), raw.as_segment(1, 7)), raw.NEXT_HOP),
        update(raw.ORIGIN_IGP, path(raw.as_segment(2)), raw.NEXT_HOP),
        update(raw.ORIGIN_IGP, path(raw.as_segment(2, 65001, 0)), raw.NEXT_HOP),
        update(raw.MANDATORY_ATTRIBUTES, nlri=raw.prefix(4, b"\xe0")),
        reach(2, 1, IPV6_ROUTE, raw.PEER_ID),
        reach(2, 1, raw.prefix(8, b"\xff"), IPV6_NEXT_HOP),
        reach(1, 4, raw.prefix(24, raw.label(3, bottom=False)), raw.PEER_ID),
        reach(1, 4, raw.prefix(24, bytes.fromhex("800000")), raw.PEER_ID),
        reach(1, 128, VPN_ROUTE.replace(bytes(7), b"\0\7" + bytes(5)), VPN_NEXT_HOP),
        reach(25, 70, b"", raw.PEER_ID),
        raw.peer_down(1, raw.notification_pdu(99, 1)),
        raw.peer_down(1, raw.notification_pdu(6, 2, b"\4bye")),
        raw.peer_down(1, raw.notification_pdu(6, 4, b"\1\xff")),
        raw.peer_down(1, raw.notification_pdu(6, 1, bytes(3))),
        raw.peer_down(3, raw.notification_pdu(2, 7, b"\1\4\0")),
    ],
)
def test_what_bgp_has_a_speaker_refuse_may_be_refused(octets: bytes) -> None:
    assert not is_demanded(octets)


@given(
    st.lists(
        st.tuples(st.sampled_from([0x40, 0x80, 0xC0]), st.integers(0, 34) | st.integers(0, 255), st.binary(max_size=20))
    )
)
def test_whatever_is_in_an_update_it_is_ordinary_or_not(attributes: list[tuple[int, int, bytes]]) -> None:
    odd = update(raw.MANDATORY_ATTRIBUTES, *(raw.attribute(*one) for one in attributes))
    assert ORACLE.expect(odd).op is Op.DECODE
    assert ORACLE.expect(raw.initiation(raw.MANDATORY_TLVS) + up() + odd).op is Op.STREAM


@given(st.lists(st.tuples(st.integers(0, 75) | st.integers(0, 255), st.binary(max_size=12))))
def test_whatever_is_in_an_open_it_is_ordinary_or_not(capabilities: list[tuple[int, bytes]]) -> None:
    odd = up(*(raw.capability(*one) for one in capabilities))
    assert ORACLE.expect(odd).op is Op.DECODE


def test_an_encoder_may_refuse_what_a_decoder_may() -> None:
    odd, plain = (ORACLE.expect_written(ORACLE.expect(octets)) for octets in (up(raw.capability(9, b"\5")), up()))
    assert odd is not None
    assert plain is not None
    assert Observation.REJECTED in {outcome.observation for outcome in odd.vector.outcomes}
    assert Observation.REJECTED not in {outcome.observation for outcome in plain.vector.outcomes}


def test_what_is_mirrored_is_read_however_odd_and_need_not_be_written() -> None:
    # RFC 2545 section 3: the next hop of a route of IPv6 has 16 or 32 octets.
    odd = raw.update_pdu(attributes=raw.attribute(0x80, 14, bytes.fromhex("000201" + "04" + "00000000" + "00")))
    for pdu, may_be_refused in ((odd, True), (raw.END_OF_RIB, False)):
        read = ORACLE.expect(raw.mirroring(raw.tlv(0, pdu)))
        written = ORACLE.expect_written(read)
        assert written is not None
        assert Observation.REJECTED not in {outcome.observation for outcome in read.vector.outcomes}
        assert (Observation.REJECTED in {outcome.observation for outcome in written.vector.outcomes}) == may_be_refused


OUT, OUT_POST, IN = 0x10, 0x50, 0x00


@pytest.mark.parametrize("flags, may_be_refused", [(OUT, False), (OUT_POST, True), (IN, True)])
@pytest.mark.parametrize("nlri", ["", "18c00002"])
def test_no_next_hop_is_one_before_the_policy_of_an_adj_rib_out_alone(
    flags: int, nlri: str, *, may_be_refused: bool
) -> None:
    reach = raw.attribute(0x80, 14, bytes.fromhex("000101" + "00" + "00" + nlri))
    frame = raw.route_monitoring(raw.update_pdu(attributes=raw.MANDATORY_ATTRIBUTES + reach), of=raw.peer(flags=flags))
    expected = ORACLE.expect(frame).vector
    assert (Observation.REJECTED in {outcome.observation for outcome in expected.outcomes}) == may_be_refused


@pytest.mark.parametrize(
    "beside, may_be_refused",
    [(raw.MANDATORY_ATTRIBUTES, False), (raw.AS_PATH, True), (b"", True)],
)
def test_beside_mp_reach_are_origin_and_as_path_also_where_it_has_no_routes(
    beside: bytes, *, may_be_refused: bool
) -> None:
    reach = raw.attribute(0x80, 14, bytes.fromhex("000101" + "04" + "0a000002" + "00"))
    expected = ORACLE.expect(raw.route_monitoring(raw.update_pdu(attributes=beside + reach))).vector
    assert (Observation.REJECTED in {outcome.observation for outcome in expected.outcomes}) == may_be_refused


@pytest.mark.parametrize(
    "attribute",
    [
        # A label goes into the bits of a prefix, of which there are none.
        raw.attribute(0x80, 15, bytes.fromhex("000104" + "00")),
        raw.attribute(0x80, 9, b""),
        raw.attribute(0x80, 4, bytes(3)),
        raw.attribute(0xC0, 8, bytes(5)),
        raw.attribute(0x40, 1, b"\0\0"),
    ],
)
def test_what_is_mirrored_and_does_not_add_up_need_not_be_read_by_its_parts(attribute: bytes) -> None:
    message = ORACLE.expect(raw.mirroring(raw.tlv(0, raw.update_pdu(attributes=attribute)))).vector.message
    assert isinstance(message, neutral.Message)
    assert [tlv.pdu for tlv in message.tlvs or ()] == [None]


def statuses(*messages: bytes) -> list[tuple[bool, set[ItemStatus]]]:
    """Return of each message of a stream whether it is compared, and what may be said of it."""
    items = ORACLE.expect(b"".join(messages)).vector.items or ()
    return [
        (isinstance(item.message, neutral.Message), {item.status, *(other.status for other in item.alternatives)})
        for item in items
    ]


def test_behind_what_may_be_refused_a_decoder_may_have_closed() -> None:
    start = raw.initiation(raw.MANDATORY_TLVS)
    odd = update(raw.attribute(0x40, 1, b"\7"), raw.AS_PATH, raw.NEXT_HOP)
    strict = (True, {ItemStatus.OK})
    doubtful = (True, {ItemStatus.OK, ItemStatus.REJECT, ItemStatus.CLOSED})
    assert statuses(start, up(), more()) == [strict] * 3
    assert statuses(start, up(), odd, more()) == [strict, strict, doubtful, doubtful]


def test_behind_a_peer_up_that_may_be_refused_nobody_says_how_routes_are_read() -> None:
    said = statuses(raw.initiation(raw.MANDATORY_TLVS), up(raw.add_path(1, 1, 0)), more())
    assert [is_compared for is_compared, _ in said] == [True, True, False]
    assert ItemStatus.REJECT in said[2][1]
