"""What is expected of any octets: never more than a person expects of the same, and the same values."""

import pytest

import raw
from bmpconform.corpus.load import load
from bmpconform.corpus.vector import UNSAID, ItemStatus, Observation, Op, Vector
from bmpconform.fuzz.oracle import Expectation, Oracle
from bmpconform.neutral import Message
from bmpconform.neutral.form import Pdu, Peer
from bmpconform.wire.value import UNSET, Value
from vectors import PROFILE, shown

ORACLE = Oracle(PROFILE)
VECTORS = [vector for vector in load().vectors if vector.session is UNSET and Op.ENCODE not in vector.ops[:1]]
VALID = raw.initiation(raw.MANDATORY_TLVS)


def allowed(vector: Vector) -> set[Observation]:
    return {outcome.observation for outcome in vector.outcomes}


def of_op(op: Op) -> list[tuple[Vector, Expectation]]:
    """Return the vectors under an op, each with what is expected of its octets; those that are cut go another way."""
    pairs = [(vector, ORACLE.expect(vector.octets)) for vector in VECTORS if op in vector.ops]
    return [(vector, expectation) for vector, expectation in pairs if expectation.op is op]


def test_what_a_vector_allows_a_decoder_is_allowed() -> None:
    pairs = of_op(Op.DECODE)
    assert len(pairs) > 600
    # What a decoder shows in another way is a finding of a campaign, whatever a vector tolerates.
    more = [vector.id for vector, one in pairs if allowed(vector) - allowed(one.vector) - {Observation.WRONG_VALUE}]
    assert more == []


def test_messages_are_those_that_vectors_expect_and_no_others() -> None:
    expected = [(vector, one.vector.message) for vector, one in of_op(Op.DECODE) if one.vector.message is not UNSET]
    assert len(expected) > 500
    assert [vector.id for vector, message in expected if not is_part(message, vector.message)] == []


def is_part(ours: object, theirs: object) -> bool:
    """Whether all that is said in ours is in theirs."""
    if isinstance(ours, Value) and type(ours) is type(theirs):
        return all(is_part(getattr(ours, key), getattr(theirs, key)) for key in ours.__struct_fields__)
    if isinstance(ours, tuple) and isinstance(theirs, tuple):
        return len(ours) == len(theirs) and all(map(is_part, ours, theirs))
    return ours is None or ours == theirs or theirs is UNSET


def test_what_a_vector_allows_of_a_stream_is_allowed() -> None:
    pairs = of_op(Op.STREAM)
    assert len(pairs) > 100
    for vector, expectation in pairs:
        ours = {item.offset: item for item in expectation.vector.items or ()}
        for theirs in vector.items or ():
            item = ours.get(theirs.offset)
            if item is None:
                # Behind a Termination, where only what does not close goes on.
                assert vector.closed or expectation.vector.closed
                continue
            allowed_here = {item.status, *(other.status for other in item.alternatives)}
            allowed_here |= UNSAID if ItemStatus.ABSENT in allowed_here else set()
            assert {theirs.status, *(other.status for other in theirs.alternatives)} <= allowed_here, vector.id
            if item.message is not UNSET and theirs.message is not UNSET:
                assert is_part(item.message, theirs.message), vector.id


def test_valid_octets_have_to_be_accepted_and_read_right() -> None:
    expectation = ORACLE.expect(VALID)
    assert (expectation.op, expectation.clause) == (Op.DECODE, None)
    assert allowed(expectation.vector) == {Observation.ACCEPTED}
    assert expectation.vector.message == shown(VALID)


def test_a_string_that_ends_in_nul_breaks_no_document() -> None:
    frame = raw.initiation(raw.tlv(1, b"descr"), raw.tlv(2, b"router\0"))
    assert allowed(ORACLE.expect(frame).vector) == {Observation.ACCEPTED}


def test_a_message_is_asked_for_as_it_was_read() -> None:
    written = ORACLE.expect_written(ORACLE.expect(VALID))
    assert written is not None
    assert (written.op, written.vector.message, written.vector.octets) == (Op.ENCODE, shown(VALID), VALID)
    assert Observation.REJECTED not in allowed(written.vector)


@pytest.mark.parametrize(
    "octets",
    [
        raw.initiation(raw.tlv(2, b"router", length=99)),
        raw.initiation() + raw.initiation(),
        raw.peer_down(4, b"more"),
        raw.statistics(raw.tlv(0, raw.u32(1)), count=2),
        raw.message(99),
    ],
)
def test_what_does_not_add_up_or_is_derived_cannot_be_asked_for(octets: bytes) -> None:
    assert ORACLE.expect_written(ORACLE.expect(octets)) is None


def test_what_does_not_add_up_may_be_refused_and_is_never_read() -> None:
    expectation = ORACLE.expect(raw.initiation(raw.tlv(2, b"router", length=99)))
    assert expectation.clause is not None
    assert expectation.vector.message is UNSET
    assert Observation.REJECTED in allowed(expectation.vector)


def test_types_of_the_future_may_be_taken_or_left() -> None:
    assert allowed(ORACLE.expect(raw.message(99, b"abc")).vector) >= {Observation.ACCEPTED, Observation.REJECTED}


@pytest.mark.parametrize("octets", [b"", b"\3", VALID[:-1], VALID + VALID, b"\4" + VALID[1:] + VALID])
def test_all_that_is_not_one_message_is_a_stream(octets: bytes) -> None:
    assert ORACLE.expect(octets).op is Op.STREAM


def test_behind_a_broken_message_anything_may_be_said() -> None:
    broken = raw.initiation(raw.tlv(2, b"router", length=99))
    items = ORACLE.expect(VALID + broken + VALID).vector.items
    assert items
    assert not items[0].alternatives
    statuses = {items[2].status, *(other.status for other in items[2].alternatives)}
    assert statuses == set(ItemStatus) - {ItemStatus.CLOSED}
    assert items[0].message is not UNSET
    assert items[2].message is UNSET


def test_octets_behind_the_last_whole_message_are_left() -> None:
    assert ORACLE.expect(VALID + VALID[:4]).vector.left in {4, UNSET}
    assert ORACLE.expect(VALID + raw.peer_up()).vector.left == 0


def message_of(octets: bytes) -> Message:
    message = ORACLE.expect(octets).vector.message
    assert isinstance(message, Message)
    return message


def test_only_what_a_breach_leaves_open_is_not_compared() -> None:
    narrow = raw.peer_down(2, b"\0\1", of=raw.peer(address=raw.address("2001:db8::1")))
    assert ORACLE.expect(narrow).clause is not None
    told = message_of(narrow)
    assert isinstance(told.peer, Peer)
    assert (told.peer.address, told.peer.asn, told.fsm_event) == (None, raw.PEER_AS, 1)
    late = message_of(raw.peer_down(4, of=raw.peer(usec=1_000_000))).peer
    assert isinstance(late, Peer)
    assert (late.seconds, late.microseconds, late.asn) == (None, None, raw.PEER_AS)
    cut = raw.route_monitoring(raw.update_pdu(b"", raw.attribute(0x40, 1, b""), b""))
    assert (message_of(cut).pdu, message_of(cut).peer) == (None, shown(cut).peer)
    marked = raw.peer_up(raw.tlv(0, b"a"), sent=raw.open_pdu(marker=bytes(16)))
    told = message_of(marked)
    assert (told.sent_open, told.received_open, told.tlvs, told.local_port) == (None, None, None, 179)


def test_of_an_attribute_that_is_there_twice_nobody_says_how_it_is_read() -> None:
    twice = raw.route_monitoring(raw.update_pdu(b"", raw.mp_unreach(2, 1) + raw.mp_unreach(1, 1), b""))
    assert ORACLE.expect(twice).clause is None
    assert message_of(twice).pdu is None


def test_of_an_odd_mirrored_pdu_the_octets_are_compared() -> None:
    odd = raw.tlv(0, raw.update_pdu(b"", raw.attribute(0x40, 1, b"\7"), raw.PREFIX))
    (first, second) = message_of(raw.mirroring(odd, raw.tlv(0, raw.END_OF_RIB))).tlvs or ()
    assert (first.pdu, first.value) == (None, odd[4:].hex())
    assert isinstance(second.pdu, Pdu)
    cut = raw.attribute(0xC0, 17, raw.as_segment(2, 65001)[:-2])
    (third,) = message_of(raw.mirroring(raw.tlv(0, raw.update_pdu(b"", raw.MANDATORY_ATTRIBUTES + cut)))).tlvs or ()
    assert third.pdu is None


def test_other_tlvs_of_a_peer_down_than_the_name_may_be_refused() -> None:
    name, more = raw.tlv(3, b"global"), raw.tlv(4, b"why")
    assert Observation.REJECTED not in allowed(ORACLE.expect(raw.peer_down(6, name, of=raw.loc_rib())).vector)
    assert Observation.REJECTED in allowed(ORACLE.expect(raw.peer_down(6, name, more, of=raw.loc_rib())).vector)


@pytest.mark.parametrize("rest, is_wrong", [(b"\3\0\0\0\5", True), (b"\3\0\0\0\6", False), (b"\3", False)])
def test_a_cut_header_that_is_wrong_may_be_refused_at_once(rest: bytes, *, is_wrong: bool) -> None:
    vector = ORACLE.expect(VALID + rest).vector
    last = (vector.items or ())[-1]
    assert (last.offset == len(VALID)) == is_wrong
    if is_wrong:
        assert {last.status, *(other.status for other in last.alternatives)} == {ItemStatus.REJECT, ItemStatus.ABSENT}
        assert vector.left is UNSET
