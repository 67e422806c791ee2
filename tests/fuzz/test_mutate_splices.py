"""Two sessions made one: messages stay whole and in their order, under the peers that they had or under one."""

from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest

import raw
from bmpconform.fuzz.anatomy import MOST_FRAMES, frames_of
from bmpconform.fuzz.mutate import Mutator
from bmpconform.fuzz.mutate_sessions import peer_of
from bmpconform.fuzz.mutate_splices import sessions_spliced

PEER, OTHER = raw.peer(), raw.peer(address=raw.address("192.0.2.99"))
ONE = [
    raw.initiation(raw.MANDATORY_TLVS),
    raw.peer_up(of=PEER),
    raw.route_monitoring(raw.ROUTE, of=PEER),
    raw.statistics(raw.tlv(0, raw.u32(1)), of=PEER),
]
TWO = [
    raw.initiation(raw.MANDATORY_TLVS, raw.tlv(0, b"two")),
    raw.peer_up(raw.tlv(0, b"two"), of=OTHER),
    raw.route_monitoring(raw.END_OF_RIB, of=OTHER),
    raw.peer_down(4, of=OTHER),
]
MANY = 4000


def seeded(seed: int = 1) -> Random:
    return Random(seed)  # noqa: S311 - the same each time


@pytest.fixture(scope="module")
def spliced() -> list[list[bytes]]:
    random = seeded()
    return [frames_of(sessions_spliced(random, ONE, TWO)) for _ in range(MANY)]


def of_one(frames: list[bytes]) -> str:
    """Return which messages are of the first session (1) and of the second (2), by what their peers leave alone."""
    ours = {_without_peer(frame) for frame in ONE}
    return "".join("1" if _without_peer(frame) in ours else "2" for frame in frames)


def _without_peer(frame: bytes) -> bytes:
    return frame if peer_of(frame) is None else frame[:6] + frame[48:]


@pytest.mark.parametrize(
    "is_one",
    [
        lambda frames: frames == ONE[:2] + TWO[2:],
        lambda frames: frames == TWO[:3] + ONE[1:],
        lambda frames: frames == ONE[:2] + TWO + ONE[2:],
        lambda frames: frames == ONE[:1] + TWO[1:3] + ONE[1:],
        lambda frames: of_one(frames) in {"12121212", "21212121"},
        lambda frames: len(frames) == 8 and {peer_of(one) for one in frames} == {None, PEER},
        lambda frames: len(frames) == 8 and {peer_of(one) for one in frames} == {None, OTHER, PEER},
        lambda frames: of_one(frames) == "1122" and [peer_of(one) for one in frames[1:]] == [PEER] * 3,
        lambda frames: {peer_of(one) for one in frames if of_one([one]) == "2"} == {None, OTHER, PEER},
    ],
    ids=[
        "head and tail",
        "tail and head",
        "inside",
        "a stretch inside",
        "interleaved",
        "one peer",
        "two peers",
        "tail under the peer of the head",
        "under it but for a message",
    ],
)
def test_two_sessions_become_one_in_each_way(spliced: list[list[bytes]], is_one: Callable[[list[bytes]], bool]) -> None:
    assert any(map(is_one, spliced))


def test_messages_stay_whole_and_in_their_order(spliced: list[list[bytes]]) -> None:
    for frames in spliced:
        for session in (ONE, TWO):
            order = [_without_peer(one) for one in session]
            places = [order.index(one) for one in map(_without_peer, frames) if one in order]
            assert places
            assert places == sorted(places)
        assert of_one(frames) not in {"1111", "2222"}


def test_a_spliced_session_has_no_more_messages_than_an_input_may_have() -> None:
    random = seeded()
    made = [frames_of(sessions_spliced(random, ONE * 4, TWO * 4)) for _ in range(MANY)]
    assert max(map(len, made)) == MOST_FRAMES


def test_sessions_without_peers_are_spliced_as_they_are() -> None:
    made = [sessions_spliced(seeded(seed), ONE[:1], TWO[:1]) for seed in range(20)]
    assert set(made) == {ONE[0] + TWO[0], TWO[0] + ONE[0]}


def mutants(octets: bytes, learnt: bytes, *, is_clean: bool = True, many: int = 3000) -> list[list[bytes]]:
    mutator = Mutator(seeded())
    mutator.learn(learnt, is_clean=is_clean)
    return [frames_of(mutator.mutate(octets)) for _ in range(many)]


def _has_two_in_a_row(frames: list[bytes]) -> bool:
    pairs = list(pairwise(TWO))
    return any(pair in pairs for pair in pairwise(frames))


@pytest.mark.parametrize("octets", [b"".join(ONE), ONE[2]], ids=["a session", "a message"])
def test_mutants_have_stretches_of_a_session_that_was_learned(octets: bytes) -> None:
    made = mutants(octets, b"".join(TWO))
    assert sum(map(_has_two_in_a_row, made)) > len(made) / 400
    assert made == mutants(octets, b"".join(TWO))


@pytest.mark.parametrize(
    "learnt, is_clean",
    [(b"".join(TWO), False), (TWO[0], True), (b"".join(TWO) + raw.initiation(raw.tlv(0, bytes(1024))), True)],
    ids=["breaks a document", "one message", "long"],
)
def test_what_is_broken_no_session_or_long_is_not_kept_as_one(learnt: bytes, is_clean: bool) -> None:  # noqa: FBT001
    assert not any(map(_has_two_in_a_row, mutants(b"".join(ONE), learnt, is_clean=is_clean)))
