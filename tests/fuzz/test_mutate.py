"""The mutator: the same for the same seed, mostly structural, and total."""

from random import Random

import pytest

import raw
from bmpconform.fuzz.mutate import LONGEST, Mutator, frames_of
from bmpconform.wire.codec import decode
from bmpconform.wire.codes import PEER_UP_TLVS
from bmpconform.wire.messages import Initiation, Malformed, PeerUp, StatisticsReport, Unframed
from campaigns import SEEDS

UP = raw.peer_up(raw.tlv(0, b"one"), raw.tlv(3, b"two"), raw.tlv(4, b"three"))
REPORT = raw.statistics(raw.tlv(0, raw.u32(1)), raw.tlv(7, raw.u64(2)))
MANY = 3000


def mutator_of(seed: int = 1) -> Mutator:
    return Mutator(Random(seed))  # noqa: S311 - the same each time


def mutants(octets: bytes, seed: int = 1, many: int = MANY) -> list[bytes]:
    mutator = mutator_of(seed)
    for one in SEEDS[:100]:
        mutator.learn(one)
    return [mutator.mutate(octets) for _ in range(many)]


@pytest.fixture(scope="module")
def ups() -> list[PeerUp]:
    """The mutants of one Peer Up that are a Peer Up themselves."""
    return [message for message in map(decode, mutants(UP)) if isinstance(message, PeerUp)]


def test_the_same_seed_gives_the_same_mutants() -> None:
    assert mutants(UP, many=300) == mutants(UP, many=300)
    assert mutants(UP, many=300) != mutants(UP, seed=2, many=300)


def test_most_mutants_are_framed_and_differ() -> None:
    made = mutants(UP)
    framed = [octets for octets in made if not isinstance(decode(octets), Unframed | Malformed)]
    assert len(framed) > MANY * 0.6
    assert len(set(made)) > MANY * 0.65


def test_tlvs_are_dropped_repeated_reordered_and_put_in(ups: list[PeerUp]) -> None:
    orders = {tuple(tlv.type for tlv in message.tlvs) for message in ups}
    assert {(0, 3), (0, 0, 3, 4), (3, 0, 4), ()} <= orders
    assert any(len(order) > 3 and set(order) - {0, 3, 4} for order in orders)


def test_code_points_are_those_at_the_edges_of_their_registry(ups: list[PeerUp]) -> None:
    types = {tlv.type for message in ups for tlv in message.tlvs}
    assert {*PEER_UP_TLVS.reserved, 32767, 32768, 65530, 65531, 65534} <= types


def test_strings_get_nuls_and_broken_utf_8(ups: list[PeerUp]) -> None:
    values = {tlv.value for message in ups for tlv in message.tlvs}
    assert any(value.endswith(b"\0") for value in values)
    assert any(b"\0" in value[:-1] for value in values)
    assert any(value and not value.isascii() for value in values)


def test_lengths_lie(ups: list[PeerUp]) -> None:
    assert any(message.rest for message in ups)
    assert any(int.from_bytes(octets[1:5]) != len(octets) for octets in mutants(UP))


def test_opens_get_other_capabilities(ups: list[PeerUp]) -> None:
    assert len({message.sent_open for message in ups}) > 50
    assert any(message.sent_open is None for message in ups)


def test_a_count_follows_the_statistics_or_lies() -> None:
    reports = [message for message in map(decode, mutants(REPORT)) if isinstance(message, StatisticsReport)]
    changed = [message for message in reports if len(message.statistics) != 2]
    assert any(message.count == len(message.statistics) for message in changed)
    assert any(message.count != len(message.statistics) for message in reports)


def test_tlvs_come_over_from_other_messages() -> None:
    mutator = mutator_of()
    mutator.learn(raw.initiation(raw.tlv(1, b"a description that nothing else has")))
    made = [message for message in (decode(mutator.mutate(UP)) for _ in range(500)) if isinstance(message, PeerUp)]
    assert any(b"a description" in tlv.value for message in made for tlv in message.tlvs)


def test_sessions_lose_gain_and_reorder_messages() -> None:
    session = raw.initiation(raw.MANDATORY_TLVS) + UP + REPORT
    kinds = {tuple(type(decode(frame)).__name__ for frame in frames_of(octets)) for octets in mutants(session)}
    assert {("Initiation", "StatisticsReport"), ("PeerUp", "Initiation", "StatisticsReport")} <= kinds
    assert any(len(kind) > 3 for kind in kinds)


def test_messages_of_a_session_take_over_a_peer() -> None:
    mutator = mutator_of()
    mutator.learn(REPORT)
    other = raw.peer_up(of=raw.peer(rd=b"\0\0\0\1\0\0\0\2", peer_type=1))
    frames = [frame for _ in range(500) for frame in frames_of(mutator.mutate(other))]
    reports = [message for message in map(decode, frames) if isinstance(message, StatisticsReport)]
    assert any(report.peer.distinguisher == b"\0\0\0\1\0\0\0\2" for report in reports)


@pytest.mark.parametrize("octets", [b"", b"\0", b"\3", bytes(6), b"\xff" * 300, UP[:-1], raw.initiation()])
def test_any_octets_have_mutants(octets: bytes) -> None:
    assert len(set(mutants(octets, many=200))) > 20


def test_no_mutant_is_longer_than_the_most() -> None:
    assert max(map(len, mutants(raw.initiation(raw.tlv(0, b"x" * 60000)), many=100))) <= LONGEST


def test_frames_of_a_stream_are_all_of_its_octets() -> None:
    stream = raw.initiation() + UP + b"\3\0\0\xff\xff\4cut"
    assert [len(frame) for frame in frames_of(stream)] == [6, len(UP), 9]
    assert isinstance(decode(frames_of(stream)[0]), Initiation)
