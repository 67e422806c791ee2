"""Valid sessions are found valid, and a newer profile finds no new fault in what an older one knows.

Why both here: a false alarm costs more trust than a breach that is missed, and RFC 9736 says of itself that its change
is one of registries alone (RFC9736-1-1). Octets that are not valid are held to the latter where they are generated.
"""

from pathlib import Path

import pytest
from hypothesis import given

from bmpconform.spec.profiles import Profile
from bmpconform.wire import interpret
from bmpconform.wire.codec import decode, encode
from bmpconform.wire.messages import Message
from generate import VALID_MESSAGES, Generator, seeded
from invariants import (
    MEMORIES,
    NEWEST,
    OLDEST_FIRST,
    judge,
    judge_stream,
    new_fails_of_stream,
    profiles_that_assign_all,
)

CAPTURES = sorted((Path(__file__).parents[2] / "vectors" / "captures").glob("*.bmp"))
# A session has about twenty messages, and is judged under up to four profiles.
INPUTS_A_SESSION = 1_000
INPUTS_A_MESSAGE = 40

each_profile = pytest.mark.parametrize("profile", OLDEST_FIRST, ids=lambda profile: profile.name)


@each_profile
def test_a_valid_session_has_nothing_worse_than_info_in_any_profile_that_knows_its_code_points(
    profile: Profile, inputs: int, seed: int
) -> None:
    random = seeded(seed)
    for _ in range(inputs // INPUTS_A_SESSION):
        frames = [encode(message) for message in Generator(random, profile.documents).session()]
        known = profiles_that_assign_all(frames)
        stream = b"".join(frames)
        for order, memory in enumerate(MEMORIES):
            if order >= profile.order or known >> order & 1:
                lines = judge_stream(memory, [stream])
                wrong = [line for line in lines if line.level != "info"]
                assert wrong == [], f"seed {seed}, profile {memory.selection.profile.name}: {stream.hex()}"


@given(VALID_MESSAGES)
def test_a_valid_message_has_no_finding_and_comes_back_as_it_was(message: Message) -> None:
    octets = encode(message)
    assert decode(octets) == interpret.decode(octets) == message
    assert judge(NEWEST, message) == []


def test_messages_come_back_as_they_were(inputs: int, seed: int) -> None:
    generator = Generator(seeded(seed))
    for _ in range(inputs // INPUTS_A_MESSAGE):
        message = generator.message()
        assert decode(encode(message)) == message, f"seed {seed}"


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: capture.stem)
def test_a_newer_profile_finds_no_new_fault_in_a_recorded_stream(capture: Path) -> None:
    assert new_fails_of_stream(capture.read_bytes()) == []


def test_there_are_recorded_streams() -> None:
    assert CAPTURES
